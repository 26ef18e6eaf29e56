"""`money`: an amount with its currency: "twenty dollars and fifty cents", "$20.50", "a hundred bucks". Closed.

Options: `currency` (ISO 4217, default USD), `min`, `max`. A unit of several countries ("dollars") takes the slot's
currency if it is one of them. An amount without a unit ("twenty fifty", "19.99") is a `short` form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flowengine.speech.builtin import held
from flowengine.speech.contract import Candidate, Context, Form, Said
from flowengine.speech.corrections import correction_before, negated, surviving
from flowengine.speech.numerals import Numeral, number_words, read_number, say_number
from flowengine.speech.tables import base, section
from flowengine.speech.text import covers, fold, is_filler
from flowengine.speech.values import Money

_AMOUNT = re.compile(r"(-?)([$€£¥]?)(-?\d+(?:\.\d+)?)([$€£¥]?)(k|m|[a-z]{3})?")


@dataclass(frozen=True, slots=True)
class _Part:
    """An amount in tokens [start, end). `named`: its unit or symbol was said; `other`: another reading."""

    amount: Decimal
    currency: str
    start: int
    end: int
    named: bool
    other: Decimal | None = None


@lru_cache(maxsize=16)
def _tables(language: str) -> dict[str, Any]:
    data = section(language, "money")
    return {
        "units": {fold(word): codes for word, codes in data["units"].items()},
        "cents": {fold(word): codes for word, codes in data["cents"].items()},
        "thousands": {fold(word): size for word, size in data["thousands"].items()},
        "and": frozenset(map(fold, data["and"])),
        "countries": {tuple(fold(name).split()): code for name, code in data.get("countries", {}).items()},
        "before": frozenset(map(fold, data.get("before", ()))),
        "after": sorted((tuple(fold(p).split()) for p in data.get("after", ())), key=len, reverse=True),
        "or": frozenset(section(language, "numbers")["read"]["or"]),
    }


class MoneyType:
    """See the module's text."""

    name = "money"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        language = base(context.language)
        words = [token.text for token in said.tokens]
        currency = str(context.options.get("currency") or "USD").upper()
        parts = _parts(said, words, language, currency)
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
    return end - start == 1 and words[start] in _tables(language)["or"]


def _tidy(amount: Decimal) -> Decimal:
    """Whole amounts without a fraction, others with two places at least."""
    if amount == amount.to_integral_value():
        return Decimal(int(amount))
    return (
        amount.quantize(Decimal("0.01")) if amount == amount.quantize(Decimal("0.01")) else amount.normalize()
    )


def _code(codes: list[str], currency: str) -> str:
    return currency if currency in codes else codes[0]


def _parts(said: Said, words: list[str], language: str, currency: str) -> list[_Part]:
    table = _tables(language)
    found: list[_Part] = []
    at = 0
    while at < len(words):
        part = _symbolic(words, at, language, currency) or _worded(words, at, language, currency)
        if part is None:
            at += 1
            continue
        if part.named:
            whole = _with_cents(words, part, language)
            if whole is part or not _apart(said, words, part, whole, language):
                part = whole
        found.append(part)
        at = part.end
        if at < len(words) and words[at] in table["units"] and not part.named:
            at += 1
    return found


def _apart(said: Said, words: list[str], part: _Part, whole: _Part, language: str) -> bool:
    """ "not fifty dollars, sixty": the sixty is no cents but what is meant instead."""
    if words[whole.end - 1] in _tables(language)["cents"] or words[part.end] in _tables(language)["and"]:
        return False
    return negated(said, part.start, part.end, language)


def _symbolic(words: list[str], at: int, language: str, currency: str) -> _Part | None:
    """One token such as "$20.50", "20€", "5k", "$5k", "20usd"."""
    word = words[at]
    if not any(c.isdigit() for c in word) or len(word) > 30:
        return None
    match = _AMOUNT.fullmatch(word)
    if not match:
        return None
    symbol, tail = match.group(2) or match.group(4), match.group(5)
    table = _tables(language)
    if not symbol and not tail:
        return None
    amount = Decimal(match.group(3))
    amount = -amount if match.group(1) else amount
    end = at + 1
    code = currency
    if symbol:
        code = _code(section(language, "money")["symbols"][symbol], currency)
    if tail in ("k", "m"):
        amount *= 1000 if tail == "k" else 1_000_000
    elif tail in table["units"]:
        code = _code(table["units"][tail], currency)
    elif tail:
        return None
    scales = number_words(language).scales
    if symbol and end < len(words) and words[end] in scales:
        amount, end = amount * scales[words[end]], end + 1
    if end < len(words) and words[end] in table["units"]:
        code, end = _code(table["units"][words[end]], currency), end + 1
    return _Part(amount, code, at, end, True)


