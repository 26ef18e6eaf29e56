"""The times of day that one sentence means, in the order said, with what each can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from itertools import pairwise

from flowengine.speech.calendar.carrying import is_aside
from flowengine.speech.calendar.clock import Clock, Times, side_by_side, times_of
from flowengine.speech.calendar.figures import replacing
from flowengine.speech.calendar.grammar import Mention, Reading
from flowengine.speech.calendar.lexicon import Lexicon
from flowengine.speech.calendar.mending import alternative, judged, unrefused
from flowengine.speech.calendar.reading import best_first, grouped, in_days, spanning

_PARTS_REACH = 12
"""How far (in items) a named part of the day may stand from its hour."""


Hours = list[tuple[Mention, Times]]

_last: tuple[Reading, Clock, Hours] | None = None
"""The last answer: a datetime asks what a time has just asked."""


def time_mentions(reading: Reading, lex_of: Lexicon, clock: Clock) -> Hours:
    """Times of day that were meant, in the order said, with what they can be.

    A bare hour that replaces a time keeps that one's half of the day ("3 p.m., no, 4").
    """
    global _last
    last = _last
    if last is None or last[0] is not reading or last[1] != clock:
        last = _last = (reading, clock, _time_mentions(reading, lex_of, clock))
    return last[2]


def _time_mentions(reading: Reading, lex_of: Lexicon, clock: Clock) -> Hours:
    found = [
        mention
        for mention in reading.mentions
        if mention.section == "time" or (mention.section == "rel" and not in_days(mention))
    ]
    unasked = (
        () if clock.asked else ("hour_hinted", "hour_agreed", *(() if clock.filled else ("hour_proposed",)))
    )
    found = [mention for mention in found if mention.action not in unasked]
    found = _same_half(reading, replacing(reading, found, "time", lex_of), lex_of)
    found = _other_half(reading, found, lex_of)
    kept, refused = judged(reading, found, lex_of)
    unwanted = {
        value: mention.start
        for mention in refused
        for value in times_of(mention, part_of(reading, mention), clock).values
    }
    meant = set(kept)
    dropped = [mention for mention in found if mention not in meant]
    out: list[tuple[Mention, Times]] = []
    for mention in kept:
        times = times_of(mention, part_of(reading, mention), clock)
        left = unrefused(times.values, unwanted, mention, is_aside(reading, mention, lex_of))
        if left != times.values:
            times = Times(left, times.question if left[1:] else None, times.exact)
        if times.question == "am_pm":
            before = [other for other in dropped if other.start < mention.start][-1:]
            earlier = times_of(before[-1], part_of(reading, before[-1]), clock) if before else Times()
            if len(earlier.values) == 1 and {"meridiem", "daypart"} & before[-1].args.keys():
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
            spanning(group[0][0], group[-1][0]),
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


def _other_half(reading: Reading, found: list[Mention], lex_of: Lexicon) -> list[Mention]:
    """ "Ten p.m., sorry, a.m.", "five in the morning, I mean the afternoon": only the half of the day is corrected."""
    if not reading.parts:
        return found
    out = list(found)
    for index, mention in enumerate(found):
        stop = found[index + 1].start if index + 1 < len(found) else len(reading.chars)
        for place, part in reading.parts:
            if mention.end <= place < stop and lex_of.markers.search(reading.chars[mention.end : place]):
                args = {key: value for key, value in mention.args.items() if key != "meridiem"}
                out[index] = replace(mention, args={**args, "daypart": part})
    return out


def _face_hour(mention: Mention) -> int:
    args = mention.args
    hour = args["clock"][0] if "clock" in args else args.get("hour", args.get("mil", 0) // 100)
    return int(hour) % 12


def _with(mention: Mention, **more: str) -> Mention:
    return replace(mention, args={**mention.args, **more})


def part_of(reading: Reading, mention: Mention) -> str | None:
    """The part of the day named nearest to a time; of two as near the later one."""
    best: tuple[int, str] | None = None
    for place, part in reading.parts:
        gap = max(mention.start - place, place - mention.end, 0)
        if gap <= _PARTS_REACH and (best is None or gap <= best[0]):
            best = (gap, part)
    return best[1] if best else None


def after_midnight(reading: Reading, at: time) -> bool:
    """ "Tonight at one" is tomorrow by the calendar."""
    return at.hour < 5 and any(part == "night" for _, part in reading.parts)
