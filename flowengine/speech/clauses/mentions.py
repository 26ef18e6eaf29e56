"""Values that are mentioned, not given: "I called 800 555 0199", "is your email ...", "212 ..., that's my old number".

What is refused outright ("not 415 ...") is `negation`. Word lists stand in the language's `mentions` table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.canon import Canon
from flowengine.speech.contract import Said
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import gap_before
from flowengine.speech.wordtables import WordTable

REACH = 7
"""Words that may stand between a value and what says that it is only mentioned."""


@dataclass(frozen=True, slots=True)
class _Tables:
    before: PhraseList
    contacted: frozenset[str]
    who: frozenset[str]
    calls: frozenset[str]
    origin: frozenset[str]
    light: frozenset[str]
    after: PhraseList
    between: frozenset[str]
    advice: PhraseList
    advising: PhraseList


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    table = WordTable(section(language, "mentions"), language)
    return _Tables(
        before=table.phrases("before"),
        contacted=table.words("contacted"),
        who=table.words("who"),
        calls=table.words("calls"),
        origin=table.words("from"),
        light=table.words("light"),
        after=table.phrases("after"),
        between=table.words("between"),
        advice=table.phrases("advice"),
        advising=table.phrases("advising"),
    )


def mentioned(said: Said, heard: Canon, start: int, end: int, language: str) -> bool:
    """The value at tokens [start, end) is somebody else's or no longer counts."""
    return _before(said, heard, start, language) or _after(heard, end, language)


def advises(heard: Canon, end: int, language: str) -> bool:
    """Who is named before token `end` is the one who advised the caller: "support told me to call"."""
    return _tables(language).advising.at(heard.words, heard.first[end]) > 0


def advised(heard: Canon, start: int, language: str) -> bool:
    """What is named from token `start` on was recommended to the caller: "(they) told me to call billing"."""
    known, first = _tables(language), heard.first[start]
    for at in range(first, max(0, first - REACH), -1):
        if known.advice.before(heard.words, at):
            return True
        if heard.words[at - 1] not in known.light:
            break
    return False


def _before(said: Said, heard: Canon, start: int, language: str) -> bool:
    table = _tables(language)
    at = first = heard.first[start]
    origin = False
    while at > 0 and first - at <= REACH:
        if at < len(heard.at) and any(mark in ",.;!?" for mark in gap_before(said, heard.at[at])):
            return False  # "I wrote it on the form, ann at ..."
        if table.before.before(heard.words, at):
            return True
        word = heard.words[at - 1]
        if origin and word in table.calls:
            return True  # "a call from"
        if not origin and word in table.contacted:
            return any(other in table.who for other in heard.words[max(0, at - 4) : at - 1])
        if not origin and word in table.origin:
            origin = True
        elif word not in table.light:
            return False
        at -= 1
    return False


def _after(heard: Canon, end: int, language: str) -> bool:
    table = _tables(language)
    at = last = heard.first[end]
    while at < len(heard.words) and at - last <= REACH:
        if table.after.at(heard.words, at):
            return True
        if heard.words[at] not in table.between:
            return False
        at += 1
    return False
