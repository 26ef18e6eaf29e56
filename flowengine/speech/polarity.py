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

from flowengine.speech.canon import Canon, canon
from flowengine.speech.contract import Said
from flowengine.speech.polarwords import PolarWords, apart, labelled, polar_words
from flowengine.speech.tables import base
from flowengine.speech.text import covers

SHORT_REFUSAL = 5
"""An answer of no more words that opens with a negation is a no."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` was said by tokens [start, end); `weak` if only by an acknowledgement such as "okay"."""

    value: bool
    start: int
    end: int
    weak: bool


def _turned(said: Said, heard: Canon, start: int, known: PolarWords) -> int | None:
    """Where the negation stands that turns round the positive at `start`, None if none does."""
    at = start
    while at > 0 and start - at < 5:
        at -= 1
        if heard.words[at] in known.negators:
            return None if apart(said, heard, at, known) else at
        if heard.words[at] not in known.between:
            return None
    return None


def _refusal(heard: Canon, known: PolarWords, short: bool) -> tuple[int, int] | None:
    """An answer that opens with "I don't", "we can't" ... and does not merely say that one does not know."""
    at, count = 0, len(heard.words)
    while at < count:
        for phrase in known.refusals:
            end = at + len(phrase)
            if heard.words[at:end] == phrase:
                return None if known.unknown_verbs.intersection(heard.words[end : end + 2]) else (at, end)
        if heard.words[at] not in known.lead:
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
    clauses: list[tuple[bool, int, int]] = []
    bare: list[tuple[bool, int, int]] = []
    acks: list[tuple[int, int]] = []
    doubt = False
    for label, start, end in labelled(said, heard, known):
        if label == "unknown":
            doubt = True
            continue
        if label in ("yes", "yes_clause", "yes_final", "ack"):
            turned = _turned(said, heard, start, known)
            if turned is not None:
                clauses.append((False, turned, end))
            elif label == "ack" and start and heard.words[start - 1] in known.copula:
                denied = start > 1 and heard.words[start - 2] in known.nothing
                clauses.append((not denied, start, end))
            elif label == "ack":
                acks.append((start, end))
            else:
                (bare if label == "yes" else clauses).append((True, start, end))
        else:
            (bare if label == "no" else clauses).append((False, start, end))
    if not clauses and (refusal := _refusal(heard, known, short=not bare and not doubt)):
        clauses.append((False, *refusal))
    if doubt and not clauses and not bare:
        return None
    if {value for value, _, _ in bare} == {True, False} and _either(heard, bare):
        return None
    deciding = clauses or bare
    if deciding:
        value = deciding[-1][0]
        same = [item for item in (*clauses, *bare) if item[0] == value]
        start, end = min(item[1] for item in same), max(item[2] for item in same)
        return Answer(value, heard.at[start], heard.at[end - 1] + 1, weak=False)
    if acks:
        start, end = heard.at[acks[0][0]], heard.at[acks[-1][1] - 1] + 1
        if covers(said, start, end, language) and all(
            any(a <= i < b for a, b in acks) or heard.words[i] in known.lead
            for i in range(heard.first[start], heard.first[end])
        ):
            return Answer(True, start, end, weak=True)
    return None


def _either(heard: Canon, bare: list[tuple[bool, int, int]]) -> bool:
    """ "yes or no" and "yes and no" answer nothing."""
    return any(
        second[1] - first[2] == 1 and heard.words[first[2]] in ("or", "and", "o", "y")
        for first, second in pairwise(bare)
        if first[0] != second[0]
    )


def other_colour(said: Said, word: str, language: str = "en") -> bool:
    """`word` is a bare yes (or no) while the utterance as a whole says the opposite: the "no" of "no, that's right"."""
    labels = {label for phrase, label in polar_words(base(language)).index.get(word, ()) if len(phrase) == 1}
    if not labels.intersection(("yes", "no", "ack", "yes_clause", "no_clause")):
        return False
    meant = answer(said, language)
    positive = bool(labels.intersection(("yes", "ack", "yes_clause")))
    if meant is None:
        return not positive and "unknown" in {
            label for label, *_ in labelled(said, canon(said, language), polar_words(base(language)))
        }
    return meant.value is not positive
