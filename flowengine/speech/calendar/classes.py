"""Which classes a number belongs to: an hour of twelve, a day, a minute, a year ...

The classes are those that the rules of a language name; see `lexicon.py`.
"""

from __future__ import annotations


def ordinal_classes(value: int) -> frozenset[str]:
    """Classes of an ordinal: up to the fifth also "the nth Monday"; a higher one is seldom anything but a day."""
    return frozenset(("ORD", "NTH")) if value <= 5 else frozenset(("ORD", "HIGHORD"))


def number_classes(value: int, kind: str, literal: bool) -> frozenset[str]:
    """The classes of a number said or written as `kind` (see `Lexicon.number_char`).

    `literal`: a rule of the language names this very number.
    """
    names = ["NUM", f"=#{value}"] if literal else ["NUM"]
    if value in (5, 10, 15, 20, 25):
        names.append("FIVES")
    if 32 <= value <= 99:
        names.append("OLDYY")
    if 100 <= value <= 900 and value % 100 == 0:
        names.append("HUNDS")
    if value <= 24:
        names.append("H24")
    if 1 <= value <= 12:
        names.append("H12")
        if kind == "apart":
            names.append("H12APART")
    if 1 <= value <= 31:
        names.append("DAY")
    if 10 <= value <= 59 and kind != "apart":
        names.append("MIN")
    if 1 <= value <= 29:
        names.append("PAST")
    if 1 <= value <= 9:
        names.append("UNIT")
    if value <= 99:
        names.append("SMALL")
    if 1850 <= value <= 2200:
        names.append("YEAR")
    if kind in ("word", "apart"):
        if value in (18, 19, 20):
            names.append("CENT")
        if 10 <= value <= 99:
            names.append("YY")
    if kind == "word":
        if value == 0:
            names.append("ZERO")
        if 1000 <= value <= 2400 and value % 100 == 0:
            names.append("HUND")
    else:
        names.append("DIGIT")
        if kind == "padded" and value <= 9:
            names.append("PADDED")
        if kind == "padded" and 100 <= value <= 959 and value % 100 < 60:
            names.append("PADMIL")
        if 100 <= value <= 2359 and value % 100 < 60:
            names.append("MIL")
    return frozenset(names)
