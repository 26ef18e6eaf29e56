"""Days named by their weekday: "next Friday", "the Thursday after next", "Friday of next week"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flowengine.speech.calendar.frames import Dates, Frame, coming, latest, one


def _weekday(args: dict[str, Any], frame: Frame) -> Dates:
    find = latest if frame.past else coming
    return one(find(args["weekday"], frame.today))


def _weekday_next(args: dict[str, Any], frame: Frame) -> Dates:
    soonest = coming(args["weekday"], frame.today)
    monday = frame.today - timedelta(days=frame.today.weekday())
    later = monday + timedelta(days=7 + args["weekday"])
    if later == soonest or frame.prefer in ("next_week", "later", "next week"):
        return one(later)
    if frame.prefer in ("this_week", "soonest", "this week", "sooner", "nearest", "first"):
        return one(soonest)
    return Dates((later, soonest), "which_week")


def _weekday_next_only(args: dict[str, Any], frame: Frame) -> Dates:
    """ "Next Friday, not this one"."""
    return one(_weekday_next(args, frame).values[0])


def _weekday_last(args: dict[str, Any], frame: Frame) -> Dates:
    return one(latest(args["weekday"], frame.today))


def _weekday_shifted(weeks: int) -> Callable[[dict[str, Any], Frame], Dates]:
    def at(args: dict[str, Any], frame: Frame) -> Dates:
        return one(coming(args["weekday"], frame.today)).moved(days=7 * weeks)

    return at


def _weekdays_ahead(args: dict[str, Any], frame: Frame) -> Dates:
    """ "Two Fridays from now"."""
    return one(coming(args["weekdays"], frame.today)).moved(days=7 * (args["num"] - 1))


def _weekday_before_last(args: dict[str, Any], frame: Frame) -> Dates:
    return one(latest(args["weekday"], frame.today)).moved(days=-7)


def _weekday_of_week(args: dict[str, Any], frame: Frame) -> Dates:
    monday = frame.today - timedelta(days=frame.today.weekday())
    return one(monday + timedelta(days=7 * args["weekref"] + args["weekday"]))


ACTIONS: dict[str, Callable[[dict[str, Any], Frame], Dates]] = {
    "date.weekday": _weekday,
    "date.weekday_short": _weekday,
    "date.weekday_next": _weekday_next,
    "date.weekday_next_only": _weekday_next_only,
    "date.weekday_last": _weekday_last,
    "date.weekday_before_last": _weekday_before_last,
    "date.weekday_after_next": _weekday_shifted(1),
    "date.weekday_after_this": _weekday_shifted(1),
    "date.weekday_week": _weekday_shifted(1),
    "date.week_after_next_weekday": _weekday_shifted(2),
    "date.weekdays_ahead": _weekdays_ahead,
    "date.weekday_of_week": _weekday_of_week,
}
"""Actions of the rules, by section and name."""
