"""The tools of one loaded flow, ready to run. Whatever a tool does, what comes back is an `Outcome`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal

import httpx2
from pydantic import BaseModel

from flowengine.engine.commands import RunTool
from flowengine.engine.events import Outcome
from flowengine.errors import FlowError
from flowengine.language.flow import Flow, HttpTool, PythonTool, Source, Tool
from flowengine.language.problems import Problem
from flowengine.language.python_code import PythonCodeError, loaded_files
from flowengine.runtime.tools.http import HttpRequest
from flowengine.runtime.tools.python import PythonFunction
from flowengine.runtime.tools.telling import told, whole
from flowengine.runtime.tools.threads import ThreadPool
from flowengine.speech.values import Money, plain

RESULT_CAP = 1 << 20
"""Largest result of a tool as JSON, in characters; it is kept in the call's snapshot."""

_LEAST, _MOST = -100, 100
"""Exponents of a Decimal: written out it would have a digit for each."""
_KNOWN = (bool, int, float, str, date, time, timedelta, Decimal, Money)


class Workbench:
    """What the tools of all flows share: threads and HTTP connections. Make it inside a running loop, close it."""

    def __init__(self, threads: int = 64) -> None:
        self.threads = ThreadPool(threads)
        self.client = httpx2.AsyncClient(timeout=None, follow_redirects=False, trust_env=True)

    async def close(self) -> None:
        await self.client.aclose()


class ToolRunner:
    """Runs the tools of one version of a flow.

    Python modules are imported when it is made, anew if a file of theirs has changed; calls that hold an older
    runner keep the older modules. Raises FlowError with every tool that cannot be loaded, each at its line.
    """

    def __init__(self, flow: Flow, workbench: Workbench) -> None:
        self.files: tuple[str, ...] = ()
        self._tools: dict[str, PythonFunction | HttpRequest] = {}
        folders = {tool.run.folder for tool in flow.tools.values() if isinstance(tool.run, PythonTool)}
        problems = [
            problem
            for name, tool in flow.tools.items()
            if (problem := self._add(name, tool, flow, workbench))
        ]
        if problems:
            raise FlowError(tuple(problems))
        self.files = tuple(sorted({str(path) for folder in folders for path in loaded_files(folder)}))

    def _add(self, name: str, tool: Tool, flow: Flow, workbench: Workbench) -> Problem | None:
        if isinstance(tool.run, HttpTool):
            self._tools[name] = HttpRequest(tool, tool.run, flow.env, workbench.client)
            return None
        try:
            self._tools[name] = PythonFunction(tool.run.reference, tool.run.folder, workbench.threads)
        except PythonCodeError as error:
            return _problem(tool.where, f"tool '{tool.name}': {error}")
        return None

    async def run(self, order: RunTool) -> Outcome:
        """Carry out one order. Never raises but when cancelled; an exception's text is in the outcome's message."""
        tool = self._tools.get(order.name)
        if tool is None:
            return Outcome("error", kind="unknown", message=f"the flow has no tool '{order.name}'")
        outcome = await tool.run(order.arguments, order.timeout_ms / 1000)
        return checked(outcome)

    async def run_task(self, order: RunTool) -> Outcome:
        """`run` for a task of its own: a cancelled tool is `lost`."""
        try:
            return await self.run(order)
        except asyncio.CancelledError:
            return Outcome("lost", message="cancelled")


def checked(outcome: Outcome) -> Outcome:
    """The outcome with a value that is JSON: dates and the like as text; kind "result" if that is impossible."""
    if outcome.value is None:
        return outcome
    try:
        value = plain(_data(outcome.value))
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        if (mended := whole(text)) is not text:
            value = json.loads(mended)
    except Exception as error:  # an object of the tool's own may raise anything
        message = f"the result cannot be kept: {told(error)}"[:500]
        return Outcome("error", kind="result", status=outcome.status, message=message)
    if len(text) > RESULT_CAP:
        message = f"the result is {len(text)} characters of JSON, more than {RESULT_CAP}"
        return Outcome("error", kind="too_large", status=outcome.status, message=message)
    return Outcome(outcome.result, value, outcome.kind, outcome.status, outcome.message)


def _data(value: object) -> object:
    """Plain data and values of slots; models and dataclasses as mappings. TypeError for anything else.

    `plain` gives any object's text, which is wrong for a result: it would hide a mistake.
    """
    if isinstance(value, Decimal) and not _LEAST <= value.adjusted() <= _MOST:
        raise ValueError("a Decimal has too large an exponent")
    if value is None or isinstance(value, _KNOWN):
        return value
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _data(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_data(item) for item in value]
    raise TypeError(f"a {type(value).__name__} is no JSON")


def _problem(where: Source, message: str) -> Problem:
    return Problem(
        "error", "tool", message, where, "check the name after python: and the module's own imports"
    )
