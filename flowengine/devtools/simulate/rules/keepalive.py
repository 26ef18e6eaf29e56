"""Rules of the keepalive."""

from __future__ import annotations

from flowengine.devtools.retell.facts import Configured, Ponged, SocketLost
from flowengine.devtools.simulate.observed import Event, Observed
from flowengine.devtools.simulate.rules.base import Findings, Rule

LOST_MS = 5_000


class PingEcho(Rule):
    """With `auto_reconnect`, `ping_pong` goes both ways every 2 s. When 5 s pass without one from the server,
    Retell closes the socket and redials, twice at most. Nothing that a server does for an answer, a slow tool or
    a slow model, may delay the echo.
    """

    id = "ping-echo"
    title = "Pings are answered within 5 s"

    def check(self, call: Observed) -> Findings:
        for socket in call.sockets():
            if not _kept_alive(socket):
                continue
            heard = next(event.at for event in socket if isinstance(event, Configured))
            for event in socket:
                if isinstance(event, Ponged):
                    heard = event.at
                elif isinstance(event, SocketLost) and event.at - heard > LOST_MS:
                    yield event.at, f"no ping_pong for {(event.at - heard) / 1000:.1f} s"
                    break


class PingAsked(Rule):
    """Keepalives run only when the config of that socket says `auto_reconnect: true`. Pings from a server that did
    not ask for them show a config that was forgotten or came too late: a connection that dies is then noticed by
    nobody.
    """

    id = "ping-asked"
    title = "A server that pings asks for auto_reconnect"
    level = "warning"

    def check(self, call: Observed) -> Findings:
        for socket in call.sockets():
            first = next((event for event in socket if isinstance(event, Ponged)), None)
            if first is not None and not _kept_alive(socket):
                yield first.at, "ping_pong on a socket whose config has no auto_reconnect"


def _kept_alive(socket: list[Event]) -> bool:
    return any(isinstance(e, Configured) and e.config.get("auto_reconnect") is True for e in socket)
