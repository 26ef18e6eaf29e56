"""What a conversation has come to: the part of a call that a roll-back can undo.

A `World` is a value. The engine never changes one that is part of a snapshot: an interpretation works on a
clone, which becomes the draft of a segment, and that draft becomes the base once the segment was heard.
What is never rolled back (call details, tool ledger, ids, what was sent) stands in `snapshot`.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace

LADDERS = ("nomatch", "inaudible", "rejected")
"""Events that mean that an attempt has failed."""


@dataclass(slots=True)
class Choice:
    """An ambiguous value that waits for the caller's word: the readings of `slot`, most likely first, and the
    words that gave them."""

    slot: str
    readings: list[object]
    question: str | None = None
    said: str = ""


@dataclass(slots=True)
class Visited:
    """Where `return` goes back to, with all that belongs to the interrupted state."""

    state: str
    entered: dict[str, int]
    counts: dict[str, int]
    attempts: int
    slot_attempts: dict[str, int]
    asked: str | None
    confirming: bool
    readback_heard: bool
    choices: list[Choice]
    fired: list[str]
    settings: dict[str, float | int]
    work: str | None
    over: dict[str, object] | None


@dataclass(slots=True)
class World:
    """All that a discarded turn leaves untouched.

    state          the active leaf; None until the greeting was heard
    entered        when each active state was entered, ms since the epoch
    visits         how often each state was entered in this call
    slots, values  by qualified name; `values` holds variables, saved results and sub-flow arguments
    cleared        slots whose default is switched off
    counts         how often in a row each counted event came, in the active state
    attempts       failed attempts in the state (tapered lines); `slot_attempts` the same by slot
    asked          the slot that was asked last
    confirming     the read-back of a form was asked; `readback_heard` once it was heard to its end
    choices        ambiguous values to be settled
    stack          where `return` leads
    fired          timers that have fired since their state was entered
    settings       agent settings of handlers, until the state is left
    work           the tool call that the active state waits for (a ledger key)
    over           the line and action of a state that ends the call, for when they are interrupted
    told           what was said last, for "say that again", and the word at which its question begins
    """

    state: str | None = None
    entered: dict[str, int] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    slots: dict[str, object] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    cleared: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    attempts: int = 0
    slot_attempts: dict[str, int] = field(default_factory=dict)
    asked: str | None = None
    confirming: bool = False
    readback_heard: bool = False
    choices: list[Choice] = field(default_factory=list)
    stack: list[Visited] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    settings: dict[str, float | int] = field(default_factory=dict)
    work: str | None = None
    over: dict[str, object] | None = None
    told: tuple[str, int] = ("", 0)

    def clone(self) -> World:
        """A copy that may be changed; the values inside are shared, they are never changed in place."""
        return World(
            self.state,
            dict(self.entered),
            dict(self.visits),
            dict(self.slots),
            dict(self.values),
            list(self.cleared),
            dict(self.counts),
            self.attempts,
            dict(self.slot_attempts),
            self.asked,
            self.confirming,
            self.readback_heard,
            list(self.choices),
            list(self.stack),
            list(self.fired),
            dict(self.settings),
            self.work,
            self.over,
            self.told,
        )

    def kept(self, slots: Container[str]) -> World:
        """What of this world still means something where there are only these slots."""
        world = self.clone()
        world.slots = {name: value for name, value in world.slots.items() if name in slots}
        world.cleared = [name for name in world.cleared if name in slots]
        world.stack = [replace(back) for back in world.stack]
        places: list[World | Visited] = [world, *world.stack]
        for each in places:
            each.choices = [choice for choice in each.choices if choice.slot in slots]
            if each.asked not in slots:
                each.asked = None
        return world

    def forget_state(self) -> None:
        """Drop what belongs to the active leaf alone, before another is entered."""
        self.counts = {}
        self.attempts = 0
        self.slot_attempts = {}
        self.asked = None
        self.confirming = False
        self.readback_heard = False
        self.choices = []
        self.settings = {}
        self.work = None
        self.over = None

    def push(self) -> None:
        """Remember the active state for `return`."""
        assert self.state is not None
        self.stack.append(
            Visited(
                self.state,
                dict(self.entered),
                dict(self.counts),
                self.attempts,
                dict(self.slot_attempts),
                self.asked,
                self.confirming,
                self.readback_heard,
                list(self.choices),
                list(self.fired),
                dict(self.settings),
                self.work,
                self.over,
            )
        )

    def pop(self) -> None:
        """Back to the state remembered last, with its counters; nothing is entered again.

        Timers that fired meanwhile stay fired: some are not the visited state's own.
        """
        back = self.stack.pop()
        self.state = back.state
        self.entered = dict(back.entered)
        self.counts = dict(back.counts)
        self.attempts = back.attempts
        self.slot_attempts = dict(back.slot_attempts)
        self.asked = back.asked
        self.confirming = back.confirming
        self.readback_heard = back.readback_heard
        self.choices = list(back.choices)
        self.fired = [*back.fired, *(key for key in self.fired if key not in back.fired)]
        self.settings = dict(back.settings)
        self.work = back.work
        self.over = back.over
