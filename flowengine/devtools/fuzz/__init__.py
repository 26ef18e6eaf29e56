"""Turn fuzzing: every conversation must survive what networks, recognisers and impatient callers do to it.

Two families of schedules. Under the first the outcome (state, slots, variables, tool calls, end) must be the same
as without; under the second, which may change it, nothing may stay open, run twice or go out stale.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from flowengine.devtools.fuzz.pinning import pinned
from flowengine.devtools.fuzz.playing import Scheduled, caller_steps, is_safe_only, outcome, unsafe
from flowengine.devtools.fuzz.schedule import SAFE, SAME, Family, Move, Schedule, parse, random_schedule
from flowengine.devtools.testing.cases import Case
from flowengine.devtools.words import exactly
from flowengine.language.flow import Flow

__all__ = ["SAFE", "SAME", "Found", "Move", "check", "fuzz", "parse", "random_schedule"]


@dataclass(frozen=True, slots=True)
class Found:
    """The smallest schedule that shows a failure, and what it shows."""

    schedule: Schedule
    wrong: tuple[str, ...]
    case: Case

    @property
    def pin(self) -> str:
        """A test case that shows it again; goes under `cases:`."""
        return pinned(self.case, self.schedule)

    @property
    def lines(self) -> tuple[str, ...]:
        """For the failure display: what is wrong, the schedule in words, and how to pin it."""
        words = [
            f"at step {move.step + 1} ({self.case.steps[move.step].where}): {(SAME | SAFE)[move.kind]} [{move}]"
            for move in self.schedule
        ]
        head = f"under a schedule of {len(words)} moves:" if words else "played without any schedule:"
        if not words:
            return (head, *self.wrong)
        return (head, *words, *self.wrong, f"a test case that pins it:\n{self.pin}")


def check(case: Case, flow: Flow, schedule: Schedule, wanted: dict[str, object] | None = None) -> list[str]:
    """What is wrong under this schedule. `wanted` is the outcome without one, where it is known already."""
    try:
        played = Scheduled(case, flow, schedule)
        table = played.play()
        wrong = unsafe(table)
        if is_safe_only(schedule) or played.acted:
            return wrong
        wanted = outcome(Scheduled(case, flow, ()).play()) if wanted is None else wanted
        found = outcome(table)
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    return wrong + [
        f"{name}: expected {exactly(wanted[name])}, found {exactly(found[name])}"
        for name in wanted
        if wanted[name] != found[name]
    ]


def fuzz(case: Case, flow: Flow, *, budget: int, seed: int = 0) -> tuple[Found | None, int]:
    """Replay a case under `budget` random schedules; the smallest failing one, and how many were tried."""
    plain = Scheduled(case, flow, ()).play()
    wrong = unsafe(plain)
    if wrong:
        return Found((), tuple(wrong), case), 1
    wanted: dict[str, object] = outcome(plain)
    rng = random.Random(f"{seed} {case.name}")
    steps = caller_steps(case)
    for number in range(budget):
        family: Family = "same" if number % 2 == 0 else "safe"
        schedule = random_schedule(rng, steps, family)
        wrong = check(case, flow, schedule, wanted)
        if wrong:
            return shrink(case, flow, schedule, wrong, wanted), number + 1
    return None, budget


def shrink(
    case: Case, flow: Flow, schedule: Schedule, wrong: list[str], wanted: dict[str, object] | None = None
) -> Found:
    """Leave out moves, then make their numbers smaller, as long as it still fails."""
    smaller = True
    while smaller:
        smaller = False
        for index, move in enumerate(schedule):
            without = (*schedule[:index], *schedule[index + 1 :])
            less = (*schedule[:index], Move(move.step, move.kind, move.number - 1), *schedule[index + 1 :])
            for candidate in (without, less) if move.number > 0 else (without,):
                still = check(case, flow, candidate, wanted)
                if still:
                    schedule, wrong, smaller = candidate, still, True
                    break
            if smaller:
                break
    return Found(schedule, tuple(wrong), case)
