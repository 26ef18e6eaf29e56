"""The pure engine: event in, commands out. No clock, no I/O, no chance."""

from flowengine.engine.call import Call
from flowengine.engine.commands import Command, Report, RunTool, Send
from flowengine.engine.events import Closed, Event, Opened, Outcome, Received, Ticked, ToolFinished
from flowengine.engine.machine import diagram
from flowengine.engine.snapshot import Snapshot
from flowengine.engine.step import step

__all__ = [
    "Call",
    "Closed",
    "Command",
    "Event",
    "Opened",
    "Outcome",
    "Received",
    "Report",
    "RunTool",
    "Send",
    "Snapshot",
    "Ticked",
    "ToolFinished",
    "diagram",
    "step",
]
