"""Who speaks: the transcript, the answers that wait to be spoken, and what a voice cuts short.

- Answers are spoken in the order in which they were begun. One never spoken leaves no entry in the
  transcript.
- The caller's words right after other words of theirs grow the same entry; a sound that was not understood
  has an entry of its own.
- An action happens after the last word of a complete answer once everything before it was spoken.

"""

from __future__ import annotations

from collections.abc import Mapping

from flowengine.devtools.retell import facts as f
from flowengine.devtools.retell.frames import Line
from flowengine.devtools.retell.speech import INAUDIBLE, Answer, Entry
from flowengine.protocol.transcript import Transcript, Utterance


class Floor:
    """The speech of one call. `began`: ms when the call began; the words' times count from there."""

    def __init__(self, facts: list[f.Fact], began: int, *, merge_agent: bool) -> None:
        self.facts = facts
        self.began = began
        self.merge_agent = merge_agent
        self.entries: list[Entry] = []
        self.tool_entries: list[tuple[int, Mapping[str, object]]] = []
        self.queue: list[Answer] = []
        self.turn: str | None = None
        self.ending: str | None = None

    @property
    def transcript(self) -> Transcript:
        """The whole transcript, agent entries with the words spoken so far."""
        return Transcript(0, tuple(Utterance(entry.role, entry.content) for entry in self.entries))

    @property
    def left(self) -> int:
        """Words received and not yet spoken."""
        return sum(answer.left for answer in self.queue)

    @property
    def speaking(self) -> Answer | None:
        """The answer that the agent is in the middle of."""
        return next((answer for answer in self.queue if answer.under_way), None)

    def take(self, source: f.Source, line: Line, at: int) -> None:
        """Queue a line: more of the answer with this id, or a new one."""
        found = self.answers(source, line.id)
        answer = found[-1] if found else Answer(source, line.id)
        if not found:
            self.queue.append(answer)
        answer.extend(line)
        if line.complete:
            self.facts.append(f.Completed(at, source, line.id))
        self.settle(at)

    def speak(self, count: int, at: int) -> None:
        """Speak `count` of the words received; actions that fall due on the way happen."""
        while count > 0 and self.left and self.ending is None:
            answer = next(answer for answer in self.queue if answer.left)
            new = answer.spoken == 0 and not self.merge_agent
            words = answer.take(count)
            count -= len(words)
            self._entry("agent", new=new).add(words, at - self.began)
            self.facts.append(f.Spoke(at, answer.source, answer.id, " ".join(words)))
            self.settle(at)

    def give_way(self, at: int, *, stops: bool) -> None:
        """The caller starts to speak. The agent stops, or, unstopped, goes on after the caller's words."""
        answer = self.speaking
        if answer is None:
            return
        if stops and not answer.protected:
            for queued in list(self.queue):
                self.discard(queued, "interrupted", at, keep_open=True)
        else:
            answer.goes_on = True

    def hear(self, words: str, at: int, *, closes: bool) -> None:
        """The caller's words: all of the present stretch of speech; they may revise the last."""
        last = self.entries[-1] if self.entries else None
        entry = self._entry("user", new=last is not None and (last.inaudible or words == INAUDIBLE))
        del entry.words[entry.stretch :]
        entry.add(words.split(), at - self.began)
        if closes:
            self.close_stretch()

    def grow(self, words: str, at: int) -> bool:
        """More words at the end of the caller's last entry, wherever it stands; False if there is none."""
        entry = next((entry for entry in reversed(self.entries) if entry.role == "user"), None)
        if entry is None or entry.inaudible:
            return False
        entry.add(words.split(), at - self.began)
        entry.stretch = len(entry.words)
        return True

    def close_stretch(self) -> None:
        """What the caller says from here on adds to their words and no longer revises them."""
        if self.entries:
            self.entries[-1].stretch = len(self.entries[-1].words)

    def supersede(self, at: int) -> None:
        """A newer ask: only a tail that nothing stops and a protected interrupt go on."""
        for answer in list(self.queue):
            begun = answer.spoken > 0 or answer.source == "agent_interrupt"
            if answer.left and begun and (answer.protected or answer.goes_on):
                answer.complete = answer.complete or answer.source == "response"
            else:
                self.discard(answer, "newer_ask", at)

    def discard(self, answer: Answer, why: f.Why, at: int, *, keep_open: bool = False) -> None:
        """Throw away what was not spoken; an incomplete answer stays open when only the caller stopped it."""
        text, action = answer.silence(), answer.disarm()
        if answer.complete or not keep_open:
            self.queue.remove(answer)
        if text or action or not answer.spoken:
            self.facts.append(f.Discarded(at, answer.source, answer.id, text, why, action))

    def discard_all(self, why: f.Why, at: int) -> None:
        """Throw away everything that was not spoken."""
        for answer in list(self.queue):
            self.discard(answer, why, at)

    def answers(self, source: f.Source, id_: int) -> list[Answer]:
        """What is queued under this id."""
        return [answer for answer in self.queue if answer.source == source and answer.id == id_]

    def settle(self, at: int) -> None:
        """Carry out the actions of complete and spoken answers, in order; `ending`: how the call ends."""
        while self.ending is None and self.queue and self.queue[0].complete and not self.queue[0].left:
            answer = self.queue.pop(0)
            match answer.action:
                case "end_call":
                    self.ending = "agent_hangup"
                case "transfer_number":
                    number, shown = str(answer.transfer_number), answer.show_transferee_as_caller
                    self.facts.append(f.Transferred(at, number, shown))
                    self.ending = "call_transfer"
                case "digit_to_press":
                    self.facts.append(f.Pressed(at, str(answer.digit_to_press)))

    def _entry(self, role: str, *, new: bool) -> Entry:
        if new or not self.entries or self.entries[-1].role != role:
            self.entries.append(Entry("agent" if role == "agent" else "user"))
        return self.entries[-1]
