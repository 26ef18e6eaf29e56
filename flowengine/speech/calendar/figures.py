"""Bare numbers as days and hours: as the whole answer, as a correction, beside a value as a choice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

from flowengine.speech.calendar.clock import Clock, Times, times_of
from flowengine.speech.calendar.dates import dates_of
from flowengine.speech.calendar.frames import Dates, Frame
from flowengine.speech.calendar.grammar import Mention, Number, Reading, span
from flowengine.speech.calendar.lexicon import Lexicon, lexicon
from flowengine.speech.calendar.mending import alternative, choices, corrected, opening, wanted
from flowengine.speech.calendar.reading import best_first
from flowengine.speech.contract import Said
from flowengine.speech.text import covers, gap_before, is_filler

BESIDE = 4
"""A bare number corrects a value only if the words that say so stand as near before it, in items."""
_MOST = 6
"""More numbers than that are dictated figures, no answer that was corrected."""
_APART = 6
"""More items than that between two numbers are no words that correct, refuse or leave a choice."""


def lone_numbers(
    said: Said, reading: Reading, language: str, *, clause: bool = False
) -> tuple[list[Number], int, int] | None:
    """The number that is the whole answer ("three, please"; "four, no, five"; "not four, five"), or the two that
    it leaves open ("four or five"), with their token span.

    `clause`: so is a number that has a clause of its own ("Seven, before work"; "let me look, okay, two").
    """
    if not 0 < len(reading.numbers) <= _MOST:
        return None
    lex_of = lexicon(language)
    numbers = {as_mention("time", "oclock", {}, number): number for number in reading.numbers}
    others = [mention for mention in reading.mentions if mention.section != "scope"]
    marks = sorted((*numbers, *others), key=lambda mark: mark.start)
    kept = wanted(reading, marks, lex_of)
    if not kept or any(mark not in numbers for mark in kept):  # a whole mention speaks for itself
        return None
    if len(choices(reading, kept, lex_of)) != len(kept) - 1:
        return None
    if any(later.start - earlier.end > _APART for earlier, later in pairwise(marks)):
        return None  # "Friday, scratch that, I have to talk to my wife first"
    start, end = span(said, opening(reading, marks[0], lex_of), marks[-1].stop)
    if not covers(said, start, end, language) and not (clause and _own_clause(said, start, end, language)):
        return None
    return [numbers[mark] for mark in kept], start, end


def _own_clause(said: Said, start: int, end: int, language: str) -> bool:
    """Nothing but fillers stands beside tokens [start, end) between two marks (or an end of what was said)."""
    while start and not _marked(said, start) and is_filler(said.tokens[start - 1], language):
        start -= 1
    while end < len(said.tokens) and not _marked(said, end) and is_filler(said.tokens[end], language):
        end += 1
    return _marked(said, start) and _marked(said, end)


def _marked(said: Said, at: int) -> bool:
    """A comma, a full stop or the like stands before token `at`, or it is one of the two ends."""
    return at in (0, len(said.tokens)) or any(mark in gap_before(said, at) for mark in ",.;!?–—")


def numbers_day(numbers: list[Number], frame: Frame) -> Dates:
    """Lone numbers as days of the month; two of them are a choice."""
    found = [dates for dates in (number_day(number, frame) for number in numbers) if dates.values]
    if len(found) > 1:
        return Dates(best_first([dates.values for dates in found]), "which_day")
    return found[0] if len(found) == len(numbers) == 1 else Dates()


def numbers_time(numbers: list[Number], part: str | None, clock: Clock) -> Times:
    """Lone numbers as hours; two of them are a choice."""
    found = [times for times in (number_time(number, part, clock) for number in numbers) if times.values]
    if len(found) > 1:
        return Times(best_first([times.values for times in found]), "which_time", False)
    return found[0] if len(found) == len(numbers) == 1 else Times()


def number_time(number: Number, part: str | None, clock: Clock) -> Times:
    """A number as an hour ("three", "330")."""
    if number.ordinal or 24 < number.value < 100 or number.value > 2359 or number.value % 100 > 59:
        return Times()
    args = {"mil": number.value} if number.value >= 100 else {"hour": number.value}
    return times_of(as_mention("time", "oclock", args, number), part, clock)


def as_mention(section: str, action: str, args: dict[str, Any], number: Number) -> Mention:
    return Mention(section, action, args, number.place, number.place + 1, number.begin, number.stop)


def number_day(number: Number, frame: Frame) -> Dates:
    """A number or ordinal as a day of the month ("the fifth", "five")."""
    if not 1 <= number.value <= 31:
        return Dates()
    return dates_of(as_mention("date", "day", {"day": number.value}, number), frame)


def _after_hesitation(reading: Reading, mention: Mention, number: Number) -> bool:
    """ "December third, er, fourth": said right after a hesitation, the second is meant."""
    return mention.end == number.place and any(
        mention.stop <= place < number.begin for place in reading.hesitations
    )


def _other_between(reading: Reading, mention: Mention, place: int) -> bool:
    """A value of another kind ends between `mention` and the item at `place`."""
    return any(
        reading.beside[0].get(at, mention).section != mention.section
        for at in range(mention.end + 1, place + 1)
    )


def replacing(
    reading: Reading, found: Sequence[Mention], section: str, lex_of: Lexicon, used: Collection[int] = ()
) -> list[Mention]:
    """`found` with the bare numbers that correct one of them ("at three, no, four"; "the fifth, I mean sixth") or
    stand beside one as a choice ("at three or four", "three or four p.m."); not those at the places `used`."""
    out = list(found)
    for number in reading.numbers if found else ():
        if number.place in used:
            continue
        before = [mention for mention in out if mention.end <= number.place][-1:]
        if before and _other_between(reading, before[0], number.place):
            before = []  # "Friday at ten, no, eleven" corrects the hour
        after = [mention for mention in out if mention.start > number.place][:1]
        fits = (
            1 <= number.value <= 31 if section == "date" else 1 <= number.value <= 12 and not number.ordinal
        )
        dated = section == "date" and any(
            other.place == number.place + 1 and other.value > 1800 for other in reading.numbers
        )
        if not fits or not (dated or lex_of.may_follow(reading.chars, number.place + 1)):
            continue
        args = {"day": number.value} if section == "date" else {"hour": number.value}
        mention = as_mention(section, "day" if section == "date" else "oclock", args, number)
        if (
            (before and corrected(reading, before[0], mention, lex_of, BESIDE))
            or (before and number.ordinal and _after_hesitation(reading, before[0], number))
            or (before and alternative(reading, before[0], mention, lex_of))
            or (after and alternative(reading, mention, after[0], lex_of))
        ):
            out.append(mention)
            out.sort(key=lambda other: other.start)
    return out
