"""What the four types share: from a sentence and its context to the mentions and frames they read.

One sentence is read once (`grammar.read` keeps it) and asked four times.
"""

from __future__ import annotations

from datetime import time
from itertools import pairwise

from flowengine.speech.calendar.clock import Clock, Times, minutes_of, times_of
from flowengine.speech.calendar.dates import Dates, Frame, dates_of
from flowengine.speech.calendar.grammar import Mention, Number, Reading, span
from flowengine.speech.calendar.lengths import months_of, seconds_of
from flowengine.speech.calendar.lexicon import Lexicon, lexicon
from flowengine.speech.calendar.mending import corrected, wanted
from flowengine.speech.contract import Context, Said
from flowengine.speech.text import covers

_PARTS_REACH = 12
"""How far (in items) a named part of the day may stand from its hour."""


def region_of(context: Context) -> str:
    """Region of numeric dates and holidays: option `region`, else that of the language tag, else the US for English."""
    option = context.options.get("region")
    if isinstance(option, str) and option:
        return option.lower()
    base, _, region = context.language.replace("_", "-").lower().partition("-")
    return region or ("us" if base == "en" else base)


def frame_of(context: Context) -> Frame:
    """What dates are read against."""
    return Frame(
        context.now.date(), (context.prefer or "").strip().lower().replace("-", "_"), region_of(context)
    )


def clock_of(context: Context) -> Clock:
    """What bare hours are read against; hours that are no times are as if unset."""
    hours: tuple[int, int] | None = None
    if context.hours:
        try:
            hours = (minutes_of(context.hours[0]), minutes_of(context.hours[1]))
        except ValueError:
            hours = None
    return Clock(context.now, hours, (context.prefer or "").strip().lower())


def alone(said: Said, start: int, end: int, language: str) -> bool:
    """Tokens [start, end) are the whole answer, apart from fillers."""
    return covers(said, start, end, language)


def date_mentions(reading: Reading, lex_of: Lexicon, frame: Frame) -> list[tuple[Mention, Dates]]:
    """Days that were meant, in the order said, with what they can be."""
    found = [
        mention
        for mention in reading.mentions
        if mention.section == "date" or (mention.section == "rel" and _in_days(mention))
    ]
    found = _replacing(reading, found, "date", lex_of)
    out: list[tuple[Mention, Dates]] = []
    for mention in wanted(reading, found, lex_of):
        dates = dates_of(_in_same_month(reading, mention, found, lex_of), frame)
        if dates.values:
            out.append((mention, dates))
    return out


def _in_same_month(reading: Reading, mention: Mention, found: list[Mention], lex_of: Lexicon) -> Mention:
    """ "March 5th, no, the 6th": a corrected day keeps its month and year."""
    if mention.action != "day":
        return mention
    before = [other for other in found if other.end <= mention.start and "month" in other.args]
    if not before or not corrected(reading, before[-1], mention, lex_of):
        return mention
    args = {**before[-1].args, **mention.args}
    args.pop("weekday", None)
    return Mention("date", "month_day", args, mention.start, mention.end, mention.begin, mention.stop)


def _in_days(mention: Mention) -> bool:
    length: Mention = mention.args["length"]
    return bool(months_of(length)) or (seconds_of(length) >= 86_400 and seconds_of(length) % 86_400 == 0)


def time_mentions(reading: Reading, lex_of: Lexicon, clock: Clock) -> list[tuple[Mention, Times]]:
    """Times of day that were meant, in the order said, with what they can be.

    A bare hour that replaces a time keeps that one's half of the day ("3 p.m., no, 4").
    """
    found = [
        mention
        for mention in reading.mentions
        if mention.section == "time" or (mention.section == "rel" and not _in_days(mention))
    ]
    found = _replacing(reading, found, "time", lex_of)
    kept = wanted(reading, found, lex_of)
    out: list[tuple[Mention, Times]] = []
    for mention in kept:
        times = times_of(mention, part_of(reading, mention), clock)
        if times.question == "am_pm":
            before = [other for other in found if other.start < mention.start and other not in kept]
            earlier = times_of(before[-1], part_of(reading, before[-1]), clock) if before else Times()
            if earlier.exact and len(earlier.values) == 1:
                same = [
                    value for value in times.values if (value.hour >= 12) == (earlier.values[0].hour >= 12)
                ]
                times = Times((same[0],))
        if times.values:
            out.append((mention, times))
    return out


def part_of(reading: Reading, mention: Mention) -> str | None:
    """The part of the day named nearest to a time; of two as near the later one."""
    best: tuple[int, str] | None = None
    for place, part in reading.parts:
        gap = max(mention.start - place, place - mention.end, 0)
        if gap <= _PARTS_REACH and (best is None or gap <= best[0]):
            best = (gap, part)
    return best[1] if best else None


def lone_number(said: Said, reading: Reading, language: str) -> tuple[Number, int, int] | None:
    """The number that is the whole answer ("three, please"; "four, no, five"), with its token span."""
    if not reading.numbers or reading.mentions:
        return None
    first, number = reading.numbers[0], reading.numbers[-1]
    marks = [_as_mention("time", "oclock", {}, other) for other in reading.numbers]
    if not all(corrected(reading, a, b, lexicon(language)) for a, b in pairwise(marks)):
        return None
    start, end = span(said, first.begin, number.stop)
    return (number, start, end) if covers(said, start, end, language) else None


def number_time(number: Number, part: str | None, clock: Clock) -> Times:
    """A number as an hour ("three", "330")."""
    if number.ordinal or 24 < number.value < 100 or number.value > 2359 or number.value % 100 > 59:
        return Times()
    args = {"mil": number.value} if number.value >= 100 else {"hour": number.value}
    return times_of(_as_mention("time", "oclock", args, number), part, clock)


def _as_mention(section: str, action: str, args: dict[str, int], number: Number) -> Mention:
    return Mention(section, action, args, number.place, number.place + 1, number.begin, number.stop)


def number_day(number: Number, frame: Frame) -> Dates:
    """A number or ordinal as a day of the month ("the fifth", "five")."""
    if not 1 <= number.value <= 31:
        return Dates()
    return dates_of(_as_mention("date", "day", {"day": number.value}, number), frame)


def _replacing(reading: Reading, found: list[Mention], section: str, lex_of: Lexicon) -> list[Mention]:
    """`found` with the bare numbers that correct one of them ("at three, no, four"; "the fifth, I mean sixth")."""
    if not found or not reading.numbers:
        return found
    out = list(found)
    for number in reading.numbers:
        before = [mention for mention in out if mention.end <= number.place]
        fits = (
            1 <= number.value <= 31 if section == "date" else 1 <= number.value <= 12 and not number.ordinal
        )
        if not before or not fits or not lex_of.may_follow(reading.chars, number.place + 1):
            continue
        args = {"day": number.value} if section == "date" else {"hour": number.value}
        mention = _as_mention(section, "day" if section == "date" else "oclock", args, number)
        if corrected(reading, before[-1], mention, lex_of):
            out.append(mention)
            out.sort(key=lambda other: other.start)
    return out


def after_midnight(reading: Reading, at: time) -> bool:
    """ "Tonight at one" is tomorrow by the calendar."""
    return at.hour < 5 and any(part == "night" for _, part in reading.parts)
