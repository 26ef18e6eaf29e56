"""The link of one socket to its call: reads frames, echoes pings, writes what the call says."""

from __future__ import annotations

import asyncio
from typing import Protocol

from flowengine.engine.commands import Report
from flowengine.errors import MalformedFrame
from flowengine.protocol.decode import Decoder
from flowengine.protocol.inbound import Inbound, PingPong
from flowengine.protocol.outbound import Pong
from flowengine.runtime.session import Reporter, Session
from flowengine.server.limits import Pace, Thinned
from flowengine.server.options import ServeOptions

BACKLOG_CAP = 4 * 1024 * 1024
"""A peer that leaves so many bytes unread is dropped at once."""


class Wire(Protocol):
    """What a link needs of a socket."""

    def write(self, text: str) -> None:
        """Hand a text frame to the transport; nothing happens on a socket that is closed."""
        ...

    def backlog(self) -> int:
        """Bytes that the peer has not taken yet."""
        ...

    def abort(self) -> None:
        """Cut the connection without a close frame."""
        ...


class SocketLink:
    """Reading never raises for what the other side did, and writing never blocks."""

    __slots__ = (
        "_backlog_at",
        "_decoder",
        "_held",
        "_loop",
        "_malformed",
        "_options",
        "_pace",
        "_release",
        "_reporter",
        "_session",
        "_watch",
        "_wire",
        "_written",
    )

    def __init__(self, wire: Wire, session: Session, options: ServeOptions, reporter: Reporter) -> None:
        self._wire = wire
        self._session = session
        self._options = options
        self._reporter = reporter
        self._loop = asyncio.get_running_loop()
        self._decoder = Decoder()
        self._pace = Pace(options.frames_per_second, self._loop.time)
        self._held: Thinned | None = None
        self._release: asyncio.TimerHandle | None = None
        self._malformed = 0
        self._written = 0
        self._backlog_at = 0
        self._watch: asyncio.TimerHandle | None = None

    # --- in --------------------------------------------------------------------------------------------------

    def read(self, data: bytes | str) -> None:
        """One message was read. Binary ones count as text, if that is what they hold."""
        try:
            frame = self._decoder.decode(data)
        except MalformedFrame as error:
            self._complain(str(error))
            return
        except Exception as error:  # whatever a hostile frame brings about, it is only that frame
            self._complain(type(error).__name__)
            return
        if type(frame) is PingPong:
            # Ahead of everything that waits: five seconds without an echo and Retell closes the socket.
            self.send(Pong(timestamp=frame.timestamp).encode())
        elif self._pace.admit() and self._held is None:
            self._session.receive(self, frame)
        else:
            self._hold(frame)

    def _hold(self, frame: Inbound) -> None:
        if self._held is None:
            self._held = Thinned()
            self._release = self._loop.call_later(self._pace.wait, self._let_go)
            self._report("warning", "too_many_frames", {"per_second": self._options.frames_per_second})
        self._held.put(frame)

    def _let_go(self) -> None:
        held, self._held, self._release = self._held, None, None
        for frame in held.take() if held is not None else ():
            self._session.receive(self, frame)

    def _complain(self, message: str) -> None:
        """Report the 1st, 10th, 100th ... frame that is none: a flood of them must not flood the log."""
        self._malformed += 1
        count = self._malformed
        if count == 10 ** (len(str(count)) - 1):
            self._report("warning", "malformed_frame", {"error": message[:200], "count": count})

    def _report(self, level: str, code: str, facts: dict[str, object]) -> None:
        report = Report("warning" if level == "warning" else "error", code, facts)
        self._reporter.report(self._session.call_id, self._session.name, report)

    # --- out -------------------------------------------------------------------------------------------------

    def send(self, text: str) -> None:
        """Write a frame. If it does not go off within the deadline, the peer is dropped."""
        self._wire.write(text)
        backlog = self._wire.backlog()
        if backlog:
            self._written += len(text)
            if self._watch is None:
                self._backlog_at = self._written - backlog
                self._watch = self._loop.call_later(self._options.send_seconds, self._look)
            elif backlog > BACKLOG_CAP:
                self._give_up(backlog)

    def _look(self) -> None:
        self._watch = None
        backlog = self._wire.backlog()
        if not backlog:
            return
        if self._written - backlog > self._backlog_at:  # slow, but it reads
            self._backlog_at = self._written - backlog
            self._watch = self._loop.call_later(self._options.send_seconds, self._look)
        else:
            self._give_up(backlog)

    def _give_up(self, backlog: int) -> None:
        self._report("warning", "peer_stalled", {"unread_bytes": backlog})
        self.drop()

    def drop(self) -> None:
        """Cut the connection so that Retell sees 1006 and dials again: never a polite close of a live call."""
        self.close()
        self._wire.abort()

    def close(self) -> None:
        """Stop the link's timers."""
        for timer in (self._release, self._watch):
            if timer is not None:
                timer.cancel()
        self._release = self._watch = None
