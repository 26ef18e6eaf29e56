"""The walk over the words of an utterance that gives each word the mood of its clause."""

from __future__ import annotations

from typing import Literal

from flowengine.speech.canon import Canon
from flowengine.speech.clauses.words import ClauseWords
from flowengine.speech.contract import Said

Mood = Literal["stated", "request", "asked", "polar", "condition", "courtesy", "past"]
"""request: a question that asks for the thing ("could I get ..."); asked: one with "what", "how" ..., or words of
asking; polar: one to be answered with yes or no; courtesy: a condition that makes none ("if that's okay")."""

SENTENCE_ENDS = (".", "?", "!")
"""Marks after which a clause begins anew."""
CLAUSE = 16
"""Words of a clause that tells of the past."""

Words = tuple[str, ...]


class Walk:
    """One walk over the words of an utterance."""

    def __init__(self, said: Said, heard: Canon, known: ClauseWords) -> None:
        self.words: Words = heard.words
        self.known = known
        self.breaks = breaks(said, heard, known.abbreviations)
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
            if mark and (
                (mood == "asked" and self._complete(at)) or (mood == "past" and self._told(begin, at))
            ):
                mood, opening, leading = "stated", True, False
            if mark in SENTENCE_ENDS or (
                mark and (mood in ("request", "courtesy") or self._asks_anew(at, mood))
            ):
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
        return 0 if at not in self.breaks and self._word(at - 1) in self.known.subordinators else size

    def _complete(self, at: int) -> bool:
        """An indirect question of the caller's own is over at the mark before `at`: "I forgot how many, seven",
        "I'm not sure what I want, the large"."""
        if self.known.unsettled.before(self.words, at):
            return True
        for begin in (at - 1, at - 2):
            if self._word(begin) in self.known.inquiries["links"] and begin > 0:
                return self._word(begin - 1) in self.known.inquiries["heads"]
        return False

    def _asks_anew(self, at: int, mood: Mood) -> bool:
        """A question after a memory: "last month it was sixty, how much is it now"."""
        return mood == "past" and (self._asks(at, True) or self.known.own.at(self.words, at) > 0)

    def _opened(self, at: int, opening: bool) -> tuple[int, Mood, Mood] | None:
        """What opens at `at`: number of its words, the mood that then begins and that of the opening words."""
        known = self.known
        size = known.own.at(self.words, at) or self._echoes(at, opening)
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

    def _echoes(self, at: int, opening: bool) -> int:
        """Length of a short question that the caller answers after a mark: "which one, the window"."""
        size = self.known.echoed.at(self.words, at) if opening else 0
        return size if at + size in self.breaks and self.breaks[at + size] == "," else 0

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
            if (
                word in lists["attached"]
                and self.breaks.get(at) == ","
                and not self.known.leads.before(self.words, at)
            ):
                return False  # "the minimum, which is thirty"
            return opening or word not in lists["relative"]
        return opening and word not in lists["with_auxiliary"] and following not in lists["subjects_first"]

    def _polar(self, at: int) -> tuple[int, Mood, Mood] | None:
        """A question that begins with its auxiliary, or a request that looks like one."""
        lists, requests, word = self.known.questions, self.known.requests, self.words[at]
        if word not in lists["inverted"]:
            return None
        place = at + 1 + (self._word(at + 1) in lists["negators"])
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
        inquiry = self._word(verb) in requests["verbs"] and self._word(verb + 1) not in requests["objects"]
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

    def _told(self, begin: int, at: int) -> bool:
        """What was is told when its clause has time and verb and nothing joins what follows the mark before `at` to it:
        "I had the large last time, small this time", but not "last time, I had the large"."""
        begin = max(begin, at - CLAUSE)
        known, clause = self.known, self.words[begin:at]
        if self.words[at] in known.past_joints or known.past_verbs.isdisjoint(clause):
            return False
        return any(known.past_closing.at(self.words, place, at) for place in range(begin, at))

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
        if any(word in lists[name] and before in lists[f"{name}_heads"] for name in ("about", "on")):
            return 1, "asked", "asked"
        return None


def breaks(said: Said, heard: Canon, abbreviations: frozenset[str]) -> dict[int, str]:
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
