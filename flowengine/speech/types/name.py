"""`name`: a person's name, in title case ("Ann Lee"). Open: after a cue anywhere ("my name is", "it's ... speaking"),
or as the whole answer when it was asked for.

Decided here: an answer with a word that no name has ("I don't know", "what do you mean") is no name; neither is one
of more than five words, or with figures. Words that are both ("Will", "May", "Mark") are names unless a pronoun
follows ("may I"). A name that is then spelled counts as spelled ("Smyth, S-M-Y-T-H"). Case and commas do not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.corrections import correction_before, negated
from flowengine.speech.dictation import dictation, read_letter
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import base, section
from flowengine.speech.text import fold, hear

LONGEST = 5
LONGEST_ANSWER = 40
"""An answer of more words is no name, spelled or not."""
Phrases = PhraseList


@dataclass(frozen=True, slots=True)
class _Tables:
    cues: Phrases
    weak: Phrases
    after: Phrases
    first: Phrases
    last: Phrases
    first_after: Phrases
    last_after: Phrases
    opens: Phrases
    closes: Phrases
    spelled: Phrases
    with_letter: Phrases
    particles: frozenset[str]
    titles: frozenset[str]
    suffixes: frozenset[str]
    ambiguous: frozenset[str]
    pronouns: frozenset[str]
    not_names: frozenset[str]
    adjectives: frozenset[str]
    goes_on: frozenset[str]
    not_endings: tuple[str, ...]
    open_endings: tuple[str, ...]
    negators: frozenset[str]
    part_joints: frozenset[str]


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    data = section(language, "names")

    def phrases(name: str) -> Phrases:
        short = section(language, "core").get("contractions", {})
        made: set[tuple[str, ...]] = set()
        for entry in data[name]:
            phrase = tuple(token.text for token in hear(entry).tokens)
            made.add(phrase)
            if phrase[-2:] == tuple(short.get("name's", "").split()):
                made.add((*phrase[:-2], "name's"))
            for contracted, full in short.items():  # "it is" is also said "it's"
                words = tuple(full.split())
                if phrase[: len(words)] == words:
                    made.add((contracted, *phrase[len(words) :]))
        return PhraseList(made)

    ambiguous = frozenset(map(fold, data["ambiguous"]))
    return _Tables(
        cues=PhraseList((*phrases("cues").phrases, *phrases("weak_cues").phrases)),
        weak=phrases("weak_cues"),
        after=phrases("after_cues"),
        first=phrases("first"),
        last=phrases("last"),
        first_after=phrases("first_after"),
        last_after=phrases("last_after"),
        opens=phrases("opens"),
        closes=phrases("closes"),
        spelled=phrases("spelled"),
        with_letter=phrases("with_letter"),
        particles=frozenset(data["particles"]),
        titles=frozenset(data["titles"]),
        suffixes=frozenset(data["suffixes"]),
        ambiguous=ambiguous,
        pronouns=frozenset(map(fold, data["pronouns"])),
        not_names=frozenset(map(fold, data["not_names"].split())),
        adjectives=frozenset(map(fold, data["adjectives"])),
        goes_on=frozenset(map(fold, data["goes_on"])),
        not_endings=tuple(data["not_endings"]),
        open_endings=tuple(data.get("open_endings", ("-",))),
        negators=frozenset(map(fold, section(language, "core")["negation"]["words"])),
        part_joints=frozenset(map(fold, data["part_joints"])),
    )


class NameType:
    """See the module's text."""

    name = "name"
    open = True

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        language = base(context.language)
        words = [token.text for token in said.tokens]
        if not words:
            return ()
        found = _parts(said, words, language) or _cued(said, words, language, context)
        if found is None and context.asked and len(words) <= LONGEST_ANSWER:
            found = _whole(said, words, language)
        return (found,) if found else ()

    def spoken(self, value: object, language: str) -> str:  # noqa: ARG002 - the contract
        return str(value)


def _no_name(words: list[str], at: int, table: _Tables, first: bool) -> bool:
    """The word at `at` cannot be part of a name here."""
    word = words[at]
    if not word[0].isalpha() or any(c.isdigit() or c in "@/" for c in word):
        return True
    if word in table.ambiguous:
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in table.not_names and not first and following:
            return True
        return following in table.pronouns and following not in table.ambiguous
    return word in table.not_names and word not in table.suffixes


