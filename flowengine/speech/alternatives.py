"""Two readings of one answer: "two or three", "six people or maybe seven", "either 4471 or 4417"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from flowengine.speech.contract import Candidate, Said
from flowengine.speech.corrections import correction_before
from flowengine.speech.tables import section
from flowengine.speech.text import filler_run, fold

REACH = 10
"""Words that may stand between two alternatives."""


@lru_cache(maxsize=16)
def or_words(language: str) -> frozenset[str]:
    """The words between alternatives: "or", "maybe"."""
    return frozenset(map(fold, section(language, "numbers")["read"]["or"]))


@lru_cache(maxsize=16)
def _between(language: str) -> frozenset[str]:
    return frozenset(map(fold, section(language, "numbers")["dictation"]["between"]))


@lru_cache(maxsize=16)
def light_words(language: str) -> frozenset[str]:
    """Words that may stand before a figure without changing it ("about", "a", "um")."""
    core = section(language, "core")
    single = (word for word in core["fillers"] if " " not in word)
    return frozenset(fold(word) for word in (*core.get("bounds", {}).get("light", ()), *single))


def alternatives(said: Said, end: int, start: int, language: str = "en") -> bool:
    """Only "or" stands between a figure that ends at token `end` and the next at `start`: "six, or maybe seven"."""
    known, light = or_words(language), light_words(language)
    between = [token.text for token in said.tokens[end:start]]
    at, joined = 0, False
    while at < len(between):
        if between[at] in known:
            joined, at = True, at + 1
        elif joined and (run := filler_run(between, at, language) or between[at] in light):
            at += run
        elif at == 0 and len(between) > 1 and between[1] in known:
            at += 1  # what is counted: "six people or seven"
        else:
            return False
    return joined


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


def only_or(said: Said, end: int, start: int, language: str) -> bool:
    """Nothing but "or" stands between the tokens `end` and `start`, apart from fillers and words such as "a"."""
    words = [token.text for token in said.tokens[end:start]]
    known, light = or_words(language), _between(language)
    at = 0
    while at < len(words):
        step = 1 if words[at] in known or words[at] in light else filler_run(words, at, language)
        if not step:
            return False
        at += step
    return any(word in known for word in words)


def _left_open(said: Said, end: int, start: int, language: str) -> bool:
    if not 0 < start - end <= REACH:
        return False
    known = or_words(language)
    return (
        any(token.text in known for token in said.tokens[end:start])
        and correction_before(said, start, language, end) is None
    )
