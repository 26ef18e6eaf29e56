"""flowengine's own server as the benchmarks run it: SQLite store, terminal line per turn switched off."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from flowengine.engine import Report
from flowengine.runtime.source import FlowSource
from flowengine.server import ServeOptions, Server


class Quiet:
    """Counts reports and prints errors; a benchmark measures the engine, not the terminal."""

    def report(self, call: str, flow: str, report: Report) -> None:
        if report.level == "error":
            print(call, flow, report)


@asynccontextmanager
async def serving(flow_file: Path) -> AsyncIterator[int]:
    """Serve one flow on a free port and yield the port. Frames per second of one call are not limited."""
    source = FlowSource(flow_file)
    options = ServeOptions(
        port=0,
        store=str(flow_file.parent / "calls.db"),
        max_calls=20_000,
        frames_per_second=0,
        drain_seconds=0,
    )
    server = Server(options, {source.edition.flow.name: source}, Quiet())
    await server.start()
    gc.collect()
    gc.freeze()  # as `serve` does once everything is loaded
    try:
        yield server.port
    finally:
        await server.stop()
