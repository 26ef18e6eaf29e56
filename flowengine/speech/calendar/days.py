"""The days that one sentence means, in the order said, with what each can be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flowengine.speech.calendar.carrying import carried, frame_for, in_month_named, is_aside, without_asides
from flowengine.speech.calendar.dates import dates_of
from flowengine.speech.calendar.figures import BESIDE, as_mention, replacing
from flowengine.speech.calendar.frames import Dates, Frame
from flowengine.speech.calendar.grammar import REACH, Mention, Reading
from flowengine.speech.calendar.lexicon import Lexicon
from flowengine.speech.calendar.mending import alternative, corrected, is_refused, judged, unrefused
from flowengine.speech.calendar.reading import best_first, grouped, in_days, spanning

_YEARS = ("year", "cent", "yy", "unit", "yearref")
"""Captures that say a year."""
_DATED = frozenset(("year", "cent", "yearref"))
"""One of these stands in every date with a year."""


Days = list[tuple[Mention, Dates]]

_last: tuple[Reading, Frame, Days] | None = None
"""The last answer: a datetime asks what a date has just asked."""


def date_mentions(reading: Reading, lex_of: Lexicon, frame: Frame) -> Days:
    """Days that were meant, in the order said, with what they can be."""
    global _last
    last = _last
    if last is None or last[0] is not reading or last[1] != frame:
        last = _last = (reading, frame, _date_mentions(reading, lex_of, frame))
    return last[2]


def _date_mentions(reading: Reading, lex_of: Lexicon, frame: Frame) -> Days:
    found = [
        mention
        for mention in reading.mentions
        if mention.section == "date" or (mention.section == "rel" and in_days(mention))
    ]
    found, used = _in_other_year(reading, found, lex_of)
    found = _in_other_month(reading, replacing(reading, found, "date", lex_of, used), lex_of)
    found = [part for mention in found for part in _apart(reading, mention, frame, lex_of)]
    found = [_with_year_behind(reading, mention) for mention in carried(reading, found, lex_of)]
    found = _in_same_year(reading, found, lex_of)
    meanings: dict[Mention, Dates] = {}
    for index, mention in enumerate(found):
        own = dates_of(mention, frame_for(reading, found, index, frame, lex_of))
        meanings[mention] = in_month_named(mention, meanings, frame) or own
    kept, refused = judged(reading, found, lex_of)
    unwanted = {value: mention.start for mention in refused for value in meanings[mention].values[:1]}
    out: list[tuple[Mention, Dates]] = []
    for mention in without_asides(reading, kept, lex_of):
        dates = meanings[mention]
        left = unrefused(dates.values, unwanted, mention, is_aside(reading, mention, lex_of))
        if left:
            out.append((mention, Dates(left, dates.question if left[1:] else None)))
    return _either_day(reading, out, lex_of)


def _apart(reading: Reading, mention: Mention, frame: Frame, lex_of: Lexicon) -> list[Mention]:
    """ "Not tomorrow, Wednesday" are two days if tomorrow is no Wednesday."""
    before = reading.chars[max(0, mention.start - REACH) : mention.start]
    if mention.action != "weekday_on" or not (
        is_refused(reading, mention, lex_of) or lex_of.explained.search(before)
    ):
        return [mention]
    two = [mention.args["date"], mention.args["bareday"]]
    return two if dates_of(mention, frame).question else [mention]


def _either_day(
    reading: Reading, found: list[tuple[Mention, Dates]], lex_of: Lexicon
) -> list[tuple[Mention, Dates]]:
    """ "Tuesday or Wednesday" is one ambiguous mention."""
    out: list[tuple[Mention, Dates]] = []
    for group in grouped(reading, found, lex_of):
        if len(group) == 1:
            out.append(group[0])
            continue
        values = best_first([dates.values for _, dates in group])
        out.append((spanning(group[0][0], group[-1][0]), Dates(values, "which_day")))
    return out


def _in_other_year(reading: Reading, found: list[Mention], lex_of: Lexicon) -> tuple[list[Mention], set[int]]:
    """ "June 2nd, 1984, sorry, 1985" gives the day with another year; and the places of the numbers that say it."""
    out, used = list(found), set[int]()
    for index, number in enumerate(reading.numbers):
        before = [mention for mention in found if mention.end <= number.place][-1:]
        if not before or "month" not in before[0].args or number.ordinal:
            continue
        year, places = number.value, {number.place}
        told = before[0].args.get("year", before[0].args.get("cent", 0) * 100)
        following = reading.numbers[index + 1 : index + 2]
        if year in (18, 19, 20) and following and following[0].place == number.place + 1:
            year, places = year * 100 + following[0].value % 100, {number.place, following[0].place}
        elif 0 <= year <= 99 and told:  # "nineteen eighty five, sorry, eighty six"
            year += told // 100 * 100
        between = range(before[0].end, number.place)
        if not 1850 <= year <= 2200 or any(other.place in between for other in reading.numbers):
            continue
        mention = as_mention("date", before[0].action, _with_year(before[0].args, year), number)
        if corrected(reading, before[0], mention, lex_of, BESIDE):
            out.append(mention)
            used |= places
    return sorted(out, key=lambda mention: mention.start), used


def _with_year(args: dict[str, Any], year: int) -> dict[str, Any]:
    return {key: value for key, value in args.items() if key not in _YEARS} | {"year": year}


def _with_year_behind(reading: Reading, mention: Mention) -> Mention:
    """ "July ninth, no, nineteenth, 1988": a corrected day takes the year that stands right behind it."""
    if mention.action != "month_day" or not _DATED.isdisjoint(mention.args):
        return mention
    years = [n.value for n in reading.numbers if n.place == mention.end and 1850 <= n.value <= 2200]
    return replace(mention, args=_with_year(mention.args, years[0])) if years else mention


def _in_same_year(reading: Reading, found: list[Mention], lex_of: Lexicon) -> list[Mention]:
    """ "December 1st or 2nd 2027" are both of 2027."""
    out = list(found)
    for at in range(len(out) - 2, -1, -1):
        first, second = out[at], out[at + 1]
        if (
            first.action == second.action == "month_day"
            and not _DATED.isdisjoint(second.args)
            and _DATED.isdisjoint(first.args)
            and alternative(reading, first, second, lex_of)
        ):
            years = {key: value for key, value in second.args.items() if key in _YEARS}
            out[at] = replace(first, args=first.args | years)
    return out


def _in_other_month(reading: Reading, found: list[Mention], lex_of: Lexicon) -> list[Mention]:
    """ "The eighth of January, sorry, of February": the day in another month."""
    out = list(found)
    for scope in reading.of("scope"):
        before = [mention for mention in found if mention.end <= scope.start][-1:]
        if (
            scope.action == "month"
            and "month" in scope.args
            and before
            and before[0].action == "month_day"
            and corrected(reading, before[0], scope, lex_of, BESIDE)
        ):
            args = {**before[0].args, **scope.args}
            out.append(replace(scope, section="date", action="month_day", args=args))
    return sorted(out, key=lambda mention: mention.start)
