"""What we send: eight kinds of frame, none of which can be built invalid.

Retell drops a frame whose types are wrong without a word, and the call then waits in silence. So every frame
is checked when it is built, and what was built can be sent: strict types, ranges, no field that is null, at
most one of hanging up, transferring and pressing digits. Source: Retell's LLM WebSocket reference,
https://docs.retellai.com/api-references/llm-websocket.

Text is cleaned rather than refused: halves of surrogate pairs and control characters, which come out of other
people's systems and can be neither spoken nor stored, are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from flowengine.errors import InvalidFrame
from flowengine.protocol.fields import (
    ArgumentsText,
    Digits,
    Id,
    JsonObject,
    Milliseconds,
    PhoneNumber,
    Share,
    Text,
    Token,
)
from flowengine.protocol.inbound import kind_of
from flowengine.protocol.text import sendable


class Part(BaseModel):
    """Base of everything that is sent: frozen, strict, and an InvalidFrame if it would not be valid."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True)

    def __init__(self, /, **fields: Any) -> None:
        try:
            self.__pydantic_validator__.validate_python(fields, self_instance=self)
        except ValidationError as problem:
            cleaned = {k: sendable(v) if isinstance(v, str) else v for k, v in fields.items()}
            if cleaned == fields:
                raise InvalidFrame(_message(type(self).__name__, problem)) from None
            type(self).__init__(self, **cleaned)

    @classmethod
    def model_construct(  # type: ignore[override]
        cls, _fields_set: set[str] | None = None, **values: Any
    ) -> Self:
        """Checked like any other construction."""
        return cls(**values)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A checked copy with some fields changed; None takes a field away."""
        copy = super().model_copy(deep=deep)
        return type(self)(**{**copy.__dict__, **(update or {})})


class Frame(Part):
    """A whole frame."""

    def encode(self) -> str:
        """The JSON text to send: one object, no nulls for absent fields."""
        return self.__pydantic_serializer__.to_json(self, exclude_none=True).decode()

    def to_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return self.model_dump(mode="json", exclude_none=True)


class ConfigOptions(Part):
    """What a server asks of Retell for one socket."""

    auto_reconnect: bool | None = None
    """Exchange `ping_pong` every 2 s; Retell redials when ours stop for 5 s."""
    call_details: bool | None = None
    """Have Retell send `call_details` right away."""
    transcript_with_tool_calls: bool | None = None
    """Have Retell add `transcript_with_tool_calls` to its frames."""


class ConfigFrame(Frame):
    """The first frame of a socket, if it is sent at all. Holds for this socket only."""

    response_type: Literal["config"] = "config"
    """Always `config`."""
    config: ConfigOptions
    """The options; an absent one is off."""


class AgentConfig(Part):
    """Settings of the voice agent; only those present change."""

    responsiveness: Share | None = None
    """How fast the agent starts to answer: 0 (slowest) to 1."""
    interruption_sensitivity: Share | None = None
    """How easily the caller interrupts the agent: 0 (never) to 1."""
    reminder_trigger_ms: Milliseconds | None = None
    """Silence in ms, above 0, after which Retell asks for a reminder."""
    reminder_max_count: Id | None = None
    """How many reminders in one silence; 0 turns them off."""


class UpdateAgent(Frame):
    """Changes settings of the agent while the call runs."""

    response_type: Literal["update_agent"] = "update_agent"
    """Always `update_agent`."""
    agent_config: AgentConfig
    """The settings to change."""


class Pong(Frame):
    """The echo of a heartbeat."""

    response_type: Literal["ping_pong"] = "ping_pong"
    """Always `ping_pong`."""
    timestamp: Id
    """Retell's own timestamp, ms since the epoch."""


def _check_actions(values: dict[str, Any]) -> None:
    if values["end_call"] is False:
        values["end_call"] = None
    actions = (values["end_call"], values["transfer_number"], values["digit_to_press"])
    if actions.count(None) < 2:
        raise ValueError("at most one of end_call, transfer_number and digit_to_press")


