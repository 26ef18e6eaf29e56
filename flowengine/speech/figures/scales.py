"""Scales: what two alternatives are counted in together, "two or three hundred" being 200 or 300."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from flowengine.speech.figures.numberwords import number_words
from flowengine.speech.figures.numerals import read_number


def shared_scale(
    words: list[str],
    former: Decimal,
    start: int,
    end: int,
    language: str,
    more: Mapping[str, int] = MappingProxyType({}),
) -> int:
    """What `former` is counted in when the number at [start, end) follows with "or": 100 in "two or three hundred".

    1 if it stands for itself ("fifty or a hundred"). `more` are further scale words ("grand").
    """
    table = number_words(language)
    last = end - 1
    while last > start and words[last] not in table.first and words[last] not in more:
        last -= 1  # the unit
    word = words[last]
    size = 100 if word in table.hundred else table.scales.get(word) or more.get(word, 1)
    counted = read_number(words[:last], start, language) if size > 1 and last > start else None
    if counted is None or words[start] in table.article or counted.end != last:
        return 1
    return size if 0 < former < counted.exact else 1
