"""The words of addresses by a language's `email` table, and letters spelled in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.dictation import dictation, read_letter
from flowengine.speech.tables import section
from flowengine.speech.text import fold, hear

Phrases = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class AddressWords:
    at: Phrases
    dot: frozenset[str]
    marks: dict[tuple[str, ...], str]
    stops: frozenset[str]
    ignored: Phrases
    spelled: Phrases
    providers: dict[str, str]
    heard_as: dict[tuple[str, ...], tuple[str, ...]]
    ends: frozenset[str]
    mailboxes: frozenset[str]


@lru_cache(maxsize=16)
def address_words(language: str) -> AddressWords:
    data = section(language, "email")

    def phrase(text: str) -> tuple[str, ...]:
        return tuple(token.text for token in hear(text).tokens) or (text,)

    def phrases(entries: Sequence[str]) -> Phrases:
        return tuple(sorted({phrase(entry) for entry in entries}, key=len, reverse=True))

    return AddressWords(
        at=phrases(data["at"]),
        dot=frozenset(map(fold, data["dot"])),
        marks={phrase(words): mark for words, mark in data["marks"].items()},
        stops=frozenset(map(fold, data["words"]["stops"])),
        ignored=phrases(data["words"]["ignored_phrases"]),
        spelled=phrases(data["words"]["spelled"]),
        providers=dict(data["providers"]),
        heard_as={phrase(words): phrase(meant) for words, meant in data["heard_as"].items()},
        ends=frozenset(data["ends"]["list"]),
        mailboxes=frozenset(map(fold, data["words"].get("mailboxes", ()))),
    )


def phrase_at(words: list[str], at: int, phrases: Phrases) -> int:
    return next((len(p) for p in phrases if tuple(words[at : at + len(p)]) == p), 0)


def spelled_letter(words: list[str], at: int, language: str) -> tuple[str, int] | None:
    """A spelled letter; a NATO word counts as one only among other letters ("mike at gmail" is Mike)."""
    word = words[at]
    if len(word) == 1 and word.isalpha():
        return read_letter(words, at, language)
    nato = dictation(language).nato
    if word in nato:
        near = [words[i] for i in (at - 2, at - 1, at + 1, at + 2) if 0 <= i < len(words)]
        if sum(other in nato or (len(other) == 1 and other.isalpha()) for other in near) >= 2:
            return nato[word], at + 1
    return None
