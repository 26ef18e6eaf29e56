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
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from flowengine.speech.canon import Canon, canon, words
from flowengine.speech.contract import Said
from flowengine.speech.tables import base, section
from flowengine.speech.text import covers, fold

SHORT_REFUSAL = 5
"""An answer of no more words that opens with a negation is a no."""

Label = Literal["yes", "no", "yes_clause", "no_clause", "yes_final", "no_final", "ack", "unknown"]
_LABELS: tuple[Label, ...] = (
    "unknown",
    "yes_clause",
    "no_clause",
    "yes_final",
    "no_final",
    "ack",
    "yes",
    "no",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` was said by tokens [start, end); `weak` if only by an acknowledgement such as "okay"."""

    value: bool
    start: int
    end: int
    weak: bool


@dataclass(frozen=True, slots=True)
class _Tables:
    index: dict[str, tuple[tuple[tuple[str, ...], Label], ...]]
    negators: frozenset[str]
    between: frozenset[str]
    questions: frozenset[str]
    copula: frozenset[str]
    nothing: frozenset[str]
    determiner_after: frozenset[str]
    determiner_before: frozenset[str]
    lead: frozenset[str]
    refusals: tuple[tuple[str, ...], ...]
    unknown_verbs: frozenset[str]


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    data = section(language, "yes_no")
    index: dict[str, list[tuple[tuple[str, ...], Label]]] = {}
    alike = {fold(word): tuple(map(fold, others)) for word, others in data.get("alike", {}).items()}
    for label in _LABELS:
        for entry in data[label]:
            phrase = words(entry, language)
            heads = alike.get(phrase[0], ()) if len(phrase) > 1 and label == "no_clause" else ()
            for form in (phrase, *((head, *phrase[1:]) for head in heads)):
                index.setdefault(form[0], []).append((form, label))
    return _Tables(
        index={first: tuple(sorted(found, key=lambda f: -len(f[0]))) for first, found in index.items()},
        negators=frozenset(map(fold, data["not"])),
        between=frozenset(map(fold, data["not_between"])),
        questions=frozenset(map(fold, data.get("questions", ()))),
        copula=frozenset(map(fold, data.get("copula", ()))),
        nothing=frozenset(map(fold, data.get("nothing", ()))),
        determiner_after=frozenset(map(fold, data["determiner_after"])),
        determiner_before=frozenset(map(fold, data["determiner_before"])),
        lead=frozenset(map(fold, data["lead"])),
        refusals=tuple(words(entry, language) for entry in data["refusals"]),
        unknown_verbs=frozenset(map(fold, data["unknown_verbs"])),
    )


def _labels(said: Said, heard: Canon, known: _Tables) -> list[tuple[Label, int, int]]:
    """Labelled spans of canonical words, left to right, not overlapping."""
    found: list[tuple[Label, int, int]] = []
    at, count = 0, len(heard.words)
    while at < count:
        for phrase, label in known.index.get(heard.words[at], ()):
            end = at + len(phrase)
            if heard.words[at:end] != phrase:
                continue
            if len(phrase) > 1 and _apart(said, heard, at, known):
                continue
            if label in ("yes_final", "no_final") and not _final(heard, end, known):
                continue
            if label in ("yes_final", "no_final") and known.questions.intersection(
                heard.words[max(0, at - 2) : at]
            ):
                continue
            if (
                label == "no"
                and len(phrase) == 1
                and phrase[0] not in known.negators
                and _determiner(heard, at, known)
            ):
                continue
            found.append((label, at, end))
            at = end
            break
        else:
            at += 1
    return found


def _final(heard: Canon, end: int, known: _Tables) -> bool:
    """Nothing but a few words that may close an answer stands after `end`."""
    return len(heard.words) - end <= 4 and all(word in known.lead for word in heard.words[end:])


def _determiner(heard: Canon, at: int, known: _Tables) -> bool:
    """This "no" belongs to a noun: "I have no appointment", "no one"."""
    if at and heard.words[at - 1] in known.determiner_before:
        return True
    return at + 1 < len(heard.words) and heard.words[at + 1] in known.determiner_after


def _apart(said: Said, heard: Canon, at: int, known: _Tables) -> bool:
    """This word is "no" as well as "not" (Spanish), and a comma after it makes it an answer: "no, es correcto"."""
    word = heard.words[at]
    if (
        word not in known.negators
        or ((word,), "no") not in known.index.get(word, ())
        or at + 1 >= len(heard.words)
    ):
        return False
    token, following = heard.at[at], heard.at[at + 1]
    return any(mark in ",.;" for mark in said.text[said.tokens[token].end : said.tokens[following].start])


def _turned(said: Said, heard: Canon, start: int, known: _Tables) -> int | None:
    """Where the negation stands that turns round the positive at `start`, None if none does."""
    at = start
    while at > 0 and start - at < 5:
        at -= 1
        if heard.words[at] in known.negators:
            return None if _apart(said, heard, at, known) else at
        if heard.words[at] not in known.between:
            return None
    return None


def _refusal(heard: Canon, known: _Tables, short: bool) -> tuple[int, int] | None:
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
    heard, known = canon(said, language), _tables(language)
    clauses: list[tuple[bool, int, int]] = []
    bare: list[tuple[bool, int, int]] = []
    acks: list[tuple[int, int]] = []
    doubt = False
    for label, start, end in _labels(said, heard, known):
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
    labels = {label for phrase, label in _tables(base(language)).index.get(word, ()) if len(phrase) == 1}
    if not labels.intersection(("yes", "no", "ack", "yes_clause", "no_clause")):
        return False
    meant = answer(said, language)
    positive = bool(labels.intersection(("yes", "ack", "yes_clause")))
    if meant is None:
        return not positive and "unknown" in {
            label for label, *_ in _labels(said, canon(said, language), _tables(base(language)))
        }
    return meant.value is not positive
