"""One call: drives the engine's `Call` with what comes in and carries out what comes out.

All work on a call happens in one place, `handle`: events that arrive while it is at work wait in its inbox. The
engine's step is synchronous and short, so a frame is handled in the reader that read it; there is no task per call or
per frame. Tools run in tasks of their own and come back as events. One timer wakes the call at its deadline.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from flowengine.engine.call import Call
from flowengine.engine.commands import Command, Report, RunTool, Send
from flowengine.engine.events import Closed, Event, Opened, Outcome, Received, Ticked, ToolFinished
from flowengine.engine.world import World
from flowengine.errors import FlowengineError
from flowengine.language.flow import Flow
from flowengine.protocol.inbound import Inbound, ReminderRequired, ResponseRequired
from flowengine.protocol.outbound import Response
from flowengine.runtime.clock import Clock
from flowengine.runtime.journal import Journal
from flowengine.runtime.privacy import private_turn
from flowengine.runtime.saver import Saver
from flowengine.runtime.stores.base import Saving
from flowengine.runtime.tools import ToolRunner

LAST_RESORT = "Sorry, something went wrong. Could you say that again?"
"""Said when the engine itself fails and the flow's own fallback cannot be rendered."""

_SHORTEST_WAIT_MS = 1
_WAIT_AFTER_FAILURE_MS = 1_000


class Link(Protocol):
    """A call's present socket."""

    def send(self, text: str) -> None:
        """Write one text frame. Never blocks and never raises; a peer that reads nothing is dropped by the link."""
        ...

    def drop(self) -> None:
        """End the connection without a close frame, so that Retell dials again."""
        ...


class Reporter(Protocol):
    """Where reports go. `call` and `flow` are empty for what concerns no single call."""

    def report(self, call: str, flow: str, report: Report) -> None: ...


@dataclass(frozen=True, slots=True)
class Edition:
    """One good version of a flow with its tools, as it was loaded. New calls take the newest."""

    flow: Flow
    tools: ToolRunner
    digest: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all calls of a process share. `journal` makes a call's journal, or None to keep none."""

    clock: Clock
    reporter: Reporter
    saver: Saver
    journal: Callable[[Session], Journal] | None = None


