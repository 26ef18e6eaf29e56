"""Saving calls behind their backs: changed calls are marked, and one task stores all of them together.

A store that fails never stalls or ends a call. It is reported once, calls go on in memory, and saving is tried
again every second until it works; then whatever is still marked is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from flowengine.runtime.clock import Clock
from flowengine.runtime.stores.base import CallStore, Saving, StoreError

PAUSE_SECONDS = 0.02
"""How long changes are gathered. What happened in it is lost if the process is killed; tools wait for it instead."""

PATIENCE_SECONDS = 1.0
"""Longest time that one round to the store may take."""


class Savable(Protocol):
    """A call that can be saved. `epoch` 0: the store has not been asked for it yet."""

    key: str
    epoch: int

    def saving(self) -> Saving: ...

    def lost_to_another(self) -> None: ...


class Saver:
    """Writes marked calls to the store. `report(level, code, facts)` tells of the store's troubles."""

    def __init__(
        self, store: CallStore, clock: Clock, report: Callable[[str, str, dict[str, object]], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._report = report
        self._marked: dict[str, Savable] = {}
        self._waiting: list[asyncio.Future[None]] = []
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._down = False

    def mark(self, call: Savable) -> None:
        """`call` has changed and is to be saved soon."""
        if call.key not in self._marked:
            self._marked[call.key] = call
            if self._task is None:
                self._task = asyncio.get_running_loop().create_task(self._run(), name="flowengine-saver")
            self._wake.set()

    def forget(self, key: str) -> None:
        self._marked.pop(key, None)

    async def saved(self, call: Savable, patience: float = 0.5) -> bool:
        """Wait until `call` is stored as it is now; False if that did not work within `patience` seconds."""
        if self._down:
            return False
        self.mark(call)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        self._urgent.set()
        try:
            async with asyncio.timeout(patience):
                await done
        except TimeoutError:
            return False
        return not self._down

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            try:
                async with asyncio.timeout(1.0 if self._down else PAUSE_SECONDS):
                    await self._urgent.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            self._urgent.clear()
            await self.flush()

    async def flush(self) -> bool:
        """Store every marked call now; True if nothing is left."""
        marked, self._marked = self._marked, {}
        waiting, self._waiting = self._waiting, []
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._write(marked)
        except (StoreError, TimeoutError) as error:
            self._failed(error, marked)
        except Exception as error:  # a defect in a store must not end the task that all calls need
            self._failed(error, marked)
        else:
            if self._down and marked:
                self._down = False
                self._report("info", "store_back", {})
        finally:
            for done in waiting:
                if not done.done():
                    done.set_result(None)
        return not self._marked

    async def _write(self, marked: dict[str, Savable]) -> None:
        for call in marked.values():
            if call.epoch == 0:
                stored = await self._store.claim(call.key, self._clock.now())
                call.epoch = 1 if stored is None else stored.epoch
        savings = []
        for call in marked.values():
            try:
                savings.append(call.saving())
            except Exception as error:
                self._report(
                    "error", "not_saved", {"call": call.key, "error": f"{type(error).__name__}: {error}"}
                )
        for key in await self._store.save(savings) if savings else ():
            marked[key].lost_to_another()

    def _failed(self, error: Exception, marked: dict[str, Savable]) -> None:
        if not self._down:
            self._down = True
            self._report("error", "store_failed", {"error": f"{type(error).__name__}: {error}".rstrip(": ")})
        self._marked = {**marked, **self._marked}
        self._wake.set()

    async def close(self) -> None:
        """Store what is marked and stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self.flush()
