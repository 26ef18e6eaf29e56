"""A running server with a small flow, on a free port, and raw sockets to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from flowengine.devtools.retell.scripted import ScriptedCall
from flowengine.engine.commands import Report
from flowengine.runtime.reporter import Reports
from flowengine.runtime.source import FlowSource
from flowengine.runtime.stores import CallStore
from flowengine.server import ServeOptions, Server

FLOW = """\
flow: shop
start: hello
states:
  hello:
    ask: What can I do for you?
    on:
      response_required:
        - {match: [red, blue, green], set: {colour: "{{ said }}"}, say: Noted., goto: chosen}
        - {match: [look], goto: looking}
        - {match: [buy], goto: buying}
        - {match: [goodbye], goto: bye}
  chosen:
    ask: You chose {{ colour }}. Anything else?
    on:
      response_required:
        - {match: [goodbye], goto: bye}
        - {match: [look], goto: looking}
  looking:
    say: One moment.
    call: look
    with: {what: "{{ colour }}"}
    save: found
    on:
      done:
        - {say: "I found {{ found }}.", goto: chosen}
      error:
        - {say: I could not look., goto: chosen}
  buying:
    say: One moment, I am buying it.
    call: buy
    with: {what: "{{ colour }}"}
    save: bought
    on:
      done:
        - {say: "Bought, number {{ bought }}.", goto: chosen}
      error:
        - {say: I could not buy it., goto: chosen}
  bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
variables:
  colour: nothing
tools:
  look: {python: "shop_tools:look", effect: read, timeout: 20s}
  buy: {python: "shop_tools:buy", effect: write, settle: 10ms, timeout: 20s}
"""

TOOLS = """\
import asyncio

started = asyncio.Event()
go = asyncio.Event()

async def look(what):
    started.set()
    await go.wait()
    return "a " + str(what) + " one"

def buy(what):
    with open(__file__ + ".bought", "a") as file:
        file.write(str(what) + "\\n")
    return 7
"""


def write_flow(folder: Path, text: str = FLOW, tools: str = TOOLS, name: str = "shop") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shop_tools.py").write_text(tools)
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


@dataclass
class Running:
    server: Server
    reports: WaitingReports
    folder: Path

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.server.port}/llm-websocket"

    def call(self, call_id: str = "call_1", **more: Any) -> ScriptedCall:
        return ScriptedCall(self.url, call_id, **more)


class WaitingReports(Reports):
    """Reports that can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Event()

    def report(self, call: str, flow: str, report: Report) -> None:
        super().report(call, flow, report)
        self._news.set()

    async def until(self, holds: Callable[[], object], within: float = 5.0) -> None:
        """Wait until this holds, looking again after every report."""
        async with asyncio.timeout(within):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def one(self, code: str, within: float = 5.0) -> Report:
        """The first report with this code, waited for."""
        await self.until(lambda: self.of(code), within)
        return self.of(code)[0]


@asynccontextmanager
async def running(
    folder: Path,
    text: str = FLOW,
    *,
    tools: str = TOOLS,
    flows: Mapping[str, Path] | None = None,
    stored: CallStore | None = None,
    **options: Any,
) -> AsyncIterator[Running]:
    """A server; `options` are those of ServeOptions, the store is in memory if nothing is said."""
    paths = flows or {"shop": write_flow(folder, text, tools)}
    reports = WaitingReports()
    sources = {name: FlowSource(path) for name, path in paths.items()}
    server = Server(ServeOptions(**{"port": 0, "store": "memory", **options}), sources, reports, store=stored)
    await server.start()
    try:
        yield Running(server, reports, folder)
    finally:
        await server.stop()


def dial(url: str, **more: Any) -> connect:
    """A bare client socket; compression off, as Retell's."""
    return connect(url, compression=None, ping_interval=None, **more)


async def next_json(socket: ClientConnection, kind: str | None = None, within: float = 5.0) -> dict[str, Any]:
    """The next frame, or the next of this type."""
    async with asyncio.timeout(within):
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if kind is None or frame["response_type"] == kind:
                return frame


def ask(response_id: int, *said: str, kind: str = "response_required") -> str:
    """An ask whose transcript is agent and caller in turn, the agent first."""
    transcript = [{"role": ("agent", "user")[index % 2], "content": text} for index, text in enumerate(said)]
    return json.dumps({"interaction_type": kind, "response_id": response_id, "transcript": transcript})


def ping(timestamp: int) -> str:
    return json.dumps({"interaction_type": "ping_pong", "timestamp": timestamp})
