"""Many calls at once, with a ramp, and what there is to see while they go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flowengine.devtools.simulate.observed import Observed
from flowengine.devtools.simulate.options import Options
from flowengine.devtools.simulate.player import Player
from flowengine.devtools.simulate.report import CallReport, Report, judge


@dataclass(slots=True)
class Progress:
    """The state of a run. `live`: what was seen so far of the calls that are going on."""

    calls: int
    began: float = field(default_factory=time.monotonic)
    live: dict[str, Observed] = field(default_factory=dict)
    done: list[CallReport] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """Calls that have not begun."""
        return self.calls - len(self.live) - len(self.done)

    @property
    def failed(self) -> int:
        """Calls that ended with something wrong."""
        return sum(report.failed for report in self.done)

    @property
    def seconds(self) -> float:
        """Real seconds since the run began."""
        return time.monotonic() - self.began


async def simulate(
    options: Options,
    watch: Callable[[Progress], None] | None = None,
    *,
    progress: Progress | None = None,
) -> Report:
    """Play all calls of `options` against its server; `watch` is told whenever a call begins or ends.

    What goes wrong in a call is in the report, never raised. Who looks by themselves gives a `progress` to look at.
    """
    progress = progress or Progress(options.calls)
    prefix = options.prefix or f"sim_{time.time_ns() // 1_000_000:x}"

    async def one(index: int) -> CallReport:
        await asyncio.sleep(options.ramp_s * index / options.calls)
        call_id = f"{prefix}_{index + 1:04}"
        player = Player(options, index, call_id, options.scripts[index % len(options.scripts)])
        progress.live[call_id] = player.seen
        if watch is not None:
            watch(progress)
        report = judge(await player.play())
        del progress.live[call_id]
        progress.done.append(report)
        if watch is not None:
            watch(progress)
        return report

    reports = await asyncio.gather(*(one(index) for index in range(options.calls)))
    return Report(options.url, progress.seconds, tuple(reports), options.speed)
