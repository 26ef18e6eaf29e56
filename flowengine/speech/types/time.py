"""`time`: a time of day ("half past three", "3:30 PM", "noon", "in half an hour").

A bare hour counts after "at" and its like, else only as the whole answer (`short`); it is ambiguous unless the
slot's `hours` or `prefer` ("morning", "afternoon") or a named part of the day settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from flowengine.speech.calendar.figures import lone_numbers, numbers_time
from flowengine.speech.calendar.grammar import Number, read, span
from flowengine.speech.calendar.hours import time_mentions
from flowengine.speech.calendar.lexicon import lexicon
from flowengine.speech.calendar.reading import alone, clock_of
from flowengine.speech.calendar.speaking import spoken_time
from flowengine.speech.contract import Candidate, Context, Form, Said


class TimeType:
    """A naive `datetime.time`, to the minute."""

    name = "time"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        """The times that were said and meant, in order; a bare hour with its other reading."""
        reading = read(said, context.language)
        if not reading.chars:
            return ()
        clock = clock_of(context)
        out = []
        for mention, times in time_mentions(reading, lexicon(context.language), clock):
            start, end = span(said, mention.begin, mention.stop)
            out.append(Candidate(times.values[0], start, end, "full", times.values[1:], times.question))
        if not out and (lone := lone_numbers(said, reading, context.language, clause=context.asked)):
            numbers = [number for number in lone[0] if not _hundreds(said, number)]
            times = numbers_time(numbers, reading.parts[-1][1] if reading.parts else None, clock)
            if times.values:
                form: Form = "short" if alone(said, lone[1], lone[2], context.language) else "full"
                values = times.values
                out.append(Candidate(values[0], lone[1], lone[2], form, values[1:], times.question))
        return out

    def spoken(self, value: object, language: str) -> str:
        """ "three thirty p.m.". TypeError if it is no time."""
        if not isinstance(value, time):
            raise TypeError("not a time")
        return spoken_time(value, language)


def _hundreds(said: Said, number: Number) -> bool:
    """ "Five hundred" in words is a quantity, "500" may be a time."""
    return number.value in range(100, 1000, 100) and not said.text[number.begin].isdigit()


TYPE = TimeType()
