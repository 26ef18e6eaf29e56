"""The way back: days, times, moments and lengths as a person says them; the words are in `calendar.toml`, `[speak]`.

What is spoken here is understood again as the same value at the same moment. The year is said when a date does not
lie in the twelve months from `now`; without a `now` (see `speaking_at`) it is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from typing import Any

from flowengine.speech.calendar.frames import add_months
from flowengine.speech.tables import section

_now: ContextVar[datetime | None] = ContextVar("speaking_at", default=None)


@contextmanager
def speaking_at(now: datetime) -> Iterator[None]:
    """Inside, dates are spoken as on `now`: with their year if they do not lie in the next twelve months."""
    token = _now.set(now)
    try:
        yield
    finally:
        _now.reset(token)


def spoken_date(value: date, language: str = "en", now: datetime | None = None) -> str:
    """ "Tuesday, December 1st", or "Wednesday, December 1st, 2027" if that is not within twelve months of `now`."""
    speak = _speak(language)
    now = now or _now.get()
    today = now.date() if now else None
    near = today is None or today <= value < add_months(today, 12)
    return str(speak["date" if near else "date_year"]).format(
        weekday=speak["weekdays"][value.weekday()],
        month=speak["months"][value.month - 1],
        day=speak["day"].format(ordinal=_ordinal(value.day, speak), number=value.day),
        year=f"{value.year:04d}",
    )


def spoken_time(value: time, language: str = "en") -> str:
    """ "three thirty p.m.", "noon"; seconds are not said."""
    speak = _speak(language)
    hour, minute = value.hour, value.minute
    if minute == 0 and hour in (0, 12) and ("noon" if hour else "midnight") in speak:
        return str(speak["noon" if hour else "midnight"])
    shown = hour % 12 or 12
    part = next(name for start, name in reversed(speak["parts"]) if hour >= start)
    words = {"hour": _number(shown, speak, "hours"), "part": part}
    key = "hour" if minute == 0 else "hour_minute"
    if shown == 1 and f"{key}_one" in speak:
        key += "_one"
    if minute:
        said = speak.get("minutes", {}).get(str(minute)) or _number(minute, speak)
        words["minute"] = speak["oh"].format(minute=said) if minute < 10 else said
    return str(speak[key]).format(**words)


def spoken_datetime(value: datetime, language: str = "en", now: datetime | None = None) -> str:
    """ "Tuesday, December 1st at three thirty p.m.", in the value's own zone."""
    day = spoken_date(value.date(), language, now)
    at = spoken_time(value.timetz().replace(tzinfo=None), language)
    speak = _speak(language)
    key = "datetime_one" if value.hour % 12 == 1 and "datetime_one" in speak else "datetime"
    if at in (speak.get("noon"), speak.get("midnight")) and "datetime_word" in speak:
        key = "datetime_word"
    return str(speak[key]).format(date=day, time=at)


def spoken_duration(value: timedelta, language: str = "en") -> str:
    """ "two hours and thirty minutes"; fractions of a second are not said. A negative length is said as its size."""
    speak = _speak(language)
    rest = round(abs(value.total_seconds()))
    if not rest:
        return str(speak["zero"])
    if rest == 1800:
        return str(speak["half_hour"])
    said: list[str] = []
    for size, singular, plural in speak["units"]:
        if size > 86_400 and rest % size:
            continue
        count, rest = divmod(rest, size)
        if count:
            one = speak.get("ones", {}).get(singular, speak["one"])
            said.append(f"{one} {singular}" if count == 1 else f"{_number(count, speak)} {plural}")
    joined = f" {speak['and']} "
    return said[0] if len(said) == 1 else " ".join(said[:-1]) + joined + said[-1]


def _speak(language: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = section(language, "calendar")["speak"]
    return found


def _ordinal(day: int, speak: Mapping[str, Any]) -> str:
    suffixes = speak["ordinal_suffixes"]
    return f"{day}{suffixes.get(str(day), suffixes['other'])}"


def _number(value: int, speak: Mapping[str, Any], kind: str = "small") -> str:
    """Numbers to 99 in words, larger ones in digits."""
    if value >= 100:
        return str(value)
    small = speak.get(kind) or speak["small"]
    if value < len(small):
        return str(small[value])
    ten, one = divmod(value, 10)
    return str(speak["tens"][ten]) + (str(speak["tens_join"]) + str(speak["small"][one]) if one else "")
