"""A tool with side effects is called without a holding line.

What: a state calls a tool with `effect: write` and says nothing first.

Why: such a tool starts only after the caller has been quiet for `settle` (a second), and then takes its time: that
long the caller would hear nothing of yours.

Bad:

    book: {call: book_appointment, on: {done: [{goto: booked}]}}

Good:

    book: {say: One moment while I book that., call: book_appointment, on: {done: [{goto: booked}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Case
from flowengine.language.flow import Ask, CallTool, Say
from flowengine.language.problems import Problem

CODES = ("no-holding-line",)


def check(case: Case) -> Iterator[Problem]:
    for state in case.flow.states.values():
        spoken = state.silent
        for action in state.entry:
            spoken = spoken or isinstance(action, Say | Ask)
            if isinstance(action, CallTool) and not spoken:
                tool = case.flow.tools[action.tool]
                if tool.effect == "write":
                    message = f"state '{state.id}' calls '{tool.name}' (effect: write) without saying anything first"
                    hint = "add `say: One moment, please.` above the call, or `effect: read` to the tool"
                    yield Problem("warning", "no-holding-line", message, case.where(state.id, "call"), hint)
