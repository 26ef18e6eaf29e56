"""Which calls are recorded where, and what must not be in a recording."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from flowengine.runtime.clock import Clock
from flowengine.runtime.journal import Journal, Recorder
from flowengine.runtime.privacy import secrets_of
from flowengine.runtime.session import Session


def recorder_of(folder: Path, clock: Clock) -> Callable[[Session], Journal]:
    """Makes a recorder for each call: `{folder}/{call_id}.jsonl`."""

    def make(session: Session) -> Journal:
        name = re.sub(r"[^A-Za-z0-9._-]", "_", session.call_id)[:150]
        flow = session.edition.flow
        head = {"at": clock.now(), "call_id": session.call_id, "flow": session.name, "version": flow.version}
        return Recorder(
            folder / f"{name}.jsonl", head, lambda: secrets_of(session.edition.flow, session.call.snapshot)
        )

    return make
