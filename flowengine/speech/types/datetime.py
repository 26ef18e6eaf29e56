"""`datetime`: a day and a time in any order ("three on Tuesday", "tomorrow morning at nine", "in two hours").

Values are aware, in the flow's zone. A time alone is the next such moment; a day alone is none, except where the
slot has a value already: then the other half is kept ("Thursday instead"). Clock changes: see `moments`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flowengine.speech.calendar.clock import Times, ahead
from flowengine.speech.calendar.days import date_mentions
from flowengine.speech.calendar.frames import Dates
from flowengine.speech.calendar.grammar import Mention, Reading, read, span
from flowengine.speech.calendar.hours import after_midnight, time_mentions
from flowengine.speech.calendar.lengths import seconds_of
from flowengine.speech.calendar.lexicon import lexicon
from flowengine.speech.calendar.moments import at_wall, next_at, pair
from flowengine.speech.calendar.reading import best_first, clock_of, frame_of, grouped
from flowengine.speech.calendar.speaking import spoken_datetime
from flowengine.speech.contract import Candidate, Context, Said


class DatetimeType:
    """An aware `datetime.datetime` in the zone of the call."""

    name = "datetime"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        """The moments that were said and meant, in order."""
        reading = read(said, context.language)
        if not reading.mentions:
            return ()
        lex_of = lexicon(context.language)
        dates = dict(date_mentions(reading, lex_of, frame_of(context)))
        if not dates and any(mention.section == "date" for mention in reading.mentions):
            return ()  # "February 30th at three": a day was named, but there is none
        times = dict(time_mentions(reading, lex_of, clock_of(context)))
        dates = {day: found for day, found in dates.items() if day.action != "weekday_short"}
        found: list[tuple[Mention, tuple[list[datetime], str | None]]] = []
        for day, at in pair(list(dates), list(times)):
            values, question = _moments(
                reading,
                day,
                dates.get(day, Dates()) if day else None,
                at,
                times.get(at, Times()) if at else None,
                context,
            )
            if not values:
                continue
            said_of = [mention for mention in (day, at) if mention]
            ends = (min(m.start for m in said_of), max(m.end for m in said_of))
            place = (min(m.begin for m in said_of), max(m.stop for m in said_of))
            found.append((Mention("datetime", "", {}, *ends, *place), (values, question)))
        out = []
        for group in grouped(reading, found, lex_of):  # "today at two or tomorrow at three" is one choice
            values = list(best_first([tuple(values) for _, (values, _) in group]))
            question = "which_time" if group[1:] else group[0][1][1]
            start, end = span(said, group[0][0].begin, group[-1][0].stop)
            out.append(
                Candidate(values[0], start, end, "full", tuple(values[1:]), question if values[1:] else None)
            )
        return out

    def spoken(self, value: object, language: str) -> str:
        """ "Tuesday, December 1st at three thirty p.m.". TypeError if it is no datetime."""
        if not isinstance(value, datetime):
            raise TypeError("not a datetime")
        return spoken_datetime(value, language)


def _moments(
    reading: Reading,
    day: Mention | None,
    dates: Dates | None,
    at: Mention | None,
    times: Times | None,
    context: Context,
) -> tuple[list[datetime], str | None]:
    """The moments a day and a time can mean, best first, and what is ambiguous."""
    now, current = context.now, context.current if isinstance(context.current, datetime) else None
    if at is not None and times is not None and at.section == "rel" and day is None:
        length: Mention = at.args["length"]
        return [ahead(now, seconds_of(length) * (1 if at.action == "ahead" else -1))], None
    if (
        day is not None
        and day.section == "rel"
        and times is None
        and day.args["length"].args.get("lunit") == 3600
    ):
        length = day.args["length"]  # in 48 hours
        return [ahead(now, seconds_of(length) * (1 if day.action == "ahead" else -1))], None
    if times is None:
        if dates is None or current is None:
            return [], None
        local = current.astimezone(now.tzinfo).time()
        return [at_wall(value, local, now.tzinfo) for value in dates.values], dates.question
    if dates is None:
        if current is not None:
            base = current.astimezone(now.tzinfo).date()
            return [at_wall(base, value, now.tzinfo) for value in times.values], times.question
        return [next_at(now, value) for value in times.values], times.question
    found = [_joined(reading, value, clock, context) for value in dates.values for clock in times.values]
    return list(dict.fromkeys(found)), dates.question or times.question


def _joined(reading: Reading, day: date, at: time, context: Context) -> datetime:
    shift = timedelta(days=1) if after_midnight(reading, at) else timedelta()
    return at_wall(day + shift, at, context.now.tzinfo)


TYPE = DatetimeType()
