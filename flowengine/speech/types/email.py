"""`email`: an address, as written or read aloud: "john dot smith at gmail dot com", "j as in juliet". Closed.

An address is found by its "at" and the domain after it. The part before is read backwards to the word where an address
cannot go on ("my email is ..."): words, spelled letters, the NATO alphabet, figures and marks. A word that is then
spelled out counts once, as spelled ("Jon, J-O-N"). The value is in lower case and checked by email-validator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.corrections import correction_before, surviving
from flowengine.speech.dictation import Dictation, dictation, read_letter
from flowengine.speech.numerals import number_words, read_number
from flowengine.speech.tables import base, section
from flowengine.speech.text import fold, hear

Phrases = tuple[tuple[str, ...], ...]
LOCAL_WORDS = 30
"""Words that the part before the "at" may have (spelled letter by letter)."""


@dataclass(frozen=True, slots=True)
class _Tables:
    at: Phrases
    dot: frozenset[str]
    marks: dict[tuple[str, ...], str]
    stops: frozenset[str]
    ignored: Phrases
    spelled: Phrases
    providers: dict[str, str]
    heard_as: dict[tuple[str, ...], tuple[str, ...]]
    ends: frozenset[str]
    mailboxes: frozenset[str]


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    data = section(language, "email")

    def phrase(text: str) -> tuple[str, ...]:
        return tuple(token.text for token in hear(text).tokens) or (text,)

    def phrases(entries: Sequence[str]) -> Phrases:
        return tuple(sorted({phrase(entry) for entry in entries}, key=len, reverse=True))

    return _Tables(
        at=phrases(data["at"]),
        dot=frozenset(map(fold, data["dot"])),
        marks={phrase(words): mark for words, mark in data["marks"].items()},
        stops=frozenset(map(fold, data["words"]["stops"])),
        ignored=phrases(data["words"]["ignored_phrases"]),
        spelled=phrases(data["words"]["spelled"]),
        providers=dict(data["providers"]),
        heard_as={phrase(words): phrase(meant) for words, meant in data["heard_as"].items()},
        ends=frozenset(data["ends"]["list"]),
        mailboxes=frozenset(map(fold, data["words"].get("mailboxes", ()))),
    )


class EmailType:
    """See the module's text."""

    name = "email"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        language = base(context.language)
        table = _tables(language)
        words = [token.text for token in said.tokens]
        found: list[Candidate] = []
        floor = 0
        at = 0
        while at < len(words):
            if "@" in words[at] and len(words[at]) > 3:
                if address := _checked(words[at]):
                    found.append(Candidate(address, at, at + 1))
                    floor = at + 1
                at += 1
                continue
            size = _phrase_at(words, at, table.at)
            domain = _domain(words, at + size, language, context.asked, said) if size else None
            if domain is None:
                at += 1
                continue
            start, local = _local(said, words, floor, at, language)
            if not local and at > floor and words[at - 1] in table.mailboxes:
                start, local = at - 1, words[at - 1]  # "hello at acme dot com"
            address = _checked(f"{local}@{domain[0]}") if local else None
            if address:
                found.append(Candidate(address, start, domain[1]))
                floor = domain[1]
            elif found and not local:
                # "at gmail, no sorry, at yahoo dot com": only the domain is said again
                last = found[-1]
                if correction_before(said, at, language, last.end) is not None:
                    again = _checked(f"{str(last.value).split('@')[0]}@{domain[0]}")
                    if again:
                        found[-1] = Candidate(again, last.start, domain[1])
                        floor = domain[1]
            at = domain[1]
        kept = surviving(said, [(one.start, one.end) for one in found], language)
        return [found[index] for index in kept]

    def spoken(self, value: object, language: str) -> str:
        return say_email(str(value), language)


def _checked(address: str) -> str | None:
    """`address` in its canonical form, None if it cannot be one."""
    from email_validator import EmailNotValidError, validate_email  # slow to import, rarely needed

    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return None


def _phrase_at(words: list[str], at: int, phrases: Phrases) -> int:
    return next((len(p) for p in phrases if tuple(words[at : at + len(p)]) == p), 0)


# --- the domain ----------------------------------------------------------------------------------------------


