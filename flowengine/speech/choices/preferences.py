"""Preferences among choices: which of those named a caller does not want.

Beside what all values share (`flowengine.speech.negation`): "don't send me to sales", "no vans", "the suite is too
expensive", "bigger than the medium", "pickup over delivery", "I prefer pickup to delivery".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flowengine.speech.canon import canon
from flowengine.speech.contract import Said
from flowengine.speech.figures.numberwords import number_words
from flowengine.speech.negation import has_negation
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import gap_before, small_words
from flowengine.speech.wordtables import WordTable

Words = tuple[str, ...]

REACH = 8
"""Words before a choice in which its refusal must stand."""


@dataclass(frozen=True, slots=True)
class _Tables:
    light: frozenset[str]
    auxiliaries: frozenset[str]
    progressive: frozenset[str]
    participle: str
    intransitive: frozenset[str]
    particles: frozenset[str]
    dismissals: PhraseList
    contracted: frozenset[str]
    refused_after: PhraseList
    beside: PhraseList
    preferring: frozenset[str]
    outdone: Mapping[str, frozenset[str]]
    no: frozenset[str]
    having: frozenset[str]
    ordering: PhraseList
    indefinite: frozenset[str]


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    data = section(language, "choice").get("preferences", {})

    table = WordTable(data, language)
    return _Tables(
        light=small_words(language),
        auxiliaries=table.words("auxiliaries"),
        progressive=table.words("progressive"),
        participle=str(data.get("participle", "")),
        intransitive=table.words("intransitive"),
        particles=table.words("particles"),
        contracted=frozenset(data.get("contracted", {}).values()),
        dismissals=table.phrases("dismissals"),
        refused_after=PhraseList(_contracted(table.phrases("refused_after").phrases, data)),
        beside=table.phrases("beside"),
        preferring=table.words("preferring"),
        outdone={name: table.words(f"outdone_{name}") for name in ("always", "second", "preferring")},
        no=table.words("no"),
        having=table.words("having"),
        ordering=table.phrases("ordering"),
        indefinite=number_words(language).article,
    )


def _contracted(phrases: Iterable[Words], data: Mapping[str, Any]) -> Iterator[Words]:
    """The phrases, and those that open with a word that may be contracted also so ("the suite's too big")."""
    for phrase in phrases:
        yield phrase
        if short := data.get("contracted", {}).get(phrase[0]):
            yield (short, *phrase[1:])


def unwanted(said: Said, start: int, end: int, earlier: bool, language: str) -> bool:
    """The choice at tokens [start, end) is named as one that is not wanted; `earlier`: another was named before."""
    heard, known = canon(said, language).words, _tables(language)
    first, after = canon(said, language).first[start], canon(said, language).first[end]
    if heard[after - 1] in known.contracted:
        after -= 1
    if known.refused_after.at(heard, after):
        return True
    at = first
    while at and heard[at - 1] in known.light:
        at -= 1
    ordered = known.ordering.before(heard, at) > 0 and heard[at] in known.indefinite  # "let me get a medium"
    if known.beside.before(heard, at) and not ordered:
        return True
    return (
        _outdone(heard, at, earlier, known)
        or _none_of(said, start, known)
        or _verb_denied(heard, first, known, language)
    )


def _outdone(heard: Sequence[str], at: int, earlier: bool, known: _Tables) -> bool:
    """ "Green over blue", "bigger than the medium": what stands at `at` is measured against and not wanted."""
    word = heard[at - 1] if at else ""
    return word in known.outdone["always"] or (
        earlier
        and (
            word in known.outdone["second"]
            or (
                word in known.outdone["preferring"]
                and not known.preferring.isdisjoint(heard[max(0, at - 2 * REACH) : at])
            )
        )
    )


def _none_of(said: Said, start: int, known: _Tables) -> bool:
    """ "No vans", "no waxing", "I have no cash": a "no" belongs to the noun after it, unless a mark ("no, waxing") or
    another answer that it may correct stands before."""
    if not start or said.tokens[start - 1].text not in known.no or gap_before(said, start).strip():
        return False
    if start > 1 and said.tokens[start - 2].text in known.having and not gap_before(said, start - 1).strip():
        return True
    return all(token.text in known.particles for token in said.tokens[max(0, start - 4) : start - 1])


def _verb_denied(heard: Sequence[str], first: int, known: _Tables, language: str) -> bool:
    """ "Don't send me to X", "we don't want to sit at the X": a denied verb with nothing but particles before X."""
    at = first
    while not known.dismissals.before(heard, at):
        if not at or first - at >= REACH or heard[at - 1] not in known.particles:
            break
        at -= 1
    else:
        return True
    participle = bool(known.participle) and at > 0 and heard[at - 1].endswith(known.participle)
    if participle and known.dismissals.before(heard, at - 1):  # "tired of living in an X"
        return True
    if at > 1 and has_negation(heard[at - 1 : at], language):  # "I'm not calling about X"
        return heard[at - 2] in known.auxiliaries or heard[at - 2] in known.progressive
    verb = at - 1
    if verb < 2 or heard[verb] in known.intransitive:
        return False
    at = verb
    while at > 1 and first - at < REACH and heard[at - 1] in known.particles:
        at -= 1
    if not has_negation(heard[at - 1 : at], language) or heard[at] in known.intransitive:
        return False
    if heard[at - 2] in known.progressive:  # "I'm not paying cash", but not "I'm not hungry, a small"
        return at < verb or (bool(known.participle) and heard[verb].endswith(known.participle))
    return heard[at - 2] in known.auxiliaries
