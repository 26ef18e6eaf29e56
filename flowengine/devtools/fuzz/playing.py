"""A case's conversation played under a schedule."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flowengine.devtools.fuzz.schedule import SAFE, Schedule
from flowengine.devtools.retell import NotNow
from flowengine.devtools.retell.facts import Pressed
from flowengine.devtools.stubs import Stubs
from flowengine.devtools.table import ENDPOINT_MS, THINK_MS, Table
from flowengine.devtools.testing.cases import Case, Step
from flowengine.devtools.testing.play import CALLERS, CUTS, move
from flowengine.devtools.words import exactly
from flowengine.engine.call import Call
from flowengine.engine.commands import RunTool
from flowengine.engine.events import Outcome, Ticked
from flowengine.language.flow import Flow

_LOOKS = ("agent", "expect")


def caller_steps(case: Case) -> list[int]:
    """Steps in which something happens; the others only look."""
    return [index for index, step in enumerate(case.steps) if step.kind in CALLERS]


class _Tools:
    """The case's answers, made late or failing by the schedule."""

    def __init__(self, flow: Flow, case: Case) -> None:
        self._stubs = Stubs(flow, case.tools)
        self.later_ms = 0
        self.failing = False

    def __call__(self, order: RunTool) -> tuple[int, Outcome]:
        after, outcome = self._stubs(order)
        after += self.later_ms
        if self.failing:
            outcome = Outcome("error", kind="exception", message="made to fail")
        if after >= order.timeout_ms:
            return order.timeout_ms, Outcome("error", kind="timeout", message="no result in time")
        return after, outcome


@dataclass(slots=True)
class Scheduled:
    """One run under a schedule."""

    case: Case
    flow: Flow
    schedule: Schedule

    def play(self) -> Table:
        """Play it to its end; errors of the engine come through."""
        self.tools = _Tools(self.flow, self.case)
        table = Table(
            self.flow,
            tools=self.tools,
            now=self.case.began(self.flow.timezone),
            call=self.case.call,
            variables=self.case.variables,
        )
        self.table = table
        table.open()
        for index, step in enumerate(self.case.steps):
            if table.retell.over:
                break
            if step.kind not in _LOOKS:
                moves = {m.kind: m.number for m in self.schedule if m.step == index}
                following = self.case.steps[index + 1 :]
                if next((later.kind in CUTS for later in following if later.kind in CALLERS), False):
                    moves = {kind: n for kind, n in moves.items() if kind not in ("drop", "restart", "again")}
                if step.kind != "user":
                    moves = {kind: n for kind, n in moves.items() if kind != "again"}
                own = sum(later.kind in ("drop", "restart") for later in self.case.steps[index:])
                if table.retell.sockets + own > 3:  # Retell gives a call up after the fourth redial
                    moves = {kind: n for kind, n in moves.items() if kind not in ("drop", "break", "restart")}
                self._step(step, moves)
        table.hear_out()
        table.wait(1_000)
        return table.hear_out()

    tools: Any = None
    table: Any = None
    acted: bool = False
    """An early ask was answered by pressing digits, without words: that cannot be taken back."""

    def _step(self, step: Step, moves: dict[str, int]) -> None:
        table: Table = self.table
        self.tools.failing = self.tools.failing or "fail" in moves
        self.tools.later_ms += moves.get("late", 0) * 2_500
        if "listen" in moves:
            table.backchannel("mm-hmm", moves["listen"])
        if "uh-huh" in moves:
            table.interrupt("uh-huh", moves["uh-huh"])
        if "mumble" in moves:
            table.mumble()
        if "remind" in moves:
            table.remind()
        if "tick" in moves:
            for _ in range(moves["tick"] + 1):
                table.feed(Ticked(table.now))
        if "break" in moves and not table.hear_out().retell.over:
            table.drop().reopen()
        if table.retell.over:
            return
        if step.kind == "user":
            self._user(str(step.value), moves)
        else:
            try:
                move(table, step)
            except NotNow:
                return
        self._after(moves)

    def _user(self, words: str, moves: dict[str, int]) -> None:
        table: Table = self.table
        pieces = moves.get("pieces", 0) + 1
        if "cut" in moves:
            table.interrupt(words, moves["cut"], pieces=pieces)
            return
        said = words.split()
        if "overlap" in moves and len(said) > 1:
            count = min(moves["overlap"] + 1, len(said) - 1)
            if table.overlap(" ".join(said[:count]), " ".join(said[count:])):
                return
        table.hear_out()
        table.pass_time(THINK_MS)
        if "grow" in moves and len(said) > 1 and not table.retell.over:
            count = min(moves["grow"] + 1, len(said) - 1)
            table.say(" ".join(said[:count]), pieces=pieces).ask()
            self._grown(" ".join(said[count:]))
            return
        first = said[: moves.get("early", 0)]
        rest = said[len(first) :]
        if first and rest and not table.retell.over:
            pressed = len(table.retell.found(Pressed))
            table.say(" ".join(first), pieces=pieces).ask()
            self.acted = self.acted or len(table.retell.found(Pressed)) > pressed
            table.say(
                " ".join(rest), pieces=len(rest)
            ).ask()  # as they are recognised: silence would be an end
        else:
            table.say(words, pieces=pieces).ask()

    def _grown(self, rest: str) -> None:
        """Of an utterance that grows after its answer was heard, the new words count, once, and no others."""
        table: Table = self.table
        before = len(table.reports)
        if not table.grow(rest):
            return
        turns = [report.facts for report in table.reports[before:] if report.code == "turn"]
        asked = [turn for turn in turns if turn.get("response_id") == table.retell.latest]
        if asked and asked[-1].get("heard") != rest:
            heard = exactly(str(asked[-1].get("heard")))
            table.faults.append(f"the caller's words: expected {exactly(rest)}, found {heard}")

    def _after(self, moves: dict[str, int]) -> None:
        table: Table = self.table
        if table.retell.over:
            return
        if "again" in moves:
            table.pass_time(ENDPOINT_MS)
            if not table.retell.over and table.retell.left and not table.retell.speaking:
                table.ask()
        if "stray" in moves:
            table.stray(moves["stray"])
        if "carry" in moves:
            table.carry()
        if "drop" in moves and table.retell.connected:
            table.drop().reopen()
        if "restart" in moves:
            table.restart()


def outcome(table: Table) -> dict[str, Any]:
    """What a call has come to, as far as the caller's words decide it."""
    calls = [
        [call.name, call.arguments, call.outcome.result if call.outcome else None]
        for call in table.tool_calls
    ]
    return {
        "state": table.state,
        "slots": table.slots,
        "variables": table.variables,
        "tools": sorted(calls, key=lambda call: json.dumps(call, default=str)),
        "end": table.ended,
        "transfer": table.transferred,
        "digits": table.digits,
    }


def unsafe(table: Table) -> list[str]:
    """What no schedule may show: stale or refused frames, open responses, work done twice, another replay."""
    found = list(table.violations)
    failed = [report.facts.get("error") for report in table.reports if report.code == "answer_failed"]
    found += [f"an answer failed: {error}" for error in failed]
    again = Call(table.flow, table.call.snapshot.call_id)
    for number, (event, commands) in enumerate(table.journal):
        if again.handle(event) != commands:
            found.append(
                f"event {number} ({type(event).__name__}) gives other commands when it is played again"
            )
            break
    return found


def is_safe_only(schedule: Schedule) -> bool:
    """Whether the schedule holds moves that may change the outcome."""
    return any(one.kind in SAFE for one in schedule)
