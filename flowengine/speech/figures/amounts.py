"""Amounts of money in words and figures: "$20.50", "twenty dollars fifty", "a buck", "USD 20", a bare "forty".

`amounts` finds them all, left to right; which of them answer a question for money is the type's matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flowengine.speech.clauses.moods import clauses
from flowengine.speech.contract import Said
from flowengine.speech.corrections import negated
from flowengine.speech.figures.numberwords import number_words
from flowengine.speech.figures.numerals import Numeral, read_number
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import fold, gap_before

_AMOUNT = re.compile(r"(-?)([$€£¥]?)(-?\d+(?:\.\d+)?)([$€£¥]?)(k|m|[a-z]{3})?")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in tokens [start, end). `named`: its unit or symbol was said; `other`: another reading."""

    amount: Decimal
    currency: str
    start: int
    end: int
    named: bool
    other: Decimal | None = None


@lru_cache(maxsize=16)
def money_tables(language: str) -> dict[str, Any]:
    """The words of the language's `money` table by the names of their lists, folded, made once."""
    data = section(language, "money")
    units = frozenset(map(fold, data["units"]))
    return {
        "openers": number_words(language).first | units,  # words that an amount may begin with
        "units": {fold(word): codes for word, codes in data["units"].items()},
        "cents": {fold(word): codes for word, codes in data["cents"].items()},
        "thousands": {fold(word): size for word, size in data["thousands"].items()},
        "and": frozenset(map(fold, data["and"])),
        "countries": {tuple(fold(name).split()): code for name, code in data.get("countries", {}).items()},
        "before": frozenset(map(fold, data.get("before", ()))),
        "verbs": frozenset(map(fold, data.get("verbs", ()))),
        "tails": frozenset(map(fold, data.get("tails", ()))),
        "thousand_things": frozenset(map(fold, data.get("thousand_things", ()))),
        "after": PhraseList(tuple(fold(phrase).split()) for phrase in data.get("after", ())),
    }


def _code(codes: list[str], currency: str) -> str:
    return currency if currency in codes else codes[0]


def amounts(said: Said, words: list[str], language: str, currency: str) -> list[Amount]:
    """All amounts in the words, left to right, bare numbers included, each with its hundredths."""
    table = money_tables(language)
    found: list[Amount] = []
    at = 0
    while at < len(words):
        if words[at].isalpha() and words[at] not in table["openers"]:
            at += 1
            continue
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


def in_a_row(said: Said, parts: list[Amount], language: str) -> list[Amount]:
    """Two amounts in a row are one: "nineteen ninety nine" is 19.99 or 1999, "three fifty dollars" 350 or 3.50."""
    merged: list[Amount] = []
    for part in parts:
        last = merged[-1] if merged else None
        if (
            last is None
            or last.named
            or last.other is not None
            or last.end != part.start
            or not _tens(part.amount)
            or last.amount != last.amount.to_integral_value()
            or gap_before(said, part.start).strip(" ,")
            or negated(said, last.start, last.end, language)
            or _remembered(said, last, part.start, language)
        ):
            merged.append(part)
            continue
        readings = [last.amount + part.amount / 100]
        if 0 < last.amount < 100:
            readings.append(last.amount * 100 + part.amount)
        if part.named:
            readings.reverse()
        other = readings[1] if len(readings) > 1 else None
        merged[-1] = Amount(readings[0], part.currency, last.start, part.end, part.named, other)
    return merged


def _tens(amount: Decimal) -> bool:
    """Two digits, as hundredths are said."""
    return 10 <= amount < 100 and amount == amount.to_integral_value()


def _apart(said: Said, words: list[str], part: Amount, whole: Amount, language: str) -> bool:
    """ "not fifty dollars, sixty", "it was fifty dollars, sixty this time": the sixty is no cents but what is meant."""
    if (
        words[whole.end - 1] in money_tables(language)["cents"]
        or words[part.end] in money_tables(language)["and"]
    ):
        return False
    return negated(said, part.start, part.end, language) or _remembered(said, part, part.end, language)


def _remembered(said: Said, part: Amount, at: int, language: str) -> bool:
    """ "Last time I paid fifty dollars, sixty this time": what begins at `at` is no longer told of the past."""
    return "," in gap_before(said, at) and clauses(said, language).remembers(part.start, at)


def _symbolic(words: list[str], at: int, language: str, currency: str) -> Amount | None:
    """One token such as "$20.50", "20€", "5k", "$5k", "20usd"."""
    word = words[at]
    if not any(c.isdigit() for c in word) or len(word) > 30:
        return None
    match = _AMOUNT.fullmatch(word)
    if not match:
        return None
    symbol, tail = match.group(2) or match.group(4), match.group(5)
    table = money_tables(language)
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
    return Amount(amount, code, at, end, True)


def _worded(words: list[str], at: int, language: str, currency: str) -> Amount | None:
    table = money_tables(language)
    number = read_number(words, at, language)
    known = number_words(language)
    unit = words[at + 2] if at + 2 < len(words) else ""
    if words[at] in known.half and unit in table["units"] and words[at + 1] in known.article:
        return Amount(
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
                return Amount(after.exact, _code(table["units"][words[at]], currency), at, after.end, True)
        return None
    end = number.end
    amount = number.exact
    if number.kind == "group" and amount < 1 and end + 1 < len(words) and words[end] in known.article:
        end += words[end + 1] in table["thousands"]  # "half a grand"
    if end < len(words) and words[end] in table["thousands"]:
        amount *= table["thousands"][words[end]]
        end += 1
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
        return Amount(amount, of_country[0], at, of_country[1] + 1, True)
    if past < len(words) and words[past] in table["units"]:
        code = _code(table["units"][words[past]], currency)
        past += 1
        if past < len(words) and words[past] in table["units"]:  # "pounds sterling"
            past += 1
        half = _half_after(words, past, language)
        return Amount(amount + half[0], code, at, half[1], True)
    if end < len(words) and words[end] in table["cents"]:
        return Amount(amount / 100, _code(table["cents"][words[end]], currency), at, end + 1, True)
    return Amount(amount, currency, at, end, named)


def _half_after(words: list[str], at: int, language: str) -> tuple[Decimal, int]:
    """ "five dollars and a half", "a dollar and a quarter"."""
    table, known = money_tables(language), number_words(language)
    if at + 2 < len(words) and words[at] in table["and"] and words[at + 1] in known.article:
        if words[at + 2] in known.half:
            return Decimal("0.5"), at + 3
        if words[at + 2] in known.quarter:
            return Decimal("0.25"), at + 3
    return Decimal(0), at


def _with_cents(words: list[str], part: Amount, language: str) -> Amount:
    """The hundredths after whole units: "and fifty cents", "fifty", "and a half" is no such thing."""
    table = money_tables(language)
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
        return Amount(part.amount + number.exact / 100, part.currency, part.start, number.end + 1, True)
    if joined or after in table["units"] or number.exact < 10 or words[part.end - 1] not in table["units"]:
        return part
    return Amount(part.amount + number.exact / 100, part.currency, part.start, number.end, True)
