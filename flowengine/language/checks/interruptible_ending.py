"""A hang-up or transfer line that can be interrupted.

What: `end_call` or `transfer_number` with words that the caller may interrupt. A hang-up after reminders is left
alone: there it is good when the caller comes back.

Why: Retell acts after the words were fully spoken; an interruption ("okay, bye") discards the action, and the call
stays open.

Bad:

    goodbye: {say: Goodbye!, end_call: true}

Good:

    goodbye: {say: Goodbye!, no_interruption_allowed: true, end_call: true}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Case
from flowengine.language.flow import EndCall, Handler, Say, State, Transfer
from flowengine.language.problems import Problem

CODES = ("interruptible-ending",)


def check(case: Case) -> Iterator[Problem]:
    for state in case.flow.states.values():
        if _open(state, state.entry):
            yield _problem(case, state.id, state)
    seen: set[str] = set()
    for _, handler in case.handlers():
        if handler.event not in ("reminder_required", "closed") and handler.key not in seen:
            seen.add(handler.key)
            if _open(handler, handler.actions):
                yield _problem(case, handler.key, handler)


def _open(one: State | Handler, actions: tuple[object, ...]) -> bool:
    ends = isinstance(one.move, EndCall | Transfer)
    return ends and one.no_interruption_allowed is None and any(isinstance(action, Say) for action in actions)


def _problem(case: Case, key: str, one: State | Handler) -> Problem:
    what, written = (
        ("hang-up", "end_call") if isinstance(one.move, EndCall) else ("transfer", "transfer_number")
    )
    message = f"the {what} is lost when the caller interrupts its words"
    hint = "add no_interruption_allowed: true (or false, if that is meant)"
    return Problem("warning", "interruptible-ending", message, case.where(key, written), hint)
