"""Calls over real sockets: tools that hang, hostile frames, redials, slow peers, drains, restarts."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket as sockets
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from flowengine.engine.commands import Report
from flowengine.runtime.stores import MemoryStore
from tests.server.support import FLOW, ask, dial, next_json, ping, running, write_flow


def loaded_tools() -> Any:
    """The module of tools that the server has loaded."""
    return sys.modules["shop_tools"]


async def answer_to(response_id: int, socket: ClientConnection) -> dict[str, Any]:
    """The first frame under this id; what was owed from before the redial may come first."""
    frame = await next_json(socket, "response")
    while frame["response_id"] != response_id:
        frame = await next_json(socket, "response")
    return frame


def test_a_call_from_greeting_to_goodbye(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as run, run.call() as call:
            assert await call.answer() == "What can I do for you?"
            assert await call.turn("I like red") == "Noted. You chose I like red. Anything else?"
            assert await call.turn("no, goodbye") == "Goodbye."
            turns = [report.facts for report in run.reports.of("turn")]
            assert [(turn["state_before"], turn["state_after"]) for turn in turns[-2:]] == [
                ("hello", "chosen"),
                ("chosen", "bye"),
            ]
            assert turns[-1]["heard"] == "no, goodbye"
            assert all(isinstance(turn["ms"], float) for turn in turns)

    asyncio.run(play())


def test_pings_and_other_calls_do_not_notice_a_hanging_tool(tmp_path: Path) -> None:
    async def play() -> None:
        async with (
            running(tmp_path) as run,
            dial(f"{run.url}/call_1") as one,
            dial(f"{run.url}/call_2") as two,
        ):
            await next_json(one, "response")
            await next_json(two, "response")
            await one.send(ask(1, "What can I do for you?", "look"))
            assert (await next_json(one, "response"))["content_complete"] is False
            await next_json(one, "tool_call_invocation")
            await loaded_tools().started.wait()
            for number in range(50):
                await one.send(ping(number))
                assert await next_json(one) == {"response_type": "ping_pong", "timestamp": number}
                await two.send(ping(number))
                assert await next_json(two) == {"response_type": "ping_pong", "timestamp": number}
            await two.send(ask(1, "What can I do for you?", "red"))
            assert (await next_json(two, "response"))["content"].startswith("Noted.")
            loaded_tools().go.set()
            result = await next_json(one, "response")
            assert (result["response_id"], result["content_complete"]) == (1, True)
            assert result["content"].strip().startswith("I found a nothing one.")

    asyncio.run(play())


def test_a_synchronous_tool_that_hangs_holds_nobody_up(tmp_path: Path) -> None:
    tools = "import threading\nstarted = threading.Event()\ngo = threading.Event()\n"
    tools += "def look(what):\n    started.set()\n    go.wait()\n    return 'it'\ndef buy(what): return 1\n"

    async def play() -> None:
        async with running(tmp_path, tools=tools) as run, dial(f"{run.url}/call_1") as one:
            await next_json(one, "response")
            await one.send(ask(1, "What can I do for you?", "look"))
            await next_json(one, "response")
            await next_json(one, "tool_call_invocation")
            await asyncio.to_thread(loaded_tools().started.wait)
            for number in range(20):
                await one.send(ping(number))
                assert (await next_json(one))["timestamp"] == number
            loaded_tools().go.set()
            assert (await next_json(one, "response"))["content"].strip().startswith("I found it.")

    asyncio.run(play())


HOSTILE: tuple[str | bytes, ...] = (
    "",
    "{",
    "null",
    "[]",
    "42",
    '"text"',
    "{}",
    '{"interaction_type": 5}',
    '{"interaction_type": "response_required"}',
    '{"interaction_type": "response_required", "response_id": "1", "transcript": []}',
    '{"interaction_type": "response_required", "response_id": -1, "transcript": []}',
    '{"interaction_type": "update_only", "transcript": 3}',
    '{"interaction_type": "ping_pong"}',
    '{"interaction_type": "ping_pong", "timestamp": "now"}',
    '{"interaction_type": "ping_pong", "timestamp": 1e999}',
    '{"interaction_type": "call_details", "call": []}',
    '{"interaction_type": "nobody knows this one"}',
    "[" * 100_000,
    '{"interaction_type": "call_details", "call": ' + '{"a":' * 5_000 + "1" + "}" * 5_000 + "}",
    '{"interaction_type": "update_only", "transcript": [{"role": "user", "content": "\\ud800"}]}',
    b"\x00\xff\xfe",
    b'{"interaction_type": "nothing"}',
    "\x1b[31m red \x07",
)


def test_hostile_frames_end_no_call_and_the_next_good_one_is_answered(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async def play() -> None:
        async with running(tmp_path) as run, dial(f"{run.url}/call_1") as socket:
            await next_json(socket, "response")
            for number in range(20_000):
                await socket.send(HOSTILE[number % len(HOSTILE)])
                if number % 100 == 0:
                    await socket.send(ping(number))
                    assert await next_json(socket, "ping_pong") == {
                        "response_type": "ping_pong",
                        "timestamp": number,
                    }
            await socket.send(ask(7, "What can I do for you?", "red"))
            answer = await next_json(socket, "response")
            assert (answer["response_id"], answer["content_complete"]) == (7, True)
            complaints = run.reports.of("malformed_frame")
            assert [report.facts["count"] for report in complaints] == [1, 10, 100, 1_000, 10_000]
            assert not run.reports.of("engine_failed")

    asyncio.run(play())
    out, err = capfd.readouterr()
    assert "Traceback" not in out + err


def test_more_frames_than_allowed_are_thinned_not_refused(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path, frames_per_second=20) as run, dial(f"{run.url}/call_1") as socket:
            await next_json(socket, "response")
            for number in range(1, 200):
                await socket.send(ask(number, "What can I do for you?", "red"))
            await socket.send(ping(5))
            assert (await next_json(socket, "ping_pong"))["timestamp"] == 5
            answers: list[dict[str, Any]] = []
            while not answers or answers[-1]["response_id"] != 199:
                answers.append(await next_json(socket, "response"))
            assert answers[-1]["content"].startswith("Noted.")
            assert len(answers) < 100
            assert len(run.reports.of("too_many_frames")) >= 1

    asyncio.run(play())


def test_an_oversized_frame_costs_the_socket_not_the_call(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path, max_frame_bytes=10_000) as run:
            async with dial(f"{run.url}/call_1") as socket:
                await next_json(socket, "response")
                await socket.send(ask(1, "What can I do for you?", "red"))
                await next_json(socket, "response")
                await socket.send("x" * 20_000)
                with pytest.raises(ConnectionClosed):
                    await next_json(socket)
                assert (
                    socket.close_code == 1006
                )  # Retell dials again after this, and only after this, for sure
            async with dial(f"{run.url}/call_1") as socket:
                said = ("What can I do for you?", "red", "Noted. You chose red. Anything else?", "goodbye")
                await socket.send(ask(2, *said))
                assert (await answer_to(2, socket))["content"] == "Goodbye."

    asyncio.run(play())


def test_a_redial_keeps_the_state_and_drops_the_old_socket(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as run, dial(f"{run.url}/call_1") as old:
            await next_json(old, "response")
            await old.send(ask(1, "What can I do for you?", "red"))
            await next_json(old, "response")
            async with dial(f"{run.url}/call_1") as new:  # without the old one having ended
                assert (await next_json(new))["response_type"] == "config"
                with pytest.raises(ConnectionClosed):
                    await next_json(old)
                assert old.close_code == 1006
                said = ("What can I do for you?", "red", "Noted. You chose red. Anything else?", "goodbye")
                await new.send(ask(2, *said))
                assert (await answer_to(2, new))["content"] == "Goodbye."
                assert len(run.server.calls) == 1

    asyncio.run(play())


def test_frames_that_an_old_socket_still_delivers_are_let_go(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as run, run.call() as call:
            await call.answer()
            for _ in range(2):
                await call.drop()
                await call.dial()
            assert await call.turn("goodbye") == "Goodbye."

    asyncio.run(play())


def test_a_peer_that_stops_reading_is_dropped(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path, send_seconds=0.2) as run:
            raw = sockets.socket()
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
            await asyncio.to_thread(raw.connect, ("127.0.0.1", run.server.port))
            stop = threading.Event()

            def flood() -> None:
                key = "dGhlIHNhbXBsZSBub25jZQ=="
                head = "GET /llm-websocket/call_1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                raw.sendall(f"{head}Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
                text = ping(1).encode()
                frame = bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text
                try:
                    while not stop.is_set():
                        raw.sendall(frame * 500)  # and reads nothing
                except OSError:
                    return

            flooding = asyncio.create_task(asyncio.to_thread(flood))
            async with dial(f"{run.url}/call_2") as other:
                await next_json(other, "response")
                stalled = await run.reports.one("peer_stalled", 20)
                assert isinstance(stalled.facts["unread_bytes"], int)
                await other.send(ping(3))
                assert (await next_json(other))["timestamp"] == 3
            stop.set()
            await flooding
            raw.close()

    asyncio.run(play())


def test_a_drain_lets_live_calls_finish_and_takes_no_new_ones(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as run, run.call() as call:
            await call.answer()
            draining = asyncio.create_task(run.server.drain(20))
            await run.reports.one("draining")
            with pytest.raises(InvalidStatus) as caught:
                async with dial(f"{run.url}/call_2"):
                    pass
            assert caught.value.response.status_code == 503
            await call.drop()
            await call.dial()  # a live call may come back
            assert await call.turn("goodbye") == "Goodbye."
            await call.until(lambda: call.retell.over)
            async with asyncio.timeout(10):
                await draining

    asyncio.run(play())


def test_a_drain_that_takes_too_long_cuts_and_saves(tmp_path: Path) -> None:
    store = MemoryStore()

    async def play() -> None:
        async with running(tmp_path, stored=store) as run, dial(f"{run.url}/call_1") as socket:
            await next_json(socket, "response")
            await socket.send(ask(1, "What can I do for you?", "red"))
            await next_json(socket, "response")
            await run.server.drain(0.01)
            with pytest.raises(ConnectionClosed):
                await next_json(socket)
            assert socket.close_code == 1006
        async with running(tmp_path, stored=store) as run, dial(f"{run.url}/call_1") as socket:
            await next_json(socket, "config")
            assert run.reports.of("resumed")
            said = ("What can I do for you?", "red", "Noted. You chose red. Anything else?", "goodbye")
            await socket.send(ask(2, *said))
            assert (await answer_to(2, socket))["content"] == "Goodbye."

    asyncio.run(play())


SERVE = """
import asyncio, sys
from flowengine.runtime.reporter import JsonReporter
from flowengine.runtime.source import FlowSource
from flowengine.server import ServeOptions, serve

