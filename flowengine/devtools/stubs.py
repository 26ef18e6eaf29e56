"""What stands in for a flow's tools in a chat or a test: answers that were written down, in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flowengine.engine.commands import RunTool
from flowengine.engine.events import Outcome
from flowengine.language.flow import Flow

Answers: TypeAlias = Callable[[RunTool], tuple[int, Outcome]]
"""Gives a tool call's outcome and after how many ms it comes."""


@dataclass(frozen=True, slots=True)
class Stub:
    """One written answer of a tool.

    value         what a `done` tool returns: JSON-like data
    error         kind of the failure ("http", "exception", "timeout" ...); None for a tool that succeeds
    status        HTTP status of a failure
    after_ms      virtual ms until it comes; longer than the tool's time-out makes it a time-out
    """

    value: object = None
    error: str | None = None
    status: int | None = None
    after_ms: int = 0

    def outcome(self, timeout_ms: int) -> tuple[int, Outcome]:
        """When it comes and what it is."""
        if self.after_ms >= timeout_ms or self.error == "timeout":
            return timeout_ms, Outcome("error", kind="timeout", message="no result in time")
        if self.error is not None:
            return self.after_ms, Outcome(
                "error", kind=self.error, status=self.status, message="scripted failure"
            )
        return self.after_ms, Outcome("done", value=self.value)


class Stubs:
    """Answers tool calls from scripts, tool by tool: the nth call takes the nth stub, the last one repeats.

    A tool without a script answers with its `example`; one without an example fails with the kind `no_example`
    and is listed in `missing`.
    """

    def __init__(self, flow: Flow, scripts: Mapping[str, Stub | Sequence[Stub]] | None = None) -> None:
        self._flow = flow
        self._scripts = {
            name: (script,) if isinstance(script, Stub) else tuple(script)
            for name, script in (scripts or {}).items()
        }
        self._used: dict[str, int] = {}
        self.missing: list[str] = []

    def __call__(self, order: RunTool) -> tuple[int, Outcome]:
        script = self._scripts.get(order.name) or self._scripts.get(order.name.rpartition(":")[2])
        if script:
            place = self._used.get(order.name, 0)
            self._used[order.name] = place + 1
            return script[min(place, len(script) - 1)].outcome(order.timeout_ms)
        tool = self._flow.tools.get(order.name)
        if tool is None or tool.example is None:
            self.missing.append(order.name)
            message = f"tool '{order.name}' has no example and no scripted answer"
            return 0, Outcome("error", kind="no_example", message=message)
        return 0, Outcome("done", value=tool.example)
