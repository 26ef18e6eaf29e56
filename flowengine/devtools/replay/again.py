"""A recorded call against a flow: turn by turn, until the first in which it behaves otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flowengine.devtools.replay.recording import Recording
from flowengine.engine.call import Call
from flowengine.language.flow import Flow
from flowengine.runtime.journal import REDACTED, command_json

_ACTS = ("response", "agent_interrupt", "update_agent", "metadata")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as it was recorded. `at` ms since the epoch."""

    at: int
    state: str
    heard: str
    said: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class Difference:
    """The first event that is answered otherwise: what was done then and what would be done now."""

    number: int
    at: int
    heard: str
    then: tuple[Mapping[str, Any], ...]
    now: tuple[Mapping[str, Any], ...]

    @property
    def redacted(self) -> bool:
        """Whether what was said there was not recorded: then nothing can be said of the flow."""
        return REDACTED in self.heard or any(REDACTED in json.dumps(frame) for frame in self.then)


def turns(recording: Recording) -> Iterator[Turn]:
    """The turns of the recording, in order."""
    for entry in recording.entries:
        for command in entry.commands:
            if command["command"] == "report" and command["code"] == "turn":
                facts = command["facts"]
                names = ("state_after", "heard", "said", "answered_by")
                yield Turn(entry.event.at, *(str(facts.get(name) or "") for name in names))


def replay(recording: Recording, flow: Flow) -> Difference | None:
    """Play the recorded events against `flow`; the first that it answers otherwise, None if there is none."""
    call = Call(flow, str(recording.head.get("call_id", "call")))
    for number, entry in enumerate(recording.entries):
        commands = [command_json(command) for command in call.handle(entry.event)]
        then, now = _acts(entry.commands), _acts(commands)
        if then != now:
            return Difference(number, entry.event.at, _heard([*entry.commands, *commands]), then, now)
    return None


def _acts(commands: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """What Retell or the world sees of these commands."""
    return tuple(
        command.get("frame", command)
        for command in commands
        if command["command"] == "run_tool"
        or (command["command"] == "send" and command["frame"].get("response_type") in _ACTS)
    )


def _heard(commands: Sequence[Mapping[str, Any]]) -> str:
    for command in commands:
        if command["command"] == "report" and command["code"] == "turn":
            return str(command["facts"].get("heard", ""))
    return ""