options = ServeOptions(port=0, store=sys.argv[2], drain_seconds=float(sys.argv[3]))
flows = {"shop": FlowSource(sys.argv[1])}
asyncio.run(serve(options, flows, JsonReporter(sys.stderr), ready=lambda s: print(s.port, flush=True)))
"""


class Process:  # the tests' own, not multiprocessing's
    """A server in a process of its own."""

    def __init__(self, flow: Path, store: Path, drain: float = 5) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(flow), str(store), str(drain)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        self.url = f"ws://127.0.0.1:{int(line)}/llm-websocket"

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self, number: int) -> str:
        """Send a signal and wait for the end; what was written to stderr."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=20)[1]


def test_a_killed_process_loses_no_call(tmp_path: Path) -> None:
    flow, store = write_flow(tmp_path), tmp_path / "calls.db"

    def saved() -> bool:
        with closing(sqlite3.connect(store)) as database:
            row = database.execute("SELECT snapshot FROM calls").fetchone()
        return row is not None and bool(row[0]) and json.loads(row[0])["newest"] == 2

    async def before(process: Process) -> None:
        async with dial(f"{process.url}/call_1") as socket:
            await next_json(socket, "response")
            await socket.send(ask(1, "What can I do for you?", "red"))
            await next_json(socket, "response")
            said = ("What can I do for you?", "red", "Noted. You chose red. Anything else?", "hm")
            await socket.send(ask(2, *said))  # red was heard: the call is in `chosen` for good
            await next_json(socket, "response")
            async with asyncio.timeout(5):
                while not saved():
                    await socket.send(ping(1))
                    await next_json(socket, "ping_pong")
            process.end(signal.SIGKILL)

    async def after(process: Process) -> None:
        async with dial(f"{process.url}/call_1") as socket:
            await next_json(socket, "config")
            said = (
                "What can I do for you?",
                "red",
                "Noted. You chose red. Anything else?",
                "hm",
                "Sorry?",
                "goodbye",
            )
            await socket.send(ask(3, *said))
            answer = await answer_to(3, socket)
            assert (answer["content"], answer["end_call"]) == ("Goodbye.", True)

    with Process(flow, store) as first:
        asyncio.run(before(first))
    with Process(flow, store, drain=0.1) as second:
        asyncio.run(after(second))
        log = second.end(signal.SIGTERM)
        assert '"event": "resumed"' in log
        assert "Traceback" not in log
        assert "Anything else" not in log  # nobody's words without log_text
        assert second.process.returncode == 0


