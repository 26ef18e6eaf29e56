"""What several checks ask of a flow: which handlers apply in a state, where moves lead."""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.flow import Flow, Goto, Handler, Move, State, Visit


def leaf_of(flow: Flow, state_id: str) -> str | None:
    """The leaf that entering this state leads to; None where a start is missing."""
    seen = set()
    while (state := flow.states.get(state_id)) is not None and state_id not in seen:
        seen.add(state_id)
        if state.start is None:
            return None if state.children else state_id
        state_id = state.start
    return None


def lineage(flow: Flow, state: State) -> Iterator[State]:
    """The state and its enclosing states, nearest first."""
    found: State | None = state
    while found is not None:
        yield found
        found = flow.states.get(found.parent) if found.parent else None


def handlers_in(flow: Flow, state: State, *, with_global: bool = False) -> Iterator[Handler]:
    """All handlers that can apply while the state is active, timed ones too."""
    for one in lineage(flow, state):
        for handlers in one.on.values():
            yield from handlers
        yield from (timer.handler for timer in one.after)
    if with_global:
        for handlers in flow.on.values():
            yield from handlers
        yield from (timer.handler for timer in flow.after)


def target_of(move: Move | None) -> str | None:
    """The state that a move leads to, if it is one of goto and visit."""
    return move.target if isinstance(move, Goto | Visit) else None
