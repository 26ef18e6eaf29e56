"""What a date mention means at a given moment: the conventions of docs/reference/dates.md in code.

Each action of the rules is one small function from captures to the dates it can mean, best first. No date at all
(February 30th) is an empty answer: the words were about a date, but there is none.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flowengine.speech.calendar.grammar import Mention
from flowengine.speech.calendar.holidays import holiday, nth_weekday
from flowengine.speech.calendar.lengths import months_of, seconds_of


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates a mention can mean, best first, and what is ambiguous about them."""

    values: tuple[date, ...] = ()
    question: str | None = None

    def moved(self, days: int = 0, months: int = 0) -> Dates:
        """The same, `days` and `months` later; empty if that leaves the calendar."""
        try:
            return Dates(
                tuple(add_months(value, months) + timedelta(days=days) for value in self.values),
                self.question,
            )
        except (OverflowError, ValueError):
            return _NONE


@dataclass(frozen=True, slots=True)
class Frame:
    """What dates are read against: today, whether the past is preferred, the `prefer` hint and the region."""

    today: date
    prefer: str = ""
    region: str = "us"

    @property
    def past(self) -> bool:
        """A date without a year is the last such, not the next (birthdays)."""
        return self.prefer == "past"


_NONE = Dates()


def dates_of(mention: Mention, frame: Frame) -> Dates:
    """The dates that a mention of section "date" or "rel" means."""
    action = _ACTIONS.get(f"{mention.section}.{mention.action}")
    try:
        return action(mention.args, frame) if action else _NONE
    except (ValueError, OverflowError):  # no such day in the calendar
        return _NONE


def add_months(day: date, months: int) -> date:
    """`day` some months later, on the last day of the month if it has no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _one(day: date | None) -> Dates:
    return Dates((day,)) if day else _NONE


def _coming(weekday: int, today: date) -> date:
    """The next such weekday, never today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _latest(weekday: int, today: date) -> date:
    """The last such weekday, never today."""
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def _next_of(make: Callable[[int], date | None], frame: Frame) -> Dates:
    """The date of a yearly day within twelve months from today on, or the last one if the past is preferred."""
    years = (
        range(frame.today.year - 8, frame.today.year + 1)
        if frame.past
        else (frame.today.year, frame.today.year + 1)
    )
    found = [day for day in (_maybe(make, year) for year in years) if day]
    if frame.past:
        before = [day for day in found if day <= frame.today]
        return _one(max(before)) if before else _NONE
    after = [day for day in found if day >= frame.today]
    return _one(min(after)) if after else _NONE


def _maybe(make: Callable[[int], date | None], year: int) -> date | None:
    try:
        return make(year)
    except ValueError:
        return None


def _year(args: dict[str, Any], frame: Frame) -> int | None:
    """The year that was said, if any."""
    if "year" in args:
        return int(args["year"])
    if "cent" in args:
        return int(args["cent"]) * 100 + int(args.get("yy", args.get("unit", 0)))
    if "yearref" in args:
        return frame.today.year + int(args["yearref"])
    if "wholeyear" in args:
        return frame.today.year + int(args["wholeyear"])
    return None


def _two_digit(value: int, frame: Frame) -> int:
    """A year of two digits: within ten years ahead, else the one that has been."""
    year = frame.today.year // 100 * 100 + value
    return year - 100 if year > frame.today.year + 10 else year


# --- weekdays -----------------------------------------------------------------------------------------------


def _weekday(args: dict[str, Any], frame: Frame) -> Dates:
    find = _latest if frame.past else _coming
    return _one(find(args["weekday"], frame.today))


def _weekday_next(args: dict[str, Any], frame: Frame) -> Dates:
    coming = _coming(args["weekday"], frame.today)
    monday = frame.today - timedelta(days=frame.today.weekday())
    later = monday + timedelta(days=7 + args["weekday"])
    if later == coming or frame.prefer in ("next_week", "later", "next week"):
        return _one(later)
    if frame.prefer in ("this_week", "soonest", "this week", "sooner", "nearest", "first"):
        return _one(coming)
    return Dates((later, coming), "which_week")


def _weekday_last(args: dict[str, Any], frame: Frame) -> Dates:
    return _one(_latest(args["weekday"], frame.today))


def _weekday_shifted(weeks: int) -> Callable[[dict[str, Any], Frame], Dates]:
    def at(args: dict[str, Any], frame: Frame) -> Dates:
        return _one(_coming(args["weekday"], frame.today)).moved(days=7 * weeks)

    return at


def _weekdays_ahead(args: dict[str, Any], frame: Frame) -> Dates:
    """ "Two Fridays from now"."""
    return _one(_coming(args["weekdays"], frame.today)).moved(days=7 * (args["num"] - 1))


