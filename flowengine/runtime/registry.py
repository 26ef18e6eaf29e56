"""The live calls of a process, found by key: a redial gets the session that is there, or the one that was stored."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from weakref import WeakValueDictionary

from flowengine.engine.call import Call
from flowengine.engine.commands import Report
from flowengine.engine.snapshot import Snapshot
from flowengine.engine.world import World
from flowengine.errors import FlowengineError, SnapshotError
from flowengine.language.flow import Flow
from flowengine.runtime.session import Edition, Session, Surroundings
from flowengine.runtime.stores.base import CallStore, Stored, StoreError

FORGET_SECONDS = 60.0
"""How long an ended call is remembered, for a redial that comes late."""

PATIENCE_SECONDS = 0.75
"""Longest wait for the store when a socket opens; then the call goes on without it."""


class Registry:
    """All sessions. `edition(name)` gives the newest version of a flow."""

    def __init__(
        self,
        store: CallStore,
        world: Surroundings,
        edition: Callable[[str], Edition],
        *,
        forget_seconds: float = FORGET_SECONDS,
        rested: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._world = world
        self._edition = edition
        self._forget_seconds = forget_seconds
        self._rested = rested
        self._sessions: dict[str, Session] = {}
        # A lock lives as long as somebody holds it or waits for it.
        self._opening: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._leaving: dict[str, asyncio.TimerHandle] = {}
        self._deleting: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._sessions.values()))

    def get(self, name: str, call_id: str) -> Session | None:
        return self._sessions.get(key_of(name, call_id))

    @property
    def live(self) -> int:
        """Calls that are not over."""
        return sum(not session.call.snapshot.over for session in self._sessions.values())

    async def open(self, name: str, call_id: str) -> Session:
        """The session of this call: the live one, else the stored one, else a new one. Never raises."""
        key = key_of(name, call_id)
        lock = self._opening.setdefault(key, asyncio.Lock())
        async with lock:
            return await self._open(key, name, call_id)

    async def _open(self, key: str, name: str, call_id: str) -> Session:
        session = self._sessions.get(key)
        if session is not None and self._store.shared and await self._newer_elsewhere(session):
            session.stop()
            self._remove(session)
            session = None
        if session is not None:
            if (leaving := self._leaving.pop(key, None)) is not None:
                leaving.cancel()
            return session
        stored, epoch = await self._claim(key, call_id, name)
        session = self._make(key, name, call_id, stored, epoch)
        self._sessions[key] = session
        if stored is not None:
            session.resume()
        return session

    def _make(self, key: str, name: str, call_id: str, stored: Stored | None, epoch: int) -> Session:
        edition = self._edition(name)
        call = None
        if stored is not None:
            try:
                call = Call(
                    edition.flow,
                    call_id,
                    fitting(Snapshot.from_json(json.loads(stored.snapshot)), edition.flow),
                )
            except (FlowengineError, ValueError) as error:
                self._report(call_id, name, "not_resumed", f"{type(error).__name__}: {error}")
            else:
                self._world.reporter.report(call_id, name, Report("info", "resumed", {}))
        if call is None:
            call = Call(edition.flow, call_id)
        return Session(key, name, call_id, edition, call, self._world, epoch=epoch, at_rest=self._at_rest)

    async def _claim(self, key: str, call_id: str, name: str) -> tuple[Stored | None, int]:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                stored = await self._store.claim(key, self._world.clock.now())
        except (StoreError, TimeoutError) as error:
            self._report(call_id, name, "store_failed", f"{type(error).__name__}: {error}".rstrip(": "))
            return None, 0
        # a call that was claimed and never saved begins anew, under the epoch that this claim got
        return stored if stored and stored.snapshot else None, 1 if stored is None else stored.epoch

    async def _newer_elsewhere(self, session: Session) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._store.peek(session.key) > session.epoch > 0
        except (StoreError, TimeoutError):
            return False

    def _report(self, call_id: str, name: str, code: str, error: str) -> None:
        self._world.reporter.report(call_id, name, Report("error", code, {"error": error}))

    def _at_rest(self, session: Session) -> None:
        """A call is over, or has moved away: forget it, now or after a while."""
        if session.stopped:
            self._remove(session)
        elif session.key not in self._leaving:
            loop = asyncio.get_running_loop()
            self._leaving[session.key] = loop.call_later(self._forget_seconds, self._forget, session)
        self._rested()

    def _forget(self, session: Session) -> None:
        self._leaving.pop(session.key, None)
        if not session.over or self._sessions.get(session.key) is not session:
            return
        session.stop()
        self._remove(session)
        # What a caller said is kept no longer than the call needs it.
        task = asyncio.get_running_loop().create_task(self._delete(session))
        self._deleting.add(task)
        task.add_done_callback(self._deleting.discard)

    async def _delete(self, session: Session) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._store.delete(session.key)
        except (StoreError, TimeoutError):
            return  # it expires later
        self._world.reporter.report(session.call_id, session.name, Report("debug", "forgotten", {}))

    def _remove(self, session: Session) -> None:
        if self._sessions.get(session.key) is session:
            del self._sessions[session.key]
        if (leaving := self._leaving.pop(session.key, None)) is not None:
            leaving.cancel()
        self._world.saver.forget(session.key)

    async def close(self) -> None:
        """Save every call and let all of them go; their sockets are dropped so that Retell dials again."""
        for session in self:
            if not session.stopped:
                self._world.saver.mark(session)
        await self._world.saver.close()
        for session in self:
            session.stop()
            self._remove(session)
        if self._deleting:
            await asyncio.gather(*self._deleting, return_exceptions=True)


def key_of(name: str, call_id: str) -> str:
    """The key of a call in registry and store."""
    return f"{name}/{call_id}"


def fitting(snapshot: Snapshot, flow: Flow) -> Snapshot:
    """The stored call as this version of the flow can go on with it: an unheard turn may be dropped for that.

    SnapshotError if a state that is true for the call no longer exists.
    """
    gone = [name for name in _states(snapshot.base) if name not in flow.states or flow.states[name].children]
    if gone:
        raise SnapshotError(f"its state '{gone[0]}' is not in this version of the flow")
    turn = snapshot.turn
    if turn is not None and any(
        name not in flow.states or flow.states[name].children
        for segment in turn.segments
        for name in _states(segment.draft)
    ):
        snapshot.turn = None
    return snapshot


def _states(world: World) -> list[str]:
    return [name for name in (world.state, *(back.state for back in world.stack)) if name is not None]
