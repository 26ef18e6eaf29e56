"""Server frames as Retell reads them: JSON objects whose types must be right, or they are dropped silently.

This is deliberately not `protocol.outbound`: those models can only build what is valid, while Retell's side
has to judge whatever any server sends. Fields that Retell does not know are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flowengine.devtools.retell.facts import ToolCalled, ToolReturned
from flowengine.protocol.outbound import Outbound

RULES = {
    "binary-frame": "a binary frame: Retell closes with 1007 and the call fails",
    "not-json": "a text frame that is no JSON object",
    "unknown-type": "a `response_type` that the channel does not have",
    "wrong-type": "a field that is missing, null or of the wrong type",
    "out-of-range": "an agent setting outside its range",
    "config-late": "a `config` that is not the first frame of its socket",
    "unknown-id": "a `response_id` that was never asked",
    "stale-id": "content under an older `response_id` than the newest",
    "after-completion": "content after `content_complete: true` of the same id",
    "after-interrupt": "content for a response that an `agent_interrupt` discarded",
    "stale-interrupt": "content under an older `interrupt_id` than the newest",
    "begin-again": "a begin message with words on a redialled socket after the conversation began",
    "one-action": "more than one of `end_call`, `transfer_number`, `digit_to_press`",
    "lost": "a frame that was sent while no socket was open",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a frame was dropped: a key of `RULES` and a sentence."""

    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    """A `response` or `agent_interrupt`, read. Absent fields hold what their absence means."""

    id: int
    content: str
    complete: bool
    no_interruption_allowed: bool = False
    end_call: bool = False
    transfer_number: str | None = None
    show_transferee_as_caller: bool = False
    digit_to_press: str | None = None


ServerFrame: TypeAlias = Outbound | Mapping[str, object] | str | bytes

_Check: TypeAlias = Callable[[object], bool]


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_str(value: object) -> bool:
    return isinstance(value, str)


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


_LINE: dict[str, _Check] = {"content": _is_str, "content_complete": _is_bool}
_OPTIONAL_LINE: dict[str, _Check] = {
    "no_interruption_allowed": _is_bool,
    "end_call": _is_bool,
    "transfer_number": _is_str,
    "digit_to_press": _is_str,
}
_REQUIRED: dict[str, dict[str, _Check]] = {
    "config": {"config": _is_object},
    "update_agent": {"agent_config": _is_object},
    "ping_pong": {"timestamp": _is_int},
    "response": {"response_id": _is_int, **_LINE},
    "agent_interrupt": {"interrupt_id": _is_int, **_LINE},
    "tool_call_invocation": {"tool_call_id": _is_str, "name": _is_str, "arguments": _is_str},
    "tool_call_result": {"tool_call_id": _is_str, "content": _is_str},
    "metadata": {"metadata": _is_object},
}
_OPTIONAL: dict[str, dict[str, _Check]] = {
    "response": {**_OPTIONAL_LINE, "show_transferee_as_caller": _is_bool},
    "agent_interrupt": _OPTIONAL_LINE,
    "tool_call_result": {"successful": _is_bool},
}
_INNER: dict[str, tuple[str, dict[str, _Check]]] = {
    "config": (
        "config",
        {"auto_reconnect": _is_bool, "call_details": _is_bool, "transcript_with_tool_calls": _is_bool},
    ),
    "update_agent": (
        "agent_config",
        {
            "responsiveness": _is_number,
            "interruption_sensitivity": _is_number,
            "reminder_trigger_ms": _is_number,
            "reminder_max_count": _is_int,
        },
    ),
}
_RANGES: dict[str, Callable[[float], bool]] = {
    "responsiveness": lambda value: 0 <= value <= 1,
    "interruption_sensitivity": lambda value: 0 <= value <= 1,
    "reminder_trigger_ms": lambda value: value > 0,
    "reminder_max_count": lambda value: value >= 0,
}


