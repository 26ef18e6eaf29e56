"""`flowengine run`: what it prints, whom it answers, how it stops."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from websockets.sync.client import connect

from tests.cli.helpers import flowengine
from tests.paths import FLOWS, ROOT


@contextmanager
def running(*arguments: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """A server on a free port; killed if the test has not stopped it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "flowengine", "run", *arguments, "--port", "0", "--store", "memory"]
    process = subprocess.Popen(
        command, cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(stream: IO[str] | None, wanted: str) -> str:
    """What a process prints up to the line that holds `wanted`."""
    assert stream is not None
    seen = ""
    for line in stream:
        seen += line
        if wanted in line:
            return seen
    raise AssertionError(f"{wanted!r} was never printed:\n{seen}")


def test_a_flow_is_served_told_about_and_drained(tmp_path: Path) -> None:
    with running(str(FLOWS / "booking.yaml"), cwd=tmp_path) as process:
        banner = until(process.stdout, "One line per turn")
        url = re.search(r"listens at +(ws://127\.0\.0\.1:\d+/llm-websocket)\n", banner)
        assert url is not None
        assert "paste in Retell  wss://YOUR-HOST/llm-websocket" in banner
        with connect(f"{url[1]}/call_1") as socket:
            assert json.loads(socket.recv(timeout=10))["response_type"] == "config"
            details = {"call_id": "call_1", "retell_llm_dynamic_variables": {"customer_name": "Ann"}}
            socket.send(json.dumps({"interaction_type": "call_details", "call": details}))
            frames = [json.loads(socket.recv(timeout=10)) for _ in range(2)]
            greeting = next(frame for frame in frames if frame["response_type"] == "response")
            assert greeting["content"].startswith("Hello Ann, this is Bright Smile Dental.")
            line = until(process.stdout, "greeting")
            assert "Hello Ann" in line
            assert "booking.yaml:" in line
        process.send_signal(signal.SIGKILL if os.name == "nt" else signal.SIGINT)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


def test_a_folder_is_served_under_the_names_of_its_flows(tmp_path: Path) -> None:
    with running(str(FLOWS), "--secret", "s3cret", cwd=tmp_path) as process:
        banner = until(process.stdout, "One line per turn")
        for name in ("dental_booking", "survey", "take_message"):
            assert f"wss://YOUR-HOST/llm-websocket/{name}/s3cret\n" in banner
        port = re.search(r"127\.0\.0\.1:(\d+)/", banner)
        assert port is not None
        with urllib.request.urlopen(f"http://127.0.0.1:{port[1]}/readyz", timeout=10) as answer:
            assert answer.status == 200
        with connect(f"ws://127.0.0.1:{port[1]}/llm-websocket/survey/s3cret/call_2") as socket:
            assert json.loads(socket.recv(timeout=10))["response_type"] == "config"
        process.terminate()
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_a_flow_with_errors_is_not_served(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("flow: bad\nstart: b\nstates:\n  a: {say: Goodbye!, end_call: true}\n")
    result = flowengine("run", str(file))
    assert result.exit_code == 1
    assert "bad.yaml:2:8: error: " in result.output


def test_two_flows_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text((FLOWS / "survey.yaml").read_text())
    (tmp_path / "answers.py").write_text((FLOWS / "answers.py").read_text())
    result = flowengine("run", str(tmp_path))
    assert result.exit_code == 2
    assert "two flows are named 'survey'" in result.output


@pytest.mark.parametrize(
    "options",
    [
        ["--port", "99999"],
        ["--base-path", "/"],
        ["--allow-ip", "somewhere"],
        ["--now", "soon"],
        ["--log", "xml"],
    ],
)
def test_wrong_options_are_refused(options: list[str]) -> None:
    assert flowengine("run", str(FLOWS / "booking.yaml"), *options).exit_code == 2


def test_a_port_that_is_taken_is_told_about(tmp_path: Path) -> None:
    with running(str(FLOWS / "survey.yaml"), cwd=tmp_path) as process:
        port = re.search(r"127\.0\.0\.1:(\d+)/", until(process.stdout, "One line per turn"))
        assert port is not None
        result = flowengine("run", str(FLOWS / "survey.yaml"), "--port", port[1], "--store", "memory")
        assert result.exit_code == 1
        assert "error: " in result.output


def test_a_port_in_use_is_said_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        store = str(tmp_path / "calls.db")
        result = flowengine("run", str(FLOWS / "booking.yaml"), "--port", port, "--store", store)
    assert result.exit_code == 1
    assert f"port {port} of 127.0.0.1 is in use" in result.output
    assert "--port" in result.output
