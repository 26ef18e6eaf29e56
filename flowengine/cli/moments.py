"""Moments on the command line: `--now 2026-11-23T10:00:00-05:00`, and time zones."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click


class Moment(click.ParamType):  # type: ignore[type-arg]
    """An ISO 8601 date and time. Without an offset it is read in the time zone of the flow (or `--timezone`)."""

    name = "MOMENT"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"'{value}' is no moment; write it like 2026-11-23T10:00:00-05:00", param, ctx)


class Zone(click.ParamType):  # type: ignore[type-arg]
    """An IANA time zone."""

    name = "ZONE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(str(value))
        except (KeyError, ValueError, OSError):
            self.fail(f"'{value}' is no time zone; write it like America/New_York", param, ctx)


def in_zone(moment: datetime | None, zone: ZoneInfo) -> datetime:
    """`moment` (now if None) as an aware datetime in `zone`."""
    if moment is None:
        return datetime.now(UTC).astimezone(zone)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def epoch_ms(moment: datetime) -> int:
    """An aware moment as milliseconds since the epoch."""
    return round(moment.timestamp() * 1000)


MOMENT = Moment()
ZONE = Zone()
