# ruff: noqa: RUF012 - pydantic copies mutable defaults
"""States: what is done on entry in written order, handlers, and states inside."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from flowengine.language.document.actions import Steps
from flowengine.language.document.base import Names, Text
from flowengine.language.document.handlers import HandlerEntry, StateEvents


class StateEntry(Steps):
    """A state. Its keys are done on entry in written order; it waits if it has ask, collect, call or on."""

    noun = "a state"

    ask: Text | None = None
    """A question: spoken on entry and on every reprompt. A list is tapered."""
    collect: Names | None = None
    """Slots to ask for until all are filled; then the state's move is taken."""
    confirm: Text | None = None
    """With `collect`: the read-back. A yes goes on, a no or a new value corrects."""
    call: str | None = None
    """A tool of the flow, or the file of a sub-flow (`verify.yaml`)."""
    with_: dict[str, Any] | None = Field(default=None, alias="with")
    """Arguments of the call. A value that is exactly one `{{ }}` keeps its type."""
    save: str | None = None
    """Name under which templates find the result of the call."""
    on: StateEvents = StateEvents()
    """Handlers by event."""
    after: dict[str, HandlerEntry] = {}
    """Timed handlers: `{6s: {say: ...}}`, counted from the entry of the state."""
    start: str | None = None
    """The state inside that is entered first."""
    states: dict[str, StateEntry] = {}
    """States inside this one; they inherit its handlers and `after`."""
