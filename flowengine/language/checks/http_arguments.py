"""An HTTP tool is called without an argument that it needs.

What: the templates of an `http:` tool see the arguments of the call (`with`) and `env`, nothing else. One of them reads
a name that the state does not give.

Why: the request could not be made.

Bad:

    tools: {order: {http: {url: "https://api.example.com/orders/{{ number }}"}, effect: read}}
    states:
      look_up: {say: One moment., call: order, goto: bye}

Good:

    tools: {order: {http: {url: "https://api.example.com/orders/{{ number }}"}, effect: read}}
    states:
      look_up: {say: One moment., call: order, with: {number: "{{ number }}"}, goto: bye}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Case
from flowengine.language.flow import CallTool, HttpTool
from flowengine.language.problems import Problem, did_you_mean, listed
from flowengine.language.templates import templates_in

CODES = ("missing-argument", "unread-argument")


def check(case: Case) -> Iterator[Problem]:
    for state in case.flow.states.values():
        for action in state.entry:
            if isinstance(action, CallTool):
                tool = case.flow.tools[action.tool].run
                if isinstance(tool, HttpTool):
                    yield from _call(case, state.id, action, _names(tool))


def _names(tool: HttpTool) -> set[str]:
    values = (tool.url, dict(tool.headers), dict(tool.query), tool.json)
    return {name for value in values for template in templates_in(value) for name in template.names} - {"env"}


def _call(case: Case, state: str, call: CallTool, names: set[str]) -> Iterator[Problem]:
    for name in sorted(names - call.arguments.keys()):
        message = f"'{call.tool}' needs the argument '{name}'"
        hint = f'with: {{{name}: "{{{{ {name} }}}}"}}'
        yield Problem("error", "missing-argument", message, case.where(state, "call"), hint)
    for name in call.arguments:
        if name not in names:
            message = f"'{call.tool}' reads no argument '{name}'{did_you_mean(name, names)}"
            hint = f"its templates read: {listed(sorted(names))}" if names else "its templates read none"
            yield Problem("warning", "unread-argument", message, case.where(state, "with", name), hint)
