"""Words of clauses: the language's `clauses` table, ready for `flowengine.speech.clauses.moods`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flowengine.speech.canon import words
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import fold, small_words


@dataclass(frozen=True, slots=True)
class ClauseWords:
    triggers: frozenset[str]
    articles: frozenset[str]
    conjunctions: frozenset[str]
    leads: PhraseList
    restarts: PhraseList
    decisions: PhraseList
    resumptions: PhraseList
    subordinators: frozenset[str]
    questions: WordLists
    proposals: PhraseList
    own: PhraseList
    phrases: PhraseList
    declared: PhraseList
    requests: WordLists
    openers: PhraseList
    approvals: PhraseList
    offers: PhraseList
    inquiries: WordLists
    inquiry_phrases: PhraseList
    conditional: frozenset[str]
    conditions: PhraseList
    courtesies: PhraseList
    past: PhraseList
    past_closing: PhraseList
    past_verbs: frozenset[str]
    abbreviations: frozenset[str]


@lru_cache(maxsize=16)
def clause_words(language: str) -> ClauseWords:
    data = section(language, "clauses")
    questions, requests, inquiries = data["questions"], data["requests"], data["inquiries"]
    conditions, past = data["conditions"], data["past"]
    closing = _phrases(past["closing"], language)
    phrases = _phrases(inquiries["phrases"], language)
    conditional = _phrases((*conditions["words"], *conditions["phrases"]), language)
    former = _phrases((*past["phrases"], *past["closing"]), language)
    asking = _phrases(questions.get("phrases", ()), language)
    declared = _phrases(questions.get("declared", ()), language)
    triggers = {
        *_words(questions["words"]),
        *_words(questions.get("inverted", ())),
        *_words(inquiries.get("imperatives", ())),
        *_words(inquiries.get("about_triggers", inquiries["about"])),
        *(
            max(phrase, key=len)
            for known in (phrases, conditional, former, asking)
            for phrase in known.phrases
        ),
        *(phrase[0] for phrase in declared.phrases),
    }
    return ClauseWords(
        triggers=frozenset(triggers),
        articles=small_words(language),
        conjunctions=_words(data["conjunctions"]),
        leads=_phrases(data["leads"], language),
        restarts=_phrases(data["restarts"], language),
        decisions=_phrases(data["decisions"], language),
        resumptions=_phrases(data.get("resumptions", ()), language),
        subordinators=_words(data["subordinators"]),
        questions=WordLists(questions),
        proposals=_phrases(questions["proposals"], language),
        own=_phrases(questions.get("own", ()), language),
        phrases=asking,
        declared=declared,
        requests=WordLists(requests),
        openers=_phrases(requests.get("openers", ()), language),
        approvals=_phrases(requests.get("approvals", ()), language),
        offers=_phrases(requests.get("offers", ()), language),
        inquiries=WordLists(inquiries),
        inquiry_phrases=phrases,
        conditional=frozenset(phrase[0] for phrase in conditional.phrases),
        conditions=conditional,
        courtesies=_phrases(conditions["courtesies"], language),
        past=former,
        past_closing=closing,
        past_verbs=_words(past["verbs"]),
        abbreviations=_words(data["abbreviations"]),
    )


def _words(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, entries))


class WordLists(dict[str, frozenset[str]]):
    """Word lists by name; one that a language lacks is empty."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__({name: _words(entries) for name, entries in data.items()})

    def __missing__(self, name: str) -> frozenset[str]:
        return frozenset()


def _phrases(entries: Iterable[str], language: str) -> PhraseList:
    return PhraseList(words(entry, language) for entry in entries)
