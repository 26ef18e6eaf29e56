"""Questions that quote a value: "why is my bill two hundred dollars", "is ten the best or the worst" give none.

`quoted` tells, for the values of one utterance, which stand in a question or complaint of the caller's own. A proposal
in the form of a question is an answer ("can I pay fifty", "is fifty okay", "why not ten"), and so is what a caller asks
himself ("what was it, forty"). Words stand under `[asking]` in the language's core table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.canon import Canon, canon, words
from flowengine.speech.contract import Said
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import gap_before

REACH = 30
"""Words of a question that are looked at."""
_STOP = re.compile(r"(?<!\.)[.!?;](?!\.)")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Tables:
    questions: PhraseList
    openers: PhraseList
    reported: PhraseList
    proposals: PhraseList
    offers: PhraseList
    own: PhraseList
    turns: PhraseList
    carried: PhraseList
    past: PhraseList
    amount: PhraseList
    fillers: PhraseList


_NAMES = (
    "questions",
    "openers",
    "reported",
    "proposals",
    "offers",
    "own",
    "turns",
    "carried",
    "past",
    "amount",
)


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    core = section(language, "core")
    table = core.get("asking", {})

    def phrases(entries: Iterable[str]) -> PhraseList:
        return PhraseList(words(entry, language) for entry in entries)

    return _Tables(
        **{name: phrases(table.get(name, ())) for name in _NAMES},
        fillers=phrases((*core["fillers"], *core["leads"])),
    )


def quoted(said: Said, spans: Sequence[Span], language: str = "en") -> set[int]:
    """Indices of the spans (token spans of values, in the order said) that a question of the caller only quotes."""
    if not spans:
        return set()
    heard, table = canon(said, language), _tables(language)
    asked = _questions(said, heard, table)
    if not asked:
        return set()
    gone = {
        index
        for index, span in enumerate(spans)
        if any(start <= heard.first[span[0]] < end for start, end, _ in asked)
    }
    if any(wants for _, _, wants in asked):
        gone |= {index for index, span in enumerate(spans) if _remembered(said, heard, span, asked, table)}
    return gone


def _questions(said: Said, heard: Canon, table: _Tables) -> list[tuple[int, int, bool]]:
    """(start, end, asks for an amount) of each question, in canonical words."""
    found: list[tuple[int, int, bool]] = []
    at, opening = 0, True
    while at < len(heard.words):
        opening = opening or _stops(said, heard, at)
        size = table.questions.at(heard.words, at)
        if size and table.reported.before(heard.words, at):
            size = 0  # "that's why", "I don't know how much"
        wide = size > 0
        if not size and opening:
            size = table.openers.at(heard.words, at)
        if size and not table.proposals.at(heard.words, at):
            end, offered = _end(said, heard, at, at + size, table)
            if wide or not offered:
                found.append((at, end, table.amount.at(heard.words, at) > 0))
            at, opening = max(end, at + 1), True
            continue
        run = table.fillers.at(heard.words, at) if opening else 0
        opening = run > 0
        at += run or 1
    return found


def _end(said: Said, heard: Canon, start: int, at: int, table: _Tables) -> tuple[int, bool]:
    """Where the question that begins at `start` is over, and whether it is a proposal."""
    limit = min(len(heard.words), start + REACH)
    if own := table.own.at(heard.words, start):
        return start + own, False  # "what was it": the answer follows
    offered = False
    while at < limit:
        if _stops(said, heard, at):
            return at, offered
        if table.offers.at(heard.words, at):
            offered = True
        elif table.turns.at(heard.words, at) and not table.carried.before(heard.words, at):
            return at, offered
        at += 1
    return limit, offered


def _stops(said: Said, heard: Canon, at: int) -> bool:
    """A sentence ends before the canonical word `at`; "..." is a pause."""
    token = heard.at[at]
    return heard.first[token] == at and bool(_STOP.search(gap_before(said, token)))


def _remembered(
    said: Said, heard: Canon, span: Span, asked: Sequence[tuple[int, int, bool]], table: _Tables
) -> bool:
    """Beside a question for an amount, one of the past is no answer: "last month it was sixty, how much is it now"."""
    at = heard.first[span[0]]
    before = max((end for _, end, _ in asked if end <= at), default=0)
    after = min((start for start, _, _ in asked if start > at), default=len(heard.words))
    low, high = max(before, at - REACH), min(after, heard.first[span[1]] + 4)
    while at > low and not _stops(said, heard, at) and not table.turns.at(heard.words, at):
        at -= 1
    return any(table.past.at(heard.words, place, high) for place in range(at, high))
