"""What a time mention means: hours and minutes, and which half of the day.

A bare hour can be two times. The part of the day that was named decides ("nine in the evening"), then the slot's
`hours`, then its `prefer`; else both are given, the one inside 08:00 to 19:00 first, and the question is "am_pm".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flowengine.speech.calendar.grammar import Mention
from flowengine.speech.calendar.lengths import DAY, seconds_of

DEFAULT_HOURS = (480, 1140)
"""08:00 to 19:00, in minutes: what a bare hour means if nothing else says."""
_MORNING = ("am", "a.m.", "morning")
_AFTERNOON = ("pm", "p.m.", "afternoon", "evening", "night")


@dataclass(frozen=True, slots=True)
class Clock:
    """What bare hours are read against: declared hours in minutes of the day, the `prefer` hint, the moment."""

    now: datetime
    hours: tuple[int, int] | None = None
    prefer: str = ""
    asked: bool = False
    """A time was asked for: bare hours count in more places ("does ten work")."""
    filled: bool = False
    """There is a time already, which "could we do four" changes."""


@dataclass(frozen=True, slots=True)
class Times:
    """The times of day a mention can mean, best first; `exact` if the words left nothing open."""

    values: tuple[time, ...] = ()
    question: str | None = None
    exact: bool = True


_NONE = Times()


def minutes_of(text: str) -> int:
    """ "09:30" in minutes of the day; ValueError if it is no such time."""
    moment = time.fromisoformat(text.zfill(5))
    return moment.hour * 60 + moment.minute


def times_of(mention: Mention, part: str | None, clock: Clock) -> Times:
    """The times that a mention of section "time" or "rel" means; `part` is the part of the day named with it."""
    if mention.section == "rel":
        return _relative(mention, clock)
    args = mention.args
    if mention.action == "now":  # this time tomorrow
        return Times((clock.now.time().replace(second=0, microsecond=0),))
    if "moved" in args:  # from two to three
        return times_of(args["moved"], part, clock)
    if "time" in args:  # an hour before noon
        length: Mention = args["brief"]
        base = times_of(args["time"], part, clock)
        shift = args["sign"] * seconds_of(length)
        return Times(tuple(_shifted(value, shift) for value in base.values), base.question, base.exact)
    found = _face(mention.action, args)
    if found is None:
        return _NONE
    hour, minute, exact = found
    if "meridiem" in args:
        if not 1 <= hour <= 12:
            return Times((time(hour % 24, minute),)) if hour < 24 else _NONE
        return Times((time(hour % 12 + (12 if args["meridiem"] == "p" else 0), minute),))
    if exact or hour > 12 or hour == 0:
        return Times((time(hour % 24, minute),)) if hour <= 24 and (hour < 24 or not minute) else _NONE
    return _bare(hour, minute, args.get("daypart", part), clock)


def _shifted(value: time, seconds: float) -> time:
    total = int(value.hour * 3600 + value.minute * 60 + seconds) % DAY
    return time(total // 3600, total % 3600 // 60)


def _relative(mention: Mention, clock: Clock) -> Times:
    length: Mention = mention.args["length"]
    seconds = seconds_of(length)
    if not 0 < seconds < DAY:
        return _NONE
    moment = ahead(clock.now, seconds if mention.action == "ahead" else -seconds)
    return Times((moment.time().replace(second=0, microsecond=0),))


def ahead(now: datetime, seconds: float) -> datetime:
    """`seconds` of real time after `now`, on the wall clock of its zone, full minutes unless it is about seconds."""
    moment = (now.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(now.tzinfo)
    return moment.replace(microsecond=0) if seconds % 60 else moment.replace(second=0, microsecond=0)


def _face(action: str, args: dict[str, Any]) -> tuple[int, int, bool] | None:
    """(hour, minute, exact) that a mention shows; hour may be on a face of 12. None if it is no time."""
    if "midnight" in args and action == "midnight":
        return 0, 0, True
    if "noon" in args and action == "noon":
        return 12, 0, True
    if action in ("past", "to"):
        return _beside(action, args)
    if "clock" in args or "hclock" in args:
        hour, minute, padded = args["clock"] if "clock" in args else args["hclock"]
        return hour, minute, padded and hour < 10 and "meridiem" not in args
    if action == "military":
        if "hund" in args:
            return args["hund"] // 100, 0, True
        if "hunds" in args:
            return args["hunds"] // 100, 0, True
        if "mil" in args:
            return args["mil"] // 100, args["mil"] % 100, True
        hour = int(args["hour24"] if "hour24" in args else args["hour"])
        return hour, args.get("minute", 0), "hour24" not in args
    if "mil" in args:
        hour, minute = divmod(args["mil"], 100)
        return hour, minute, False
    if "hour" not in args:
        return None
    return args["hour"], args.get("minute", args.get("unit", 0)), False


def _beside(action: str, args: dict[str, Any]) -> tuple[int, int, bool]:
    """ "quarter past three", "ten to nine": minutes beside an hour."""
    if "noon" in args:
        hour, exact = 12, True
    elif "midnight" in args:
        hour, exact = 24, True
    else:
        hour, exact = args["hour"], False
    if "noon" in args and args.get("meridiem"):
        exact = True
    part = int(args["part"])
    total = hour * 60 + (part if action == "past" else -part)
    if exact:
        return total // 60 % 24, total % 60, True
    shown = total // 60 % 12 or 12
    return shown, total % 60, False


def _bare(hour: int, minute: int, part: str | None, clock: Clock) -> Times:
    early, late = time(hour % 12, minute), time(hour % 12 + 12, minute)
    if part:
        return Times((_in_part(hour, part, early, late),))
    if clock.hours:
        inside = [value for value in (early, late) if _inside(value, clock.hours)]
        if len(inside) == 1:
            return Times((inside[0],), None, False)
    if clock.prefer in _MORNING:
        return Times((early,), None, False)
    if clock.prefer in _AFTERNOON:
        return Times((late,), None, False)
    window = (
        clock.hours
        if clock.hours and not any(_inside(v, clock.hours) for v in (early, late))
        else DEFAULT_HOURS
    )
    first, second = sorted((early, late), key=lambda value: _outside(value, window))
    return Times((first, second), "am_pm", False)


def side_by_side(choice: Sequence[Times]) -> list[tuple[time, ...]]:
    """The readings of the alternatives of a choice, best first.

    "Seven or seven thirty": what lies outside of 08:00 to 19:00 both ways is meant near an alternative that does not.
    """
    sure = [times.values[0] for times in choice if not _outside(times.values[0], DEFAULT_HOURS)]
    return [
        tuple(sorted(times.values, key=lambda value: _apart(value, sure[0])))
        if sure and times.question == "am_pm" and _outside(times.values[0], DEFAULT_HOURS)
        else times.values
        for times in choice
    ]


def _apart(one: time, other: time) -> int:
    return abs(one.hour * 60 + one.minute - other.hour * 60 - other.minute)


def _in_part(hour: int, part: str, early: time, late: time) -> time:
    if part == "morning":
        return early
    if part == "night":  # six to eleven at night, but one or twelve at night is after midnight
        return late if 5 <= hour <= 11 else early
    if part == "evening":
        return late if hour != 12 else early
    return late


def _inside(value: time, hours: tuple[int, int]) -> bool:
    return hours[0] <= value.hour * 60 + value.minute <= hours[1]


def _outside(value: time, hours: tuple[int, int]) -> int:
    """How many minutes a time lies outside of hours."""
    minutes = value.hour * 60 + value.minute
    return max(hours[0] - minutes, minutes - hours[1], 0)
