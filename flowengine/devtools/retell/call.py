"""Retell's side of one call, as a pure state machine: no socket, no clock, no chance.

The theory, from Retell's public documentation of the Custom LLM WebSocket:

- **Transcript.** Utterances of agent and caller. An agent's entry holds only words that were spoken; words
  are spoken when the driver says so (`speak`), so any amount of an answer can have been heard when
  something else happens. Every change of it, and every change of who has the floor, is an `update_only`
  with the whole transcript.
- **Asks.** `ask` and `remind` take the next `response_id` and leave it *open* until a frame with
  `content_complete: true`. Only the newest id is listened to; content under older ids, or after completion,
  is dropped and noted. The begin message is the answer to an ask with id 0 that every new socket makes.
- **Answers** wait in one queue and are spoken in order. A newer ask discards what was not spoken
  (`Discarded`), except a tail that goes on: one that a backchannel ran into, or a protected line that has
  begun. An answer never spoken leaves no entry.
- **Interruptions** stop the agent in mid-answer: the entry keeps the words spoken, the rest and the action
  are gone. The id stays open if it was not complete. `no_interruption_allowed` makes the caller's words a
  backchannel.
- **Actions** (`end_call`, then `transfer_number`, then `digit_to_press`) happen after the last word of a
  complete answer, when everything before it in the queue was spoken.
- **agent_interrupt** with a new id discards the queue and the open response; frames with the same id go on
  in order.
- **Reminders** come only when no response is open and nothing is left to say.
- **Sockets.** Config must come first on each. When a socket dies, the call goes on: ids grow on, the
  transcript stays, an open ask is repeated under its id on the next socket. Only an abnormal end (1006) is
  redialled, at most 4 times, or 2 times when keepalives stopped; a close with 1000 hangs up, any other code
  fails the call.

Time comes in as `at` (ms since the epoch); left out, it is the latest time seen. Every move returns the
frames that Retell sends; `facts` collects what happened. Moves that Retell could not make raise `NotNow`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flowengine.devtools.retell import facts as f
from flowengine.devtools.retell import frames
from flowengine.devtools.retell.floor import Floor
from flowengine.devtools.retell.speech import INAUDIBLE
from flowengine.errors import FlowengineError
from flowengine.protocol.inbound import (
    CallDetails,
    Inbound,
    PingPong,
    ReminderRequired,
    ResponseRequired,
    UpdateOnly,
)
from flowengine.protocol.transcript import Transcript

PING_EVERY_MS = 2_000
PING_LOST_MS = 5_000
REDIALS = {"keepalive": 2, "abnormal": 4}

Frames = tuple[Inbound, ...]
_Fact = TypeVar("_Fact", bound=f.Fact)


class NotNow(FlowengineError):
    """A move that Retell or a caller could not make at this moment of the call."""


class Retell:
    """Retell's side of one call.

    call          the `call` object of `call_details`
    at            ms since the epoch when the call begins
    merge_agent   whether agent lines that follow each other share one entry (True) or get one each (False)
    """

    def __init__(
        self, call: Mapping[str, object] | None = None, *, at: int = 0, merge_agent: bool = True
    ) -> None:
        self.call: dict[str, object] = {"call_id": "call_1", "call_type": "web_call", **(call or {})}
        self.at = at
        self.facts: list[f.Fact] = []
        self.floor = Floor(self.facts, at, merge_agent=merge_agent)
        self.connected = False
        self.over = False
        self.sockets = 0
        self.config: Mapping[str, object] = {}
        self.settings: dict[str, object] = {}
        self.latest = 0
        self.open: int | None = 0
        self._last_pong = at
        self._redials = {"keepalive": 0, "abnormal": 0}
        self._first_frame = True
        self._begun = False
        self._reminding = False
        self._reminders = 0
        self._interrupts: list[int] = []
        self._by_interrupt = False

    # --- what can be seen ---

    @property
    def transcript(self) -> Transcript:
        """The whole transcript, agent entries with the words spoken so far."""
        return self.floor.transcript

    @property
    def agent_lines(self) -> list[str]:
        """What the agent has said, entry by entry."""
        return [entry.content for entry in self.floor.entries if entry.role == "agent"]

    @property
    def left(self) -> int:
        """Words received and not yet spoken."""
        return self.floor.left

    @property
    def speaking(self) -> bool:
        """Whether the agent is in the middle of an answer."""
        return self.floor.speaking is not None

    @property
    def may_remind(self) -> bool:
        """Whether Retell could send a reminder now."""
        most = self.settings.get("reminder_max_count")
        enough = isinstance(most, int) and self._reminders >= most
        return self.connected and self._begun and self.open is None and not self.left and not enough

    @property
    def keepalive_lost(self) -> bool:
        """Whether 5 s have passed without a ping from a server that asked for `auto_reconnect`."""
        watched = self.connected and self.config.get("auto_reconnect") is True
        return watched and self.at - self._last_pong > PING_LOST_MS

    def found(self, kind: type[_Fact]) -> list[_Fact]:
        """The facts of one kind, in order."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    # --- sockets ---

    def connect(self, at: int | None = None) -> Frames:
        """A handshake succeeded: the first one, or a redial. An open ask is repeated under its id."""
        self._time(at)
        if self.connected or self.over:
            raise NotNow("the call is over" if self.over else "a socket is open already")
        self.connected, self.sockets, self._last_pong = True, self.sockets + 1, self.at
        self.config, self._first_frame, self._begun = {}, True, False
        if self.latest == 0:
            self.open = 0
            return ()
        if self.open is None:
            return ()
        for answer in self.floor.answers("response", self.open):
            self.floor.discard(answer, "redial", self.at)
        return self._asked()

    def reopen(self, at: int | None = None) -> Frames:
        """Redial after a lost socket; the same as `connect`."""
        return self.connect(at)

    def drop(self, at: int | None = None, *, keepalive: bool = False) -> None:
        """The TCP connection died (1006), or keepalives stopped. Ends the call when no redial is left."""
        self._disconnect(at)
        kind = "keepalive" if keepalive else "abnormal"
        redial = self._redials[kind] < REDIALS[kind]
        self._redials[kind] += 1
        self.facts.append(f.SocketLost(self.at, 1006, redial))
        if not redial:
            self._end("error_llm_websocket_lost_connection")

    def closed(self, code: int, at: int | None = None) -> None:
        """The server closed the socket with this code; 1006 is a `drop`."""
        if code == 1006:
            self.drop(at)
            return
        self._disconnect(at)
        self.facts.append(f.SocketLost(self.at, code, redial=False))
        faults = {1000: "agent_hangup", 1005: "error_llm_websocket_lost_connection"}
        self._end(faults.get(code, "error_llm_websocket_runtime"))

    def ping(self, at: int | None = None) -> Frames:
        """The keepalive of every 2 s; nothing unless the server asked for `auto_reconnect`."""
        self._time(at)
        return (PingPong(self.at),) if self.connected and self.config.get("auto_reconnect") is True else ()

    # --- what the caller does ---

    def say_partial(self, words: str, at: int | None = None) -> Frames:
        """The caller is speaking; `words`: all of this stretch of speech so far. May revise the last."""
        return self._heard(words, at, stops=True, closes=False)

    def say(self, words: str, at: int | None = None) -> Frames:
        """The caller has said `words`. Right after other words of theirs they make one longer entry.

        In the middle of the agent's answer this is an interruption.
        """
        return self._heard(words, at, stops=True, closes=True)

    def interrupt(self, words: str, at: int | None = None) -> Frames:
        """The caller breaks into the agent's answer; `NotNow` when the agent is not speaking."""
        if not self.speaking:
            raise NotNow("the agent is not speaking")
        return self.say(words, at)

    def backchannel(self, words: str, at: int | None = None) -> Frames:
        """The caller says something that stops nobody; the agent's tail goes on in a new entry."""
        return self._heard(words, at, stops=False, closes=True)

    def grow(self, words: str, at: int | None = None) -> Frames:
        """The end of the caller's last utterance is recognised late, over the agent's answer to its beginning: the
        entry grows where it stands, in front of the agent's. Stops the agent. `NotNow` before the caller spoke.
        """
        self._time(at)
        if self.over or not self.floor.grow(words, self.at):
            raise NotNow("the call is over" if self.over else "the caller has said nothing yet")
        self._reminders = 0
        self.floor.give_way(self.at, stops=True)
        return self._update()

    def mumble(self, at: int | None = None) -> Frames:
        """A sound that was not understood: an entry of its own, unless the last is one already."""
        if self.floor.entries and self.floor.entries[-1].inaudible:
            return ()
        return self.say(INAUDIBLE, at)

    def hang_up(self, at: int | None = None) -> None:
        """The caller hangs up: the call is over."""
        self._time(at)
        if not self.over:
            self._end("user_hangup")

    def fail(self, reason: str, at: int | None = None) -> None:
        """Retell gives the call up, for example with `error_llm_websocket_open`."""
        self._time(at)
        if not self.over:
            self._end(reason)

    # --- what Retell does ---

    def ask(self, at: int | None = None, *, step: int = 1) -> Frames:
        """The caller's turn seems over: `response_required` under the next id (`step` further on)."""
        return self._ask(at, step, reminder=False)

    def remind(self, at: int | None = None, *, step: int = 1) -> Frames:
        """The caller has been silent; `NotNow` while a response is open or something is left to say."""
        self._time(at)
        if not self.may_remind:
            raise NotNow("a response is open, words are left to say, or there were reminders enough")
        self._reminders += 1
        return self._ask(at, step, reminder=True)

    def ask_again(self, back: int = 0) -> Frames:
        """A stray ask for fuzzing: the newest id once more, or one `back` ids older. Changes nothing here."""
        return (ResponseRequired(max(0, self.latest - back), self.transcript),) if self.connected else ()

    def speak(self, words: int | None = None, at: int | None = None) -> Frames:
        """The agent speaks so many of the words that it has received (None: all); then due actions happen."""
        self._time(at)
        wanted = self.left if words is None else min(words, self.left)
        if self.over or not wanted:
            return ()
        sent = self._turn("agent")
        self.floor.speak(wanted, self.at)
        sent += self._update()
        self._check_ending()
        return sent

    def finish_speaking(self, at: int | None = None) -> Frames:
        """The agent speaks all that it has received."""
        return self.speak(None, at)

    # --- what the server does ---

    def receive(self, frame: frames.ServerFrame, at: int | None = None) -> Frames:
        """Take one frame of the server: a model of `protocol.outbound`, decoded JSON, or the raw message."""
        self._time(at)
        if not self.connected:
            self._ignore("lost", "no socket is open", frame)
            return ()
        value = frames.read(frame)
        first, self._first_frame = self._first_frame, False
        if isinstance(value, frames.Refused):
            self._ignore(value.rule, value.message, frame)
            if value.rule == "binary-frame":
                self.closed(1007)
            return ()
        sent: Frames = ()
        match value["response_type"]:
            case "config" if first:
                sent = self._on_config(frames.inner(value, "config"))
            case "config":
                self._ignore("config-late", "config is not the first frame of the socket", value)
            case "update_agent":
                self.settings.update(frames.inner(value, "agent_config"))
                self.facts.append(f.SettingsChanged(self.at, dict(self.settings)))
            case "ping_pong":
                self._last_pong = self.at
                self.facts.append(f.Ponged(self.at, int(str(value["timestamp"]))))
            case "response":
                self._on_response(frames.line(value), value)
            case "agent_interrupt":
                self._on_interrupt(frames.line(value), value)
            case "metadata":
                self.facts.append(f.MetadataForwarded(self.at, frames.inner(value, "metadata")))
            case _:
                self.floor.tool_entries.append((len(self.floor.entries), frames.tool_entry(value)))
                self.facts.append(frames.tool_fact(value, self.at))
        return sent

    def _on_config(self, config: dict[str, object]) -> Frames:
        self.config, self._last_pong = config, self.at
        self.facts.append(f.Configured(self.at, config))
        return (CallDetails(self.call),) if config.get("call_details") is True else ()

    def _on_response(self, line: frames.Line, value: dict[str, object]) -> None:
        if line.id == 0 and not self._begun:
            self._begun = True
            if self.latest > 0 and line.content:
                self._ignore("begin-again", "a begin message after the conversation began", value)
            if self.latest > 0:
                return
            if line.content:  # the greeting again, on a redialled socket: it takes the place of the first
                for answer in self.floor.answers("response", 0):
                    self.floor.discard(answer, "redial", self.at)
            self._listen("response", line, value)
        elif line.id > self.latest:
            self._ignore("unknown-id", f"response_id {line.id} was never asked", value)
        elif line.id < self.latest:
            self._ignore("stale-id", f"response_id {line.id} while {self.latest} is the newest", value)
        elif self.open is None:
            rule = "after-interrupt" if self._by_interrupt else "after-completion"
            self._ignore(rule, f"response_id {line.id} is not open any more", value)
        else:
            self._listen("response", line, value)

    def _on_interrupt(self, line: frames.Line, value: dict[str, object]) -> None:
        if line.id not in self._interrupts:
            self._interrupts.append(line.id)
            self.floor.discard_all("agent_interrupt", self.at)
            self._by_interrupt, self.open = self.open is not None, None
        elif line.id != self._interrupts[-1]:
            self._ignore("stale-interrupt", f"interrupt_id {line.id} was followed by a newer one", value)
            return
        self._listen("agent_interrupt", line, value)

    def _listen(self, source: f.Source, line: frames.Line, value: dict[str, object]) -> None:
        if len(frames.actions(value)) > 1:
            asked = ", ".join(frames.actions(value))
            self.facts.append(f.Violation(self.at, "one-action", f"one frame asks for {asked}", value))
        if source == "response" and line.complete:
            self.open = None
        self.floor.take(source, line, self.at)
        self._check_ending()

    # --- what these moves share ---

    def _time(self, at: int | None) -> None:
        self.at = self.at if at is None else max(self.at, at)

    def _ask(self, at: int | None, step: int, *, reminder: bool) -> Frames:
        self._time(at)
        if self.over:
            raise NotNow("the call is over")
        self.latest += step
        self.open, self._by_interrupt, self._reminding, self._begun = self.latest, False, reminder, True
        self.floor.close_stretch()
        self.floor.supersede(self.at)
        return self._asked() if self.connected else ()

    def _asked(self) -> Frames:
        self.facts.append(f.Asked(self.at, self.latest, self._reminding))
        kind = ReminderRequired if self._reminding else ResponseRequired
        return (kind(self.latest, self.transcript),)

    def _heard(self, words: str, at: int | None, *, stops: bool, closes: bool) -> Frames:
        self._time(at)
        if self.over:
            raise NotNow("the call is over")
        self._reminders = 0
        self.floor.give_way(self.at, stops=stops)
        sent = () if self.speaking else self._turn("user")
        self.floor.hear(words, self.at, closes=closes)
        return sent + self._update()

    def _turn(self, who: str) -> Frames:
        """An `update_only` when the floor changes hands, with the transcript before the new words."""
        if self.floor.turn == who:
            return ()
        self.floor.turn = who
        turn = UpdateOnly(self.transcript, "agent_turn" if who == "agent" else "user_turn")
        return (turn,) if self.connected else ()

    def _update(self) -> Frames:
        return (UpdateOnly(self.transcript, None),) if self.connected else ()

    def _ignore(self, rule: str, message: str, frame: frames.ServerFrame) -> None:
        self.facts.append(f.Dropped(self.at, rule, message, frame))

    def _disconnect(self, at: int | None) -> None:
        self._time(at)
        if not self.connected:
            raise NotNow("no socket is open")
        self.connected = False

    def _check_ending(self) -> None:
        if self.floor.ending is not None and not self.over:
            self._end(self.floor.ending)

    def _end(self, reason: str) -> None:
        self.over, self.connected, self.open = True, False, None
        self.floor.discard_all("call_over", self.at)
        self.facts.append(f.Ended(self.at, reason))