def _worded(words: list[str], at: int, language: str, currency: str) -> _Part | None:
    table = _tables(language)
    number = read_number(words, at, language)
    known = number_words(language)
    unit = words[at + 2] if at + 2 < len(words) else ""
    if words[at] in known.half and unit in table["units"] and words[at + 1] in known.article:
        return _Part(
            Decimal("0.5"), _code(table["units"][unit], currency), at, at + 3, True
        )  # "half a dollar"
    if (
        number is None
        and words[at] in known.article
        and at + 1 < len(words)
        and (
            words[at + 1] in table["units"]
            or words[at + 1] in table["thousands"]
            or words[at + 1] in table["cents"]
        )
    ):
        number = Numeral(Decimal(1), at, at + 1, "unit")  # "a buck", "a grand"
    if number is None:
        if (
            words[at] in table["units"]
            and at + 1 < len(words)
            and (len(words[at]) == 3 or not words[at].isalnum())
        ):
            after = read_number(words, at + 1, language)  # "USD 20"
            if after:
                return _Part(after.exact, _code(table["units"][words[at]], currency), at, after.end, True)
        return None
    end = number.end
    amount = number.exact
    if end < len(words) and words[end] in table["thousands"]:
        end += 1
        amount *= 1000
        named = True
    else:
        named = words[end - 1] in table["thousands"]
    past = end + 1 if end < len(words) and words[end] in known.group_of else end
    of_country = next(
        (
            (code, past + len(name))
            for name, code in table["countries"].items()
            if tuple(words[past : past + len(name)]) == name
        ),
        None,
    )
    if (
        of_country
        and of_country[1] < len(words)
        and of_country[0] in table["units"].get(words[of_country[1]], ())
    ):
        return _Part(amount, of_country[0], at, of_country[1] + 1, True)
    if past < len(words) and words[past] in table["units"]:
        code = _code(table["units"][words[past]], currency)
        past += 1
        if past < len(words) and words[past] in table["units"]:  # "pounds sterling"
            past += 1
        half = _half_after(words, past, language)
        return _Part(amount + half[0], code, at, half[1], True)
    if end < len(words) and words[end] in table["cents"]:
        return _Part(amount / 100, _code(table["cents"][words[end]], currency), at, end + 1, True)
    return _Part(amount, currency, at, end, named)


def _half_after(words: list[str], at: int, language: str) -> tuple[Decimal, int]:
    """ "five dollars and a half", "a dollar and a quarter"."""
    table, known = _tables(language), number_words(language)
    if at + 2 < len(words) and words[at] in table["and"] and words[at + 1] in known.article:
        if words[at + 2] in known.half:
            return Decimal("0.5"), at + 3
        if words[at + 2] in known.quarter:
            return Decimal("0.25"), at + 3
    return Decimal(0), at


def _with_cents(words: list[str], part: _Part, language: str) -> _Part:
    """The hundredths after whole units: "and fifty cents", "fifty", "and a half" is no such thing."""
    table = _tables(language)
    if part.amount != part.amount.to_integral_value() or words[part.end - 1] in table["cents"]:
        return part
    at = part.end
    joined = at < len(words) and words[at] in table["and"]
    if joined:
        at += 1
    if at >= len(words):
        return part
    number = read_number(words, at, language)
    if number is None or not 0 <= number.exact < 100 or number.exact != number.exact.to_integral_value():
        return part
    after = words[number.end] if number.end < len(words) else ""
    if after in table["cents"]:
        return _Part(part.amount + number.exact / 100, part.currency, part.start, number.end + 1, True)
    if joined or after in table["units"] or number.exact < 10 or words[part.end - 1] not in table["units"]:
        return part
    return _Part(part.amount + number.exact / 100, part.currency, part.start, number.end, True)


def _corrections(said: Said, words: list[str], parts: list[_Part], language: str) -> list[_Part]:
    """Bare amounts beside named ones count only in corrections: "twenty euros, no sorry, thirty" is in euros too."""
    kept: list[_Part] = []
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


def _bare(said: Said, parts: list[_Part], language: str) -> list[_Part]:
    """Amounts without a unit: one number, or two in a row ("nineteen ninety nine"), as the whole answer."""
    hold = held(said, language)
    merged: list[_Part] = []
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
            merged[-1] = _Part(amount, last.currency, last.start, part.end, False, whole)
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


def _answers(said: Said, part: _Part, language: str) -> bool:
    """The amount stands after such as "my budget is", or before such as "a month", and ends what is said."""
    table = _tables(language)
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
