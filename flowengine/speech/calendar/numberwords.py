"""Numbers in words: "twenty five", "a hundred and ten", "two thousand nine", "two point five".

Works on the words of a sentence and the number table of a language; the rest of the lexer knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def number_words(words: list[str], at: int, numbers: dict[str, Any]) -> tuple[int, int, bool] | None:
    """(value, length in words, ordinal) of the number words at `at`, None if there are none."""
    units, tens, hundreds = numbers["units"], numbers["tens"], numbers["hundreds"]
    size = len(words)

    def below_hundred(i: int) -> tuple[int, int, bool] | None:
        if i >= size:
            return None
        if words[i] in tens:
            value, j = tens[words[i]], i + 1
            if (
                j < size
                and words[j] == numbers["tens_joiner"]
                and j + 1 < size
                and 1 <= units.get(words[j + 1], 0) <= 9
            ):
                j += 1
            if j < size and 1 <= units.get(words[j], 0) <= 9:
                return value + units[words[j]], j + 1, False
            if i + 1 < size and 1 <= numbers["ordinals"].get(words[i + 1], 99) <= 9:
                return value + numbers["ordinals"][words[i + 1]], i + 2, True
            return value, i + 1, False
        if words[i] in units:
            return units[words[i]], i + 1, False
        return None

    def below_thousand(i: int) -> tuple[int, int, bool] | None:
        if i < size and words[i] in hundreds:
            value, j = hundreds[words[i]], i + 1
        elif words[i : i + 2] == [numbers.get("article"), numbers["hundred"]]:
            value, j = 100, i + 2
        else:
            first = below_hundred(i)
            if first is None:
                return None
            value, j, ordinal = first
            if ordinal or j >= size or words[j] != numbers["hundred"]:
                return first
            value, j = value * 100, j + 1
        rest = below_hundred(j + 1) if j < size and words[j] == numbers["joiner"] else below_hundred(j)
        if rest and rest[0] > 0 and not rest[2] and value:
            return value + rest[0], rest[1], False
        return value, j, False

    first = below_thousand(at)
    if first is None and words[at] and words[at] == numbers["lone_thousand"]:
        first = (1, at, False)
    if first is None:
        return None
    value, j, ordinal = first
    if not ordinal and value < 100 and j < size and words[j] == numbers["thousand"]:
        value, j = value * 1000, j + 1
        rest = below_thousand(j + 1) if j < size and words[j] == numbers["joiner"] else below_thousand(j)
        if rest and not rest[2]:
            value, j = value + rest[0], rest[1]
    return value, j - at, ordinal


def decimal_words(
    words: Sequence[str],
    values: Sequence[Any],
    at: int,
    number: tuple[int, int, bool] | None,
    numbers: dict[str, Any],
) -> tuple[float, int] | None:
    """ "Two point five" and its length in items; whole number and digit may be written ("2 point 5").

    `number` is what `number_words` found at `at`.
    """
    points = numbers.get("points", ())
    if not number and isinstance(values[at], int) and at + 1 < len(words):
        number = (values[at], 1, False)
    whole, length = (number[0], number[1]) if number and not number[2] else (0, 0)
    place = at + length
    if place + 1 >= len(words) or words[place] not in points:
        return None
    figures, at = "", place + 1
    while at < len(words):  # "two point two five"
        digit = numbers["units"].get(words[at])
        digit = values[at] if digit is None and isinstance(values[at], int) else digit
        if digit is None or digit > 9:
            break
        figures, at = f"{figures}{digit}", at + 1
    return (float(f"{whole}.{figures}"), at - place + length) if figures else None
