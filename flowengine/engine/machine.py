"""Which states a move leaves and enters: the only file that touches `transitions`.

One hierarchical machine stands per flow and no model is kept registered: a throw-away model carries the active
state, one trigger per target moves it, and the machine's own callbacks tell what was left and entered. A move
between two given states is always the same, so each is worked out once and remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from transitions.extensions import HierarchicalGraphMachine, HierarchicalMachine
from transitions.extensions.nesting import NestedState

from flowengine.language.flow import EndCall, Flow, Goto, Handler, Move, Return, State, Transfer, Visit


@dataclass(frozen=True, slots=True)
class Path:
    """What a move does: states left, innermost first; states entered, outermost first; the new leaf."""

    exits: tuple[str, ...]
    enters: tuple[str, ...]
    leaf: str


class _Nested(NestedState):
    separator = "."


class _Machine(HierarchicalMachine):
    state_cls = _Nested


class _Model:
    """Carries the active state through one move."""

    state: Any
    exits: list[str]
    enters: list[str]

    def __init__(self) -> None:
        self.exits = []
        self.enters = []


_OUTSIDE = "__outside__"


class Machine:
    """The state machine of one flow."""

    def __init__(self, flow: Flow) -> None:
        self._paths: dict[tuple[str | None, str], Path] = {}
        self._states = flow.states
        tops = [state for state in flow.states.values() if state.parent is None]
        nested = [_OUTSIDE, *(self._definition(flow, state) for state in tops)]
        self._machine = _Machine(
            model=None, states=nested, initial=_OUTSIDE, auto_transitions=False, send_event=True
        )
        for state in flow.states:
            # "*" is every leaf there is, so a target can be reached from anywhere, itself and its children included
            self._machine.add_transition(f"to {state}", "*", state)

    def _definition(self, flow: Flow, state: State) -> dict[str, Any]:
        definition: dict[str, Any] = {
            "name": state.id.rpartition(".")[2],
            "on_enter": [_note("enters", state.id)],
            "on_exit": [_note("exits", state.id)],
        }
        if state.children:
            definition["children"] = [self._definition(flow, flow.states[child]) for child in state.children]
            assert state.start is not None
            definition["initial"] = state.start.rpartition(".")[2]
        return definition

    def path(self, source: str | None, target: str) -> Path:
        """What `goto: target` does in the leaf `source` (None: the conversation has not begun)."""
        key = (source, target)
        known = self._paths.get(key)
        if known is None:
            known = self._paths[key] = self._work_out(source, target)
        return known

    def _work_out(self, source: str | None, target: str) -> Path:
        model = _Model()
        machine = self._machine
        machine.add_model(model, initial=source or _OUTSIDE)
        model.exits.clear()
        model.enters.clear()
        try:
            model.trigger(f"to {target}")  # type: ignore[attr-defined]
            return Path(tuple(model.exits), tuple(model.enters), str(model.state))
        finally:
            machine.remove_model(model)


def _note(kind: str, state: str) -> Any:
    def note(event: Any) -> None:
        getattr(event.model, kind).append(state)

    return note


_machines: WeakKeyDictionary[Flow, Machine] = WeakKeyDictionary()


def machine_of(flow: Flow) -> Machine:
    """The machine of `flow`, made at its first use."""
    machine = _machines.get(flow)
    if machine is None:
        machine = _machines[flow] = Machine(flow)
    return machine


def diagram(flow: Flow) -> str:
    """The flow as a Mermaid state diagram: every state, and every written move with what leads to it."""
    tops = [state for state in flow.states.values() if state.parent is None]
    machine = _GraphMachine(
        model=None,
        states=[_drawn(flow, state) for state in tops],
        initial=flow.start,
        auto_transitions=False,
        show_conditions=False,
        graph_engine="mermaid",
        title=flow.name,
    )
    for source, handlers in _written_moves(flow):
        for label, move in handlers:
            target = _target(move)
            if target is not None:
                machine.add_transition(label, source, target)
    model = _Model()
    machine.add_model(model, initial=flow.start)
    # the library writes the title bare; Mermaid's front matter wants a key
    source = str(model.get_graph().source)  # type: ignore[attr-defined]
    drawn = source.replace(f"---\n{flow.name}\n---", f"---\ntitle: {flow.name}\n---", 1)
    return "\n".join([drawn.rstrip(), *_global_lines(flow), *_ending_lines(flow), ""])


def _global_lines(flow: Flow) -> list[str]:
    """What leads away from anywhere: the moves of global handlers."""
    moves = [
        (_label(event, handler), handler.move)
        for event, on in flow.on.items()
        for handler in on
        if handler.move
    ]
    targets = [(label, _target(move)) for label, move in moves]
    lines = [f"  anywhere --> {target}: {label}" for label, target in targets if target is not None]
    return ['  state "anywhere" as anywhere', *lines] if lines and "anywhere" not in flow.states else []


def _ending_lines(flow: Flow) -> list[str]:
    """States that end the call, or hand it over."""
    labels = {EndCall: "end_call", Transfer: "transfer_number"}
    return [
        f"  {state.id} --> [*]: {labels[type(state.move)]}"
        for state in flow.states.values()
        if isinstance(state.move, EndCall | Transfer)
    ]


class _GraphMachine(HierarchicalGraphMachine):
    state_cls = _Nested


def _drawn(flow: Flow, state: State) -> dict[str, Any]:
    drawn: dict[str, Any] = {"name": state.id.rpartition(".")[2]}
    if state.children:
        drawn["children"] = [_drawn(flow, flow.states[child]) for child in state.children]
        assert state.start is not None
        drawn["initial"] = state.start.rpartition(".")[2]
    return drawn


def _written_moves(flow: Flow) -> list[tuple[str, list[tuple[str, Move]]]]:
    moves: list[tuple[str, list[tuple[str, Move]]]] = []
    for state in flow.states.values():
        labelled = [("", state.move)] if state.move else []
        for event, handlers in state.on.items():
            labelled += [(_label(event, handler), handler.move) for handler in handlers if handler.move]
        labelled += [(f"after {t.delay_ms / 1000:g}s", t.handler.move) for t in state.after if t.handler.move]
        moves.append((state.id, [(label or "then", move) for label, move in labelled]))
    return moves


def _label(event: str, handler: Handler) -> str:
    condition = handler.condition
    parts = [*condition.intents, *(f"slot {name}" for name in condition.slots)]
    if condition.match is not None:
        parts.append("match")
    if condition.test is not None:
        parts.append("if")
    if handler.count:
        parts.append(f"count {handler.count}")
    return (
        f"{event} {' '.join(parts)}".strip() if event != "response_required" or not parts else " ".join(parts)
    )


def _target(move: Move) -> str | None:
    match move:
        case Goto(target) | Visit(target):
            return target
        case EndCall() | Transfer() | Return():
            return None
