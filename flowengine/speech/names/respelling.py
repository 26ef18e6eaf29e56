"""What a remark changes in a name: "Carter Price with a hyphen" is "Carter-Price", "Sarah without the H" is "Sara".

Only what follows from the remark alone is changed; where several changes are thinkable the name stays as heard.
"""

from __future__ import annotations

from collections.abc import Mapping

from flowengine.speech.names.remarks import SOME, Remark
from flowengine.speech.names.writing import bare, cased

VOWELS = "aeiouy"


def remarked(names: list[str], remark: Remark, part: bool, swaps: Mapping[str, str]) -> list[str]:
    """`names` as the remark has them; `part`: they are the first or the last name alone.

    `swaps`: letter -> the one that is written for the same sound ("Eric with a K").
    """
    made = list(names)
    if remark.apostrophe:
        made = _apostrophe(made)
    if remark.hyphen:
        made = _hyphen(made, remark.about, part)
    for letter, count in remark.letters:
        made = _lettered(made, letter, count, remark, swaps)
    return made


def _apostrophe(names: list[str]) -> list[str]:
    """ "O Brien" is "O'Brien"."""
    for at in range(len(names) - 1):
        if len(names[at]) == 1 and len(names[at + 1]) > 1:
            return [*names[:at], f"{names[at]}'{names[at + 1]}", *names[at + 2 :]]
    return names


def _hyphen(names: list[str], about: list[str], part: bool) -> list[str]:
    """The two names that the remark says, otherwise the two of a double last name, become one."""
    if any("-" in name for name in names):
        return names
    low = [bare(name) for name in names]
    place = len(names) - 2 if len(names) > 2 or (part and len(names) == 2) else -1
    if len(about) == 2:
        place = next((at for at in range(len(low) - 1) if low[at : at + 2] == about), place)
    if place < 0:
        return names
    return [*names[:place], f"{names[place]}-{names[place + 1]}", *names[place + 2 :]]


def _lettered(
    names: list[str], letter: str, count: int, remark: Remark, swaps: Mapping[str, str]
) -> list[str]:
    """Changes the one name that the letter can be about."""
    if count not in (0, 1) and any(_has(bare(name), letter, count, remark.at_end) for name in names):
        return names  # as heard: "Kelly with a Y"
    changes = [
        (at, changed)
        for at, name in enumerate(names)
        if not remark.about or bare(name) in remark.about
        if (changed := _changed(name.lower(), letter, count, remark.at_end, swaps)) is not None
    ]
    if len(changes) != 1:
        return names
    at, changed = changes[0]
    return [*names[:at], cased(changed), *names[at + 1 :]]


def _has(name: str, letter: str, count: int, at_end: bool) -> bool:
    if at_end and count == SOME:
        return name.endswith(letter)
    return letter * abs(count) in name


def _changed(low: str, letter: str, count: int, at_end: bool, swaps: Mapping[str, str]) -> str | None:
    """A name, in lower case, with as many of the letter as it shall have; None if it is so already or unclear."""
    has = low.count(letter)
    if count == 0:
        return low.replace(letter, "") if has == 1 and len(low) > 3 else None
    if count == 1 and letter * 2 in low:
        return low.replace(letter * 2, letter)
    if count == 2:
        return low.replace(letter, letter * 2) if has == 1 else None
    other = swaps.get(letter, "")
    if at_end:
        if low[-1] == other:
            return low[:-1] + letter
        return low + letter if (low[-1] in VOWELS) != (letter in VOWELS) else None
    if has:
        return None
    if other and low.count(other) == 1 and not any(pair in low for pair in swaps.get("but", "").split()):
        return low.replace(other, letter)
    return None
