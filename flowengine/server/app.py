"""The server: flows on one side, Retell's sockets on the other.

    server = Server(ServeOptions(port=0), {"booking": FlowSource("flows/booking.yaml")}, reporter)
    await server.start()
    ...  # ws://127.0.0.1:{server.port}/llm-websocket/{call_id}
    await server.drain()

`serve` does the same for a command line: it handles signals and returns when the server is down.
"""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress

from flowengine.engine.commands import Report
from flowengine.runtime.clock import Clock, SystemClock
from flowengine.runtime.recording import recorder_of
from flowengine.runtime.registry import Registry
from flowengine.runtime.reload import Watcher, refresh_all
from flowengine.runtime.saver import Saver
from flowengine.runtime.session import Edition, Reporter, Surroundings
from flowengine.runtime.source import FlowSource
from flowengine.runtime.stores import CallStore, StoreError, open_store
from flowengine.server.access import Refusal, Target, locate, may_connect, peer_address
from flowengine.server.link import SocketLink
from flowengine.server.options import ServeOptions
from flowengine.server.sockets import CallSocket, Listener, listen, read_all

KEEP_MS = 24 * 60 * 60 * 1_000
"""A stored call that nobody has touched for so long is deleted at the next start."""


class Server:
    """Serves `flows` (by the name they have in the url). `store` and `clock` default to what the options say."""

    def __init__(
        self,
        options: ServeOptions,
        flows: Mapping[str, FlowSource],
        reporter: Reporter,
        *,
        store: CallStore | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.options = options
        self.flows = dict(flows)
        self._aliases = {source.path.stem: name for name, source in self.flows.items()}
        self.reporter = reporter
        self.draining = False
        self._clock = clock or SystemClock(options.now)
        self._store = store or open_store(options.store)
        self._saver = Saver(self._store, self._clock, self._tell)
        journal = None if options.record is None else recorder_of(options.record, self._clock)
        world = Surroundings(self._clock, reporter, self._saver, journal)
        self.calls = Registry(
            self._store,
            world,
            lambda name: self.flows[name].edition,
            forget_seconds=options.forget_seconds,
            rested=self._look_whether_done,
        )
        self._open = 0
        self._done = asyncio.Event()
        self._listener: Listener | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.watcher: Watcher | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        assert self._listener is not None, "start the server first"
        return self._listener.port

    @property
    def open_sockets(self) -> int:
        return self._open

    async def start(self) -> None:
        """Begin to listen. OSError if the address cannot be bound."""
        self._listener = await listen(self.options, self._admit, self._serve)
        self._spawn(self._expire())
        if self.options.reload:
            self.watcher = Watcher(self.flows, self.reporter, self._adopt)
            self._spawn(self.watcher.run())

    # --- calls -----------------------------------------------------------------------------------------------

    def _admit(self, path: str, remote: object, forwarded: str | None) -> Target | Refusal:
        bare = path.partition("?")[0]
        if bare == "/healthz":
            return Refusal(200, "ok\n")
        if bare == "/readyz":
            return Refusal(503, "draining\n") if self.draining else Refusal(200, "ready\n")
        address = peer_address(remote, forwarded, self.options.trust_proxy)
        found: Target | Refusal
        if not may_connect(address, self.options):
            found = Refusal(403, "This address may not connect.\n")
        else:
            found = locate(path, self.flows, self.options, self._aliases)
        if isinstance(found, Target):
            known = self.calls.get(found.flow, found.call_id) is not None
            if self.draining and not known:
                found = Refusal(503, "The server is going down and takes no new calls.\n")
            elif self._open >= self.options.max_calls and not known:
                found = Refusal(503, "All lines are busy.\n")
        if isinstance(found, Refusal):
            facts = {"status": found.status, "reason": found.text.strip(), "peer": address}
            self.reporter.report("", "", Report("warning", "refused", facts))
        return found

    async def _serve(self, connection: CallSocket, target: Target) -> None:
        self._open += 1
        try:
            session = await self.calls.open(target.flow, target.call_id)
            link = SocketLink(connection, session, self.options, self.reporter)
            session.attach(link)
            code = 1006
            try:
                code = await read_all(connection, link.read)
            finally:
                link.close()
                session.detach(link, code)
        finally:
            self._open -= 1
            self._look_whether_done()

    # --- versions --------------------------------------------------------------------------------------------

    def _adopt(self, name: str, edition: Edition) -> None:
        for session in self.calls:
            if session.name == name:
                session.offer(edition)

    async def refresh(self) -> None:
        """Load new versions for new calls (SIGHUP); running calls keep theirs, but with `reload`."""
        adopt = self._adopt if self.options.reload else lambda _name, _edition: None
        await refresh_all(self.flows, self.reporter, adopt)

    # --- the end ---------------------------------------------------------------------------------------------

    def _look_whether_done(self) -> None:
        if self.draining and self.calls.live == 0:
            self._done.set()

    async def drain(self, seconds: float | None = None) -> None:
        """Take no new calls, wait for live ones (`drain_seconds` by default), then stop."""
        self.draining = True
        self._look_whether_done()
        patience = self.options.drain_seconds if seconds is None else seconds
        self._tell("info", "draining", {"calls": self.calls.live, "seconds": patience})
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._done.wait()
        await self.stop()

    async def stop(self) -> None:
        """Stop now. Live calls are saved and their connections cut, so that Retell dials whoever comes next."""
        self.draining = True
        self._done.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        left = self.calls.live
        await self.calls.close()
        if self._listener is not None:
            await self._listener.close()
        with suppress(StoreError):
            await self._store.close()
        for source in self.flows.values():
            await source.close()
        self._tell("info", "stopped", {"calls_left": left})

    async def _expire(self) -> None:
        try:
            await self._store.expire(self._clock.now() - KEEP_MS)
        except StoreError as error:
            self._tell("error", "store_failed", {"error": str(error)})

    def _spawn(self, work: object) -> None:
        assert asyncio.iscoroutine(work)
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tell(self, level: str, code: str, facts: dict[str, object]) -> None:
        self.reporter.report("", "", Report("error" if level == "error" else "info", code, facts))


async def serve(
    options: ServeOptions,
    flows: Mapping[str, FlowSource],
    reporter: Reporter,
    *,
    ready: Callable[[Server], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; the first drains, a second one stops at once. SIGHUP loads new versions.

    `ready` is called when the server listens. OSError if the address cannot be bound, StoreError if the store's
    client is not installed.
    """
    server = Server(options, flows, reporter)
    await server.start()
    loop = asyncio.get_running_loop()
    ending = asyncio.Event()
    hurry = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: (hurry if ending.is_set() else ending).set())
    pending: set[asyncio.Task[None]] = set()

    def reload() -> None:
        task = loop.create_task(server.refresh())
        pending.add(task)
        task.add_done_callback(pending.discard)

    if hasattr(signal, "SIGHUP"):
        loop.add_signal_handler(signal.SIGHUP, reload)
    # What was loaded stays: the collector need not look at it again at every turn.
    gc.collect()
    gc.freeze()
    if ready is not None:
        ready(server)
    try:
        await ending.wait()
        draining = loop.create_task(server.drain())
        hurrying = loop.create_task(hurry.wait())
        await asyncio.wait({draining, hurrying}, return_when=asyncio.FIRST_COMPLETED)
        hurrying.cancel()
        if not draining.done():
            draining.cancel()
            await asyncio.gather(draining, return_exceptions=True)
            await server.stop()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)):
            loop.remove_signal_handler(number)
