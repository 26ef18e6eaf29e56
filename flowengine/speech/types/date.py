"""`date`: a day of the calendar ("next Friday", "the fifth", "two weeks from Thanksgiving").

The conventions are in docs/reference/dates.md. A bare number or ordinal ("five") is a `short` form. Options:
`region` ("us", "gb", "es" ...) decides the order of 11/30 and the country of holidays. `prefer: past` reads a date
without a year as the last one (birthdays); `this_week` and `next_week` settle "next Friday".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flowengine.speech.calendar.dates import dates_of
from flowengine.speech.calendar.days import date_mentions
from flowengine.speech.calendar.figures import lone_numbers, numbers_day
from flowengine.speech.calendar.grammar import read, span
from flowengine.speech.calendar.lexicon import lexicon
from flowengine.speech.calendar.reading import frame_of
from flowengine.speech.calendar.speaking import spoken_date
from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.text import covers


class DateType:
    """A `datetime.date`."""

    name = "date"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        """The days that were said and meant, in order; ambiguous ones with their other readings."""
        reading = read(said, context.language)
        if not reading.chars:
            return ()
        frame = frame_of(context)
        out = []
        for mention, dates in date_mentions(reading, lexicon(context.language), frame):
            start, end = span(said, mention.begin, mention.stop)
            short = mention.action == "weekday_short"  # "sat" and "sun" are words, too
            if short and not covers(said, start, end, context.language):
                continue
            out.append(
                Candidate(
                    dates.values[0],
                    start,
                    end,
                    "short" if short else "full",
                    dates.values[1:],
                    dates.question,
                )
            )
        if not out and context.asked:
            for mention in reading.of("dashed"):
                values = dates_of(mention, frame).values
                start, end = span(said, mention.begin, mention.stop)
                out.extend(Candidate(value, start, end) for value in values)
        if not out and (lone := lone_numbers(said, reading, context.language)):
            dates = numbers_day(lone[0], frame)
            if dates.values:
                out.append(
                    Candidate(dates.values[0], lone[1], lone[2], "short", dates.values[1:], dates.question)
                )
        return out

    def spoken(self, value: object, language: str) -> str:
        """ "Tuesday, December 1st". TypeError if it is no date."""
        if not isinstance(value, date):
            raise TypeError("not a date")
        return spoken_date(value, language)


TYPE = DateType()
