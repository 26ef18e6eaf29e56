"""A whole call as a value that survives JSON.

`step` takes a snapshot and returns the next one; nothing else remembers anything. `base` is what is true if no
more is heard; the pending `turn` holds what becomes true segment by segment; the rest is what no roll-back
touches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Literal, TypeAlias, cast

import msgspec

from flowengine.engine.events import Outcome
from flowengine.engine.world import Choice, World
from flowengine.errors import SnapshotError
from flowengine.speech import values

FORMAT = 2
"""Number of the snapshot's layout. A stored call of another layout is refused, never guessed at."""

Span: TypeAlias = tuple[int, int, int]
"""Words of the caller by position: (entry of the transcript, first word, word after the last)."""


@dataclass(slots=True)
class Segment:
    """A part of an answer and the world that becomes true once it is heard.

    text       what is said; `size` its number of words; `ask_at` the word at which its last question begins
    fields     of the frame: no_interruption_allowed, end_call, transfer_number, digit_to_press ...
    metadata   what leaves once the segment is heard; emptied when it has left
    sent       it went out on the present socket
    heard      words of it that the transcript shows
    moves      hearing it moves the base (not while a write waits to be settled)
    """

    text: str
    draft: World
    size: int = 0
    ask_at: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    metadata: list[Any] = field(default_factory=list)
    sent: bool = False
    heard: int = 0
    moves: bool = True

    def clone(self) -> Segment:
        return Segment(*_of_segment(self))


@dataclass(slots=True)
class Turn:
    """A proposal: what was asked, and the segments of the answer.

    id            the response id; for `via="interrupt"` the interrupt id
    ask_id        the response id it was asked with, -1 if nobody asked
    at            when it was opened, ms
    segments      in the order sent
    open          content_complete has not been sent
    used          its words count as used: a segment was heard, or it stands for another reason
    reached       how many of the segments are true already: the last of them is the base
    mark          index of the caller's last entry as it stood at the ask, -1 for none
    before        agent words that stood after the mark at the ask
    credited      agent words after the mark that were credited to the segments
    tail          words of an older answer that may still be spoken
    spans, words  the caller's words it answers, by position and as text
    stands_at     when an answer without words stands, ms
    """

    id: int
    via: Literal["begin", "response", "interrupt"]
    kind: str
    at: int
    ask_id: int = -1
    segments: list[Segment] = field(default_factory=list)
    open: bool = False
    used: bool = False
    reached: int = 0
    mark: int = -1
    before: int = 0
    credited: int = 0
    tail: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    words: str = ""
    stands_at: int | None = None

    def clone(self) -> Turn:
        copy = Turn(*_of_turn(self))
        copy.segments = [segment.clone() for segment in self.segments]
        return copy

    @property
    def settled(self) -> bool:
        """Nothing of it can be discarded any more: complete, and its last segment was heard or stands."""
        return (
            not self.open
            and self.used
            and (not self.segments or self.segments[-1].heard > 0 or self.segments[-1].size == 0)
        )


@dataclass(slots=True)
class Work:
    """A tool call in the ledger. `key` identifies the request; `id` this run of it on the wire.

    status   settling (a write before its start), running, finished
    due      when a settling write starts; `until` when a running one counts as timed out, ms
    """

    key: str
    id: str
    tool: str
    state: str
    arguments: dict[str, object]
    save: str | None
    status: Literal["settling", "running", "finished"]
    due: int
    until: int = 0
    outcome: Outcome | None = None
    attempt: int = 1

    def clone(self) -> Work:
        return Work(*_of_work(self))


@dataclass(slots=True)
class Seen:
    """What the transcript last looked like: where the last entries are and how long.

    user, agent     index of the caller's and the agent's last entry, -1 for none
    user_words      words of the caller's last entry
    agent_after     agent words after the caller's last entry
    speaking        when the caller last said words that were not asked about yet, ms; None if they have not
    heard_at        when the agent was last heard to say more, ms
    """

    user: int = -1
    user_words: int = 0
    agent: int = -1
    agent_after: int = 0
    speaking: int | None = None
    heard_at: int = 0