def _weekday_before_last(args: dict[str, Any], frame: Frame) -> Dates:
    return _one(_latest(args["weekday"], frame.today)).moved(days=-7)


def _weekday_of_week(args: dict[str, Any], frame: Frame) -> Dates:
    monday = frame.today - timedelta(days=frame.today.weekday())
    return _one(monday + timedelta(days=7 * args["weekref"] + args["weekday"]))


# --- days of a month ----------------------------------------------------------------------------------------


def _day(args: dict[str, Any], frame: Frame) -> Dates:
    """The next such day of a month that exists, today included."""
    step = -1 if frame.past else 1
    month = frame.today.replace(day=1)
    for _ in range(4):
        if args["day"] <= calendar.monthrange(month.year, month.month)[1]:
            found = month.replace(day=args["day"])
            if (found <= frame.today) if frame.past else (found >= frame.today):
                return _one(found)
        month = add_months(month, step)
    return _NONE


def _day_of_monthref(args: dict[str, Any], frame: Frame) -> Dates:
    return _one(add_months(frame.today.replace(day=1), args["monthref"]).replace(day=args["day"]))


def _weekday_day(args: dict[str, Any], frame: Frame) -> Dates:
    """ "Friday the 27th": the next month in which both hold."""
    month = frame.today.replace(day=1)
    for _ in range(13):
        if args["day"] <= calendar.monthrange(month.year, month.month)[1]:
            found = month.replace(day=args["day"])
            if found >= frame.today and found.weekday() == args["weekday"]:
                return _one(found)
        month = add_months(month, 1)
    return _day(args, frame)


def _month_day(args: dict[str, Any], frame: Frame) -> Dates:
    year = _year(args, frame)
    if year is not None:
        return _one(date(year, args["month"], args["day"]))
    return _next_of(lambda of: date(of, args["month"], args["day"]), frame)


def _month_day_last(args: dict[str, Any], frame: Frame) -> Dates:
    if "yearref" in args:
        return _month_day(args, frame)
    return _month_day(args, Frame(frame.today - timedelta(days=1), "past", frame.region))


def _month_day_two_digit(args: dict[str, Any], frame: Frame) -> Dates:
    return _one(date(_two_digit(args["yy"], frame), args["month"], args["day"]))


def _weekday_month_day(args: dict[str, Any], frame: Frame) -> Dates:
    """Weekday and date together. If they contradict each other, the date comes first and is asked about."""
    found = _month_day(args, frame)
    return _checked(found, args["weekday"])


def _checked(found: Dates, weekday: int) -> Dates:
    if not found.values or found.values[0].weekday() == weekday:
        return found
    day = found.values[0]
    return Dates((day, _nearest(weekday, day)), "which_day")


def _nearest(weekday: int, day: date) -> date:
    return next(near for shift in range(-3, 4) if (near := day + timedelta(days=shift)).weekday() == weekday)


def _numeric(args: dict[str, Any], frame: Frame) -> Dates:
    if "numdate" in args:
        year, first, second, mark = args["numdate"]
    else:
        year, first, second, mark = args.get("third"), args["first"], args["second"], "/"
    if mark == "iso":
        return _one(date(year, first, second))
    if (first, second, year) == (24, 7, None):
        return _NONE
    day_first = mark == "." or frame.region != "us"
    month, day = (second, first) if day_first else (first, second)
    if month > 12 >= day:
        month, day = day, month
    if not 1 <= month <= 12:
        return _NONE
    if year is None:
        return _next_of(lambda of: date(of, month, day), frame)
    return _one(date(_two_digit(year, frame) if year < 100 else year, month, day))


def _dashed(args: dict[str, Any], frame: Frame) -> Dates:
    return _numeric({"first": args["dashed"][0], "second": args["dashed"][1]}, frame)


def _numeric_words(args: dict[str, Any], frame: Frame) -> Dates:
    return _month_day({**args, "month": args["first"], "day": args["second"]}, frame)


def _numeric_short_year(args: dict[str, Any], frame: Frame) -> Dates:
    return _numeric({**args, "third": args["yy"]}, frame)


def _weekday_numeric(args: dict[str, Any], frame: Frame) -> Dates:
    return _checked(_numeric(args, frame), args["weekday"])


# --- relative days, holidays, edges -----------------------------------------------------------------------------


def _relday(args: dict[str, Any], frame: Frame) -> Dates:
    return _one(frame.today).moved(days=args["relday"])


def _relday_week(args: dict[str, Any], frame: Frame) -> Dates:
    return _relday(args, frame).moved(days=7)


def _today_part(args: dict[str, Any], frame: Frame) -> Dates:
    return _one(frame.today).moved(days=args["todaypart"][0])


