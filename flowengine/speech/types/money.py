"""`money`: an amount with its currency: "twenty dollars and fifty cents", "$20.50", "a hundred bucks". Closed.

Options: `currency` (ISO 4217, default USD), `min`, `max`. A unit of several countries ("dollars") takes the slot's
currency if it is one of them. An amount without a unit ("twenty fifty", "19.99") is a `short` form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from flowengine.speech.alternatives import alternatives
from flowengine.speech.builtin import held
from flowengine.speech.canon import without_ending
from flowengine.speech.clauses.moods import Clauses, clauses
from flowengine.speech.contract import Candidate, Context, Form, Said
from flowengine.speech.corrections import correction_before, negated, surviving
from flowengine.speech.figures.amounts import Amount, amounts, in_a_row, money_tables
from flowengine.speech.figures.bounds import definite
from flowengine.speech.figures.labels import idiomatic, labelled
from flowengine.speech.figures.numberwords import number_words
from flowengine.speech.figures.scales import shared_scale
from flowengine.speech.figures.weights import weighs
from flowengine.speech.figures.wording import say_number
from flowengine.speech.tables import base, section
from flowengine.speech.text import covers, is_filler
from flowengine.speech.values import Money

MOST = 4
"""More bare numbers than this in one answer are digits read aloud, no amounts."""
SHORT = 3
"""Words with which an answer may refuse an amount before it gives one."""


class MoneyType:
    """See the module's text."""

    name = "money"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        language = base(context.language)
        words = [token.text for token in said.tokens]
        currency = str(context.options.get("currency") or "USD").upper()
        parts = in_a_row(said, amounts(said, words, language, currency), language)
        named = any(part.named for part in parts)
        if not parts or (not named and (len(parts) > MOST or not context.asked)):
            return []
        parts = [part for part in parts if not _labels(said, part, words, language)]
        spans = [(part.start, part.end) for part in parts]
        read = clauses(said, language)
        meant = set(definite(said, spans, language)).intersection(read.current(spans))
        counting = {spans[index] for index in meant}
        if any(part.named for part in parts):
            parts = _corrections(said, parts, read, language)
            kept = surviving(said, [(part.start, part.end) for part in parts], language)
            parts = [parts[index] for index in kept if (parts[index].start, parts[index].end) in counting]
        else:
            parts = _bare(said, parts, counting, language) if context.asked and parts else []
        found: list[Candidate] = []
        for part in parts:
            if not _within(part.amount, context):
                continue
            value = Money(_tidy(part.amount), part.currency)
            others = () if part.other is None else (Money(part.other, part.currency),)
            form: Form = "full" if part.named else "short"
            if found and alternatives(said, found[-1].end, part.start, language):
                former = found.pop()
                first = former.value if former.alternatives else _scaled(words, former.value, part, language)
                both = dict.fromkeys((*former.alternatives, value, *others))
                both.pop(first, None)
                found.append(Candidate(first, former.start, part.end, form, tuple(both), "which"))
                continue
            found.append(Candidate(value, part.start, part.end, form, others, "which" if others else None))
        return found

    def spoken(self, value: object, language: str) -> str:
        return say_money(value, language) if isinstance(value, Money) else str(value)


def _scaled(words: list[str], former: object, part: Amount, language: str) -> object:
    """The first of "two or three hundred dollars" is 200."""
    if not isinstance(former, Money):
        return former
    more = money_tables(language)["thousands"]
    scale = shared_scale(words, former.amount, part.start, part.end, language, more)
    return replace(former, amount=former.amount * scale)


def _within(amount: Decimal, context: Context) -> bool:
    low, high = context.options.get("min"), context.options.get("max")
    return (low is None or amount >= Decimal(str(low))) and (high is None or amount <= Decimal(str(high)))


def _tidy(amount: Decimal) -> Decimal:
    """Whole amounts without a fraction, others with two places at least."""
    if amount == amount.to_integral_value():
        return Decimal(int(amount))
    return (
        amount.quantize(Decimal("0.01")) if amount == amount.quantize(Decimal("0.01")) else amount.normalize()
    )


def _labels(said: Said, part: Amount, words: list[str], language: str) -> bool:
    """A figure that names a thing ("room 12", "12 Grand Avenue") or is a saying's, or a bare "half", is no amount."""
    if idiomatic(said, part.start, part.end, language):
        return True
    if part.named and words[part.end - 1] in money_tables(language)["thousands"]:
        after = words[part.end] if part.end < len(words) else ""
        things = money_tables(language)["thousand_things"]  # "a grand piano"
        return after in things or labelled(said, part.start, part.start + 1, language)
    if part.named:
        return weighs(said, part, words, language)
    if part.amount < 1 and words[part.end - 1] in number_words(language).half:
        return True
    return labelled(said, part.start, part.end, language)


