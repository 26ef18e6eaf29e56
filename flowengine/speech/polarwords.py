"""Words of yes and no: the language's `yes_no` table, and where its words and idioms stand in an utterance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from flowengine.speech.canon import Canon, words
from flowengine.speech.contract import Said
from flowengine.speech.hedges import hedges
from flowengine.speech.tables import section
from flowengine.speech.text import fold, gap_before

Label = Literal[
    "yes", "no", "yes_clause", "no_clause", "yes_final", "no_final", "ack", "unknown", "neutral", "open"
]
"""unknown: "maybe", "I'm not sure"; neutral: no answer ("right now"); open: takes an answer back ("say it again")."""

Labelled = tuple[Label, int, int]
_LABELS: tuple[Label, ...] = (
    "open",
    "unknown",
    "neutral",
    "yes_clause",
    "no_clause",
    "yes_final",
    "no_final",
    "ack",
    "yes",
    "no",
)


@dataclass(frozen=True, slots=True)
class PolarWords:
    single: dict[str, tuple[tuple[tuple[str, ...], Label], ...]]
    longer: dict[tuple[str, str], tuple[tuple[tuple[str, ...], Label], ...]]
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
    commands: frozenset[str]
    contrast: frozenset[str]
    certainties: frozenset[str]
    hesitations: frozenset[str]


@lru_cache(maxsize=16)
def polar_words(language: str) -> PolarWords:
    data = section(language, "yes_no")
    single: dict[str, list[tuple[tuple[str, ...], Label]]] = {}
    longer: dict[tuple[str, str], list[tuple[tuple[str, ...], Label]]] = {}
    alike = {fold(word): tuple(map(fold, others)) for word, others in data.get("alike", {}).items()}
    repeat = section(language, "core")["builtin"]["repeat"]
    for label in _LABELS:
        for entry in (*data.get(label, ()), *(repeat if label == "open" else ())):
            phrase = words(entry, language)
            heads = alike.get(phrase[0], ()) if len(phrase) > 1 and label == "no_clause" else ()
            for form in (phrase, *((head, *phrase[1:]) for head in heads)):
                if len(form) == 1:
                    single.setdefault(form[0], []).append((form, label))
                else:
                    longer.setdefault((form[0], form[1]), []).append((form, label))
    return PolarWords(
        single={word: tuple(found) for word, found in single.items()},
        longer={pair: tuple(sorted(found, key=lambda f: -len(f[0]))) for pair, found in longer.items()},
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
        commands=frozenset(map(fold, data.get("commands", ()))),
        certainties=frozenset(map(fold, data.get("certainties", ()))),
        hesitations=frozenset(map(fold, data.get("hesitations", ()))),
        contrast=frozenset(map(fold, data.get("contrast", ()))),
    )


def labelled(said: Said, heard: Canon, known: PolarWords, language: str) -> list[Labelled]:
    """Labelled spans of canonical words, left to right, not overlapping."""
    found: list[Labelled] = []
    at, count = 0, len(heard.words)
    longer, single = known.longer, known.single
    open_ = hedges(heard, language)
    while at < count:
        if at in open_:
            hedge, after = open_[at]
            found.append((hedge, at, after))
            at = after
            continue
        pair = heard.words[at], heard.words[at + 1] if at + 1 < count else ""
        for phrase, label in (*longer.get(pair, ()), *single.get(pair[0], ())):
            end = at + len(phrase)
            if heard.words[at:end] != phrase:
                continue
            if len(phrase) > 1 and apart(said, heard, at, known):
                continue
            if label in ("yes_final", "no_final") and not _final(said, heard, end, known):
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


def _final(said: Said, heard: Canon, end: int, known: PolarWords) -> bool:
    """Nothing but a few words that may close an answer stands after `end`, or a mark, or a contrast."""
    if end < len(heard.words):
        following = heard.words[end]
        gap = gap_before(said, heard.at[end])
        if following in known.contrast or (len(gap) > 1 and following not in known.hesitations):
            return True
    return len(heard.words) - end <= 4 and all(word in known.lead for word in heard.words[end:])


def _determiner(heard: Canon, at: int, known: PolarWords) -> bool:
    """This "no" belongs to a noun: "I have no appointment", "no one"."""
    if at and heard.words[at - 1] in known.determiner_before:
        return True
    return at + 1 < len(heard.words) and heard.words[at + 1] in known.determiner_after


def apart(said: Said, heard: Canon, at: int, known: PolarWords) -> bool:
    """This word is "no" as well as "not" (Spanish), and a comma after it makes it an answer: "no, es correcto"."""
    word = heard.words[at]
    if (
        word not in known.negators
        or ((word,), "no") not in known.single.get(word, ())
        or at + 1 >= len(heard.words)
    ):
        return False
    token, following = heard.at[at], heard.at[at + 1]
    return any(mark in ",.;" for mark in said.text[said.tokens[token].end : said.tokens[following].start])
