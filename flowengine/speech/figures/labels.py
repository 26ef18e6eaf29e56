"""Figures that name a thing: "42 Maple Street", "apartment 4", "invoice number is 1250", "highway 9" count nothing.

Words stand under `[labels]` in the language's numbers table. `always` are labels wherever they stand before a figure,
`codes` even with "is" between; `named` (words with other meanings, "order", "room") only after a determiner ("my order
1250") or with "number" between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.contract import Said
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import base, section
from flowengine.speech.text import filler_run, gap_before
from flowengine.speech.wordtables import WordTable

STREET = 3
"""Words between a house number and its "street"."""
REACH = 5
"""Words back from a figure in which its label is looked for."""


@dataclass(frozen=True, slots=True)
class _Tables:
    always: frozenset[str]
    codes: frozenset[str]
    named: frozenset[str]
    owners: frozenset[str]
    verbs: frozenset[str]
    marks: frozenset[str]
    links: frozenset[str]
    streets: frozenset[str]
    no_street: frozenset[str]
    addresses: PhraseList
    idioms: PhraseList
    roads: frozenset[str]
    ways: frozenset[str]


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    table = WordTable(section(base(language), "numbers").get("labels", {}), language)
    names = (
        "always",
        "codes",
        "named",
        "owners",
        "verbs",
        "marks",
        "links",
        "streets",
        "no_street",
        "roads",
        "ways",
    )
    listed = {name: table.words(name) for name in names}
    return _Tables(addresses=table.heard("addresses"), idioms=table.heard("idioms"), **listed)


def labelled(said: Said, start: int, end: int, language: str = "en") -> bool:
    """The figure at tokens [start, end) names a thing, a place or a street; it is no count and no amount."""
    table = _tables(language)
    words = [token.text for token in said.tokens[max(0, start - REACH - 1) : end + STREET + 1]]
    here = min(start, REACH + 1)
    after = words[here + end - start :]
    housed = _housed(words, here, table, language)
    return (
        housed
        or _street(after, table)
        or _named(said, words, start, here, table)
        or _lettered(said, start, table)
    )


def idiomatic(said: Said, start: int, end: int, language: str = "en") -> bool:
    """The figure at tokens [start, end) belongs to a saying: "my two cents", "like a million bucks"."""
    idioms = _tables(language).idioms
    low = max(0, start - REACH)
    words = [token.text for token in said.tokens[low : end + REACH]]
    for at in range(start - low + 1):
        stop = low + at + idioms.at(words, at)
        if stop > start:
            return not any(gap_before(said, place).strip(" -") for place in range(low + at + 1, stop))
    return False


def _lettered(said: Said, start: int, table: _Tables) -> bool:
    """ "I-95", "an F-150": a letter is joined to the figure; "on I 95"."""
    if not start or len(said.tokens[start - 1].text) != 1 or not said.tokens[start - 1].text.isalpha():
        return False
    if gap_before(said, start) == "-":
        return True
    way = start > 1 and said.tokens[start - 2].text in table.ways
    return way and said.tokens[start - 1].text in table.roads


def _housed(words: list[str], at: int, table: _Tables, language: str) -> bool:
    """After "I live at", "my address is"; a filler may stand between."""
    while at and not table.addresses.before(words, at):
        if not filler_run(words, at - 1, language):
            return False
        at -= 1
    return at > 0


def _street(after: Sequence[str], table: _Tables) -> bool:
    """One to three words and a "street" follow."""
    for at, word in enumerate(after[: STREET + 1]):
        if word in table.streets:
            return at > 0
        if word in table.no_street:
            return False
    return False


def _named(said: Said, words: Sequence[str], start: int, at: int, table: _Tables) -> bool:
    """The label stands before the figure, with nothing or "number", "number is" between."""
    if start and "," in gap_before(said, start):
        return False
    low = at
    while low and (words[low - 1] in table.marks or words[low - 1] in table.links):
        low -= 1
    between = words[low:at]
    marked = any(word in table.marks for word in between)
    label, owner = words[low - 1] if low else "", words[low - 2] if low > 1 else ""
    if label in table.codes or any(word in table.codes for word in between):
        return True  # "the code is 1250"
    if between and not marked:
        return False  # "the apartment is 900 square feet"
    if label in table.named and low == start == 1:
        return label not in table.verbs  # "Bus 22"
    return label in table.always or (label in table.named and (marked or owner in table.owners))
