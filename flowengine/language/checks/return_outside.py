"""A return with nothing to return to.

What: `return` in a state that no `visit` leads to and that is in no sub-flow; or `return: {...}` with values outside a
sub-flow.

Why: there is nowhere to go back to, so the state would stand still.

Bad:

    states:
      menu: {ask: What can I do?, on: {response_required: [{match: help, goto: help}]}}
      help: {say: Say book or bye., return: true}

Good:

    states:
      menu: {ask: What can I do?, on: {response_required: [{match: help, visit: help}]}}
      help: {say: Say book or bye., return: true}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.checks.walk import lineage
from flowengine.language.compile.build import Case
from flowengine.language.flow import Return, State
from flowengine.language.problems import Problem

CODES = ("return-outside",)


def check(case: Case) -> Iterator[Problem]:
    for state in case.flow.states.values():
        if isinstance(state.move, Return):
            yield from _problem(case, state.id, state.scope, state.move, state)
    seen: set[str] = set()
    for handler_state, handler in case.handlers():
        if isinstance(handler.move, Return) and handler.key not in seen:
            seen.add(handler.key)
            yield from _problem(case, handler.key, handler.scope, handler.move, handler_state)


def _problem(case: Case, key: str, scope: str, move: Return, state: State | None) -> Iterator[Problem]:
    if scope:
        return
    where = case.where(key, "return")
    if move.values is not None:
        message = "only a sub-flow can return values"
        yield Problem(
            "error", "return-outside", message, where, "write `return: true`, or use set: and goto:"
        )
    elif state is not None and not _visited(case, state):
        message = f"no visit leads to '{state.id}', so there is nothing to return to"
        yield Problem(
            "error", "return-outside", message, where, "use `visit:` to come here, or `goto:` to leave"
        )


def _visited(case: Case, state: State) -> bool:
    """A visit leads to the state, to what encloses it, or to something inside it."""
    around = {one.id for one in lineage(case.flow, state)}
    return any(target in around or target.startswith(f"{state.id}.") for target in case.build.visited)