def _holiday(args: dict[str, Any], frame: Frame) -> Dates:
    year = _year(args, frame)
    if year is not None:
        return _one(holiday(args["holiday"], year, frame.region))
    return _next_of(lambda of: holiday(args["holiday"], of, frame.region), frame)


def _holiday_weekday(args: dict[str, Any], frame: Frame) -> Dates:
    """ "The Saturday of Labor Day weekend"."""
    return Dates(tuple(_nearest(args["weekday"], day) for day in _holiday(args, frame).values))


def _holiday_last(args: dict[str, Any], frame: Frame) -> Dates:
    return _holiday(args, Frame(frame.today - timedelta(days=1), "past", frame.region))


def _months(args: dict[str, Any], frame: Frame) -> tuple[date, bool]:
    """The first day of the month that was meant, and whether it was named without a year."""
    if "monthref" in args:
        return add_months(frame.today.replace(day=1), args["monthref"]), False
    year = _year(args, frame)
    if year is not None:
        return date(year, args["month"], 1), False
    year = frame.today.year + (args["month"] < frame.today.month)
    return date(year, args["month"], 1), True


def _edge(args: dict[str, Any], frame: Frame) -> Dates:
    edge = args["edge"]
    if "weekref" in args:
        monday = frame.today - timedelta(days=frame.today.weekday()) + timedelta(days=7 * args["weekref"])
        return _one(monday + timedelta(days={"end": 4, "last": 4, "start": 0, "first": 0, "middle": 2}[edge]))
    if "wholeyear" in args:
        year = frame.today.year + args["wholeyear"]
        return _one(
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
        return _one(day if day >= frame.today or frame.past else add_months(day, 1))
    for _ in range(2):
        last = calendar.monthrange(first.year, first.month)[1]
        found = first.replace(day={"end": last, "last": last, "start": 1, "first": 1, "middle": 15}[edge])
        if found >= frame.today or not unnamed:
            break
        first = first.replace(year=first.year + 1)
    return _one(found)


def _nth_weekday(args: dict[str, Any], frame: Frame) -> Dates:
    nth = args["nth"] if "nth" in args else args["lastnth"]
    if "wholeyear" in args and "month" not in args:
        year, month = frame.today.year + args["wholeyear"], 1 if nth > 0 else 12
        found = nth_weekday(year, month, args["weekday"], nth)
        if found and found < frame.today:
            found = nth_weekday(year + 1, month, args["weekday"], nth)
        return _one(found)
    first, unnamed = _months(args, frame)
    found = nth_weekday(first.year, first.month, args["weekday"], nth)
    if unnamed and found and found < frame.today:
        found = nth_weekday(first.year + 1, first.month, args["weekday"], nth)
    return _one(found)


# --- with other mentions inside -----------------------------------------------------------------------------------


def _offset(args: dict[str, Any], frame: Frame) -> Dates:
    length: Mention = args.get("long") or args["weekly"]
    sign = args.get("sign", 1)
    return dates_of(args["date"], frame).moved(*_days_months(length, sign))


def _week_from(args: dict[str, Any], frame: Frame) -> Dates:
    return dates_of(args["date"], frame).moved(days=7)


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
            return _NONE  # "in two hours" is a time, no date
        return _one(frame.today).moved(days, months)

    return at


def _day_beside(args: dict[str, Any], frame: Frame) -> Dates:
    return dates_of(args["date"], frame).moved(days=args.get("sign", 1))


def _day_before(args: dict[str, Any], frame: Frame) -> Dates:
    return dates_of(args["date"], frame).moved(days=-1)


def _weekday_beside(args: dict[str, Any], frame: Frame) -> Dates:
    base = dates_of(args["date"], frame)
    weekday = args["bareday"].args["weekday"]
    find = _latest if args["sign"] < 0 else _coming
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
    return _checked(dates_of(args["date"], frame), args["bareday"].args["weekday"])


_ACTIONS: dict[str, Callable[[dict[str, Any], Frame], Dates]] = {
    "date.weekday": _weekday,
    "date.weekday_short": _weekday,
    "date.weekday_next": _weekday_next,
    "date.weekday_last": _weekday_last,
    "date.weekday_before_last": _weekday_before_last,
    "date.weekday_after_next": _weekday_shifted(1),
    "date.weekday_after_this": _weekday_shifted(1),
    "date.weekday_week": _weekday_shifted(1),
    "date.week_after_next_weekday": _weekday_shifted(2),
    "date.weekdays_ahead": _weekdays_ahead,
    "date.relday_week": _relday_week,
    "date.weekday_of_week": _weekday_of_week,
    "date.relday": _relday,
    "date.today_part": _today_part,
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
    "date.day_of_month": _month_day,
    "rel.ahead": _ahead(1),
    "rel.ago": _ahead(-1),
}
