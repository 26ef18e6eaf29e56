"""Digits and letters read aloud, one item at a time: "double five", "eight hundred", "oh", "B as in boy", "K1A".

`flowengine.speech.runs` puts the items of one number together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.numerals import number_words, read_number
from flowengine.speech.tables import base, section
from flowengine.speech.text import fold, hear

_FIGURES = re.compile(r"[+#]?\d+(?:[-.]\d+)*")
_MIXED = re.compile(r"(?=[a-z]*\d)[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Dictation:
    """The `dictation` table of a language."""

    repeats: dict[str, int]
    plural: dict[str, int]
    between: frozenset[str]
    as_in: tuple[tuple[str, ...], ...]
    case: frozenset[str]
    letters: dict[str, str]
    double_letters: dict[tuple[str, ...], str]
    plus: frozenset[str]
    plus_phrases: tuple[tuple[str, ...], ...]
    extension: frozenset[str]
    cues: frozenset[str]
    nato: dict[str, str]


@lru_cache(maxsize=16)
def dictation(language: str) -> Dictation:
    data = section(base(language), "numbers")["dictation"]

    def words(phrase: str) -> tuple[str, ...]:
        return tuple(token.text for token in hear(phrase).tokens)

    return Dictation(
        repeats={fold(word): int(times) for word, times in data["repeats"].items()},
        plural={fold(word): int(digit) for word, digit in data.get("plural", {}).items()},
        between=frozenset(map(fold, data["between"])),
        as_in=tuple(sorted((words(entry) for entry in data["as_in"]), key=len, reverse=True)),
        case=frozenset(map(fold, data["case"])),
        letters={fold(word): letter for word, letter in data["letters"].items()},
        double_letters={words(entry): letter for entry, letter in data["double_letters"].items()},
        plus=frozenset(data["plus"]),
        plus_phrases=tuple(
            sorted((words(entry) for entry in data.get("plus_phrases", ())), key=len, reverse=True)
        ),
        extension=frozenset(map(fold, data["extension"])),
        cues=frozenset(map(fold, data["cues"])),
        nato={fold(word): letter for word, letter in data["nato"].items()},
    )


def read_letter(words: list[str], at: int, language: str) -> tuple[str, int] | None:
    """The letter spelled at `at` and the place after it: "b", "bravo", "b as in boy", "b for bravo", "capital b"."""
    table = dictation(language)
    start = at
    while at < len(words) and words[at] in table.case and at - start < 2:
        at += 1
    if at >= len(words):
        return None
    word = words[at]
    if pair := table.double_letters.get(tuple(words[at : at + 2])):
        return pair, at + 2
    if len(word) == 1 and word.isalpha():
        letter, at = word, at + 1
    elif word in table.nato:
        return table.nato[word], at + 1
    elif word in table.letters:
        letter, at = table.letters[word], at + 1
    else:
        return None
    for phrase in table.as_in:
        end = at + len(phrase)
        if (
            end < len(words)
            and tuple(words[at:end]) == phrase
            and words[end].startswith(letter)
            and len(words[end]) > 1
        ):
            return letter, end + 1
    if at < len(words) and table.nato.get(words[at]) == letter:
        return letter, at + 1
    return letter, at


def read_item(words: list[str], at: int, language: str, letters: bool) -> tuple[str, int, bool] | None:
    """Text of the item at `at`, the place after it, and whether it was a token in figures."""
    word = words[at]
    table = dictation(language)
    if word[-1:].isdigit() and word.isascii():
        if _FIGURES.fullmatch(word) and (word.count(".") != 1):
            number = None if not word.isdigit() else read_number(words, at, language, dictated=True)
            if number is not None and number.end > at + 1:
                return number.figures, number.end, True
            return re.sub(r"[-.#]", "", word), at + 1, len(word) > 1
        if not letters:
            return None
    if letters and _MIXED.fullmatch(word) and any(c.isdigit() for c in word):
        return word.replace("-", "").upper(), at + 1, True
    if word in table.repeats and at + 1 < len(words) and words[at + 1] not in table.repeats:
        if letters and tuple(words[at : at + 2]) in table.double_letters:
            return table.double_letters[tuple(words[at : at + 2])].upper(), at + 2, False
        one = read_item(words, at + 1, language, letters)
        if one and len(one[0]) == 1:
            return one[0] * table.repeats[word], one[1], False
        return None
    known = number_words(language)
    if word in known.oh and not (letters and word == "o"):
        return "0", at + 1, False
    if at + 1 < len(words) and words[at + 1] in table.plural and known.units.get(word, 0) > 1:
        return str(table.plural[words[at + 1]]) * known.units[word], at + 2, False  # "three zeros"
    number = read_number(words, at, language, dictated=True)
    if number is not None:
        return number.figures, number.end, False
    if letters and (spelled := read_letter(words, at, language)):
        return spelled[0].upper(), spelled[1], False
    return None
