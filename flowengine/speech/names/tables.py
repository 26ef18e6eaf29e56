"""The word tables of names: phrases and word classes from `names.toml`, made ready for look-up once a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import base, section
from flowengine.speech.text import fold, hear

Role = Literal["own", "weak", "nick", "first", "middle", "last"]
"""What a cue announces.

own     the name ("my name is")
weak    the name, or something else altogether ("it's", "I'm")
nick    what the caller is called, which is less than a full name ("I go by")
first, middle, last   a part of the name
"""

Phrase = tuple[str, ...]


class Cues:
    """Phrases with their roles; of several that fit the longest is found."""

    __slots__ = ("_phrases", "_roles")

    def __init__(self, phrases: Iterable[tuple[Phrase, Role]]) -> None:
        self._roles = dict(phrases)
        self._phrases = PhraseList(self._roles)

    def at(self, words: Sequence[str], at: int) -> tuple[int, Role] | None:
        """Length and role of the cue that begins at `at`, None if none does."""
        size = self._phrases.at(words, at)
        return (size, self._roles[tuple(words[at : at + size])]) if size else None


@dataclass(frozen=True, slots=True)
class Tables:
    """Phrases are tuples of folded words; the keys of `names.toml` say what each class is for."""

    cues: Cues
    part_after: Cues
    after: PhraseList
    opens: PhraseList
    closes: PhraseList
    asides: PhraseList
    aside_heads: PhraseList
    pauses: frozenset[str]
    hesitations: frozenset[str]
    spelled: PhraseList
    family_first: PhraseList
    addresses: frozenset[str]
    relatives: frozenset[str]
    particles: frozenset[str]
    titles: frozenset[str]
    suffixes: frozenset[str]
    ambiguous: frozenset[str]
    surnames: frozenset[str]
    no_parts: frozenset[str]
    loose_parts: PhraseList
    pronouns: frozenset[str]
    not_names: frozenset[str]
    adjectives: frozenset[str]
    goes_on: frozenset[str]
    connects: PhraseList
    mine: PhraseList
    strangers: PhraseList
    not_endings: tuple[str, ...]
    open_endings: tuple[str, ...]
    possessive: tuple[str, ...]
    negators: frozenset[str]
    bare_parts: dict[str, Role]
    numerals: dict[Phrase, str]
    joins: frozenset[str]
    hyphens: frozenset[str]
    apostrophes: frozenset[str]
    remark_words: frozenset[str]
    remark_heads: frozenset[str]
    remark_links: frozenset[str]
    remark_ends: frozenset[str]
    name_ends: frozenset[str]
    remark_places: frozenset[str]
    remark_without: frozenset[str]
    articles: frozenset[str]
    counts: dict[str, int]
    letter_swaps: dict[str, str]


def _words(entry: str) -> Phrase:
    return tuple(token.text for token in hear(entry).tokens)


def _phrases(entries: Sequence[str], contractions: Mapping[str, str]) -> set[Phrase]:
    """The phrases as said, and with their words run together: "it is" is also "it's"."""
    made: set[Phrase] = set()
    for entry in entries:
        phrase = _words(entry)
        made.add(phrase)
        if len(phrase) > 1:
            pair = " ".join(phrase[-2:])
            made.update((*phrase[:-2], short) for short, full in contractions.items() if full == pair)
        for short, full in contractions.items():
            opening = tuple(full.split())
            if phrase[: len(opening)] == opening:
                made.add((short, *phrase[len(opening) :]))
    return made


def _filled(data: Mapping[str, Any], key: str) -> list[str]:
    """The phrases of a key; "{nouns}" in one stands for each word of the list `nouns`."""
    entries: list[str] = []
    for entry in data.get(key, ()):
        before, brace, rest = entry.partition("{")
        kind, _, after = rest.partition("}")
        entries.extend(f"{before}{word}{after}" for word in data[kind]) if brace else entries.append(entry)
    return entries


@lru_cache(maxsize=16)
def names_of(language: str) -> Tables:
    """The tables of a language tag."""
    language = base(language)
    data = section(language, "names")
    core = section(language, "core")
    contractions = {**core.get("contractions", {}), **data.get("run_together", {})}

    def phrases(key: str) -> PhraseList:
        return PhraseList(_phrases(_filled(data, key), contractions))

    def folded(key: str) -> frozenset[str]:
        return frozenset(map(fold, data.get(key, ())))

    roles: tuple[tuple[str, Role], ...] = (
        ("cues", "own"),
        ("weak_cues", "weak"),
        ("nick_cues", "nick"),
        ("first", "first"),
        ("middle", "middle"),
        ("last", "last"),
    )
    after: tuple[tuple[str, Role], ...] = (
        ("first_after", "first"),
        ("middle_after", "middle"),
        ("last_after", "last"),
    )
    return Tables(
        cues=Cues((p, role) for key, role in roles for p in _phrases(_filled(data, key), contractions)),
        part_after=Cues((p, role) for key, role in after for p in _phrases(_filled(data, key), contractions)),
        after=phrases("after_cues"),
        opens=phrases("opens"),
        closes=phrases("closes"),
        asides=phrases("asides"),
        aside_heads=phrases("aside_heads"),
        pauses=folded("pauses"),
        hesitations=folded("hesitations"),
        spelled=phrases("spelled"),
        family_first=phrases("family_first"),
        addresses=folded("addresses"),
        relatives=folded("relatives"),
        particles=folded("particles"),
        titles=folded("titles"),
        suffixes=folded("suffixes"),
        ambiguous=folded("ambiguous"),
        surnames=frozenset(map(fold, data.get("surnames", ()))),
        no_parts=frozenset(map(fold, data.get("no_parts", "").split())),
        loose_parts=phrases("loose_parts"),
        pronouns=folded("pronouns"),
        not_names=frozenset(map(fold, data["not_names"].split())),
        adjectives=folded("adjectives"),
        goes_on=folded("goes_on"),
        connects=phrases("connects"),
        mine=phrases("mine"),
        strangers=phrases("strangers"),
        not_endings=tuple(data["not_endings"]),
        open_endings=tuple(data.get("open_endings", ("-",))),
        possessive=tuple(data.get("possessive", ())),
        negators=frozenset(map(fold, core["negation"]["words"])),
        bare_parts=dict(data.get("bare_parts", {})),
        numerals={_words(phrase): numeral for phrase, numeral in data.get("numerals", {}).items()},
        joins=folded("joins"),
        hyphens=folded("hyphens"),
        apostrophes=folded("apostrophes"),
        remark_words=folded("remark_words"),
        remark_heads=folded("remark_heads"),
        remark_links=folded("remark_links"),
        remark_ends=folded("remark_ends"),
        name_ends=folded("name_ends"),
        remark_places=folded("remark_places"),
        remark_without=folded("remark_without"),
        articles=folded("articles"),
        counts={fold(word): int(count) for word, count in data.get("counts", {}).items()},
        letter_swaps=dict(data.get("letter_swaps", {})),
    )