def _domain(words: list[str], at: int, language: str, asked: bool, said: Said) -> tuple[str, int] | None:
    """The domain that begins at `at` and the place after it."""
    table = _tables(language)
    start = at
    labels: list[str] = [""]
    last_word = at
    while at < len(words) and at - start < 14:
        if _phrase_at(words, at, table.at) and not (len(labels) > 1 and not labels[-1]):
            return (
                None
                if len(labels) == 1
                else (_whole(labels), last_word)
                if labels[-1] in table.ends
                else None
            )
        at, piece = _label_piece(words, at, language)
        if piece is None:
            break
        if piece == ".":
            if not labels[-1]:
                break
            labels.append("")
            continue
        if labels[-1] and len(labels) > 1 and labels[-1] in table.ends:
            at = last_word
            break
        if correction_before(said, at - 1, language, start) is not None and labels != [""]:
            labels = [""]  # "at gmail, no, yahoo dot com"
        if "." in piece:
            labels[-1] += piece
            if piece.rsplit(".", 1)[1] in table.ends:
                return _whole(labels), at
        else:
            labels[-1] += piece
        last_word = at
        if len(labels) > 1 and labels[-1] in table.ends and not (at < len(words) and words[at] in table.dot):
            return _whole(labels), at
    if len(labels) > 1 and labels[-1] in table.ends:
        return _whole(labels), last_word
    return _provider(words, start, language) if asked else None


def _whole(labels: list[str]) -> str:
    return ".".join(label for label in labels if label)


def _label_piece(words: list[str], at: int, language: str) -> tuple[int, str | None]:
    table = _tables(language)
    for phrase, meant in table.heard_as.items():
        if tuple(words[at : at + len(phrase)]) == phrase and (
            len(phrase) > 1 or (at and words[at - 1] in table.dot) or len(meant) > 1
        ):
            return at + len(phrase), "".join(meant) if len(meant) == 1 else ".com"
    word = words[at]
    if word in table.dot:
        return at + 1, "."
    if mark := table.marks.get((word,)):
        return at + 1, mark if mark == "-" else None
    for phrase in table.ignored:
        if tuple(words[at : at + len(phrase)]) == phrase and at + len(phrase) < len(words):
            return _label_piece(words, at + len(phrase), language)
    if letter := _spelled(words, at, language):
        return letter[1], letter[0]
    if number := read_number(words, at, language, dictated=True):
        return number.end, number.figures
    bare = word.replace("'", "")
    if not all(c.isalnum() or c in ".-" for c in bare) or not bare.isascii():
        return at + 1, None
    return at + 1, bare


def _provider(words: list[str], at: int, language: str) -> tuple[str, int] | None:
    table = _tables(language)
    for phrase, meant in table.heard_as.items():
        if tuple(words[at : at + len(phrase)]) == phrase and "".join(meant) in table.providers:
            return table.providers["".join(meant)], at + len(phrase)
    if at < len(words) and words[at] in table.providers:
        return table.providers[words[at]], at + 1
    return None


# --- the part before the "at" --------------------------------------------------------------------------------


def _local(said: Said, words: list[str], floor: int, end: int, language: str) -> tuple[int, str]:
    """Where the part before the "at" begins, and its text."""
    start = _local_start(words, floor, end, language)
    while start < end and (words[start] in dictation(language).plus or words[start] in _tables(language).dot):
        start += 1
    for cut in range(start + 1, end):
        begin = correction_before(said, cut, language, start)
        if begin is not None:
            start = cut  # "john, no, jon at ...": what stands before the cue is gone
    return start, _local_text(said, words, start, end, language)


def _local_start(words: list[str], floor: int, end: int, language: str) -> int:
    table = _tables(language)
    letters = dictation(language)
    start = end
    while start > floor and end - start < LOCAL_WORDS:
        word = words[start - 1]
        if size := next(
            (len(p) for p in table.ignored if tuple(words[max(floor, start - len(p)) : start]) == p), 0
        ):
            start -= size
            continue
        if word in table.stops or word.removesuffix("'s") in table.stops:
            skipped = _skipped(words, start, table, letters, floor)
            if not skipped:
                break
            start -= skipped
            continue
        start -= 1
    return start


def _skipped(words: list[str], end: int, table: _Tables, letters: Dictation, floor: int) -> int:
    """A stop word that belongs to the address all the same: in "b as in boy", "that's j o h n", a single letter."""
    word = words[end - 1]
    for phrase in letters.as_in:
        size = len(phrase)
        if end - size - 1 >= floor and tuple(words[end - size : end]) == phrase and end < len(words):
            letter = words[end - size - 1]
            if len(letter) == 1 and words[end].startswith(letter):
                return size + 1
    spelled_next = end + 1 < len(words) and len(words[end]) == 1 and len(words[end + 1]) == 1
    for phrase in table.spelled:
        size = len(phrase)
        if tuple(words[end - size : end]) == phrase and spelled_next and end - size - 1 >= floor:
            before = words[end - size - 1]
            if before not in table.stops and len(before) > 1:
                return size
    for phrase in table.ignored:
        size = len(phrase)
        if end - size >= floor and tuple(words[end - size : end]) == phrase and size > 1:
            return size
    if len(word) == 1 and word.isalpha() and end - 2 >= floor and words[end - 2] in letters.repeats:
        return 2  # "double a"
    if len(word) == 1 and end < len(words) and word.isalpha():
        neighbour = words[end]
        before = words[end - 2] if end - 2 >= floor else ""
        if len(neighbour) == 1 or len(before) == 1 or neighbour in ("dot", "underscore", "dash"):
            return 1
    return 0


