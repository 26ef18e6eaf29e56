"""Self-corrections: "Monday, no sorry, Tuesday"; "five, scratch that, six"; "not the fifth, the sixth".

Shared by all types. A type finds the spans of its values, in the order said, and keeps what survives:

    spans = [(c.start, c.end) for c in found]
    found = [found[i] for i in surviving(said, spans, language)]

`surviving` drops what is refused (`negated`) and what a later mention replaces (`corrected`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from flowengine.speech.canon import canon, words
from flowengine.speech.contract import Said
from flowengine.speech.negation import negated, refusal_before
from flowengine.speech.tables import base, section
from flowengine.speech.text import fold

REACH = 16
"""Words before a value in which its cue must begin."""

Span = tuple[int, int]
Phrases = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=16)
def _tables(language: str) -> tuple[dict[str, Phrases], Phrases, frozenset[str]]:
    data = section(language, "core")["corrections"]
    before = [words(entry, language) for entry in data["before"]]
    by_last: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(before, key=len, reverse=True):
        by_last.setdefault(phrase[-1], []).append(phrase)
    after = tuple(sorted((words(entry, language) for entry in data["after"]), key=len, reverse=True))
    light = frozenset(map(fold, data["light"]))
    return {last: tuple(found) for last, found in by_last.items()}, after, light


def light_words(language: str = "en") -> frozenset[str]:
    """Words that may stand before a value without being part of anything else ("for", "on", "the")."""
    return _tables(base(language))[2]


def correction_before(said: Said, start: int, language: str = "en", floor: int = 0) -> int | None:
    """Token at which a correction cue before token `start` begins, None if there is none.

    Between cue and value only light words may stand ("no sorry, on the"). Looks back as far as token `floor`.
    """
    heard = canon(said, language)
    before, _, light = _tables(language)
    at = heard.first[start]
    low = max(heard.first[floor], at - REACH)
    found: int | None = None
    while at > low and refusal_before(heard.words, at, language) < 2:  # "instead of four" replaces nothing
        cue = next((p for p in before.get(heard.words[at - 1], ()) if _ends(heard.words, low, at, p)), None)
        if cue:
            at -= len(cue)
            found = at
        elif heard.words[at - 1] in light:
            at -= 1
        else:
            break
    return None if found is None else heard.at[found]


def _ends(heard: Sequence[str], low: int, end: int, phrase: tuple[str, ...]) -> bool:
    return end - len(phrase) >= low and tuple(heard[end - len(phrase) : end]) == phrase


def opens_correction(words_said: Sequence[str], at: int, language: str = "en") -> bool:
    """A cue of two words or more begins at `at`: the "oh" of "oh wait" is no zero."""
    pair = tuple(words_said[at : at + 2])
    return len(pair) == 2 and any(phrase == pair for phrase in _tables(language)[0].get(pair[1], ()))


def correction_after(said: Said, end: int, language: str = "en") -> bool:
    """A cue follows the value that ends at token `end`: "Tuesday, Wednesday I mean", "... Wednesday instead"."""
    heard = canon(said, language)
    at = heard.first[end]
    return any(heard.words[at : at + len(phrase)] == phrase for phrase in _tables(language)[1])


def corrected(said: Said, spans: Sequence[Span], language: str = "en") -> list[int]:
    """Indices of the spans (in the order said, not overlapping) that no later one replaces."""
    if len(spans) < 2:
        return list(range(len(spans)))
    gone: set[int] = set()
    for index in range(1, len(spans)):
        start, end = spans[index]
        previous = spans[index - 1][1]
        if correction_before(said, start, language, min(previous, start)) is not None or (
            (index + 1 == len(spans) or spans[index + 1][0] > end) and correction_after(said, end, language)
        ):
            gone.add(index - 1)
    return [index for index in range(len(spans)) if index not in gone]


def surviving(said: Said, spans: Sequence[Span], language: str = "en") -> list[int]:
    """Indices of the spans that are neither refused nor replaced by a later one."""
    kept = corrected(said, spans, language)
    return [index for index in kept if not negated(said, *spans[index], language)]


__all__ = ["corrected", "correction_after", "correction_before", "negated", "surviving"]
