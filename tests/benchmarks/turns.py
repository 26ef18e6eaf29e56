"""Turns per second of the engine behind its server, beside a bare websockets server that parses nothing.

Both servers run in turn, alone on one core; the callers run on another. A turn is six growing `update_only`
frames with `words` and one ask. The frames of a call are made once, from the answers that the engine gives, and
sent by every call of the run.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

from flowengine.engine import Call, Opened, Received, Send
from flowengine.language import load_flow
from flowengine.protocol.decode import Decoder
from flowengine.protocol.outbound import Response
from tests.benchmarks.flow20 import ANSWERS, flow_text

UPDATES = 6
TURNS = 10
WORD_SECONDS = 0.4


@dataclass(frozen=True)
class Measured:
    """What one server reached: turns per second of all calls together, ms from ask to complete answer, and the
    server's CPU time in us per turn, which says the same on a machine that others use too."""

    server: str
    calls: int
    behind: int
    turns_per_second: float
    p50: float
    p99: float
    cpu: float


def utterance(role: str, text: str, at: float) -> dict[str, Any]:
    """An entry of the transcript as Retell sends it, with `words` and their seconds."""
    words = text.split()
    timed = [
        {
            "word": word,
            "start": round(at + i * WORD_SECONDS, 3),
            "end": round(at + (i + 0.9) * WORD_SECONDS, 3),
        }
        for i, word in enumerate(words)
    ]
    return {"role": role, "content": text, "words": timed}


def script(flow_file: Path, behind: int) -> list[list[bytes]]:
    """The frames of TURNS turns, after `behind` earlier turns; the last of each turn is the ask."""
    call = Call(load_flow(flow_file), "script")
    call.handle(Opened(0))
    decoder = Decoder()
    transcript: list[dict[str, Any]] = []
    said = "Hello, this is Bright Smile Dental. Shall we go through the questions?"
    turns: list[list[bytes]] = []
    for number, answer in enumerate(ANSWERS[: behind + TURNS]):
        at = number * 10.0
        transcript.append(utterance("agent", said, at))
        words = answer.split()
        frames = []
        for part in range(1, UPDATES + 1):
            heard = " ".join(words[: max(1, len(words) * part // UPDATES)])
            update = {
                "interaction_type": "update_only",
                "transcript": [*transcript, utterance("user", heard, at + 5)],
            }
            frames.append(json.dumps(update).encode())
        transcript.append(utterance("user", answer, at + 5))
        ask = {"interaction_type": "response_required", "response_id": number + 1, "transcript": transcript}
        frames.append(json.dumps(ask).encode())
        for frame in frames:
            for command in call.handle(Received(number * 1000, decoder.decode(frame))):
                if isinstance(command, Send) and isinstance(command.frame, Response):
                    said = command.frame.content
        turns.append(frames)
    return turns[behind:]


def bare(channel: Connection) -> None:
    """A websockets server that answers asks with a constant and parses nothing."""
    os.sched_setaffinity(0, {0})
    answer = json.dumps(
        {
            "response_type": "response",
            "response_id": 1,
            "content": "All right, the next one.",
            "content_complete": True,
        }
    )

    async def handle(socket: ServerConnection) -> None:
        async for message in socket:
            assert isinstance(message, str)
            if message.startswith('{"interaction_type": "response_required"'):
                await socket.send(answer)

    async def main() -> None:
        async with serve(handle, "127.0.0.1", 0, compression=None, max_size=16 * 2**20) as server:
            await _attend(channel, server.sockets[0].getsockname()[1])

    asyncio.run(main())


async def _attend(channel: Connection, port: int) -> None:
    """Tell the port; then this process's CPU seconds as often as they are asked for."""
    channel.send(port)
    while await asyncio.get_running_loop().run_in_executor(None, channel.recv) == "cpu":
        channel.send(time.process_time())


def ours(channel: Connection, flow_file: Path) -> None:
    """flowengine's own server with the 20-state flow."""
    os.sched_setaffinity(0, {0})
    from tests.benchmarks.serving import serving

    async def main() -> None:
        async with serving(flow_file) as port:
            await _attend(channel, port)

    asyncio.run(main())


async def _call(url: str, frames: Sequence[Sequence[bytes]], latencies: list[float]) -> None:
    async with connect(url, compression=None, max_size=2**20, ping_interval=None) as socket:
        for turn in frames:
            for frame in turn[:-1]:
                await socket.send(frame, text=True)
            start = time.perf_counter()
            await socket.send(turn[-1], text=True)
            await _answer(socket)
            latencies.append((time.perf_counter() - start) * 1000)


async def _answer(socket: ClientConnection) -> None:
    while True:
        message = await socket.recv(decode=False)
        if b'"response_id":0' in message or b'"response_id": 0' in message:
            continue
        if b'"content_complete":true' in message or b'"content_complete": true' in message:
            return


async def _load(
    port: int, calls: int, frames: Sequence[Sequence[bytes]], name: str = "bench"
) -> tuple[float, list[float]]:
    latencies: list[float] = []
    start = time.perf_counter()
    await asyncio.gather(
        *(_call(f"ws://127.0.0.1:{port}/llm-websocket/{name}_{i}", frames, latencies) for i in range(calls))
    )
    return time.perf_counter() - start, latencies


def measure(kind: str, flow_file: Path, calls: int, behind: int, rounds: int) -> Measured:
    """Start one server alone, play `calls` calls at once `rounds` times, and keep the best round."""
    frames = script(flow_file, behind)
    here, there = multiprocessing.Pipe()
    target, arguments = (bare, (there,)) if kind == "bare" else (ours, (there, flow_file))
    process = multiprocessing.get_context("spawn").Process(target=target, args=arguments, daemon=True)
    process.start()
    port = here.recv()
    best: tuple[float, list[float], float] | None = None
    for played in range(rounds):
        here.send("cpu")
        before = here.recv()
        took, latencies = asyncio.run(_load(port, calls, frames, f"round{played}"))
        here.send("cpu")
        cpu = here.recv() - before
        if best is None or took < best[0]:
            best = (took, latencies, cpu)
    here.send("stop")
    process.join(10)
    process.kill()
    assert best is not None
    took, latencies, cpu = best
    cuts = statistics.quantiles(latencies, n=100)
    turns = calls * len(frames)
    return Measured(kind, calls, behind, turns / took, cuts[49], cuts[98], cpu / turns * 1e6)


def main(calls: int = 50, rounds: int = 3) -> None:
    """Print turns/s, p50, p99 and the ratio for short and for long calls."""
    os.sched_setaffinity(0, {1} if (os.cpu_count() or 1) > 1 else {0})
    with tempfile.TemporaryDirectory() as folder:
        flow_file = Path(folder) / "benchmark.yaml"
        flow_file.write_text(flow_text(), encoding="utf-8")
        print(f"{calls} calls of {TURNS} turns, {UPDATES} updates and one ask each")
        print("turns behind | server     | turns/s | p50 ms | p99 ms | ratio | CPU us/turn | ratio of CPU")
        for behind in (0, 100):
            floor = measure("bare", flow_file, calls, behind, rounds)
            engine = measure("flowengine", flow_file, calls, behind, rounds)
            for row in (floor, engine):
                ratio = row.turns_per_second / floor.turns_per_second
                print(
                    f"{row.behind:12} | {row.server:10} | {row.turns_per_second:7.0f} | {row.p50:6.1f} | "
                    f"{row.p99:6.1f} | {ratio:5.2f} | {row.cpu:11.0f} | {floor.cpu / row.cpu:5.2f}"
                )
