"""What a mention of a length means: "an hour and a half" is 5,400 seconds.

A day is 24 hours, a week seven days. Where only a length is wanted a month counts 30 days and a year 365; where a
date is moved by months they are calendar months (`months_of`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flowengine.speech.calendar.grammar import Mention

DAY = 86_400
_LIMIT = 36_500 * DAY
"""Longer lengths (a hundred years) are no values: no loan and no lease runs that long."""


def _unit(args: dict[str, Any]) -> float:
    unit: int = args["lunit"] if "lunit" in args else args.get("sunit", args.get("big", 1))
    return _plain(unit)


def _plain(unit: int) -> float:
    """Seconds of a unit; months and years stand in the tables as negative numbers of months."""
    if unit >= 0:
        return unit
    return 365 * DAY if unit == -12 else -unit * 30 * DAY


def _count(args: dict[str, Any]) -> float:
    for name in ("num", "decimal", "smallq"):
        if name in args:
            return float(args[name])
    return 1.0


def _mixed(args: dict[str, Any]) -> float:
    total: float = _count(args) * _plain(args["big"])
    small = _plain(args["small"]) if "small" in args else 60
    if "half" in args:
        return total + small / 2
    total += args.get("n2", 1) * small
    return total + (args["n3"] * _plain(args["third"]) if "n3" in args else 0)


def seconds_of(mention: Mention) -> float:
    """Seconds of a mention of section "length" (of its first reading); 0 if it has none."""
    found = readings_of(mention)
    return found[0] if found else 0


def readings_of(mention: Mention) -> tuple[float, ...]:
    """Seconds that a mention can mean, best first: "two or three hours" can be both."""
    args = mention.args
    match mention.action:
        case "count" | "one" | "one_full":
            return (_count(args) * _unit(args),)
        case "half":
            return (_unit(args) / 2,)
        case "count_half":
            return ((_count(args) + 0.5) * _unit(args),)
        case "count_quarter":
            return ((_count(args) + 0.25) * _unit(args),)
        case "count_three_quarters":
            return ((_count(args) + 0.75) * _unit(args),)
        case "quarter":
            return (_unit(args) / 4,)
        case "three_quarters":
            return (_unit(args) * 0.75,)
        case "mixed":
            return (_mixed(args),)
        case "hour_and":
            big = args["big"]
            return (_count(args) * big + args["n2"] * big / 60,) if big in (60, 3600) else ()
        case "hclock":
            hours, minutes, _ = args["hclock"] if "hclock" in args else args["clock"]
            if args.get("lunit", 3600) != 3600:
                return ()
            return (hours * 3600 + minutes * 60,)
        case "either" if "span" in args:
            low, high = args["span"]
            return (low * _unit(args), high * _unit(args))
        case "either":
            return (args.get("lo", 1) * _unit(args), args["hi"] * _unit(args))
        case "slashed":
            _, over, under, _ = args["numdate"]
            return (_unit(args) * (args.get("num", 0) + over / under),) if 0 < over < under else ()
    return ()


def months_of(mention: Mention) -> int:
    """Calendar months of a length in months or years, 0 for any other."""
    unit: int = mention.args.get("lunit", 0)
    if unit >= 0:
        return 0
    count = _count(mention.args) + {"count_half": 0.5, "half": -0.5}.get(mention.action, 0)
    return round(count * -unit)


def lengths_of(mention: Mention) -> tuple[timedelta, ...]:
    """The lengths a mention can mean, best first, without those that are nothing or beyond a hundred years."""
    found = [timedelta(seconds=round(value)) for value in readings_of(mention) if 0 < value <= _LIMIT]
    return tuple(dict.fromkeys(found))
