"""What the four types share: from a sentence and its context to the mentions and frames they read.

One sentence is read once (`grammar.read` keeps it) and asked four times.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from itertools import pairwise
from typing import Any, TypeVar

from flowengine.speech.calendar.carrying import carried, frame_for, in_month_named, without_asides
from flowengine.speech.calendar.clock import Clock, Times, minutes_of, side_by_side, times_of
from flowengine.speech.calendar.dates import Dates, Frame, dates_of
from flowengine.speech.calendar.grammar import Mention, Number, Reading, span
from flowengine.speech.calendar.lengths import months_of, seconds_of
from flowengine.speech.calendar.lexicon import Lexicon, lexicon
from flowengine.speech.calendar.mending import alternative, choices, corrected, judged, opening, wanted
from flowengine.speech.contract import Context, Said
from flowengine.speech.text import covers, gap_before, is_filler

_T = TypeVar("_T")
_BESIDE = 4
"""A bare number corrects a value only if the words that say so stand as near before it."""
_MOST = 6
"""More numbers than that are dictated figures, no answer that was corrected."""
_APART = 6
"""More items than that between two numbers are no words that correct, refuse or leave a choice."""
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
    return Clock(context.now, hours, (context.prefer or "").strip().lower(), context.asked)


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
    found = carried(reading, _replacing(reading, found, "date", lex_of), lex_of)
    meanings: dict[Mention, Dates] = {}
    for index, mention in enumerate(found):
        own = dates_of(mention, frame_for(reading, found, index, frame, lex_of))
        meanings[mention] = in_month_named(mention, meanings, frame) or own
    kept, refused = judged(reading, found, lex_of)
    kept = without_asides(reading, kept, lex_of)
    unwanted = {value for mention in refused for value in meanings[mention].values[:1]}
    out = [(mention, _without(meanings[mention], unwanted)) for mention in kept if meanings[mention].values]
    return _either_day(reading, out, lex_of)


def _without(dates: Dates, unwanted: set[date]) -> Dates:
    """ "Not this Friday, next Friday": what was refused is no reading of what was meant, unless it is the only one."""
    left = tuple(value for value in dates.values if value not in unwanted)
    if not left or len(left) == len(dates.values):
        return dates
    return Dates(left, dates.question if left[1:] else None)


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
        out.append((_spanning(group[0][0], group[-1][0]), Dates(values, "which_day")))
    return out


def grouped(
    reading: Reading, found: list[tuple[Mention, _T]], lex_of: Lexicon
) -> list[list[tuple[Mention, _T]]]:
    """Mentions with their meanings, those that are a choice together."""
    choice = choices(reading, [mention for mention, _ in found], lex_of)
    out: list[list[tuple[Mention, _T]]] = []
    for index, entry in enumerate(found):
        if index in choice:
            out[-1].append(entry)
        else:
            out.append([entry])
    return out


def best_first(readings: Sequence[tuple[_T, ...]]) -> tuple[_T, ...]:
    """The readings of several alternatives, the best of each first."""
    return tuple(
        dict.fromkeys(
            [values[0] for values in readings] + [value for values in readings for value in values[1:]]
        )
    )


def _spanning(first: Mention, last: Mention) -> Mention:
    return Mention(first.section, "either", {}, first.start, last.end, first.begin, last.stop)


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
    if not clock.asked:
        found = [mention for mention in found if mention.action != "hour_hinted"]
    found = _same_half(reading, _replacing(reading, found, "time", lex_of), lex_of)
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
    return [
        group[0]
        if len(group) == 1
        else (
            _spanning(group[0][0], group[-1][0]),
            Times(best_first(side_by_side([times for _, times in group])), "which_time", False),
        )
        for group in grouped(reading, out, lex_of)
    ]


def _same_half(reading: Reading, found: list[Mention], lex_of: Lexicon) -> list[Mention]:
    """ "Two or three p.m.": alternatives share what only one of them says; "eleven or one p.m." crosses noon."""
    out = list(found)
    for at, (first, second) in enumerate(pairwise(found)):
        if not alternative(reading, first, second, lex_of):
            continue
        one, other = first.args.get("meridiem"), second.args.get("meridiem")
        if other and not one:
            crosses = other == "p" and _face_hour(first) > _face_hour(second)
            out[at] = _with(first, meridiem="a" if crosses else other)
        elif one and not other:
            crosses = one == "a" and _face_hour(second) < _face_hour(first)
            out[at + 1] = _with(second, meridiem="p" if crosses else one)
    return out


def _face_hour(mention: Mention) -> int:
    args = mention.args
    hour = args["clock"][0] if "clock" in args else args.get("hour", args.get("mil", 0) // 100)
    return int(hour) % 12


def _with(mention: Mention, **more: str) -> Mention:
    place = (mention.start, mention.end, mention.begin, mention.stop)
    return Mention(mention.section, mention.action, {**mention.args, **more}, *place)


def part_of(reading: Reading, mention: Mention) -> str | None:
    """The part of the day named nearest to a time; of two as near the later one."""
    best: tuple[int, str] | None = None
    for place, part in reading.parts:
        gap = max(mention.start - place, place - mention.end, 0)
        if gap <= _PARTS_REACH and (best is None or gap <= best[0]):
            best = (gap, part)
    return best[1] if best else None


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
    numbers = {_as_mention("time", "oclock", {}, number): number for number in reading.numbers}
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
    return times_of(_as_mention("time", "oclock", args, number), part, clock)


def _as_mention(section: str, action: str, args: dict[str, Any], number: Number) -> Mention:
    return Mention(section, action, args, number.place, number.place + 1, number.begin, number.stop)


def number_day(number: Number, frame: Frame) -> Dates:
    """A number or ordinal as a day of the month ("the fifth", "five")."""
    if not 1 <= number.value <= 31:
        return Dates()
    return dates_of(_as_mention("date", "day", {"day": number.value}, number), frame)


def _replacing(reading: Reading, found: list[Mention], section: str, lex_of: Lexicon) -> list[Mention]:
    """`found` with the bare numbers that correct one of them ("at three, no, four"; "the fifth, I mean sixth") or
    stand beside one as a choice ("at three or four", "three or four p.m.")."""
    if not found or not reading.numbers:
        return found
    out = list(found)
    for index, number in enumerate(reading.numbers):
        before = [mention for mention in out if mention.end <= number.place][-1:]
        if section == "date" and before and (again := _year_again(reading, before[0], index, lex_of)):
            out.append(again)
            continue
        after = [mention for mention in out if mention.start > number.place][:1]
        fits = (
            1 <= number.value <= 31 if section == "date" else 1 <= number.value <= 12 and not number.ordinal
        )
        if not fits or not lex_of.may_follow(reading.chars, number.place + 1):
            continue
        args = {"day": number.value} if section == "date" else {"hour": number.value}
        mention = _as_mention(section, "day" if section == "date" else "oclock", args, number)
        if (
            (before and corrected(reading, before[0], mention, lex_of, _BESIDE))
            or (before and alternative(reading, before[0], mention, lex_of))
            or (after and alternative(reading, mention, after[0], lex_of))
        ):
            out.append(mention)
            out.sort(key=lambda other: other.start)
    return out


def _year_again(reading: Reading, earlier: Mention, index: int, lex_of: Lexicon) -> Mention | None:
    """ "June 2nd, 1984, sorry, 1985": the day with another year, if the number at `index` says one."""
    number, *following = reading.numbers[index : index + 2]
    year = number.value
    if year in (18, 19, 20) and following and following[0].place == number.place + 1:
        year = year * 100 + following[0].value % 100
    if "month" not in earlier.args or number.ordinal or not 1850 <= year <= 2200:
        return None
    args = {key: value for key, value in earlier.args.items() if key not in ("cent", "yy", "unit", "yearref")}
    mention = _as_mention("date", earlier.action, {**args, "year": year}, number)
    return mention if corrected(reading, earlier, mention, lex_of, _BESIDE) else None


def after_midnight(reading: Reading, at: time) -> bool:
    """ "Tonight at one" is tomorrow by the calendar."""
    return at.hour < 5 and any(part == "night" for _, part in reading.parts)