class Response(Frame):
    """A piece of the answer to an ask, or with id 0 of the begin message."""

    response_type: Literal["response"] = "response"
    """Always `response`."""
    response_id: Id
    """The id of the ask; 0 for the begin message. Retell drops what comes under an older id."""
    content: Text
    """Words to speak, appended to what was sent before under the same id. May be empty."""
    content_complete: bool
    """True on the last frame under this id, and only there."""
    no_interruption_allowed: bool | None = None
    """True: the caller cannot interrupt these words."""
    end_call: bool | None = None
    """True: hang up once everything was spoken. False says nothing and is left out."""
    transfer_number: PhoneNumber | None = None
    """Transfer the call to this number once everything was spoken."""
    show_transferee_as_caller: bool | None = None
    """With `transfer_number`: show the called party the original caller's number. Left out without it."""
    digit_to_press: Digits | None = None
    """Press these keys (0-9, * and #) once everything was spoken."""

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        values = self.__dict__
        _check_actions(values)
        if values["transfer_number"] is None:
            values["show_transferee_as_caller"] = None
        return self


class AgentInterrupt(Frame):
    """Words spoken unasked, over whoever is speaking. A new id discards whatever is in flight."""

    response_type: Literal["agent_interrupt"] = "agent_interrupt"
    """Always `agent_interrupt`."""
    interrupt_id: Id
    """Frames with the same id are spoken in order."""
    content: Text
    """Words to speak, appended to what was sent before under the same id. May be empty."""
    content_complete: bool
    """True on the last frame under this id, and only there."""
    no_interruption_allowed: bool | None = None
    """True: the caller cannot interrupt these words. Recommended."""
    end_call: bool | None = None
    """True: hang up once everything was spoken. False says nothing and is left out."""
    transfer_number: PhoneNumber | None = None
    """Transfer the call to this number once everything was spoken."""
    digit_to_press: Digits | None = None
    """Press these keys (0-9, * and #) once everything was spoken."""

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        _check_actions(self.__dict__)
        return self


class ToolCallInvocation(Frame):
    """Notes in Retell's record of the call that a tool was started."""

    response_type: Literal["tool_call_invocation"] = "tool_call_invocation"
    """Always `tool_call_invocation`."""
    tool_call_id: Token
    """Unique among all calls."""
    name: Token
    """The tool's name."""
    arguments: ArgumentsText
    """A JSON object as text."""


class ToolCallResult(Frame):
    """Notes in Retell's record of the call what a tool returned."""

    response_type: Literal["tool_call_result"] = "tool_call_result"
    """Always `tool_call_result`."""
    tool_call_id: Token
    """The id of the invocation."""
    content: Text
    """The result as text."""
    successful: bool | None = None
    """Whether the tool did what it should."""


class MetadataFrame(Frame):
    """Data for the front end of a web call."""

    response_type: Literal["metadata"] = "metadata"
    """Always `metadata`."""
    metadata: JsonObject
    """Any JSON object; copied, so that later changes do not reach the frame."""


Outbound: TypeAlias = (
    ConfigFrame
    | UpdateAgent
    | Pong
    | Response
    | AgentInterrupt
    | ToolCallInvocation
    | ToolCallResult
    | MetadataFrame
)

FRAMES: Final[Mapping[str, type[Outbound]]] = {
    "config": ConfigFrame,
    "update_agent": UpdateAgent,
    "ping_pong": Pong,
    "response": Response,
    "agent_interrupt": AgentInterrupt,
    "tool_call_invocation": ToolCallInvocation,
    "tool_call_result": ToolCallResult,
    "metadata": MetadataFrame,
}
"""Every frame that can be sent, by its `response_type`."""


def parse_outbound(value: object) -> Outbound:
    """The outbound frame that this JSON value is, as strictly as Retell takes it. Raises InvalidFrame."""
    if not isinstance(value, Mapping):
        raise InvalidFrame(f"a frame must be an object, not {kind_of(value)}")
    kind = value.get("response_type")
    frame = FRAMES.get(kind) if isinstance(kind, str) else None
    if frame is None:
        raise InvalidFrame(f"response_type must be one of {', '.join(FRAMES)}, not {kind!r}"[:300])
    if not all(isinstance(name, str) for name in value):
        raise InvalidFrame(f"{frame.__name__}: every field name must be a string")
    return frame(**value)


def _message(name: str, problem: ValidationError) -> str:
    """One line for all that is wrong, without the values: they may be a caller's words."""
    found: dict[str, str] = {}
    for error in problem.errors(include_url=False, include_input=False, include_context=False):
        # Of a choice between int and float pydantic names the branch too; the last one says it best.
        where = ".".join(str(step) for step in error["loc"] if step not in _BRANCHES)
        found[where] = error["msg"].removeprefix("Value error, ")
    return f"{name}: " + "; ".join(f"{where}: {text}" if where else text for where, text in found.items())


_BRANCHES: Final = ("constrained-int", "constrained-float")