async def dial_until_refused(url: str) -> None:
    while True:
        async with dial(url) as socket:
            await next_json(socket)


def test_sigterm_without_calls_ends_at_once_and_twice_with_one(tmp_path: Path) -> None:
    flow = write_flow(tmp_path)

    async def play(busy: Process) -> None:
        async with dial(f"{busy.url}/call_1") as socket:
            await next_json(socket, "response")
            busy.process.send_signal(signal.SIGTERM)
            with pytest.raises(InvalidStatus):
                await dial_until_refused(f"{busy.url}/call_2")
            await socket.send(ping(1))
            assert (await next_json(socket, "ping_pong"))["timestamp"] == 1
            busy.process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed):
                await next_json(socket)
            assert socket.close_code == 1006

    with Process(flow, tmp_path / "a.db") as idle:
        assert '"event": "stopped"' in idle.end(signal.SIGTERM)
    with Process(flow, tmp_path / "b.db", drain=60) as busy:
        asyncio.run(play(busy))
        assert busy.process.wait(20) == 0


def test_sighup_loads_new_versions_for_new_calls(tmp_path: Path) -> None:
    flow = write_flow(tmp_path)

    def until(process: Process, code: str) -> None:
        assert process.process.stderr is not None
        for line in process.process.stderr:
            if f'"event": "{code}"' in line:
                return
        raise AssertionError(f"it ended without {code}")

    async def play(process: Process) -> None:
        async with dial(f"{process.url}/call_1") as running_call:
            assert (await next_json(running_call, "response"))["content"] == "What can I do for you?"
            flow.write_text("flow: [broken")
            process.process.send_signal(signal.SIGHUP)
            await asyncio.to_thread(until, process, "reload_failed")
            flow.write_text(FLOW.replace("What can", "How can").replace("Goodbye.", "So long."))
            process.process.send_signal(signal.SIGHUP)
            await asyncio.to_thread(until, process, "reloaded")
            async with dial(f"{process.url}/call_2") as new_call:
                assert (await next_json(new_call, "response"))["content"] == "How can I do for you?"
            await running_call.send(ask(1, "What can I do for you?", "goodbye"))
            assert (await next_json(running_call, "response"))["content"] == "Goodbye."

    with Process(flow, tmp_path / "a.db") as process:
        asyncio.run(play(process))


