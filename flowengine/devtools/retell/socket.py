"""Dialling a Custom LLM server as Retell does. The only file here that touches the websockets client."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from flowengine.errors import FlowengineError

OPEN_TIMEOUT_S = 7.0


class DialError(FlowengineError):
    """The handshake failed. `status` is the HTTP status of a refusal, None when there was no answer."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Socket:
    """One open WebSocket: text out, text or bytes in. `close_code` is known once `receive` has given None."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, message: str | bytes) -> bool:
        """Send one message; False when the socket is closed already."""
        try:
            await self._connection.send(message)
        except ConnectionClosed:
            return False
        return True

    async def receive(self) -> str | bytes | None:
        """The next message, or None when the socket was closed or died."""
        try:
            return await self._connection.recv()
        except ConnectionClosed:
            return None

    @property
    def close_code(self) -> int:
        """How it ended: 1005 for a close without a code, 1006 for a connection that died."""
        return self._connection.close_code or 1006

    async def close(self, code: int = 1000) -> None:
        """Close politely."""
        await self._connection.close(code)

    def abort(self) -> None:
        """Kill the TCP connection without a close frame, as a dying network does."""
        self._connection.transport.abort()


def call_url(url: str, call_id: str) -> str:
    """The URL of one call: `call_id` as the last path segment, a query string kept behind it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{quote(call_id, safe='')}"))


async def dial(url: str, *, within: float = OPEN_TIMEOUT_S) -> Socket:
    """Open a WebSocket to this URL within `within` seconds; `DialError` if that fails."""
    try:
        connection = await connect(
            url, compression=None, max_size=None, ping_interval=None, open_timeout=within, proxy=None
        )
    except (InvalidHandshake, InvalidURI) as error:
        response = getattr(error, "response", None)
        raise DialError(f"{url}: {error}", getattr(response, "status_code", None)) from error
    except (OSError, TimeoutError) as error:
        raise DialError(f"{url}: {error or 'timed out'}") from error
    return Socket(connection)
