"""The begin message, and the call details that it may wait for."""

from __future__ import annotations

from flowengine.engine.run import Run
from flowengine.engine.working import Working
from flowengine.engine.world import World
from flowengine.protocol.inbound import CallDetails


def waits_for_details(w: Working) -> bool:
    return w.flow.needs_details and w.s.details is None and w.flow.config.get("call_details", True)


def details(w: Working, frame: CallDetails) -> None:
    s = w.s
    first = s.details is None
    s.details = dict(frame.call)
    if s.greet_at is not None:
        greet(w)
    elif first and s.greeted and handles(w, "call_details"):
        s.late = [*s.late, ("details", "")]


def handles(w: Working, event: str) -> bool:
    return bool(w.flow.on.get(event)) or any(event in state.on for state in w.flow.states.values())


def begin(w: Working) -> Run:
    """The conversation's first state, entered; `call_details` handlers first."""
    run = w.interpret(World())
    run.world = w.s.base.clone()

    def act(run: Run) -> None:
        if w.s.details is not None:
            w.first_holding(run, "call_details")
        if run.world.state is None:
            run.goto(w.flow.start)

    if not w.safely(run, act):
        run = w.interpret(w.s.base)
        run.world.state = run.world.state or first_leaf(w)
        run.output.say(run.fallback())
    return run


def first_leaf(w: Working) -> str:
    state = w.flow.states[w.flow.start]
    while state.start is not None:
        state = w.flow.states[state.start]
    return state.id


def greet(w: Working) -> None:
    s = w.s
    s.greet_at, s.greeted = None, True
    w.propose(begin(w), "begin", "enter", 0, -1, [], "")
