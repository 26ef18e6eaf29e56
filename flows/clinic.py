"""The dental clinic's side of `booking.yaml`: a calendar kept in memory, with room for one patient at a time."""

from __future__ import annotations

import itertools
from datetime import date, time

_taken: dict[tuple[date, time], str] = {}
_references = itertools.count(47)


def book_appointment(patient: str, day: date, time: time) -> dict[str, str]:
    """Book a slot. `{status: booked, reference: B47}`, or `{status: taken}` when somebody else was first."""
    owner = _taken.setdefault((day, time), patient)
    if owner != patient:
        return {"status": "taken"}
    return {"status": "booked", "reference": f"B{next(_references)}"}
