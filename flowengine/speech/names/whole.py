"""The one name that all mentions of an utterance make: parts in order, corrections and spellings applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from flowengine.speech.names.letters import ALIKE
from flowengine.speech.names.mentions import PARTS, Mention
from flowengine.speech.names.writing import bare, once


@dataclass(slots=True)
class Name:
    """A name as it is put together; tokens [start, end) are those it came from."""

    whole: list[str] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    latest: str = ""
    """The part that was said last, empty if that was the whole."""
    last: Mention | None = None
    start: int = 0
    end: int = 0
    cued: bool = False


def together(mentions: Sequence[Mention], family_first: bool) -> Name | None:
    """The name that `mentions` say, in the order said; None if they are none, or those of two people."""
    name = Name()
    for found in mentions:
        found.names = once(found.names)
        if _another(name, found):
            return None
        used = _part(name, found) if found.role in PARTS else _more(name, found)
        if used:
            name.start = min(name.start, found.start) if name.last else found.start
            name.end = max(name.end, found.end)
            name.cued = name.cued or found.cued
            name.last = found
    if name.last is None:
        return None
    name.whole = _ordered(name)
    if family_first and len(name.whole) == 2 and not name.parts:
        name.whole.reverse()
    return name


def _part(name: Name, found: Mention) -> bool:
    """ "last name Lee"."""
    name.parts[found.role] = found.names
    name.latest = found.role
    return True


def _another(name: Name, found: Mention) -> bool:
    """Somebody else after a bare "and": "Ann and Bob". A spelling or a cue shows that it goes on from the name."""
    if not found.joined or name.last is None or name.parts or found.role != "own":
        return False
    if found.cued or found.spelled or found.corrects or name.last.spelled:
        return False
    return _combined(name.whole, found, name.last) in (None, [*name.whole, *found.names])


def _more(name: Name, found: Mention) -> bool:
    """A name that is no part by its cue: the whole, more of it, or better; False if it is none of these."""
    if name.parts and not (found.cued and len(found.names) > 1):
        return _beside_parts(name, found)
    if not name.whole or found.role == "nick":
        if len(name.whole) > 1:
            return False  # "William Turner, but I go by Bill"
        name.whole = found.names
    elif (made := _combined(name.whole, found, name.last)) is not None:
        name.whole = made
    else:
        return False
    name.latest = ""
    return True


def _beside_parts(name: Name, found: Mention) -> bool:
    """After "first name Ann": "Lee", "no, Anna", "Ann Lee"."""
    said = [word for part in name.parts.values() for word in part]
    if _within(found.names, said):
        return True
    if name.latest and (found.corrects or (len(found.names) == 1 and _alike(found.names[0], said[-1]))):
        name.parts[name.latest] = _merged(name.parts[name.latest], found.names)
        return True
    if _within(said, found.names):  # "last name Lee. Ann Lee"
        name.whole, name.parts, name.latest = found.names, {}, ""
        return True
    missing = [part for part in ("first", "last") if part not in name.parts]
    if len(missing) != 1 or not (found.near or found.cued) or found.role == "nick":
        return False
    if name.whole:
        return False
    name.parts[missing[0]] = found.names
    return True


def _combined(old: list[str], found: Mention, before: Mention | None) -> list[str] | None:
    """`old` after one more name was said; None if that has nothing to do with it."""
    new = found.names
    if found.corrects:
        return _merged(old, new)
    if _within(new, old):
        return old  # said again
    if _within(old, new) or (len(new) > len(old) == 1 and len(old[0]) > 1 and _begins(new[0], old[0])):
        return new  # "Mel, uh, Melissa Stanton"
    if len(new) > len(old) == 1 and _alike(new[0], old[0]):
        return new  # "Teresa with an H, Theresa Nolan"
    if not found.cued and len(new) == 1 and any(_short(new[0], name) for name in old):
        return old  # "Alexandra Petrakis, but Alex is fine"
    if len(new) == 1 and len(old) > 1:
        place = _likest(old, new[0])
        if place is not None:
            return [*old[:place], new[0], *old[place + 1 :]]
    if found.cued:
        return new
    spelled = before is not None and before.spelled
    if not found.near or len(old) > (2 if found.linked or spelled else 1):
        return None
    if len(new) > 1 and not (found.linked or spelled):
        return new
    return [*old, *new]


def _merged(old: list[str], new: list[str]) -> list[str]:
    """One word that is much like one of the old ones replaces that one: "John Smith, no, Smythe"."""
    if len(new) > 1 or len(old) < 2:
        return new
    place = _likest(old, new[0])
    return new if place is None else [*old[:place], new[0], *old[place + 1 :]]


def _likest(names: list[str], word: str) -> int | None:
    scores = [fuzz.ratio(name.lower(), word.lower()) for name in names]
    place = max(range(len(names)), key=scores.__getitem__)
    if scores[place] >= ALIKE:
        return place
    near = names[place][:1] == word[:1] and Levenshtein.distance(names[place].lower(), word.lower()) <= 2
    return place if near else None  # "Woo", "Wu"


def _alike(one: str, other: str) -> bool:
    return fuzz.ratio(bare(one), bare(other)) >= ALIKE


def _short(word: str, name: str) -> bool:
    return len(name) > len(word) + 1 and _begins(name, word)


def _begins(word: str, start: str) -> bool:
    return word.lower().startswith(start.lower())


def _within(few: list[str], many: list[str]) -> bool:
    """Every name of `few` is one of `many`, or much like one of them."""
    return bool(few) and all(any(bare(one) == bare(other) for other in many) for one in few)


def _ordered(name: Name) -> list[str]:
    """First, middle and last name in this order, with what was said without saying which it is."""
    first, middle, last = (name.parts.get(part, []) for part in PARTS)
    whole = name.whole
    if not name.parts:
        return whole
    said = [*first, *middle, *last]
    if not whole or (first and last):
        return said
    if _within(said, whole):
        other = [word for word in whole if not _within([word], said)]
        if first and len(other) == len(whole) - len(first):
            return [*first, *other]  # "Wei Zhang. Zhang is my first name"
        if last and len(other) == len(whole) - len(last):
            return [*other, *last]
        return whole
    if last:
        alike = len(whole) > 1 and len(last) == 1 and _alike(whole[-1], last[0])
        return [*(whole[:-1] if alike else whole), *middle, *last]
    if first:
        alike = len(whole) > 1 and len(first) == 1 and _alike(whole[0], first[0])
        return [*first, *middle, *(whole[1:] if alike else whole)]
    return [whole[0], *middle, *whole[1:]]
