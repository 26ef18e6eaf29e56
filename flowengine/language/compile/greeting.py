"""Whether the greeting has to wait for `call_details`."""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.flow import (
    Action,
    Ask,
    CallFlow,
    CallTool,
    Collect,
    Flow,
    Goto,
    PressDigits,
    PushMetadata,
    Say,
    SetValues,
    State,
    Transfer,
)
from flowengine.language.templates import Template, Value, templates_in


def needs_details(flow: Flow) -> bool:
    """What is said or asked first uses call details, or a variable that Retell may replace, or the flow handles
    `call_details`. Without `config.call_details` there are none to wait for."""
    if not flow.config.get("call_details", True):
        return False
    if flow.on.get("call_details") or any(state.on.get("call_details") for state in flow.states.values()):
        return True
    seen: set[str] = set()
    return any(
        _varies(flow, state.scope, template.names, seen)
        for state in _greeting(flow)
        for template in _read(flow, state)
    )


def _greeting(flow: Flow) -> list[State]:
    """The states that are entered before the flow waits for the first time."""
    found: list[State] = []
    state = flow.states.get(flow.start)
    while state is not None and state not in found and len(found) < 100:
        found.append(state)
        if state.start is not None:
            state = flow.states.get(state.start)
        elif not state.waits and isinstance(state.move, Goto):
            state = flow.states.get(state.move.target)
        else:
            break
    return found


def _read(flow: Flow, state: State) -> Iterator[Template]:
    for action in (*state.entry, *(a for handler in state.on.get("enter", ()) for a in handler.actions)):
        yield from _in_action(flow, action)
    if isinstance(state.move, Transfer):
        yield state.move.number
    for setting in state.update_agent.values():
        yield from templates_in(setting)


def _in_action(flow: Flow, action: Action) -> Iterator[Template]:
    match action:
        case Say(lines) | Ask(lines):
            yield from lines
        case Collect(slots, confirm):
            yield from confirm or ()
            for name in slots:
                slot = flow.slots[name]
                yield from slot.ask or ()
                yield from templates_in(slot.default)
        case CallTool(arguments=arguments) | CallFlow(arguments=arguments):
            yield from _all(arguments.values())
        case SetValues(pairs):
            yield from _all(value for _, value in pairs)
        case PushMetadata(value):
            yield from templates_in(value)
        case PressDigits(digits):
            yield digits


def _all(values: object) -> Iterator[Template]:
    for value in values:  # type: ignore[attr-defined]
        yield from templates_in(value)


def _varies(flow: Flow, scope: str, names: frozenset[str], seen: set[str]) -> bool:
    """One of these names depends on call details: directly, as a variable, or through a slot's default."""
    if "call" in names:
        return True
    known = flow.scopes[scope]
    for name in names:
        if not scope and name in known.variables:
            return True
        qualified = known.slots.get(name) or known.variables.get(name)
        if qualified is None or qualified in seen:
            continue
        seen.add(qualified)
        default: Value = None
        if qualified in flow.slots:
            default = flow.slots[qualified].default
        elif qualified in flow.variables:
            default = flow.variables[qualified].default
        if any(_varies(flow, scope, template.names, seen) for template in templates_in(default)):
            return True
    return False
