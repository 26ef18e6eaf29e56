"""`flowengine chat` at a real terminal and in a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from flowengine.devtools.testing import run
from tests.cli.helpers import flowengine
from tests.paths import FLOWS, ROOT

NOW = ("--now", "2026-11-23T10:00:00")


@contextmanager
def terminal(*arguments: str, answers: bool = False) -> Iterator[pexpect.spawn[str]]:
    """The command at a terminal of its own; ended if the test has not. `answers`: the test plays the terminal's part
    and says where the cursor is when it is asked.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    if not answers:
        environment["PROMPT_TOOLKIT_NO_CPR"] = "1"
    child = pexpect.spawn(
        sys.executable,
        ["-m", "flowengine", "chat", *arguments],
        env=environment,
        encoding="utf-8",
        timeout=15,
        dimensions=(40, 160),
    )
    try:
        yield child
    finally:
        child.close(force=True)


def test_a_conversation_at_a_terminal(tmp_path: Path) -> None:
    file = tmp_path / "saved.test.yaml"
    with terminal(str(FLOWS / "booking.yaml"), *NOW) as child:
        child.expect("Would you like to book an appointment")
        child.expect("you:")
        child.send("yes\r")
        child.expect("May I have your full name")
        child.send("/interrupt 2 Ann Lee\r")
        child.expect("slot patient: Ann Lee")
        child.send("/mumble\r")
        child.expect("not clear")
        child.send("/drop\r")
        child.send("/silence\r")
        child.expect("still there")
        child.send("tomorrow at ten\r")
        child.expect("Is that right")
        child.send("yes\r")
        child.expect("tool book_appointment \\(patient Ann Lee, day 2026-11-24, time 10:00\\): status booked")
        child.expect("the call is over: agent_hangup")
        child.send(f"/save {file} Saved at a terminal\r")
        child.expect("saved to")
        child.send("/quit\r")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0
    outcomes = run([file])
    assert outcomes.ok, [played.failure for played in outcomes.played]


def test_the_pane_shows_where_the_call_is() -> None:
    with terminal(str(FLOWS / "booking.yaml"), *NOW, answers=True) as child:
        child.expect_exact("\x1b[6n")
        child.send("\x1b[1;1R")
        child.expect("state: greeting")
        child.expect("agent settings: responsiveness 0.9")


def test_ctrl_d_leaves() -> None:
    with terminal(str(FLOWS / "survey.yaml")) as child:
        child.expect("you:")
        child.sendeof()
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0


def test_words_go_out_while_they_are_typed() -> None:
    """A handler for live words speaks before the line is finished."""
    with terminal(str(FLOWS / "booking.yaml"), *NOW, "--partial") as child:
        child.expect("you:")
        child.send("I have chest pain ")
        child.expect("If this is an emergency")
        child.send("since the morning\r")
        child.expect("agent:")


def test_an_edit_changes_a_chat_at_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "order_status.yaml"
    text = (FLOWS / "order_status.yaml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    with terminal(str(path), "--reload") as child:
        child.expect("about an order")
        child.expect("you:")
        path.write_text(text.replace("It has six digits.", "Six digits, please."), encoding="utf-8")
        child.send("yes\r")
        child.expect("reloaded")
        child.expect("Six digits, please")
        path.write_text("flow: [", encoding="utf-8")
        child.send("one two three four five six\r")
        child.expect("error")
        child.expect("Parcel Express")


def test_piped_lines() -> None:
    lines = "yes\none two three four five six\n\nno thanks\nhello?\n"
    result = flowengine("chat", str(FLOWS / "order_status.yaml"), stdin=lines)
    assert result.exit_code == 0
    assert "you: yes\nagent: What is your order number?" in result.output
    assert "· agent settings: responsiveness 0.9, interruption_sensitivity 0.8" in result.output
    assert "· the call is over: agent_hangup" in result.output
    assert "{'" not in result.output
    assert "None" not in result.output


def test_everything_can_be_looked_at() -> None:
    lines = "yes\n/state\n/help\n/elephant\n/then\n/interrupt\n/save\n/hangup\n/mumble\n"
    result = flowengine("chat", str(FLOWS / "order_status.yaml"), "--var", "customer_name=Ann", stdin=lines)
    for wanted in (
        "Hello Ann",
        "· slot order: nothing",
        "· variable shop: Northwind Outfitters",
        "/interrupt  cut the agent short",
        "there is no /elephant",
        "/then needs the caller's words",
        "/interrupt needs the caller's words",
        "/save needs a file",
        "· the call is over: user_hangup",
        "· the call is over; /save or /quit",
    ):
        assert wanted in result.output


def test_partial_and_whole_lines_come_to_the_same() -> None:
    lines = "yes\none two three four five six\nno thanks\n"
    whole = flowengine("chat", str(FLOWS / "order_status.yaml"), *NOW, stdin=lines)
    partial = flowengine("chat", str(FLOWS / "order_status.yaml"), *NOW, "--partial", stdin=lines)
    assert whole.output == partial.output


def test_real_tools_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERS_FILE", str(tmp_path / "answers.jsonl"))
    lines = "sure\nthree\nthe staff\nskip\n"
    result = flowengine("chat", str(FLOWS / "survey.yaml"), "--tools", "real", stdin=lines)
    assert (
        "tool store_answers (score 3, best staff, wish nothing, callback nothing): stored true"
        in result.output
    )
    assert '"score": 3' in (tmp_path / "answers.jsonl").read_text(encoding="utf-8")


def test_exit_codes(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("flow: bad\nstart: b\nstates:\n  a: {say: Goodbye!, end_call: true}\n", encoding="utf-8")
    assert flowengine("chat", str(bad), stdin="").exit_code == 1
    assert flowengine("chat", str(tmp_path / "none.yaml"), stdin="").exit_code == 2
    assert flowengine("chat", str(FLOWS / "survey.yaml"), "--var", "x", stdin="").exit_code == 2
