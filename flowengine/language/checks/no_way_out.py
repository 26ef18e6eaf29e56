"""A wait with no way out.

What: a state in which the conversation would stand still: it asks, and no handler hears the answer; it says something
and then neither waits nor moves; or its tool is done and nothing says where to go.

Why: the caller answers and is told that it was not understood, for ever.

Bad:

    states:
      ask_size: {ask: Small or large?}

Good:

    states:
      ask_size:
        ask: Small or large?
        on:
          response_required:
            - {match: [small, large], goto: bye}
      bye: {say: Goodbye., end_call: true, no_interruption_allowed: true}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.checks.walk import handlers_in
from flowengine.language.compile.build import Case
from flowengine.language.flow import Ask, CallTool, Collect, Flow, State, Visit
from flowengine.language.problems import Problem

CODES = ("no-way-out",)


def check(case: Case) -> Iterator[Problem]:
    for state in case.flow.states.values():
        found = None if state.children else _stuck(case.flow, state)
        if found is not None:
            yield Problem("warning", "no-way-out", f"state '{state.id}' {found[0]}", state.where, found[1])


def _stuck(flow: Flow, state: State) -> tuple[str, str] | None:
    if isinstance(state.move, Visit) and not state.waits:
        return "has nothing to do once its visit has come back", "use goto, or visit from a handler"
    if not state.waits:
        if state.move is not None:
            return None
        return (
            "neither waits nor moves",
            "end it with goto, return, end_call or transfer_number, or ask something",
        )
    handlers = list(handlers_in(flow, state))
    if any(isinstance(action, CallTool) for action in state.entry):
        if state.move is None and not any(h.event == "done" and h.move is not None for h in handlers):
            return "goes nowhere when its tool is done", "add `on: {done: [{goto: ...}]}`, or a goto"
        return None
    if any(isinstance(action, Collect) for action in state.entry):
        if state.move is None and not any(h.move is not None for h in handlers):
            return "goes nowhere when all is collected", "add `goto: ...`"
        return None
    if any(handler.move is not None for handler in handlers) or state.move is not None:
        return None
    if any(isinstance(action, Ask) for action in state.entry) and not any(
        handler.event == "response_required" for handler in handlers
    ):
        return "asks, but nothing handles the answer", "add `on: {response_required: [...]}`"
    if not any(handler.move is not None for handler in handlers_in(flow, state, with_global=True)):
        return "waits, and no handler leaves it", "add a handler with a move"
    return None
