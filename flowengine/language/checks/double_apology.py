"""A double apology: the ladder's line before a tapered one.

What: a `nomatch` or `inaudible` handler says that it is sorry and reprompts, and the question's next line says it too.

Why: the caller hears "Sorry, I didn't follow. Sorry, which day was that?".

Bad:

    ask: [Which day?, "Sorry, which day?"]
    on: {nomatch: [{say: "Sorry, I didn't follow.", reprompt: true}]}

Good:

    ask: [Which day?, "Which day of the week, or which date?"]
    on: {nomatch: [{say: "Sorry, I didn't follow.", reprompt: true}]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowengine.language.checks.walk import lineage
from flowengine.language.compile.build import Case
from flowengine.language.flow import Ask, Collect, Flow, Handler, Lines, Reprompt, Say, Source, State
from flowengine.language.problems import Problem
from flowengine.language.templates import Template

CODES = ("double-apology",)

_SORRY = re.compile(
    r"\b(?:sorry|apologi[sz]e|apologies|pardon|excuse me|didn.?t (?:catch|get|understand|follow|hear)"
    r"|perd[oó]n\w*|disculp\w*|lo siento)\b",
    re.IGNORECASE,
)


def check(case: Case) -> Iterator[Problem]:
    told: set[str] = set()
    for state in case.flow.states.values():
        ladder = _ladder(case.flow, state)
        if ladder is None:
            continue
        for line in _later_lines(case.flow, state):
            if _SORRY.search(line.source) and line.where not in told:
                told.add(line.where)
                message = f"a double apology: the handler in line {ladder.where.line} has said sorry already"
                yield Problem(
                    "warning", "double-apology", message, _source(line), "drop the apology in one of them"
                )


def _ladder(flow: Flow, state: State) -> Handler | None:
    scopes = [one.on for one in lineage(flow, state)] + [flow.on]
    for event in ("nomatch", "inaudible"):
        for on in scopes:
            for handler in on.get(event, ()):
                says = [
                    line for action in handler.actions if isinstance(action, Say) for line in action.lines
                ]
                reprompts = any(isinstance(action, Reprompt) for action in handler.actions)
                if reprompts and any(_SORRY.search(line.source) for line in says):
                    return handler
    return None


def _later_lines(flow: Flow, state: State) -> Iterator[Template]:
    for action in state.entry:
        if isinstance(action, Ask):
            yield from action.lines[1:]
        elif isinstance(action, Collect):
            for name in action.slots:
                asked: Lines = flow.slots[name].ask or () if name in flow.slots else ()
                yield from asked[1:]
            yield from (action.confirm or ())[1:]


def _source(line: Template) -> Source:
    file, row, column = line.where.rsplit(":", 2)
    return Source(file, int(row), int(column))
