"""Values that callers speak, and their two JSON forms.

`encode`/`decode` are exact and tagged (`{"$date": "2026-11-24"}`), for snapshots. `plain` is the canonical form that
people and tools read: ISO dates and 24-hour times, E.164, numbers, `{amount, currency}`, seconds, true or false.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount and its ISO 4217 currency code. Compares by amount first."""

    amount: Decimal
    currency: str = "USD"

    def __str__(self) -> str:
        return f"{_text(self.amount)} {self.currency}"


def encode(value: object) -> Any:
    """`value` as JSON that `decode` turns back into an equal value. TypeError for what no slot can hold."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Money):
        return {"$money": [_text(value.amount), value.currency]}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        zone = getattr(value.tzinfo, "key", None)
        return {
            "$datetime": value.isoformat(),
            **({"zone": zone} if zone else {}),
            **({"fold": 1} if value.fold else {}),
        }
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, time):
        return {"$time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"$duration": _seconds(value)}
    if isinstance(value, Mapping):
        pairs = {str(key): encode(item) for key, item in value.items()}
        return {"$map": pairs} if any(key.startswith("$") for key in pairs) else pairs
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def decode(data: Any) -> Any:
    """The value that `encode` made `data` from (tuples come back as lists). ValueError if it is not such data."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    tag = next(iter(data), "")
    if not tag.startswith("$"):
        return {key: decode(item) for key, item in data.items()}
    body = data[tag]
    match tag:
        case "$money":
            return Money(Decimal(body[0]), body[1])
        case "$decimal":
            return Decimal(body)
        case "$date":
            return date.fromisoformat(body)
        case "$time":
            return time.fromisoformat(body)
        case "$datetime":
            moment = datetime.fromisoformat(body)
            if zone := data.get("zone"):
                moment = moment.replace(tzinfo=ZoneInfo(zone))
            return moment.replace(fold=1) if data.get("fold") else moment
        case "$duration":
            return timedelta(seconds=body)
        case "$map":
            return {key: decode(item) for key, item in body.items()}
    raise ValueError(f"unknown tag {tag}")


def plain(value: object) -> Any:
    """The canonical JSON of a value, without tags; anything else as its text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Money):
        return {"amount": _number(value.amount), "currency": value.currency}
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, time):
        return value.isoformat(timespec="seconds") if value.second else value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _seconds(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)


def _seconds(value: timedelta) -> int | float:
    seconds = value.total_seconds()
    return int(seconds) if seconds == int(seconds) else seconds


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _text(value: Decimal) -> str:
    return str(int(value)) if value == value.to_integral_value() else format(value, "f")
