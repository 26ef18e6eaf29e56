"""The words of addresses by a language's `email` table, and letters spelled in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.dictation.items import dictation, read_letter
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import fold, hear


@dataclass(frozen=True, slots=True)
class AddressWords:
    """The `email` table of a language; phrases are looked up by their first or last word."""

    at: PhraseList
    dot: frozenset[str]
    marks: dict[tuple[str, ...], str]
    mark_words: PhraseList
    stops: frozenset[str]
    weak_stops: frozenset[str]
    verbs: frozenset[str]
    inner: frozenset[str]
    openers: frozenset[str]
    ignored: PhraseList
    spelled: PhraseList
    providers: dict[str, str]
    heard_as: dict[tuple[str, ...], tuple[str, ...]]
    heard: PhraseList
    ends: frozenset[str]
    mailboxes: frozenset[str]
    placeholders: frozenset[str]
    determiners: frozenset[str]
    subjects: frozenset[str]
    websites: frozenset[str]


@lru_cache(maxsize=16)
def address_words(language: str) -> AddressWords:
    data = section(language, "email")
    words = data["words"]

    def folded(name: str) -> frozenset[str]:
        return frozenset(map(fold, words.get(name, ())))

    marks = {phrase_of(entry): mark for entry, mark in data["marks"].items()}
    heard_as = {phrase_of(entry): phrase_of(meant) for entry, meant in data["heard_as"].items()}
    return AddressWords(
        at=phrases_of(data["at"]),
        dot=frozenset(map(fold, data["dot"])),
        marks=marks,
        mark_words=PhraseList(marks),
        stops=folded("stops"),
        weak_stops=folded("weak_stops"),
        verbs=folded("verbs"),
        inner=folded("inner"),
        openers=folded("openers"),
        ignored=phrases_of(words["ignored_phrases"]),
        spelled=phrases_of(words["spelled"]),
        providers=dict(data["providers"]),
        heard_as=heard_as,
        heard=PhraseList(heard_as),
        ends=frozenset(data["ends"]["list"]),
        mailboxes=folded("mailboxes"),
        placeholders=folded("placeholders"),
        determiners=folded("determiners"),
        subjects=folded("subjects"),
        websites=folded("websites"),
    )


def phrase_of(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in hear(text).tokens) or (text,)


def phrases_of(entries: Iterable[str]) -> PhraseList:
    return PhraseList(phrase_of(entry) for entry in entries)


def mark_at(words: list[str], at: int, language: str, end: int | None = None) -> tuple[str, int] | None:
    """The mark said at `at` ("underscore", "minus sign") and the number of its words."""
    table = address_words(language)
    size = table.mark_words.at(words, at, end)
    return (table.marks[tuple(words[at : at + size])], size) if size else None


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


def alike(word: str, letters: str) -> bool:
    """Two spellings of what may be one name ("smith", "smythe")."""
    from rapidfuzz import fuzz

    return word[0] == letters[0] and fuzz.ratio(word, letters) >= 70
