"""Yes and no in all their colours: what an utterance answers to a yes-or-no question.

Words and idioms are labelled from the language's `yes_no` table, the longest first; then

- a clause ("that's right", "I don't think so") outweighs a bare word: "no, that's right" is a yes;
- of several clauses, or several bare words without a clause, the last wins: "yeah, no" is a no;
- a negation before a positive turns it round: "that's not right";
- bare acknowledgements ("okay", "right", "good") answer only when nothing else is said;
- "I don't know" and the like answer nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from flowengine.speech.builtin import held
from flowengine.speech.canon import Canon, canon
from flowengine.speech.clauses.moods import clauses, marks
from flowengine.speech.clauses.walk import SENTENCE_ENDS
from flowengine.speech.contract import Said
from flowengine.speech.polarity.hedges import mentioned, speech
from flowengine.speech.polarity.words import Label, Labelled, PolarWords, apart, labelled, polar_words
from flowengine.speech.tables import base
from flowengine.speech.text import covers

CLOSING = 3
"""A doubt with no more words after it closes an utterance."""
SHORT_REFUSAL = 5
"""An answer of no more words that opens with a negation is a no."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` was said by tokens [start, end); `weak` if only by an acknowledgement such as "okay"."""

    value: bool
    start: int
    end: int
    weak: bool


def _turned(said: Said, heard: Canon, start: int, low: int, known: PolarWords) -> int | None:
    """Where the negation stands, at `low` or later, that turns round the positive at `start`, None if none does."""
    at = start
    while at > low and start - at < 5:
        at -= 1
        if heard.words[at] in known.negators:
            return None if apart(said, heard, at, known) else at
        if heard.words[at] not in known.between:
            return None
    return None


def _refusal(heard: Canon, known: PolarWords, short: bool, agreed: bool) -> tuple[int, int] | None:
    """An answer that opens with "I don't", "we can't" ... and does not merely say that one does not know.

    `agreed`: a yes was said, so that what is added to it refuses nothing ("yes, and I'm not happy about it").
    """
    at, count = 0, len(heard.words)
    while at < count:
        for phrase in known.refusals:
            end = at + len(phrase)
            if heard.words[at:end] == phrase:
                return None if known.unknown_verbs.intersection(heard.words[end : end + 2]) else (at, end)
        if heard.words[at] not in known.lead or (agreed and heard.words[at] in known.additions):
            break
        at += 1
    short = short and at < count and heard.words[at] in known.negators and 1 < count - at <= SHORT_REFUSAL
    if short and not known.unknown_verbs.intersection(heard.words[at + 1 :]):
        return at, count  # "not necessary"
    return None


_recent: dict[tuple[str, str], tuple[Said, Answer | None]] = {}


def answer(said: Said, language: str = "en") -> Answer | None:
    """What the words answer to a yes-or-no question, None if nothing or if they leave it open."""
    key = (said.text, language)
    cached = _recent.get(key)
    if cached is not None and (cached[0] is said or cached[0] == said):
        return cached[1]
    made = _answer(said, base(language)) if said.tokens else None
    if len(_recent) >= 64:
        _recent.clear()
    _recent[key] = (said, made)
    return made


def _answer(said: Said, language: str) -> Answer | None:
    heard, known = canon(said, language), polar_words(language)
    labels = labelled(said, heard, known, language)
    if not labels and known.negators.isdisjoint(heard.words):
        return None
    found = _Found(said, heard, known, language)
    for one in labels:
        found.add(one)
    made = found.answer()
    return None if made is not None and made.value and qualified(said, language) else made


def qualified(said: Said, language: str = "en") -> bool:
    """A yes in these words is not all: "that's all correct except for the pin", "sounds good but can we do four"."""
    heard, known = canon(said, base(language)), polar_words(base(language))
    return any(known.qualified.at(heard.words, at) for at in range(len(heard.words)))


_OPEN = frozenset(("unknown", "neutral", "open"))

Item = tuple[bool, int, int]
"""Value and canonical words [start, end)."""


