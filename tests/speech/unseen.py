"""Utterances that were written without sight of the rules, with the values that were meant.

`unseen/<type>.tsv`: utterance, canonical values as JSON (the likeliest first, [] for none), options of the slot as JSON
(`hours`, `prefer` and `language` among them). The moment is Monday, 2026-11-23 10:00 in New York. A rule may be written
for what a line shows, so that these lists measure what is kept, not what strangers' next words will come to; how well
each list was understood when it was new is told in docs/reference/slots.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowengine.cli.reading import as_json
from flowengine.speech.contract import Context
from flowengine.speech.types import slot_type
from tests.speech.calendar.phrasebook import NOW

FOLDER = Path(__file__).parent / "unseen"


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance and what was meant by it."""

    kind: str
    words: str
    values: list[Any]
    options: dict[str, Any]

    def understood(self) -> list[Any]:
        """What a slot of the type takes from the words when it was asked for."""
        options = dict(self.options)
        first, _, last = options.pop("hours", "").partition("-")
        context = Context(
            now=NOW,
            asked=True,
            hours=(first, last) if first else None,
            prefer=options.pop("prefer", None),
            language=options.pop("language", "en"),
            options=options,
        )
        values: list[Any] = as_json(self.words, slot_type(self.kind), context)["values"]
        return values


def kinds() -> list[str]:
    """The types that have a list."""
    return sorted(file.stem for file in FOLDER.glob("*.tsv"))


def lines(kind: str) -> Iterator[Line]:
    """The list of one type."""
    for line in (FOLDER / f"{kind}.tsv").read_text(encoding="utf-8").splitlines():
        words, values, *options = line.split("\t")
        yield Line(kind, words, json.loads(values), json.loads(options[0]) if options else {})
