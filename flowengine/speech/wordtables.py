"""Word tables: the lists of one TOML table of a language, ready to be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flowengine.speech.canon import words as canonical
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.text import fold, hear


def heard(phrase: str) -> tuple[str, ...]:
    """The tokens of a phrase as a recogniser writes it."""
    return tuple(token.text for token in hear(phrase).tokens) or (phrase,)


def folded(entries: Iterable[str]) -> frozenset[str]:
    """The entries as normalised words."""
    return frozenset(map(fold, entries))


class WordTable:
    """Lists by name; one that the language lacks is empty. Several names give the lists together."""

    __slots__ = ("data", "language")

    def __init__(self, data: Mapping[str, Any], language: str) -> None:
        self.data, self.language = data, language

    def words(self, *names: str) -> frozenset[str]:
        """Single words."""
        return folded(self._entries(names))

    def phrases(self, *names: str) -> PhraseList:
        """Phrases in canonical words, contractions written out."""
        return PhraseList(canonical(entry, self.language) for entry in self._entries(names))

    def heard(self, *names: str) -> PhraseList:
        """Phrases as recognisers write them."""
        return PhraseList(map(heard, self._entries(names)))

    def _entries(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            yield from self.data.get(name, ())
