"""An ambiguous value asks its own question: how it is put, and what the caller's next words make of it.

"Three p.m.?" is settled by a plain yes or no, by words that tell the readings apart ("in the afternoon", "next week",
"the second one"), or by another value ("no, four").
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from flowengine.engine.names import moment
from flowengine.engine.understand import candidates
from flowengine.engine.world import Choice
from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.speaking import spoken
from flowengine.speech.tables import base, section
from flowengine.speech.text import covers, fold, hear, words_of
from flowengine.speech.types import slot_type

if TYPE_CHECKING:
    from flowengine.engine.run import Run

BARE = 3
"""Words of a plain yes or no."""


def question(run: Run, choice: Choice) -> str:
    """The likeliest reading, so that a plain yes or no answers it: "Three p.m.?", "Tuesday, December 1st?"."""
    text = spoken(choice.readings[0], run.flow.language)
    return f"{text[:1].upper()}{text[1:]}?"


def settled(run: Run, choice: Choice, told: bool | None) -> Candidate | None:
    """What the caller's words make of the value: one reading or a new value, with other readings if it leaves some
    open; None if nothing. `told` is what they answer to a yes-or-no question.
    """
    said = run.said
    assert said is not None
    whole = (0, len(said.tokens))
    if (place := _by_place(run, choice, said)) is not None:
        return Candidate(choice.readings[place], *whole)
    if (found := _said(run, choice, said)) is not None:
        return found
    told_apart = _left(choice, _read(run, choice, hear(f"{choice.said}, {said.text}"))) or _marked(
        run, choice
    )
    if len(told_apart) == 1:
        return Candidate(told_apart[0], *whole)
    if told is True:
        return Candidate(choice.readings[0], *whole)
    if told is False and plain(said, run.flow.language) and len(choice.readings) == 2:
        return Candidate(choice.readings[1], *whole)
    return None


def plain(said: Said, language: str) -> bool:
    """Hardly more than a yes or a no: a no of more words may say more than that the reading is wrong."""
    return len(said.tokens) <= BARE and _neither(language).isdisjoint(token.text for token in said.tokens)


@lru_cache(maxsize=16)
def _neither(language: str) -> frozenset[str]:
    """Words that refuse every reading."""
    return frozenset(map(fold, section(base(language), "core").get("readback", {}).get("neither", ())))


def _said(run: Run, choice: Choice, said: Said) -> Candidate | None:
    """The value that these words give by themselves, if it is one of the readings or none of them."""
    found = _read(run, choice, said)
    if found is None:
        return None
    known = _left(choice, found)
    if not known and (choice.question or "").startswith("which"):
        known = _marked(run, choice)  # "Tuesday" of "Monday or Tuesday next week"
    if len(known) == 1:
        return Candidate(known[0], found.start, found.end)
    return None if known else found


def _read(run: Run, choice: Choice, said: Said) -> Candidate | None:
    """The last value in these words as the slot's answer; half of one changes half of the first reading."""
    slot = run.flow.slots[choice.slot]
    language = run.flow.language
    found = candidates(run, slot, asked=True, said=said, assumed=choice.readings[0])
    counting = [c for c in found if c.form != "short" or covers(said, c.start, c.end, language)]
    return counting[-1] if counting else None


def _left(choice: Choice, found: Candidate | None) -> list[object]:
    """The readings that a value leaves."""
    values: Sequence[object] = () if found is None else (found.value, *found.alternatives)
    return [reading for reading in choice.readings if reading in values]


def _marked(run: Run, choice: Choice) -> list[object]:
    """The readings that have a word of the caller's in what they are called and the others have not."""
    assert run.said is not None
    words = set(words_of(run.said.text))
    marks = [set(words_of(spoken(reading, run.flow.language))) for reading in choice.readings]
    shared = set[str].intersection(*marks)
    return [reading for reading, mark in zip(choice.readings, marks, strict=True) if (mark - shared) & words]


def _by_place(run: Run, choice: Choice, said: Said) -> int | None:
    """ "The second one", "the last", of several values that the caller left open himself ("Tuesday or Wednesday")."""
    if not (choice.question or "").startswith("which"):
        return None
    names = [f"reading {number}" for number in range(len(choice.readings))]  # what nobody calls them
    now = moment(run.flow, run.at)
    context = Context(now=now, language=run.flow.language, asked=True, options={"choices": names})
    found = slot_type("choice").recognise(said, context)
    return names.index(str(found[0].value)) if len(found) == 1 and not found[0].alternatives else None
