"""One interpretation: what a flow does with one event, on a world of its own.

A `Run` works on a clone of the base. It executes actions and moves and gathers an `Output`; nothing outside is
touched, so throwing it away undoes everything. Which handler answers is decided in `dispatch`, how slots are
filled in `forms`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flowengine.engine import forms, history
from flowengine.engine.events import Outcome
from flowengine.engine.machine import machine_of
from flowengine.engine.names import Names, moment
from flowengine.engine.output import Output, Request
from flowengine.engine.phrases import phrase
from flowengine.engine.snapshot import Work
from flowengine.engine.world import LADDERS, World
from flowengine.errors import EvaluationError, FlowengineError, InvalidFrame
from flowengine.language.flow import (
    Action,
    Ask,
    CallFlow,
    CallTool,
    ChangeAgent,
    ClearSlots,
    Collect,
    EndCall,
    Flow,
    Goto,
    Handler,
    Lines,
    Move,
    PressDigits,
    PushMetadata,
    Reprompt,
    Return,
    Say,
    SetValues,
    State,
    Transfer,
    Visit,
)
from flowengine.language.templates import Expression, Value, evaluate
from flowengine.protocol.outbound import Response
from flowengine.speech import values
from flowengine.speech.contract import Said

MAX_MOVES = 25
"""Automatic moves per event. A flow that needs more is going round in circles."""


class TooManyMoves(FlowengineError):
    """The flow moved more than MAX_MOVES times without waiting for anybody."""


class Run:
    """Interprets one event. `said` are the caller's words, None where there are none."""

    def __init__(
        self,
        flow: Flow,
        world: World,
        *,
        at: int,
        call_id: str,
        details: Mapping[str, Any] | None,
        works: Mapping[str, Work],
        said: Said | None = None,
    ) -> None:
        self.flow = flow
        self.world = world.clone()
        self.at = at
        self.call_id = call_id
        self.details = details
        self.works = works
        self.said = said
        self.output = Output()
        self.special: dict[str, object] = {
            "said": said.text if said else "",
            "captured": {},
            "count": 0,
            "error": None,
        }
        self.unasked = False
        """The question was not heard, so its open slot and short forms cannot have been answered."""
        self.matches: dict[tuple[str, str], Any] = {}
        self.again_at: int | None = None
        self.taken: list[tuple[int, int]] = []
        """Spans of the words that have filled a slot: a span fills only one."""
        self._moves = 0

    # --- looking ---------------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        assert self.world.state is not None
        return self.flow.states[self.world.state]

    @property
    def active(self) -> list[State]:
        """The active leaf and its enclosing states, nearest first."""
        return self.outwards(self.world.state)

    def outwards(self, name: str | None) -> list[State]:
        """A state and its enclosing states, nearest first."""
        states = []
        while name is not None:
            states.append(self.flow.states[name])
            name = states[-1].parent
        return states

    @property
    def moment(self) -> datetime:
        """The call's own moment, in the flow's time zone."""
        return moment(self.flow, self.at)

    def names(self, scope: str) -> Names:
        return Names(self.flow, self.world, scope, self.at, self.details, self.special)

    def render(self, lines: Lines, scope: str, attempt: int = 0) -> str:
        """The line for this attempt (0 the first), rendered. Raises EvaluationError if the template fails."""
        return lines[min(attempt, len(lines) - 1)].render(self.names(scope))

    def value(self, value: Value, scope: str) -> object:
        return evaluate(value, self.names(scope))

    def test(self, expression: Expression, scope: str) -> bool:
        """A guard. One that fails is false and reported."""
        try:
            return expression.test(self.names(scope))
        except EvaluationError as error:
            self.report("guard_failed", where=error.where, error=error.message)
            return False

    def report(self, code: str, **facts: object) -> None:
        self.output.reports.append((code, facts))

    # --- doing -----------------------------------------------------------------------------------------------

    def handle(self, handler: Handler) -> None:
        """Run a handler whose conditions hold."""
        self.output.answered_by = str(handler.where)
        if handler.no_interruption_allowed is not None:
            self.output.fields["no_interruption_allowed"] = handler.no_interruption_allowed
        # a ladder's own line is for the attempt that has just failed; the question after it is the next attempt
        failed = 1 if handler.event in LADDERS else 0
        self.do(handler.actions, handler.scope, self.world.attempts - failed)
        if handler.move is not None:
            self.move(handler.move, handler.scope)

    def do(self, actions: Sequence[Action], scope: str, attempt: int = 0) -> None:
        """Do these actions in written order; `attempt` is the line that tapered texts have come to."""
        world = self.world
        for action in actions:
            match action:
                case Say(lines):
                    self.output.say(self.render(lines, scope, attempt))
                case Ask(lines):
                    self.output.ask(self.render(lines, scope, world.attempts))
                case Reprompt():
                    self.reprompt()
                case SetValues(pairs):
                    for name, value in pairs:
                        self.set(name, self.value(value, scope))
                case ClearSlots(slots):
                    for slot in slots:
                        forms.clear(self, slot)
                case PushMetadata(value):
                    self.output.metadata.append(values.plain(self.value(value, scope)))
                case ChangeAgent(settings):
                    world.settings.update(self._settings(settings, scope))
                case PressDigits(digits):
                    self.output.fields["digit_to_press"] = digits.render(self.names(scope)).strip()
                case Collect(slots):
                    forms.start(self, slots)
                case CallTool():
                    self._call_tool(action, scope)
                case CallFlow():
                    history.enter_flow(self, action, scope)

    def set(self, name: str, value: object) -> None:
        if name in self.flow.slots:
            if value is None or value == "":
                forms.clear(self, name)
            else:
                self.world.slots[name] = value
        else:
            self.world.values[name] = value

    def _settings(self, settings: Mapping[str, Value], scope: str) -> dict[str, float | int]:
        """Agent settings as numbers; one that fails or is none is left out and reported."""
        result: dict[str, float | int] = {}
        for name, value in settings.items():
            try:
                found = self.value(value, scope)
            except EvaluationError as error:
                self.report("bad_agent_setting", setting=name, error=str(error))
                continue
            if isinstance(found, bool) or not isinstance(found, int | float):
                self.report("bad_agent_setting", setting=name, value=str(found))
                continue
            result[name] = found
        return result

    def settings(self) -> dict[str, float | int]:
        """What the agent's settings should be in this world: the flow's, the active states', the handlers'."""
        merged: dict[str, float | int] = dict(self.flow.update_agent)
        for state in reversed(self.active if self.world.state else []):
            if state.update_agent:
                merged.update(self._settings(state.update_agent, state.scope))
        merged.update(self.world.settings)
        return merged

    # --- moving ----------------------------------------------------------------------------------------------

    def move(self, move: Move, scope: str) -> None:
        self._moves += 1
        if self._moves > MAX_MOVES:
            raise TooManyMoves(
                f"more than {MAX_MOVES} moves without waiting, the last one from '{self.world.state}'"
            )
        match move:
            case Goto(target):
                history.forget(self, target)
                self.goto(target)
            case Visit(target):
                history.visit(self, target)
            case Return(given, error):
                history.give_back(self, given, error, scope)
            case EndCall():
                self._finish({"end_call": True})
            case Transfer(number, show):
                self._transfer(number.render(self.names(scope)).strip(), show)

    def _transfer(self, number: str, show: bool | None) -> None:
        """Hand the call over; a number that the wire refuses is an error that the flow can speak about."""
        try:
            Response(response_id=0, content="", content_complete=True, transfer_number=number)
        except InvalidFrame as error:
            self.report("invalid_action", error=str(error), state=self.world.state)
            self.finished(
                self.state, Outcome("error", kind="transfer_number", message="no number to transfer to")
            )
            return
        fields: dict[str, Any] = {"transfer_number": number}
        if show is not None:
            fields["show_transferee_as_caller"] = show
        self._finish(fields)

    def _finish(self, fields: dict[str, Any]) -> None:
        """End or transfer: after these words Retell acts. Kept, since an interruption discards the action."""
        self.output.fields.pop("digit_to_press", None)  # a frame has one action, and this is the last
        self.output.fields.update(fields)
        self.world.over = {"text": self.output.text, "fields": dict(self.output.fields), "ends": True}

    def goto(self, target: str) -> None:
        """Leave and enter as the machine says, doing what each entered state does on entry."""
        path = machine_of(self.flow).path(self.world.state, target)
        world = self.world
        for left in path.exits:
            world.entered.pop(left, None)
        anew = {timer.key for name in path.enters for timer in self.flow.states[name].after}
        world.fired = [key for key in world.fired if key not in anew]
        world.forget_state()
        world.state = path.leaf
        for name in path.enters:
            world.entered[name] = self.at
            world.visits[name] = world.visits.get(name, 0) + 1
        moves = self._moves
        for name in path.enters:
            self._enter(self.flow.states[name])
            if self._moves != moves:
                return  # an entry moved on already

    def _enter(self, state: State) -> None:
        moves = self._moves
        if self.output.answered_by == "built-in":
            self.output.answered_by = str(state.where)
        if state.no_interruption_allowed is not None:
            self.output.fields["no_interruption_allowed"] = state.no_interruption_allowed
        self.do(state.entry, state.scope, self.world.attempts)
        if self._moves != moves:
            return
        for handler in state.on.get("enter", ()):
            if handler.condition.test is None or self.test(handler.condition.test, handler.scope):
                self.handle(handler)
                break
        if self._moves == moves and state.move is not None and not state.waits:
            self.move(state.move, state.scope)

    def reprompt(self, *, returned: bool = False) -> None:
        """The active state's question again: its ask, its form's question, or what it said on entry."""
        world = self.world
        if world.over is not None:
            self.output.say(str(world.over["text"]))
            self.output.fields.update(world.over["fields"])  # type: ignore[call-overload]
            return
        for state in self.active:
            asks = [action for action in state.entry if isinstance(action, Ask | Collect)]
            for question in asks:
                if isinstance(question, Ask):
                    self.output.ask(self.render(question.lines, state.scope, world.attempts))
                else:
                    forms.ask(self, question)
            if asks:
                return
        if world.work is not None or returned:
            return
        for action in self.state.entry:
            if isinstance(action, Say):
                self.output.say(self.render(action.lines, self.state.scope, world.attempts))

    # --- tools -----------------------------------------------------------------------------------------------

    def _call_tool(self, call: CallTool, scope: str) -> None:
        """Want this tool call. One that the ledger knows is joined or answered by its result, never run again."""
        arguments = {name: self.value(value, scope) for name, value in call.arguments.items()}
        state = self.world.state
        assert state is not None
        key = request_key(self.call_id, call.tool, arguments, state, self.world.visits[state])
        self.world.work = key
        work = self.works.get(key)
        known = work.outcome if work is not None and work.status == "finished" else None
        self.output.work = Request(key, call.tool, state, arguments, call.save, known)
        if known is not None:
            self.result(self.output.work, known)

    def result(self, request: Request | Work, outcome: Outcome) -> None:
        """A tool call that the active state waits for has ended. Told once: from here on it waits no more."""
        self.world.work = None
        if outcome.result == "done" and request.save is not None:
            self.world.values[request.save] = outcome.value
        self.finished(self.state, outcome)

    def finished(self, state: State, outcome: Outcome) -> None:
        """Run the `done` or `error` handlers of `state`, outwards; without one its own move or the built-in line."""
        event = "done" if outcome.result == "done" else "error"
        kind = outcome.kind or ("lost" if outcome.result == "lost" else None)
        self.special["error"] = {"kind": kind, "status": outcome.status, "message": outcome.message}
        scopes = self.outwards(state.id)
        if event == "error":
            from flowengine.engine.dispatch import counted, step_count

            if not counted(self, event, step_count(self, event), scopes):
                self.output.say(self.fallback())
        elif not any(self._first_of(here.on.get(event, ())) for here in scopes) and state.move is not None:
            self.output.answered_by = str(state.where)
            self.move(state.move, state.scope)

    def _first_of(self, handlers: Sequence[Handler]) -> bool:
        for handler in handlers:
            if handler.condition.test is None or self.test(handler.condition.test, handler.scope):
                self.handle(handler)
                return True
        return False

    def fallback(self) -> str:
        """The flow's failure line; the built-in one if that fails itself."""
        try:
            return self.flow.fallback[0].render(self.names("")) or phrase("error", self.flow.language)
        except EvaluationError:
            return phrase("error", self.flow.language)


def request_key(call_id: str, tool: str, arguments: Mapping[str, object], state: str, visit: int) -> str:
    """Identity of a request: call, tool, argument values and visit of the state. The same key never runs twice."""
    told = json.dumps(values.plain(dict(arguments)), sort_keys=True, ensure_ascii=False, default=str)
    text = "\x1f".join((call_id, tool, told, state, str(visit)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
