"""The line of one simulated call: dialling, reading, keepalives and redials. What is said on it is the player's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from flowengine.devtools.retell import Retell, encode
from flowengine.devtools.retell.call import PING_EVERY_MS, Frames
from flowengine.devtools.retell.socket import DialError, Socket, call_url, dial
from flowengine.devtools.simulate.clock import Clock
from flowengine.devtools.simulate.observed import Dialled, Observed, Received, Sent
from flowengine.devtools.simulate.options import DIAL_ATTEMPTS, DIAL_PAUSE_MS, DIAL_TIMEOUT_S


class Line:
    """A model of Retell's side joined to a server by real sockets; everything seen goes to `seen`."""

    def __init__(self, url: str, retell: Retell, clock: Clock, seen: Observed) -> None:
        self.url = call_url(url, str(retell.call["call_id"]))
        self.retell = retell
        self.clock = clock
        self.seen = seen
        self._noted = 0
        self._socket: Socket | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()

    async def dial(self) -> bool:
        """Dial, three times if need be; False when the call failed."""
        for attempt in range(DIAL_ATTEMPTS):
            if attempt:
                await self.clock.sleep(DIAL_PAUSE_MS)
            try:
                socket = await dial(self.url, within=DIAL_TIMEOUT_S)
            except DialError as error:
                self.seen.events.append(Dialled(self.clock.now(), str(error)))
                continue
            self.seen.events.append(Dialled(self.clock.now()))
            self._socket = socket
            frames = self.retell.connect(self.clock.now())
            self._tasks.append(asyncio.create_task(self._read(socket)))
            if self.retell.sockets == 1:
                self._tasks.append(asyncio.create_task(self._keep_alive()))
            await self.send(frames)
            return True
        self.retell.fail("error_llm_websocket_open", self.clock.now())
        self._note()
        return False

    async def send(self, frames: Frames) -> None:
        """Send what a move of the model gave."""
        self._note()
        for frame in frames:
            if self._socket is None or not await self._socket.send(encode(frame, self.retell)):
                break
            number = getattr(frame, "response_id", None)
            self.seen.events.append(Sent(self.clock.now(), type(frame).__name__, number))
        if self.retell.over and self._socket is not None:
            await self._socket.close()

    def cut(self) -> None:
        """The connection dies without a close frame."""
        if self.retell.connected:
            self.retell.drop(self.clock.now())
            self._note()
        if self._socket is not None:
            self._socket.abort()

    async def until(self, holds: Callable[[], object], ms: float) -> bool:
        """Wait up to so many simulated ms until this holds; redials on the way. False when it does not."""
        deadline = self.clock.now() + ms
        while not holds():
            if self.retell.over:
                return False
            if not self.retell.connected:
                if not await self.dial():
                    return False
                continue
            self._news.clear()
            left = deadline - self.clock.now()
            if left <= 0:
                return False
            try:
                async with asyncio.timeout(self.clock.real_ms(left) / 1000):
                    await self._news.wait()
            except TimeoutError:
                return bool(holds())
        return True

    async def leave(self) -> None:
        """Hang up if the call still goes on, and stop everything."""
        self.retell.hang_up(self.clock.now())
        self._note()
        if self._socket is not None:
            await self._socket.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _read(self, socket: Socket) -> None:
        while (message := await socket.receive()) is not None:
            if socket is not self._socket or not self.retell.connected:
                continue
            at = self.clock.now()
            self.seen.events.append(Received(at, _decoded(message), len(message)))
            await self.send(self.retell.receive(message, at))
            self._news.set()
        if socket is self._socket and self.retell.connected:
            self.retell.closed(socket.close_code, self.clock.now())
            self._note()
        self._news.set()

    async def _keep_alive(self) -> None:
        while not self.retell.over:
            await self.clock.sleep(PING_EVERY_MS)
            await self.send(self.retell.ping(self.clock.now()))
            if self.retell.keepalive_lost:  # or just not read yet, when this process was held up
                await self.clock.sleep(self.seen.grace_ms)
            if self.retell.keepalive_lost:
                self.retell.drop(self.clock.now(), keepalive=True)
                self._note()
                if self._socket is not None:
                    self._socket.abort()
                self._news.set()

    def _note(self) -> None:
        self.seen.events += self.retell.facts[self._noted :]
        self._noted = len(self.retell.facts)


def _decoded(message: str | bytes) -> dict[str, object] | None:
    if isinstance(message, bytes):
        return None
    try:
        value = json.loads(message)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
