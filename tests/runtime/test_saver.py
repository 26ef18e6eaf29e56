"""Write-behind: changes are gathered, failures are survived, the fence is heeded."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from flowengine.runtime.clock import SystemClock
from flowengine.runtime.saver import Saver
from flowengine.runtime.stores import CallStore, MemoryStore, Saving, SqliteStore


class OneCall:
    def __init__(self, key: str, text: str = "{}", epoch: int = 0) -> None:
        self.key, self.text, self.epoch, self.lost, self.asked = key, text, epoch, False, 0

    def saving(self) -> Saving:
        self.asked += 1
        return Saving(self.key, self.text, self.epoch, 1)

    def lost_to_another(self) -> None:
        self.lost = True


def saver_of(store: CallStore) -> tuple[Saver, list[str]]:
    told: list[str] = []
    return Saver(store, SystemClock(), lambda _level, code, _facts: told.append(code)), told


def test_many_changes_are_one_save() -> None:
    async def play() -> None:
        store = MemoryStore()
        saver, told = saver_of(store)
        call = OneCall("f/a")
        for number in range(100):
            call.text = str(number)
            saver.mark(call)
        assert await saver.saved(call)
        assert call.asked == 1
        stored = await store.claim("f/a", 2)
        assert stored is not None
        assert (stored.snapshot, told) == ("99", [])
        await saver.close()

    asyncio.run(play())


def test_an_unclaimed_call_is_claimed_and_a_fenced_one_let_go() -> None:
    async def play() -> None:
        store = MemoryStore()
        saver, _ = saver_of(store)
        call = OneCall("f/a")
        assert await saver.saved(call)
        assert call.epoch == 1
        await store.claim("f/a", 5)
        await saver.saved(call)
        assert call.lost
        await saver.close()

    asyncio.run(play())


def test_a_failing_store_is_reported_once_and_comes_back(tmp_path: Path) -> None:
    async def play() -> None:
        store = SqliteStore(tmp_path / "calls.db")
        saver, told = saver_of(store)
        calls = [OneCall(f"f/{number}") for number in range(3)]
        assert await saver.saved(calls[0])
        other = sqlite3.connect(tmp_path / "calls.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        for call in calls:
            saver.mark(call)
        assert not await saver.flush()
        assert not await saver.flush()
        assert not await saver.saved(calls[0])  # known to be down: a tool does not wait
        assert told == ["store_failed"]
        other.execute("ROLLBACK")
        other.close()
        assert await saver.flush()
        assert told == ["store_failed", "store_back"]
        assert len(await store.running()) == 3
        await saver.close()
        await store.close()

    asyncio.run(play())


def test_closing_saves_what_is_marked() -> None:
    async def play() -> None:
        store = MemoryStore()
        saver, _ = saver_of(store)
        saver.mark(OneCall("f/a", "last"))
        await saver.close()
        stored = await store.claim("f/a", 2)
        assert stored is not None
        assert stored.snapshot == "last"

    asyncio.run(play())
