"""Many cases at once: finding test files, sharing them out over processes, gathering what came of them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from flowengine.devtools.table import Table
from flowengine.devtools.testing.cases import SUFFIX, Case, Cases, read_cases
from flowengine.devtools.testing.play import Failure, Played, play
from flowengine.language import Loaded, load
from flowengine.language.flow import Flow
from flowengine.language.problems import Problem

FUZZ_BUDGET = 3
"""Schedules that each case is replayed under if nothing else is said."""
_WORTH_A_PROCESS = 12
_CHUNK = 8


@dataclass(frozen=True, slots=True)
class Options:
    """How cases are run.

    match     only cases whose name or file holds this text
    fuzz      random schedules per case, 0 for none; `seed` begins them
    jobs      processes; None for as many as there are processors
    coverage  collect which lines of the flows were used
    """

    match: str = ""
    fuzz: int = FUZZ_BUDGET
    seed: int = 0
    jobs: int | None = None
    coverage: bool = False


@dataclass(slots=True)
class Outcomes:
    """All that came of a run.

    problems  of files that could not be used; `sources`: texts by file
    flows     the flows that were tested, by path; `marks` what of each was used, if coverage was wanted
    """

    played: list[Played] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    marks: dict[str, set[str]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not any(problem.level == "error" for problem in self.problems) and all(
            played.passed for played in self.played
        )


def find(paths: Iterable[str | Path]) -> list[Path]:
    """Test files: those given, those beside a given flow, those below a given folder."""
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += sorted(file for file in path.rglob(f"*{SUFFIX}") if not _hidden(file, path))
        elif path.name.endswith(SUFFIX):
            found.append(path)
        else:
            found.append(path.with_name(path.name.removesuffix(".yaml") + SUFFIX))
    return list(dict.fromkeys(found))


def _hidden(file: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(below).parts)


def run(
    paths: Sequence[str | Path],
    options: Options = Options(),
    heard: Callable[[Played, int], None] | None = None,
) -> Outcomes:
    """Run the cases in `paths`; `heard` is called with each as it ends, and how many there are.

    Order of the result: as in the files.
    """
    outcomes = Outcomes()
    _read.cache_clear()
    _loaded.cache_clear()
    work: list[tuple[str, list[int]]] = []
    for path in find(paths):
        cases = _read(str(path))
        outcomes.problems += cases.problems
        outcomes.sources[cases.file] = cases.text
        for flow in sorted({case.flow for case in cases.cases}):
            loaded = _loaded(flow)
            outcomes.sources |= loaded.sources
            if loaded.flow is None:
                outcomes.problems += loaded.problems
            else:
                outcomes.flows[flow] = loaded.flow
        wanted = [
            index
            for index, case in enumerate(cases.cases)
            if options.match.casefold() in f"{case.file} {case.name}".casefold() and _loaded(case.flow).flow
        ]
        work += [(str(path), wanted[i : i + _CHUNK]) for i in range(0, len(wanted), _CHUNK)]
    place = {(path, index): n for n, (path, index) in enumerate((p, i) for p, some in work for i in some)}
    results: dict[int, Played] = {}
    for file, indices, played in _spread(work, options):
        for index, one in zip(indices, played, strict=True):
            results[place[file, index]] = one
            outcomes.marks.setdefault(_read(file).cases[index].flow, set()).update(one.marks)
            if heard is not None:
                heard(one, len(place))
    outcomes.played = [results[n] for n in sorted(results)]
    return outcomes


def _spread(
    work: list[tuple[str, list[int]]], options: Options
) -> Iterator[tuple[str, list[int], list[Played]]]:
    jobs = options.jobs or os.cpu_count() or 1
    if jobs == 1 or sum(len(indices) for _, indices in work) < _WORTH_A_PROCESS:
        for path, indices in work:
            yield path, indices, run_some(path, indices, options)
        return
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context(method)) as pool:
        futures = {pool.submit(run_some, path, indices, options): (path, indices) for path, indices in work}
        for future in as_completed(futures):
            path, indices = futures[future]
            yield path, indices, future.result()


def run_some(path: str, indices: list[int], options: Options) -> list[Played]:
    """Run these cases of one file, one after the other."""
    cases = _read(path).cases
    return [run_case(cases[index], options) for index in indices]


def run_case(case: Case, options: Options = Options(fuzz=0)) -> Played:
    """Run one case, then replay it under random schedules if it passed and allows it."""
    flow = _loaded(case.flow).flow
    if flow is None:
        problems = tuple(str(problem) for problem in _loaded(case.flow).problems)
        return Played(case.name, case.file, str(case.where), Failure(str(case.where), problems, "flow"))
    marks: set[str] = set()
    if options.coverage:
        from flowengine.devtools.coverage.probes import probed

        flow = probed(flow, marks)
    played = play(case, flow, observe=_observer(marks) if options.coverage else None)
    if played.passed and case.schedule:
        from flowengine.devtools.fuzz import Found, check, parse

        schedule = parse(case.schedule)
        wrong = check(case, flow, schedule)
        if wrong:
            played.failure = Failure(str(case.where), Found(schedule, tuple(wrong), case).lines, "fuzz")
    if played.passed and options.fuzz and case.fuzz:
        from flowengine.devtools.fuzz import fuzz

        found, played.schedules = fuzz(case, flow, budget=options.fuzz, seed=options.seed)
        if found is not None:
            played.failure = Failure(str(case.where), found.lines, "fuzz")
    played.marks = frozenset(marks)
    return played


def _observer(marks: set[str]) -> Callable[[Table], None]:
    """Marks the states that a call has entered, heard or not, and how its tools ended."""

    def observe(table: Table) -> None:
        snapshot = table.call.snapshot
        worlds = [snapshot.base]
        if snapshot.turn is not None:
            worlds += [segment.draft for segment in snapshot.turn.segments]
        marks.update(f"state:{name}" for world in worlds for name in world.visits)
        for work in snapshot.works.values():
            if work.outcome is not None:
                marks.add(f"tool:{work.tool}:{'done' if work.outcome.result == 'done' else 'error'}")

    return observe


@lru_cache(maxsize=256)
def _read(path: str) -> Cases:
    return read_cases(path)


@lru_cache(maxsize=64)
def _loaded(path: str) -> Loaded:
    return load(path)
