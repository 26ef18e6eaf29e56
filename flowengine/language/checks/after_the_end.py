"""Words after the call is over.

What: a `closed` handler speaks, asks or moves.

Why: nobody is there to hear it. A `closed` handler is for the outcome: set values, call off what is open, tell a CRM.

Bad:

    global: {on: {closed: [{say: Goodbye.}]}}

Good:

    global: {on: {closed: [{metadata: {outcome: hung up}}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Case
from flowengine.language.flow import EndCall, Reprompt, Say, Transfer
from flowengine.language.problems import Problem

CODES = ("after-the-end",)


def check(case: Case) -> Iterator[Problem]:
    for _, handler in case.handlers():
        if handler.event != "closed":
            continue
        speaks = any(isinstance(action, Say | Reprompt) for action in handler.actions)
        if speaks or isinstance(handler.move, EndCall | Transfer):
            message = "the call is over: nobody hears this"
            yield Problem(
                "warning",
                "after-the-end",
                message,
                handler.where,
                "a closed handler sets values or goes to a state that calls a tool",
            )
