"""Why a flow answers as it does: every condition that is looked at for one utterance, and the line that wins.

The decision itself is the engine's own (`dispatch.utterance`); what stands here only shows its parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flowengine.engine import dispatch, forms
from flowengine.engine.run import Run
from flowengine.engine.understand import candidates, closed_values, current, new_values
from flowengine.engine.world import World
from flowengine.errors import FlowengineError
from flowengine.language.flow import Flow, Goto, Handler, Move, Return, Slot, Transfer, Visit
from flowengine.speech.contract import Candidate, Said
from flowengine.speech.text import covers, hear
from flowengine.speech.values import plain


class NoSuchState(FlowengineError):
    """The state to explain in does not exist, or is one that holds others."""


@dataclass(frozen=True, slots=True)
class IntentSeen:
    """An intent that matches: the words, how they matched and how well (0 to 1)."""

    name: str
    words: str
    how: str
    score: float


@dataclass(frozen=True, slots=True)
class SlotSeen:
    """A candidate for a slot. `fills`: the slot takes it here."""

    slot: str
    type: str
    values: list[Any]
    words: str
    form: str
    score: float
    fills: bool
    why: str


@dataclass(frozen=True, slots=True)
class HandlerSeen:
    """A handler in the order it is tried. `conditions`: what it asks for and whether that holds."""

    where: str
    scope: str
    conditions: list[tuple[str, bool]]
    holds: bool
    move: str


@dataclass(slots=True)
class Verdict:
    """What would happen: `answered_by` is `file:line:col`, `said` the agent's words, `state` where it leads."""

    heard: str
    state: str
    asked: str | None
    intents: list[IntentSeen] = field(default_factory=list)
    slots: list[SlotSeen] = field(default_factory=list)
    handlers: list[HandlerSeen] = field(default_factory=list)
    answered_by: str = ""
    said: str = ""
    new_state: str = ""
    filled: dict[str, Any] = field(default_factory=dict)
    action: dict[str, Any] = field(default_factory=dict)
    tool: str | None = None


def explain(flow: Flow, words: str, state: str | None, at: int) -> Verdict:
    """Explain `words` said in `state` (None: where a call begins) at the moment `at` (ms since the epoch).

    NoSuchState if there is none; the state is entered as in a call, so its question counts as asked.
    """
    entered = _entered(flow, state, at)
    said = hear(words)
    world = entered.world
    assert world.state is not None
    verdict = Verdict(words, world.state, world.asked)
    looking = _run(flow, world, at, said)
    verdict.intents = _intents(looking, said)
    verdict.handlers = _handlers(looking, said)
    acting = _run(flow, world, at, said)
    before = {name: current(acting, name) for name in flow.slots}
    dispatch.utterance(acting)
    verdict.answered_by = acting.output.answered_by
    verdict.said = acting.output.text
    verdict.new_state = acting.world.state or ""
    verdict.filled = {
        name: plain(value) for name in flow.slots if (value := current(acting, name)) != before[name]
    }
    verdict.slots = _slots(looking, said, verdict.filled)
    verdict.action = dict(acting.output.fields)
    verdict.tool = None if acting.output.work is None else acting.output.work.tool
    return verdict


def _run(flow: Flow, world: World, at: int, said: Said | None) -> Run:
    return Run(flow, world, at=at, call_id="explain", details=None, works={}, said=said)


def _entered(flow: Flow, state: str | None, at: int) -> Run:
    if state is not None and state not in flow.states:
        from flowengine.language.problems import did_you_mean, listed

        known = ", ".join(sorted(flow.states)) if len(flow.states) < 12 else listed(sorted(flow.states))
        raise NoSuchState(
            f"there is no state '{state}'{did_you_mean(state, flow.states) or f'; there are {known}'}"
        )
    run = _run(flow, World(), at, None)
    run.goto(state or flow.start)
    return run