@dataclass(slots=True)
class Snapshot:
    """All that is known of a call.

    socket       how many sockets were attached so far; `connected` while one is
    newest       newest response id seen on this socket, -1 for none
    agent_sent   agent settings as last sent on this socket
    greet_at     when the greeting goes out without call details, ms
    greeted      the begin message went out
    used         position up to which the caller's words were used: (entry, words)
    unheard      spans of asks that were settled unheard
    fired        update_only handlers that have spoken: [handler key, entry of the transcript]
    quiet        entry whose words were answered by an update_only handler, up to word `quiet_words`; the ask with
                 these words gets an empty answer
    quiet_id     response id that was answered empty for that reason
    owed_at      after a redial: when what is owed goes out by agent_interrupt, ms
    interrupts   interrupt ids used so far
    late         derived events that wait for the pending turn: ("timer", key), ("result", key), ("details", "")
    over         the call is over; `over_at` when a dropped call counts as over, ms
    """

    call_id: str
    flow: str = ""
    version: str = ""
    format: int = FORMAT
    started: int = 0
    now: int = 0
    base: World = field(default_factory=World)
    turn: Turn | None = None
    works: dict[str, Work] = field(default_factory=dict)
    details: dict[str, Any] | None = None
    socket: int = 0
    connected: bool = False
    newest: int = -1
    agent_sent: dict[str, float | int] = field(default_factory=dict)
    greet_at: int | None = None
    greeted: bool = False
    used: tuple[int, int] = (-1, 0)
    unheard: list[Span] = field(default_factory=list)
    unheard_words: list[str] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    fired: list[tuple[str, int]] = field(default_factory=list)
    quiet: int = -1
    quiet_words: int = 0
    quiet_id: int = -1
    owed_at: int | None = None
    interrupts: int = 0
    late: list[tuple[str, str]] = field(default_factory=list)
    over: bool = False
    over_at: int | None = None

    def clone(self) -> Snapshot:
        """A copy whose own fields, turn and works may be changed; worlds are shared, they are values."""
        copy = Snapshot(*_of_snapshot(self))
        if copy.turn is not None:
            copy.turn = copy.turn.clone()
        return copy

    def to_json(self) -> dict[str, Any]:
        """The snapshot as plain JSON data."""
        return cast("dict[str, Any]", msgspec.to_builtins(_encoded(self), enc_hook=values.encode))

    @classmethod
    def from_json(cls, data: object) -> Snapshot:
        """Rebuild a snapshot.

        Raises SnapshotError if the data was not written by this version's `to_json`.
        """
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise SnapshotError(
                "this call was stored by another version of flowengine and cannot be continued"
            )
        try:
            snapshot = msgspec.convert(data, cls)
        except msgspec.ValidationError as error:
            raise SnapshotError(f"this stored call is damaged: {error}") from None
        _each_world(snapshot, values.decode)
        for work in snapshot.works.values():
            work.arguments = {name: values.decode(value) for name, value in work.arguments.items()}
        return snapshot


_of_segment = attrgetter(*Segment.__dataclass_fields__)
_of_turn = attrgetter(*Turn.__dataclass_fields__)
_of_work = attrgetter(*Work.__dataclass_fields__)
_of_snapshot = attrgetter(*Snapshot.__dataclass_fields__)


def _encoded(snapshot: Snapshot) -> Snapshot:
    copy = snapshot.clone()
    copy.works = {key: work.clone() for key, work in snapshot.works.items()}
    for work in copy.works.values():
        work.arguments = {name: values.encode(value) for name, value in work.arguments.items()}
    copy.base = copy.base.clone()
    if copy.turn is not None:
        for segment in copy.turn.segments:
            segment.draft = segment.draft.clone()
    _each_world(copy, values.encode)
    return copy


def _each_world(snapshot: Snapshot, convert: Any) -> None:
    worlds = [snapshot.base]
    if snapshot.turn is not None:
        worlds += [segment.draft for segment in snapshot.turn.segments]
    for world in worlds:
        world.slots = {name: convert(value) for name, value in world.slots.items()}
        world.values = {name: convert(value) for name, value in world.values.items()}
        world.choices = [
            Choice(c.slot, [convert(v) for v in c.readings], c.question, c.said) for c in world.choices
        ]
        for back in world.stack:
            back.choices = [
                Choice(c.slot, [convert(v) for v in c.readings], c.question, c.said) for c in back.choices
            ]