class Session:
    """One live call. `name` is the flow's name in the url, `key` the call's in the store."""

    __slots__ = (
        "_at_rest",
        "_busy",
        "_failed",
        "_inbox",
        "_journal",
        "_link",
        "_next",
        "_stopped",
        "_tasks",
        "_timer",
        "_timer_at",
        "_world",
        "call",
        "call_id",
        "edition",
        "epoch",
        "key",
        "name",
    )

    def __init__(
        self,
        key: str,
        name: str,
        call_id: str,
        edition: Edition,
        call: Call,
        world: Surroundings,
        *,
        epoch: int = 0,
        at_rest: Callable[[Session], None] = lambda _: None,
    ) -> None:
        self.key = key
        self.name = name
        self.call_id = call_id
        self.edition = edition
        self.call = call
        self.epoch = epoch
        self._world = world
        self._at_rest = at_rest
        self._link: Link | None = None
        self._inbox: list[Event] = []
        self._busy = False
        self._failed = False
        self._stopped = False
        self._next: Edition | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0
        self._journal = self._new_journal()

    # --- sockets ---------------------------------------------------------------------------------------------

    @property
    def link(self) -> Link | None:
        """The present socket, None between two."""
        return self._link

    @property
    def over(self) -> bool:
        """The call has ended and nothing of it is running any more."""
        return bool(self.call.snapshot.over) and not self._tasks and self._link is None

    def attach(self, link: Link) -> None:
        """A socket was opened for this call. An older one, which Retell has given up, is dropped."""
        if self._link is not None:
            old, self._link = self._link, None
            old.drop()
            self.handle(Closed(self._world.clock.now(), 1006))
        self._link = link
        self.handle(Opened(self._world.clock.now()))

    def detach(self, link: Link, code: int) -> None:
        """`link` was closed with `code`; nothing happens if another has taken its place."""
        if self._link is link:
            self._link = None
            self.handle(Closed(self._world.clock.now(), code))

    def receive(self, link: Link, frame: Inbound) -> None:
        """A frame was read from `link`; what an old socket still delivers is let go."""
        if self._link is link:
            self.handle(Received(self._world.clock.now(), frame))

    # --- the loop --------------------------------------------------------------------------------------------

    def handle(self, event: Event) -> None:
        """Give the engine one event and carry out its commands. Never raises."""
        if self._busy:
            self._inbox.append(event)
            return
        if self._stopped:
            return
        self._busy = True
        try:
            self._step(event)
            while self._inbox:
                self._step(self._inbox.pop(0))
            if self._next is not None:
                self._adopt()
            self._arm()
        finally:
            self._busy = False
        if self._link is None and self.over:
            self._at_rest(self)

    def _step(self, event: Event) -> None:
        begun = time.perf_counter_ns()
        call = self.call
        base = call.snapshot.base
        try:
            commands: list[Command] = list(call.handle(event))
            self._failed = False
        except Exception as error:
            self._failed = True
            commands = self._after_failure(event, error)
        for command in commands:
            if type(command) is Send:
                if self._link is not None:
                    self._link.send(command.frame.encode())
            elif type(command) is RunTool:
                self._start(command)
            elif type(command) is Report:
                self._report(command, begun, base)
        if commands or call.snapshot.base is not base:
            self._world.saver.mark(self)
        if self._journal is not None:
            self._record(event, commands)

    def _report(self, report: Report, begun: int | None = None, base: World | None = None) -> None:
        if begun is not None and base is not None and report.code == "turn":
            took = round((time.perf_counter_ns() - begun) / 1e6, 2)
            facts = private_turn(self.call.flow, base, self.call.snapshot, report.facts)
            report = Report(report.level, report.code, {**facts, "ms": took})
        self._world.reporter.report(self.call_id, self.name, report)

    def _new_journal(self) -> Journal | None:
        if self._world.journal is None:
            return None
        try:
            return self._world.journal(self)
        except Exception as error:  # a folder that may not be written must not refuse a call
            self._journal_failed(error)
            return None

    def _record(self, event: Event, commands: list[Command]) -> None:
        assert self._journal is not None
        try:
            self._journal.record(event, commands)
        except Exception as error:  # a full disk must not end a call
            self._journal = None
            self._journal_failed(error)

    def _journal_failed(self, error: Exception) -> None:
        self._report(Report("error", "journal_failed", {"error": f"{type(error).__name__}: {error}"}))

    def _after_failure(self, event: Event, error: Exception) -> list[Command]:
        """The engine has a defect. The call stays where it was, and no response is left open."""
        facts = {
            "event": type(event).__name__,
            "error": f"{type(error).__name__}: {error}"[:500],
            "where": _where(error),
        }
        commands: list[Command] = [Report("error", "engine_failed", facts)]
        asked: int | None = None
        if isinstance(event, Opened):
            asked = 0
        elif isinstance(event, Received) and isinstance(event.frame, ResponseRequired | ReminderRequired):
            asked = event.frame.response_id
        if asked is not None:
            commands.append(
                Send(Response(response_id=asked, content=self._fallback(), content_complete=True))
            )
        return commands

    def _fallback(self) -> str:
        try:
            return self.edition.flow.fallback[0].render({}) or LAST_RESORT
        except (FlowengineError, IndexError):
            return LAST_RESORT

    # --- time ------------------------------------------------------------------------------------------------

    def _arm(self) -> None:
        """Have one timer that fires no later than the deadline. An earlier one is left: an early tick does no harm."""
        deadline = self.call.deadline
        if deadline is None or (self._timer is not None and self._timer_at <= deadline):
            return
        if self._timer is not None:
            self._timer.cancel()
        wait = max(
            deadline - self._world.clock.now(), _WAIT_AFTER_FAILURE_MS if self._failed else _SHORTEST_WAIT_MS
        )
        self._timer_at = deadline
        self._timer = asyncio.get_running_loop().call_later(wait / 1000, self._wake)

    def _wake(self) -> None:
        self._timer = None
        deadline = self.call.deadline
        if deadline is None:
            return
        now = self._world.clock.now()
        if now >= deadline:
            self.handle(Ticked(now))
        else:
            self._arm()

    # --- tools -----------------------------------------------------------------------------------------------

    def _start(self, order: RunTool) -> None:
        task = asyncio.get_running_loop().create_task(
            self._run(order, self.edition), name=f"tool {order.name}"
        )
        self._tasks[order.work] = task

    async def _run(self, order: RunTool, edition: Edition) -> None:
        tool = edition.flow.tools.get(order.name)
        if tool is None or tool.effect == "write":
            # The store has to know that it was started before it starts, or a restart might start it again.
            await self._world.saver.saved(self)
        begun = time.perf_counter_ns()
        outcome = await edition.tools.run(order)
        took = round((time.perf_counter_ns() - begun) / 1e6, 1)
        if self._tasks.pop(order.work, None) is None:
            return
        self._tell(order.name, outcome, took)
        self.handle(ToolFinished(self._world.clock.now(), order.work, outcome))

    def _tell(self, name: str, outcome: Outcome, took: float) -> None:
        facts: dict[str, object] = {"tool": name, "ms": took}
        if outcome.result == "done":
            self._report(Report("info", "tool_done", facts))
            return
        facts["kind"] = outcome.kind
        if outcome.status is not None:
            facts["status"] = outcome.status
        if outcome.message is not None:
            facts["message"] = outcome.message
        self._report(Report("warning", "tool_failed", facts))

    def resume(self) -> None:
        """After a restart: what was running in another process is lost; the engine decides what that means."""
        for work in self.call.running:
            self.handle(ToolFinished(self._world.clock.now(), work, Outcome("lost", message="restart")))

    # --- versions --------------------------------------------------------------------------------------------

    def offer(self, edition: Edition) -> None:
        """Move over to a newer version of the flow: now, or as soon as the call is between two turns."""
        if edition.digest != self.edition.digest or self._next is not None:
            self._next = edition
            if not self._busy:
                self._adopt()

    def _adopt(self) -> None:
        edition = self._next
        assert edition is not None
        try:
            adopted = self.call.adopt(edition.flow)
        except Exception as error:
            self._next = None
            self._report(
                Report(
                    "error", "engine_failed", {"event": "adopt", "error": f"{type(error).__name__}: {error}"}
                )
            )
            return
        if adopted:
            self.edition, self._next = edition, None
            self._report(Report("debug", "adopted", {"version": edition.flow.version[:12]}))
            self._world.saver.mark(self)
            self._arm()

    # --- the store -------------------------------------------------------------------------------------------

    def saving(self) -> Saving:
        """The call as it is to be stored."""
        snapshot = msgspec.json.encode(self.call.snapshot.to_json()).decode()
        over = bool(self.call.snapshot.over)
        return Saving(self.key, snapshot, self.epoch, self._world.clock.now(), over)

    def lost_to_another(self) -> None:
        """Another process serves this call now: let go of it without a word to the caller."""
        self._report(Report("warning", "moved", {}))
        self.stop()
        self._at_rest(self)

    def stop(self) -> None:
        """Let go of timer, tools, journal and socket. Nothing more is handled; tools that run are lost."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        tasks, self._tasks = list(self._tasks.values()), {}
        for task in tasks:
            task.cancel()
        if self._journal is not None:
            journal, self._journal = self._journal, None
            try:
                journal.close()
            except Exception as error:
                self._journal_failed(error)
        if self._link is not None:
            link, self._link = self._link, None
            link.drop()

    @property
    def stopped(self) -> bool:
        return self._stopped


def _where(error: BaseException) -> str:
    """file:line of the innermost frame, instead of a traceback in the log."""
    trace: Any = error.__traceback__
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
