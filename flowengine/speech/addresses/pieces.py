"""The pieces that the part of an address before the "at" is made of: words, letters, figures and marks.

`read_pieces` reads them, `corrected` puts a correction in its place ("mark dash, no, underscore"), `joined` makes
the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowengine.speech.addresses.remarks import Remark, remark_at, respelled
from flowengine.speech.addresses.words import address_words, alike, mark_at, spelled_letter
from flowengine.speech.contract import Said
from flowengine.speech.dictation.items import dictation, read_letter
from flowengine.speech.figures.numerals import number_words, read_number
from flowengine.speech.text import gap_before

MARKS = frozenset("._-+")


@dataclass(frozen=True, slots=True)
class Piece:
    """`text`, and whether it is a letter that was spelled."""

    text: str
    letter: bool = False

    @property
    def mark(self) -> bool:
        return self.text in MARKS


def read_pieces(said: Said, words: list[str], start: int, end: int, language: str) -> list[Piece] | None:
    """The pieces of the words [start, end); None if a remark about the spelling leaves it open."""
    table, spoken = address_words(language), dictation(language)
    pieces: list[Piece] = []
    explained = False  # the last piece had a remark about its spelling
    at = start
    while at < end:
        if pieces and at > start:
            gap = said.text[said.tokens[at - 1].end : said.tokens[at].start]
            if gap in MARKS and not (gap == "-" and len(words[at]) == 1 and len(words[at - 1]) == 1):
                pieces.append(Piece(gap))
        if (
            pieces
            and (remark := remark_at(words, at, language, end))
            and (remark.mark or not pieces[-1].mark)
        ):
            if not _remarked(pieces, remark, language):
                return None
            at += remark.size
            explained = not remark.mark
            continue
        if words[at] in spoken.hesitation:
            at += 1
        elif size := table.ignored.at(words, at, end) or table.spelled.at(words, at, end - 1):
            at += size
        elif mark := mark_at(words, at, language, end):
            pieces.append(Piece(mark[0]))
            at += mark[1]
        elif letter := _repeated(words, at, end, language) or spelled_letter(words, at, language):
            pieces.append(Piece(letter[0], True))
            at = letter[1]
        elif number := read_number(words, at, language, dictated=True):
            pieces.append(Piece(number.figures))
            at = number.end
        elif words[at] in number_words(language).oh and (
            (pieces and pieces[-1].text.isdigit()) or _digit_next(words, at + 1, end, language)
        ):
            pieces.append(Piece("0"))
            at += 1
        elif words[at] in spoken.case and words[at] not in table.stops and _letter_next(words, at, end):
            at += 1  # "small o"
        else:
            word = Piece(words[at].replace("'", "").lstrip("#"))
            if pieces and gap_before(said, at).strip() and _again(pieces[-1], word, explained):
                pieces[-1] = word  # "brian with an i, brian dot hall"
            else:
                pieces.append(word)
            at += 1
            explained = False
    return pieces


def _again(last: Piece, word: Piece, explained: bool) -> bool:
    return last == word or (explained and _resembles(last.text, word.text))


def _digit_next(words: list[str], at: int, end: int, language: str) -> bool:
    """ "Kim oh seven": the "oh" stands before a figure of one digit or before another such."""
    known = number_words(language)
    while at < end and words[at] in known.oh:
        at += 1
    return at < end and (words[at] in known.units or words[at].isdigit())


def _letter_next(words: list[str], at: int, end: int) -> bool:
    return at + 1 < end and len(words[at + 1]) == 1 and words[at + 1].isalpha()


def _repeated(words: list[str], at: int, end: int, language: str) -> tuple[str, int] | None:
    """ "double s", "triple seven": the text and the place after it."""
    times = dictation(language).repeats.get(words[at])
    if times is None or at + 1 >= end:
        return None
    if words[at + 1] in number_words(language).oh and _digit_next(words, at + 2, end, language):
        return "0" * times, at + 2  # "double oh seven"
    letter = spelled_letter(words, at + 1, language)
    if letter is None and words[at + 1].isalpha():
        letter = read_letter(words, at + 1, language)
    if letter is None:
        number = read_number(words, at + 1, language, dictated=True)
        letter = (number.figures, number.end) if number else None
    return (letter[0] * times, letter[1]) if letter and len(letter[0]) == 1 else None


def _remarked(pieces: list[Piece], remark: Remark, language: str) -> bool:
    """Apply a remark to the word before it; False if it does not say what is meant."""
    if remark.mark:
        plain = [index for index, piece in enumerate(pieces) if not piece.letter]
        if len(pieces) != 2 or len(plain) != 2:
            return len(pieces) > 2 and any(piece.text == remark.mark for piece in pieces)
        pieces.insert(1, Piece(remark.mark))
        return True
    word = respelled(pieces[-1].text, remark, language)
    if word is None:
        return False
    pieces[-1] = Piece(word, pieces[-1].letter)
    return True


# --- corrected -----------------------------------------------------------------------------------------------


def corrected(before: Sequence[Piece], after: Sequence[Piece]) -> list[Piece]:
    """`after` in the place of what it corrects in `before`: a mark, figures, letters, the last word, or all of it."""
    if not before or not after:
        return list(after or before)
    if after[0].mark:
        if before[-1].mark:
            return [*before[:-1], *after]
        following = after[1].text if len(after) > 1 else ""
        place = next((i for i in range(len(before) - 1, 0, -1) if before[i].text == following), len(before))
        return [*before[: place - (place < len(before) and before[place - 1].mark)], *after]
    if all(piece.text.isdigit() for piece in after):
        return _tail(before, after, [piece.text.isdigit() for piece in before])
    if all(piece.letter for piece in after) and before[-1].letter:
        return _tail(before, after, [piece.letter for piece in before])
    first = after[0].text
    for index in range(len(before) - 1, -1, -1):
        if not before[index].mark and first and before[index].text and _resembles(before[index].text, first):
            return [*before[:index], *after]
    if before[-1].mark:
        return [*before, *after]
    if len(after) == 1 and any(piece.mark for piece in before):
        return [*before[:-1], *after]  # "john dot smith, no, jones"
    return list(after)


def _tail(before: Sequence[Piece], after: Sequence[Piece], same: Sequence[bool]) -> list[Piece]:
    """`after` instead of the pieces of its own sort at the end, or, when it is shorter, of as much of them."""
    start = len(before)
    while start and same[start - 1]:
        start -= 1
    if start == len(before):
        return list(after)
    old, new = ("".join(piece.text for piece in part) for part in (before[start:], after))
    kept = old[: len(old) - len(new)] if len(new) < len(old) else ""
    letter = after[0].letter
    return [*before[:start], *(Piece(char, letter) for char in kept), *after]


def _resembles(one: str, other: str) -> bool:
    return one == other or (
        one.isalpha() and other.isalpha() and min(len(one), len(other)) > 1 and alike(one, other)
    )


# --- the text ------------------------------------------------------------------------------------------------


def joined(pieces: Sequence[Piece]) -> str:
    """The text; a word that is then spelled out counts as spelled: "jon j o n smith" is "jonsmith"."""
    text: list[str] = []
    at = 0
    while at < len(pieces):
        if not pieces[at].letter:
            text.append(pieces[at].text)
            at += 1
            continue
        run = at
        while run < len(pieces) and pieces[run].letter:
            run += 1
        letters = "".join(piece.text for piece in pieces[at:run])
        for count in (1, 2, 3):
            before = "".join(text[-count:])
            if len(letters) > 2 and len(before) > 1 and before.isalpha() and alike(before, letters):
                del text[-count:]
                break
        text.append(letters)
        at = run
    whole = "".join(text)
    half = whole[: len(whole) // 2]
    spelled = sum(len(piece.text) for piece in pieces if piece.letter) > 2
    return half if spelled and len(half) > 2 and whole == half * 2 else whole
