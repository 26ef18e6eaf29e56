"""Time in a simulated call: it may run faster than real time."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """ms of simulated time, `speed` times as fast as real time. Starts at the present moment."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._start = time.time_ns() // 1_000_000
        self._began = time.monotonic()

    def now(self) -> int:
        """Simulated ms since the epoch."""
        return self._start + int((time.monotonic() - self._began) * 1000 * self.speed)

    def real_ms(self, simulated: float) -> float:
        """How long this many simulated ms really take, in ms."""
        return simulated / self.speed

    async def sleep(self, ms: float) -> None:
        """Sleep for simulated ms."""
        await asyncio.sleep(max(0.0, ms) / 1000 / self.speed)