class _Found:
    """What an utterance says for yes and for no, by weight; filled from left to right."""

    def __init__(self, said: Said, heard: Canon, known: PolarWords, language: str) -> None:
        self.said, self.heard, self.known, self.language = said, heard, known, language
        self.read = clauses(said, language)
        self.marks = marks(said, heard, language)
        self.agreed = 0  # where the last bare yes ends
        self.clauses: list[Item] = []
        self.bare: list[Item] = []
        self.acks: list[tuple[int, int]] = []
        self.courtesies: list[Item] = []
        self.conditional: set[bool] = set()
        self.doubts: list[tuple[int, int]] = []
        self.neutral: list[tuple[int, int]] = []
        self.opened = False

    def add(self, one: Labelled) -> None:
        """Take in the next labelled span."""
        label, start, end = one
        if label in ("unknown", "neutral"):
            self.neutral.append((start, end))
            if label == "unknown":
                self.doubts.append((start, end))
        elif label == "open":
            self._open(start)
        elif self._counts(label, start, end):
            self._take(label, start, end)

    def _counts(self, label: Label, start: int, end: int) -> bool:
        """False for what is only supposed, asked about or reported."""
        single, positive = label in ("yes", "no"), label not in ("no", "no_clause", "no_final")
        mood = self.read.moods[start] if self.read.moods else "stated"
        if mood in ("condition", "courtesy"):
            if not start or self.read.moods[start - 1] != mood:
                self.courtesies.append((positive, start, end))  # "if you could"
                return False
            if single and mood == "condition":
                self.conditional.add(positive)
            single = single and mood == "courtesy" and not self._aside(positive, start, end)
            return single and speech(self.heard, start, self.language, self.marks) == "none"
        if mood in ("request", "asked", "polar"):
            return single and not mentioned(self.heard, start, self.language)
        if not single:
            return True
        whose = speech(self.heard, start, self.language, self.marks)
        if whose == "denied":
            self._open(start)
        elif whose == "own":
            self.clauses.append((positive, start, end))  # "I said no, I meant yes"
        return whose == "none" and not self._aside(positive, start, end)

    def _aside(self, positive: bool, start: int, end: int) -> bool:
        """A "yes" that only greets, or that hangs on a condition: "yes hi, I'm calling about", "if ..., then yes"."""
        words, known, moods = self.heard.words, self.known, self.read.moods
        if (
            start
            and words[start - 1] in known.then
            and not {"condition", "courtesy"}.isdisjoint(moods[:start])
        ):
            return True
        beside = (*words[max(0, start - 1) : start], *words[end : end + 1])
        return positive and len(words) - end > CLOSING and not known.greetings.isdisjoint(beside)

    def _open(self, start: int) -> None:
        """The caller asks again or will not answer: bare words said before count no more."""
        last = self.bare[-1] if self.bare else None
        if last and last[0] and last[2] == start and self.heard.words[start] in self.known.commands:
            return  # "yes, say it again"
        self.bare.clear()
        self.agreed = 0
        self.acks.clear()
        self.opened = True

    def _take(self, label: Label, start: int, end: int) -> None:
        known, heard = self.known, self.heard.words
        if label in ("no", "no_clause", "no_final"):
            (self.bare if label == "no" else self.clauses).append((False, start, end))
            return
        turned = _turned(self.said, self.heard, start, self.agreed, known)
        if turned is not None and known.certainties.issuperset(heard[start:end]):
            self.doubts.append((turned, end))  # "not a hundred percent sure"
            self.neutral.append((turned, end))
        elif turned is not None:
            self.clauses.append((False, turned, end))
        elif label == "ack" and start and heard[start - 1] in known.copula:
            denied = start > 1 and heard[start - 2] in known.nothing
            self.clauses.append((not denied, start, end))
        elif label == "ack":
            self.acks.append((start, end))
        else:
            (self.bare if label == "yes" else self.clauses).append((True, start, end))
            self.agreed = end if label == "yes" else self.agreed

    def answer(self) -> Answer | None:
        """What it all comes to."""
        conceded = self._conceded()
        if conceded is not None:
            return self._made(conceded)
        doubt = bool(self.neutral) or self.opened
        if not self.clauses and not self.opened and held(self.said, self.language)[1] == 0:
            agreed = any(value for value, _, _ in self.bare)
            refusal = _refusal(self.heard, self.known, not self.bare and not doubt, agreed)
            if refusal and not any(start <= refusal[0] < end for start, end in self.neutral):
                self.clauses.append((False, *refusal))
        if self._doubted():
            return None
        if not self.clauses and (self._undecided() or (doubt and not self.bare)):
            return None
        deciding = self.clauses or self.bare
        if self.clauses and self._refuses_at_last():
            deciding = self.bare
        if deciding:
            return self._made(deciding[-1][0])
        if self.acks and (acknowledged := self._acknowledged()):
            return acknowledged
        return self._made(self.courtesies[-1][0]) if self.courtesies else None

    def _made(self, value: bool) -> Answer:
        same = [item for item in (*self.clauses, *self.bare) if item[0] == value]
        same = same or [(True, *ack) for ack in self.acks] or self.courtesies
        start, end = min(item[1] for item in same), max(item[2] for item in same)
        return Answer(value, self.heard.at[start], self.heard.at[end - 1] + 1, weak=False)

    def _conceded(self) -> bool | None:
        """ "It's not ideal, but okay": bare words after a contrast that nothing else follows."""
        words, known = self.heard.words, self.known
        if known.contrast.isdisjoint(words):
            return None
        tail = [*self.bare, *((True, *ack) for ack in self.acks)]
        tail.sort(key=lambda item: item[1])
        at = max(i for i, word in enumerate(words) if word in known.contrast) + 1
        value: bool | None = None
        for item in tail:
            if item[1] < at:
                continue
            if any(word not in known.lead for word in words[at : item[1]]):
                return None
            value, at = item[0], item[2]
        return value if all(word in known.lead for word in words[at:]) else None

    def _refuses_at_last(self) -> bool:
        """A "no" is the whole last sentence: "that's what my wife said. No."."""
        if not self.bare or self.bare[-1][0] or self.bare[-1][1] < self.clauses[-1][2]:
            return False
        start, end = self.bare[-1][1:]
        words = self.heard.words[end:]
        return self.marks.get(start) in SENTENCE_ENDS and all(word in self.known.lead for word in words)

    def _undecided(self) -> bool:
        """Bare words that cancel each other: "yes and no", "yes if it's covered, otherwise no"."""
        values = {value for value, _, _ in self.bare}
        if values == {True, False} and _either(self.heard, self.bare, self.known):
            return True
        return bool(values and self.conditional - values)

    def _doubted(self) -> bool:
        """A doubt closes what was said: "yeah, I don't know", "I think so but I'm not sure", but not "maybe yes"."""
        words, known = self.heard.words, self.known
        if not self.doubts or len(words) - self.doubts[-1][1] > CLOSING:
            return False
        start = self.doubts[-1][0]
        last = max((item[2] for item in (*self.clauses, *self.bare)), default=start + 1)
        if last > start or any(word not in known.lead for word in words[last:start]):
            return False
        if self.clauses:
            return words[start - 1] in known.contrast
        return any(value for value, _, _ in self.bare)

    def _acknowledged(self) -> Answer | None:
        heard, known = self.heard, self.known
        start, end = heard.at[self.acks[0][0]], heard.at[self.acks[-1][1] - 1] + 1
        if covers(self.said, start, end, self.language) and all(
            any(a <= i < b for a, b in self.acks) or heard.words[i] in known.lead
            for i in range(heard.first[start], heard.first[end])
        ):
            return Answer(True, start, end, weak=True)
        return None


def _either(heard: Canon, bare: list[Item], known: PolarWords) -> bool:
    """ "yes or no" and "yes and no" answer nothing."""
    return any(
        second[1] - first[2] == 1 and heard.words[first[2]] in known.joints
        for first, second in pairwise(bare)
        if first[0] != second[0]
    )


def other_colour(said: Said, word: str, language: str = "en") -> bool:
    """`word` is a bare yes (or no) while the utterance as a whole says the opposite: the "no" of "no, that's right"."""
    labels = {label for _, label in polar_words(base(language)).single.get(word, ())}
    if not labels.intersection(("yes", "no", "ack", "yes_clause", "no_clause")):
        return False
    meant = answer(said, language)
    positive = bool(labels.intersection(("yes", "ack", "yes_clause")))
    if meant is None:
        return not positive and not _OPEN.isdisjoint(
            label
            for label, *_ in labelled(
                said, canon(said, language), polar_words(base(language)), base(language)
            )
        )
    return meant.value is not positive
