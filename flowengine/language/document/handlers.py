# ruff: noqa: RUF012 - pydantic copies mutable defaults
"""Event handlers: conditions, actions, at most one move."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from flowengine.language.document.actions import Steps
from flowengine.language.document.base import Entry, Names, Spec, Yes

STATE_EVENTS = (
    "call_details",
    "response_required",
    "reminder_required",
    "update_only",
    "enter",
    "nomatch",
    "inaudible",
    "rejected",
    "done",
    "error",
    "closed",
)
"""Events under a state's `on`. Under `global` there is no `enter`."""
COUNTED_EVENTS = frozenset({"nomatch", "inaudible", "rejected", "reminder_required", "error"})
"""Events whose handlers may have `count`."""
SPOKEN_EVENTS = frozenset({"response_required", "update_only"})
"""Events that bring a caller's words: `intent`, `match` and `slot` make sense here."""


class HandlerEntry(Steps):
    """One handler: all its conditions must hold; then its actions are done in written order, its move last."""

    noun = "a handler"

    intent: Names | None = None
    """Condition: the caller's words are one of these intents."""
    match: Spec = None
    """Condition: the words match: a phrase, a list of them, `{exact:}`, `{regex:}`, `{all: []}` or `{not:}`."""
    slot: Names | None = None
    """Condition: the words give a new value for one of these slots."""
    if_: str | None = Field(default=None, alias="if")
    """Condition: a Jinja2 expression, without `{{ }}`, that must hold."""
    count: Annotated[int, Field(ge=1, le=100)] | None = None
    """Condition: from the nth time in a row on (nomatch, inaudible, rejected, reminder_required, error)."""
    first: bool = False
    """Only under `global`: tried before the current state's own handlers."""
    reprompt: Yes = None
    """Ask the question of the state again."""


class Events(Entry):
    """Handlers by event, each a list that is tried from top to bottom."""

    noun = "on"

    call_details: list[HandlerEntry] = []
    """Retell has told who calls."""
    response_required: list[HandlerEntry] = []
    """The caller has said something and waits for an answer."""
    reminder_required: list[HandlerEntry] = []
    """The caller has been silent."""
    update_only: list[HandlerEntry] = []
    """Live words, before the caller has finished; spoken by an interruption."""
    nomatch: list[HandlerEntry] = []
    """Nothing else applied to what the caller said."""
    inaudible: list[HandlerEntry] = []
    """The caller made a sound that was not understood."""
    rejected: list[HandlerEntry] = []
    """A value was refused by a `reject` rule."""
    done: list[HandlerEntry] = []
    """The called tool or sub-flow has ended well."""
    error: list[HandlerEntry] = []
    """The called tool or sub-flow has failed: `error.kind`, `error.status`."""
    closed: list[HandlerEntry] = []
    """The call is over; may only run tools and set values."""


class StateEvents(Events):
    """Handlers of a state by event."""

    enter: list[HandlerEntry] = []
    """The state was entered and its own entry is done."""


class GlobalEntry(Entry):
    """What holds in every state."""

    noun = "global"

    on: Events = Events()
    """Handlers that are tried after those of the states."""
    after: dict[str, HandlerEntry] = {}
    """Timed handlers: `{60s: {...}}`, counted from the start of the call."""
