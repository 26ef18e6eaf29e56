"""Two readings of one answer: "two or three", "six people or maybe seven", "two or three hundred"."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from flowengine.speech.contract import Said
from flowengine.speech.numberwords import number_words
from flowengine.speech.numerals import read_number
from flowengine.speech.tables import section
from flowengine.speech.text import filler_run, fold


@lru_cache(maxsize=16)
def _either(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in section(language, "numbers")["read"]["or"])


@lru_cache(maxsize=16)
def light_words(language: str) -> frozenset[str]:
    """Words that may stand before a figure without changing it ("about", "a", "um")."""
    core = section(language, "core")
    single = (word for word in core["fillers"] if " " not in word)
    return frozenset(fold(word) for word in (*core.get("bounds", {}).get("light", ()), *single))


def alternatives(said: Said, end: int, start: int, language: str = "en") -> bool:
    """Only "or" stands between a figure that ends at token `end` and the next at `start`: "six, or maybe seven"."""
    either, light = _either(language), light_words(language)
    between = [token.text for token in said.tokens[end:start]]
    at, joined = 0, False
    while at < len(between):
        if between[at] in either:
            joined, at = True, at + 1
        elif joined and (run := filler_run(between, at, language) or between[at] in light):
            at += run
        elif at == 0 and len(between) > 1 and between[1] in either:
            at += 1  # what is counted: "six people or seven"
        else:
            return False
    return joined


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
