"""Where a flow comes from: its files, read as a whole, loaded and kept as the newest good edition."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from flowengine.engine.call import Call
from flowengine.engine.events import Opened, Received
from flowengine.engine.names import moment
from flowengine.engine.understand import slot_context
from flowengine.errors import FlowError
from flowengine.language import load
from flowengine.language.flow import Flow
from flowengine.language.problems import Problem
from flowengine.protocol.inbound import ResponseRequired
from flowengine.protocol.transcript import Transcript, Utterance
from flowengine.runtime.session import Edition
from flowengine.runtime.tools import ToolRunner, Workbench
from flowengine.speech.contract import Context
from flowengine.speech.text import hear
from flowengine.speech.types import slot_type


class FlowSource:
    """A flow file on disk. `edition` is the last good version, `warnings` what it is warned of; `path` as given.

    Making it loads it, and raises FlowError with every problem. `environ` is where the flow's `env` is read
    from, None for the process's own.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        workbench: Workbench | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.path = Path(path)
        self._workbench = workbench or Workbench()
        self._environ = environ
        self._seen: dict[str, str] = {}
        self._lock = asyncio.Lock()
        self.warnings: tuple[Problem, ...] = ()
        self.edition = self._load()

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that the newest version, good or broken, was read from."""
        return tuple(self._seen)

    def changed(self) -> bool:
        """Some file's bytes are no longer those that were read last."""
        return any(_digest(path) != digest for path, digest in self._seen.items())

    async def refresh(self) -> Edition | None:
        """Read everything anew if a file has changed; the new edition, None if there is none.

        FlowError if the new version is broken: `edition` stays the last good one, and the same broken version
        is not complained about twice. Loading runs in a thread, calls go on meanwhile.
        """
        async with self._lock:
            before = self.edition.digest
            if not await asyncio.to_thread(self.changed):
                return None
            self.edition = await asyncio.to_thread(self._load)
            return self.edition if self.edition.digest != before else None

    def _load(self) -> Edition:
        loaded = load(self.path, environ=self._environ)
        # What a broken version was read from is kept too: mending any of these files mends the flow.
        self._seen = {**dict.fromkeys(self._seen, ""), **{file.path: file.digest for file in loaded.files}}
        self._seen.setdefault(str(self.path), "")
        self._seen = {path: _digest(path) for path in self._seen}
        if loaded.flow is None:
            raise FlowError(loaded.problems)
        unset = [problem for problem in loaded.problems if problem.code == "unset-environment"]
        if unset:  # a warning for whoever only checks or tests; here somebody would be on the line
            raise FlowError(tuple(replace(problem, level="error") for problem in unset))
        self.warnings = tuple(loaded.problems)
        tools = ToolRunner(loaded.flow, self._workbench)
        paths = [*(file.path for file in loaded.files), *tools.files]
        self._seen = {path: _digest(path) for path in paths}
        combined = hashlib.sha256("\n".join([loaded.flow.version, *self._seen.values()]).encode()).hexdigest()
        _warm(loaded.flow)
        return Edition(loaded.flow, tools, combined)

    async def close(self) -> None:
        await self._workbench.close()


WARMING = (
    "so is it four one five, b as in boy, at ten past one on the third of May, no, not the red one, about ten dollars",
    "my first name is Ann, last name Lee, ann dot lee at gmail dot com with two n's",
    "yes, 415 555 2671",
)
"""What is understood once before the first caller is there: between them these need the tables of every type."""


def _warm(flow: Flow) -> None:
    """Have word lists and compiled patterns there before the first caller is: play a turn with nobody, and let the
    types of all slots, those of later states too, hear a few words. What fails will fail, and be reported, where
    somebody is on the line."""
    with suppress(Exception):
        call = Call(flow, "warm-up")
        call.handle(Opened(0))
        words = Transcript(
            0, (Utterance("agent", "Hello."), Utterance("user", "hello, the third of May at ten past one"))
        )
        call.handle(Received(1, ResponseRequired(1, words)))
    now = moment(flow, int(time.time() * 1000))  # of today, for the holidays of this year
    yes_no = Context(now, flow.language, asked=True)
    for words_said in map(hear, WARMING):
        slot_type("yes_no").recognise(words_said, yes_no)  # what answers a read-back
        for slot in flow.slots.values():
            with suppress(Exception):
                slot.type.recognise(words_said, slot_context(flow, slot, now, asked=True))


def _digest(path: str) -> str:
    """sha256 of a file; empty when it cannot be read, which is a change too."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""
