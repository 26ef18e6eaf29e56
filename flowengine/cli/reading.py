"""What one utterance gives one slot type, as the engine decides it when the slot was asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flowengine.speech.contract import Candidate, Context, Said, SlotType
from flowengine.speech.text import covers, hear
from flowengine.speech.values import plain


@dataclass(frozen=True, slots=True)
class Reading:
    """One candidate. `counts`: the engine would take it; `why` says why not."""

    candidate: Candidate
    words: str
    counts: bool
    why: str = ""

    @property
    def values(self) -> list[Any]:
        """Its readings in canonical form, the likeliest first."""
        return [plain(value) for value in (self.candidate.value, *self.candidate.alternatives)]


def readings(said: Said, kind: SlotType, context: Context) -> list[Reading]:
    """All candidates for a slot of this type, in the order said, as the answer to its question."""
    found = kind.recognise(said, context) if said.tokens else ()
    return [_judged(said, candidate, context.language) for candidate in found]


def _judged(said: Said, candidate: Candidate, language: str) -> Reading:
    words = said.raw(candidate.start, candidate.end)
    if candidate.form == "short" and not covers(said, candidate.start, candidate.end, language):
        return Reading(candidate, words, False, "a short form counts only as the whole answer")
    return Reading(candidate, words, True)


def taken(found: Sequence[Reading]) -> Reading | None:
    """The reading that fills the slot: the last mention; what an open type takes whole only if nothing else counts."""
    counting = [reading for reading in found if reading.counts]
    closed = [reading for reading in counting if reading.candidate.form != "open"]
    kept = closed or counting
    return kept[-1] if kept else None


def as_json(text: str, kind: SlotType, context: Context) -> dict[str, Any]:
    """`{text, values, ambiguous, words}`: the canonical readings of the value, best first, and where they stand."""
    reading = taken(readings(hear(text), kind, context))
    if reading is None:
        return {"text": text, "values": [], "ambiguous": False, "words": []}
    values = reading.values
    return {"text": text, "values": values, "ambiguous": len(values) > 1, "words": [reading.words]}


def json_lines(lines: Iterable[str], kind: SlotType, context: Context) -> Iterator[str]:
    """One JSON object for each line."""
    for line in lines:
        yield json.dumps(as_json(line, kind, context), ensure_ascii=False)
