"""The turn: one event in, the next snapshot and commands out.

The theory (docs/explanation/turn.md): a turn is a proposal; nothing counts until it was heard; what is sent under
an id ends under that id or is abandoned for a newer one; no response stays open; no request runs twice. Each kind
of event has its module; this one only knows which.
"""

from __future__ import annotations

from flowengine.engine import asks, beginning, sockets, times, updates, works
from flowengine.engine.commands import Command
from flowengine.engine.events import Closed, Event, Opened, Received, Ticked, ToolFinished
from flowengine.engine.snapshot import Snapshot
from flowengine.engine.working import Working
from flowengine.language.flow import Flow
from flowengine.protocol.inbound import CallDetails, ReminderRequired, ResponseRequired, UpdateOnly


def step(flow: Flow, snapshot: Snapshot, event: Event) -> tuple[Snapshot, list[Command]]:
    """Take one event. Pure: the same arguments give the same result; the snapshot given is not changed."""
    w = Working(flow, snapshot.clone(), event.at)
    match event:
        case Received(frame=UpdateOnly() as frame):
            updates.update(w, frame)
        case Received(frame=ResponseRequired() as frame):
            asks.ask(w, "response_required", frame.response_id, frame.transcript)
        case Received(frame=ReminderRequired() as frame):
            asks.ask(w, "reminder_required", frame.response_id, frame.transcript)
        case Received(frame=CallDetails() as frame):
            beginning.details(w, frame)
        case Received() | Ticked():
            pass  # a ping is echoed by the link, ahead of the call's inbox
        case ToolFinished(work=work, outcome=outcome):
            works.tool_finished(w, work, outcome)
        case Opened():
            sockets.opened(w)
        case Closed(code=code, final=final):
            sockets.closed(w, code, final)
    times.on_time(w)
    return w.s, w.commands
