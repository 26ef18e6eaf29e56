"""Words of clauses: the language's `clauses` table, ready for `flowengine.speech.clauses.moods`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import small_words
from flowengine.speech.wordtables import WordTable, folded


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """The `clauses` table of a language; `triggers`: without one of these words all is stated."""

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
    echoed: PhraseList
    unsettled: PhraseList
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
    past_joints: frozenset[str]
    abbreviations: frozenset[str]


_TABLES = ("questions", "requests", "inquiries", "conditions", "past")


@lru_cache(maxsize=16)
def clause_words(language: str) -> ClauseWords:
    """The table of a language, made once."""
    data = section(language, "clauses")
    table = WordTable(data, language)
    questions, requests, inquiries, conditions, past = (WordTable(data[name], language) for name in _TABLES)
    closing = past.phrases("closing")
    phrases = inquiries.phrases("phrases")
    conditional = conditions.phrases("words", "phrases")
    former = past.phrases("phrases", "closing")
    asking = questions.phrases("phrases")
    declared = questions.phrases("declared")
    triggers = {
        *questions.words("words"),
        *questions.words("inverted"),
        *inquiries.words("imperatives"),
        *(inquiries.words("about_triggers") or inquiries.words("about", "on")),
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
        conjunctions=table.words("conjunctions"),
        leads=table.phrases("leads"),
        restarts=table.phrases("restarts"),
        decisions=table.phrases("decisions"),
        resumptions=table.phrases("resumptions"),
        subordinators=table.words("subordinators"),
        questions=WordLists(questions.data),
        proposals=questions.phrases("proposals"),
        own=questions.phrases("own"),
        echoed=questions.phrases("echoed"),
        unsettled=questions.phrases("unsettled"),
        phrases=asking,
        declared=declared,
        requests=WordLists(requests.data),
        openers=requests.phrases("openers"),
        approvals=requests.phrases("approvals"),
        offers=requests.phrases("offers"),
        inquiries=WordLists(inquiries.data),
        inquiry_phrases=phrases,
        conditional=frozenset(phrase[0] for phrase in conditional.phrases),
        conditions=conditional,
        courtesies=conditions.phrases("courtesies"),
        past=former,
        past_closing=closing,
        past_verbs=past.words("verbs"),
        past_joints=past.words("joints"),
        abbreviations=table.words("abbreviations"),
    )


class WordLists(dict[str, frozenset[str]]):
    """Word lists by name; one that a language lacks is empty."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__({name: folded(entries) for name, entries in data.items()})

    def __missing__(self, name: str) -> frozenset[str]:
        return frozenset()
