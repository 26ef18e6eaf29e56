"""Negation: "I don't want to cancel" is no `cancel`, "not Tuesday" and "Tuesday doesn't work" are no Tuesday.

Word lists stand under `[negation]` (of intents) and `[values]` (of values) in the language's core table. Recognisers
set marks as they like, so none are looked at here, but for one after a word that both refuses and corrects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.canon import Canon, canon
from flowengine.speech.contract import Said
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import gap_before
from flowengine.speech.wordtables import WordTable

REACH = 8
"""Words that may stand between a negation and what it turns round."""

NOUN = 2
"""Words that may name what an exception is made from ("any window seat but")."""


@dataclass(frozen=True, slots=True)
class _Tables:
    negators: frozenset[str]
    phrases: PhraseList
    between: frozenset[str]
    questions: frozenset[str]
    inverted: frozenset[str]
    refusals: PhraseList
    value_between: frozenset[str]
    after: dict[str, tuple[tuple[str, ...], ...]]
    closed: PhraseList
    strength: frozenset[str]
    tags: frozenset[str]
    excluding: frozenset[str]
    universal: frozenset[str]
    correcting: frozenset[str]


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    core = section(language, "core")
    intents, values = WordTable(core["negation"], language), WordTable(core["values"], language)
    negators = intents.words("words")
    after = values.phrases("refused_after").phrases
    return _Tables(
        negators=negators,
        phrases=intents.phrases("phrases"),
        between=intents.words("between"),
        questions=intents.words("questions"),
        inverted=intents.words("inverted"),
        refusals=values.phrases("refusals"),
        value_between=values.words("between"),
        after={first: tuple(p for p in after if p[0] == first) for first in {p[0] for p in after}},
        closed=PhraseList(phrase for phrase in after if phrase[-1] not in negators),
        strength=values.words("strength"),
        tags=values.words("tags"),
        excluding=values.words("excluding"),
        universal=values.words("universal"),
        correcting=WordTable(core["corrections"], language).words("before"),
    )


def negators(language: str) -> frozenset[str]:
    """The words that turn round what follows them: "not", "never"."""
    return _tables(language).negators


def has_negation(phrase: Sequence[str], language: str) -> bool:
    """A phrase (canonical words) that is negative itself: it means what is written."""
    known = _tables(language)
    return any(word in known.negators for word in phrase) or any(
        _inside(p, phrase) for p in known.phrases.phrases
    )


def _inside(part: Sequence[str], whole: Sequence[str]) -> bool:
    return any(tuple(whole[at : at + len(part)]) == part for at in range(len(whole) - len(part) + 1))


def refusal_before(heard: Sequence[str], end: int, language: str) -> int:
    """Number of words of the refusal ("not", "instead of") that ends at canonical word `end`, 0 if none does."""
    return _tables(language).refusals.before(heard, end)


def negated_intent(heard: Canon, start: int, language: str) -> bool:
    """The canonical word at `start` opens something that the words before it deny."""
    known = _tables(language)
    at = start
    while at > 0 and start - at <= REACH:
        if known.phrases.before(heard.words, at):
            return True
        word = heard.words[at - 1]
        if word in known.negators:
            return not _asks(heard.words, at - 1, known)
        if word not in known.between:
            return False
        at -= 1
    return False


def _asks(heard: Sequence[str], at: int, known: _Tables) -> bool:
    """The negation at `at` makes a question or suggestion: "why don't we", "can't you", "why not"."""
    if any(word in known.questions for word in heard[max(0, at - 2) : at]):
        return True
    return at > 0 and at + 1 < len(heard) and heard[at + 1] in known.inverted


def _universal(heard: Sequence[str], at: int, known: _Tables) -> bool:
    """The "but" at `at` takes something out of all there is; after a "no" it names what is left ("no day but")."""
    for back in range(at - 1, max(-1, at - NOUN - 2), -1):
        if heard[back] in known.universal:
            return known.negators.isdisjoint(heard[max(0, back - REACH) : back])
    return False


def _answers(said: Said, heard: Canon, at: int, known: _Tables) -> bool:
    """The refusal before canonical word `at` is also what corrects ("no" in Spanish), and a mark after it sets it
    apart: it refuses what was said or asked before."""
    if heard.words[at - 1] not in known.correcting:
        return False
    return any(mark in ",.;" for mark in gap_before(said, heard.at[at]))


def negated(said: Said, start: int, end: int, language: str = "en") -> bool:
    """The value at tokens [start, end) is refused: "not X", "can't do X", "any day but X", "X doesn't work".

    True means that no value X was given. What was said after it may well give one ("not the fifth, the sixth").
    """
    if not said.tokens:
        return False
    heard = canon(said, language)
    known = _tables(language)
    at = heard.first[start]
    first = at
    while at > 0 and first - at <= REACH:
        size = known.refusals.before(heard.words, at)
        if size == 1 and _answers(said, heard, at, known):
            break  # "cinco, no, seis"
        if size:
            return not _asks(heard.words, at - 1, known)
        closed = known.closed.before(heard.words, at)
        if heard.words[at - 1] in known.excluding and _universal(heard.words, at - 1, known):
            return True  # "any seat but the middle"
        if heard.words[at - 1] not in known.value_between or 0 < closed < at:
            break  # the second: "Monday doesn't work, Thursday"
        at -= 1
    after = heard.first[end]
    if after >= len(heard.words) or heard.words[after] not in known.after:
        return False
    window = [word for word in heard.words[after : after + REACH] if word not in known.strength]
    for phrase in known.after[heard.words[after]]:
        if tuple(window[: len(phrase)]) == phrase:
            following = window[len(phrase)] if len(phrase) < len(window) else ""
            return following not in known.tags
    return False
