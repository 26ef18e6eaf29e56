"""Memory of an idle call: the server's resident size with N calls open, ours beside a bare websockets server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.benchmarks.flow20 import flow_text
from tests.benchmarks.serving import serving


def resident() -> int:
    """This process's resident size in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def bare(channel: Connection) -> None:
    async def handle(socket: ServerConnection) -> None:
        await socket.send(
            '{"response_type":"response","response_id":0,"content":"Hello","content_complete":true}'
        )
        with contextlib.suppress(ConnectionClosed):
            async for _ in socket:
                pass

    async def main() -> None:
        async with serve(handle, "127.0.0.1", 0, compression=None) as server:
            await _report(channel, server.sockets[0].getsockname()[1])

    asyncio.run(main())


def ours(channel: Connection, flow_file: Path) -> None:
    async def main() -> None:
        async with serving(flow_file) as port:
            await _report(channel, port)

    asyncio.run(main())


async def _report(channel: Connection, port: int) -> None:
    channel.send(port)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, channel.recv) == "size":
        channel.send(resident())


async def _idle(port: int, calls: int, channel: Connection) -> float:
    """Bytes a call, after a greeting that was heard; the first hundred calls only warm up."""
    sockets: list[ClientConnection] = []
    sizes = []
    heard = json.dumps(
        {
            "interaction_type": "update_only",
            "transcript": [{"role": "agent", "content": "Hello, this is Bright Smile Dental."}],
        }
    )
    for target in (100, 100 + calls):
        while len(sockets) < target:
            url = f"ws://127.0.0.1:{port}/llm-websocket/idle_{len(sockets)}"
            socket = await connect(url, compression=None, ping_interval=None)
            await socket.recv()
            await socket.send('{"interaction_type":"call_details","call":{"call_id":"x"}}')
            await socket.send(heard)
            sockets.append(socket)
        await asyncio.sleep(2)
        channel.send("size")
        sizes.append(channel.recv())
    for socket in sockets:
        socket.transport.abort()
    return float(sizes[1] - sizes[0]) / calls


def main(calls: int = 500) -> None:
    """Print KB per idle call for both servers."""
    with tempfile.TemporaryDirectory() as folder:
        flow_file = Path(folder) / "benchmark.yaml"
        flow_file.write_text(flow_text(), encoding="utf-8")
        found = {}
        for name, target, arguments in (("bare", bare, ()), ("flowengine", ours, (flow_file,))):
            here, there = multiprocessing.Pipe()
            process = multiprocessing.get_context("spawn").Process(
                target=target, args=(there, *arguments), daemon=True
            )
            process.start()
            found[name] = asyncio.run(_idle(here.recv(), calls, here))
            here.send("stop")
            process.join(5)
            process.kill()
        print(
            f"memory of an idle call, {calls} calls: bare {found['bare'] / 1024:.1f} KB, "
            f"flowengine {found['flowengine'] / 1024:.1f} KB, above the socket "
            f"{(found['flowengine'] - found['bare']) / 1024:.1f} KB"
        )
