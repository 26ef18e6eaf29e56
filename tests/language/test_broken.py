"""Broken flows and the exact words that their authors read.

`NAME.expected` beside `NAME.yaml` holds what `load` reports. FLOWENGINE_REGENERATE=1 writes these files anew; read the
difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowengine.language import load
from flowengine.language.checks import REGISTRY

BROKEN = Path(__file__).parent / "broken"
FLOWS = sorted(BROKEN.glob("*.yaml"))
REGENERATE = os.environ.get("FLOWENGINE_REGENERATE") == "1"


def report(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(path.parent)
    return load(path.name, environ={"CRM_TOKN": "x"}).render() + "\n"


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_message(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = path.with_suffix(".expected")
    found = report(path, monkeypatch)
    if REGENERATE:
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


def test_there_are_enough() -> None:
    assert len(FLOWS) >= 45


def test_every_message_says_where_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    for path in FLOWS:
        loaded = load(path.name, environ={})
        assert loaded.problems, path.name
        for problem in loaded.problems:
            assert problem.where.line >= 1
            assert problem.where.column >= 1
            assert problem.hint, f"{path.name}: {problem}"


def test_only_warnings_leave_the_flow_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    for path in FLOWS:
        loaded = load(path.name, environ={})
        usable = all(problem.level == "warning" for problem in loaded.problems)
        assert (loaded.flow is not None) == usable == path.name.startswith("warn_"), path.name


def test_every_check_is_in_the_table() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in BROKEN.glob("*.expected"))
    for module in REGISTRY:
        for code in module.CODES:
            assert f"[{code}]" in told, code
