"""A recording read back: the events of a call and the commands that came of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flowengine.engine.events import Closed, Event, Opened, Outcome, Received, Ticked, ToolFinished
from flowengine.errors import FlowengineError
from flowengine.protocol import inbound


class BadRecording(FlowengineError):
    """A file that is no recording; the message names the line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event and the commands that the engine answered it with, as JSON."""

    event: Event
    commands: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """One call. `head` is its first line: call id, flow, version, moment."""

    head: Mapping[str, Any]
    entries: tuple[Entry, ...] = field(default=())


def read_recording(path: Path) -> Recording:
    """Read a recording; raises BadRecording."""
    head: Mapping[str, Any] | None = None
    found: list[tuple[Event, list[Mapping[str, Any]]]] = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            line = json.loads(text)
            match line["type"]:
                case "call":
                    head = head or line
                case "event":
                    found.append((_event(line), []))
                case "command":
                    found[-1][1].append(line)
        except (ValueError, KeyError, TypeError, IndexError, FlowengineError) as error:
            raise BadRecording(f"{path}:{number}: not a line of a recording ({error})") from None
    if head is None:
        raise BadRecording(f"{path}: not a recording; its first line should be about the call")
    return Recording(head, tuple(Entry(event, tuple(commands)) for event, commands in found))


def _event(line: Mapping[str, Any]) -> Event:
    at = int(line["at"])
    match line["event"]:
        case "opened":
            return Opened(at)
        case "closed":
            return Closed(at, line["code"], line["final"])
        case "received":
            return Received(at, inbound.from_json(line["frame"]))
        case "toolfinished":
            return ToolFinished(at, line["work"], Outcome(**line["outcome"]))
        case "ticked":
            return Ticked(at)
    raise BadRecording(f"unknown event {line['event']}")
