"""Checks beyond the schema, one per file; see `REGISTRY`."""

from __future__ import annotations

from flowengine.language.compile.build import Build, Case
from flowengine.language.problems import Problem


def run_checks(case: Case | None, build: Build) -> list[Problem]:
    """All problems that the checks find."""
    return []
