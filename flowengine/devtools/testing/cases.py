"""Test files as values: cases and steps with their places in the file, all problems with line and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flowengine.devtools.stubs import Stub
from flowengine.devtools.table import START
from flowengine.devtools.testing.document import (
    KINDS,
    CaseEntry,
    StepEntry,
    StubEntry,
    Surroundings,
    TestFile,
)
from flowengine.language.binding import bind
from flowengine.language.document.base import duration_ms
from flowengine.language.flow import Source
from flowengine.language.problems import Problem
from flowengine.language.reader import Node, read_path

SUFFIX = ".test.yaml"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `kind` is its key, `value` what stands there, as data or as its model."""

    kind: str
    value: Any
    where: Source


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation. `flow` is the path of its flow file, `now` ms since the epoch or text to be read there."""

    name: str
    file: str
    where: Source
    flow: str
    steps: tuple[Step, ...]
    now: str | None = None
    call: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] | None = None
    tools: Mapping[str, tuple[Stub, ...]] = field(default_factory=dict)
    fuzz: bool = True
    schedule: tuple[str, ...] = ()

    def began(self, timezone: str) -> int:
        """The moment of the call, ms since the epoch."""
        if self.now is None:
            return START
        moment = datetime.fromisoformat(self.now)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(timezone))
        return round(moment.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Cases:
    """What came of reading one test file."""

    file: str
    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]
    text: str = ""


def read_cases(path: str | Path) -> Cases:
    """Read a test file; never raises for what it holds."""
    path = Path(path)
    text, _ = read_path(path)
    if text.root is None:
        return Cases(str(path), (), text.problems, text.text)
    document, problems = bind(TestFile, text.root)
    problems = [*text.problems, *problems]
    if document is None or problems:
        return Cases(str(path), (), tuple(problems), text.text)
    flow = document.flow or path.name.removesuffix(SUFFIX) + ".yaml"
    cases = []
    for index, entry in enumerate(document.cases):
        node = text.root.at("cases", index)
        problems += _moment_problems(entry, node) + (
            _moment_problems(document, text.root) if not index else []
        )
        problems += [
            Problem(
                "error",
                "empty-step",
                f"expected one key, out of {', '.join(KINDS)}",
                node.at("steps", n).where,
            )
            for n, step in enumerate(entry.steps)
            if not step.model_fields_set
        ]
        if problems:
            continue
        cases.append(_case(document, entry, node, path, path.parent / flow))
    first: dict[str, Case] = {}
    for case in cases:
        if case.name in first:
            message = f"another case is called '{case.name}', in line {first[case.name].where.line}"
            problems.append(Problem("error", "same-name", message, case.where, "rename one of them"))
        first.setdefault(case.name, case)
    return Cases(str(path), () if problems else tuple(cases), tuple(problems), text.text)


def _moment_problems(entry: Surroundings, node: Node) -> list[Problem]:
    if entry.now is None:
        return []
    try:
        datetime.fromisoformat(entry.now)
    except ValueError:
        hint = "for example 2026-11-23T10:00:00-05:00"
        message = f"expected a moment in ISO 8601, found the text '{entry.now}'"
        return [Problem("error", "wrong-value", message, node.at("now").where, hint)]
    return []


def _case(document: TestFile, entry: CaseEntry, node: Node, path: Path, flow: Path) -> Case:
    variables = {**document.variables, **entry.variables}
    tools = {**document.tools, **entry.tools}
    steps = tuple(_step(step, node.at("steps", index)) for index, step in enumerate(entry.steps))
    return Case(
        entry.case,
        str(path),
        node.where,
        str(flow),
        steps,
        entry.now or document.now,
        {**document.call, **entry.call},
        variables or None,
        {name: _stubs(answers) for name, answers in tools.items()},
        entry.fuzz and document.fuzz,
        tuple(entry.schedule),
    )


def _step(step: StepEntry, node: Node) -> Step:
    kind = next(iter(step.model_fields_set))
    value = getattr(step, kind)
    if kind == "wait":
        value = duration_ms(value)
    elif kind == "silence":
        value = 1 if value is None or value is True else int(value)
    return Step(kind, value, node.where)


def _stubs(answers: StubEntry | list[StubEntry]) -> tuple[Stub, ...]:
    entries = answers if isinstance(answers, list) else [answers]
    return tuple(
        Stub(entry.done, entry.error, entry.status, duration_ms(entry.after) or 0) for entry in entries
    )
