"""`money`: an amount with its currency: "twenty dollars and fifty cents", "$20.50", "a hundred bucks". Closed.

Options: `currency` (ISO 4217, default USD), `min`, `max`. A unit of several countries ("dollars") takes the slot's
currency if it is one of them. An amount without a unit ("twenty fifty", "19.99") is a `short` form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from flowengine.speech.amounts import Amount, amounts, money_tables
from flowengine.speech.builtin import held
from flowengine.speech.contract import Candidate, Context, Form, Said
from flowengine.speech.corrections import correction_before, negated, surviving
from flowengine.speech.tables import base, section
from flowengine.speech.text import covers, is_filler
from flowengine.speech.values import Money
from flowengine.speech.wording import say_number


class MoneyType:
    """See the module's text."""

    name = "money"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        language = base(context.language)
        words = [token.text for token in said.tokens]
        currency = str(context.options.get("currency") or "USD").upper()
        parts = amounts(said, words, language, currency)
        if any(part.named for part in parts):
            first = parts[0]
            if not first.named and len(parts) > 1 and negated(said, first.start, first.end, language):
                parts = parts[1:]
            parts = _corrections(said, words, parts, language)
        elif context.asked:
            parts = _bare(said, parts, language)
        else:
            parts = []
        kept = surviving(said, [(part.start, part.end) for part in parts], language)
        found: list[Candidate] = []
        for part in (parts[index] for index in kept):
            if not _within(part.amount, context):
                continue
            value = Money(_tidy(part.amount), part.currency)
            others = () if part.other is None else (Money(part.other, part.currency),)
            form: Form = "full" if part.named else "short"
            if found and _alternative(words, found[-1].end, part.start, language):
                former = found.pop()
                both = (*former.alternatives, value, *others)
                found.append(Candidate(former.value, former.start, part.end, form, both, "which"))
                continue
            found.append(Candidate(value, part.start, part.end, form, others, "which" if others else None))
        return found

    def spoken(self, value: object, language: str) -> str:
        return say_money(value, language) if isinstance(value, Money) else str(value)


def _within(amount: Decimal, context: Context) -> bool:
    low, high = context.options.get("min"), context.options.get("max")
    return (low is None or amount >= Decimal(str(low))) and (high is None or amount <= Decimal(str(high)))


def _alternative(words: list[str], start: int, end: int, language: str) -> bool:
    """Only "or" stands between two amounts: they are two readings of one answer."""
    return end - start == 1 and words[start] in money_tables(language)["or"]


def _tidy(amount: Decimal) -> Decimal:
    """Whole amounts without a fraction, others with two places at least."""
    if amount == amount.to_integral_value():
        return Decimal(int(amount))
    return (
        amount.quantize(Decimal("0.01")) if amount == amount.quantize(Decimal("0.01")) else amount.normalize()
    )


def _corrections(said: Said, words: list[str], parts: list[Amount], language: str) -> list[Amount]:
    """Bare amounts beside named ones count only in corrections: "twenty euros, no sorry, thirty" is in euros too."""
    kept: list[Amount] = []
    for index, part in enumerate(parts):
        if part.named:
            kept.append(part)
            continue
        after = parts[index + 1] if index + 1 < len(parts) else None
        if kept and correction_before(said, part.start, language, kept[-1].end) is not None:
            kept.append(replace(part, currency=kept[-1].currency, named=True))
        elif kept and negated(said, kept[-1].start, kept[-1].end, language):
            kept.append(replace(part, currency=kept[-1].currency, named=True))  # "not fifty dollars, sixty"
        elif after and _alternative(words, part.end, after.start, language):
            kept.append(replace(part, currency=after.currency, named=True))  # "fifty or sixty dollars"
        elif after and correction_before(said, after.start, language, part.end) is not None:
            kept.append(part)
    return kept


def _bare(said: Said, parts: list[Amount], language: str) -> list[Amount]:
    """Amounts without a unit: one number, or two in a row ("nineteen ninety nine"), as the whole answer."""
    hold = held(said, language)
    merged: list[Amount] = []
    for part in parts:
        last = merged[-1] if merged else None
        if (
            last
            and last.end == part.start
            and last.amount == last.amount.to_integral_value()
            and 10 <= part.amount < 100
            and part.amount == part.amount.to_integral_value()
        ):
            whole = last.amount * 100 + part.amount if 0 < last.amount < 10 else None  # "two fifty"
            amount = last.amount + part.amount / 100
            merged[-1] = Amount(amount, last.currency, last.start, part.end, False, whole)
        elif last and last.end == part.start:
            return []
        else:
            merged.append(part)
    if not merged or any(part.start < hold[1] and hold[0] < part.end for part in merged):
        return []
    kept = surviving(said, [(part.start, part.end) for part in merged], language)
    if len(merged) == 1:
        if covers(said, merged[0].start, merged[0].end, language):
            return merged
        return [replace(merged[0], named=True)] if _answers(said, merged[0], language) else []
    return [merged[index] for index in kept] if len(kept) == 1 else []


def _answers(said: Said, part: Amount, language: str) -> bool:
    """The amount stands after such as "my budget is", or before such as "a month", and ends what is said."""
    table = money_tables(language)
    words = [token.text for token in said.tokens]
    end = part.end
    if size := next((len(p) for p in table["after"] if tuple(words[end : end + len(p)]) == p), 0):
        end += size
    if size and covers(said, part.start, end, language):
        return True
    start = part.start
    leads = section(language, "core")["leads"]
    while start and (words[start - 1] in leads or is_filler(words[start - 1], language)):
        start -= 1
    return start > 0 and words[start - 1] in table["before"] and covers(said, 0, end, language)


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
