"""Two real machines joined by an imaginary wire: an engine's call and the model of Retell's side, on one table.

    table = Table(load_flow("booking.yaml")).open()
    table.user("I'd like to book for Tuesday")
    assert table.state == "booking.details"

Time is virtual: it passes only here, and passing it costs nothing. Whatever is due on the way happens at its own
moment: the engine's deadline, a tool's result. The same moves give the same call, always.

What the caller does (`user`, `interrupt`, `then`, `silence` ...) makes the agent answer, but the answer is *heard*
only by the next look or move: so `then` can discard it and `interrupt` can cut it. Looking (`state`, `said`,
`slots` ...) hears it to its end, a tool's result included.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flowengine.devtools.retell import Retell, facts
from flowengine.devtools.stubs import Answers, Stub, Stubs
from flowengine.engine.call import Call
from flowengine.engine.commands import Command, Report, RunTool, Send
from flowengine.engine.events import Closed, Event, Opened, Outcome, Received, Ticked, ToolFinished
from flowengine.engine.names import Names
from flowengine.engine.snapshot import Snapshot
from flowengine.engine.world import World
from flowengine.errors import EvaluationError, FlowengineError
from flowengine.language.flow import Flow
from flowengine.protocol.inbound import Inbound
from flowengine.protocol.outbound import Outbound
from flowengine.speech.values import plain

START = 1_795_446_000_000
"""When a call on the table begins if nothing else is said: Monday 23 November 2026, 15:00 UTC, ms."""

WORD_MS = 300
"""How long a spoken word takes."""
THINK_MS = 400
"""Between the agent's last word and the caller's first."""
ENDPOINT_MS = 400
"""Between the caller's last word and Retell's ask."""
REDIAL_MS = 1_000
"""Between the loss of a socket and the next one."""
REMINDER_MS = 10_000
"""Silence before a reminder where the flow sets no `reminder_trigger_ms`."""
PATIENCE_MS = 120_000
"""Longer than that nobody waits for an answer: the response counts as left open."""
_STUCK_AFTER = 200


class Stuck(FlowengineError):
    """The engine wants to be woken again and again at a moment that has passed: its deadline does not move."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One run of a tool. `arguments` are in canonical form (ISO dates, E.164); `outcome` is None while it runs."""

    at: int
    work: str
    name: str
    arguments: dict[str, object]
    outcome: Outcome | None = None