def _intents(run: Run, said: Said) -> list[IntentSeen]:
    found = []
    for name, intent in run.flow.intents.items():
        match = intent.pattern.search(said)
        if match is not None:
            found.append(IntentSeen(name, said.raw(match.start, match.end), match.how, match.score))
    return sorted(found, key=lambda seen: -seen.score)


def _slots(run: Run, said: Said, filled: Mapping[str, Any]) -> list[SlotSeen]:
    form = forms.collect_of(run)
    inside = form.slots if form is not None else ()
    chosen = closed_values(run, run.flow.slots, early=False)
    seen = []
    for slot in run.flow.slots.values():
        asked = slot.name == run.world.asked
        for candidate in candidates(run, slot, asked=asked):
            values = [plain(value) for value in (candidate.value, *candidate.alternatives)]
            fills = filled.get(slot.name) in values
            best = chosen.get(slot.name)
            open_taken = candidate.form == "open" and asked
            counts = open_taken or (
                best is not None and (best.start, best.end) == (candidate.start, candidate.end)
            )
            if fills:
                why = ""
            elif not counts:
                why = _why_not(run, said, candidate, slot, asked)
            elif candidate.value == current(run, slot.name):
                why = "the slot holds this already"
            elif slot.name in inside:
                why = "another handler answers first, a rule refuses it, or it is ambiguous"
            else:
                why = "nothing here waits for it"
            words = said.raw(candidate.start, candidate.end)
            seen.append(
                SlotSeen(
                    slot.name, slot.type.name, values, words, candidate.form, candidate.score, fills, why
                )
            )
    return seen


def _why_not(run: Run, said: Said, candidate: Candidate, slot: Slot, asked: bool) -> str:
    if candidate.form == "open":
        return "an open slot takes words only when it was asked"
    if candidate.form == "short" and not asked:
        return "a short form counts only as the answer to its question"
    if candidate.form == "short" and not covers(said, candidate.start, candidate.end, run.flow.language):
        return "a short form counts only as the whole answer"
    if slot.type.name == "yes_no" and not asked:
        return "a yes or no counts only when it was asked"
    return "these words fill another slot, or a later mention wins"


def _handlers(run: Run, said: Said) -> list[HandlerSeen]:
    flow = run.flow
    rows: list[tuple[str, Handler]] = [
        *(("first", h) for h in flow.on.get("response_required", ()) if h.first),
        *((state.id, h) for state in run.active for h in state.on.get("response_required", ())),
        *(("global", h) for h in flow.on.get("response_required", ()) if not h.first),
    ]
    return [_handler(run, said, scope, handler) for scope, handler in rows]


def _handler(run: Run, said: Said, scope: str, handler: Handler) -> HandlerSeen:
    condition = handler.condition
    parts: list[tuple[str, bool]] = []
    if condition.intents:
        hit = [name for name in condition.intents if run.flow.intents[name].pattern.search(said)]
        parts.append((f"intent {' or '.join(condition.intents)}", bool(hit)))
    if condition.match is not None:
        phrases = ", ".join(condition.match.phrases[:4]) or "pattern"
        parts.append((f"match {phrases}", condition.match.search(said) is not None))
    if condition.slots:
        parts.append((f"slot {' or '.join(condition.slots)}", bool(new_values(run, condition.slots))))
    if handler.count is not None:
        parts.append((f"count {handler.count}", handler.count <= 1))
    held = dispatch.holds(run, handler) is not None and (handler.count is None or handler.count <= 1)
    if condition.test is not None:
        parts.append((f"if {condition.test.source}", run.test(condition.test, handler.scope)))
    return HandlerSeen(str(handler.where), scope, parts, held, _move(handler.move))


def _move(move: Move | None) -> str:
    match move:
        case None:
            return "stay"
        case Goto(target):
            return f"goto {target}"
        case Visit(target):
            return f"visit {target}"
        case Return():
            return "return"
        case Transfer():
            return "transfer"
        case _:
            return "end the call"
