"""The model of Retell's side, played over a real socket under a script's control.

    async with ScriptedCall("ws://127.0.0.1:8080/llm-websocket", "call_1") as call:
        greeting = await call.answer()
        confirmation = await call.turn("I'd like to book for Tuesday")

Nothing happens by itself but the reading of the server's frames: the script decides when the caller speaks,
what Retell asks, how much of an answer is spoken, and when the line drops. Waits end with `TimeoutError`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from types import TracebackType

from flowengine.devtools.retell.call import Frames, Retell
from flowengine.devtools.retell.facts import Spoke
from flowengine.devtools.retell.socket import Socket, call_url, dial
from flowengine.devtools.retell.wire import encode


def now() -> int:
    """ms since the epoch."""
    return time.time_ns() // 1_000_000


class ScriptedCall:
    """One call to the server at `url`.

    retell    the model: its moves give frames, which `play` sends
    received  every message of the server, as (ms since the epoch, text or bytes)
    timeout   seconds that any wait may take
    """

    def __init__(
        self,
        url: str,
        call_id: str = "call_1",
        *,
        call: Mapping[str, object] | None = None,
        timeout: float = 5.0,
    ) -> None:
        self.url = call_url(url, call_id)
        self.retell = Retell({"call_id": call_id, **(call or {})}, at=now())
        self.received: list[tuple[int, str | bytes]] = []
        self.timeout = timeout
        self._socket: Socket | None = None
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()

    async def __aenter__(self) -> ScriptedCall:
        await self.dial()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.retell.hang_up(now())
        await self._leave()

    # --- the socket ---

    async def dial(self) -> None:
        """Open a socket, the first or a new one after `drop`; raises `DialError`."""
        socket = await dial(self.url)
        self._socket = socket
        frames = self.retell.connect(now())
        self._reader = asyncio.create_task(self._read(socket))
        await self.play(frames)

    async def drop(self) -> None:
        """The connection dies without a close frame."""
        if self.retell.connected:
            self.retell.drop(now())
        if self._socket is not None:
            self._socket.abort()
        await self._join()

    async def send(self, message: str | bytes) -> bool:
        """Send this, whatever it is; False when the socket is gone."""
        return self._socket is not None and await self._socket.send(message)

    async def play(self, frames: Frames) -> None:
        """Send what a move of the model gave; closes the socket when the call is over."""
        for frame in frames:
            await self.send(encode(frame, self.retell))
        if self.retell.over:
            await self._leave()

    # --- waiting ---

    async def until(self, holds: Callable[[], object], within: float | None = None) -> None:
        """Wait until this holds, looking again after every frame of the server."""
        async with asyncio.timeout(within or self.timeout), self._news:
            await self._news.wait_for(lambda: bool(holds()))

    def frames(self, response_type: str | None = None) -> list[dict[str, object]]:
        """The server's JSON frames so far, all or of one type."""
        decoded = [json.loads(message) for _, message in self.received if isinstance(message, str)]
        return [frame for frame in decoded if response_type in (None, frame.get("response_type"))]

    # --- whole turns ---

    async def answer(self, within: float | None = None) -> str:
        """Wait until the open response is complete, let the agent speak all of it; returns what it said."""
        before = len(self.retell.facts)
        await self.until(lambda: self.retell.open is None, within)
        await self.play(self.retell.finish_speaking(now()))
        return " ".join(fact.text for fact in self.retell.facts[before:] if isinstance(fact, Spoke))

    async def turn(self, words: str, *, pieces: int = 3, within: float | None = None) -> str:
        """The caller says `words` in growing updates, Retell asks; returns the whole answer."""
        spoken = words.split()
        for piece in range(1, pieces):
            await self.play(self.retell.say_partial(" ".join(spoken[: len(spoken) * piece // pieces]), now()))
        await self.play(self.retell.say(words, now()))
        await self.play(self.retell.ask(now()))
        return await self.answer(within)

    async def remind(self, within: float | None = None) -> str:
        """The caller is silent, Retell asks for a reminder; returns the answer."""
        await self.play(self.retell.remind(now()))
        return await self.answer(within)

    async def ping(self) -> int:
        """Send a ping; returns its timestamp."""
        for frame in self.retell.ping(now()):
            await self.send(encode(frame, self.retell))
        return self.retell.at

    # --- inside ---

    async def _read(self, socket: Socket) -> None:
        while (message := await socket.receive()) is not None:
            self.received.append((now(), message))
            if socket is self._socket:
                for frame in self.retell.receive(message, now()):
                    await self.send(encode(frame, self.retell))
            await self._tell()
            if self.retell.over:
                await socket.close()
        if socket is self._socket and self.retell.connected:
            self.retell.closed(socket.close_code, now())
        await self._tell()

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _leave(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        await self._join()

    async def _join(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None and reader is not asyncio.current_task():
            await reader
