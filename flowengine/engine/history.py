"""Ways back: visits and their returns, and sub-flows, which end by a return of their own.

A sub-flow keeps its own history: what moves inside it knows nothing of the visits that led to the calling state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flowengine.engine.events import Outcome
from flowengine.language.flow import CallFlow
from flowengine.language.templates import Template, Value

if TYPE_CHECKING:
    from flowengine.engine.run import Run

MAX_VISITS = 8
"""How deep `visit` may go."""


def visit(run: Run, target: str) -> None:
    """Go to `target` and remember the way back."""
    if len(run.world.stack) >= MAX_VISITS:
        run.report("visits_too_deep", state=run.world.state, target=target)
        run.reprompt()
        return
    run.world.push()
    run.goto(target)


def forget(run: Run, target: str) -> None:
    """A `goto` empties the stack, but inside a sub-flow only of the visits that the sub-flow made itself."""
    state: str | None = target
    while state is not None:
        owner = run.flow.states[state].parent
        if owner is not None and owner in run.flow.scopes and _within(run.world.state, owner):
            _forget_inside(run, owner)
            return
        state = owner
    run.world.stack.clear()


def _forget_inside(run: Run, owner: str) -> None:
    stack = run.world.stack
    while stack and _within(stack[-1].state, owner):
        stack.pop()


def _within(state: str | None, owner: str) -> bool:
    return state is not None and state.startswith(f"{owner}.")


def give_back(run: Run, given: Mapping[str, Value] | None, error: Template | None, scope: str) -> None:
    """`return`: back from a visit, or the end of the sub-flow that the handler belongs to."""
    stack = run.world.stack
    owner = run.flow.states.get(scope)
    if given is None and stack and (owner is None or _within(stack[-1].state, owner.id)):
        _back(run)
        return
    if owner is None:
        run.report("nowhere_to_return", state=run.world.state)
        return
    call = next(action for action in owner.entry if isinstance(action, CallFlow))
    if error is not None:
        outcome = Outcome("error", kind=error.render(run.names(scope)))
    else:
        outcome = Outcome("done", {name: run.value(value, scope) for name, value in (given or {}).items()})
        if call.save is not None:
            run.world.values[call.save] = outcome.value
    _forget_inside(run, owner.id)
    run.finished(owner, outcome)


def _back(run: Run) -> None:
    """To the state that was visited from: its question again, or the result that came in the meantime."""
    run.world.pop()
    work = run.works.get(run.world.work or "")
    if work is not None and work.outcome is not None:
        run.result(work, work.outcome)
    else:
        run.reprompt(returned=True)


def enter_flow(run: Run, call: CallFlow, scope: str) -> None:
    """Begin a sub-flow: its own names are empty but for what `with` gives it."""
    arguments = {name: run.value(value, scope) for name, value in call.arguments.items()}
    own = run.flow.scopes[call.scope]
    world = run.world
    for slot in own.slots.values():
        world.slots.pop(slot, None)
    world.cleared = [name for name in world.cleared if name not in own.slots.values()]
    for variable in (*own.variables.values(), *own.saved.values()):
        world.values.pop(variable, None)
    for name, value in arguments.items():
        run.set(f"{call.scope}:{name}", value)
