"""What a day takes over from the words around it.

"Thursday or Friday of next week" are both of next week, in "some time in January, maybe the 12th" the day is one of
January, and "I signed it on the fifth" speaks of the past. A mention that says itself what it counts from is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from flowengine.speech.calendar.frames import Dates, Frame
from flowengine.speech.calendar.grammar import Mention, Reading
from flowengine.speech.calendar.lexicon import Lexicon
from flowengine.speech.calendar.mending import alternative, corrected, is_refused

_REACH = 8
"""How many items before a day are looked at; keeps the cost linear."""
_EITHER_WAY = ("weekday", "day", "month_day", "weekday_month_day", "numeric", "holiday")
"""Days that can lie ahead or behind; the others say so themselves."""
_NAMES_MONTH = ("month_day", "weekday_month_day", "holiday", "numeric")
_SHARED = ("weekday_of_week", "weekday_next", "weekday_last")
"""What one half of a choice says for the other, too."""


def carried(reading: Reading, found: Sequence[Mention], lex_of: Lexicon) -> list[Mention]:
    """`found` (days, in the order said) with what they share with each other and with weeks and months named before."""
    shared = [_in_same_month(reading, mention, found, lex_of) for mention in found]
    out = _anchored(_in_same_week(reading, shared, lex_of))
    scopes = [scope for scope in reading.of("scope") if not is_refused(reading, scope, lex_of)]
    out = [_scoped(reading, mention, scopes, lex_of) for mention in out] if scopes else out
    return [_which_week(reading, mention, lex_of) for mention in out]


def without_asides(reading: Reading, kept: list[Mention], lex_of: Lexicon) -> list[Mention]:
    """ "The day after tomorrow, I've got a root canal tomorrow": what is already taken is no answer beside another."""
    if len(kept) < 2:
        return kept
    wanted = [mention for mention in kept if not is_aside(reading, mention, lex_of)]
    return wanted or kept


def is_aside(reading: Reading, mention: Mention, lex_of: Lexicon) -> bool:
    """The words before the mention say what it is already taken by."""
    return lex_of.aside.search(_before(reading, mention)) is not None


def _before(reading: Reading, mention: Mention) -> str:
    return reading.chars[max(0, mention.start - _REACH) : mention.start]


def _which_week(reading: Reading, mention: Mention, lex_of: Lexicon) -> Mention:
    """ "Next Friday ... I mean next week", "... not this week": a week named behind it tells which Friday."""
    if mention.action != "weekday_next":
        return mention
    for scope in reading.of("scope"):
        if scope.action == "week" and scope.start >= mention.end:
            later = (scope.args["weekref"] > 0) != is_refused(reading, scope, lex_of)
            return _as(mention, "weekday_next_only" if later else "weekday", mention.args)
    return mention


def frame_for(reading: Reading, found: Sequence[Mention], index: int, frame: Frame, lex_of: Lexicon) -> Frame:
    """The frame in which the day at `index` is read: that of the past if the words before it speak of the past."""
    if (
        frame.past
        or found[index].action not in _EITHER_WAY
        or not _of_the_past(reading, found, index, lex_of)
    ):
        return frame
    return Frame(frame.today, "past", frame.region)


def in_month_named(mention: Mention, before: Mapping[Mention, Dates], frame: Frame) -> Dates | None:
    """ "Christmas Eve you're closed, so the 28th": a bare day ahead lies in the month of the date named before."""
    if mention.action != "day":
        return None
    for other, dates in reversed(list(before.items())):
        if other.action in _NAMES_MONTH and dates.values:
            day = _same_month(dates.values[0], mention.args["day"])
            return Dates((day,)) if day and day >= frame.today else None
    return None


def _same_month(day: date, number: int) -> date | None:
    try:
        return day.replace(day=number)
    except ValueError:
        return None


def _of_the_past(reading: Reading, found: Sequence[Mention], index: int, lex_of: Lexicon) -> bool:
    mention = found[index]
    if lex_of.past.search(_before(reading, mention)):
        return True
    if not index:
        return False
    between = reading.chars[found[index - 1].end : mention.start]
    return lex_of.explains.fullmatch(between) is not None and _of_the_past(reading, found, index - 1, lex_of)


def _anchored(found: Sequence[Mention]) -> list[Mention]:
    """ "The day after", "the Tuesday after that" count from the day named before them, else are no days."""
    out: list[Mention] = []
    for mention in found:
        if not mention.action.endswith("_that"):
            out.append(mention)
        elif out:
            out.append(_as(mention, mention.action, {**mention.args, "date": out[-1]}))
    return out


def _as(mention: Mention, action: str, args: dict[str, Any]) -> Mention:
    return replace(mention, section="date", action=action, args=args)


def _in_same_month(reading: Reading, mention: Mention, found: Sequence[Mention], lex_of: Lexicon) -> Mention:
    """ "March 5th, no, the 6th", "the 5th or 6th of March": the day shares the month and year."""
    if mention.action != "day":
        return mention
    named = [other for other in found if "month" in other.args]
    before = [other for other in named if other.end <= mention.start][-1:]
    after = [other for other in named if other.start >= mention.end][:1]
    if before and (
        corrected(reading, before[0], mention, lex_of) or alternative(reading, before[0], mention, lex_of)
    ):
        args = {**before[0].args, **mention.args}
    elif after and alternative(reading, mention, after[0], lex_of):
        args = {**after[0].args, **mention.args}
    else:
        return mention
    args.pop("weekday", None)
    return _as(mention, "month_day", args)


def _in_same_week(reading: Reading, found: list[Mention], lex_of: Lexicon) -> list[Mention]:
    """ "Thursday or Friday of next week", "next Tuesday or Wednesday"."""
    out = list(found)
    for at, (first, second) in enumerate(pairwise(found)):
        first = out[at]
        if (
            second.action == "weekday"
            and first.action in _SHARED
            and alternative(reading, first, second, lex_of)
        ):
            out[at + 1] = _as(second, first.action, {**first.args, **second.args})
    for at in range(len(out) - 2, -1, -1):
        first, second = out[at], out[at + 1]
        if (
            first.action == "weekday"
            and second.action == "weekday_of_week"
            and alternative(reading, first, second, lex_of)
        ):
            out[at] = _as(first, second.action, {**second.args, **first.args})
    return out


def _scoped(reading: Reading, mention: Mention, scopes: Sequence[Mention], lex_of: Lexicon) -> Mention:
    """ "Some time next week, maybe Wednesday", "in January, on the 12th", "in 1982, the 30th of September"."""
    dated = mention.action in ("month_day", "weekday_month_day")
    for scope in reversed([scope for scope in scopes if scope.end <= mention.start]):
        both = {**scope.args, **mention.args}
        match scope.action:
            case "week" if mention.action == "weekday" and scope.args["weekref"] > 0:
                if lex_of.stop not in reading.chars[scope.end : mention.start]:
                    return _as(mention, "weekday_of_week", both)
            case "month" if mention.action == "day":
                return _as(mention, "day_of_monthref" if "monthref" in both else "month_day", both)
            case "year" if dated and not {"year", "cent", "yearref"} & mention.args.keys():
                return _as(mention, mention.action, both)
    return mention
