# ruff: noqa: ARG002 -- a faulty server ignores what it is told
"""Toy Custom LLM servers on real sockets: one that does everything right, and for each rule one that breaks it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Json = dict[str, Any]


class Link:
    """One socket of one call; `memory` lives as long as the call."""

    def __init__(self, connection: ServerConnection, memory: Json) -> None:
        self.connection = connection
        self.memory = memory
        self.newest = 0

    async def send(self, kind: str, **fields: Any) -> None:
        await self.connection.send(json.dumps({"response_type": kind, **fields}))

    async def answer(self, number: int, content: str, complete: bool = True, **more: Any) -> None:
        await self.send("response", response_id=number, content=content, content_complete=complete, **more)

    async def interrupt(self, number: int, content: str, **more: Any) -> None:
        fields = {"interrupt_id": number, "content": content, "content_complete": True}
        await self.send("agent_interrupt", **fields, **more)


class Toy:
    """Does what Retell documents. Faulty servers change one method."""

    def __init__(self) -> None:
        self.calls: dict[str, Json] = {}
        self.dials = 0

    def admit(self) -> bool:
        return True

    async def open(self, link: Link) -> None:
        await link.send("config", config={"auto_reconnect": True, "call_details": True})
        await self.begin(link)

    async def begin(self, link: Link) -> None:
        greeting = "" if link.memory.get("asked") else "Hello. How can I help you today?"
        await link.answer(0, greeting)
        await link.send("update_agent", agent_config={"responsiveness": 0.9, "reminder_trigger_ms": 2_000})

    async def ping(self, link: Link, timestamp: int) -> None:
        await link.send("ping_pong", timestamp=timestamp)

    async def remind(self, link: Link, number: int) -> None:
        await link.answer(number, "Are you still there?")

    async def ask(self, link: Link, number: int, words: str) -> None:
        if "goodbye" in words:
            await self.goodbye(link, number)
        elif "book" in words:
            await link.answer(number, "One moment please.", complete=False)
            await self.book(link, words)
            await link.answer(number, " It is booked.")
        else:
            await link.answer(number, "I heard that.", complete=False)
            await link.answer(number, " What else can I do for you?")

    async def goodbye(self, link: Link, number: int) -> None:
        await link.answer(number, "Goodbye!", end_call=True, no_interruption_allowed=True)

    async def book(self, link: Link, words: str) -> None:
        arguments = json.dumps({"what": words.split()[-1]})
        if arguments in link.memory:
            return
        link.memory[arguments] = True
        await self.run(link, f"{id(link.memory)}-{len(link.memory)}", arguments)

    async def run(self, link: Link, tool_id: str, arguments: str) -> None:
        await link.send("tool_call_invocation", tool_call_id=tool_id, name="book", arguments=arguments)
        await link.send("tool_call_result", tool_call_id=tool_id, content="booked", successful=True)

    # --- the wire ---

    async def handle(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        call_id = connection.request.path.rsplit("/", 1)[1]
        link = Link(connection, self.calls.setdefault(call_id, {}))
        try:
            await self.open(link)
            async for message in connection:
                await self.take(link, json.loads(message))
        except ConnectionClosed:
            pass

    async def take(self, link: Link, frame: Json) -> None:
        match frame["interaction_type"]:
            case "ping_pong":
                await self.ping(link, frame["timestamp"])
            case "reminder_required":
                await self.remind(link, frame["response_id"])
            case "response_required":
                link.memory["asked"] = True
                said = [entry["content"] for entry in frame["transcript"] if entry["role"] == "user"]
                await self.ask(link, frame["response_id"], said[-1])

    async def check(self, connection: ServerConnection, request: Request) -> Response | None:
        self.dials += 1
        return None if self.admit() else connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "not yet\n")

    @asynccontextmanager
    async def url(self) -> AsyncIterator[str]:
        """The base URL while the server runs."""
        async with serve(
            self.handle, "127.0.0.1", 0, compression=None, ping_interval=None, process_request=self.check
        ) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            yield f"ws://127.0.0.1:{port}/llm-websocket"


class RefusesFirst(Toy):
    def admit(self) -> bool:
        return self.dials > 1


class ConfigLate(Toy):
    async def open(self, link: Link) -> None:
        await self.begin(link)
        await link.send("config", config={"auto_reconnect": True})


class NoBegin(Toy):
    async def begin(self, link: Link) -> None:
        pass


class GreetsAgain(Toy):
    async def begin(self, link: Link) -> None:
        await link.answer(0, "Hello. How can I help you today?")


class Closes(Toy):
    async def ask(self, link: Link, number: int, words: str) -> None:
        await link.connection.close(1011)


class Extra(Toy):
    """Sends something wrong before each answer."""

    async def wrong(self, link: Link, number: int) -> None:
        raise NotImplementedError

    async def ask(self, link: Link, number: int, words: str) -> None:
        await self.wrong(link, number)
        await super().ask(link, number, words)


class Binary(Extra):
    async def wrong(self, link: Link, number: int) -> None:
        await link.connection.send(b"{}")


class PlainText(Extra):
    async def wrong(self, link: Link, number: int) -> None:
        await link.connection.send("hello")


class UnknownType(Extra):
    async def wrong(self, link: Link, number: int) -> None:
        await link.send("say", content="hello")


class NullField(Extra):
    async def wrong(self, link: Link, number: int) -> None:
        await link.send("metadata", metadata=None)


class OutOfRange(Extra):
    async def wrong(self, link: Link, number: int) -> None:
        await link.send("update_agent", agent_config={"responsiveness": 5})


class InventsIds(Extra):
    async def wrong(self, link: Link, number: int) -> None:
        await link.answer(number + 7, "By the way.")


class EndsAndTransfers(Toy):
    async def goodbye(self, link: Link, number: int) -> None:
        await link.answer(number, "Goodbye!", end_call=True, transfer_number="+15550100")


class SpeaksStale(Toy):
    """Goes on under the old id long after the newer ask."""

    async def ask(self, link: Link, number: int, words: str) -> None:
        self.late = asyncio.create_task(self.go_on(link, number, words))

    async def go_on(self, link: Link, number: int, words: str) -> None:
        if number > 1:
            await asyncio.sleep(0.3)
            await link.answer(number - 1, "As I was saying.")
        await super().ask(link, number, words)


class AddsMore(Toy):
    async def ask(self, link: Link, number: int, words: str) -> None:
        await super().ask(link, number, words)
        await link.answer(number, "And another thing.")


class NeverAnswers(Toy):
    async def ask(self, link: Link, number: int, words: str) -> None:
        if number != 1:
            await super().ask(link, number, words)


class NeverCompletes(Toy):
    async def ask(self, link: Link, number: int, words: str) -> None:
        if number == 1:
            await link.answer(number, "Let me see.", complete=False)
        else:
            await super().ask(link, number, words)


class RepeatsItself(Toy):
    async def remind(self, link: Link, number: int) -> None:
        await link.answer(number, "I heard that. What else can I do for you?")


class InterruptsOutOfOrder(Toy):
    async def ask(self, link: Link, number: int, words: str) -> None:
        await super().ask(link, number, words)
        for interrupt in (2 * number, 2 * number + 1, 2 * number):
            await link.interrupt(interrupt, "One more thing.", no_interruption_allowed=True)


class ContinuesInterrupted(Toy):
    async def ask(self, link: Link, number: int, words: str) -> None:
        await link.answer(number, "I heard that.", complete=False)
        await link.interrupt(number, "Wait.", no_interruption_allowed=True)
        await link.answer(number, " What else?")


class InterruptsUnprotected(Toy):
    async def ask(self, link: Link, number: int, words: str) -> None:
        await super().ask(link, number, words)
        await link.interrupt(number, "One more thing.")


class IgnoresPings(Toy):
    async def ping(self, link: Link, timestamp: int) -> None:
        pass


class PingsUnasked(Toy):
    async def open(self, link: Link) -> None:
        await link.send("config", config={"call_details": True})
        await self.begin(link)
        await link.send("ping_pong", timestamp=1)


class ReusesToolIds(Toy):
    async def run(self, link: Link, tool_id: str, arguments: str) -> None:
        await super().run(link, "tool", arguments)


class ToolWithoutJson(Toy):
    async def run(self, link: Link, tool_id: str, arguments: str) -> None:
        await super().run(link, tool_id, "what=tuesday")


class ToolWithoutResult(Toy):
    async def run(self, link: Link, tool_id: str, arguments: str) -> None:
        await link.send("tool_call_invocation", tool_call_id=tool_id, name="book", arguments=arguments)


class RunsToolsTwice(Toy):
    async def book(self, link: Link, words: str) -> None:
        link.memory["runs"] = link.memory.get("runs", 0) + 1
        await self.run(link, f"run-{link.memory['runs']}", "{}")


class SpeaksMarkdown(Toy):
    async def goodbye(self, link: Link, number: int) -> None:
        await link.answer(number, "**Goodbye** 👋", end_call=True)


class OwesAfterRedial(Toy):
    """Gives what it owes on a new socket by itself, before Retell repeats the ask: no fault."""

    async def begin(self, link: Link) -> None:
        await super().begin(link)
        if owed := link.memory.get("owed"):
            await link.answer(owed, "I heard that.")

    async def ask(self, link: Link, number: int, words: str) -> None:
        if words.endswith("hello") and "owed" not in link.memory:
            link.memory["owed"] = number
        else:
            await super().ask(link, number, words)
