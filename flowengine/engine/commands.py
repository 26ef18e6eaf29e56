"""Orders that come out of the engine; whoever drives it carries them out in the order given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from flowengine.protocol.outbound import Outbound


@dataclass(frozen=True, slots=True)
class Send:
    """Send this frame on the call's present socket."""

    frame: Outbound


@dataclass(frozen=True, slots=True)
class RunTool:
    """Start this tool call; answer with `ToolFinished(work=...)`. `arguments` are values (dates stay dates)."""

    work: str
    name: str
    arguments: Mapping[str, object]
    timeout_ms: int


@dataclass(frozen=True, slots=True)
class Report:
    """Something an operator wants to know. `code` is one of the codes listed in docs/reference/reports.md."""

    level: Literal["debug", "info", "warning", "error"]
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


Command: TypeAlias = Send | RunTool | Report
