"""Days and times of one sentence joined to moments on a zone's wall clock, and the two nights when clocks change.

A wall time that the zone skips (02:30 when clocks go forward) is moved on by the gap (03:30). One that comes twice
is the first of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from flowengine.speech.calendar.grammar import Mention


def at_wall(day: date, at: time, zone: tzinfo | None) -> datetime:
    """The moment when clocks in `zone` show `at` on `day`; a skipped time is moved on by the gap."""
    moment = datetime.combine(day, at.replace(fold=0), zone)
    return moment.astimezone(UTC).astimezone(zone) if zone else moment


def pair(dates: Sequence[Mention], times: Sequence[Mention]) -> list[tuple[Mention | None, Mention | None]]:
    """Which day goes with which time: in order if they are as many, else each with the nearest."""
    if not dates:
        return [(None, at) for at in times]
    if not times:
        return [(day, None) for day in dates]
    if len(dates) == len(times):
        return list(zip(dates, times, strict=True))
    if len(dates) > len(times):
        return [(day, _nearest(day, times)) for day in dates]
    return [(_nearest(at, dates), at) for at in times]


def _nearest(mention: Mention, others: Sequence[Mention]) -> Mention:
    return min(others, key=lambda other: min(abs(other.start - mention.end), abs(mention.start - other.end)))


def next_at(now: datetime, at: time) -> datetime:
    """The next moment after `now` when clocks show `at`."""
    found = at_wall(now.date(), at, now.tzinfo)
    return found if found > now else at_wall(now.date() + timedelta(days=1), at, now.tzinfo)
