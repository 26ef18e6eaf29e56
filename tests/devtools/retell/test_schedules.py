"""Random schedules of every move: what must be true of Retell's side whatever happens."""

from __future__ import annotations

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flowengine.devtools.retell import Retell, decoded, encode
from flowengine.devtools.retell import facts as f
from flowengine.devtools.retell.call import Frames
from flowengine.protocol.inbound import ReminderRequired, ResponseRequired, UpdateOnly

PHRASES = st.sampled_from(["yes", "no thanks", "Tuesday at three", "uh-huh", "I would like to book"])
LINES = st.sampled_from(["", "Hello.", "What day would you like?", "One moment", " please wait."])


class Schedules(RuleBasedStateMachine):
    @initialize(merge=st.booleans())
    def begin(self, merge: bool) -> None:
        self.retell = Retell(merge_agent=merge)
        self.offered: list[str] = []
        self.sent_ids: list[int] = []
        self.sent(self.retell.connect(0))
        self.receive(0, "Hello there.", True, None)

    def sent(self, frames: Frames) -> None:
        for frame in frames:
            assert json.loads(encode(frame, self.retell)) == decoded(frame, self.retell)
            if isinstance(frame, UpdateOnly | ResponseRequired | ReminderRequired):
                for entry in decoded(frame, self.retell)["transcript"]:  # type: ignore[attr-defined]
                    assert " ".join(word["word"] for word in entry["words"]) == entry["content"]
            if isinstance(frame, ResponseRequired | ReminderRequired):
                assert not self.sent_ids or frame.response_id >= self.sent_ids[-1]
                self.sent_ids.append(frame.response_id)

    def receive(self, number: int, content: str, complete: bool, action: str | None) -> None:
        self.offered += content.split()
        frame: dict[str, object] = {"response_type": "response", "response_id": number, "content": content}
        frame["content_complete"] = complete
        if action:
            frame[action] = True if action == "end_call" else "1"
        self.sent(self.retell.receive(frame))

    @property
    def going_on(self) -> bool:
        return not self.retell.over

    @property
    def linked(self) -> bool:
        return self.retell.connected

    @precondition(lambda self: self.going_on)
    @rule(words=PHRASES, how=st.sampled_from(["say", "say_partial", "backchannel"]))
    def speak_up(self, words: str, how: str) -> None:
        self.sent(getattr(self.retell, how)(words))

    @precondition(lambda self: self.going_on)
    @rule()
    def mumble(self) -> None:
        self.sent(self.retell.mumble())

    @precondition(lambda self: self.going_on)
    @rule(step=st.integers(1, 3))
    def ask(self, step: int) -> None:
        self.sent(self.retell.ask(step=step))

    @precondition(lambda self: self.retell.may_remind)
    @rule()
    def remind(self) -> None:
        self.sent(self.retell.remind())

    @rule(words=st.none() | st.integers(1, 3))
    def speak(self, words: int | None) -> None:
        self.sent(self.retell.speak(words))

    @precondition(lambda self: self.linked)
    @rule(
        back=st.integers(0, 2),
        content=LINES,
        complete=st.booleans(),
        action=st.sampled_from([None, None, None, "digit_to_press", "end_call"]),
    )
    def answer(self, back: int, content: str, complete: bool, action: str | None) -> None:
        self.receive(max(0, self.retell.latest - back), content, complete, action if complete else None)

    @precondition(lambda self: self.linked)
    @rule(number=st.integers(1, 3), content=LINES, complete=st.booleans(), protected=st.booleans())
    def jump_in(self, number: int, content: str, complete: bool, protected: bool) -> None:
        self.offered += content.split()
        frame = {"response_type": "agent_interrupt", "interrupt_id": number, "content": content}
        self.sent(
            self.retell.receive({**frame, "content_complete": complete, "no_interruption_allowed": protected})
        )

    @precondition(lambda self: self.linked)
    @rule()
    def drop(self) -> None:
        self.retell.drop()

    @precondition(lambda self: self.going_on and not self.linked)
    @rule()
    def reopen(self) -> None:
        self.sent(self.retell.reopen())

    @invariant()
    def only_received_words_are_spoken(self) -> None:
        spoken = " ".join(fact.text for fact in self.retell.found(f.Spoke)).split()
        assert len(spoken) <= len(self.offered)
        assert " ".join(self.retell.agent_lines).split() == spoken

    @invariant()
    def every_entry_has_words(self) -> None:
        assert all(entry.content for entry in self.retell.transcript.entries)

    @invariant()
    def an_open_response_is_the_newest(self) -> None:
        assert self.retell.open in (None, self.retell.latest)

    @invariant()
    def a_call_ends_once(self) -> None:
        assert len(self.retell.found(f.Ended)) == int(self.retell.over)
        assert not (self.retell.over and (self.retell.left or self.retell.connected))


Schedules.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestSchedules = Schedules.TestCase
