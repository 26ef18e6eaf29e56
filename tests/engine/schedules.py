"""Calls along random schedules: what the property tests of every flow share.

A schedule is a list of numbers from which each decision is drawn, so that hypothesis can shrink it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, settings

from flowengine.devtools.retell import NotNow, facts
from flowengine.engine import Call, Event, Opened, Outcome, Received, Send, Snapshot, Ticked
from flowengine.language.flow import Flow
from tests.engine.rig import Rig

FAST = settings(
    print_blob=False,
    max_examples=int(os.environ.get("SCHEDULES", "1000")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


class Schedule:
    """Draws one decision after the other from a list of numbers; when it is used up, always the plainest one."""

    def __init__(self, numbers: list[int]) -> None:
        self._numbers = numbers
        self._next = 0

    @property
    def used_up(self) -> bool:
        return self._next >= len(self._numbers)

    def pick(self, choices: int) -> int:
        """A number from 0 (the plainest) to choices - 1."""
        if self.used_up:
            return 0
        self._next += 1
        return self._numbers[self._next - 1] % choices


class Disturbed(Rig):
    """A call that is disturbed in ways that must make no difference."""

    def __init__(self, flow: Flow, schedule: Schedule, results: Mapping[str, Outcome]) -> None:
        super().__init__(flow)
        self.schedule = schedule
        self.results = results
        self.drops = 3

    def disturb(self) -> None:
        """One harmless disturbance, or none."""
        kind = self.schedule.pick(7)
        if kind == 1:
            self.deliver(self.retell.ask_again(0) if self.retell.latest else ())
        elif kind == 2:
            # an older id is stale once a newer one was seen on this socket; before, it is an ask like any other
            seen = self.call.snapshot.newest == self.retell.latest
            self.deliver(self.retell.ask_again(1) if seen else ())
        elif kind == 3:
            self.feed(Ticked(self.now))
            self.feed(Ticked(self.now))
        elif kind == 4:
            self.carry()
        elif kind == 5 and self.drops and not self.retell.over:
            self.drops -= 1
            self.drop()
            if self.schedule.pick(2):
                self.carry()
            self.redial()

    def carry(self) -> None:
        """The snapshot goes to another process as JSON text; its tools run on."""
        text = json.dumps(self.call.snapshot.to_json())
        self.call = Call(self.flow, self.call.snapshot.call_id, Snapshot.from_json(json.loads(text)))

    def utter(self, words: str) -> None:
        """Say all of it at last, after asks for parts of it that nobody hears the answer to."""
        parts = words.split()
        pieces = sorted({self.schedule.pick(len(parts)) for _ in range(self.schedule.pick(4))} - {0})
        said = 0
        for piece in pieces:
            self.deliver(self.retell.say_partial(" ".join(parts[said:piece]), self.now))
            said = piece
            self.disturb()
            self.ask()
            self.disturb()
            self.wait(self.schedule.pick(5) * 100)
        self.deliver(self.retell.say(" ".join(parts[said:]), self.now))
        self.disturb()
        self.ask()
        self.disturb()
        self.hear()

    def hear(self) -> None:
        """Hear the answer to its end, with what its tools bring."""
        for _ in range(12):
            self.speak()
            self.disturb()
            self.wait(1100)
            if self.running:
                self.finish_well()
            elif not self.retell.left:
                return

    def finish_well(self) -> None:
        """The oldest running tool ends as it should."""
        name = next(iter(self.running.values())).name
        self.finish(self.results[name])

    def outcome(self) -> dict[str, Any]:
        world = self.call.snapshot.base
        return {
            "state": world.state,
            "slots": world.slots,
            "values": world.values,
            "tools": [(command.name, command.arguments) for command in self.started],
            "over": self.retell.over,
        }


def play(
    flow: Flow, script: Sequence[str], schedule: Schedule, results: Mapping[str, Outcome]
) -> dict[str, Any]:
    """The outcome of a call in which this is said, disturbed as the schedule says."""
    call = Disturbed(flow, schedule, results)
    call.dial()
    call.disturb()
    call.speak()
    for words in script:
        if call.retell.over:
            break
        call.utter(words)
    return call.outcome()


class Wild(Disturbed):
    """A call in which anything that can happen happens. Keeps its events for replay."""

    def __init__(
        self, flow: Flow, schedule: Schedule, results: Mapping[str, Outcome], words: Sequence[str]
    ) -> None:
        super().__init__(flow, schedule, results)
        self.vocabulary = words
        self.events: list[Event] = []
        self.owed: list[dict[str, Any]] = []
        """What went out again because of a redial: Retell may have had it already, and then drops it."""
        self._asked: dict[int, int] = {}
        """On which socket each response id was asked first."""

    def feed(self, event: Event) -> None:
        self.events.append(event)
        before = len(self.sent)
        super().feed(event)
        response_id = getattr(event.frame, "response_id", None) if isinstance(event, Received) else None
        first = self.call.snapshot.socket
        if response_id is not None:
            first = self._asked.setdefault(response_id, first)
        # what a new socket begins with, and the stored answer to an ask that was made on an older one
        if isinstance(event, Opened) or first < self.call.snapshot.socket:
            self.owed += [json.loads(frame.encode()) for frame in self.sent[before:]]

    def words(self) -> str:
        return self.vocabulary[self.schedule.pick(len(self.vocabulary))]

    def move(self) -> None:
        pick, retell = self.schedule.pick, self.retell
        kind = pick(14)
        self.now += pick(4) * 150
        try:
            match kind:
                case 0 | 1:
                    self.deliver(retell.say(self.words(), self.now))
                    self.ask()
                case 2:
                    self.deliver(retell.say_partial(self.words(), self.now))
                case 3:
                    self.ask()
                case 4 | 5:
                    self.deliver(retell.speak(1 + pick(9), self.now))
                case 6:
                    self.speak()
                case 7:
                    self.deliver(retell.backchannel("uh-huh", self.now))
                    if pick(2):
                        self.ask()
                case 8:
                    self.deliver(retell.remind(self.now))
                case 9 if self.running:
                    self.finish_well()
                case 10 if self.running:
                    self.finish(Outcome("error", kind="http", status=503, message="down"))
                case 11:
                    self.wait((200, 1100, 3100, 7000, 16_000)[pick(5)])
                case 12:
                    self.feed(Ticked(self.now + pick(3) * 2000))
                case _:
                    self.disturb()
        except NotNow:
            pass  # Retell could not do that now

    def come_to_rest(self) -> None:
        """Let all end that has begun: speech, tools, waits."""
        for _ in range(30):
            if self.retell.over:
                return
            if self.retell.connected:
                self.speak()
            while self.running:
                self.finish_well()
            self.wait(3500)
            if not self.retell.left and not self.running and self.retell.open is None:
                return


NEVER = {
    "stale-id",
    "unknown-id",
    "after-completion",
    "after-interrupt",
    "stale-interrupt",
    "config-late",
    "begin-again",
}
"""Rules of the channel that a frame of ours may not break once the newer ask was read."""


def assert_safe(flow: Flow, numbers: list[int], results: Mapping[str, Outcome], words: Sequence[str]) -> None:
    """Play a wild call: no response stays open, nothing goes out stale, no request runs twice, replay is exact."""
    schedule = Schedule(numbers)
    call = Wild(flow, schedule, results, words)
    call.dial()
    while not schedule.used_up and not call.retell.over:
        call.move()
    call.come_to_rest()

    assert call.retell.over or call.retell.open is None, "a response stays open"
    broken = [
        fact
        for fact in call.retell.found(facts.Dropped)
        if fact.rule in NEVER and fact.frame not in call.owed
    ]
    assert broken == []
    assert call.retell.found(facts.Violation) == []
    runs = Counter(command.work for command in call.started)
    assert [work for work, count in runs.items() if count > 1] == []
    assert_replays(flow, call)


def assert_replays(flow: Flow, call: Wild) -> None:
    """The same events give the same frames, to the letter."""
    again = Call(flow, call.call.snapshot.call_id)
    frames = []
    for event in call.events:
        frames += [command.frame for command in again.handle(event) if isinstance(command, Send)]
    assert [frame.encode() for frame in frames] == [frame.encode() for frame in call.sent]
    assert again.snapshot == call.call.snapshot
