"""The journal of a call: every event that went into the engine and every command that came out.

Recordings are JSON lines, one file per call. A recording holds what callers said. Values of slots that the flow
marks `sensitive`, in any form in which they were said or read back, and the values of listed environment
variables are replaced by `[redacted]` before a line is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from flowengine.engine.commands import Command, Report, RunTool, Send
from flowengine.engine.events import Closed, Event, Received, ToolFinished
from flowengine.protocol import inbound
from flowengine.protocol.transcript import EMPTY
from flowengine.speech.values import plain

REDACTED = "[redacted]"


class Journal(Protocol):
    """Sees one call. `secrets` gives the texts that must not be kept, as they are known after the event."""

    def record(self, event: Event, commands: Sequence[Command]) -> None: ...

    def close(self) -> None: ...


class Recorder:
    """Writes one call to `path`; the file begins with a line about the call and is appended to after a restart."""

    def __init__(self, path: Path, head: Mapping[str, object], secrets: Callable[[], Sequence[str]]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._secrets = secrets
        self._known: dict[str, None] = {}
        # Lines of a caller's unfinished utterance: what is secret in them shows when it was understood.
        self._held: list[dict[str, Any]] = []
        self._entries: set[int] = set()
        self._write({"type": "call", **head})

    def record(self, event: Event, commands: Sequence[Command]) -> None:
        self._held.append(event_json(event))
        self._held.extend(command_json(command) for command in commands)
        if isinstance(event, Received) and isinstance(event.frame, inbound.UpdateOnly) and not commands:
            return
        before = len(self._known)
        self._known.update(dict.fromkeys(self._secrets()))
        if len(self._known) > before and isinstance(event, Received):
            self._hide_words(event.frame)
        self._flush()

    def _hide_words(self, frame: inbound.Inbound) -> None:
        """A secret was understood: the caller's words that held it are hidden altogether, half-said ones too."""
        transcript = getattr(frame, "transcript", EMPTY)
        said = [
            index for index, entry in enumerate(transcript.entries, transcript.start) if entry.role == "user"
        ]
        self._entries.update(said[-1:])
        for line in self._held:
            if line.get("command") == "report":
                line["facts"] = {**line["facts"], "heard": REDACTED}

    def _flush(self) -> None:
        for line in self._held:
            self._write(line)
        self._held.clear()

    def close(self) -> None:
        self._known.update(dict.fromkeys(self._secrets()))
        self._flush()
        self._file.close()

    def _write(self, line: dict[str, Any]) -> None:
        if self._entries and isinstance(frame := line.get("frame"), dict) and "transcript" in frame:
            start = frame.get("transcript_start", 0)
            hidden = [
                {**entry, "content": REDACTED} if start + offset in self._entries else entry
                for offset, entry in enumerate(frame["transcript"])
            ]
            line = {**line, "frame": {**frame, "transcript": hidden}}
        if self._known and isinstance(frame := line.get("frame"), dict) and frame.get("transcript"):
            *before, last = frame["transcript"]
            last = {**last, "content": _cut_tail(last.get("content", ""), self._known)}
            line = {**line, "frame": {**frame, "transcript": [*before, last]}}
        kept = _redacted(line, _pattern(self._known)) if self._known else line
        self._file.write(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n")


def event_json(event: Event) -> dict[str, Any]:
    """An event as JSON."""
    line: dict[str, Any] = {"type": "event", "event": type(event).__name__.lower(), "at": event.at}
    match event:
        case Received(frame=frame):
            line["frame"] = inbound.to_json(frame)
        case Closed(code=code, final=final):
            line.update(code=code, final=final)
        case ToolFinished(work=work, outcome=outcome):
            facts = {
                "value": outcome.value,
                "kind": outcome.kind,
                "status": outcome.status,
                "message": outcome.message,
            }
            line.update(
                work=work,
                outcome={"result": outcome.result, **{k: v for k, v in facts.items() if v is not None}},
            )
    return line


def command_json(command: Command) -> dict[str, Any]:
    """A command as JSON; a tool's arguments in their canonical form."""
    match command:
        case Send(frame=frame):
            return {"type": "command", "command": "send", "frame": json.loads(frame.encode())}
        case RunTool():
            arguments = plain(command.arguments)
            return {
                "type": "command",
                "command": "run_tool",
                "work": command.work,
                "name": command.name,
                "arguments": arguments,
                "timeout_ms": command.timeout_ms,
            }
        case Report():
            facts = plain(command.facts)
            return {
                "type": "command",
                "command": "report",
                "level": command.level,
                "code": command.code,
                "facts": facts,
            }


def _pattern(secrets: Mapping[str, None]) -> re.Pattern[str]:
    """Any of the secrets, longest first, whatever the case and whatever stands between their words."""
    pieces = []
    for secret in sorted((secret for secret in secrets if secret.strip()), key=len, reverse=True):
        words = re.findall(r"\w+", secret)
        pieces.append(r"\W+".join(map(re.escape, words)) if words else re.escape(secret))
    return re.compile("|".join(rf"(?<!\w)(?:{piece})(?!\w)" for piece in pieces) or r"(?!)", re.IGNORECASE)


def _cut_tail(content: str, secrets: Mapping[str, None]) -> str:
    """A line that breaks off inside a secret, while it is being read back word by word, without that beginning."""
    said = list(re.finditer(r"\w+", content))
    longest = 0
    for secret in secrets:
        words = [word.lower() for word in re.findall(r"\w+", secret)]
        for count in range(min(len(words) - 1, len(said)), longest, -1):
            if [match.group().lower() for match in said[-count:]] == words[:count]:
                longest = count
                break
    return content[: said[-longest].start()] + REDACTED if longest else content


def _redacted(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(REDACTED, value)
    if isinstance(value, Mapping):
        return {key: _redacted(item, pattern) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(item, pattern) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool) and pattern.fullmatch(str(value)):
        return REDACTED
    return value
