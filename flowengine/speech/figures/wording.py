"""Numbers in words: `say_number` writes a number as a person says it, by a language's `numbers` table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flowengine.speech.tables import section

Number = int | float


def say_number(value: Number | Decimal, language: str = "en") -> str:
    """`value` in words. Whole numbers up to 10^15, decimals digit by digit after the point; else the figures."""
    table = section(language, "numbers")
    say: dict[str, Any] = table["say"]
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or abs(exact) >= 10**15:
        return str(value)
    sign = say["minus"] + " " if exact < 0 else ""
    exact = abs(exact)
    whole = int(exact)
    text = _whole(whole, say)
    rest = format(exact - whole, "f").partition(".")[2].rstrip("0")
    if rest:
        text += f" {say['point']} " + " ".join(table["digits"][int(mark)] for mark in rest)
    return sign + text


def _whole(number: int, say: dict[str, Any]) -> str:
    for size, one, many in say["scales"]:
        if number >= size:
            count, rest = divmod(number, size)
            head = str(one) if count == 1 else f"{_shortened(_whole(count, say), say)} {many}"
            return str(head) if not rest else f"{head} {_whole(rest, say)}"
    if number >= 100:
        if number == 100:
            return str(say["hundred"])
        count, rest = divmod(number, 100)
        head = str(say["hundreds"][count])
        return head if not rest else f"{head}{say['hundred_joint']}{_whole(rest, say)}"
    small = say["small"]
    if number < len(small):
        return str(small[number])
    count, rest = divmod(number, 10)
    head = str(say["tens"][count])
    return head if not rest else f"{head}{say['tens_joint']}{small[rest]}"


def _shortened(text: str, say: dict[str, Any]) -> str:
    """The form before a scale word ("veintiún mil" for "veintiuno mil")."""
    for long, short in say.get("before_scale", []):
        if text == long or text.endswith(" " + long):
            return f"{text[: len(text) - len(long)]}{short}"
    return text
