"""What Retell sends: five kinds of frame, as typed values.

`parse` is the rule: which JSON is which frame, what is forgiven and what is not. `decode` is its fast twin
for the socket, and the tests hold the two together. Source of the rules: Retell's LLM WebSocket reference,
https://docs.retellai.com/api-references/llm-websocket.

What is forgiven, because the call has to go on: unknown fields, unknown interaction types, a missing
transcript, unknown roles, an utterance without usable content. What is not: anything that leaves open what
Retell wants.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

from flowengine.errors import MalformedFrame
from flowengine.protocol.text import joined
from flowengine.protocol.transcript import EMPTY, Transcript, Utterance

Turntaking: TypeAlias = Literal["agent_turn", "user_turn"]

TURNS: Final = ("agent_turn", "user_turn")
MAX_INTEGER: Final = 2**53 - 1
"""Ids and times above this are not exact in a JavaScript peer."""
MAX_DEPTH: Final = 64
"""How deep the data of `call_details` may nest; far below what any JSON library minds."""


@dataclass(frozen=True, slots=True)
class PingPong:
    """A heartbeat, every 2 s with `auto_reconnect`. Echo `timestamp` (ms since the epoch) at once."""

    timestamp: int


@dataclass(frozen=True, slots=True)
class CallDetails:
    """Who calls whom, and the call's dynamic variables. Sent once per socket if the config asks for it."""

    call: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class UpdateOnly:
    """The transcript changed, or the turn passed on. Wants no answer."""

    transcript: Transcript = EMPTY
    turntaking: Turntaking | None = None


@dataclass(frozen=True, slots=True)
class ResponseRequired:
    """The caller's turn seems over: answer under this id. A later ask makes it stale."""

    response_id: int
    transcript: Transcript = EMPTY


@dataclass(frozen=True, slots=True)
class ReminderRequired:
    """The caller has been silent: nudge, under this id."""

    response_id: int
    transcript: Transcript = EMPTY


@dataclass(frozen=True, slots=True)
class Unknown:
    """An interaction type this version does not know; to be ignored."""

    interaction_type: str


Inbound: TypeAlias = PingPong | CallDetails | UpdateOnly | ResponseRequired | ReminderRequired | Unknown


def parse(value: object) -> Inbound:
    """The frame that this JSON value is. Raises MalformedFrame, saying which field is wrong and how.

    `transcript_start`, written by `to_json` and never by Retell, is the position of the first one given.
    """
    if not isinstance(value, Mapping):
        raise MalformedFrame(f"a frame must be an object, not {kind_of(value)}")
    kind = value.get("interaction_type")
    if kind is None:
        raise MalformedFrame("interaction_type is missing")
    if not isinstance(kind, str):
        raise MalformedFrame(f"interaction_type must be a string, not {kind_of(kind)}")
    reader = _READERS.get(kind)
    return reader(value) if reader is not None else Unknown(joined(kind[:200]))


def to_json(frame: Inbound) -> dict[str, object]:
    """The frame as plain JSON, for journals: `from_json(to_json(frame)) == frame`."""
    match frame:
        case PingPong(timestamp):
            return {"interaction_type": "ping_pong", "timestamp": timestamp}
        case CallDetails(call):
            return {"interaction_type": "call_details", "call": dict(call)}
        case UpdateOnly(transcript, turntaking):
            facts: dict[str, object] = {"interaction_type": "update_only", **_written(transcript)}
            if turntaking is not None:
                facts["turntaking"] = turntaking
            return facts
        case ResponseRequired(response_id, transcript):
            head = {"interaction_type": "response_required", "response_id": response_id}
            return {**head, **_written(transcript)}
        case ReminderRequired(response_id, transcript):
            head = {"interaction_type": "reminder_required", "response_id": response_id}
            return {**head, **_written(transcript)}
        case Unknown(interaction_type):
            return {"interaction_type": interaction_type}


def from_json(value: Mapping[str, object]) -> Inbound:
    """The frame that `to_json` wrote. Raises MalformedFrame."""
    return parse(value)


