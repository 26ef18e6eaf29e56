"""Canonical words: contractions written out ("I'd" is "I would"), each word knowing which token it came from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.contract import Said
from flowengine.speech.tables import base, section
from flowengine.speech.text import fold, hear


@dataclass(frozen=True, slots=True)
class Canon:
    """`words[i]` came from token `at[i]`; `first[t]` is where token t's words begin (one more entry at the end)."""

    words: tuple[str, ...]
    at: tuple[int, ...]
    first: tuple[int, ...]


@lru_cache(maxsize=16)
def contractions(language: str) -> dict[str, tuple[str, ...]]:
    """Contracted word -> the words it stands for."""
    data = section(language, "core").get("contractions", {})
    return {fold(short): tuple(token.text for token in hear(full).tokens) for short, full in data.items()}


@lru_cache(maxsize=16)
def _ending(language: str) -> str:
    """What a word may be contracted with or owns by ("'s"), empty if there is no such thing."""
    return str(section(language, "core").get("contracted_ending", ""))


def without_ending(word: str, language: str) -> str:
    """The word without what it is contracted with: "budget's" is "budget"."""
    return word.removesuffix(_ending(base(language)))


_recent: dict[tuple[str, str], tuple[Said, Canon]] = {}


def canon(said: Said, language: str) -> Canon:
    """The canonical words of what was said; remembered for the last few utterances."""
    key = (said.text, language)
    known = _recent.get(key)
    if known is not None and (known[0] is said or known[0] == said):
        return known[1]
    table, ending = contractions(base(language)), _ending(base(language))
    words: list[str] = []
    at: list[int] = []
    first: list[int] = []
    for index, token in enumerate(said.tokens):
        first.append(len(words))
        full = table.get(token.text)
        if full is None and ending and token.text.endswith(ending) and len(token.text) > len(ending) + 1:
            full = (token.text.removesuffix(ending), ending)
        for word in full or (token.text,):
            words.append(word)
            at.append(index)
    first.append(len(words))
    made = Canon(tuple(words), tuple(at), tuple(first))
    if len(_recent) >= 64:
        _recent.clear()
    _recent[key] = (said, made)
    return made


def words(text: str, language: str) -> tuple[str, ...]:
    """Canonical words of a phrase from a table or a flow."""
    return canon(hear(text), language).words
