"""What the model of Retell's side notices: values with `at` in ms; nothing is done about them here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Source: TypeAlias = Literal["response", "agent_interrupt"]
Why: TypeAlias = Literal["newer_ask", "interrupted", "agent_interrupt", "redial", "call_over"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Retell asked: a `response_required`, or a `reminder_required` when `reminder` is set."""

    at: int
    response_id: int
    reminder: bool = False


@dataclass(frozen=True, slots=True)
class Spoke:
    """Words of one answer reached the caller's ear."""

    at: int
    source: Source
    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Completed:
    """The server completed the answer under this id."""

    at: int
    source: Source
    id: int


@dataclass(frozen=True, slots=True)
class Discarded:
    """Words and the action of an accepted answer that the caller will never hear. `text` may be empty."""

    at: int
    source: Source
    id: int
    text: str
    why: Why
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A frame that Retell ignored without a word. `rule` is the reason, one of `frames.RULES`."""

    at: int
    rule: str
    message: str
    frame: object


@dataclass(frozen=True, slots=True)
class Violation:
    """A frame that Retell took although its documentation advises against it."""

    at: int
    rule: str
    message: str
    frame: object


@dataclass(frozen=True, slots=True)
class Configured:
    at: int
    config: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """An `update_agent` was taken. `settings` are all settings that the server has set so far."""

    at: int
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ponged:
    at: int
    timestamp: int


@dataclass(frozen=True, slots=True)
class Pressed:
    at: int
    digits: str


@dataclass(frozen=True, slots=True)
class Transferred:
    at: int
    number: str
    show_transferee_as_caller: bool = False


@dataclass(frozen=True, slots=True)
class ToolCalled:
    at: int
    tool_call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolReturned:
    at: int
    tool_call_id: str
    content: str
    successful: bool | None = None


@dataclass(frozen=True, slots=True)
class MetadataForwarded:
    at: int
    metadata: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SocketLost:
    """The socket is gone. `redial` says whether Retell dials again."""

    at: int
    code: int
    redial: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over. `reason` is Retell's disconnection reason (`agent_hangup`, `user_hangup` ...)."""

    at: int
    reason: str


Fact: TypeAlias = (
    Asked
    | Spoke
    | Completed
    | Discarded
    | Dropped
    | Violation
    | Configured
    | SettingsChanged
    | Ponged
    | Pressed
    | Transferred
    | ToolCalled
    | ToolReturned
    | MetadataForwarded
    | SocketLost
    | Ended
)