def _spelled(words: list[str], at: int, language: str) -> tuple[str, int] | None:
    """A spelled letter; a NATO word counts as one only among other letters ("mike at gmail" is Mike)."""
    word = words[at]
    if len(word) == 1 and word.isalpha():
        return read_letter(words, at, language)
    nato = dictation(language).nato
    if word in nato:
        near = [words[i] for i in (at - 2, at - 1, at + 1, at + 2) if 0 <= i < len(words)]
        if sum(other in nato or (len(other) == 1 and other.isalpha()) for other in near) >= 2:
            return nato[word], at + 1
    return None


def _local_text(said: Said, words: list[str], start: int, end: int, language: str) -> str:
    table = _tables(language)
    pieces: list[tuple[str, bool]] = []  # text, spelled letter by letter
    repeats = dictation(language).repeats
    at = start
    while at < end:
        if pieces and at > start:
            gap = said.text[said.tokens[at - 1].end : said.tokens[at].start]
            if gap in (".", "_", "-", "+") and not (
                gap == "-" and len(words[at]) == 1 and len(words[at - 1]) == 1
            ):
                pieces.append((gap, False))
        if phrase := next(
            (p for p in table.ignored if tuple(words[at : at + len(p)]) == p and at + len(p) <= end), None
        ):
            at += len(phrase)
            continue
        if phrase := next(
            (p for p in table.spelled if tuple(words[at : at + len(p)]) == p and at + len(p) < end), None
        ):
            at += len(phrase)
            continue
        if mark := next(
            ((m, len(p)) for p, m in table.marks.items() if tuple(words[at : at + len(p)]) == p), None
        ):
            pieces.append((mark[0], False))
            at += mark[1]
            continue
        if words[at] in repeats and at + 1 < end:
            letter = (
                _spelled(words, at + 1, language)
                or (words[at + 1].isalpha() and read_letter(words, at + 1, language))
                or _one_digit(words, at + 1, language)
            )
            if letter and len(letter[0]) == 1:
                pieces.append((letter[0] * repeats[words[at]], True))
                at = letter[1]
                continue
        if letter := _spelled(words, at, language):
            pieces.append((letter[0], True))
            at = letter[1]
            continue
        if number := read_number(words, at, language, dictated=True):
            pieces.append((number.figures, False))
            at = number.end
            continue
        if words[at] in number_words(language).oh and (pieces and pieces[-1][0].isdigit()):
            pieces.append(("0", False))
        else:
            pieces.append((words[at].replace("'", "").lstrip("#"), False))
        at += 1
    return _without_repeats(pieces)


def _one_digit(words: list[str], at: int, language: str) -> tuple[str, int] | None:
    number = read_number(words, at, language, dictated=True)
    return (number.figures, number.end) if number and len(number.figures) == 1 else None


def _without_repeats(pieces: list[tuple[str, bool]]) -> str:
    """Join; a word that is then spelled out counts as spelled: "jon j o n smith" is "jonsmith"."""
    text: list[str] = []
    at = 0
    while at < len(pieces):
        if not pieces[at][1]:
            text.append(pieces[at][0])
            at += 1
            continue
        run = at
        while run < len(pieces) and pieces[run][1]:
            run += 1
        letters = "".join(piece for piece, _ in pieces[at:run])
        for count in (1, 2, 3):
            before = "".join(text[-count:])
            if len(letters) > 2 and len(before) > 1 and before.isalpha() and _alike(before, letters):
                del text[-count:]
                break
        text.append(letters)
        at = run
    whole = "".join(text)
    half = whole[: len(whole) // 2]
    spelled = sum(len(piece) for piece, letter in pieces if letter) > 2
    return half if spelled and len(half) > 2 and whole == half * 2 else whole


def _alike(word: str, letters: str) -> bool:
    from rapidfuzz import fuzz

    return word[0] == letters[0] and fuzz.ratio(word, letters) >= 70


def say_email(value: str, language: str) -> str:
    """ "john dot smith at gmail dot com"; figures digit by digit."""
    marks = section(language, "speaking")["marks"]
    digits = section(language, "numbers")["digits"]
    out: list[str] = []
    word = ""
    for mark in value:
        if mark.isalpha():
            word += mark
            continue
        if word:
            out.append(word)
            word = ""
        out.append(digits[int(mark)] if mark.isdigit() and mark.isascii() else marks.get(mark, mark))
    return " ".join([*out, word] if word else out)


TYPE = EmailType()
