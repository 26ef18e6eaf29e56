"""What a caller says against a read-back: which of its parts are wrong.

"Change the time", "everything but the day is right" name a part; "the day is fine but the time is not" names one that
is wrong and one that is not, and "what was the time again?" only asks. A part goes by the name of its slot or, if no
other part of the form can be meant, by what its type is called ("the number" for a phone). Words stand under
`[readback]` in the language's core table.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from flowengine.speech.clauses.moods import clauses
from flowengine.speech.contract import Said
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import base, section
from flowengine.speech.text import hear

if TYPE_CHECKING:
    from flowengine.engine.run import Run

Phrase = tuple[str, ...]


def wrong_parts(run: Run, slots: Sequence[str]) -> list[str]:
    """The slots that the caller names as wrong, in the order of the form."""
    said = run.said
    assert said is not None
    language = base(run.flow.language)
    names = {name: _called(run, name, slots, language) for name in slots}
    return [name for name in slots if _wrong(said, names[name], language)]


def _called(run: Run, name: str, slots: Sequence[str], language: str) -> PhraseList:
    own = _phrase(name.rpartition(":")[2].replace("_", " "))
    kind = run.flow.slots[name].type.name
    alone = sum(run.flow.slots[other].type.name == kind for other in slots) == 1
    taken = {_phrase(other.rpartition(":")[2].replace("_", " ")) for other in slots}
    kinds = [_phrase(word) for word in _tables(language)[2].get(kind, ())] if alone else []
    return PhraseList([own, *(word for word in kinds if word not in taken)])


def _wrong(said: Said, called: PhraseList, language: str) -> bool:
    before, after, _ = _tables(language)
    words = [token.text for token in said.tokens]
    read = clauses(said, language)
    for at in range(len(words)):
        size = called.at(words, at)
        if not size or read.mood(at) in ("asked", "polar"):
            continue
        if after.at(words, at + size) or (at and words[at - 1] in before):
            continue
        return True
    return False


def _phrase(text: str) -> Phrase:
    return tuple(token.text for token in hear(text).tokens)


@lru_cache(maxsize=16)
def _tables(language: str) -> tuple[frozenset[str], PhraseList, dict[str, list[str]]]:
    data = section(language, "core").get("readback", {})
    before = frozenset(word for entry in data.get("fine_before", ()) for word in _phrase(entry))
    return (
        before,
        PhraseList(_phrase(entry) for entry in data.get("fine_after", ())),
        dict(data.get("kinds", {})),
    )
