"""What the caller took back: values that were refused ("not Monday", "Monday doesn't work") or corrected.

Works on the mentions of one kind, after the whole sentence was read: first refusals, then corrections, so that
"Monday, no wait, not Monday, Tuesday" is Tuesday.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from flowengine.speech.calendar.grammar import REACH, Mention, Reading
from flowengine.speech.calendar.lexicon import Lexicon

_T = TypeVar("_T")


def wanted(reading: Reading, mentions: Sequence[Mention], lex_of: Lexicon) -> list[Mention]:
    """`mentions` without those that were refused or corrected, in the order said."""
    return judged(reading, mentions, lex_of)[0]


def judged(
    reading: Reading, mentions: Sequence[Mention], lex_of: Lexicon
) -> tuple[list[Mention], list[Mention]]:
    """The mentions that were meant, and those that were refused; what was corrected is neither."""
    kept: list[Mention] = []
    refused = set[int]()
    choice = choices(reading, mentions, lex_of)
    for index, mention in enumerate(mentions):
        if is_refused(reading, mention, lex_of) or (
            index - 1 in refused
            and (index in choice or _joined(reading, mentions[index - 1], mention, lex_of))
        ):
            refused.add(index)
            if (
                kept
                and index - 1 not in refused
                and _refused_after(reading, mention, lex_of)
                and alternative(reading, kept[-1], mention, lex_of)
            ):  # Tuesday or Wednesday doesn't work
                kept.pop()
        else:
            kept.append(mention)
    meant = [
        mention
        for index, mention in enumerate(kept)
        if index + 1 == len(kept) or not corrected(reading, mention, kept[index + 1], lex_of)
    ]
    return meant, [mentions[index] for index in sorted(refused)]


def unrefused(
    values: tuple[_T, ...], refused: Mapping[_T, int], mention: Mention, aside: bool = False
) -> tuple[_T, ...]:
    """The readings of a mention that were not refused elsewhere: of "not this Friday, next Friday" only the later one.

    `refused` tells where each value was. If none is left, they count unless they were refused afterwards ("Monday, no,
    wait, not Monday"), or the mention only says why (`aside`: "tomorrow, oh wait, I've jury duty tomorrow").
    """
    left = tuple(value for value in values if value not in refused)
    if left or not values:
        return left
    return () if aside or any(refused[value] >= mention.start for value in values) else values


def corrected(
    reading: Reading, earlier: Mention, later: Mention, lex_of: Lexicon, within: int | None = None
) -> bool:
    """The words between two mentions say that the second replaces the first.

    `within`: only so many items before the second count; a bare number must stand beside the words that correct.
    """
    between = reading.chars[earlier.end : later.start]
    if within is not None:
        between = between[-within:]
    return bool(between) and lex_of.markers.search(between) is not None


def alternative(reading: Reading, earlier: Mention, later: Mention, lex_of: Lexicon) -> bool:
    """The words between two mentions leave the choice ("Tuesday or Wednesday")."""
    between = reading.chars[earlier.end : later.start]
    if not between:
        return False
    if lex_of.alternatives.fullmatch(between):
        return True
    return bool(lex_of.but.fullmatch(between) and lex_of.also.match(reading.chars, later.end))


def choices(reading: Reading, found: Sequence[Mention], lex_of: Lexicon) -> set[int]:
    """Which mentions are a choice with the one before them: "Tuesday, Wednesday or Thursday"."""
    out = {
        index
        for index in range(1, len(found))
        if alternative(reading, found[index - 1], found[index], lex_of)
    }
    for index in range(len(found) - 2, 0, -1):
        if index + 1 in out and found[index - 1].end == found[index].start:
            out.add(index)
    return out


def opening(reading: Reading, mention: Mention, lex_of: Lexicon) -> int:
    """Offset in the text where a mention begins together with the words that refuse it or open a choice."""
    low = max(0, mention.start - REACH)
    before = reading.chars[low : mention.start]
    found = [
        match.start()
        for match in (lex_of.before.search(before), lex_of.either.search(before), lex_of.asks.search(before))
        if match
    ]
    return reading.begins[low + min(found)] if found else mention.begin


def is_refused(reading: Reading, mention: Mention, lex_of: Lexicon) -> bool:
    start, end = _unit(reading, mention)
    before = reading.chars[max(0, start - REACH) : start]
    low = start - len(before)
    match = (
        None if mention.action in ("hour_hinted", "hour_proposed") else lex_of.before.search(before)
    )  # it has its own opening
    while match:
        if not _of_that(reading, mention, low + match.start(), lex_of) and not _of_another(
            reading, low + match.start(), lex_of
        ):
            return lex_of.asks.search(before) is None
        match = lex_of.before.search(before, match.start() + 1)
    if mention.section == "time" and lex_of.after_time.match(reading.chars, mention.end):
        return True
    return lex_of.after.match(reading.chars, end) is not None


def _of_that(reading: Reading, mention: Mention, start: int, lex_of: Lexicon) -> bool:
    """ "Friday, oh, that won't work, Saturday": what "that" means was said before."""
    if not start or reading.chars[start - 1] not in lex_of.that:
        return False
    return any(other.end < start for other in reading.of(mention.section))


def _of_another(reading: Reading, start: int, lex_of: Lexicon) -> bool:
    """ "Nine doesn't work, ten": the refusal from `start` on is of the value before it."""
    for at in (start, start - 1):  # "| is no good"
        ends = at in reading.beside[0] or any(number.place + 1 == at for number in reading.numbers)
        if ends and any(words.match(reading.chars, at) for words in (lex_of.after, lex_of.after_time)):
            return True
    return False


def _refused_after(reading: Reading, mention: Mention, lex_of: Lexicon) -> bool:
    _, end = _unit(reading, mention)
    return lex_of.after.match(reading.chars, end) is not None


def _unit(reading: Reading, mention: Mention) -> tuple[int, int]:
    """The span of a mention with a day or time right beside it: "not | Monday at three" refuses both."""
    start, end = mention.start, mention.end
    ending, starting = reading.beside
    if (other := ending.get(start)) and other.section != mention.section:
        start = other.args["bareday"].start if other.action == "weekday_on" else other.start
    if (other := starting.get(end)) and other.section != mention.section:
        end = other.end
    return start, end


def _joined(reading: Reading, refused: Mention, mention: Mention, lex_of: Lexicon) -> bool:
    """ "Not Monday or Tuesday" refuses both; "Thursday doesn't work, that's Thanksgiving" gives no day either."""
    between = reading.chars[refused.end : mention.start]
    return bool(lex_of.joins.fullmatch(between) or lex_of.explained.search(between[-REACH:]))
