"""`flowengine check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowengine.cli.files import flow_files
from tests.cli.helpers import flowengine
from tests.paths import FLOWS

GOOD = "flow: good\nstart: a\nstates:\n  a: {say: Goodbye!, no_interruption_allowed: true, end_call: true}\n"
BAD = GOOD.replace("flow: good", "flow: bad").replace("start: a", "start: b")


def test_the_example_flows_have_no_problems() -> None:
    result = flowengine("check", str(FLOWS), "--strict")
    assert result.exit_code == 0, result.output
    assert result.output.count("ok  ") == len(list(FLOWS.glob("*.yaml"))) - len(
        list(FLOWS.glob("*.test.yaml"))
    )


def test_problems_have_a_place_an_excerpt_and_exit_code_1(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)
    result = flowengine("check", str(file))
    assert result.exit_code == 1
    assert f"{file}:2:8: error: " in result.output
    assert "2 | start: b" in result.output
    assert result.output.endswith("1 error, 0 warnings\n")


def test_several_paths_and_folders_are_checked_at_once(tmp_path: Path) -> None:
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "bad.yaml").write_text(BAD)
    (tmp_path / "some" / "notes.yaml").write_text("just: notes\n")
    (tmp_path / "some" / "bad.test.yaml").write_text("flow: bad.yaml\n")
    (tmp_path / "good.yaml").write_text(GOOD)
    result = flowengine("check", str(tmp_path / "good.yaml"), str(tmp_path / "some"))
    assert result.exit_code == 1
    assert "ok  " in result.output
    assert "bad.yaml:2:8" in result.output
    assert "notes" not in result.output


def test_json_is_for_machines(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)
    result = flowengine("check", str(file), "--format", "json")
    report = json.loads(result.output)
    assert result.exit_code == 1
    assert (report["ok"], report["errors"], report["warnings"]) == (False, 1, 0)
    assert report["files"] == [{"file": str(file), "flow": None}]
    assert {"file": str(file), "line": 2, "column": 8, "level": "error"}.items() <= report["problems"][
        0
    ].items()


@pytest.mark.parametrize("path", ["nothing.yaml", "empty"])
def test_nothing_to_check_is_a_wrong_use(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    assert flowengine("check", str(tmp_path / path)).exit_code == 2


def test_no_colour_without_a_terminal(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)
    assert "\x1b" not in flowengine("check", str(file)).output


def test_colour_can_be_forced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;31merror\x1b[0m" in flowengine("check", str(file)).output


def test_a_sub_flow_in_the_folder_is_checked_with_its_caller_only(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text(
        "flow: main\nstart: one\nstates:\n  one: {ask: Hello?, on: {response_required: [{goto: check}]}}\n"
        '  check: {call: "verify.yaml", with: {wanted: 4}, save: told, '
        "on: {done: [{goto: one}], error: [{goto: one}]}}\n",
        encoding="utf-8",
    )
    (tmp_path / "verify.yaml").write_text(
        "flow: verify\nstart: ask\nslots: {code: {type: number, ask: Your code?}}\nstates:\n"
        '  ask: {collect: [code], goto: told}\n  told: {return: {ok: "{{ code == wanted }}"}}\n',
        encoding="utf-8",
    )
    assert flow_files(tmp_path) == [tmp_path / "main.yaml"]
    assert flow_files(tmp_path / "verify.yaml") == [tmp_path / "verify.yaml"]
