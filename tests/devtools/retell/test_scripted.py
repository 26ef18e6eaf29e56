"""The model over a real socket, against a toy server that repeats what it hears."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from flowengine.devtools.retell import facts as f
from flowengine.devtools.retell.scripted import ScriptedCall
from flowengine.devtools.retell.socket import DialError, call_url
from flowengine.protocol.outbound import ConfigFrame, ConfigOptions, Pong, Response


def line(response_id: int, content: str, *, end: bool | None = None) -> str:
    return Response(response_id=response_id, content=content, content_complete=True, end_call=end).encode()


async def parrot(connection: ServerConnection) -> None:
    """Repeats the caller's last words; "bye" ends the call, "die" kills the connection, "close" closes it."""
    await connection.send(ConfigFrame(config=ConfigOptions(auto_reconnect=True, call_details=True)).encode())
    await connection.send(line(0, ""))
    async for message in connection:
        frame = json.loads(message)
        match frame["interaction_type"]:
            case "ping_pong":
                await connection.send(Pong(timestamp=frame["timestamp"]).encode())
            case "reminder_required":
                await connection.send(line(frame["response_id"], "Still there?"))
            case "response_required":
                words = frame["transcript"][-1]["content"]
                if words == "die":
                    connection.transport.abort()
                elif words == "close":
                    await connection.close(1011)
                else:
                    await connection.send(line(frame["response_id"], words, end=words == "bye" or None))


@asynccontextmanager
async def parrot_url() -> AsyncIterator[str]:
    async with serve(parrot, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/llm-websocket"


def test_a_call_from_greeting_to_hang_up() -> None:
    async def play() -> None:
        async with parrot_url() as url, ScriptedCall(url, "call_7") as call:
            assert await call.answer() == ""
            assert await call.turn("Tuesday at three") == "Tuesday at three"
            assert await call.remind() == "Still there?"
            stamp = await call.ping()
            await call.until(lambda: call.retell.found(f.Ponged))
            assert call.retell.found(f.Ponged)[0].timestamp == stamp
            assert await call.turn("bye") == "bye"
            assert call.retell.found(f.Ended)[0].reason == "agent_hangup"
            kinds = [frame["response_type"] for frame in call.frames()]
            assert kinds[:2] == ["config", "response"]
            assert len(call.frames("response")) == 4

    asyncio.run(play())


def test_a_dropped_line_is_redialled_and_the_call_goes_on() -> None:
    async def play() -> None:
        async with parrot_url() as url, ScriptedCall(url) as call:
            await call.answer()
            await call.turn("hello")
            await call.drop()
            call.retell.say("Tuesday")
            call.retell.ask()
            await call.dial()
            assert await call.answer() == "Tuesday"
            assert call.retell.agent_lines == ["hello", "Tuesday"]
            assert call.retell.sockets == 2

    asyncio.run(play())


def test_how_the_server_ends_a_socket_is_noted() -> None:
    async def play(words: str, code: int, *, over: bool) -> None:
        async with parrot_url() as url, ScriptedCall(url) as call:
            await call.answer()
            await call.play(call.retell.say(words))
            await call.play(call.retell.ask())
            await call.until(lambda: call.retell.found(f.SocketLost))
            assert call.retell.found(f.SocketLost)[0].code == code
            assert call.retell.over is over

    asyncio.run(play("die", 1006, over=False))
    asyncio.run(play("close", 1011, over=True))


def test_a_wait_has_an_end() -> None:
    async def play() -> None:
        async with parrot_url() as url, ScriptedCall(url) as call:
            with pytest.raises(TimeoutError):
                await call.until(lambda: False, within=0.05)

    asyncio.run(play())


def test_nobody_there() -> None:
    async def play() -> None:
        async with parrot_url() as url:
            pass
        with pytest.raises(DialError) as caught:
            await ScriptedCall(url).dial()
        assert caught.value.status is None

    asyncio.run(play())


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("ws://h/llm-websocket", "ws://h/llm-websocket/c%2F1"),
        ("wss://h/a/b/?tenant=acme", "wss://h/a/b/c%2F1?tenant=acme"),
    ],
)
def test_the_call_id_is_the_last_path_segment(url: str, full: str) -> None:
    assert call_url(url, "c/1") == full
