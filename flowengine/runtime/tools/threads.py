"""Threads for synchronous tools.

A thread cannot be killed. A tool that hangs past its time-out keeps its thread, so threads are daemons (they never
keep the process alive), their number is capped, and a call that finds none free in its time is refused with a
clear error instead of waiting for ever behind hung ones.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any


class _Job:
    __slots__ = ("context", "function", "future", "loop", "state")

    def __init__(self, function: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> None:
        self.function = function
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.context = contextvars.copy_context()
        self.state = "queued"

    def settle(self, result: Any, error: BaseException | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


class ThreadPool:
    """At most `limit` daemon threads; idle ones are used again, and end after `idle_seconds`."""

    def __init__(self, limit: int = 64, idle_seconds: float = 30.0) -> None:
        self.limit = limit
        self._idle_seconds = idle_seconds
        self._waiting: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._threads = 0
        self._idle = 0

    @property
    def busy(self) -> int:
        """Threads that are running a tool now, hung ones included."""
        return self._threads - self._idle

    def submit(self, function: Callable[[], Any]) -> Ticket:
        """Hand over `function`; await `result()` of what comes back."""
        job = _Job(function, asyncio.get_running_loop())
        with self._changed:
            self._waiting.append(job)
            if self._idle >= len(self._waiting):
                self._changed.notify()
            elif self._threads < self.limit:
                self._threads += 1
                threading.Thread(target=self._work, name="flowengine-tool", daemon=True).start()
        return Ticket(self, job)

    def _withdraw(self, job: _Job) -> None:
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                job.state = "withdrawn"

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    self._idle += 1
                    self._changed.wait_for(lambda: bool(self._waiting), timeout=self._idle_seconds)
                    self._idle -= 1
                    if not self._waiting:
                        self._threads -= 1
                        return
                job = self._waiting.popleft()
                job.state = "started"
            result, error = None, None
            try:
                result = job.context.run(job.function)
            except BaseException as caught:  # a tool may even raise SystemExit; the thread must live on
                error = caught
            if isinstance(error, StopIteration):  # a future refuses it
                error = RuntimeError("StopIteration")
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                job.loop.call_soon_threadsafe(job.settle, result, error)
            del job, result, error


class Ticket:
    """One function handed to the pool."""

    __slots__ = ("_job", "_pool")

    def __init__(self, pool: ThreadPool, job: _Job) -> None:
        self._pool = pool
        self._job = job

    @property
    def started(self) -> bool:
        return self._job.state == "started"

    async def result(self) -> Any:
        """The function's result or exception. When cancelled, a function that has not started never will."""
        try:
            return await self._job.future
        except asyncio.CancelledError:
            self._pool._withdraw(self._job)
            raise
