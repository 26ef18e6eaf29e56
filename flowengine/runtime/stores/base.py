"""What a call store is. A store keeps the snapshot of each call so that a redial finds it again.

Stores are fenced by an epoch instead of locked: whoever serves a call claims it, which raises its epoch; a save
under an older epoch is refused. So when a call moved to another process, the first one cannot overwrite it.
Every method may raise StoreError (and only that): the caller goes on in memory and reports it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flowengine.errors import FlowengineError


class StoreError(FlowengineError):
    """The store cannot be reached or refuses to work; the call goes on without it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A call as it is kept. `snapshot` is JSON text; `saved_at` ms since the epoch; `over` when the call ended."""

    snapshot: str
    epoch: int
    saved_at: int
    over: bool = False


@dataclass(frozen=True, slots=True)
class Saving:
    """One call to be saved, under the epoch that was claimed."""

    key: str
    snapshot: str
    epoch: int
    saved_at: int
    over: bool = False


class CallStore(Protocol):
    """Keys are texts of any length below 600 characters.

    shared  another process may use the same calls, so a redial has to look whether this process still has it
    """

    shared: bool

    async def claim(self, key: str, at: int) -> Stored | None:
        """Raise the epoch and give what is stored; None if the call is new, which then starts at epoch 1.

        `snapshot` is empty if the call was claimed before but never saved: its process died at once.
        """
        ...

    async def peek(self, key: str) -> int:
        """The present epoch, 0 for an unknown call."""
        ...

    async def save(self, savings: Sequence[Saving]) -> Sequence[str]:
        """Store all of them; gives the keys that were refused because somebody claimed them since."""
        ...

    async def running(self) -> Sequence[str]:
        """Keys of calls that are not over."""
        ...

    async def delete(self, key: str) -> None: ...

    async def expire(self, before: int) -> int:
        """Delete calls that were last saved before this moment (ms); gives their number."""
        ...

    async def close(self) -> None: ...
