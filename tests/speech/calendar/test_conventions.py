"""The conventions of docs/reference/dates.md, one by one; hints of a slot; Spanish; cost."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from flowengine.speech.calendar.holidays import HOLIDAYS, holiday
from flowengine.speech.contract import Context
from flowengine.speech.text import hear
from flowengine.speech.types import slot_type
from tests.speech.calendar.phrasebook import NOW, read
from tests.work import calls


def test_hours_settle_a_bare_hour_if_exactly_one_reading_lies_inside() -> None:
    assert read("time", "at seven", hours=("17:00", "22:00")) == (("19:00",), False)
    assert read("time", "at seven", hours=("06:00", "12:00")) == (("07:00",), False)
    assert read("time", "at seven", hours=("06:00", "22:00")) == (("19:00", "07:00"), True)
    assert read("time", "at seven") == (("19:00", "07:00"), True)
    assert read("time", "at nine") == (("09:00", "21:00"), True)


def test_prefer_settles_silently() -> None:
    assert read("time", "at nine", prefer="evening") == (("21:00",), False)
    assert read("date", "next Friday", prefer="this_week") == (("2026-11-27",), False)
    assert read("date", "next Friday", prefer="next_week") == (("2026-12-04",), False)
    assert read("date", "October 14th", prefer="past") == (("2026-10-14",), False)
    assert read("date", "December 14th", prefer="past") == (("2025-12-14",), False)


def test_the_region_decides_numeric_dates_and_holidays() -> None:
    assert read("date", "5/6") == (("2027-05-06",), False)
    assert read("date", "5/6", language="en-GB") == (("2027-06-05",), False)
    assert read("date", "Thanksgiving", language="en-CA") == (("2027-10-11",), False)


def test_a_slot_that_is_filled_keeps_its_other_half() -> None:
    current = datetime(2026, 11, 24, 15, 0, tzinfo=NOW.tzinfo)
    assert read("datetime", "Thursday instead", current=current) == (("2026-11-26T15:00:00-05:00",), False)
    assert read("datetime", "at 4 p.m.", current=current) == (("2026-11-24T16:00:00-05:00",), False)


def test_skipped_and_repeated_hours() -> None:
    assert read("datetime", "March 14th at 2:30 a.m.") == (("2027-03-14T03:30:00-04:00",), False)
    assert read("datetime", "November 7th 2027 at 1:30 a.m.") == (("2027-11-07T01:30:00-04:00",), False)
    night = datetime(2027, 3, 14, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    assert read("datetime", "in two hours", now=night) == (("2027-03-14T04:30:00-04:00",), False)


@pytest.mark.parametrize("name", sorted(HOLIDAYS))
def test_every_holiday_has_a_date_every_year(name: str) -> None:
    for year in range(1990, 2060):
        assert holiday(name, year).year == year


@pytest.mark.parametrize(
    ("kind", "words", "values", "ambiguous"),
    [
        ("datetime", "el martes a las tres y media de la tarde", ("2026-11-24T15:30:00-05:00",), False),
        ("date", "mañana", ("2026-11-24",), False),
        ("date", "pasado mañana", ("2026-11-25",), False),
        ("date", "el 5 de diciembre", ("2026-12-05",), False),
        ("date", "el cinco de diciembre de dos mil veintisiete", ("2027-12-05",), False),
        ("date", "la semana que viene", (), False),
        ("date", "el martes de la semana que viene", ("2026-12-01",), False),
        ("date", "el lunes, no, perdón, el martes", ("2026-11-24",), False),
        ("date", "no puedo el lunes", (), False),
        ("date", "tengo tres hijos", (), False),
        ("datetime", "mañana por la mañana a las nueve", ("2026-11-24T09:00:00-05:00",), False),
        ("time", "a las tres", ("15:00", "03:00"), True),
        ("time", "las cuatro menos cuarto", ("15:45", "03:45"), True),
        ("duration", "hora y media", ("5400",), False),
        ("duration", "un momento por favor", (), False),
    ],
)
def test_spanish(kind: str, words: str, values: tuple[str, ...], ambiguous: bool) -> None:
    assert read(kind, words, language="es") == (values, ambiguous)


@pytest.mark.parametrize(
    "words",
    [
        "1 ",
        "1, ",
        "no ",
        "Monday ",
        "the ",
        "the fifth ",
        "three thirty ",
        "two hours or ",
        "not Monday ",
        "/",
        "0",
    ],
)
def test_hostile_words_cost_in_proportion_to_their_length(words: str) -> None:
    def understand(text: str) -> int:
        said = hear(text)
        return calls(
            lambda: [
                slot_type(kind).recognise(said, Context(now=NOW, asked=True))
                for kind in ("date", "time", "datetime", "duration")
            ]
        )

    times = 1000 // len(words)
    understand(words)  # what is loaded once is no part of the cost
    assert understand(words * 2 * times) < 2.6 * understand(words * times) + 200
