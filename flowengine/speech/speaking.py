"""The way back: how a value is spoken (`| spoken`), spelled (`| spell`) and read digit by digit (`| digits`).

Whatever `spoken` says for a number, an amount, a phone number, an address or an answer is understood again as the
same value; `spell` and `digits` are understood by the `digits` type (with `letters: true` for letters).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from flowengine.speech.figures.wording import say_number
from flowengine.speech.tables import section
from flowengine.speech.values import Money


def spoken(value: object, language: str = "en") -> str:
    """`value` as a person would say it; text as it is, nothing for None, a list joined with "and"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _say("yes_no", value, language)
    if isinstance(value, int | float | Decimal):
        return say_number(value, language)
    if isinstance(value, Money):
        return _say("money", value, language)
    if isinstance(value, datetime):
        return _say("datetime", value, language)
    if isinstance(value, date):
        return _say("date", value, language)
    if isinstance(value, time):
        return _say("time", value, language)
    if isinstance(value, timedelta):
        return _say("duration", value, language)
    if isinstance(value, str):
        return _text(value, language)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {spoken(item, language)}" for key, item in value.items())
    if isinstance(value, Iterable):
        return _joined([spoken(item, language) for item in value], language)
    return str(value)


def spell(value: object, language: str = "en") -> str:
    """One character at a time, set apart by commas: "B47" is "B, 4, 7". Marks by their names ("dash")."""
    return ", ".join(_characters(_plain(value), language))


def digits(value: object, language: str = "en") -> str:
    """The digits of `value` in words, grouped as people read them: "four one five, five five five"."""
    words = section(language, "numbers")["digits"]
    groups = _groups(_plain(value))
    return ", ".join(" ".join(_digit(mark, words, language) for mark in group) for group in groups)


def _say(name: str, value: object, language: str) -> str:
    from flowengine.speech.types import slot_type  # types use this module

    return slot_type(name).spoken(value, language)


def _text(value: str, language: str) -> str:
    bare = value.strip()
    if bare.startswith("+") and bare[1:].isdigit() and len(bare) > 7:
        return _say("phone", bare, language)
    if "@" in bare and " " not in bare and "." in bare:
        return _say("email", bare, language)
    return value


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "" if value is None else str(value)


def _characters(text: str, language: str) -> list[str]:
    names = section(language, "speaking")["marks"]
    found: list[str] = []
    for mark in text:
        if mark.isspace():
            continue
        found.append(names.get(mark, mark.upper()))
    return found


def _digit(mark: str, words: list[str], language: str) -> str:
    if mark.isdigit():
        return words[int(mark)]
    return str(section(language, "speaking")["marks"].get(mark, mark.upper()))


def _groups(text: str) -> list[str]:
    """Groups as written ("415-555-2671"); a long run without any is cut in threes, its last group in four."""
    written = [part for part in "".join(c if c.isalnum() or c == "+" else " " for c in text).split() if part]
    if len(written) > 1:
        return written
    run = written[0] if written else ""
    if len(run) <= 4:
        return [run] if run else []
    cut: list[str] = []
    lead = ""
    if run.startswith("+"):
        lead, run = run[0], run[1:]
        if len(run) == 11:
            cut.append(lead + run[0])
            run, lead = run[1:], ""
    while len(run) > 4:
        cut.append(lead + run[:3])
        run, lead = run[3:], ""
    return [*cut, lead + run] if run else cut


def _joined(parts: list[str], language: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {section(language, 'speaking')['and']} {parts[-1]}"
