"""Public days by name, computed: fixed ones, nth weekdays of a month, and those that hang on Easter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import easter


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The nth (from 1; -1 is the last) `weekday` (Monday is 0) of a month; None if there is none."""
    if nth < 0:
        following = date(year + (month == 12), month % 12 + 1, 1)
        last = following - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return found if found.month == month else None


def _nth(month: int, weekday: int, nth: int, shift: int = 0) -> Callable[[int], date]:
    def on(year: int) -> date:
        found = nth_weekday(year, month, weekday, nth)
        assert found is not None  # only first to fourth and last are listed
        return found + timedelta(days=shift)

    return on


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _easter(shift: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=shift)


HOLIDAYS: dict[str, Callable[[int], date]] = {
    "new_year": _fixed(1, 1),
    "epiphany": _fixed(1, 6),
    "mlk": _nth(1, 0, 3),
    "groundhog": _fixed(2, 2),
    "lincoln": _fixed(2, 12),
    "valentine": _fixed(2, 14),
    "presidents": _nth(2, 0, 3),
    "patrick": _fixed(3, 17),
    "joseph": _fixed(3, 19),
    "fools": _fixed(4, 1),
    "tax": _fixed(4, 15),
    "earth": _fixed(4, 22),
    "mardi_gras": _easter(-47),
    "ash_wednesday": _easter(-46),
    "palm_sunday": _easter(-7),
    "maundy_thursday": _easter(-3),
    "good_friday": _easter(-2),
    "easter": _easter(0),
    "easter_monday": _easter(1),
    "pentecost": _easter(49),
    "may_day": _fixed(5, 1),
    "cinco": _fixed(5, 5),
    "mothering": _easter(-21),
    "mothers": _nth(5, 6, 2),
    "memorial": _nth(5, 0, -1),
    "flag": _fixed(6, 14),
    "juneteenth": _fixed(6, 19),
    "fathers": _nth(6, 6, 3),
    "canada": _fixed(7, 1),
    "independence": _fixed(7, 4),
    "bastille": _fixed(7, 14),
    "assumption": _fixed(8, 15),
    "labor": _nth(9, 0, 1),
    "columbus": _nth(10, 0, 2),
    "hispanic": _fixed(10, 12),
    "halloween": _fixed(10, 31),
    "all_saints": _fixed(11, 1),
    "all_souls": _fixed(11, 2),
    "guy_fawkes": _fixed(11, 5),
    "election": _nth(11, 0, 1, 1),
    "veterans": _fixed(11, 11),
    "thanksgiving": _nth(11, 3, 4),
    "black_friday": _nth(11, 3, 4, 1),
    "cyber_monday": _nth(11, 3, 4, 4),
    "giving_tuesday": _nth(11, 3, 4, 5),
    "constitution_es": _fixed(12, 6),
    "immaculate": _fixed(12, 8),
    "christmas_eve": _fixed(12, 24),
    "christmas": _fixed(12, 25),
    "boxing": _fixed(12, 26),
    "innocents": _fixed(12, 28),
    "kwanzaa": _fixed(12, 26),
    "new_year_eve": _fixed(12, 31),
}
"""Name of a holiday (as word lists use it) to its date in a year. United States where countries differ."""
_CANADA = {"thanksgiving": _nth(10, 0, 2)}
_BRITAIN = {"mothers": _easter(-21), "may_day": _nth(5, 0, 1), "labor": _nth(5, 0, 1)}
_REGIONS: dict[str, dict[str, Callable[[int], date]]] = {
    "ca": _CANADA,
    "gb": _BRITAIN,
    "ie": _BRITAIN,
    "es": {"mothers": _nth(5, 6, 1), "labor": _fixed(5, 1), "fathers": _fixed(3, 19)},
    "au": {"fathers": _nth(9, 6, 1)},
}


def holiday(name: str, year: int, region: str = "us") -> date:
    """The date of a holiday in a year. KeyError if no such name."""
    return _REGIONS.get(region, {}).get(name, HOLIDAYS[name])(year)
