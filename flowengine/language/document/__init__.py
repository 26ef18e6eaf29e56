"""The flow file as it is written: pydantic models, one per kind of mapping. Authors see every description."""

from flowengine.language.document.files import FlowFile, SharedFile
from flowengine.language.document.handlers import HandlerEntry
from flowengine.language.document.slots import RejectEntry, SlotEntry
from flowengine.language.document.states import StateEntry
from flowengine.language.document.tools import HttpEntry, ToolEntry

__all__ = [
    "FlowFile",
    "HandlerEntry",
    "HttpEntry",
    "RejectEntry",
    "SharedFile",
    "SlotEntry",
    "StateEntry",
    "ToolEntry",
]
