"""`number`: a count or an amount without a unit, in words or figures. Closed.

Options: `min`, `max` (a number outside is no candidate), `whole: true` (no fractions).

A number before a noun counts ("three kids" is 3). Silent: "one" that stands for a thing ("the first one", "no one"),
"one second please", times ("at three", "three o'clock"), days of a month, long runs of digits, percentages aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from flowengine.speech.alternatives import alternatives
from flowengine.speech.clauses.moods import clauses
from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.corrections import surviving
from flowengine.speech.figures.bounds import definite
from flowengine.speech.figures.counts import count_tables, counts, named_counts
from flowengine.speech.figures.numerals import Numeral
from flowengine.speech.figures.scales import shared_scale
from flowengine.speech.figures.wording import say_number
from flowengine.speech.tables import base


class NumberType:
    """See the module's text."""

    name = "number"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        words = [token.text for token in said.tokens]
        language = base(context.language)
        found = counts(said, words, language, context.asked)
        if not found and context.asked:
            found = named_counts(words, language)
        if not found:
            return []
        spans = [(number.start, number.end) for number in found]
        read = clauses(said, language)
        meant = set(definite(said, spans, language)).intersection(read.current(spans))
        kept = _no_money(
            [found[index] for index in surviving(said, spans, language) if index in meant],
            words,
            language,
            context,
        )
        low, high = _bound(context, "min"), _bound(context, "max")
        candidates: list[Candidate] = []
        for number in kept:
            if (low is not None and number.exact < low) or (high is not None and number.exact > high):
                continue
            if context.options.get("whole") and number.exact != number.exact.to_integral_value():
                continue
            if candidates and alternatives(said, candidates[-1].end, number.start, language):
                first = candidates.pop()
                scale = shared_scale(words, Decimal(str(first.value)), number.start, number.end, language)
                candidates.append(
                    replace(
                        first,
                        value=first.value * scale if isinstance(first.value, int | float) else first.value,
                        end=number.end,
                        alternatives=(*first.alternatives, number.value),
                        question="which",
                    )
                )
            else:
                candidates.append(Candidate(number.value, number.start, number.end))
        return candidates

    def spoken(self, value: object, language: str) -> str:
        return say_number(value, language) if isinstance(value, int | float | Decimal) else str(value)


def _no_money(found: list[Numeral], words: list[str], language: str, context: Context) -> list[Numeral]:
    """Without amounts of money ("two pizzas for thirty dollars" is 2); one alone answers the question for a number."""
    units = count_tables(language)["currencies"]
    kept = [number for number in found if number.end == len(words) or words[number.end] not in units]
    return kept or (found if context.asked else [])


def _bound(context: Context, name: str) -> Decimal | None:
    value = context.options.get(name)
    try:
        return None if value is None else Decimal(str(value))
    except ArithmeticError:
        return None


TYPE = NumberType()
