"""`duration`: a length of time ("an hour and a half", "ninety minutes", "two or three days").

"In two hours" and "two days ago" are moments, no lengths. "A minute" counts only as the whole answer. A month
counts 30 days, a year 365.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from flowengine.speech.calendar.figures import as_mention
from flowengine.speech.calendar.grammar import Mention, Reading, read, span
from flowengine.speech.calendar.lengths import DAY, lengths_of
from flowengine.speech.calendar.lexicon import Lexicon, lexicon
from flowengine.speech.calendar.mending import corrected, wanted
from flowengine.speech.calendar.reading import alone, best_first, grouped
from flowengine.speech.calendar.speaking import spoken_duration
from flowengine.speech.clauses.moods import clauses
from flowengine.speech.contract import Candidate, Context, Said

_FORTNIGHT = 14 * DAY


class DurationType:
    """A `datetime.timedelta`."""

    name = "duration"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        """The lengths that were said and meant, in order."""
        reading = read(said, context.language)
        lex_of = lexicon(context.language)
        kept = wanted(reading, _corrected_counts(reading, lex_of), lex_of)
        meant = [(mention, values) for mention in kept if (values := lengths_of(mention))]
        out = []
        asked_about = clauses(said, context.language)
        for group in grouped(reading, meant, lex_of):  # "six nights or seven nights" is one choice
            values = best_first([values for _, values in group])
            start, end = span(said, group[0][0].begin, group[-1][0].stop)
            if asked_about.quotes(start, end):
                continue  # "why does it take two hours"
            short = len(group) == 1 and _casual(group[0][0])
            if short and not alone(said, start, end, context.language):
                continue
            question = "which_length" if values[1:] else None
            out.append(Candidate(values[0], start, end, "short" if short else "full", values[1:], question))
        return out

    def spoken(self, value: object, language: str) -> str:
        """ "an hour and a half" is "one hour and thirty minutes". TypeError if it is no timedelta."""
        if not isinstance(value, timedelta):
            raise TypeError("not a timedelta")
        return spoken_duration(value, language)


def _corrected_counts(reading: Reading, lex_of: Lexicon) -> list[Mention]:
    """The lengths, with bare numbers that correct one ("two hours, sorry, three"; "not thirty minutes, forty")."""
    out = reading.of("length")
    for count, place in _bare_counts(reading):
        before = [mention for mention in out if mention.end <= place.start][-1:]
        if not before or before[0].action not in ("count", "one", "one_full"):
            continue
        if not lex_of.may_follow(reading.chars, place.end):
            continue
        units = {name: unit for name, unit in before[0].args.items() if name in ("lunit", "sunit")}
        mention = replace(place, section="length", action="count", args={**units, "num": count})
        refused = place.start == before[0].end and not wanted(reading, before, lex_of)
        if refused or place.action == "hour_made" or corrected(reading, before[0], mention, lex_of):
            out.append(mention)
            out.sort(key=lambda other: other.start)
    return out


def _bare_counts(reading: Reading) -> Iterator[tuple[int, Mention]]:
    """Numbers without a unit, those that could be an hour among them ("make that ten"), with their places."""
    for number in reading.numbers:
        if not number.ordinal:
            yield number.value, as_mention("length", "count", {}, number)
    for mention in reading.of("time"):
        if mention.action == "hour_made":
            yield mention.args["hour"], mention


def _casual(mention: Mention) -> bool:
    """ "A minute", "one second", "a day": said in many sentences that are about no length."""
    if mention.action == "count" and mention.args.get("num") == 1:
        return "sunit" in mention.args or mention.args["lunit"] == DAY
    if mention.action != "one":
        return mention.action == "half" and "sunit" in mention.args
    return mention.args.get("lunit") not in (3600, _FORTNIGHT)


TYPE = DurationType()
