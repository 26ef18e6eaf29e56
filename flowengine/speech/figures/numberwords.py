"""The words numbers are read from: the `read` part of a language's `numbers` table, folded and made once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from flowengine.speech.tables import base, section
from flowengine.speech.text import fold


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The `read` part of a language's `numbers` table, folded."""

    units: dict[str, int]
    teens: dict[str, int]
    tens: dict[str, int]
    hundreds: dict[str, int]
    hundred: frozenset[str]
    scales: dict[str, int]
    joints: frozenset[str]
    tens_joints: frozenset[str]
    article: frozenset[str]
    emphasis: frozenset[str]
    point: frozenset[str]
    minus: frozenset[str]
    group: dict[str, Decimal]
    group_of: frozenset[str]
    half: frozenset[str]
    quarter: frozenset[str]
    parts: dict[str, int]
    oh: frozenset[str]
    first: frozenset[str]
    thousands: str
    """The mark that parts thousands in figures, if it is not the comma."""


@lru_cache(maxsize=16)
def number_words(language: str) -> NumberWords:
    """The tables of a language, made once."""
    read = section(base(language), "numbers")["read"]

    def mapping(name: str) -> dict[str, int]:
        return {fold(word): int(value) for word, value in read[name].items()}

    def words(name: str) -> frozenset[str]:
        return frozenset(fold(word) for word in read[name])

    made = {name: mapping(name) for name in ("units", "teens", "tens", "hundreds", "scales")}
    sets = {
        name: words(name)
        for name in (
            "hundred",
            "joints",
            "tens_joints",
            "article",
            "point",
            "minus",
            "group_of",
            "half",
            "quarter",
            "oh",
        )
    }
    group = {fold(word): Decimal(str(value)) for word, value in read["group"].items()}
    parts = {fold(word): int(size) for word, size in read.get("parts", {}).items()}
    first = frozenset().union(
        *made.values(), *(sets[n] for n in ("hundred", "article", "point", "minus", "half", "quarter")), group
    )
    emphasis = frozenset(fold(word) for word in read.get("emphasis", ()))
    return NumberWords(
        **made,  # type: ignore[arg-type]
        **sets,  # type: ignore[arg-type]
        emphasis=emphasis,
        group=group,
        parts=parts,
        first=first,
        thousands=read.get("thousands", ""),
    )
