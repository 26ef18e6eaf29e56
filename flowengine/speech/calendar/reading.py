"""What the four types share: from a sentence and its context to the mentions and frames they read.

One sentence is read once (`grammar.read` keeps it) and asked four times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flowengine.speech.calendar.clock import Clock, minutes_of
from flowengine.speech.calendar.frames import Frame
from flowengine.speech.calendar.grammar import Mention, Reading
from flowengine.speech.calendar.lengths import months_of, seconds_of
from flowengine.speech.calendar.lexicon import Lexicon
from flowengine.speech.calendar.mending import choices
from flowengine.speech.contract import Context, Said
from flowengine.speech.text import covers

_T = TypeVar("_T")


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
    return Clock(
        context.now, hours, (context.prefer or "").strip().lower(), context.asked, context.current is not None
    )


def alone(said: Said, start: int, end: int, language: str) -> bool:
    """Tokens [start, end) are the whole answer, apart from fillers."""
    return covers(said, start, end, language)


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


def spanning(first: Mention, last: Mention) -> Mention:
    return Mention(first.section, "either", {}, first.start, last.end, first.begin, last.stop)


def in_days(mention: Mention) -> bool:
    """A mention of section "rel" that counts whole days ("in two weeks"), not hours."""
    length: Mention = mention.args["length"]
    return bool(months_of(length)) or (seconds_of(length) >= 86_400 and seconds_of(length) % 86_400 == 0)