def _extent(said: Said, words: list[str], start: int, end: int, table: _Tables) -> int:
    """The place where the name that begins at `start` ends (`start` if there is none)."""
    at = start
    while at < end and at - start < LONGEST:
        if words[at] in table.titles and at == start and at + 1 < end:
            at += 1
            continue
        if _no_name(words, at, table, at == start):
            break
        if (
            at > start
            and _breaks(said, at)
            and any(_no_name(words, k, table, False) for k in range(at, min(end, at + 2)))
        ):
            break
        spelling = at + 1 < len(words) and len(words[at]) == 1 and len(words[at + 1]) == 1
        if at > start and spelling and any(len(word) > 1 for word in words[start:at]):
            break
        if at > start and table.closes.at(words, at) and words[at] not in table.ambiguous:
            break
        at += 1
    while (
        at > start
        and words[at - 1] in table.particles
        and at - 1 > start
        and words[at - 1] not in table.ambiguous
    ):
        at -= 1
    return at


def _breaks(said: Said, at: int) -> bool:
    gap = said.text[said.tokens[at - 1].end : said.tokens[at].start]
    return any(mark in gap for mark in ".!?;") and words_are_long(said, at)


def words_are_long(said: Said, at: int) -> bool:
    """The word before `at` is no initial or title whose full stop is its own ("J. Smith", "Dr. Lee")."""
    before = said.tokens[at - 1].text
    return len(before) > 2 and before != "mrs"


# --- the three ways a name is given --------------------------------------------------------------------------


def _parts(said: Said, words: list[str], language: str) -> Candidate | None:
    """ "first name Ann, last name Lee", in either order."""
    table = _tables(language)
    found: dict[str, tuple[int, int, str]] = {}
    at = past = 0
    while at < len(words):
        for key, phrases in (("first", table.first_after), ("last", table.last_after)):
            if (size := phrases.at(words, at)) and key not in found:  # "Ann is my first name"
                start = _opened(words, past, at, table)
                if start < at and _extent(said, words, start, at, table) == at:
                    found[key] = (start, at + size, _titled(said, words, start, at, table))
                at = past = at + size
                break
        for key, phrases in (("first", table.first), ("last", table.last)):
            if size := phrases.at(words, at):
                start = _opened(words, at + size, len(words), table)
                end = _extent(said, words, start, len(words), table)
                text, past = _spelled_after(said, words, start, end, language)
                if text:
                    found[key] = (at, past, text)
                    at = past - 1
                break
        at += 1
    if not found:
        return None
    order = [found[key] for key in ("first", "last") if key in found]
    text = " ".join(part[2] for part in order)
    only_last = len(found) == 1 and "last" in found
    if only_last:  # "Ann, last name Lee"
        at, end = found["last"][0], found["last"][1]
        start = _opened(words, _cue_end(words, at, table), at, table)
        before = _extent(said, words, start, at, table)
        while before < at and words[before] in table.part_joints:
            before += 1
        if start < at and before >= at - 1 and not _no_name(words, start, table, True):
            stop = _extent(said, words, start, at, table)
            return Candidate(f"{_titled(said, words, start, stop, table)} {text}", start, end, form="cued")
    if len(found) == 1 and "first" in found:  # "Lee, first name Ann"
        at, end = found["first"][0], found["first"][1]
        start = _opened(words, _cue_end(words, at, table), at, table)
        last, past = _spelled_after(said, words, start, _extent(said, words, start, at, table), language)
        while past < at and words[past] in table.part_joints:
            past += 1
        if start < at and past == at and last and not _no_name(words, start, table, True):
            return Candidate(f"{text} {last}", start, end, form="cued")
    return Candidate(text, min(p[0] for p in order), max(p[1] for p in order), form="cued")


def _cue_end(words: list[str], limit: int, table: _Tables) -> int:
    return next(
        (at + size for at in range(min(limit, LONGEST)) if (size := table.cues.at(words, at, limit))), 0
    )


def _opened(words: list[str], at: int, end: int, table: _Tables) -> int:
    """Past the words that an answer may open with."""
    first = at
    while at < end and at - first < 12:
        size = table.opens.at(words, at, end)
        if not size or (at + size >= end and words[at] in table.ambiguous):
            break
        at += size
    return at


def _cued(said: Said, words: list[str], language: str, context: Context) -> Candidate | None:
    """After a cue. The last cue with a name after it wins; "no, it's Ann" corrects."""
    table = _tables(language)
    best: Candidate | None = None
    cues = context.options.get("cues") or ()
    own = PhraseList(
        phrase
        for cue in (cues if isinstance(cues, list | tuple) else [cues])
        if (phrase := tuple(token.text for token in hear(str(cue)).tokens))
    )
    at = 0
    while at < len(words):
        size = own.at(words, at)
        weak = not size
        size = size or table.cues.at(words, at)
        if not size:
            at += 1
            continue
        weak = weak and tuple(words[at : at + size]) in table.weak
        start = at + size
        refused = start < len(words) and words[start] in table.negators
        start = start if weak else _opened(words, start, len(words), table)
        found = None if refused else _candidate(said, words, start, len(words), language, "cued")
        if found and weak and not _plausible(said, words, found, table):
            found = None
        if found and negated(said, found.start, found.end, language):
            found = None
        if found:
            best = found
            at = found.end
        else:
            at = start
    if best is None:
        best = _speaking(said, words, language)
    return best