def read(frame: ServerFrame) -> dict[str, object] | Refused:
    """The JSON object of a server frame with all its types checked, or why Retell drops it."""
    if isinstance(frame, bytes):
        return Refused("binary-frame", "a binary frame")
    if isinstance(frame, str):
        text = frame
    elif isinstance(frame, Mapping):
        return _checked(dict(frame))
    else:
        text = frame.encode()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Refused("not-json", "a text frame that is not JSON")
    if not isinstance(value, dict):
        return Refused("not-json", "a text frame that is not a JSON object")
    return _checked(value)


def _checked(value: dict[str, object]) -> dict[str, object] | Refused:
    kind = value.get("response_type")
    if not isinstance(kind, str) or kind not in _REQUIRED:
        return Refused("unknown-type", f"response_type {kind!r} is not one of {', '.join(_REQUIRED)}")
    for name, is_right in _REQUIRED[kind].items():
        if not is_right(value.get(name)):
            return Refused("wrong-type", f"{kind}: {name} is {_shown(value, name)}")
    for name, is_right in _OPTIONAL.get(kind, {}).items():
        if name in value and not is_right(value[name]):
            return Refused("wrong-type", f"{kind}: {name} is {_shown(value, name)}")
    if kind in _INNER:
        name, fields = _INNER[kind]
        inner = value[name]
        assert isinstance(inner, dict)
        for field, is_right in fields.items():
            if field not in inner:
                continue
            if not is_right(inner[field]):
                return Refused("wrong-type", f"{kind}: {name}.{field} is {_shown(inner, field)}")
            if field in _RANGES and not _RANGES[field](inner[field]):
                return Refused("out-of-range", f"{kind}: {name}.{field} is {inner[field]!r}")
    return value


def _shown(value: Mapping[str, object], name: str) -> str:
    return f"{value[name]!r:.60}" if name in value else "missing"


def line(value: Mapping[str, object]) -> Line:
    """The line in a checked `response` or `agent_interrupt` object."""
    key = "response_id" if value["response_type"] == "response" else "interrupt_id"
    number, content = value[key], value["content"]
    transfer, digits = value.get("transfer_number"), value.get("digit_to_press")
    assert isinstance(number, int)
    assert isinstance(content, str)
    return Line(
        id=number,
        content=content,
        complete=value["content_complete"] is True,
        no_interruption_allowed=value.get("no_interruption_allowed") is True,
        end_call=value.get("end_call") is True,
        transfer_number=transfer if isinstance(transfer, str) else None,
        show_transferee_as_caller=value.get("show_transferee_as_caller") is True,
        digit_to_press=digits if isinstance(digits, str) else None,
    )


def actions(value: Mapping[str, object]) -> tuple[str, ...]:
    """The actions that a checked line asks for; more than one is a mistake of the server's."""
    found = (
        ("end_call", value.get("end_call") is True),
        ("transfer_number", bool(value.get("transfer_number"))),
        ("digit_to_press", bool(value.get("digit_to_press"))),
    )
    return tuple(name for name, present in found if present)


def inner(value: Mapping[str, object], name: str) -> dict[str, object]:
    """The object in this field of a checked frame."""
    found = value[name]
    assert isinstance(found, dict)
    return found


def tool_entry(value: Mapping[str, object]) -> dict[str, object]:
    """A checked tool frame as it stands in `transcript_with_tool_calls`."""
    kept = ("tool_call_id", "name", "arguments", "content", "successful")
    return {"role": value["response_type"], **{name: value[name] for name in kept if name in value}}


def tool_fact(value: Mapping[str, object], at: int) -> ToolCalled | ToolReturned:
    """A checked tool frame as a fact."""
    call_id, successful = str(value["tool_call_id"]), value.get("successful")
    if value["response_type"] == "tool_call_invocation":
        return ToolCalled(at, call_id, str(value["name"]), str(value["arguments"]))
    known = successful if isinstance(successful, bool) else None
    return ToolReturned(at, call_id, str(value["content"]), known)
