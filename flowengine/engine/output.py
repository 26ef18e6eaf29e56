"""What one interpretation wants to say and do: gathered while handlers run, sent by the turn."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from flowengine.engine.events import Outcome

_SENTENCE = re.compile(r"(?<=[.!?…])[\"')\]]*\s+")

_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")


@dataclass(slots=True)
class Output:
    """Texts in the order they are spoken, frame fields, metadata, and who decided.

    question     index of the text that asks, None if nothing was asked
    fields       of the frame: no_interruption_allowed, end_call, transfer_number, digit_to_press ...
    answered_by  "file:line:col" of the handler or state that answered; "built-in" if none did
    again        nothing new was understood: the same question again, uncounted
    work         ledger key of the tool call that is wanted, with what it needs
    """

    texts: list[str] = field(default_factory=list)
    question: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    metadata: list[Any] = field(default_factory=list)
    answered_by: str = "built-in"
    again: bool = False
    work: Request | None = None
    reports: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def say(self, text: str) -> None:
        text = tidy(text)
        if text:
            self.texts.append(text)

    def ask(self, text: str) -> None:
        text = tidy(text)
        if text:
            self.question = len(self.texts)
            self.texts.append(text)

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    @property
    def speaks(self) -> bool:
        """There is something for a frame to say or do, or a tool to wait for."""
        return bool(self.text or self.fields or (self.work is not None and self.work.known is None))

    @property
    def ask_at(self) -> int:
        """Word at which the last sentence of the question begins; the end of the text if nothing was asked."""
        if self.question is None:
            return len(self.text.split())
        before = sum(len(text.split()) for text in self.texts[: self.question])
        *facts, _ = _SENTENCE.split(self.texts[self.question])
        return before + sum(len(fact.split()) for fact in facts)


def tidy(text: str) -> str:
    """A rendered line without what templates leave behind: outer space, and the second stop of "at three p.m.."."""
    return _STOPS.sub(".", text.strip())


@dataclass(frozen=True, slots=True)
class Request:
    """A tool call that an interpretation asks for; `known` is the outcome if the ledger already has it."""

    key: str
    tool: str
    state: str
    arguments: dict[str, object]
    save: str | None
    known: Outcome | None = None
