"""A store that lives as long as the process: for tests and for those who want no file."""

from __future__ import annotations

from collections.abc import Sequence

from flowengine.runtime.stores.base import Saving, Stored


class MemoryStore:
    """Keeps calls in a dictionary. Give the same object to two servers and they share their calls."""

    shared = False

    def __init__(self) -> None:
        self._calls: dict[str, Stored] = {}

    async def claim(self, key: str, at: int) -> Stored | None:
        stored = self._calls.get(key)
        epoch = 1 if stored is None else stored.epoch + 1
        claimed = Stored("", epoch, at) if stored is None else Stored(stored.snapshot, epoch, at, stored.over)
        self._calls[key] = claimed
        return claimed if epoch > 1 else None

    async def peek(self, key: str) -> int:
        stored = self._calls.get(key)
        return 0 if stored is None else stored.epoch

    async def save(self, savings: Sequence[Saving]) -> Sequence[str]:
        refused = []
        for saving in savings:
            stored = self._calls.get(saving.key)
            if stored is not None and stored.epoch > saving.epoch:
                refused.append(saving.key)
                continue
            self._calls[saving.key] = Stored(saving.snapshot, saving.epoch, saving.saved_at, saving.over)
        return refused

    async def running(self) -> Sequence[str]:
        return [key for key, stored in self._calls.items() if stored.snapshot and not stored.over]

    async def delete(self, key: str) -> None:
        self._calls.pop(key, None)

    async def expire(self, before: int) -> int:
        old = [key for key, stored in self._calls.items() if stored.saved_at < before]
        for key in old:
            del self._calls[key]
        return len(old)

    async def close(self) -> None:
        return None
