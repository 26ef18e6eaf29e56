"""The part of an address before the "at": "john dot smith", "j as in juliet, o h n", "mary underscore 42".

It is read backwards to the word where an address cannot go on ("my email is ..."). What a correction inside it
replaces is `pieces.corrected`.
"""

from __future__ import annotations

from flowengine.speech.addresses.pieces import Piece, corrected, joined, read_pieces
from flowengine.speech.addresses.remarks import remark_at, remark_before
from flowengine.speech.addresses.words import AddressWords, address_words, mark_at
from flowengine.speech.canon import without_ending
from flowengine.speech.clauses.moods import clauses
from flowengine.speech.contract import Said
from flowengine.speech.corrections import correction_before
from flowengine.speech.dictation.items import Dictation, dictation
from flowengine.speech.figures.numerals import number_words
from flowengine.speech.names.tables import names_of
from flowengine.speech.text import gap_before, is_filler

LOCAL_WORDS = 30
"""Words that the part before the "at" may have (spelled letter by letter)."""
INNER_WORDS = 6
"""Words that it may have if small words are among them ("music for life")."""


def read_local(said: Said, words: list[str], floor: int, end: int, language: str) -> tuple[int, str]:
    """Where the part before the "at" at `end` begins, and its text; empty if nothing there can be one."""
    table = address_words(language)
    start = _opened(said, words, floor, _start(said, words, floor, end, language), end, language)
    if start < end and _describes(words, start, end, floor, table):
        return start, ""
    pieces = _pieces(said, words, start, end, language)
    if start < end and (begin := correction_before(said, start, language, floor)) is not None:
        earlier = _start(said, words, floor, begin, language)
        if before := _pieces(said, words, earlier, begin, language):
            merged = corrected(before, pieces)
            start = start if merged == pieces else earlier
            pieces = merged
    while pieces and (pieces[0].text in (".", "+")):
        pieces = pieces[1:]
    return start, joined(pieces)


def read_glued(said: Said, words: list[str], floor: int, at: int, language: str) -> tuple[int, str]:
    """The local part of an address of which the recogniser glued only the end ("john smith@gmail.com")."""
    local = words[at].split("@", 1)[0]
    start = _start(said, words, floor, at, language)
    if start == at or any(gap_before(said, i) not in (" ", "-", "_", ".") for i in range(start + 1, at + 1)):
        return at, local
    pieces = _pieces(said, words, start, at, language)
    plain = sum(not (piece.mark or piece.letter or piece.text.isdigit()) for piece in pieces)
    marked = bool(pieces) and pieces[-1].mark
    whole = not local.isalnum() or any(c.isdigit() for c in local) != local.isdigit() or len(local) == 1
    if any(word in address_words(language).weak_stops for word in words[start:at]):
        return at, local  # "sure thing mary@gmail.com"
    if not pieces or plain > 2 or (whole and not marked) or any(piece.text == local for piece in pieces):
        return at, local
    if _describes(words, start, at, floor, address_words(language)):
        return at, local
    return start, joined([*pieces, Piece(local)])


def _pieces(said: Said, words: list[str], start: int, end: int, language: str) -> list[Piece]:
    """The pieces of [start, end), corrections among them applied."""
    for cut in range(start + 1, end):
        if (remark := remark_at(words, cut - 1, language, end)) and remark.letter:
            continue  # "no s"
        begin = correction_before(said, cut, language, start)
        if begin is None or _ignored(words, begin, cut, end, language):
            continue
        if begin > start or cut + 1 == end:
            before = read_pieces(said, words, start, begin, language) or []
            return corrected(before, _pieces(said, words, cut, end, language))
    return read_pieces(said, words, start, end, language) or []


def _ignored(words: list[str], begin: int, cut: int, end: int, language: str) -> bool:
    """The "no" from `begin` to `cut` belongs to a phrase such as "with no dots"."""
    ignored = address_words(language).ignored
    return any(at + ignored.at(words, at, end) > cut for at in (begin - 1, begin) if at >= 0)


def _describes(words: list[str], start: int, end: int, floor: int, table: AddressWords) -> bool:
    """No address: what it is made of ("my full name at gmail"), or a verb ("I work at bestbuy dot com")."""
    if words[end - 1] in table.placeholders or (start == end - 1 and words[start] in table.verbs):
        return True
    return start > floor and words[start - 1] in table.subjects


def _start(said: Said, words: list[str], floor: int, end: int, language: str) -> int:
    table = address_words(language)
    letters = dictation(language)
    start = end
    while start > floor and end - start < LOCAL_WORDS:
        word = words[start - 1]
        size = table.ignored.before(words, start, floor)
        if not size and (remark := remark_before(words, start, floor, language)):
            about = words[start - remark - 1] if start - remark > floor else ""
            size = (
                remark if about and about not in table.stops else 0
            )  # not the "no a n n" of "no, a n n e at ..."
        if size:
            start -= size
            continue
        if word in letters.hesitation:
            if not _hesitates(said, words, start - 1, floor, language):
                break
            start -= 1
            continue
        if word in table.stops or without_ending(word, language) in table.stops:
            skipped = _skipped(words, start, table, letters, floor, language)
            if not skipped:
                break
            start -= skipped
            continue
        if start < end and gap_before(said, start).strip():
            if word in table.weak_stops:
                break  # "great, ann at ..."
            if _counts(words, start - 1, floor, table, language):
                break  # "I've got two, ann at ..."
            if _ended(said, words, start, floor, table, letters, language):
                break  # "my husband's is easier, frank at ..."
        start -= 1
    while start < end and (words[start] in letters.plus or words[start] in letters.hesitation):
        start += 1
    return start