def _plausible(said: Said, words: list[str], found: Candidate, table: _Tables) -> bool:
    """After a weak cue the name must end the sentence or be followed by words that go on from a name."""
    count = len(str(found.value).split())
    if count > 3:
        return False
    if found.end == len(words):
        first = words[found.start]
        adjective = count == 1 and first in table.adjectives
        return not adjective and (not first.endswith(table.not_endings[:1]) or first in table.ambiguous)
    after = words[found.end]
    if words[found.start].endswith(table.not_endings) and count == 1:
        return False
    if table.after.at(words, found.end) or table.closes.at(words, found.end) or _breaks_any(said, found.end):
        return True
    return after in table.goes_on


def _breaks_any(said: Said, at: int) -> bool:
    gap = said.text[said.tokens[at - 1].end : said.tokens[at].start]
    return any(mark in gap for mark in ".!?;,")


def _speaking(said: Said, words: list[str], language: str) -> Candidate | None:
    """ "Ann Lee speaking", "Ann here": only at the beginning of what is said."""
    table = _tables(language)
    start = _opened(words, 0, len(words), table)
    end = _extent(said, words, start, len(words), table)
    if start < end and table.after.at(words, end) and end - start <= 4:
        return _candidate(said, words, start, end, language, "cued")
    return None


def _whole(said: Said, words: list[str], language: str) -> Candidate | None:
    """The whole answer, without what it opens and closes with; after a correction, what was corrected."""
    table = _tables(language)
    start, end = 0, len(words)
    start = _opened(words, start, end, table)
    while size := table.closes.before(words, end, start + 1):
        end -= size
    end = next((at for at in range(start + 1, end) if words[at] in table.negators), end)  # "Amy, not Annie"
    pieces = [start]
    for at in range(start + 1, end):
        if correction_before(said, at, language, pieces[-1]) is not None and at - 1 >= pieces[-1]:
            begin = correction_before(said, at, language, pieces[-1])
            if begin is not None and begin == pieces[-1]:
                pieces[-1] = _opened(words, at, end, table)  # still the cue: "no | wait"
            elif begin is not None and begin > pieces[-1]:
                pieces.append(_opened(words, at, end, table) if _opened(words, at, end, table) < end else at)
    if words[start:end] and words[start] in table.negators:
        middle = start + 1 + (end - start - 1) // 2
        half = end - start - 1
        if half % 2 == 0 and half:
            return _candidate(said, words, middle, end, language, "open")
        return None
    last = pieces[-1]
    if len(pieces) > 1:
        first_end = _extent(said, words, pieces[0], last, table)
        old = _titled(said, words, pieces[0], first_end, table)
        new = _candidate(said, words, last, end, language, "open", whole=True)
        if new and old:
            return Candidate(_merged(old, str(new.value)), pieces[0], new.end, form="open")
        return new
    found = _candidate(said, words, start, end, language, "open", whole=True)
    weak = any(table.weak.before(words, at) for at in range(1, start + 1))
    if found and weak and found.end - found.start == 1:
        # "It's complicated": what stands alone after "it's", "I'm" may be no name at all
        word = words[found.start]
        if word in table.adjectives or (word.endswith(table.open_endings) and word not in table.ambiguous):
            return None
    return found


def _merged(old: str, new: str) -> str:
    """One word that is much like one of the old ones replaces that one: "John Smith, no, Smythe"."""
    words = old.split()
    if len(new.split()) > 1 or len(words) < 2:
        return new
    scores = [fuzz.ratio(word.lower(), new.lower()) for word in words]
    place = max(range(len(words)), key=scores.__getitem__)
    if scores[place] < 60:
        return new
    words[place] = new
    return " ".join(words)


def _candidate(
    said: Said, words: list[str], start: int, end: int, language: str, form: str, whole: bool = False
) -> Candidate | None:
    table = _tables(language)
    if start >= end:
        return None
    spelled = _letters(words, start, end, language)
    if spelled is not None and spelled[1] < end and len(spelled[0]) <= 3:
        spelled = None  # initials: "J R Smith"
    if spelled is not None:
        if whole and spelled[1] < end:
            rest, past = _goes_on(said, words, spelled[0].title(), spelled[1], end, language)
            return Candidate(_once(rest), start, past, form="open") if past == end else None
        return Candidate(spelled[0].title(), start, spelled[1], form="cued" if form == "cued" else "open")
    stop = _extent(said, words, start, end, table)
    text, past = _spelled_after(said, words, start, stop, language)
    if text and stop < past < end:
        text, past = _goes_on(said, words, text, past, end, language)
    if not text or (whole and past < end):
        return None
    text = _once(text)
    if stop - start == 1 and words[start] in table.titles:
        return None
    return Candidate(text, start, past, form="cued" if form == "cued" else "open")


