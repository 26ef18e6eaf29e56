"""What a slot type is: one contract for every kind of value that callers speak.

A slot type reads candidate values out of spoken words and says a value back. It is pure: the moment, the time
zone, the language and what was asked come in with the `Context`. Types are one file each under
`flowengine/speech/types/`; a flow's own `python:` types use this same contract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

Form = Literal["full", "short", "cued", "open"]
"""How a candidate was said.

full   closed type, found inside any sentence ("on Tuesday", "three p.m.")
short  counts only when it is the whole answer apart from fillers ("three" for a time)
cued   an open type after its cue ("my name is Ann Lee")
open   an open type that takes the whole answer; counts only when its slot was asked
"""


@dataclass(frozen=True, slots=True)
class Token:
    """One word: `text` is normalised (lower case, apostrophes unified), `start`/`end` are offsets in the raw text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the caller said: the raw text (capped) and its words. Made by `flowengine.speech.text.hear`."""

    text: str
    tokens: tuple[Token, ...]

    def raw(self, start: int, end: int) -> str:
        """The raw text of the tokens `start` (included) to `end` (excluded)."""
        if start >= end:
            return ""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]


@dataclass(frozen=True, slots=True)
class Context:
    """What a recogniser may know beside the words.

    now       the call's own moment, aware, in the flow's time zone
    language  language tag of the flow, e.g. "en" or "en-US"
    asked     this slot is what the agent has just asked for
    current   the slot's present value, None if empty
    hours     (first, last) time of day as "HH:MM" that a bare hour should fall into, None if unset
    prefer    the slot's `prefer` hint, None if unset
    options   what else the slot declares (choices, min/max length, currency, country ...)
    """

    now: datetime
    language: str = "en"
    asked: bool = False
    current: object = None
    hours: tuple[str, str] | None = None
    prefer: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value found in the words: the token span [start, end) it came from, and other readings if ambiguous.

    `alternatives` are the other readings, most likely first, without `value` itself.
    `question` names what is ambiguous ("am_pm", "which_week"); None if nothing is.
    """

    value: object
    start: int
    end: int
    form: Form = "full"
    alternatives: tuple[object, ...] = ()
    question: str | None = None
    score: float = 1.0


@runtime_checkable
class SlotType(Protocol):
    """A kind of value that callers speak.

    `open` types (text, name) are taken only when asked or after a cue. `recognise` returns the candidates in
    the order they were said, self-corrections already resolved (the last mention wins: of "Monday, no sorry,
    Thursday" only Thursday is returned); it never raises for what was said, and runs in time linear in the
    number of words. `spoken` says a value the way a person would.
    """

    name: str
    open: bool

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]: ...

    def spoken(self, value: object, language: str) -> str: ...


@runtime_checkable
class BesideType(Protocol):
    """An open type that also reads its value out of what is left beside the values of other slots.

    "Ann Smith, next Tuesday at three" answers the question for a name, too. A type without this method takes the whole
    answer or none. `taken` are the token spans [start, end) of the other values; the candidates, in the order said,
    overlap none of them.
    """

    def beside(
        self, said: Said, taken: Sequence[tuple[int, int]], context: Context
    ) -> Sequence[Candidate]: ...
