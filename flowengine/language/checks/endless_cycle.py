"""A cycle that never waits.

What: states that move on at once, in a circle.

Why: after 25 automatic moves the engine gives up and says the fallback line.

Bad:

    states:
      a: {say: Hello., goto: b}
      b: {say: Hello again., goto: a}

Good:

    states:
      a: {say: Hello., goto: b}
      b: {ask: How can I help?, on: {response_required: [{match: nothing, goto: a}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.checks.walk import leaf_of
from flowengine.language.compile.build import Case
from flowengine.language.flow import Goto
from flowengine.language.problems import Problem

CODES = ("endless-cycle",)


def check(case: Case) -> Iterator[Problem]:
    flow = case.flow
    following: dict[str, str | None] = {}
    for state in flow.states.values():
        if not state.waits and isinstance(state.move, Goto):
            following[state.id] = leaf_of(flow, state.move.target)
    told: set[str] = set()
    for start in following:
        path = [start]
        while (after := following.get(path[-1])) is not None and after not in path:
            path.append(after)
        if after is None or after != start or start in told:
            continue
        told.update(path)
        circle = " -> ".join([*path, start])
        message = f"these states move on for ever without waiting: {circle}"
        yield Problem(
            "error", "endless-cycle", message, case.where(start, "goto"), "let one of them ask or wait"
        )
