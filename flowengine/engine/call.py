"""A call in hand: the handle that remembers the snapshot between events."""

from __future__ import annotations

from flowengine.engine.commands import Command
from flowengine.engine.events import Event
from flowengine.engine.snapshot import Snapshot
from flowengine.engine.step import step
from flowengine.engine.times import agent_done, deadline
from flowengine.engine.working import Working
from flowengine.language.flow import Flow


class Call:
    """One call of a flow, new or rebuilt from a snapshot.

    `snapshot` is the call as a value; `deadline` when the next `Ticked` is wanted (ms since the epoch, None if
    nothing is waited for).
    """

    __slots__ = ("flow", "snapshot")

    def __init__(self, flow: Flow, call_id: str, snapshot: Snapshot | None = None) -> None:
        self.flow = flow
        self.snapshot = snapshot or Snapshot(call_id, flow.name, flow.version)

    def handle(self, event: Event) -> list[Command]:
        """Take one event and return what is to be done, in order."""
        self.snapshot, commands = step(self.flow, self.snapshot, event)
        return commands

    @property
    def deadline(self) -> int | None:
        return deadline(self.flow, self.snapshot)

    @property
    def running(self) -> list[str]:
        """Ids of the tool calls that were started and have not ended; after a restart they are lost."""
        return [work.id for work in self.snapshot.works.values() if work.status == "running"]

    def adopt(self, flow: Flow) -> bool:
        """Go on with a newer version of the flow, between turns and if the call's states still exist.

        False if that is not possible now; the call keeps its version and may be asked again later.
        """
        snapshot = self.snapshot
        turn = snapshot.turn
        working = Working(self.flow, snapshot.clone(), snapshot.now)
        if turn is not None and not (turn.settled and snapshot.now >= agent_done(working, turn)):
            return False
        if any(work.status != "finished" for work in snapshot.works.values()):
            return False
        world = snapshot.base
        wanted = [world.state, *(back.state for back in world.stack)]
        for name in wanted:
            if name is not None and (name not in flow.states or flow.states[name].children):
                return False
        working.settle()
        fresh = working.s
        fresh.base = fresh.base.kept(flow.slots)
        fresh.version = flow.version
        self.flow, self.snapshot = flow, fresh
        return True
