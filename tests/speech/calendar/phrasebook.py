"""The public list of utterances about days and times (`phrases.txt`), and how an answer is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flowengine.speech.contract import Candidate, Context
from flowengine.speech.text import covers, hear
from flowengine.speech.types import slot_type
from flowengine.speech.values import plain

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("America/New_York"))
FILE = Path(__file__).parent / "phrases.txt"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One utterance: its slot type, its words, the values meant (best first) and whether it is ambiguous."""

    kind: str
    words: str
    values: tuple[str, ...]
    ambiguous: bool


def phrases() -> list[Phrase]:
    """All utterances of the file, in its order."""
    found, kind = [], ""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            words, _, meant = line.rpartition(" =")
            parts = meant.split()
            found.append(Phrase(kind, words, tuple(part for part in parts if part != "?"), "?" in parts))
    return found


def last(
    kind: str, words: str, now: datetime = NOW, language: str = "en", **context: object
) -> Candidate | None:
    """What a slot of that type takes from the words when it was asked for: the last mention."""
    said = hear(words)
    full = Context(now=now, language=language, asked=True, **context)  # type: ignore[arg-type]
    found = [
        candidate
        for candidate in slot_type(kind).recognise(said, full)
        if candidate.form == "full" or covers(said, candidate.start, candidate.end, language)
    ]
    return found[-1] if found else None


def read(kind: str, words: str, **context: object) -> tuple[tuple[str, ...], bool]:
    """Canonical values, best first, and whether the words are ambiguous."""
    found = last(kind, words, **context)  # type: ignore[arg-type]
    if found is None:
        return (), False
    return tuple(
        str(plain(value)) for value in (found.value, *found.alternatives)
    ), found.question is not None
