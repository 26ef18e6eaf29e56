"""A recording as a test case: what the caller did, step by step, and what the agent said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flowengine.devtools.chat.saving import case_yaml
from flowengine.devtools.replay.recording import Entry, Recording
from flowengine.engine.events import Closed, Received, ToolFinished
from flowengine.protocol.inbound import CallDetails, ReminderRequired, ResponseRequired
from flowengine.protocol.transcript import Transcript
from flowengine.speech.text import inaudible


def to_test(recording: Recording, name: str) -> str:
    """The case as it stands under `cases:`. Tools answer as they did."""
    steps: list[dict[str, Any]] = []
    variables: dict[str, str] = {}
    stubs: dict[str, list[dict[str, Any]]] = {}
    tools: dict[str, tuple[str, int]] = {}
    used, offered, again, began = 0, "", "", 0
    for entry in recording.entries:
        began = began or entry.event.at
        match entry.event:
            case Received(frame=CallDetails() as details):
                given = details.call.get("retell_llm_dynamic_variables")
                variables = {str(k): str(v) for k, v in given.items()} if isinstance(given, Mapping) else {}
            case Received(frame=ResponseRequired() as ask):
                words, heard, used = _new(ask.transcript, used)
                if words:
                    steps += _caller(words, heard, offered)
                    again = ""
                offered = ""
            case Received(frame=ReminderRequired()):
                steps.append({"silence": 1})
                offered = ""
            case ToolFinished(work=work, outcome=outcome) if work in tools:
                tool, started = tools[work]
                answer = (
                    {"done": outcome.value} if outcome.result == "done" else {"error": outcome.kind or "lost"}
                )
                took = entry.event.at - started
                stubs.setdefault(tool, []).append({**answer, "after": f"{took}ms"})
            case Closed(code=1006):
                steps.append({"drop": True})
                again = offered
            case _:
                pass
        offered = _said(entry, offered, again, steps)
        for command in entry.commands:
            if command["command"] == "run_tool":
                tools[command["work"]] = (command["name"], entry.event.at)
    while steps and "drop" in steps[-1]:
        steps.pop()
    text = case_yaml(name, steps, began, variables)
    if stubs:
        head, mark, rest = text.partition("    steps:\n")
        text = f"{head}    tools: {json.dumps(stubs, ensure_ascii=False)}\n{mark}{rest}"
    return text


def _said(entry: Entry, offered: str, again: str, steps: list[dict[str, Any]]) -> str:
    """Note what the agent said. `again`: what was under way when the connection died; in a test it was heard, so
    that nobody repeats it.
    """
    for command in entry.commands:
        frame = command.get("frame", {})
        if frame.get("response_type") in ("response", "agent_interrupt") and frame.get("content"):
            content = " ".join(frame["content"].split())
            if content in again:
                continue
            offered = f"{offered} {content}".strip()
            if steps and "agent" in steps[-1]:
                steps[-1]["agent"] = offered
            else:
                steps.append({"agent": content if "drop" in (steps or [{}])[-1] else offered})
    return offered


def _new(transcript: Transcript, used: int) -> tuple[str, int, int]:
    """The caller's words since so many of theirs, and how many words the agent said right before them."""
    words: list[str] = []
    heard = count = 0
    for entry in transcript.entries:
        spoken = entry.content.split()
        if entry.role == "user":
            count += len(spoken)
            words += spoken[max(0, len(spoken) - (count - used)) :] if count > used else []
        elif not words:
            heard = len(spoken)
    return " ".join(words), heard, max(count, used)


def _caller(words: str, heard: int, offered: str) -> list[dict[str, Any]]:
    if inaudible(words):
        return [{"mumble": True}]
    size = len(offered.split())
    if offered and 0 < heard < size:
        return [{"interrupt": {"after_words": heard, "user": words}}]
    return [{"user": words}]
