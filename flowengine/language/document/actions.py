"""Actions and moves: what states do on entry and handlers do when they apply, in the order written."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, Tag

from flowengine.language.document.base import Entry, Names, Number, Text, Yes, one_of

ACTION_KEYS = frozenset(
    {"say", "ask", "collect", "call", "set", "clear", "reprompt", "metadata", "digit_to_press"}
)
"""Keys whose order counts (`update_agent` of a handler is one more)."""
MOVE_KEYS = ("goto", "visit", "return", "end_call", "transfer_number")
"""Keys that leave the state; at most one, last."""

Return = Annotated[
    Annotated[Yes, Tag("<true>")] | Annotated[dict[str, Any], Tag("<values>")],
    one_of("true, or a mapping of what the sub-flow gives back", {bool: "<true>", dict: "<values>"}),
]


class AgentSettings(Entry):
    """Retell's agent settings (its `update_agent` event)."""

    noun = "update_agent"

    responsiveness: Number | None = None
    """How quickly the agent answers, 0 to 1."""
    interruption_sensitivity: Number | None = None
    """How easily a caller's sounds stop the agent, 0 to 1."""
    reminder_trigger_ms: Number | None = None
    """Silence in milliseconds after which Retell asks for a reminder."""
    reminder_max_count: Number | None = None
    """How often Retell asks for a reminder; 0 for never."""


class Steps(Entry):
    """What states and handlers have in common."""

    say: Text | None = None
    """Spoken. A list is tapered: the nth attempt takes the nth text, the last repeats."""
    set: dict[str, Any] | None = None
    """Variables or slots to set: `{name: value}`. A value that is exactly one `{{ }}` keeps its type."""
    clear: Names | None = None
    """Slots to empty; their defaults are switched off."""
    metadata: Any = None
    """Data for a web call's front end; leaves once the words of this answer were heard."""
    digit_to_press: str | None = None
    """Digits to press in a phone menu, after the words. May be a template."""
    update_agent: AgentSettings | None = None
    """Agent settings that hold until the state is left. Only settings that the flow's own `update_agent` sets."""
    no_interruption_allowed: bool | None = None
    """The caller cannot interrupt what is said."""
    silent: Yes = None
    """Nothing is said, on purpose: no built-in line takes the place of the words."""
    goto: str | None = None
    """Move: to another state. Empties the stack of visits."""
    visit: str | None = None
    """Move: to another state and, at its `return`, back to here."""
    return_: Return | None = Field(default=None, alias="return")
    """Move: back to where `visit` came from (`true`), or out of a sub-flow with `{name: value}` or `{error: kind}`."""
    end_call: Yes = None
    """Move: hang up after the words were spoken."""
    transfer_number: str | None = None
    """Move: transfer the call to this number after the words were spoken. May be a template."""
    show_transferee_as_caller: bool | None = None
    """With `transfer_number`: show the caller's own number to the person who is called."""
