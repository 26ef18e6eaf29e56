"""Sounds of listening: "uh-huh", "mm-hmm", "okay", "I see". They take no turn, they say "go on"."""

from __future__ import annotations

from functools import lru_cache

from flowengine.speech.contract import Said
from flowengine.speech.tables import section
from flowengine.speech.text import words_of


@lru_cache(maxsize=16)
def _phrases(language: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words_of(entry)) for entry in section(language, "core")["backchannels"]["phrases"])


def is_backchannel(said: Said, language: str = "en") -> bool:
    """The whole utterance is one sound of listening. The lists are data: `[backchannels]` in core.toml."""
    return tuple(words_of(said.text)) in _phrases(language)
