"""The default store: one SQLite file in WAL mode, worked by one thread of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from flowengine.runtime.stores.base import Saving, Stored, StoreError

_T = TypeVar("_T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    key TEXT PRIMARY KEY,
    snapshot TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    over INTEGER NOT NULL
) WITHOUT ROWID
"""
_SAVE = """
INSERT INTO calls (key, snapshot, epoch, saved_at, over) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
    snapshot = excluded.snapshot, epoch = excluded.epoch, saved_at = excluded.saved_at, over = excluded.over
WHERE calls.epoch <= excluded.epoch
"""
_CLAIM = """
INSERT INTO calls (key, snapshot, epoch, saved_at, over) VALUES (?, '', 1, ?, 0)
ON CONFLICT (key) DO UPDATE SET epoch = epoch + 1, saved_at = excluded.saved_at
RETURNING snapshot, epoch, saved_at, over
"""


class SqliteStore:
    """Calls in a file; several processes of one machine may share it.

    WAL with `synchronous=NORMAL`: a killed process loses nothing that was saved; a power cut may lose the last moments.
    `busy_timeout` is short, since a call would rather go on unsaved than wait.
    """

    shared = True

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="flowengine-store")

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self.path, timeout=0.25, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.execute(_SCHEMA)
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    async def _do(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        def run() -> _T:
            try:
                return work(self._open())
            except (sqlite3.Error, OSError) as error:
                raise StoreError(f"{self.path}: {error}") from error

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, run)
        except RuntimeError as error:
            raise StoreError(f"{self.path}: {error}") from error

    async def claim(self, key: str, at: int) -> Stored | None:
        def work(connection: sqlite3.Connection) -> Stored | None:
            snapshot, epoch, saved_at, over = connection.execute(_CLAIM, (key, at)).fetchall()[0]
            return Stored(snapshot, epoch, saved_at, bool(over)) if epoch > 1 else None

        return await self._do(work)

    async def peek(self, key: str) -> int:
        def work(connection: sqlite3.Connection) -> int:
            row = connection.execute("SELECT epoch FROM calls WHERE key = ?", (key,)).fetchone()
            return 0 if row is None else int(row[0])

        return await self._do(work)

    async def save(self, savings: Sequence[Saving]) -> Sequence[str]:
        def work(connection: sqlite3.Connection) -> Sequence[str]:
            refused = []
            connection.execute("BEGIN IMMEDIATE")
            try:
                for saving in savings:
                    row = (saving.key, saving.snapshot, saving.epoch, saving.saved_at, int(saving.over))
                    if connection.execute(_SAVE, row).rowcount == 0:
                        refused.append(saving.key)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            return refused

        return await self._do(work)

    async def running(self) -> Sequence[str]:
        def work(connection: sqlite3.Connection) -> Sequence[str]:
            query = "SELECT key FROM calls WHERE over = 0 AND snapshot <> '' ORDER BY key"
            return [str(row[0]) for row in connection.execute(query)]

        return await self._do(work)

    async def delete(self, key: str) -> None:
        await self._do(lambda connection: connection.execute("DELETE FROM calls WHERE key = ?", (key,)))

    async def expire(self, before: int) -> int:
        return await self._do(
            lambda connection: connection.execute("DELETE FROM calls WHERE saved_at < ?", (before,)).rowcount
        )

    async def close(self) -> None:
        def work() -> None:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (RuntimeError, sqlite3.Error):
            return
        self._thread.shutdown(wait=False)
