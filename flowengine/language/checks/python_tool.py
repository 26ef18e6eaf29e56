"""A Python tool that cannot be imported, or is called with the wrong arguments.

What: the module of `python: module:function` cannot be imported, it has no such function, or the function does not
take what a state gives it under `with`.

Why: the call would end in an error when the tool is needed.

Bad:

    tools: {book: {python: "clinic:book_apointment"}}

Good:

    tools: {book: {python: "clinic:book_appointment"}}
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from flowengine.language.compile.build import Case
from flowengine.language.flow import CallTool, PythonTool
from flowengine.language.problems import Problem, did_you_mean, listed
from flowengine.language.python_code import PythonCodeError, load_function

CODES = ("bad-python-tool", "wrong-arguments")


def check(case: Case) -> Iterator[Problem]:
    functions: dict[str, Callable[..., Any]] = {}
    for tool in case.flow.tools.values():
        if not isinstance(tool.run, PythonTool):
            continue
        try:
            functions[tool.name] = load_function(tool.run.reference, tool.run.folder)
        except PythonCodeError as error:
            where = case.build.nodes[f"tool {tool.name}"].at("python").where
            hint = "python: module:function, where the module is in the flow's folder or installed"
            yield Problem("error", "bad-python-tool", str(error), where, hint)
    for state in case.flow.states.values():
        for action in state.entry:
            if isinstance(action, CallTool) and action.tool in functions:
                yield from _arguments(case, state.id, action, functions[action.tool])


def _arguments(case: Case, state: str, call: CallTool, function: Callable[..., Any]) -> Iterator[Problem]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    names = [p.name for p in named]
    if not any(p.kind is p.VAR_KEYWORD for p in parameters):
        for name in call.arguments:
            if name not in names:
                message = f"'{call.tool}' takes no argument '{name}'{did_you_mean(name, names)}"
                hint = f"its arguments: {listed(names)}" if names else "it takes no arguments"
                yield Problem("error", "wrong-arguments", message, case.where(state, "with", name), hint)
    for parameter in named:
        if parameter.default is parameter.empty and parameter.name not in call.arguments:
            message = f"'{call.tool}' needs the argument '{parameter.name}'"
            hint = f"with: {{{parameter.name}: ...}}"
            yield Problem("error", "wrong-arguments", message, case.where(state, "call"), hint)
