"""The part of an address before the "at": "john dot smith", "j as in juliet, o h n", "mary underscore 42".

It is read backwards to the word where an address cannot go on ("my email is ...").
"""

from __future__ import annotations

from flowengine.speech.addresses.words import AddressWords, address_words, spelled_letter
from flowengine.speech.contract import Said
from flowengine.speech.corrections import correction_before
from flowengine.speech.dictation import Dictation, dictation, read_letter
from flowengine.speech.numerals import number_words, read_number

LOCAL_WORDS = 30
"""Words that the part before the "at" may have (spelled letter by letter)."""


def read_local(said: Said, words: list[str], floor: int, end: int, language: str) -> tuple[int, str]:
    """Where the part before the "at" begins, and its text."""
    start = _local_start(words, floor, end, language)
    while start < end and (
        words[start] in dictation(language).plus or words[start] in address_words(language).dot
    ):
        start += 1
    for cut in range(start + 1, end):
        begin = correction_before(said, cut, language, start)
        if begin is not None:
            start = cut  # "john, no, jon at ...": what stands before the cue is gone
    return start, _local_text(said, words, start, end, language)


def _local_start(words: list[str], floor: int, end: int, language: str) -> int:
    table = address_words(language)
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


def _skipped(words: list[str], end: int, table: AddressWords, letters: Dictation, floor: int) -> int:
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


def _local_text(said: Said, words: list[str], start: int, end: int, language: str) -> str:
    table = address_words(language)
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
                spelled_letter(words, at + 1, language)
                or (words[at + 1].isalpha() and read_letter(words, at + 1, language))
                or _one_digit(words, at + 1, language)
            )
            if letter and len(letter[0]) == 1:
                pieces.append((letter[0] * repeats[words[at]], True))
                at = letter[1]
                continue
        if letter := spelled_letter(words, at, language):
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
