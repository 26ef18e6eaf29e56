"""A state that nothing leads to.

What: no `goto`, `visit` or `start` that can itself be reached leads to this state.

Why: it is left over, or the move to it was forgotten.

Bad:

    states:
      hello: {say: Goodbye., end_call: true, no_interruption_allowed: true}
      survey: {ask: How was it?, on: {response_required: [{goto: hello}]}}

Good:

    states:
      survey: {ask: How was it?, on: {response_required: [{goto: hello}]}}
      hello: {say: Goodbye., end_call: true, no_interruption_allowed: true}

with `start: survey`.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.checks.walk import lineage, target_of
from flowengine.language.compile.build import Case
from flowengine.language.problems import Problem

CODES = ("unreachable-state",)


def check(case: Case) -> Iterator[Problem]:
    flow = case.flow
    if flow.start not in flow.states:
        return
    reached: set[str] = set()
    waiting = [flow.start]
    for handler in (h for handlers in flow.on.values() for h in handlers):
        waiting.append(target_of(handler.move) or flow.start)
    waiting += [target_of(timer.handler.move) or flow.start for timer in flow.after]
    while waiting:
        state = flow.states.get(waiting.pop())
        if state is None or state.id in reached:
            continue
        for one in lineage(flow, state):  # entering a state enters what encloses it
            reached.add(one.id)
            moves = [one.move, *(h.move for handlers in one.on.values() for h in handlers)]
            moves += [timer.handler.move for timer in one.after]
            waiting += [target for move in moves if (target := target_of(move)) is not None]
        if state.start is not None:
            waiting.append(state.start)
    for state in flow.states.values():
        if state.id not in reached and (state.parent is None or state.parent in reached):
            message = f"nothing leads to the state '{state.id}'"
            yield Problem(
                "warning", "unreachable-state", message, state.where, "add a goto to it, or delete it"
            )
