"""Load a flow: read, bind, compile, check. Every problem is reported at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flowengine.errors import FlowError
from flowengine.language.compile.build import Build, Case
from flowengine.language.compile.flows import compile_flow
from flowengine.language.flow import File, Flow, Source
from flowengine.language.problems import Problem, in_order, render_all


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading: the flow if it can be used, all problems in order, all files that were read.

    `files` is complete even when the flow is broken, so that a watcher sees the edit that mends it. `sources` holds
    the text of each YAML file, for excerpts.
    """

    flow: Flow | None
    problems: tuple[Problem, ...]
    files: tuple[File, ...]
    sources: Mapping[str, str]

    def render(self, colour: bool = False) -> str:
        """All problems for people."""
        return render_all(self.problems, self.sources, colour)


def load(path: str | Path, *, environ: Mapping[str, str] | None = None) -> Loaded:
    """Load the flow file at `path`; never raises for what files hold. `environ` replaces the environment."""
    from flowengine.language.checks import run_checks

    build = Build(Path(path), os.environ if environ is None else environ)
    try:
        flow = compile_flow(build)
        case = None if flow is None else Case(flow, build)
        problems = [*build.problems, *run_checks(case, build)]
    except RecursionError:
        flow = None
        where = Source(build.root.as_posix(), 1, 1)
        problems = [*build.problems, Problem("error", "too-deep", "nested too deeply", where, "flatten it")]
    files = tuple(File(file, digest) for file, digest in sorted(build.digests.items()))
    sources = {file: text.text for file, text in build.texts.items()}
    broken = flow is None or any(problem.level == "error" for problem in problems)
    return Loaded(None if broken else flow, in_order(problems), files, sources)


def load_flow(path: str | Path, *, environ: Mapping[str, str] | None = None) -> Flow:
    """The flow at `path`. FlowError with all problems if it has errors; warnings are let through."""
    loaded = load(path, environ=environ)
    if loaded.flow is None:
        raise FlowError(loaded.problems)
    return loaded.flow
