"""Facts that go into the engine. Each carries `at`: ms since the epoch, from whoever drives the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from flowengine.protocol.inbound import Inbound

OutcomeKind: TypeAlias = Literal["done", "error", "lost"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a tool call ended. `lost`: it was started and no one knows its end (a restart).

    value         the result of a `done` tool: JSON-like data
    kind, status  of an `error`: "timeout", "http", "exception", "arguments", "too_large" ...; HTTP status or None
    """

    result: OutcomeKind
    value: object = None
    kind: str | None = None
    status: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A socket was attached to the call; again after a redial."""

    at: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The socket is gone. `code` is the close code (1006: the connection died; Retell may redial).

    `final` says that no redial will come (the driver drains, or the call was declared over).
    """

    at: int
    code: int = 1006
    final: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    at: int
    frame: Inbound


@dataclass(frozen=True, slots=True)
class ToolFinished:
    at: int
    work: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has passed. Late, early and doubled ticks are harmless."""

    at: int


Event: TypeAlias = Opened | Closed | Received | ToolFinished | Ticked
