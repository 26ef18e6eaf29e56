"""Days named by their number: "the fifth", "March 5th, 1985", "11/30", "Friday the 27th"."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flowengine.speech.calendar.frames import NO_DATES, Dates, Frame, add_months, next_of, one, year_of


def _day(args: dict[str, Any], frame: Frame) -> Dates:
    """The next such day of a month that exists, today included."""
    step = -1 if frame.past else 1
    month = frame.today.replace(day=1)
    for _ in range(4):
        if args["day"] <= calendar.monthrange(month.year, month.month)[1]:
            found = month.replace(day=args["day"])
            if (found <= frame.today) if frame.past else (found >= frame.today):
                return one(found)
        month = add_months(month, step)
    return NO_DATES


def _day_of_monthref(args: dict[str, Any], frame: Frame) -> Dates:
    return one(add_months(frame.today.replace(day=1), args["monthref"]).replace(day=args["day"]))


def _weekday_day(args: dict[str, Any], frame: Frame) -> Dates:
    """ "Friday the 27th": the next month in which both hold."""
    month = frame.today.replace(day=1)
    for _ in range(13):
        if args["day"] <= calendar.monthrange(month.year, month.month)[1]:
            found = month.replace(day=args["day"])
            if found >= frame.today and found.weekday() == args["weekday"]:
                return one(found)
        month = add_months(month, 1)
    return _day(args, frame)


def _month_day(args: dict[str, Any], frame: Frame) -> Dates:
    year = year_of(args, frame)
    if year is not None:
        return one(date(year, args["month"], args["day"]))
    return next_of(lambda of: date(of, args["month"], args["day"]), frame)


def _month_day_last(args: dict[str, Any], frame: Frame) -> Dates:
    if "yearref" in args:
        return _month_day(args, frame)
    return _month_day(args, Frame(frame.today - timedelta(days=1), "past", frame.region))


def _two_digit(value: int, frame: Frame) -> int:
    """A year of two digits: within ten years ahead, else the one that has been."""
    year = frame.today.year // 100 * 100 + value
    return year - 100 if year > frame.today.year + 10 else year


def _month_day_two_digit(args: dict[str, Any], frame: Frame) -> Dates:
    return one(date(_two_digit(args["yy"], frame), args["month"], args["day"]))


def _weekday_month_day(args: dict[str, Any], frame: Frame) -> Dates:
    """Weekday and date together. If they contradict each other, the date comes first and is asked about."""
    found = _month_day(args, frame)
    return checked(found, args["weekday"])


def checked(found: Dates, weekday: int) -> Dates:
    if not found.values or found.values[0].weekday() == weekday:
        return found
    day = found.values[0]
    return Dates((day, nearest(weekday, day)), "which_day")


def nearest(weekday: int, day: date) -> date:
    return next(near for shift in range(-3, 4) if (near := day + timedelta(days=shift)).weekday() == weekday)


def _numeric(args: dict[str, Any], frame: Frame) -> Dates:
    if "numdate" in args:
        year, first, second, mark = args["numdate"]
    else:
        year, first, second, mark = args.get("third"), args["first"], args["second"], "/"
    if mark == "iso":
        return one(date(year, first, second))
    if (first, second, year) == (24, 7, None):
        return NO_DATES
    day_first = mark == "." or frame.region != "us"
    month, day = (second, first) if day_first else (first, second)
    if month > 12 >= day:
        month, day = day, month
    if not 1 <= month <= 12:
        return NO_DATES
    if year is None:
        return next_of(lambda of: date(of, month, day), frame)
    return one(date(_two_digit(year, frame) if year < 100 else year, month, day))


def _dashed(args: dict[str, Any], frame: Frame) -> Dates:
    return _numeric({"first": args["dashed"][0], "second": args["dashed"][1]}, frame)


def _numeric_words(args: dict[str, Any], frame: Frame) -> Dates:
    return _month_day({**args, "month": args["first"], "day": args["second"]}, frame)


def _numeric_short_year(args: dict[str, Any], frame: Frame) -> Dates:
    return _numeric({**args, "third": args["yy"]}, frame)


def _weekday_numeric(args: dict[str, Any], frame: Frame) -> Dates:
    return checked(_numeric(args, frame), args["weekday"])


ACTIONS: dict[str, Callable[[dict[str, Any], Frame], Dates]] = {
    "date.day": _day,
    "date.day_of_monthref": _day_of_monthref,
    "date.weekday_day": _weekday_day,
    "date.month_day": _month_day,
    "date.month_day_next": _month_day,
    "date.month_day_last": _month_day_last,
    "date.month_day_two_digit": _month_day_two_digit,
    "date.weekday_month_day": _weekday_month_day,
    "date.weekday_numeric": _weekday_numeric,
    "date.numeric": _numeric,
    "dashed.numeric": _dashed,
    "date.numeric_words": _numeric_words,
    "date.numeric_short_year": _numeric_short_year,
    "date.day_of_month": _month_day,
}
"""Actions of the rules, by section and name."""
