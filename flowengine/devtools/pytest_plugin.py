"""pytest collects `*.test.yaml`: every case is a test item, with its own failure display.

Options in pytest's configuration file: `flowengine_fuzz`, the number of schedules per case (3).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SUFFIX = ".test.yaml"


class CaseFailed(Exception):
    """A case did not pass; the text is what `flowengine test` prints."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("flowengine_fuzz", "random schedules per case of *.test.yaml", default="3")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not file_path.name.endswith(SUFFIX):
        return None
    return FlowTestFile.from_parent(parent, path=file_path)


class FlowTestFile(pytest.File):
    """One test file."""

    def collect(self) -> Iterator[pytest.Item]:
        from flowengine.devtools.testing import read_cases

        read = read_cases(self.path)
        if read.problems:
            raise self.CollectError("\n".join(str(problem) for problem in read.problems))
        for case in read.cases:
            yield FlowTestCase.from_parent(self, name=case.name, case=case)


class FlowTestCase(pytest.Item):
    """One case."""

    def __init__(self, *, case: Any, **options: Any) -> None:
        super().__init__(**options)
        self._case = case

    def runtest(self) -> None:
        from flowengine.devtools.testing import Options, run_case
        from flowengine.devtools.testing.display import failure

        played = run_case(self._case, Options(fuzz=int(self.config.getini("flowengine_fuzz"))))
        if not played.passed:
            raise CaseFailed(failure(played))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._case.where.line - 1, self.name
