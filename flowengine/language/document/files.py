# ruff: noqa: RUF012 - pydantic copies mutable defaults
"""Whole files: a flow, and a file that flows include."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from flowengine.language.document.actions import AgentSettings
from flowengine.language.document.base import Duration, Entry, Name, Spec, Text
from flowengine.language.document.handlers import GlobalEntry
from flowengine.language.document.slots import SlotEntry
from flowengine.language.document.states import StateEntry
from flowengine.language.document.tools import ToolEntry


class ConfigEntry(Entry):
    """What is asked of Retell when the socket opens."""

    noun = "config"

    auto_reconnect: bool = True
    """Retell pings and dials again when the connection dies."""
    call_details: bool = True
    """Retell tells who calls, with its dynamic variables."""
    transcript_with_tool_calls: bool = False
    """Retell adds tool calls to the transcript that it sends."""


class SharedFile(Entry):
    """What flows share by `include:`."""

    noun = "an included file"

    include: list[Name] = []
    """Further files to include, relative to this one."""
    env: list[Name] = []
    """Environment variables that templates may read as `env.NAME`."""
    variables: dict[str, Any] = {}
    """Variables with their defaults."""
    intents: dict[str, Spec] = {}
    """What callers mean: a name with its phrases."""
    slots: dict[str, SlotEntry] = {}
    """Values that callers speak."""
    tools: dict[str, ToolEntry] = {}
    """What the flow can call."""
    global_: GlobalEntry = Field(default=GlobalEntry(), alias="global")
    """Handlers that hold in every state."""


class FlowFile(SharedFile):
    """A flow: one conversation as a state machine."""

    noun = "a flow"

    flow: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
    """The name of the flow: letters, digits, `_` and `-`."""
    start: str
    """The state that a call begins in."""
    language: str = "en"
    """Language of recognisers, word lists and texts: `en`, `en-US`, `es` ..."""
    timezone: str = "UTC"
    """IANA time zone that dates and times are read in: `America/Los_Angeles`."""
    config: ConfigEntry = ConfigEntry()
    """Options of the connection; usually left out."""
    update_agent: AgentSettings | None = None
    """Agent settings for the whole call. States may change only what is set here."""
    fallback: Text | None = None
    """Said when an answer cannot be made (a template fails, a limit is reached)."""
    answer_within: Duration = "30s"
    """How long an answer may stay open before it is closed with the failure line."""
    states: Annotated[dict[str, StateEntry], Field(min_length=1)]
    """The states of the conversation."""
