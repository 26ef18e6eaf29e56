"""Weights in a unit that is a currency's too: "I lost ten pounds on that diet" is no money.

Words stand under `[weights]` in the language's money table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.alternatives import approximators
from flowengine.speech.contract import Said
from flowengine.speech.figures.amounts import Amount
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import gap_before, is_filler
from flowengine.speech.wordtables import WordTable

REACH = 4
"""Words before a figure in which its verb is looked for ("gained, like, about ten pounds")."""
AFTER = 8
"""Words after a figure in which is said what the weight was lost by."""


@dataclass(frozen=True, slots=True)
class _Tables:
    units: frozenset[str]
    verbs: frozenset[str]
    phrases: PhraseList
    losing: frozenset[str]
    about: frozenset[str]
    after: frozenset[str]


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    table = WordTable(section(language, "money").get("weights", {}), language)
    return _Tables(
        units=table.words("units"),
        verbs=table.words("verbs"),
        phrases=table.heard("phrases"),
        losing=table.words("losing"),
        about=table.words("about"),
        after=table.words("after"),
    )


def weighs(said: Said, part: Amount, words: list[str], language: str) -> bool:
    """The amount is what somebody or something weighs, gained or lost."""
    known = _tables(language)
    if words[part.end - 1] not in known.units:
        return False
    following = words[part.end : part.end + AFTER]
    if following and following[0] in known.after:
        return True
    at = part.start
    low = max(0, at - REACH)
    while at > low and not gap_before(said, at).strip(" ,"):
        if words[at - 1] in known.verbs or known.phrases.before(words, at):
            return True
        if words[at - 1] in known.losing:
            return not known.about.isdisjoint(following)
        if not is_filler(words[at - 1], language) and words[at - 1] not in approximators(language):
            return False
        at -= 1
    return False
