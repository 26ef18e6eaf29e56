"""Every value that can be spoken is understood again as the same value at the same moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowengine.speech.calendar.moments import at_wall
from flowengine.speech.calendar.speaking import (
    speaking_at,
    spoken_date,
    spoken_datetime,
    spoken_duration,
    spoken_time,
)
from tests.speech.calendar.phrasebook import last

ZONES = st.sampled_from(
    ["America/New_York", "Europe/Madrid", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
).map(ZoneInfo)
LANGUAGES = st.sampled_from(["en", "es"])
NOWS = st.datetimes(datetime(2020, 1, 1), datetime(2050, 1, 1))
DAYS = st.integers(-20_000, 20_000).map(lambda days: timedelta(days=days))


@settings(max_examples=300, deadline=None)
@given(NOWS, ZONES, DAYS, LANGUAGES)
def test_dates(wall: datetime, zone: ZoneInfo, days: timedelta, language: str) -> None:
    now = wall.replace(tzinfo=zone)
    day = now.date() + days
    found = last("date", spoken_date(day, language, now), now, language)
    assert found is not None
    assert (found.value, found.question) == (day, None)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 1439), LANGUAGES)
def test_times(minutes: int, language: str) -> None:
    at = time(*divmod(minutes, 60))
    found = last("time", spoken_time(at, language), language=language)
    assert found is not None
    assert (found.value, found.question) == (at, None)


@settings(max_examples=300, deadline=None)
@given(NOWS, ZONES, DAYS, st.integers(0, 1439), LANGUAGES)
def test_moments(wall: datetime, zone: ZoneInfo, days: timedelta, minutes: int, language: str) -> None:
    now = wall.replace(tzinfo=zone)
    moment = at_wall(now.date() + days, time(*divmod(minutes, 60)), zone)
    found = last("datetime", spoken_datetime(moment, language, now), now, language)
    assert found is not None
    assert (found.value, found.question) == (moment, None)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([1, 60, 900, 3600, 86_400]), st.integers(1, 99), LANGUAGES)
def test_lengths(unit: int, count: int, language: str) -> None:
    length = timedelta(seconds=unit * count)
    found = last("duration", spoken_duration(length, language), language=language)
    assert found is not None
    assert found.value == length


@pytest.mark.parametrize("day", [date(2027, 3, 14), date(2027, 11, 7)])
def test_every_quarter_hour_of_the_days_when_clocks_change(day: date) -> None:
    zone = ZoneInfo("America/New_York")
    now = datetime(2026, 11, 23, 10, 0, tzinfo=zone)
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    for quarter in range(96):
        moment = (start + timedelta(minutes=15 * quarter)).astimezone(zone)
        found = last("datetime", spoken_datetime(moment, "en", now), now)
        assert found is not None
        assert found.value == moment.replace(fold=0)  # an hour that comes twice is the first of the two


def test_the_year_is_said_only_when_it_is_needed() -> None:
    now = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("America/New_York"))
    assert spoken_date(date(2026, 12, 1), "en", now) == "Tuesday, December 1st"
    with speaking_at(now):
        assert spoken_date(date(2027, 12, 1)) == "Wednesday, December 1st, 2027"
    assert spoken_time(time(15, 30)) == "three thirty p.m."
    assert spoken_time(time(15, 30), "es") == "tres y media de la tarde"