def test_a_write_runs_once_though_the_ask_came_twice(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as run, run.call() as call:
            await call.answer()
            assert "Bought, number 7." in await call.turn("buy")
            assert (run.folder / "shop_tools.py.bought").read_text().splitlines() == ["nothing"]
            await run.reports.one("tool_done")

    asyncio.run(play())


def test_a_store_that_fails_stalls_no_call(tmp_path: Path) -> None:
    (tmp_path / "calls.db").write_text("no database\n" * 100)

    async def play() -> None:
        async with running(tmp_path, store=str(tmp_path / "calls.db")) as run, run.call() as call:
            await call.answer()
            assert "Bought, number 7." in await call.turn("buy")
            assert await call.turn("goodbye") == "Goodbye."
            assert isinstance(run.reports.of("store_failed")[0], Report)

    asyncio.run(play())


def test_an_ended_call_is_forgotten_and_deleted(tmp_path: Path) -> None:
    store = MemoryStore()

    async def play() -> None:
        async with running(tmp_path, stored=store, forget_seconds=0.01) as run:
            async with run.call() as call:
                await call.answer()
                await call.turn("goodbye")
                await call.until(lambda: call.retell.over)
            await run.reports.one("forgotten")
            assert len(run.server.calls) == 0
            assert await store.peek("shop/call_1") == 0

    asyncio.run(play())


def test_a_folder_for_recordings_that_cannot_be_written_refuses_no_call(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    async def play() -> None:
        async with running(tmp_path, record=tmp_path / "taken") as run, run.call() as call:
            await call.answer()
            assert await call.turn("goodbye") == "Goodbye."
            assert len(run.reports.of("journal_failed")) == 1

    asyncio.run(play())


def test_a_half_done_handshake_does_not_hold_up_the_end(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as run:
            reader, writer = await asyncio.open_connection("127.0.0.1", run.server.port)
            writer.write(b"GET /llm-websocket/call_1 HTTP/1.1\r\n")
            await writer.drain()
            async with dial(f"{run.url}/call_2") as socket:
                await next_json(socket)
                async with asyncio.timeout(3):
                    await run.server.stop()
            assert await reader.read() == b""
            writer.close()

    asyncio.run(play())
