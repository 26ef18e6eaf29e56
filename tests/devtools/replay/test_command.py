"""A call over a real socket, recorded by `flowengine run --record`, and what `flowengine replay` makes of it."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path

import pytest

from flowengine.devtools.testing import run
from tests.cli.helpers import flowengine
from tests.cli.test_run import running, until
from tests.paths import FLOWS

SURVEY = "yes\nten\n/drop\nthe food\n/interrupt more towels please\nyes please\n"
MESSAGE = (
    "yes\nmy name is Ann Lee\ntwo one two five five five zero one four two\nno, tok-secret-99\n/hangup\n"
)


def recorded(folder: Path, flow: str, caller: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Serve `flow` from `folder`, let `caller` call, stop the server; the recording."""
    monkeypatch.setenv("ANSWERS_FILE", str(folder / "answers.jsonl"))
    shutil.copy(FLOWS / "answers.py", folder)
    (folder / "caller.txt").write_text(caller, encoding="utf-8")
    with running(flow, "--record", "calls", cwd=folder) as process:
        url = re.search(r"(ws://\S+)\n", until(process.stdout, "One line per turn"))
        assert url is not None
        result = flowengine(
            "simulate", url[1], str(folder / "caller.txt"), "--speed", "20", "--patience", "60"
        )
        assert result.exit_code == 0, result.output
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    (file,) = (folder / "calls").iterdir()
    return file


def test_a_call_with_a_redial_and_a_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = tmp_path / "survey.yaml"
    text = (FLOWS / "survey.yaml").read_text(encoding="utf-8")
    flow.write_text(text, encoding="utf-8")
    file = recorded(tmp_path, "survey.yaml", SURVEY, monkeypatch)

    shown = flowengine("replay", str(file))
    assert shown.exit_code == 0
    assert "caller: the food" in shown.output

    same = flowengine("replay", str(file), "--flow", str(flow))
    assert (same.exit_code, same.output.splitlines()[-1]) == (0, "the flow does the same")

    edited = tmp_path / "edited.yaml"
    edited.write_text(text.replace("That is lovely to hear, thank you.", "Wonderful!"), encoding="utf-8")
    differs = flowengine("replay", str(file), "--flow", str(edited))
    assert differs.exit_code == 1
    tail = differs.output.split("from here on it differs; ")[1].splitlines()
    assert tail[0] == "the caller had said: the food"
    assert tail[1].startswith("- agent: That is lovely to hear, thank you.")
    assert tail[2].startswith("+ agent: Wonderful!")

    case = flowengine("replay", str(file), "--to-test", "--name", "A recorded call").output
    test = tmp_path / "survey.test.yaml"
    test.write_text(f"flow: survey.yaml\ncases:\n{case}", encoding="utf-8")
    outcomes = run([test])
    assert outcomes.ok, (case, [played.failure for played in outcomes.played])
    assert "drop: true" in case
    assert 'tools: {"store_answers": [{"done": {"stored": true}' in case


def test_sensitive_slots_and_secrets_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_TOKEN", "tok-secret-99")
    text = (FLOWS / "take_message.yaml").read_text(encoding="utf-8")
    flow = tmp_path / "take_message.yaml"
    flow.write_text(text.replace("\nslots:\n", "\nenv: [CRM_TOKEN]\n\nslots:\n", 1), encoding="utf-8")
    file = recorded(tmp_path, "take_message.yaml", MESSAGE, monkeypatch)
    kept = file.read_text(encoding="utf-8")
    for secret in ("+12125550142", "two one two five five five zero one four two", "tok-secret-99"):
        assert secret not in kept
    assert "caller: [redacted]" in flowengine("replay", str(file)).output
    same = flowengine("replay", str(file), "--flow", str(flow))
    assert same.exit_code == 0
    assert "from here on the caller's words were redacted" in same.output


def test_what_is_no_recording(tmp_path: Path) -> None:
    file = tmp_path / "no.jsonl"
    file.write_text("{}\n", encoding="utf-8")
    result = flowengine("replay", str(file))
    assert result.exit_code == 2
    assert "no.jsonl:1" in result.output
    assert flowengine("replay", str(tmp_path / "none.jsonl")).exit_code == 2
