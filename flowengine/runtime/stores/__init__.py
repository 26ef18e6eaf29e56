"""Where calls are kept so that they outlive the process."""

from __future__ import annotations

from flowengine.runtime.stores.base import CallStore, Saving, Stored, StoreError
from flowengine.runtime.stores.memory import MemoryStore
from flowengine.runtime.stores.sqlite import SqliteStore

__all__ = ["CallStore", "MemoryStore", "Saving", "SqliteStore", "StoreError", "Stored", "open_store"]

DEFAULT = ".flowengine/calls.db"


def open_store(place: str) -> CallStore:
    """The store that `place` names: "memory", "redis://..." (also rediss:// and unix://), else a SQLite file.

    "sqlite:PATH" is the same as PATH. StoreError if redis is wanted and its client is not installed.
    """
    if place == "memory":
        return MemoryStore()
    if place.startswith(("redis://", "rediss://", "unix://")):
        try:
            from flowengine.runtime.stores.redis import RedisStore
        except ImportError as error:
            raise StoreError('the redis store needs: pip install "retell-flowengine[redis]"') from error
        return RedisStore(place)
    return SqliteStore(place.removeprefix("sqlite:"))
