"""What a date mention means at a given moment: the conventions of docs/reference/dates.md in code.

Each action of the rules is one small function from captures to the dates it can mean, best first. No date at all
(February 30th) is an empty answer: the words were about a date, but there is none.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flowengine.speech.calendar import monthdays, weekdays
from flowengine.speech.calendar.frames import (
    NO_DATES,
    Dates,
    Frame,
    add_months,
    coming,
    latest,
    next_of,
    one,
    year_of,
)
from flowengine.speech.calendar.grammar import Mention
from flowengine.speech.calendar.holidays import holiday, nth_weekday
from flowengine.speech.calendar.lengths import months_of, seconds_of
from flowengine.speech.calendar.monthdays import checked, nearest


def dates_of(mention: Mention, frame: Frame) -> Dates:
    """The dates that a mention of section "date" or "rel" means."""
    action = _ACTIONS.get(f"{mention.section}.{mention.action}")
    try:
        return action(mention.args, frame) if action else NO_DATES
    except (ValueError, OverflowError):  # no such day in the calendar
        return NO_DATES


# --- relative days, holidays, edges -----------------------------------------------------------------------------


def _relday(args: dict[str, Any], frame: Frame) -> Dates:
    return one(frame.today).moved(days=args["relday"])


def _relday_week(args: dict[str, Any], frame: Frame) -> Dates:
    return _relday(args, frame).moved(days=7)


def _today_part(args: dict[str, Any], frame: Frame) -> Dates:
    return one(frame.today).moved(days=args["todaypart"][0])


def _holiday(args: dict[str, Any], frame: Frame) -> Dates:
    year = year_of(args, frame)
    if year is not None:
        return one(holiday(args["holiday"], year, frame.region))
    return next_of(lambda of: holiday(args["holiday"], of, frame.region), frame)


def _holiday_weekday(args: dict[str, Any], frame: Frame) -> Dates:
    """ "The Saturday of Labor Day weekend"."""
    return Dates(tuple(nearest(args["weekday"], day) for day in _holiday(args, frame).values))


def _holiday_last(args: dict[str, Any], frame: Frame) -> Dates:
    return _holiday(args, Frame(frame.today - timedelta(days=1), "past", frame.region))


def _months(args: dict[str, Any], frame: Frame) -> tuple[date, bool]:
    """The first day of the month that was meant, and whether it was named without a year."""
    if "monthref" in args:
        return add_months(frame.today.replace(day=1), args["monthref"]), False
    year = year_of(args, frame)
    if year is not None:
        return date(year, args["month"], 1), False
    year = frame.today.year + (args["month"] < frame.today.month)
    return date(year, args["month"], 1), True


def _edge(args: dict[str, Any], frame: Frame) -> Dates:
    edge = args["edge"]
    if "weekref" in args:
        monday = frame.today - timedelta(days=frame.today.weekday()) + timedelta(days=7 * args["weekref"])
        return one(monday + timedelta(days={"end": 4, "last": 4, "start": 0, "first": 0, "middle": 2}[edge]))
    if "wholeyear" in args:
        year = frame.today.year + args["wholeyear"]
        return one(
            date(year, 12, 31)
            if edge in ("end", "last")
            else date(year, 7, 1)
            if edge == "middle"
            else date(year, 1, 1)
        )
    first, unnamed = _months(args if "month" in args or "monthref" in args else {"monthref": 0}, frame)
    if args.get("monthref") == 0 and edge not in ("end", "last"):  # of this month only while it lies ahead
        unnamed = False
        day = first.replace(day={"start": 1, "first": 1, "middle": 15}[edge])
        return one(day if day >= frame.today or frame.past else add_months(day, 1))
    for _ in range(2):
        last = calendar.monthrange(first.year, first.month)[1]
        found = first.replace(day={"end": last, "last": last, "start": 1, "first": 1, "middle": 15}[edge])
        if found >= frame.today or not unnamed:
            break
        first = first.replace(year=first.year + 1)
    return one(found)


def _nth_weekday(args: dict[str, Any], frame: Frame) -> Dates:
    nth = args["nth"] if "nth" in args else args["lastnth"]
    if "wholeyear" in args and "month" not in args:
        year, month = frame.today.year + args["wholeyear"], 1 if nth > 0 else 12
        found = nth_weekday(year, month, args["weekday"], nth)
        if found and found < frame.today:
            found = nth_weekday(year + 1, month, args["weekday"], nth)
        return one(found)
    first, unnamed = _months(args, frame)
    found = nth_weekday(first.year, first.month, args["weekday"], nth)
    if unnamed and found and found < frame.today:
        found = nth_weekday(first.year + 1, first.month, args["weekday"], nth)
    return one(found)


# --- with other mentions inside -----------------------------------------------------------------------------------


def _offset(args: dict[str, Any], frame: Frame) -> Dates:
    length: Mention = args.get("long") or args["weekly"]
    sign = args.get("sign", 1)
    return dates_of(args["date"], frame).moved(*_days_months(length, sign))


def _week_from(args: dict[str, Any], frame: Frame) -> Dates:
    size = args.get("weekafter", 7)
    return dates_of(args["date"], frame).moved(max(size, 0), max(-size, 0))


def _days_months(length: Mention, sign: int) -> tuple[int, int]:
    months = months_of(length)
    if months:
        return 0, sign * months
    return sign * int(seconds_of(length) // 86_400), 0


def _ahead(sign: int) -> Callable[[dict[str, Any], Frame], Dates]:
    def at(args: dict[str, Any], frame: Frame) -> Dates:
        length: Mention = args["length"]
        days, months = _days_months(length, sign)
        if not months and (not days or seconds_of(length) % 86_400):
            return NO_DATES  # "in two hours" is a time, no date
        return one(frame.today).moved(days, months)

    return at


def _day_beside(args: dict[str, Any], frame: Frame) -> Dates:
    return dates_of(args["date"], frame).moved(days=args.get("sign", 1))


def _day_before(args: dict[str, Any], frame: Frame) -> Dates:
    return dates_of(args["date"], frame).moved(days=-1)


def _weekday_beside(args: dict[str, Any], frame: Frame) -> Dates:
    base = dates_of(args["date"], frame)
    weekday = args["bareday"].args["weekday"]
    find = latest if args["sign"] < 0 else coming
    return Dates(tuple(find(weekday, day) for day in base.values), base.question)


def _one_after_that(args: dict[str, Any], frame: Frame) -> Dates:
    """ "The one after": the next such weekday, else the next day."""
    base: Mention = args["date"]
    return dates_of(base, frame).moved(days=args.get("sign", 1) * (7 if base.action in _WEEKDAYS else 1))


_WEEKDAYS = ("weekday", "weekday_next", "weekday_short", "weekday_of_week")


def _short_day(args: dict[str, Any], frame: Frame) -> Dates:
    """ "Wed" and "Sat" are days beside a time."""
    return dates_of(args["shortday"], frame)


def _moved(args: dict[str, Any], frame: Frame) -> Dates:
    """ "From Tuesday to Thursday"."""
    return dates_of(args["moved"], frame)


def _weekday_on(args: dict[str, Any], frame: Frame) -> Dates:
    return checked(dates_of(args["date"], frame), args["bareday"].args["weekday"])


_ACTIONS: dict[str, Callable[[dict[str, Any], Frame], Dates]] = {
    **weekdays.ACTIONS,
    **monthdays.ACTIONS,
    "date.relday_week": _relday_week,
    "date.relday": _relday,
    "date.today_part": _today_part,
    "date.holiday": _holiday,
    "date.holiday_weekday": _holiday_weekday,
    "date.holiday_last": _holiday_last,
    "date.edge": _edge,
    "date.nth_weekday": _nth_weekday,
    "date.offset": _offset,
    "date.week_from": _week_from,
    "date.day_beside": _day_beside,
    "date.day_before": _day_before,
    "date.weekday_beside": _weekday_beside,
    "date.weekday_on": _weekday_on,
    "date.day_after_that": _day_beside,
    "date.weekday_after_that": _weekday_beside,
    "date.one_after_that": _one_after_that,
    "date.moved": _moved,
    "date.moved_to": _moved,
    "date.short_day": _short_day,
    "rel.ahead": _ahead(1),
    "rel.ago": _ahead(-1),
}
