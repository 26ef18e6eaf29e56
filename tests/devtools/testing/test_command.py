"""`flowengine test` as people and CI servers run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue
from xml.etree import ElementTree

import jsonschema
import pexpect
import pytest

from flowengine.language.reader import read_path
from tests.cli.helpers import flowengine
from tests.paths import FLOWS, ROOT

FLOW = """
flow: tiny
start: greeting
intents: {yes: ["yes"]}
states:
  greeting:
    ask: Shall I note it?
    on:
      response_required:
        - {intent: "yes", goto: bye}
        - {match: later, goto: later}
  later: {say: Another time., no_interruption_allowed: true, end_call: true}
  bye: {say: Goodbye!, no_interruption_allowed: true, end_call: true}
"""
GOOD = """cases:
  - case: Says goodbye
    steps:
      - user: "yes"
      - agent: {exact: Goodbye!}   # a remark that stays
"""
BAD = GOOD.replace("exact: Goodbye!", "exact: Farewell & <good> night!")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tiny.yaml").write_text(FLOW, encoding="utf-8")
    (tmp_path / "tiny.test.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_what_is_printed_and_the_exit_codes(folder: Path) -> None:
    passed = flowengine("test", str(folder))
    assert passed.exit_code == 0
    assert "1 passed, 3 schedules in " in passed.output
    (folder / "tiny.test.yaml").write_text(BAD, encoding="utf-8")
    failed = flowengine("test", str(folder))
    assert failed.exit_code == 1
    assert "tiny.test.yaml:2:5: FAILED Says goodbye" in failed.output
    assert "caller: yes" in failed.output
    assert "/tiny.yaml:" in failed.output
    assert "      - Farewell & <good> night!\n      + Goodbye!\n" in failed.output
    (folder / "tiny.test.yaml").write_text("cases:\n  - cas: x\n", encoding="utf-8")
    broken = flowengine("test", str(folder))
    assert broken.exit_code == 1
    assert "tiny.test.yaml:2:5: error: a case needs 'cas" in broken.output
    assert flowengine("test", str(folder / "nothing.yaml")).exit_code == 2
    (folder / "empty").mkdir()
    assert flowengine("test", str(folder / "empty")).exit_code == 2


def test_a_flow_without_its_test_file_is_told_about(tmp_path: Path) -> None:
    (tmp_path / "alone.yaml").write_text(FLOW, encoding="utf-8")
    result = flowengine("test", str(tmp_path / "alone.yaml"))
    assert result.exit_code != 0
    assert "alone.test.yaml" in result.output


def test_k_chooses_cases_by_name_or_file(folder: Path) -> None:
    text = GOOD + "  - case: Another time\n    steps: [user: later, expect: {end: true}]\n"
    (folder / "tiny.test.yaml").write_text(text, encoding="utf-8")
    assert "1 passed" in flowengine("test", str(folder), "-k", "another").output
    assert "2 passed" in flowengine("test", str(folder), "-k", "tiny.test").output
    assert "0 passed" in flowengine("test", str(folder), "-k", "elephants").output


def test_junit_is_what_ci_servers_read(folder: Path) -> None:
    (folder / "tiny.test.yaml").write_text(BAD, encoding="utf-8")
    file = folder / "results.xml"
    assert flowengine("test", str(folder), "--junit", str(file)).exit_code == 1
    root = ElementTree.parse(file).getroot()
    assert root.tag == "testsuites"
    suite = root.find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    case = suite.find("testcase")
    assert case is not None
    assert (case.get("name"), case.get("line")) == ("Says goodbye", "2")
    assert float(case.get("time", "")) >= 0
    failure = case.find("failure")
    assert failure is not None
    assert "Farewell & <good> night!" in failure.get("message", "")
    assert "caller: yes" in (failure.text or "")


def test_too_little_coverage_fails(folder: Path) -> None:
    page = folder / "coverage.html"
    result = flowengine("test", str(folder), "--coverage", "--coverage-html", str(page), "--fail-under", "90")
    assert result.exit_code == 1
    assert "tiny.yaml:12:3  state later" in result.output
    assert "covered, less than 90 %" in result.output
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert flowengine("test", str(folder), "--fail-under", "50").exit_code == 0


def test_update_rewrites_exact_answers_and_nothing_else(folder: Path) -> None:
    file = folder / "tiny.test.yaml"
    file.write_text(BAD, encoding="utf-8")
    result = flowengine("test", str(folder), "--update")
    assert result.exit_code == 0
    assert "updated 1 expectation" in result.output
    assert file.read_text(encoding="utf-8") == GOOD.replace("exact: Goodbye!", 'exact: "Goodbye!"')


def test_watch_runs_again_when_a_file_changes(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    order = [sys.executable, "-m", "flowengine", "test", str(folder), "--watch"]
    process = subprocess.Popen(
        order, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    stream = process.stdout

    def read() -> None:
        for line in stream:
            lines.put(line)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()

    def until(wanted: str) -> None:
        while wanted not in lines.get(timeout=30):
            pass

    try:
        until("1 passed")
        until("watching")
        (folder / "tiny.yaml").write_text(FLOW.replace("Goodbye!", "So long!"), encoding="utf-8")
        until("FAILED Says goodbye")
        until("1 failed")
        (folder / "tiny.yaml").write_text(FLOW, encoding="utf-8")
        until("1 passed")
    finally:
        process.kill()
        process.wait(timeout=30)
        reader.join(timeout=30)
        stream.close()


def test_shipped_test_files_name_their_schema_and_keep_to_it() -> None:
    schema = json.loads((ROOT / "schemas" / "test.schema.json").read_text(encoding="utf-8"))
    checker = jsonschema.Draft202012Validator(schema)
    for file in FLOWS.glob("*.test.yaml"):
        text = file.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=../schemas/test.schema.json\n"), file
        root = read_path(file)[0].root
        assert root is not None
        checker.validate(root.data())
    wrong = {"cases": [{"case": "x", "steps": [{"usr": "yes"}]}]}
    assert list(checker.iter_errors(wrong))


def test_a_bar_shows_how_far_it_is_on_a_terminal_only() -> None:
    arguments = ["-m", "flowengine", "test", str(FLOWS / "order_status.test.yaml"), "--fuzz", "0", "-j", "1"]
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        arguments,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        encoding="utf-8",
        timeout=30,
        dimensions=(40, 120),
    )
    child.expect(r"(\d+)/(\d+)")
    child.expect(r"passed in")
    child.close(force=True)
    plain = flowengine("test", str(FLOWS / "order_status.test.yaml"), "--fuzz", "0")
    assert "passed in" in plain.output
    assert "/" not in plain.output.splitlines()[-1]
