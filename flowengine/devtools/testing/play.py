"""One case, played on a table: what came of it, and the conversation with the lines that made it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from flowengine.devtools.stubs import Stubs
from flowengine.devtools.table import Table
from flowengine.devtools.testing import judge
from flowengine.devtools.testing.cases import Case, Step
from flowengine.errors import FlowengineError
from flowengine.language.flow import Flow, Source

CALLERS = (
    "user",
    "then",
    "interrupt",
    "backchannel",
    "silence",
    "mumble",
    "wait",
    "drop",
    "restart",
    "hangup",
)
CUTS = ("then", "interrupt", "backchannel")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation. `where`: the line of the test that said it, or of the flow that answered."""

    who: str
    text: str
    where: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a case failed: the step, and one line for each thing that is wrong."""

    where: str
    wrong: tuple[str, ...]
    kind: str = "expectation"
    said: str = ""


@dataclass(slots=True)
class Played:
    """What came of a case. `ms` is real time."""

    case: str
    file: str
    where: str
    failure: Failure | None = None
    lines: list[Line] = field(default_factory=list)
    ms: float = 0.0
    marks: frozenset[str] = frozenset()
    schedules: int = 0

    @property
    def passed(self) -> bool:
        return self.failure is None


class Player:
    """Plays a case's steps on its table, one after the other."""

    def __init__(self, case: Case, flow: Flow, **options: Any) -> None:
        self.case = case
        self.stubs = Stubs(flow, case.tools)
        self.table = Table(
            flow,
            tools=self.stubs,
            now=case.began(flow.timezone),
            call=case.call,
            variables=case.variables,
            **options,
        )
        self.lines: list[Line] = []
        self._reports = 0

    def run(self) -> Failure | None:
        """Play all; the first step that does not hold is the failure."""
        table, steps = self.table, self.case.steps
        table.open()
        for index, step in enumerate(steps):
            try:
                wrong = self._step(step, steps[index + 1 :])
            except FlowengineError as error:
                return self._failed(step.where, [f"{type(error).__name__}: {error}"], "engine")
            if wrong:
                return self._failed(step.where, wrong, "expectation")
        table.hear_out()
        self._heard(table.spoken)
        last = steps[-1].where
        if self.stubs.missing:
            names = ", ".join(sorted(set(self.stubs.missing)))
            return self._failed(
                last, [f"tool {names} has neither an example nor an answer in this case"], "tool"
            )
        broken = [report for report in table.reports if report.code == "answer_failed"]
        if broken:
            return self._failed(last, [f"while answering: {broken[0].facts.get('error')}"], "flow")
        if table.violations:
            return self._failed(last, table.violations, "protocol")
        return None

    def _step(self, step: Step, following: tuple[Step, ...]) -> list[str]:
        table = self.table
        if step.kind == "agent":
            cut = next((later.kind in CUTS for later in following if later.kind in CALLERS), False)
            said = table.offered if cut else table.said
            return judge.agent(said, step.value)
        if step.kind == "expect":
            return judge.expect(table, step.value)
        if step.kind not in CUTS and step.kind != "wait":
            table.hear_out()
            self._heard(table.spoken)
        if table.retell.over:
            return [f"the call is over already ({table.ended}); nobody can {step.kind} any more"]
        self._move(step)
        return []

    def _move(self, step: Step) -> None:
        table = self.table
        shown = move(table, step)
        if step.kind in CUTS and table.before:
            self._heard(table.before)
        self.lines.append(Line("caller", shown, str(step.where)))

    def _heard(self, said: str) -> None:
        """Note what the agent said since the last step, and which line of the flow answered."""
        turns = [report.facts for report in self.table.reports[self._reports :] if report.code == "turn"]
        if not said:
            return
        self._reports = len(self.table.reports)
        facts = turns[-1] if turns else {}
        where, state = str(facts.get("answered_by", "")), str(facts.get("state_after") or "")
        self.lines.append(Line("agent", said or "(nothing)", where, state))

    def _failed(self, where: Source, wrong: list[str], kind: str) -> Failure:
        said = self.table.spoken
        self._heard(self.table.offered)
        return Failure(str(where), tuple(wrong), kind, said)


def move(table: Table, step: Step) -> str:
    """Do what a caller's step says; returns it as it is shown."""
    value = step.value
    match step.kind:
        case "user":
            table.user(value)
        case "then":
            table.then(value)
        case "interrupt":
            table.interrupt(value.user, value.after_words)
            return f"(after {value.after_words} words) {value.user}"
        case "backchannel":
            table.backchannel(value)
        case "silence":
            table.silence(value)
        case "mumble":
            table.mumble()
        case "wait":
            table.wait(value)
            return f"/wait {value} ms"
        case "drop":
            table.drop().reopen()
        case "restart":
            table.restart()
        case "hangup":
            table.hang_up()
    return value if step.kind in ("user", "then", "backchannel") else f"/{step.kind}"


def play(case: Case, flow: Flow, **options: Any) -> Played:
    """Play one case; never raises for what the flow or the engine do."""
    begun = time.perf_counter()
    player = Player(case, flow, **options)
    try:
        failure = player.run()
    except Exception as error:
        failure = Failure(str(case.where), (f"{type(error).__name__}: {error}",), "engine")
    ms = (time.perf_counter() - begun) * 1000
    return Played(case.name, case.file, str(case.where), failure, player.lines, ms)
