"""A schedule: what goes on around a case's steps that its author did not write. A value, and a line of text."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flowengine.errors import FlowengineError

Family = Literal["same", "safe"]

SAME = {
    "pieces": "the words come in so many growing updates",
    "early": "Retell asks after so many words, the caller goes on, that answer is never heard",
    "overlap": "the caller's first words run into the agent's last one, which Retell speaks after it has asked",
    "again": "Retell asks once more before the answer is heard",
    "stray": "the newest ask is repeated, or one so many ids older",
    "drop": "the connection dies after the ask, before its answer is heard",
    "break": "the connection dies between two turns",
    "carry": "the call goes through JSON into another process",
    "tick": "so many ticks that nobody wanted",
}
"""Moves that may not change what the call comes to."""

SAFE = {
    "cut": "the caller speaks after so many words of the answer before",
    "uh-huh": "a sound of listening cuts the answer after so many words",
    "listen": "a sound of listening after so many words stops nobody",
    "grow": "the last words are recognised late, over the answer to those before",
    "remind": "Retell reminds",
    "mumble": "a sound that nobody understands",
    "restart": "the server dies after the ask; running tools are lost",
    "late": "tools take so many seconds longer from here on",
    "fail": "tools fail from here on",
}
"""Moves that may change the outcome, but under which nothing may stay open, run twice or go out stale."""


class BadSchedule(FlowengineError):
    """A line that is no schedule."""


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """At step `step` (from 0) do `kind`, with a number that depends on it."""

    step: int
    kind: str
    number: int = 0

    def __str__(self) -> str:
        return f"{self.step + 1} {self.kind} {self.number}"


Schedule = tuple[Move, ...]


def parse(lines: Sequence[str]) -> Schedule:
    """The schedule in `["3 drop 0", ...]`: step (from 1), kind, number. Raises BadSchedule."""
    moves = []
    for line in lines:
        step, kind, number = (*line.split(), "0")[:3] if len(line.split()) > 1 else ("", "", "")
        if (kind not in SAME and kind not in SAFE) or not step.isdigit() or not number.isdigit():
            raise BadSchedule(
                f"'{line}' is no move of a schedule; write `step kind number`, for example `3 drop 0`"
            )
        moves.append(Move(int(step) - 1, kind, int(number)))
    return tuple(moves)


def random_schedule(rng: random.Random, steps: Sequence[int], family: Family) -> Schedule:
    """Some moves at some of these steps: about one for every other step."""
    kinds = list(SAME) if family == "same" else [*SAME, *SAFE]
    moves: list[Move] = []
    drops = 0
    for step in steps:
        for kind in rng.sample(kinds, rng.choice((0, 1, 1, 2))):
            if kind in ("drop", "break", "restart"):
                drops += 1
                if drops > 3:
                    continue  # Retell gives a call up after the fourth
            moves.append(Move(step, kind, rng.randrange(4)))
    return tuple(moves)