def kind_of(value: object) -> str:
    """What a JSON value is called in a message."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return f"the number {value!r}"[:60]
        case str():
            return "a string"
        case Mapping():
            return "an object"
        case list() | tuple():
            return "an array"
        case _:
            return f"a {type(value).__name__}"


def _written(transcript: Transcript) -> dict[str, object]:
    entries = [{"role": entry.role, "content": entry.content} for entry in transcript.entries]
    if transcript.start:
        return {"transcript_start": transcript.start, "transcript": entries}
    return {"transcript": entries}


def _ping_pong(frame: Mapping[str, object]) -> PingPong:
    return PingPong(_integer(frame, "timestamp"))


def _call_details(frame: Mapping[str, object]) -> CallDetails:
    call = frame.get("call")
    if call is None:
        raise MalformedFrame("call_details: call is missing")
    if not isinstance(call, Mapping):
        raise MalformedFrame(f"call_details: call must be an object, not {kind_of(call)}")
    check_depth(call)
    return CallDetails({joined(str(name)): _whole_text(item) for name, item in call.items()})


def _update_only(frame: Mapping[str, object]) -> UpdateOnly:
    turn = frame.get("turntaking")
    if turn is not None and not isinstance(turn, str):
        raise MalformedFrame(f"update_only: turntaking must be a string, not {kind_of(turn)}")
    return UpdateOnly(_transcript(frame), cast("Turntaking", turn) if turn in TURNS else None)


def _response_required(frame: Mapping[str, object]) -> ResponseRequired:
    return ResponseRequired(_integer(frame, "response_id"), _transcript(frame))


def _reminder_required(frame: Mapping[str, object]) -> ReminderRequired:
    return ReminderRequired(_integer(frame, "response_id"), _transcript(frame))


_READERS: Final[dict[str, Callable[[Mapping[str, object]], Inbound]]] = {
    "ping_pong": _ping_pong,
    "call_details": _call_details,
    "update_only": _update_only,
    "response_required": _response_required,
    "reminder_required": _reminder_required,
}


def _integer(frame: Mapping[str, object], field: str) -> int:
    """An integer of at most 53 bits, not negative. `3.0` is one, as in JSON Schema; `true` is not."""
    value = frame.get(field)
    where = f"{frame['interaction_type']}: {field}"
    if value is None:
        raise MalformedFrame(f"{where} is missing")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedFrame(f"{where} must be an integer, not {kind_of(value)}")
    if isinstance(value, float) and not (math.isfinite(value) and value.is_integer()):
        raise MalformedFrame(f"{where} must be an integer, not {kind_of(value)}")
    if not 0 <= value <= MAX_INTEGER:
        raise MalformedFrame(f"{where} must lie between 0 and {MAX_INTEGER}")
    return int(value)


def _transcript(frame: Mapping[str, object]) -> Transcript:
    value = frame.get("transcript")
    if value is None:
        return EMPTY
    where = f"{frame['interaction_type']}: transcript"
    if not isinstance(value, list | tuple):
        raise MalformedFrame(f"{where} must be an array, not {kind_of(value)}")
    start = _integer(frame, "transcript_start") if "transcript_start" in frame else 0
    return Transcript(start, tuple(utterance(entry, f"{where}[{i}]") for i, entry in enumerate(value)))


def utterance(entry: object, where: str) -> Utterance:
    """The entry that this JSON value is. Raises MalformedFrame if it is no object; forgives the rest."""
    if not isinstance(entry, Mapping):
        raise MalformedFrame(f"{where} must be an object, not {kind_of(entry)}")
    role, content = entry.get("role"), entry.get("content")
    return Utterance(
        joined(role) if isinstance(role, str) else "",
        joined(content) if isinstance(content, str) else "",
    )


def _whole_text(value: object) -> object:
    """The same data, with `joined` text."""
    match value:
        case str():
            return joined(value)
        case Mapping():
            return {joined(str(name)): _whole_text(item) for name, item in value.items()}
        case list() | tuple():
            return [_whole_text(item) for item in value]
        case _:
            return value


def check_depth(value: object) -> None:
    """Raises MalformedFrame if the data nests deeper than MAX_DEPTH. Does not recurse."""
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for item in level:
            if isinstance(item, Mapping):
                below.extend(child for child in item.values() if isinstance(child, Mapping | list))
            elif isinstance(item, list):
                below.extend(child for child in item if isinstance(child, Mapping | list))
        if not below:
            return
        level = below
    raise MalformedFrame(f"call_details: call is nested deeper than {MAX_DEPTH} levels")