def _ended(
    said: Said,
    words: list[str],
    start: int,
    floor: int,
    table: AddressWords,
    letters: Dictation,
    language: str,
) -> bool:
    """What stands before the mark at `start` is a clause of its own: of whole words only, not after "email is"."""
    read = clauses(said, language)
    if read.mood(start - 1) == "asked" != read.mood(start):
        return True  # "erin at, what's it called, erin at ..."
    at = start - 1
    if not all(_plain(words, place, table, letters, language) for place in (at, start)):
        return False
    while at > floor and not gap_before(said, at).strip() and words[at] not in table.stops:
        at -= 1
        if words[at] not in table.stops and not _plain(words, at, table, letters, language):
            return False
    for phrase in letters.as_in:
        begin = at + 1 - len(phrase)
        if begin > floor and len(words[begin - 1]) == 1 and tuple(words[begin : at + 1]) == phrase:
            return False  # "b as in boy, carter at ..."
    if words[at] not in table.stops:
        return False
    opened = words[at] in table.openers and (
        words[at] not in table.copulas or words[max(floor, at - 1)] in table.heads
    )
    everyday = names_of(language)
    return (
        not opened or words[start - 1] in everyday.not_names | everyday.adjectives
    )  # "it's long, ted at ..."


def _plain(words: list[str], at: int, table: AddressWords, letters: Dictation, language: str) -> bool:
    """A whole word: no letter, figure or mark, and no alphabet's name of one."""
    word = words[at]
    figure = word in number_words(language).first or any(c.isdigit() for c in word)
    if word in table.weak_stops:
        return True  # "that one"
    return not (len(word) == 1 or figure or word in letters.nato or table.mark_words.at(words, at))


def _counts(words: list[str], at: int, floor: int, table: AddressWords, language: str) -> bool:
    """The number word at `at` counts addresses: it follows a word that no address has, and words follow it."""
    known = number_words(language).units
    following = words[at + 1]
    return (
        words[at] in known
        and (at == floor or words[at - 1] in table.stops or words[at - 1] in table.verbs)
        and len(following) > 1
        and following not in known
    )


def _hesitates(said: Said, words: list[str], at: int, floor: int, language: str) -> bool:
    """The "um" at `at` stands within the address: "pete um dot uh wilson", but not "sure thing, um, john"."""
    table, sounds = address_words(language), dictation(language).hesitation
    before = at - 1
    while before >= floor and words[before] in sounds:
        before -= 1
    if before < floor or words[before] in table.stops:
        return False
    after = at + 1
    while after < len(words) and words[after] in sounds:
        after += 1
    near = (words[before], words[after] if after < len(words) else "")
    if any(len(word) == 1 or word in table.dot or (word,) in table.marks or word.isdigit() for word in near):
        return True
    return "," not in gap_before(said, at) and "." not in gap_before(said, at)


def _opened(said: Said, words: list[str], floor: int, start: int, end: int, language: str) -> int:
    """An earlier start if small words stand inside: "it's music for life at ...", "ben and jerry at ..."."""
    table = address_words(language)
    if start in (end, floor) or words[start - 1] not in table.inner:
        return start
    at = start
    while at > floor and end - at < INNER_WORDS:
        word = words[at - 1]
        if word in table.openers:
            break
        if word in table.stops and word not in table.inner:
            if is_filler(word, language):
                break
            return start
        if mark_at(words, at - 1, language):
            return start
        if gap_before(said, at).strip(" -"):
            break
        at -= 1
    else:
        if at > floor or any(word in table.linking for word in words[at:start]):
            return start
    named = at > floor + 1 and words[at - 2] in table.placeholders
    inside = at < start and words[at] not in table.stops | table.verbs and not named
    return at if inside else start


def _skipped(
    words: list[str], end: int, table: AddressWords, letters: Dictation, floor: int, language: str
) -> int:
    """A stop word that belongs to the address all the same: in "b as in boy", "that's j o h n", a single letter."""
    word = words[end - 1]
    for phrase in letters.as_in:
        size = len(phrase)
        if end - size - 1 >= floor and tuple(words[end - size : end]) == phrase and end < len(words):
            letter = words[end - size - 1]
            if len(letter) == 1 and words[end].startswith(letter):
                return size + 1
    spelled_next = end + 1 < len(words) and len(words[end]) == 1 and len(words[end + 1]) == 1
    if spelled_next and (size := table.spelled.before(words, end, floor)) and end - size - 1 >= floor:
        before = words[end - size - 1]
        if before not in table.stops and len(before) > 1:
            return size
    known = number_words(language)
    following = words[end] if end < len(words) else ""
    if word in known.oh and (following in known.units or following in known.oh or following.isdigit()):
        return 1  # "four oh nine"
    if (
        word in known.tens_joints
        and following in known.units
        and end - 2 >= floor
        and words[end - 2] in known.tens
    ):
        return 1  # "ochenta y cinco"
    if len(word) == 1 and word.isalpha() and end - 2 >= floor and words[end - 2] in letters.repeats:
        return 2  # "double a"
    if len(word) == 1 and end < len(words) and word.isalpha():
        neighbour = words[end]
        before = words[end - 2] if end - 2 >= floor else ""
        if len(neighbour) == 1 or len(before) == 1 or not {(neighbour,), (before,)}.isdisjoint(table.marks):
            return 1
    return 0
