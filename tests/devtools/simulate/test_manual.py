"""The examples of the how-to are taken at their word."""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path

import pytest

from flowengine.devtools.simulate import parse_text
from tests.devtools.simulate import toys

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "simulate.md").read_text()


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_script_of_the_page_can_be_read() -> None:
    assert len(parse_text(block("text"), "page").steps) == 11


def test_the_python_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready, done = threading.Event(), threading.Event()
    found: list[str] = []

    async def answer() -> None:
        async with toys.Toy().url() as url:
            found.append(url)
            ready.set()
            await asyncio.to_thread(done.wait, 30)

    server = threading.Thread(target=asyncio.run, args=(answer(),))
    server.start()
    monkeypatch.chdir(tmp_path)
    try:
        assert ready.wait(5)
        code = block("python").replace("ws://127.0.0.1:8080/llm-websocket", found[0])
        exec(code.replace("ramp_s=10, speed=2", "ramp_s=0, speed=20"), {})
    finally:
        done.set()
        server.join()
    assert (tmp_path / "report.html").read_text().startswith("<!doctype html>")