class Table:
    """One call of `flow`, with everything around it that a real one has.

    tools       scripted answers by tool name, or a function that answers; else each tool's `example`
    now         ms since the epoch at which the call begins
    call        fields of the `call` object in `call_details`
    variables   Retell's dynamic variables (text)
    observe     called after every event with the table
    """

    def __init__(
        self,
        flow: Flow,
        *,
        tools: Mapping[str, Stub | Sequence[Stub]] | Answers | None = None,
        now: int = START,
        call: Mapping[str, object] | None = None,
        variables: Mapping[str, str] | None = None,
        call_id: str = "call_1",
        observe: Callable[[Table], None] | None = None,
    ) -> None:
        self.flow = flow
        details: dict[str, object] = {"call_id": call_id, **(call or {})}
        if variables is not None:
            details["retell_llm_dynamic_variables"] = dict(variables)
        self.retell = Retell(details, at=now)
        self.call = Call(flow, call_id)
        self.now = now
        self.answers: Answers = tools if callable(tools) else Stubs(flow, tools)
        self.journal: list[tuple[Event, list[Command]]] = []
        self.sent: list[Outbound] = []
        self.reports: list[Report] = []
        self.faults: list[str] = []
        self._calls: dict[str, ToolCall] = {}
        self._results: list[tuple[int, str, Outcome]] = []
        self._inbox: list[Inbound] = []
        self._told_end = False
        self._redials: set[int] = set()
        self._mark = 0
        self.before = ""
        self._observe = observe

    # --- the line ---------------------------------------------------------------------------------------------

    def open(self) -> Table:
        """Retell dials; the greeting is sent, not yet heard."""
        self.begin_turn()
        self._connect()
        return self

    def drop(self) -> Table:
        """The connection dies; what the agent still had to say stays unsaid until `reopen`."""
        if self.retell.connected:
            self.retell.drop(self.now)
            self.feed(Closed(self.now, 1006))
        return self

    def reopen(self, after_ms: int = REDIAL_MS) -> Table:
        """Retell dials again. Does nothing if the call is over."""
        self.pass_time(after_ms)
        if not self.retell.over and not self.retell.connected:
            self._connect()
        return self

    def carry(self) -> Table:
        """The call goes through JSON into a new handle; nobody notices."""
        stored = json.loads(json.dumps(self.call.snapshot.to_json()))
        self.call = Call(self.flow, self.call.snapshot.call_id, Snapshot.from_json(stored))
        return self

    def restart(self) -> Table:
        """The process dies and another takes the call over: running tools are lost, Retell redials."""
        connected = self.retell.connected
        if connected:
            self.retell.drop(self.now)
        self._results.clear()
        self.carry()
        self.feed(Closed(self.now, 1006))
        for work in self.call.running:
            self._ended(work, Outcome("lost"))
            self.feed(ToolFinished(self.now, work, Outcome("lost")))
        return self.reopen() if connected else self

    def hang_up(self) -> Table:
        """The caller hangs up."""
        self.retell.hang_up(self.now)
        self._check_end()
        return self

    # --- what the caller does ---------------------------------------------------------------------------------

    def user(self, words: str, *, pieces: int = 1) -> Table:
        """The caller hears the agent out, says `words` in so many growing updates, and is asked about."""
        self.hear_out()
        self.pass_time(THINK_MS)
        return self._utter(words, pieces)

    def then(self, words: str, *, pieces: int = 1) -> Table:
        """The caller goes on talking right after the ask, before any of its answer is heard."""
        return self._utter(words, pieces)

    def interrupt(self, words: str, after_words: int = 2, *, pieces: int = 1) -> Table:
        """The caller speaks without waiting, after so many words of the answer. While a tool runs: at once."""
        self.speak(after_words)
        return self._utter(words, pieces)

    def backchannel(self, words: str = "uh-huh", after_words: int = 2) -> Table:
        """The caller makes a sound of listening that stops nobody and that Retell does not ask about."""
        self.speak(after_words)
        if not self.retell.over:
            self._deliver(self.retell.backchannel(words, self.now))
        return self

    def overlap(self, first: str, rest: str) -> bool:
        """The caller's `first` words run into the agent's last one, which is spoken after Retell has asked about
        them; then the caller says the `rest`. False, with nothing done, if there is no answer to run into.
        """
        if self.retell.left < 2 or self.retell.open is not None or self.retell.floor.queue[-1].action:
            return False
        self.speak(self.retell.left - 1)
        if self.retell.left != 1 or not self.retell.speaking:
            return False
        self.begin_turn()
        self._deliver(self.retell.backchannel(first, self.now))
        self.pass_time(len(first.split()) * WORD_MS)
        self.ask().speak(1)
        self._utter(rest, len(rest.split()))
        return True

    def grow(self, rest: str) -> bool:
        """After two words of the answer the caller's last utterance turns out to have been longer, and Retell asks
        again. False, with nothing done, if nothing could be heard or the answer still waits for a tool.
        """
        spoken = len(self.retell.facts)
        self.speak(2)
        heard = [fact for fact in self.retell.facts[spoken:] if isinstance(fact, facts.Spoke)]
        if self.retell.over or self.retell.open is not None or not heard:
            return False
        self.begin_turn()
        self._deliver(self.retell.grow(rest, self.now))
        self.ask()
        return True

    def mumble(self) -> Table:
        """A sound that nobody understands; Retell asks about it."""
        self.hear_out()
        self.pass_time(THINK_MS)
        self.begin_turn()
        if not self.retell.over:
            self._deliver(self.retell.mumble(self.now))
            self.ask()
        return self

    def silence(self, times: int = 1) -> Table:
        """The caller says nothing until so many reminders have come; one that Retell would not send is a fault."""
        for _ in range(times):
            self.hear_out()
            self.begin_turn()
            while not self.retell.over:
                spoken = len(self.retell.facts)
                self.pass_time(self._reminder_ms)
                self.hear_out()
                if not any(isinstance(fact, facts.Spoke) for fact in self.retell.facts[spoken:]):
                    break
            if self.retell.over:
                return self
            if not self.retell.may_remind:
                self.faults.append("Retell would not send a reminder here: it has sent as many as it may")
                return self
            self._deliver(self.retell.remind(self.now))
        return self

    def wait(self, ms: int) -> Table:
        """Nobody says anything new for so many ms; what the agent says meanwhile is heard."""
        until = self.now + ms
        while self.now < until:
            if self.retell.left:
                self.speak()
            elif not self._next(until):
                break
        self.speak()
        return self

    def remind(self) -> Table:
        """Retell reminds if it may; else nothing happens."""
        self.hear_out()
        self.begin_turn()
        self.pass_time(self._reminder_ms)
        if self.retell.may_remind:
            self._deliver(self.retell.remind(self.now))
        return self

    # --- the single moves -------------------------------------------------------------------------------------

    def say(self, words: str, *, pieces: int = 1) -> Table:
        """Only the caller's words, in growing updates, without an ask."""
        self.begin_turn()
        if self.retell.over:
            return self
        spoken = words.split()
        for piece in range(1, pieces):
            part = spoken[: len(spoken) * piece // pieces]
            if part:
                self._deliver(self.retell.say_partial(" ".join(part), self.now))
                self.pass_time(len(spoken) * WORD_MS // pieces)
        self.pass_time(len(spoken) * WORD_MS // pieces)
        if not self.retell.over:
            self._deliver(self.retell.say(words, self.now))
        return self

    def typing(self, words: str) -> Table:
        """The caller is in the middle of saying this: one growing update, without its end and without an ask."""
        if not self.retell.over:
            self.pass_time(WORD_MS)
            self._deliver(self.retell.say_partial(words, self.now))
        return self

    def ask(self, *, step: int = 1) -> Table:
        """Only Retell's ask, as soon as it takes the caller's turn to be over."""
        self.pass_time(ENDPOINT_MS)
        if not self.retell.over:
            self._asked_on = self.retell.sockets if self.retell.connected else 0
            self._deliver(self.retell.ask(self.now, step=step))
        return self

    def stray(self, back: int = 0) -> Table:
        """The newest ask once more, or one `back` ids older; nothing if it was not made on this socket."""
        if self._asked_on == self.retell.sockets:
            self._deliver(self.retell.ask_again(back))
        return self

    def speak(self, words: int | None = None) -> Table:
        """The agent speaks so many of the words that it has received (None: all of them), taking its time."""
        count = self.retell.left if words is None else min(words, self.retell.left)
        if count:
            self._deliver(self.retell.speak(count, self.now))
            self.pass_time(count * WORD_MS)
        return self

    def hear_out(self) -> Table:
        """Let the agent finish: every open answer, a tool's result included, heard to its last word."""
        until = self.now + PATIENCE_MS
        while not self.retell.over and self.retell.connected:
            self.pass_time(0)
            snapshot = self.call.snapshot
            stands_at = snapshot.turn.stands_at if snapshot.turn is not None else None
            due = stands_at if stands_at is not None else snapshot.owed_at
            if self.retell.left:
                self.speak()
            elif self.retell.open is not None:
                if not self._next(until):
                    self.faults.append(f"response {self.retell.open} was left open")
                    break
            elif due is not None:
                self.pass_time(max(1, due - self.now))
            else:
                break
        return self

    def pass_time(self, ms: int) -> Table:
        """Virtual time goes on; all that is due on the way happens. Nothing is spoken."""
        until = self.now + max(0, ms)
        while self._next(until):
            pass
        return self

    def feed(self, event: Event) -> list[Command]:
        """Give the engine one event, carry its commands out, and what follows from them."""
        commands = self._step(event)
        self._drain()
        return commands

    # --- what can be seen -------------------------------------------------------------------------------------

    @property
    def said(self) -> str:
        """What the agent has said since the caller's last move."""
        self.hear_out()
        return self.spoken

    @property
    def spoken(self) -> str:
        """The same without hearing the rest first."""
        heard = self.retell.facts[self._mark :]
        return " ".join(fact.text for fact in heard if isinstance(fact, facts.Spoke))

    @property
    def offered(self) -> str:
        """What was said since the caller's last move, and what is ready to be said, unheard."""
        ready = [word for answer in self.retell.floor.queue for word in answer.words[answer.spoken :]]
        return " ".join(filter(None, [self.spoken, " ".join(ready)]))

    @property
    def state(self) -> str | None:
        self.hear_out()
        return self.call.snapshot.base.state

    @property
    def slots(self) -> dict[str, object]:
        """Filled and defaulted slots of the flow by name, in canonical form; None if empty."""
        self.hear_out()
        return self._values(self.flow.scopes[""].slots)

    @property
    def variables(self) -> dict[str, object]:
        """Variables and saved results by name, in canonical form."""
        self.hear_out()
        scope = self.flow.scopes[""]
        return self._values({**scope.saved, **scope.variables})

    @property
    def tool_calls(self) -> list[ToolCall]:
        self.hear_out()
        return list(self._calls.values())

    @property
    def calls(self) -> list[ToolCall]:
        """The same without hearing the rest first."""
        return list(self._calls.values())

    def peek(self, world: World) -> dict[str, object]:
        """The slots of this world by name, in canonical form, without hearing the rest first."""
        return self._values(self.flow.scopes[""].slots, world)

    def peek_variables(self, world: World) -> dict[str, object]:
        """The variables and saved results of this world, without hearing the rest first."""
        scope = self.flow.scopes[""]
        return self._values({**scope.saved, **scope.variables}, world)

    @property
    def metadata(self) -> list[Mapping[str, object]]:
        """Metadata forwarded to the front end, in order."""
        self.hear_out()
        return [fact.metadata for fact in self.retell.found(facts.MetadataForwarded)]

    @property
    def settings(self) -> dict[str, object]:
        """The agent settings as Retell has them now."""
        self.hear_out()
        return dict(self.retell.settings)

    @property
    def ended(self) -> str | None:
        """Retell's disconnection reason ("agent_hangup", "call_transfer", "user_hangup" ...), None while it goes on."""
        self.hear_out()
        found = self.retell.found(facts.Ended)
        return found[-1].reason if found else None

    @property
    def transferred(self) -> str | None:
        """The number that the call was transferred to."""
        self.hear_out()
        found = self.retell.found(facts.Transferred)
        return found[-1].number if found else None

    @property
    def digits(self) -> list[str]:
        """What was pressed, in order."""
        self.hear_out()
        return [fact.digits for fact in self.retell.found(facts.Pressed)]

    @property
    def violations(self) -> list[str]:
        """What no schedule may show: frames that Retell drops, responses left open, a request run twice."""
        found = [
            f"{fact.rule}: {fact.message}"
            for fact in self.retell.facts
            if isinstance(fact, facts.Dropped | facts.Violation) and not self._owed(fact)
        ]
        return found + self.faults

    # --- inside -----------------------------------------------------------------------------------------------

    def _owed(self, fact: facts.Dropped | facts.Violation) -> bool:
        """What is owed after a redial goes out under its old id, and nobody knows whether Retell still wants it."""
        return (
            fact.rule in ("after-completion", "after-interrupt", "stale-interrupt")
            and fact.at in self._redials
        )

    def _utter(self, words: str, pieces: int) -> Table:
        self.say(words, pieces=pieces)
        return self.ask()

    def begin_turn(self) -> None:
        """From here on `said` and `spoken` look at what the agent says next."""
        self.before = self.spoken
        self._mark = len(self.retell.facts)

    @property
    def _reminder_ms(self) -> int:
        trigger = self.retell.settings.get("reminder_trigger_ms")
        return int(trigger) if isinstance(trigger, int | float) else REMINDER_MS

    def _values(self, names: Mapping[str, str], world: World | None = None) -> dict[str, object]:
        snapshot = self.call.snapshot
        scope = Names(self.flow, world or snapshot.base, "", self.now, snapshot.details, {})
        found: dict[str, object] = {}
        for name in names:
            try:
                found[name] = plain(scope[name])
            except EvaluationError:
                found[name] = None
        return found

    def _connect(self) -> None:
        asked = self.retell.connect(self.now)
        if self.retell.sockets > 1:
            self._redials.add(self.now)
        self.feed(Opened(self.now))
        self._deliver(asked)

    def _deliver(self, frames: Sequence[Inbound]) -> None:
        self._inbox.extend(frames)
        self._drain()

    def _drain(self) -> None:
        while self._inbox:
            self._step(Received(self.now, self._inbox.pop(0)))
        self._check_end()

    def _check_end(self) -> None:
        if self.retell.over and not self._told_end:
            self._told_end = True
            self._step(Closed(self.now, 1000))

    def _step(self, event: Event) -> list[Command]:
        commands = self.call.handle(event)
        self.journal.append((event, commands))
        for command in commands:
            match command:
                case Send(frame=frame):
                    self.sent.append(frame)
                    self._inbox.extend(self.retell.receive(frame, self.now))
                case RunTool():
                    self._start(command)
                case Report():
                    self.reports.append(command)
        if self._observe is not None:
            self._observe(self)
        return commands

    def _start(self, order: RunTool) -> None:
        arguments: Any = plain(order.arguments)
        if order.work in self._calls:
            self.faults.append(f"tool '{order.name}' was started twice for one request ({order.work})")
        self._calls[order.work] = ToolCall(self.now, order.work, order.name, arguments)
        after, outcome = self.answers(order)
        self._results.append((self.now + after, order.work, outcome))
        self._results.sort(key=lambda result: result[0])

    def _ended(self, work: str, outcome: Outcome) -> None:
        if work in self._calls:
            self._calls[work] = replace(self._calls[work], outcome=outcome)

    def _next(self, until: int) -> bool:
        """Do the next thing that is due by `until`; False, with the time moved on, if there is none."""
        deadline = self.call.deadline
        result = self._results[0] if self._results else None
        if result is not None and (deadline is None or result[0] <= deadline) and result[0] <= until:
            self.now = max(self.now, result[0])
            del self._results[0]
            self._ended(result[1], result[2])
            self.feed(ToolFinished(self.now, result[1], result[2]))
            return True
        if deadline is not None and deadline <= until:
            late = deadline <= self.now
            self.now = max(self.now, deadline)
            self._late = self._late + 1 if late else 0
            if self._late > _STUCK_AFTER:
                raise Stuck(f"the engine's deadline stays at {deadline} although {self.now} has come")
            self.feed(Ticked(self.now))
            return True
        self._late = 0
        self.now = max(self.now, until)
        return False

    _late = 0
    _asked_on = 0