def _goes_on(said: Said, words: list[str], text: str, at: int, end: int, language: str) -> tuple[str, int]:
    """After a spelled name the rest of it: "Ann, A-N-N, Lee", and that may be spelled too."""
    table = _tables(language)
    stop = _extent(said, words, at, end, table)
    rest, past = _spelled_after(said, words, at, stop, language)
    if stop == at or len(words[at]) == 1 or (past < end and not table.closes.at(words, past)):
        return text, at
    return f"{text} {rest}", past


def _once(text: str) -> str:
    """A name said again counts once: "Ann, Ann Lee", "Bond, James Bond"."""
    names = text.split()
    low = [name.lower() for name in names]
    for size in range(len(names) // 2, 0, -1):
        if low[:size] == low[size : 2 * size]:
            return " ".join(names[size:])
    if len(names) > 2 and low[0] == low[-1]:
        return " ".join(names[1:])
    return text


def _letters(words: list[str], start: int, end: int, language: str) -> tuple[str, int] | None:
    """A name spelled from its first letter: "j o h n"; at least two letters."""
    text = ""
    at = start
    repeats = dictation(language).repeats
    while at < end:
        if pair := dictation(language).double_letters.get(tuple(words[at : at + 2])):
            text += pair
            at += 2
            continue
        if words[at] in repeats and at + 1 < end and len(words[at + 1]) == 1:
            text += words[at + 1] * repeats[words[at]]
            at += 2
            continue
        single = len(words[at]) == 1
        nato = words[at] in dictation(language).nato and (
            at > start or (at + 1 < end and words[at + 1] in dictation(language).nato)
        )
        if not (single or nato) or not (letter := read_letter(words[:end], at, language)):
            break
        text += letter[0]
        at = letter[1]
    if all(word in dictation(language).nato for word in words[start:at]):
        return (text, at) if len(text) > 2 else None
    return (text, at) if len(text) > 1 and at - start > 1 else None


def _spelled_after(said: Said, words: list[str], start: int, end: int, language: str) -> tuple[str, int]:
    """The name at [start, end), its last word as spelled if it is spelled after that; and where all that ends."""
    table = _tables(language)
    if start >= end:
        letters = _letters(words, start, len(words), language)
        return (letters[0].title(), letters[1]) if letters else ("", end)
    initial = end
    text = _titled(said, words, start, initial, table)
    at = initial
    size = table.with_letter.at(words, initial)
    if size and initial + size < len(words) and len(words[initial + size]) == 1:  # "Erik with a K"
        initial = at = initial + size + 1
    while at < len(words) and (size := table.spelled.at(words, at) or (words[at] in table.part_joints)):
        at += int(size)
    if letters := _letters(words, at, len(words), language):
        spelled, past = letters[0], letters[1]
        names = text.split()
        if "".join(names).lower() == spelled:
            return text, past
        place = next(
            (i for i in range(len(names) - 1, -1, -1) if fuzz.ratio(names[i].lower(), spelled) >= 60), None
        )
        if place is not None:
            names[place] = spelled.title() if names[place].lower() != spelled else names[place]
            return " ".join(names), past
        return text, past if fuzz.ratio("".join(names).lower(), spelled) >= 60 else initial
    return text, initial


# --- title case ----------------------------------------------------------------------------------------------


def _titled(said: Said, words: list[str], start: int, end: int, table: _Tables) -> str:
    """The words as said if they are in mixed case, else in title case; "de", "van" small inside a name."""
    pieces: list[str] = []
    while start + 1 < end and words[start] in table.titles:
        start += 1
    for at in range(start, end):
        token = said.tokens[at]
        raw = said.text[token.start : token.end].strip(".,'").replace("’", "'")
        piece = _cased(raw)
        if (
            at > start
            and words[at] in table.particles
            and at + 1 < end
            and (raw.islower() or (raw.isupper() and len(raw) > 1))
        ):
            piece = piece.lower()
        gap = said.text[said.tokens[at - 1].end : token.start] if at > start else ""
        if gap in ("-", "–") and len(words[at]) > 1 and len(words[at - 1]) > 1:
            pieces[-1] += "-" + piece
        else:
            pieces.append(piece)
    return " ".join(pieces)


def _cased(raw: str) -> str:
    if not (raw.islower() or raw.isupper()):
        return raw
    text = "'".join(part[:1].upper() + part[1:].lower() for part in raw.split("'"))
    if text.endswith("'S"):
        text = text[:-1] + "s"
    if text.startswith("Mc") and len(text) > 3:
        text = "Mc" + text[2].upper() + text[3:]
    return text


TYPE = NameType()
