"""What is said in a call: answers that wait to be spoken, and entries of the transcript."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from flowengine.devtools.retell.facts import Source
from flowengine.devtools.retell.frames import Line

INAUDIBLE = "(unintelligible audio)"
WORD_MS = 300
_SENTENCE_ENDS = (".", "?", "!", "…")


@dataclass(slots=True)
class Answer:
    """The content received under one id: words, some of them spoken, and what to do after the last.

    `goes_on` is set when a backchannel ran into it: a newer ask does not cut its tail.
    """

    source: Source
    id: int
    words: list[str] = field(default_factory=list)
    spoken: int = 0
    complete: bool = False
    protected: bool = False
    goes_on: bool = False
    end_call: bool = False
    transfer_number: str | None = None
    show_transferee_as_caller: bool = False
    digit_to_press: str | None = None
    open_word: bool = False

    @property
    def left(self) -> int:
        """Words received and not yet spoken."""
        return len(self.words) - self.spoken

    @property
    def under_way(self) -> bool:
        """Whether the agent is in the middle of it."""
        return self.spoken > 0 and self.left > 0

    @property
    def action(self) -> str | None:
        """What is done after the last word; the end of the call wins, then the transfer."""
        if self.end_call:
            return "end_call"
        if self.transfer_number:
            return "transfer_number"
        return "digit_to_press" if self.digit_to_press else None

    def extend(self, line: Line) -> None:
        """Take another frame of the same answer. Chunks join as text: "appoint" + "ment" is one word."""
        words = line.content.split()
        if words and self.open_word and self.left and not line.content[0].isspace():
            self.words[-1] += words.pop(0)
        self.words.extend(words)
        if line.content:
            last = line.content[-1]
            self.open_word = not last.isspace() and not line.content.endswith(_SENTENCE_ENDS)
        self.complete = self.complete or line.complete
        self.protected = self.protected or line.no_interruption_allowed
        self.end_call = self.end_call or line.end_call
        self.transfer_number = line.transfer_number or self.transfer_number
        self.show_transferee_as_caller = self.show_transferee_as_caller or line.show_transferee_as_caller
        self.digit_to_press = line.digit_to_press or self.digit_to_press

    def take(self, count: int) -> list[str]:
        """Speak up to `count` words."""
        words = self.words[self.spoken : self.spoken + count]
        self.spoken += len(words)
        return words

    def silence(self) -> str:
        """Throw away what was not spoken; returns those words."""
        text = " ".join(self.words[self.spoken :])
        del self.words[self.spoken :]
        self.open_word = False
        return text

    def disarm(self) -> str | None:
        """Throw away the action; returns its name."""
        action, self.end_call, self.transfer_number, self.digit_to_press = self.action, False, None, None
        return action


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in the call, in ms since the call was opened."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Entry:
    """One utterance of the transcript. `stretch`: where the caller's present stretch of speech begins."""

    role: Literal["agent", "user"]
    words: list[Word] = field(default_factory=list)
    stretch: int = 0

    @property
    def content(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def inaudible(self) -> bool:
        return self.content == INAUDIBLE

    def add(self, words: list[str], at: int) -> None:
        """Append words spoken from `at` ms on, one after the other."""
        start = max(at, self.words[-1].end) if self.words else at
        for index, text in enumerate(words):
            begin = start + index * WORD_MS
            self.words.append(Word(text, begin, begin + WORD_MS))
