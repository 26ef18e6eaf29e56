"""Checks beyond the schema, one per file. Each module's docstring is its page in docs/reference/checks.md.

A module has `CODES`, the codes of its problems, and `check`, which takes the compiled flow with how it was written
(`Case`), or, for references, what compiling has gathered (`Build`). To add one: a file here, an entry in the registry,
a broken flow in tests/language/broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

from flowengine.language.checks import (
    after_the_end,
    dead_pattern,
    double_apology,
    endless_cycle,
    environment,
    holding_line,
    http_arguments,
    interruptible_ending,
    no_way_out,
    python_tool,
    reads_badly,
    return_outside,
    same_phrase,
    shadowed_handler,
    slot_question,
    unknown_name,
    unknown_state,
    unreachable_state,
    unused,
)
from flowengine.language.compile.build import Build, Case
from flowengine.language.problems import Problem

REFERENCES: tuple[ModuleType, ...] = (unknown_state, unknown_name, environment)
"""Checks of references: they run even when little is left of a broken flow."""
GRAPH: tuple[ModuleType, ...] = (
    unreachable_state,
    no_way_out,
    endless_cycle,
    return_outside,
    unused,
    shadowed_handler,
)
"""Checks that say nothing of use while a target or a whole section is missing."""
REGISTRY: tuple[ModuleType, ...] = (
    *REFERENCES,
    *GRAPH,
    same_phrase,
    dead_pattern,
    python_tool,
    http_arguments,
    slot_question,
    holding_line,
    http_arguments,
    interruptible_ending,
    double_apology,
    reads_badly,
    after_the_end,
)


def run_checks(case: Case | None, build: Build) -> list[Problem]:
    """All problems that the checks find."""
    found: list[Problem] = []
    for module in REFERENCES:
        found += _check(module)(build)
    if case is None:
        return found
    broken = any(problem.level == "error" for problem in (*build.problems, *found))
    for module in REGISTRY:
        if module in REFERENCES or (broken and module in GRAPH):
            continue
        found += _check(module)(case)
    return found


def _check(module: ModuleType) -> Callable[[object], Iterator[Problem]]:
    check: Callable[[object], Iterator[Problem]] = module.check
    return check
