"""The WebSocket server: the only file that knows the websockets library.

Two rules of the channel shape it. The socket of a live call is never closed by us first, for Retell takes every close
frame as the end of the call: whatever goes wrong, the TCP connection is cut instead, Retell sees 1006 and dials
again. And nothing may wait for a peer that stopped reading: frames are handed to the transport without waiting, and
the link watches what is left unread.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, cast
from weakref import WeakSet

from websockets.asyncio.server import Server as WebSocketServer
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State

from flowengine.server.access import Refusal, Target
from flowengine.server.options import ServeOptions

_USER_TIMEOUT_MS = 30_000
_FAIR_SHARE = 63
"""A reader lets others work after so many frames that were there already (a mask: one less than a power of 2)."""

_silent = logging.getLogger("flowengine.websockets")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class CallSocket(ServerConnection):
    """A connection that cuts instead of closing."""

    target: Target | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        raw = transport.get_extra_info("socket")
        if raw is not None and raw.family in (socket.AF_INET, socket.AF_INET6):
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)

    def send_data(self) -> None:
        """Where the library would close for the peer's fault (an oversized frame: 1009), cut the connection."""
        if self.protocol.parser_exc is not None and self.request is not None:
            self.protocol.data_to_send()
            self.transport.abort()
            return
        super().send_data()

    def write(self, text: str) -> None:
        """Hand a text frame to the transport."""
        if self.protocol.state is State.OPEN and not self.transport.is_closing():
            self.protocol.send_text(text.encode())
            self.send_data()

    def backlog(self) -> int:
        """Bytes that the peer has not taken yet."""
        return self.transport.get_write_buffer_size()

    def abort(self) -> None:
        self.transport.abort()


class Listener:
    """What listens, once it does."""

    def __init__(self, server: WebSocketServer, connections: WeakSet[CallSocket]) -> None:
        self._server = server
        self._connections = connections

    @property
    def port(self) -> int:
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def close(self) -> None:
        """Listen no more and cut what is still connected, half-done handshakes too."""
        self._server.close(close_connections=False)
        for connection in list(self._connections):
            connection.abort()
        await self._server.wait_closed()


Admit = Callable[[str, object, "str | None"], "Target | Refusal"]
"""Decides about a request from its path, the peer's address, and X-Forwarded-For."""


async def listen(
    options: ServeOptions,
    admit: Admit,
    opened: Callable[[CallSocket, Target], Awaitable[None]],
) -> Listener:
    """Listen. `opened` runs for each accepted socket; when it returns or raises, the connection is cut.

    OSError if the address cannot be bound.
    """

    def process_request(connection: ServerConnection, request: Request) -> Response | None:
        forwarded = ", ".join(request.headers.get_all("X-Forwarded-For")) or None
        decision = admit(request.path, connection.remote_address, forwarded)
        if isinstance(decision, Refusal):
            response = connection.respond(HTTPStatus(decision.status), decision.text)
            response.headers["Cache-Control"] = "no-store"
            return response
        if "upgrade" not in request.headers.get("Connection", "").lower():
            return connection.respond(
                HTTPStatus.UPGRADE_REQUIRED, "A WebSocket is served here: dial with wss://.\n"
            )
        assert isinstance(connection, CallSocket)
        connection.target = decision
        return None

    async def handler(connection: ServerConnection) -> None:
        assert isinstance(connection, CallSocket)
        assert connection.target is not None
        try:
            await opened(connection, connection.target)
        except ConnectionClosed:
            pass
        finally:
            if connection.protocol.state is State.OPEN:
                connection.abort()

    connections: WeakSet[CallSocket] = WeakSet()

    def connect(*args: Any, **more: Any) -> CallSocket:
        connection = CallSocket(*args, **more)
        connections.add(connection)
        return connection

    server = await serve(
        handler,
        options.host,
        options.port,
        process_request=process_request,
        create_connection=cast("type[ServerConnection]", connect),
        compression=None,
        max_size=options.max_frame_bytes,
        ping_interval=None,
        close_timeout=5,
        server_header=None,
        logger=_silent,
        backlog=512,
    )
    return Listener(server, connections)


async def read_all(connection: CallSocket, read: Callable[[bytes], None]) -> int:
    """Give every message to `read` until the connection ends; the close code, 1006 if it was cut."""
    receive: Any = connection.recv
    count = 0
    try:
        while True:
            read(await receive(decode=False))
            count += 1
            if not count & _FAIR_SHARE:
                await asyncio.sleep(0)
    except ConnectionClosed:
        code = connection.close_code
        return 1006 if code is None else code
