"""A slot that is collected but cannot be asked for.

What: a slot under `collect` has no `ask`; or a `choice` slot has no `choices`.

Why: without `ask` the caller hears a bare "And the account number?"; without choices no answer counts.

Bad:

    slots: {size: {type: choice}}
    states:
      order: {collect: [size], goto: bye}

Good:

    slots: {size: {type: choice, choices: [small, large], ask: Small or large?}}
    states:
      order: {collect: [size], goto: bye}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Case
from flowengine.language.flow import Collect
from flowengine.language.problems import Problem

CODES = ("no-question", "no-choices")


def check(case: Case) -> Iterator[Problem]:
    collected: dict[str, str] = {}
    for state in case.flow.states.values():
        for action in state.entry:
            if isinstance(action, Collect):
                collected.update(dict.fromkeys(action.slots, state.id))
    for slot in case.flow.slots.values():
        if slot.type.name == "choice" and not slot.options.get("choices"):
            message = f"the slot '{slot.name}' is a choice without choices"
            yield Problem("error", "no-choices", message, slot.where, "choices: [small, large]")
        if slot.ask is None and slot.name in collected:
            message = f"'{collected[slot.name]}' collects the slot '{slot.name}', which has no question"
            yield Problem("warning", "no-question", message, slot.where, "ask: ...")
