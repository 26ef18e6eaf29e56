"""Clauses: whether words are stated, asked about, made a condition of, told of the past or only mentioned.

"Could I get the large" asks for the large, "how much is the large" only asks about it; "if it's free then yes" is no
yes. An utterance is walked once from left to right. A clause begins where the utterance or a sentence does and after a
comma or a conjunction; what it opens with decides its mood, which lasts until the caller turns to something else
("okay", "I'll take ..."). Word lists stand in the language's `clauses` table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flowengine.speech.canon import Canon, canon
from flowengine.speech.clauses.mentions import mentioned
from flowengine.speech.clauses.words import ClauseWords, clause_words
from flowengine.speech.contract import Said
from flowengine.speech.tables import base

Mood = Literal["stated", "request", "asked", "polar", "condition", "courtesy", "past"]
"""request: a question that asks for the thing ("could I get ..."); asked: one with "what", "how" ..., or words of
asking; polar: one to be answered with yes or no; courtesy: a condition that makes none ("if that's okay")."""

_ASKING = frozenset(("asked", "polar"))
_STOPS = (".", "?", "!")
_COUNTED = 2
"""Words of what a value counts or describes that may stand after it ("is the large pizza okay")."""

Words = tuple[str, ...]


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
        return mood == "asked" or remembered or mentioned(self.said, self.heard, start, end, self.language)

    def gives(self, start: int, end: int) -> bool:
        """A thing named at tokens [start, end) is chosen or asked for: not quoted, supposed or remembered."""
        mood = self.mood(start)
        if mood in _ASKING and self._owned(start):
            return True
        return mood not in ("condition", "past") and not self.quotes(start, end)

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
        while low and self.moods[low - 1 : low] == ("polar",):
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
        walk = _Walk(said, heard, clause_words(tag))
        made = Clauses(said, heard, tuple(walk.moods()), frozenset(walk.openings), tag)
    if len(_recent) >= 64:
        _recent.clear()
    _recent[key] = made
    return made


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


class _Walk:
    """One walk over the words of an utterance."""

    def __init__(self, said: Said, heard: Canon, known: ClauseWords) -> None:
        self.words: Words = heard.words
        self.known = known
        self.breaks = _breaks(said, heard, known.abbreviations)
        self.openings: list[int] = []

    def moods(self) -> list[Mood]:
        """The mood of each word."""
        out: list[Mood] = []
        mood: Mood = "stated"
        begin = 0  # of the clause
        opening = True
        leading = False  # the condition opened its sentence: what follows depends on it
        while (at := len(out)) < len(self.words):
            mark = self.breaks.get(at, "")
            if mark in _STOPS or (mark and (mood in ("request", "courtesy") or self._asks_anew(at, mood))):
                mood, opening, leading = "stated", True, False
            if mood != "stated":
                size = self._turn(at, leading)
                if size:
                    mood, opening, leading = "stated", True, False
            elif mark or self.words[at] in self.known.conjunctions:
                opening = True
            if opening:
                begin = at
            if mood == "stated":
                if opening and (size := self._lead(at)):
                    out.extend(["stated"] * size)
                    continue
                if opening:
                    self.openings.append(at)
                opened = self._opened(at, opening)
                leading = opening and opened is not None and opened[1] == "condition"
                opening = False
                if opened is not None:
                    size, mood, before = opened
                    opening = mood == "stated" != before  # "what was it": the answer follows
                    if mood == "past" and self._recalled(begin, at):
                        out[begin:] = ["past"] * (at - begin)
                    out.extend([before] * size)
                    continue
            elif mood in ("request", "asked", "polar", "courtesy") and (size := self._supposes(at)):
                mood = self._condition_mood(at)
                out.extend([mood] * size)
                continue
            out.append(mood)
        return out[: len(self.words)]

    def _word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def _lead(self, at: int) -> int:
        """Length of what may stand before the first word of a clause."""
        return 0 if self.known.proposals.at(self.words, at) else self.known.leads.at(self.words, at)

    def _turn(self, at: int, leading: bool) -> int:
        """Length of what ends the clause before `at`, 0 if it goes on."""
        size = self.known.restarts.at(self.words, at)
        if size or leading:
            return size
        size = self.known.decisions.at(self.words, at)
        if not size and at in self.breaks:
            return self.known.resumptions.at(self.words, at)
        return 0 if size and self._word(at - 1) in self.known.subordinators else size

    def _asks_anew(self, at: int, mood: Mood) -> bool:
        """A question after a memory: "last month it was sixty, how much is it now"."""
        return mood == "past" and (self._asks(at, True) or self.known.own.at(self.words, at) > 0)

    def _opened(self, at: int, opening: bool) -> tuple[int, Mood, Mood] | None:
        """What opens at `at`: number of its words, the mood that then begins and that of the opening words."""
        known = self.known
        size = known.own.at(self.words, at)
        if size:
            return size, "stated", "asked"
        if opening:
            size = known.proposals.at(self.words, at)
            if size:
                return size, "stated", "stated"
            size = known.openers.at(self.words, at)
            if size:  # "is it okay if I ..."
                return size + self._condition(at + size), "request", "request"
        size = self._condition(at)
        if size:
            mood = self._condition_mood(at)
            return size, mood, mood
        size = known.past.at(self.words, at)
        if size:
            return size, "past", "past"
        if self._asks(at, opening):
            return 1, "asked", "asked"
        if size := known.phrases.at(self.words, at):
            return size, "asked", "asked"
        if opening:
            if size := known.declared.at(self.words, at):
                return size, "asked", "asked"  # "you said it's fifty"
            polar = self._polar(at)
            if polar is not None:
                return polar
            if (
                self.words[at] in known.inquiries["imperatives"]
                and self._word(at + 1) in known.inquiries["imperatives_after"]
            ):
                return 1, "asked", "stated"
        return self._inquires(at)

    def _condition(self, at: int) -> int:
        return self.known.conditions.at(self.words, at)

    def _supposes(self, at: int) -> int:
        """A condition inside a question; the "if" of "do you know if" only goes on with it."""
        return 0 if self._word(at - 1) in self.known.inquiries["heads"] else self._condition(at)

    def _condition_mood(self, at: int) -> Mood:
        return "courtesy" if self.known.courtesies.at(self.words, at) else "condition"

    def _asks(self, at: int, opening: bool) -> bool:
        """A question word opens a question here."""
        lists, word = self.known.questions, self.words[at]
        if word not in lists["words"] or self.known.proposals.at(self.words, at):
            return False
        following = self._word(at + 1)
        if following in lists["auxiliaries"]:
            return opening or word not in lists["relative"]
        return opening and word not in lists["with_auxiliary"] and following not in lists["subjects_first"]

    def _polar(self, at: int) -> tuple[int, Mood, Mood] | None:
        """A question that begins with its auxiliary, or a request that looks like one."""
        lists, requests, word = self.known.questions, self.known.requests, self.words[at]
        if word not in lists["inverted"]:
            return None
        place = at + 1 + (self._word(at + 1) == "not")
        subject = self._word(place)
        if word in lists["imperatives"]:
            asks = subject in lists["imperative_subjects"]
        elif subject in lists["subjects"]:
            asks = True
        else:
            asks = bool(subject) and (
                word in lists["open"] or (word in lists["copulas"] and subject not in lists["elided"])
            )
        if not asks:
            return None
        if word not in requests["auxiliaries"] or subject not in requests["subjects"]:
            wanted = word in requests["auxiliaries"] and subject in lists["owners"]
            if wanted and not requests["getting"].isdisjoint(self.words[place + 1 : place + 6]):
                return 1, "request", "request"  # "could my daughter and I get ..."
            return 1, "polar", "polar"
        if word in requests["asking_auxiliaries"] and subject in requests["asking_subjects"]:
            return 1, "polar", "polar"
        verb = place + 1
        while self._word(verb) in requests["adverbs"]:
            verb += 1
        inquiry = self._word(verb) in requests["verbs"] and self._word(verb + 1) != "for"
        if inquiry or (
            word in requests["asking_auxiliaries"] and self._word(verb) in requests["would_verbs"]
        ):
            return min(verb, len(self.words) - 1) - at + 1, "asked", "stated"
        return verb - at, "request", "request"

    def _recalled(self, begin: int, at: int) -> bool:
        """ "I had the standard last time": what stands before tells of the past too."""
        return bool(self.known.past_closing.at(self.words, at)) and not self.known.past_verbs.isdisjoint(
            self.words[begin:at]
        )

    def _inquires(self, at: int) -> tuple[int, Mood, Mood] | None:
        """Words of asking inside a statement: "I'm wondering if", "to know more about", "torn between"."""
        lists, word = self.known.inquiries, self.words[at]
        size = self.known.inquiry_phrases.at(self.words, at)
        if size:
            return size, "asked", "stated"
        before = self._word(at - 1)
        if self._word(at - 2) in lists["not_after"] and before in lists["heads"]:
            return None
        if word in lists["links"] and before in lists["heads"]:
            return (
                (1, "stated", "stated") if self.known.courtesies.at(self.words, at) else (1, "asked", "asked")
            )
        if word in lists["about"] and before in lists["about_heads" if word == "about" else "on_heads"]:
            return 1, "asked", "asked"
        return None


def _breaks(said: Said, heard: Canon, abbreviations: frozenset[str]) -> dict[int, str]:
    """Where recognisers set a mark between words: canonical word -> ".", "?" or "!", "," for lesser ones."""
    found: dict[int, str] = {}
    text, tokens = said.text, said.tokens
    for at in range(1, len(tokens)):
        if tokens[at].start - tokens[at - 1].end < 2:
            continue
        for mark in text[tokens[at - 1].end : tokens[at].start]:
            if mark in "?!" or (mark == "." and tokens[at - 1].text not in abbreviations):
                found[heard.first[at]] = mark
                break
            if mark in ".,;:-":
                found[heard.first[at]] = ","
    return found
