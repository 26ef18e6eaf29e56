"""Which values the caller's words give to which slots.

A span of words fills one slot: the asked one, else the first empty of that type, else a filled one as a
correction; a slot's own `cues:` come first. Short forms count only as the whole answer to the slot that was
asked. Open types are not handled here except after a cue: they take what nothing else wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from flowengine.engine.names import moment, slot_value
from flowengine.language.flow import Flow, Slot
from flowengine.speech.contract import BesideType, Candidate, Context, Said
from flowengine.speech.text import covers, words_of

if TYPE_CHECKING:
    from flowengine.engine.run import Run

_CUE_GAP = 2
"""Words that may stand between a slot's cue and its value ("check in *is on* Monday")."""


def current(run: Run, name: str) -> object:
    """The slot's value as templates see it; None if empty."""
    slot = run.flow.slots[name]
    return slot_value(slot, run.world, run.names(slot.scope))


def candidates(
    run: Run, slot: Slot, *, asked: bool, said: Said | None = None, assumed: object = None
) -> Sequence[Candidate]:
    """What the words (the run's, if not given) may mean for this slot, in the order said.

    `assumed` is taken for its value if it is empty: half a date and time then changes half of it.
    """
    words = said or run.said
    assert words is not None
    return slot.type.recognise(words, _context(run, slot, asked, assumed))


def slot_context(flow: Flow, slot: Slot, now: datetime, *, asked: bool, current: object = None) -> Context:
    """What the slot's type may know beside the words; `current` is the slot's value."""
    options: Mapping[str, object] = {**slot.options, "cues": slot.cues} if slot.cues else slot.options
    return Context(
        now=now,
        language=flow.language,
        asked=asked,
        current=current,
        hours=slot.hours,
        prefer=slot.prefer,
        options=options,
    )


def _context(run: Run, slot: Slot, asked: bool, assumed: object = None) -> Context:
    now, held = moment(run.flow, run.at), current(run, slot.name)
    return slot_context(run.flow, slot, now, asked=asked, current=assumed if held is None else held)


def closed_values(run: Run, names: Iterable[str], *, early: bool) -> dict[str, Candidate]:
    """Closed (and cued) values for these slots. `early`: the words were said for another state's question."""
    said = run.said
    if said is None or not said.tokens:
        return {}
    asked = None if early or run.unasked else run.world.asked
    slots = [run.flow.slots[name] for name in names]
    found: dict[str, list[Candidate]] = {}
    for slot in slots:
        kept = [
            candidate
            for candidate in candidates(run, slot, asked=slot.name == asked)
            if _counts(said, candidate, slot, asked == slot.name, run.flow.language)
            and all(candidate.end <= start or candidate.start >= end for start, end in run.taken)
        ]
        if kept:
            found[slot.name] = kept
    return _allot(run, slots, found, asked)


def open_value(run: Run, name: str) -> Candidate | None:
    """What an open slot that was asked takes from the whole answer; None if it refuses it."""
    slot = run.flow.slots[name]
    if run.said is None or not run.said.tokens or not slot.type.open:
        return None
    found = [c for c in candidates(run, slot, asked=True) if c.form in ("open", "cued", "full")]
    return found[-1] if found else None


def open_beside(run: Run, name: str, found: Mapping[str, Candidate]) -> Candidate | None:
    """What the open slot that was asked takes from the words beside the values of others, if its type can.

    "Ann Smith, next Tuesday at three" answers the question for the name, too. Words that an earlier form took are
    values of others as well.
    """
    slot = run.flow.slots[name]
    if run.said is None or not found or not slot.type.open or not isinstance(slot.type, BesideType):
        return None
    taken = sorted({*run.taken, *((candidate.start, candidate.end) for candidate in found.values())})
    fitting = slot.type.beside(run.said, taken, _context(run, slot, True))
    return fitting[-1] if fitting else None


def new_values(run: Run, names: Iterable[str]) -> dict[str, Candidate]:
    """Of `closed_values`, those that differ from what the slots hold."""
    values = closed_values(run, names, early=False)
    return {name: c for name, c in values.items() if c.value != current(run, name)}


def _counts(said: Said, candidate: Candidate, slot: Slot, asked: bool, language: str) -> bool:
    if candidate.form == "open":
        return False
    if candidate.form == "short":
        return asked and covers(said, candidate.start, candidate.end, language)
    return not (slot.type.name == "yes_no" and not asked)


def _allot(
    run: Run, slots: Sequence[Slot], found: dict[str, list[Candidate]], asked: str | None
) -> dict[str, Candidate]:
    wanted: list[tuple[Slot, Candidate, bool]] = []
    cued: set[str] = set()
    for slot in slots:
        if slot.cues and slot.name in found:
            own = [c for c in found[slot.name] if _after_cue(run, slot, c)]
            if own:
                wanted.append((slot, own[-1], True))
                cued.add(slot.name)
    claimed = [(c.start, c.end) for _, c, _ in wanted]
    by_kind: dict[tuple[str, str], list[Slot]] = {}
    for slot in slots:
        if slot.name in found and slot.name not in cued:
            kind = (slot.type.name, "" if slot.type.name != "choice" else slot.name)
            by_kind.setdefault(kind, []).append(slot)
    for group in by_kind.values():
        wanted += [(s, c, False) for s, c in _share(run, group, found, asked, claimed)]
    # the asked slot first, then what explains more words, then the order of the form
    order = {slot.name: place for place, slot in enumerate(slots)}
    wanted.sort(key=lambda w: (not w[2], w[0].name != asked, w[1].start - w[1].end, order[w[0].name]))
    result: dict[str, Candidate] = {}
    taken: list[tuple[int, int]] = []
    for slot, candidate, _ in wanted:
        if all(candidate.end <= start or candidate.start >= end for start, end in taken):
            taken.append((candidate.start, candidate.end))
            result[slot.name] = candidate
    return {slot.name: result[slot.name] for slot in slots if slot.name in result}


def _share(
    run: Run,
    group: Sequence[Slot],
    found: Mapping[str, list[Candidate]],
    asked: str | None,
    claimed: Sequence[tuple[int, int]],
) -> list[tuple[Slot, Candidate]]:
    """Slots of one type share what was said: asked, then empty, then filled ones; the last mentions win."""
    free = [s for s in group if s.name != asked and current(run, s.name) is None]
    filled = [s for s in group if s.name != asked and current(run, s.name) is not None]
    takers = [s for s in group if s.name == asked] + free or filled
    said = {
        (c.start, c.end): c
        for slot in group
        for c in found[slot.name]
        if all(c.end <= start or c.start >= end for start, end in claimed)
    }
    mentions = [said[span] for span in sorted(said)][-len(takers) :]
    shared = []
    for taker, mention in zip(takers, mentions, strict=False):
        own = next(
            (c for c in found[taker.name] if (c.start, c.end) == (mention.start, mention.end)), mention
        )
        shared.append((taker, own))
    return shared


def _after_cue(run: Run, slot: Slot, candidate: Candidate) -> bool:
    assert run.said is not None
    before = [token.text for token in run.said.tokens[: candidate.start]]
    for cue in slot.cues:
        words = words_of(cue)
        for gap in range(_CUE_GAP + 1):
            end = len(before) - gap
            if words and end >= len(words) and before[end - len(words) : end] == words:
                return True
    return False
