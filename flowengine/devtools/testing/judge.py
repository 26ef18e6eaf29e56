"""Whether what was expected is what came: each check says in one line what is different, or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flowengine.devtools.table import Table
from flowengine.devtools.testing.document import AgentEntry, ExpectEntry, ToolExpectation
from flowengine.devtools.words import exactly


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def agent(said: str, wanted: str | list[str] | AgentEntry) -> list[str]:
    """What is wrong with what the agent said."""
    entry = wanted if isinstance(wanted, AgentEntry) else AgentEntry(contains=wanted)
    plain = " ".join(said.split())
    wrong = []
    for text in _listed(entry.contains):
        if text.casefold() not in plain.casefold():
            wrong.append(f"the agent did not say {exactly(text)}")
    for text in _listed(entry.not_contains):
        if text.casefold() in plain.casefold():
            wrong.append(f"the agent said {exactly(text)}")
    if entry.pattern is not None and re.search(entry.pattern, plain) is None:
        wrong.append(f"what the agent said does not match /{entry.pattern}/")
    if entry.exact is not None and plain != " ".join(entry.exact.split()):
        wrong.append(f"the agent did not say exactly {exactly(entry.exact)}")
    return wrong


def same(wanted: Any, found: Any) -> bool:
    """Equal; of mappings only the wanted keys count."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return all(key in found and same(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return bool(wanted == found)


def expect(table: Table, wanted: ExpectEntry) -> list[str]:
    """What is not as it should be, as `name: expected X, found Y`."""
    given = wanted.model_fields_set
    wrong: list[str] = []

    def check(name: str, expected: Any, found: Any, *, ok: bool | None = None) -> None:
        if not (same(expected, found) if ok is None else ok):
            wrong.append(f"{name}: expected {exactly(expected)}, found {exactly(found)}")

    if wanted.state is not None:
        state = table.state or ""
        check("state", wanted.state, state, ok=state == wanted.state or state.endswith(f".{wanted.state}"))
    for name, value in wanted.slots.items():
        check(f"slots.{name}", value, table.slots.get(name, "no such slot"))
    for name, value in wanted.variables.items():
        check(f"variables.{name}", value, table.variables.get(name, "no such variable"))
    for name, value in wanted.tools.items():
        wrong += _tool(table, name, value)
    if wanted.metadata is not None:
        check("metadata", wanted.metadata, table.metadata[-1] if table.metadata else None)
    for name, value in wanted.settings.items():
        check(f"settings.{name}", value, table.settings.get(name))
    if "transfer" in given:
        check("transfer", wanted.transfer, table.transferred)
    if "end" in given:
        found = table.ended
        check(
            "end",
            wanted.end,
            found,
            ok=(found is not None) is wanted.end if isinstance(wanted.end, bool) else None,
        )
    if "digits" in given:
        check("digits", _listed(wanted.digits), table.digits)
    return wrong


def _tool(table: Table, name: str, value: int | ToolExpectation) -> list[str]:
    wanted = ToolExpectation(count=value) if isinstance(value, int) else value
    calls = [call for call in table.tool_calls if call.name == name or call.name.endswith(f":{name}")]
    wrong = []
    if wanted.count is None and not calls:
        wrong.append(f"tools.{name}: expected a call, found none")
    if wanted.count is not None and len(calls) != wanted.count:
        wrong.append(f"tools.{name}: expected {wanted.count} calls, found {len(calls)}")
    if calls:
        for argument, expected in wanted.with_.items():
            found = calls[-1].arguments.get(argument, "no such argument")
            if not same(expected, found):
                wrong.append(
                    f"tools.{name}.with.{argument}: expected {exactly(expected)}, found {exactly(found)}"
                )
    return wrong
