"""Digits and letters read aloud: "four one five, double five, oh", "eight hundred", "B as in boy, seven".

The text is cut into runs of items; a run goes on over fillers and words such as "dash" and "area code". A run after
a correction cue replaces the whole, or, when it is shorter, the end of what was said: "415 555 2672, sorry, 2671".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from flowengine.speech.contract import Said
from flowengine.speech.corrections import correction_before, negated, opens_correction
from flowengine.speech.numerals import number_words, read_number
from flowengine.speech.tables import base, section
from flowengine.speech.text import filler_run, fold, hear

_FIGURES = re.compile(r"[+#]?\d+(?:[-.]\d+)*")
_MIXED = re.compile(r"(?=[a-z]*\d)[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(slots=True)
class Run:
    """What one run of items says: `text` (digits, upper-case letters, a leading "+"), tokens [start, end).

    `items` is how many items it has, `figures` whether any of them was written in figures of two digits or more.
    """

    text: str
    start: int
    end: int
    items: int = 1
    figures: bool = False
    groups: list[str] = field(default_factory=list)


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


def _breaks(said: Said) -> list[int]:
    """For each token the place of the next one that a comma or full stop stands before."""
    count = len(said.tokens)
    places = [count] * count
    limit = count
    for at in range(count - 1, -1, -1):
        places[at] = limit
        if at and any(mark in ",.;" for mark in said.text[said.tokens[at - 1].end : said.tokens[at].start]):
            limit = at
    return places


def _item(words: list[str], at: int, language: str, letters: bool) -> tuple[str, int, bool] | None:
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
        one = _item(words, at + 1, language, letters)
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


_recent: dict[tuple[str, str, bool, bool], tuple[Said, list[Run]]] = {}


def read_runs(said: Said, language: str, letters: bool = False, pauses: bool = False) -> list[Run]:
    """All runs, left to right, corrections applied; refused ones ("not 555") left out.

    With `pauses` a number ends at a comma: "six fifty, two fifty three" is 6 50 2 53, else 6 52 53.
    """
    key = (said.text, language, letters, pauses)
    cached = _recent.get(key)
    if cached is None or cached[0] is not said:
        if len(_recent) >= 64:
            _recent.clear()
        cached = _recent[key] = (said, _read_runs(said, language, letters, pauses))
    return cached[1]


def _read_runs(said: Said, language: str, letters: bool, pauses: bool) -> list[Run]:
    known = number_words(language)
    if not letters and not any(
        token.text in known.first or token.text in known.oh or token.text[-1].isdigit()
        for token in said.tokens
    ):
        return []
    limits = _breaks(said) if pauses else []
    words = [token.text for token in said.tokens]
    table = dictation(language)
    runs: list[tuple[Run, bool]] = []
    current: Run | None = None
    plus = False
    last_letter = False
    at = 0
    while at < len(words):
        if words[at] in table.plus:
            plus, at = True, at + 1
            continue
        if size := next(
            (len(p) for p in table.plus_phrases if p[0] == words[at] and tuple(words[at : at + len(p)]) == p),
            0,
        ):
            plus, at = True, at + size  # "country code four four"
            continue
        item = _item(words[: limits[at]] if pauses else words, at, language, letters)
        if item and words[at] in known.oh and not _zero(words, at, item[1], current, language, letters):
            item = None
        if item is None:
            if current is not None:
                step = filler_run(words, at, language) or (1 if words[at] in table.between else 0)
                if step:
                    at += step
                    continue
                current = None
            plus = False
            at += 1
            continue
        text, end, figures = item
        if text == "0" and words[at] in known.oh and last_letter and letters:
            text = "O"
        cue = False
        if (current is not None and at > current.end) or (current is None and runs):
            floor = runs[-1][0].end if runs else 0
            cue = correction_before(said, at, language, floor) is not None
            if cue:
                current = None
        if plus:
            current = None
        if current is None:
            start = at - 1 if plus else at
            current = Run(("+" if plus else "") + text, start, end, 1, figures, [text])
            runs.append((current, cue))
        else:
            current.text += text
            current.groups.append(text)
            current.end, current.items, current.figures = end, current.items + 1, current.figures or figures
        plus, last_letter = False, text[-1:].isalpha()
        at = end
    return _corrected(said, runs, language)


def _zero(words: list[str], at: int, end: int, current: Run | None, language: str, letters: bool) -> bool:
    """This "oh" is a zero: right after a digit, or right before one that is no long group in figures."""
    if opens_correction(words, at, language):
        return False  # "oh wait"
    if current is not None and current.end == at:
        return True
    if end >= len(words):
        return False
    following = words[end]
    if following.isdigit():
        return len(following) < 3
    if following in number_words(language).oh:
        return True
    return _item(words, end, language, letters) is not None


def _corrected(said: Said, runs: list[tuple[Run, bool]], language: str) -> list[Run]:
    kept: list[Run] = []
    for run, cue in runs:
        refused = negated(said, run.start, run.end, language)
        if cue and kept and not refused:
            before = kept.pop()
            kept.append(_replaced(before, run))
        elif not refused:
            kept.append(run)
        elif second := _second_half(run):
            kept.append(second)
    return kept


def _second_half(run: Run) -> Run | None:
    """ "not 555, 556": what is refused and what is meant came in one run, both of the same length."""
    half, odd = divmod(len(run.text), 2)
    if odd or half < 1 or run.items < 2:
        return None
    first, second = run.text[:half], run.text[half:]
    if first == second or (half > 1 and sum(a == b for a, b in zip(first, second, strict=True)) * 2 < half):
        return None
    return Run(second, run.start, run.end, run.items, run.figures, [second])


def _replaced(before: Run, after: Run) -> Run:
    """`after` instead of `before`; if it is shorter, instead of as much of its end."""
    if len(after.text) >= len(before.text) or after.text.startswith("+"):
        return Run(after.text, before.start, after.end, after.items, after.figures, after.groups)
    text = before.text[: len(before.text) - len(after.text)] + after.text
    return Run(
        text, before.start, after.end, before.items + after.items, before.figures or after.figures, [text]
    )
