"""The words of addresses by a language's `email` table, and letters spelled in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.dictation.items import dictation, read_letter
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.wordtables import WordTable, folded, heard


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
    linking: frozenset[str]
    openers: frozenset[str]
    copulas: frozenset[str]
    heads: frozenset[str]
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
    """The table of a language, made once."""
    data = section(language, "email")
    table = WordTable(data["words"], language)
    marks = {heard(entry): mark for entry, mark in data["marks"].items()}
    heard_as = {heard(entry): heard(meant) for entry, meant in data["heard_as"].items()}
    return AddressWords(
        at=WordTable(data, language).heard("at"),
        dot=folded(data["dot"]),
        marks=marks,
        mark_words=PhraseList(marks),
        stops=table.words("stops"),
        weak_stops=table.words("weak_stops"),
        verbs=table.words("verbs"),
        inner=table.words("inner"),
        linking=table.words("linking"),
        openers=table.words("openers"),
        copulas=table.words("copulas"),
        heads=table.words("heads"),
        ignored=table.heard("ignored_phrases"),
        spelled=table.heard("spelled"),
        providers=dict(data["providers"]),
        heard_as=heard_as,
        heard=PhraseList(heard_as),
        ends=frozenset(data["ends"]["list"]),
        mailboxes=table.words("mailboxes"),
        placeholders=table.words("placeholders"),
        determiners=table.words("determiners"),
        subjects=table.words("subjects"),
        websites=table.words("websites"),
    )


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
