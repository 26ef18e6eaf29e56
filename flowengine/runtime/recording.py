"""Which calls are recorded where, and what must not be in a recording."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from flowengine.runtime.clock import Clock
from flowengine.runtime.journal import Journal, Recorder
from flowengine.runtime.session import Session
from flowengine.speech.speaking import digits, spell, spoken
from flowengine.speech.values import plain

_FORMS = (spoken, spell, digits)


def recorder_of(folder: Path, clock: Clock) -> Callable[[Session], Journal]:
    """Makes a recorder for each call: `{folder}/{call_id}.jsonl`."""

    def make(session: Session) -> Journal:
        name = re.sub(r"[^A-Za-z0-9._-]", "_", session.call_id)[:150]
        flow = session.edition.flow
        head = {"at": clock.now(), "call_id": session.call_id, "flow": session.name, "version": flow.version}
        return Recorder(folder / f"{name}.jsonl", head, lambda: secrets_of(session))

    return make


def secrets_of(session: Session) -> Sequence[str]:
    """Texts that a recording of this call must not hold, as far as they are known now."""
    flow = session.edition.flow
    snapshot = session.call.snapshot
    worlds = [snapshot.base]
    if snapshot.turn is not None:
        worlds += [segment.draft for segment in snapshot.turn.segments]
    found = [value for value in flow.env.values() if len(value) > 3]
    for slot in flow.slots.values():
        for world in worlds if slot.sensitive else ():
            value = world.slots.get(slot.name)
            if value is not None:
                found += _forms(value, flow.language)
    return found


def _forms(value: object, language: str) -> list[str]:
    forms = [str(plain(value))]
    for form in _FORMS:
        try:
            forms.append(form(value, language))
        except (TypeError, ValueError):
            continue
    return forms
