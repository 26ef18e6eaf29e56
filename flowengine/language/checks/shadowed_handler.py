"""A handler that can never run.

What: a handler above it in the same list applies whenever this one would, and only the first one that applies runs.

Why: the line is there and does nothing, which is hard to see in a call.

Bad:

    on:
      response_required:
        - {say: Sorry?}
        - {intent: yes, goto: book}

Good:

    on:
      response_required:
        - {intent: yes, goto: book}
        - {say: Sorry?}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Case
from flowengine.language.document.handlers import COUNTED_EVENTS
from flowengine.language.flow import Handler
from flowengine.language.problems import Problem
from flowengine.speech.patterns import Phrases

CODES = ("shadowed-handler",)


def check(case: Case) -> Iterator[Problem]:
    lists = list(case.flow.on.values())
    for state in case.flow.states.values():
        lists += state.on.values()
    seen: set[str] = set()
    for handlers in lists:
        for index, later in enumerate(handlers):
            above = next((earlier for earlier in handlers[:index] if _hides(earlier, later)), None)
            if above is None or later.key in seen:
                continue
            seen.add(later.key)
            place = f"{above.where.line}:{above.where.column}"
            message = f"this handler never runs: the one at {place} always applies first"
            yield Problem(
                "warning", "shadowed-handler", message, later.where, "move it up, or narrow the one above"
            )


def _hides(earlier: Handler, later: Handler) -> bool:
    above, below = earlier.condition, later.condition
    if earlier.scope != later.scope or above.test is not None or (later.first and not earlier.first):
        return False
    if earlier.event in COUNTED_EVENTS and (earlier.count or 1) != (later.count or 1):
        return False
    if above.intents and not (below.intents and set(below.intents) <= set(above.intents)):
        return False
    if above.slots and not (below.slots and set(below.slots) <= set(above.slots)):
        return False
    if above.match is None:
        return True
    plain = isinstance(above.match, Phrases) and isinstance(below.match, Phrases)
    return plain and below.match is not None and set(below.match.phrases) <= set(above.match.phrases)
