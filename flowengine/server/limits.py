"""What one call may ask of the server.

A call that sends more frames than `frames_per_second` is neither ended nor queued without bound. Every update
and every ask holds the whole transcript, and only the newest ask counts, so of the frames above the rate the newest
of each kind is kept and handed on when the next second begins; Retell itself discards the same asks. Pings are no
part of this: they are echoed whatever else arrives.
"""

from __future__ import annotations

from collections.abc import Callable

from flowengine.protocol.inbound import CallDetails, Inbound, ReminderRequired, ResponseRequired, UpdateOnly


class Pace:
    """Counts frames by the second. `time` is a monotonic clock in seconds."""

    __slots__ = ("_count", "_limit", "_since", "_time")

    def __init__(self, limit: int, time: Callable[[], float]) -> None:
        self._limit = limit
        self._time = time
        self._count = 0
        self._since = time()

    def admit(self) -> bool:
        """One more frame: may it pass?"""
        self._count += 1
        if not self._limit or self._count <= self._limit:
            return True
        now = self._time()
        if now - self._since >= 1.0:
            self._since, self._count = now, 1
            return True
        return False

    @property
    def wait(self) -> float:
        """Seconds until the next frame may pass."""
        return max(0.0, self._since + 1.0 - self._time())


class Thinned:
    """The frames that wait: the newest of each kind, in the order they came."""

    __slots__ = ("_frames", "dropped")

    def __init__(self) -> None:
        self._frames: dict[str, Inbound] = {}
        self.dropped = 0

    def __bool__(self) -> bool:
        return bool(self._frames)

    def put(self, frame: Inbound) -> None:
        if isinstance(frame, ResponseRequired | ReminderRequired):
            kind, older = "ask", self._frames.get("ask")
            if (
                isinstance(older, ResponseRequired | ReminderRequired)
                and older.response_id >= frame.response_id
            ):
                self.dropped += 1
                return
        elif isinstance(frame, UpdateOnly):
            kind = "update"
        elif isinstance(frame, CallDetails):
            kind = "details"
        else:
            self.dropped += 1
            return
        if self._frames.pop(kind, None) is not None:
            self.dropped += 1
        self._frames[kind] = frame

    def take(self) -> list[Inbound]:
        frames = list(self._frames.values())
        self._frames.clear()
        return frames
