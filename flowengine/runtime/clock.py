"""Where the moment comes from. The engine has no clock; whoever drives it stamps each event."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Gives the present moment in ms since the epoch. Never goes backwards."""

    def now(self) -> int: ...


class SystemClock:
    """The real clock: wall time when it was made, then monotonic, so that an adjusted clock moves no deadline.

    `start` (ms since the epoch) pins the moment at which it begins; None is the real one.
    """

    __slots__ = ("_base",)

    def __init__(self, start: int | None = None) -> None:
        begin = time.time_ns() // 1_000_000 if start is None else start
        self._base = begin * 1_000_000 - time.monotonic_ns()

    def now(self) -> int:
        return (self._base + time.monotonic_ns()) // 1_000_000
