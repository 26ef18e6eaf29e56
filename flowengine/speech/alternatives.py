"""Two readings of one answer: "two or three", "six people or maybe seven", "either 4471 or 4417"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from flowengine.speech.contract import Candidate, Said
from flowengine.speech.corrections import correction_before
from flowengine.speech.tables import section
from flowengine.speech.text import filler_run, fold, small_words

REACH = 10
"""Words that may stand between two alternatives."""


@lru_cache(maxsize=16)
def or_words(language: str) -> frozenset[str]:
    """The words between alternatives: "or", "maybe"."""
    return frozenset(map(fold, section(language, "numbers")["read"]["or"]))


@lru_cache(maxsize=16)
def approximators(language: str) -> frozenset[str]:
    """Words that may stand before a figure without changing it ("about", "roughly", "um")."""
    core = section(language, "core")
    single = (word for word in core["fillers"] if " " not in word)
    return frozenset(map(fold, (*core.get("bounds", {}).get("light", ()), *single)))


@lru_cache(maxsize=16)
def _light(language: str) -> frozenset[str]:
    return approximators(language) | small_words(language) | or_words(language)


def alternatives(said: Said, end: int, start: int, language: str = "en") -> bool:
    """Only "or" stands between a value that ends at token `end` and the next at `start`: "six, or maybe seven"."""
    known, light = or_words(language), _light(language)
    between = [token.text for token in said.tokens[end:start]]
    at = 0
    while at < len(between):
        if run := filler_run(between, at, language) or between[at] in light:
            at += run
        elif at == 0 and len(between) > 1 and between[1] in known:
            at += 1  # what is counted: "six people or seven"
        else:
            return False
    return any(word in known for word in between)


def either(said: Said, found: Sequence[Candidate], language: str) -> list[Candidate]:
    """`found` with those joined by an "or" as one candidate that carries the later ones as its other readings."""
    joined: list[Candidate] = []
    for one in found:
        last = joined[-1] if joined else None
        if last is None or not _left_open(said, last.end, one.start, language):
            joined.append(one)
            continue
        known = (last.value, *last.alternatives)
        others = tuple(value for value in (one.value, *one.alternatives) if value not in known)
        alternatives = (*last.alternatives, *others)
        question = "which" if alternatives else last.question
        joined[-1] = Candidate(last.value, last.start, one.end, last.form, alternatives, question)
    return joined


def _left_open(said: Said, end: int, start: int, language: str) -> bool:
    if not 0 < start - end <= REACH:
        return False
    known = or_words(language)
    return (
        any(token.text in known for token in said.tokens[end:start])
        and correction_before(said, start, language, end) is None
    )
