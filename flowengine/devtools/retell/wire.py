"""Retell's frames as JSON text, with the `words` arrays that real ones carry."""

from __future__ import annotations

import json

from flowengine.devtools.retell.call import Retell
from flowengine.devtools.retell.speech import WORD_MS, Entry
from flowengine.protocol.inbound import (
    CallDetails,
    Inbound,
    PingPong,
    ReminderRequired,
    ResponseRequired,
    UpdateOnly,
)
from flowengine.protocol.transcript import Transcript, Utterance


def encode(frame: Inbound, retell: Retell) -> str:
    """The JSON text of a frame as Retell would send it; `retell` knows when its words were spoken."""
    return json.dumps(decoded(frame, retell), ensure_ascii=False)


def decoded(frame: Inbound, retell: Retell) -> dict[str, object]:
    """The same as a JSON object."""
    match frame:
        case PingPong(timestamp=timestamp):
            return {"interaction_type": "ping_pong", "timestamp": timestamp}
        case CallDetails(call=call):
            return {"interaction_type": "call_details", "call": dict(call)}
        case UpdateOnly(transcript=transcript, turntaking=turntaking):
            turn = {"turntaking": turntaking} if turntaking else {}
            return {"interaction_type": "update_only", **_transcripts(transcript, retell), **turn}
        case ResponseRequired(response_id=number, transcript=transcript):
            kind = "response_required"
        case ReminderRequired(response_id=number, transcript=transcript):
            kind = "reminder_required"
        case _:
            raise TypeError(f"Retell sends no {type(frame).__name__}")
    return {"interaction_type": kind, "response_id": number, **_transcripts(transcript, retell)}


def _transcripts(transcript: Transcript, retell: Retell) -> dict[str, object]:
    entries = [
        _utterance(utterance, retell.floor.entries[index] if index < len(retell.floor.entries) else None)
        for index, utterance in enumerate(transcript.entries)
    ]
    found: dict[str, object] = {"transcript": entries}
    if retell.config.get("transcript_with_tool_calls") is True:
        mixed: list[object] = list(entries)
        for index, entry in reversed(retell.floor.tool_entries):
            mixed.insert(min(index, len(entries)), dict(entry))
        found["transcript_with_tool_calls"] = mixed
    return found


def _utterance(utterance: Utterance, entry: Entry | None) -> dict[str, object]:
    spoken = utterance.content.split()
    known = [] if entry is None else entry.words[: len(spoken)]
    if [word.text for word in known] == spoken:
        times = [(word.start, word.end) for word in known]
    else:  # the entry was revised since
        times = [(index * WORD_MS, (index + 1) * WORD_MS) for index in range(len(spoken))]
    words = [
        {"word": text, "start": start / 1000, "end": end / 1000}
        for text, (start, end) in zip(spoken, times, strict=True)
    ]
    return {"role": utterance.role, "content": utterance.content, "words": words}
