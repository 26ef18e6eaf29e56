"""A store for several servers: Redis or Valkey (`pip install "retell-flowengine[redis]"`).

Each call is one hash; claiming and saving are small scripts on the server, so the fence holds between machines. A
call that is saved no more expires by itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError

from flowengine.runtime.stores.base import Saving, Stored, StoreError

_T = TypeVar("_T")

_CLAIM = """
local epoch = redis.call('HINCRBY', KEYS[1], 'epoch', 1)
redis.call('HSET', KEYS[1], 'saved_at', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local row = redis.call('HMGET', KEYS[1], 'snapshot', 'over')
return {epoch, row[1] or '', row[2] or '0'}
"""
_SAVE = """
local epoch = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '0')
if epoch > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'snapshot', ARGV[1], 'epoch', ARGV[2], 'saved_at', ARGV[3], 'over', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
"""


class RedisStore:
    """Calls under `{prefix}{key}`. `keep_ms`: how long a call is kept after it was last saved.

    Time-outs are short and there is one retry: the defaults of redis-py would hold a call up for seconds when the
    server dies.
    """

    shared = True

    def __init__(self, url: str, *, prefix: str = "flowengine:call:", keep_ms: int = 86_400_000) -> None:
        self._prefix = prefix
        self._keep = keep_ms
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=16,
            timeout=0.25,
            socket_timeout=0.25,
            socket_connect_timeout=0.25,
            retry=Retry(ConstantBackoff(0.01), 1),
            decode_responses=True,
        )
        self._redis: Redis = Redis.from_pool(pool)
        self._claim = self._redis.register_script(_CLAIM)
        self._save = self._redis.register_script(_SAVE)

    def _key(self, key: str) -> str:
        return self._prefix + key

    async def _do(self, work: Awaitable[_T]) -> _T:
        try:
            return await work
        except (RedisError, OSError) as error:
            raise StoreError(f"redis: {type(error).__name__}: {error}") from error

    async def claim(self, key: str, at: int) -> Stored | None:
        epoch, snapshot, over = await self._do(self._claim(keys=[self._key(key)], args=[at, self._keep]))
        return Stored(snapshot or "", int(epoch), at, over == "1") if int(epoch) > 1 else None

    async def peek(self, key: str) -> int:
        epoch = await self._do(cast("Awaitable[Any]", self._redis.hget(self._key(key), "epoch")))
        return int(epoch or 0)

    async def save(self, savings: Sequence[Saving]) -> Sequence[str]:
        async def work() -> Sequence[str]:
            pipeline = self._redis.pipeline(transaction=False)
            for saving in savings:
                args: list[str | int] = [
                    saving.snapshot,
                    saving.epoch,
                    saving.saved_at,
                    int(saving.over),
                    self._keep,
                ]
                await self._save(keys=[self._key(saving.key)], args=args, client=pipeline)
            done = await pipeline.execute()
            return [saving.key for saving, stored in zip(savings, done, strict=True) if not stored]

        return await self._do(work())

    async def running(self) -> Sequence[str]:
        async def work() -> Sequence[str]:
            found = []
            async for name in self._redis.scan_iter(match=f"{self._prefix}*", count=500):
                snapshot, over = await cast(
                    "Awaitable[list[Any]]", self._redis.hmget(name, ["snapshot", "over"])
                )
                if snapshot and over != "1":
                    found.append(str(name).removeprefix(self._prefix))
            return sorted(found)

        return await self._do(work())

    async def delete(self, key: str) -> None:
        await self._do(cast("Awaitable[Any]", self._redis.delete(self._key(key))))

    async def expire(self, before: int) -> int:
        async def work() -> int:
            count = 0
            async for name in self._redis.scan_iter(match=f"{self._prefix}*", count=500):
                saved_at = await cast("Awaitable[Any]", self._redis.hget(name, "saved_at"))
                if saved_at is not None and int(saved_at) < before:
                    count += int(await cast("Awaitable[Any]", self._redis.delete(name)))
            return count

        return await self._do(work())

    async def close(self) -> None:
        await self._redis.aclose()
