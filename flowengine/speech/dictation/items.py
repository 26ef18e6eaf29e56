"""Digits and letters read aloud, one item at a time: "double five", "eight hundred", "oh", "B as in boy", "K1A".

`flowengine.speech.dictation.runs` puts the items of one number together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.contract import Said
from flowengine.speech.figures.numerals import number_words, read_number
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import base, section
from flowengine.speech.text import fold
from flowengine.speech.wordtables import WordTable, folded, heard

_FIGURES = re.compile(r"[+#]?\d+(?:[-.]\d+)*")
_MIXED = re.compile(r"(?=[a-z]*\d)[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing said: its `text` (digits, upper-case letters), tokens [start, end), whether it came in figures."""

    text: str
    start: int
    end: int
    figures: bool = False
    gap: int = 0
    """What stands between it and the item before: one of JOINED, PAUSE, STOP, RESTATED."""


JOINED, PAUSE, STOP, RESTATED = range(4)
"""Gaps between items: nothing, a comma or a hesitation, the end of a sentence or other words, "that's"."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of items says: `text` (digits, upper-case letters, a leading "+"), tokens [start, end).

    `others` are less likely readings of the same words, `either` what the caller left open ("three or eight").
    `partial`: the caller said that this is not all ("it starts with ..."). `cue`: a correction stands before it.
    """

    text: str
    start: int
    end: int
    items: tuple[Item, ...]
    others: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    partial: bool = False
    cue: bool = False

    @property
    def figures(self) -> bool:
        """Any of it was written in figures of two digits or more."""
        return any(item.figures for item in self.items)

    @property
    def readings(self) -> tuple[str, ...]:
        return (self.text, *self.others)


@dataclass(frozen=True, slots=True)
class Dictation:
    """The `dictation` table of a language."""

    repeats: dict[str, int]
    plural: dict[str, int]
    between: frozenset[str]
    between_phrases: PhraseList
    restating: PhraseList
    hesitation: frozenset[str]
    as_in: tuple[tuple[str, ...], ...]
    case: frozenset[str]
    letters: dict[str, str]
    double_letters: dict[tuple[str, ...], str]
    plus: frozenset[str]
    plus_phrases: PhraseList
    cues: frozenset[str]
    cue_light: frozenset[str]
    no_code: frozenset[str]
    letter_words: frozenset[str]
    no_plural: frozenset[str]
    ordinal_ends: frozenset[str]
    counted: frozenset[str]
    streets: frozenset[str]
    year_before: frozenset[str]
    year_in: frozenset[str]
    named_ones: frozenset[str]
    persons: frozenset[str]
    other_numbers: frozenset[str]
    other_light: frozenset[str]
    nato: dict[str, str]


@lru_cache(maxsize=16)
def dictation(language: str) -> Dictation:
    """The table of a language, made once."""
    numbers = section(base(language), "numbers")
    data = numbers["dictation"]
    table = WordTable(data, language)
    return Dictation(
        repeats={fold(word): int(times) for word, times in data["repeats"].items()},
        plural={fold(word): int(digit) for word, digit in data.get("plural", {}).items()},
        between=table.words("between"),
        between_phrases=table.heard("between_phrases"),
        restating=table.heard("restating"),
        hesitation=table.words("hesitation"),
        as_in=tuple(sorted((heard(entry) for entry in data["as_in"]), key=len, reverse=True)),
        case=table.words("case"),
        letters={fold(word): letter for word, letter in data["letters"].items()},
        double_letters={heard(entry): letter for entry, letter in data["double_letters"].items()},
        plus=frozenset(data["plus"]),
        plus_phrases=table.heard("plus_phrases"),
        cues=table.words("cues"),
        cue_light=table.words("cue_light"),
        no_code=table.words("no_code") | folded(numbers["read"]["months"]),
        letter_words=table.words("letter_words"),
        no_plural=table.words("no_plural"),
        ordinal_ends=table.words("ordinal_ends"),
        counted=table.words("counted"),
        streets=table.words("streets"),
        year_before=table.words("year_before"),
        year_in=table.words("year_in"),
        named_ones=folded(numbers["read"].get("one_named", ())),
        persons=table.words("persons"),
        other_numbers=table.words("other_numbers"),
        other_light=table.words("other_light"),
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
    tail = word.lstrip("0123456789")
    if letters and tail and _MIXED.fullmatch(word) and tail not in table.ordinal_ends:
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
    if letters and at + 1 < len(words) and (plural := _plural_letter(words[at + 1], table)):
        times = known.units.get(word, 0)
        if 1 < times < 5:
            return plural * times, at + 2, False  # "two Ts"
    number = read_number(words, at, language, dictated=True)
    if number is not None:
        return number.figures, number.end, False
    if letters and (spelled := read_letter(words, at, language)):
        return spelled[0].upper(), spelled[1], False
    return None


def _plural_letter(word: str, table: Dictation) -> str:
    """ "ts", "t's" -> "T"; empty for anything else."""
    bare = word.replace("'", "")
    plural = len(bare) == 2 and bare[1] == "s" and bare[0].isalpha() and word not in table.no_plural
    return bare[0].upper() if plural else ""


def code_letters(said: Said, at: int, beside: str, language: str, first: bool = True) -> str | None:
    """The letters of a code that the recogniser wrote as one word ("TX" of "TX-40918", "ABX" of "ABX 3391").

    `beside` is what stands between the word and the figures after it (before it, unless `first`). Words of the
    language are told apart by how they are written: in capitals within an utterance that is not, glued to the
    figures, dotted, or without a vowel.
    """
    word = said.tokens[at].text
    if not 2 <= len(word) <= 4 or not word.isalpha() or not word.isascii() or beside not in _BESIDE:
        return None
    table = dictation(language)
    if word in table.no_code or word in table.cues or word in table.counted:
        return None
    raw = said.raw(at, at + 1)
    if (first and beside in ("-", "/")) or "." in raw or not _VOWELS.intersection(word):
        return word.upper()
    if not raw.isupper():
        return None
    alone = first and len(said.tokens) < 4 and sum(token.text.isalpha() for token in said.tokens) == 1
    return word.upper() if alone or not said.text.isupper() else None


_BESIDE = frozenset(("", " ", "-", "/", " - ", ", "))
_VOWELS = frozenset("aeiouy")