def _corrections(said: Said, parts: list[Amount], read: Clauses, language: str) -> list[Amount]:
    """Bare amounts beside named ones count only in corrections: "twenty euros, no sorry, thirty" is in euros too."""
    kept: list[Amount] = []
    for index, part in enumerate(parts):
        if part.named:
            kept.append(part)
            continue
        before = kept[-1] if kept else None
        after = parts[index + 1] if index + 1 < len(parts) else None
        if before and (
            correction_before(said, part.start, language, before.end) is not None
            or negated(said, before.start, before.end, language)  # "not fifty dollars, sixty"
            or alternatives(said, before.end, part.start, language)
            or read.remembers(before.start, part.start)  # "it was fifty dollars, sixty this time"
        ):
            kept.append(replace(part, currency=before.currency, named=True))
        elif after and alternatives(said, part.end, after.start, language):
            kept.append(replace(part, currency=after.currency, named=True))  # "fifty or sixty dollars"
        elif after and correction_before(said, after.start, language, part.end) is not None:
            kept.append(part)
    return kept


def _bare(said: Said, parts: list[Amount], counting: set[tuple[int, int]], language: str) -> list[Amount]:
    """Amounts without a unit that are the whole answer, corrections and a second reading included."""
    hold = held(said, language)
    if any(part.start < hold[1] and hold[0] < part.end for part in parts):
        return []
    spans = [(part.start, part.end) for part in parts]
    kept = [parts[index] for index in surviving(said, spans, language) if spans[index] in counting]
    if not kept:
        return []
    if not all(alternatives(said, one.end, other.start, language) for one, other in pairwise(kept)):
        kept = kept[-1:]  # "I put two hundred down, so I owe three hundred"
        return [replace(kept[0], named=True)] if _answers(said, kept, language) else []
    first = 0 if _refuses(said, parts[0], kept[0], language) else parts[0].start
    if covers(said, first, parts[-1].end, language):
        return kept if len(parts) == 1 else [replace(part, named=True) for part in kept]
    return [replace(part, named=True) for part in kept] if _answers(said, kept, language) else []


def _refuses(said: Said, part: Amount, kept: Amount, language: str) -> bool:
    """The answer begins with what it is not: "not twenty, thirty"."""
    return part is not kept and part.start <= SHORT and negated(said, part.start, part.end, language)


def _answers(said: Said, parts: list[Amount], language: str) -> bool:
    """The amount stands after such as "my budget is", or before such as "a month", and ends what is said."""
    table = money_tables(language)
    words = [token.text for token in said.tokens]
    start, end = parts[0].start, parts[-1].end
    tail = end
    while size := table["after"].at(words, tail):
        tail += size
    if tail > end and covers(said, start, tail, language):
        return True
    leads = section(language, "core")["leads"]
    while start and (words[start - 1] in leads or is_filler(words[start - 1], language)):
        start -= 1
    if not start:
        return False
    if tail < len(words) and words[tail] in table["tails"] and words[start - 1] in table["verbs"]:
        return True
    if not covers(said, 0, tail, language):
        return False
    return (
        words[start - 1] in table["before"] or without_ending(words[start - 1], language) != words[start - 1]
    )


def say_money(value: Money, language: str) -> str:
    """ "twenty dollars and fifty cents"; an unknown currency by its code."""
    names = section(language, "money")["say"].get(value.currency)
    amount = abs(value.amount)
    sign = section(language, "numbers")["say"]["minus"] + " " if value.amount < 0 else ""
    cents = (amount - int(amount)) * 100
    if names is None or cents != cents.to_integral_value() or (cents and not names[3]):
        unit = value.currency if names is None else names[1]
        return f"{sign}{say_number(amount, language)} {unit}"
    said: list[str] = []
    if int(amount) or not cents:
        unit = names[0] if int(amount) == 1 else names[1]
        said.append(f"{say_number(int(amount), language)} {unit}")
    if cents:
        said.append(f"{say_number(int(cents), language)} {names[2] if cents == 1 else names[3]}")
    joint = section(language, "speaking")["and"]
    return sign + f" {joint} ".join(said)


TYPE = MoneyType()
