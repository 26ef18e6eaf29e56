"""Hedges: what leaves a yes-or-no question open, however it is put.

- not knowing: "I don't really remember", "couldn't tell you";
- not having heard, or not wanting to answer: "I didn't catch that", "I'd rather not say", "I won't answer that";
- speaking of a yes or no: "my doctor said no", "I'm not saying yes", "what if I say no".

Word lists stand under `[hedges]` in the language's `yes_no` table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from flowengine.speech.canon import Canon
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.wordtables import WordTable, folded

REACH = 7
"""Words that may stand between a negation, or who speaks, and the verb."""

Hedge = Literal["unknown", "open"]
Speech = Literal["own", "denied", "reported", "none"]


@dataclass(frozen=True, slots=True)
class _Tables:
    negators: frozenset[str]
    before: frozenset[str]
    chain: frozenset[str]
    knowing: frozenset[str]
    hearing: frozenset[str]
    telling: frozenset[str]
    telling_after_wish: frozenset[str]
    telling_pairs: frozenset[str]
    wishing: frozenset[str]
    saying: frozenset[str]
    said_objects: frozenset[str]
    meaning: frozenset[str]
    predicates: frozenset[str]
    speakers: frozenset[str]
    speaker_between: frozenset[str]
    unsaid: PhraseList


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    data = section(language, "yes_no")
    hedges = WordTable(data.get("hedges", {}), language)
    listed = {name: hedges.words(name) for name in _NAMES}
    return _Tables(negators=folded(data["not"]), unsaid=hedges.phrases("unsaid"), **listed)


_NAMES = tuple(name for name in _Tables.__dataclass_fields__ if name not in ("negators", "unsaid"))


def hedges(heard: Canon, language: str) -> dict[int, tuple[Hedge, int]]:
    """Where a denied verb of knowing, hearing or telling begins: canonical word -> what it is, and its end."""
    known = _tables(language)
    if not known.knowing or known.negators.isdisjoint(heard.words):
        return {}
    return {start: (hedge, end) for hedge, start, end in _denied(heard.words, known)}


def _denied(heard: tuple[str, ...], known: _Tables) -> Iterator[tuple[Hedge, int, int]]:
    for at, word in enumerate(heard):
        if word not in known.negators or not at or heard[at - 1] not in known.before:
            continue
        start = at
        while start and at - start < REACH and heard[start - 1] in known.before:
            start -= 1
        verb = at + 1
        wish = not known.wishing.isdisjoint(heard[start:at])
        while verb < len(heard) and verb - at <= REACH and heard[verb] in known.chain:
            wish = wish or heard[verb] in known.wishing
            verb += 1
        if verb == len(heard):
            continue
        if heard[verb] in known.knowing:
            yield "unknown", start, verb + 1
        elif (
            heard[verb] in known.hearing
            or heard[verb] in known.telling
            or (wish and heard[verb] in known.telling_after_wish)
            or (wish and " ".join(heard[verb : verb + 2]) in known.telling_pairs)
        ):
            yield "open", start, verb + 1


def speech(heard: Canon, start: int, language: str, marks: Mapping[int, str]) -> Speech:
    """Whether the bare "yes" or "no" at `start` is somebody's words: the caller's own ("I said no"), such as the caller
    denies ("I'm not saying no"), another's ("my doctor said no"), or none but the answer itself.

    `marks`: canonical words before which a mark stands. Nobody's words go on after one ("is that what you said? Yes"),
    but for a comma right after the verb or who it was said to ("my doctor told me, no").
    """
    known, said = _tables(language), heard.words
    floor = next(
        (at for at in range(start, max(0, start - 2 * REACH), -1) if _parts(said, at, marks, known)), 0
    )
    verb = start - 1
    while verb >= floor and start - verb < REACH and said[verb] in known.said_objects:
        verb -= 1
    if verb < floor or said[verb] not in known.saying:
        return "none"
    at = verb - 1
    while at >= floor and verb - at <= REACH and said[at] in known.speaker_between:
        at -= 1
    low = max(floor, at)
    if any(said[k] in known.negators or known.unsaid.at(said, k, verb) for k in range(low, verb)):
        return "denied"
    return "own" if at < floor or said[at] in known.speakers else "reported"


def _parts(said: tuple[str, ...], at: int, marks: Mapping[int, str], known: _Tables) -> bool:
    """A mark before `at` ends what somebody says of a yes or no."""
    mark = marks.get(at)
    if mark != ",":
        return mark is not None
    return said[at - 1] not in known.saying and said[at - 1] not in known.said_objects


def mentioned(heard: Canon, start: int, language: str) -> bool:
    """Inside a question: the "no" is what is asked about ("what if I say no", "is that a no")."""
    known = _tables(language)
    before = heard.words[start - 1] if start else ""
    after = heard.words[start + 1] if start + 1 < len(heard.words) else ""
    return (
        before in known.saying
        or before in known.said_objects
        or after in known.meaning
        or heard.words[start] in known.predicates
    )
