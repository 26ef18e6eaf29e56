"""Clauses: whether words are stated, asked about, made a condition of, told of the past or only mentioned.

"Could I get the large" asks for the large, "how much is the large" only asks about it; "if it's free then yes" is no
yes. An utterance is walked once from left to right. A clause begins where the utterance or a sentence does and after a
comma or a conjunction; what it opens with decides its mood, which lasts until the caller turns to something else
("okay", "I'll take ..."). Word lists stand in the language's `clauses` table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowengine.speech.canon import Canon, canon
from flowengine.speech.clauses.mentions import advised, advises, mentioned
from flowengine.speech.clauses.walk import Mood, Walk, breaks
from flowengine.speech.clauses.words import clause_words
from flowengine.speech.contract import Said
from flowengine.speech.tables import base

_ASKING = frozenset(("asked", "polar"))
_OFFER = 16
"""Words before a value in which what is offered is asked for."""
_COUNTED = 2
"""Words of what a value counts or describes that may stand after it ("is the large pizza okay")."""


@dataclass(frozen=True, slots=True)
class Clauses:
    """The mood of every canonical word; `said` and `heard` are what they were read from."""

    said: Said
    heard: Canon
    moods: tuple[Mood, ...]
    openings: frozenset[int]
    language: str

    def mood(self, start: int) -> Mood:
        """The mood of the token `start`."""
        return self.moods[self.heard.first[start]] if self.moods else "stated"

    def quotes(self, start: int, end: int) -> bool:
        """A value at tokens [start, end) is only asked about or mentioned: it answers no question."""
        mood = self.mood(start)
        if mood == "polar" or (mood == "stated" and self._inverted(start)):
            return not (self._approved(end) or self._wanted(start))
        remembered = mood == "past" and not _ASKING.isdisjoint(self.moods)
        if mood == "asked" or remembered or advised(self.heard, start, self.language):
            return True
        return mentioned(self.said, self.heard, start, end, self.language)

    def remembers(self, start: int, end: int) -> bool:
        """What stands from token `start` on is told of the past, and what stands from `end` on is not."""
        return self.mood(start) == "past" != self.mood(end)

    def current(self, spans: Sequence[tuple[int, int]]) -> list[int]:
        """Indices of the values at these tokens that are not quoted and not outdated by a later one: the second of
        "last month it was sixty, seventy this month"."""
        given = [index for index, span in enumerate(spans) if not self.quotes(*span)]
        if not given or self.mood(spans[given[-1]][0]) == "past":
            return given
        return [index for index in given if self.mood(spans[index][0]) != "past"]

    def gives(self, start: int, end: int) -> bool:
        """A thing named at tokens [start, end) is chosen or asked for: not quoted, supposed or remembered."""
        mood = self.mood(start)
        if mood in _ASKING and self._owned(start):
            return True
        if mood in ("condition", "past") or advises(self.heard, end, self.language):
            return False
        return advised(self.heard, start, self.language) or not self.quotes(start, end)

    def _inverted(self, start: int) -> bool:
        """ "Will standard get here by Friday": the value is the subject of a question."""
        at = self.heard.first[start] - 1
        while at > 0 and self.heard.words[at] in clause_words(self.language).articles:
            at -= 1
        questions, word = clause_words(self.language).questions, self.heard.words[at] if at >= 0 else ""
        return at in self.openings and word in questions["inverted"] and word not in questions["imperatives"]

    def _owned(self, start: int) -> bool:
        """ "What's my balance", "tell me my balance": the thing itself is asked for."""
        questions, at = clause_words(self.language).questions, self.heard.first[start]
        words = self.heard.words[max(0, at - 2) : at]
        return len(words) == 2 and words[1] in questions["owners"] and words[0] in questions["before_owners"]

    def _wanted(self, start: int) -> bool:
        """ "Is there a table for six", "do you have room for ten": the question is for what the value counts."""
        offers, at = clause_words(self.language).offers, self.heard.first[start]
        low = at
        while low and at - low < _OFFER and self.moods[low - 1 : low] == ("polar",):
            low -= 1
        return any(offers.at(self.heard.words, place, at) for place in range(low, at))

    def _approved(self, end: int) -> bool:
        """ "Is the patio okay", "would the king be possible": nothing but small words follows."""
        known, heard = clause_words(self.language), self.heard.words
        at = self.heard.first[end]
        limit = min(at + _COUNTED, len(heard) - 1)
        while not (size := known.approvals.at(heard, at)) and at < limit:
            at += 1
        if not size:
            return False
        at += size
        while at < len(heard) and (size := known.leads.at(heard, at)):
            at += size
        return at == len(heard) or self.moods[at] != self.moods[self.heard.first[end] - 1]


_recent: dict[tuple[str, str], Clauses] = {}


def clauses(said: Said, language: str = "en") -> Clauses:
    """The clauses of what was said; remembered for the last few utterances."""
    key = (said.text, language)
    known = _recent.get(key)
    if known is not None and (known.said is said or known.said == said):
        return known
    tag = base(language)
    heard = canon(said, tag)
    plain = clause_words(tag).triggers.isdisjoint(heard.words)
    if plain:
        made = Clauses(said, heard, (), frozenset(), tag)
    else:
        walk = Walk(said, heard, clause_words(tag))
        made = Clauses(said, heard, tuple(walk.moods()), frozenset(walk.openings), tag)
    if len(_recent) >= 64:
        _recent.clear()
    _recent[key] = made
    return made


def marks(said: Said, heard: Canon, language: str = "en") -> dict[int, str]:
    """The marks between words: canonical word -> ".", "?" or "!" before it, "," for lesser ones."""
    return breaks(said, heard, clause_words(base(language)).abbreviations)


def decides(words: tuple[str, ...], language: str = "en") -> bool:
    """The canonical words of a clause open with a decision, apart from small talk ("okay, I'll take")."""
    known, at = clause_words(base(language)), 0
    while not (size := known.decisions.at(words, at)) and (lead := known.leads.at(words, at)):
        at += lead
    return size > 0


def main_part(said: Said, language: str = "en") -> Said:
    """What was said without a condition at its end: "the second one" of "the second one if it's available"."""
    tag = base(language)
    if clause_words(tag).conditional.isdisjoint(canon(said, tag).words):
        return said
    read = clauses(said, language)
    at = len(read.moods)
    while at and read.moods[at - 1] == "stated" and clause_words(tag).leads.before(read.heard.words, at) == 1:
        at -= 1  # "please"
    mood = read.moods[at - 1] if at else "stated"
    if mood not in ("condition", "courtesy"):
        return said
    while at and read.moods[at - 1] == mood:
        at -= 1
    token = read.heard.at[at]
    return Said(said.text[: said.tokens[token].start], said.tokens[:token]) if token else said
