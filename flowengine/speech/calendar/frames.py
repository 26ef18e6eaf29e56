"""What dates are read against, and what a mention of a day comes to: the pieces that all kinds of days share."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


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
            return NO_DATES


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


NO_DATES = Dates()
"""No such day, or no day at all."""


def add_months(day: date, months: int) -> date:
    """`day` some months later, on the last day of the month if it has no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def one(day: date | None) -> Dates:
    return Dates((day,)) if day else NO_DATES


def coming(weekday: int, today: date) -> date:
    """The next such weekday, never today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def latest(weekday: int, today: date) -> date:
    """The last such weekday, never today."""
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def next_of(make: Callable[[int], date | None], frame: Frame) -> Dates:
    """The date of a yearly day within twelve months from today on, or the last one if the past is preferred."""
    years = (
        range(frame.today.year - 8, frame.today.year + 1)
        if frame.past
        else (frame.today.year, frame.today.year + 1)
    )
    found = [day for day in (_maybe(make, year) for year in years) if day]
    if frame.past:
        before = [day for day in found if day <= frame.today]
        return one(max(before)) if before else NO_DATES
    after = [day for day in found if day >= frame.today]
    return one(min(after)) if after else NO_DATES


def _maybe(make: Callable[[int], date | None], year: int) -> date | None:
    try:
        return make(year)
    except ValueError:
        return None


def year_of(args: dict[str, Any], frame: Frame) -> int | None:
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
