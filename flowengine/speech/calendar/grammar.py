"""From items to mentions: what in a sentence speaks of a day, a time of day, a length of time, or only seems to.

Two passes over the class string of a sentence. The first finds dates, times, lengths and false friends ("one second
please"); the second joins them ("two weeks from | Friday", "three | in the afternoon"). At every place the longest
rule wins. What the mentions are worth is not decided here, so a reading does not depend on the moment and is kept.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from flowengine.speech.calendar.lexer import Items, lex
from flowengine.speech.calendar.lexicon import UNKNOWN, Lexicon, lexicon
from flowengine.speech.calendar.rules import Rule, Stage
from flowengine.speech.contract import Said

DAY_SECONDS = 86_400
_WEEK = 604_800
REACH = 10
"""How many items before a value are looked at for a refusal; keeps the cost linear."""


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """One finding: its section ("date", "time", "length", "rel" ...), action, what it captured, and its place.

    Compared by identity.

    `start`/`end` are item indices of the second pass, `begin`/`stop` offsets in the text.
    """

    section: str
    action: str
    args: dict[str, Any]
    start: int
    end: int
    begin: int
    stop: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number (or `ordinal`) that stands by itself; places as in `Mention`."""

    value: int
    ordinal: bool
    place: int
    begin: int
    stop: int


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found in one sentence, and the class string of its second pass."""

    chars: str
    mentions: tuple[Mention, ...]
    parts: tuple[tuple[int, str], ...] = field(default=())
    """Parts of the day that were named ("in the afternoon"), with their place."""
    numbers: tuple[Number, ...] = field(default=())
    """Numbers and ordinals that belong to nothing else: they count only as whole answers or in corrections."""
    begins: tuple[int, ...] = field(default=())
    """Where in the text each item of the second pass begins."""

    hesitations: tuple[int, ...] = field(default=())
    """Where in the text the speaker hesitated."""
    beside: tuple[dict[int, Mention], dict[int, Mention]] = field(default=({}, {}))
    """Days and times by the item that they end before, and by the one that they begin with."""

    def of(self, *sections: str) -> list[Mention]:
        """Mentions of these sections, in the order said."""
        return [mention for mention in self.mentions if mention.section in sections]


_NOTHING = Reading("", ())


def read(said: Said, language: str) -> Reading:
    """What `said` mentions. Kept for the last sentences: every type asks anew."""
    return _read(said.text, language) if said.tokens else _NOTHING


def span(said: Said, begin: int, stop: int) -> tuple[int, int]:
    """The token span [start, end) that covers the text from `begin` to `stop`."""
    starts = [token.start for token in said.tokens]
    first = max(0, bisect_right(starts, begin) - 1)
    if said.tokens[first].end <= begin:
        first += 1
    return first, max(first + 1, bisect_left(starts, stop))


@lru_cache(maxsize=256)
def _read(text: str, language: str) -> Reading:
    lex_of = lexicon(language)
    items = lex(text, lex_of)
    if not any(char != UNKNOWN for char in items.chars):
        return _NOTHING
    first = _scan("".join(items.chars), items, lex_of.first)
    items = _replace(items, first, lex_of)
    text_chars = "".join(items.chars)
    second = _scan(text_chars, items, lex_of.second)
    return _result(items, second, text_chars, lex_of)


def _scan(chars: str, items: Items, stage: Stage) -> list[Mention]:
    """The longest rule at each place, from left to right; on a tie the false friend, then the rule listed first."""
    found: list[Mention] = []
    at, size = 0, len(chars)
    while at < size:
        best, best_end, best_rule = None, at, None
        for rule in stage.able(chars[at : at + 2]):
            match = rule.pattern.match(chars, at)
            if match is None:
                continue
            end = match.end()
            if rule.action == "mixed" and not _falling(rule, match, items):
                continue
            if end > best_end or (end == best_end and rule.section == "noise" and best is not None):
                best, best_end, best_rule = match, end, rule
        if best is None or best_rule is None:
            at += 1
            continue
        args: dict[str, Any] = {}
        for index, (name, cls) in enumerate(best_rule.captures, 1):
            place = best.start(index)
            if place >= 0:
                value = items.values[place]
                args[name] = value[cls] if isinstance(value, dict) else value
        begin, stop = items.starts[at], items.ends[best_end - 1]
        found.append(Mention(best_rule.section, best_rule.action, args, at, best_end, begin, stop))
        at = best_end
    return found


def _falling(rule: Rule, match: re.Match[str], items: Items) -> bool:
    """ "Two hours ten minutes" is one length; "two hours, three hours" are two."""
    sizes = []
    for index, (name, cls) in enumerate(rule.captures, 1):
        if name in ("big", "small", "third") and match.start(index) >= 0:
            size = items.values[match.start(index)][cls]
            sizes.append(size if size > 0 else -size * 30 * DAY_SECONDS)
    return all(bigger > smaller for bigger, smaller in pairwise(sizes))


def _replace(items: Items, found: list[Mention], lex_of: Lexicon) -> Items:
    """The items with every finding put in as one item."""
    out = Items([], [], [], [], [], items.hesitations)
    at = 0
    for mention in found:
        for place in range(at, mention.start):
            out.add(
                items.chars[place],
                items.values[place],
                items.starts[place],
                items.ends[place],
                items.words[place],
            )
        if mention.section == "noise":  # its words stay, but mean no time any more ("any day | but Monday")
            for place in range(mention.start, mention.end):
                out.add(lex_of.dull(items.chars[place]), None, items.starts[place], items.ends[place], "")
        else:
            classes = _classes(mention)
            if mention.section == "date" and items.words[mention.start] in lex_of.data["on"]:
                classes |= {"ONDATE"}
            out.add(lex_of.char(classes), mention, mention.begin, mention.stop, "")
        at = mention.end
    for place in range(at, len(items.chars)):
        out.add(
            items.chars[place],
            items.values[place],
            items.starts[place],
            items.ends[place],
            items.words[place],
        )
    return out


def _classes(mention: Mention) -> frozenset[str]:
    if mention.section == "date":
        if mention.action in ("weekday", "weekday_short"):
            return frozenset(("DATE", "BAREDAY" if mention.action == "weekday" else "SHORTDAY"))
        return (
            frozenset(("DATE", "RELDATE"))
            if mention.action in ("relday", "today_part")
            else frozenset(("DATE",))
        )
    if mention.section == "length":
        units = [abs(value) for name, value in mention.args.items() if name in ("lunit", "sunit", "big")]
        unit = units[0] if units else 1
        if "lunit" in mention.args and mention.args["lunit"] < 0:
            return frozenset(("LENGTH", "LONG"))
        if unit % _WEEK == 0:
            return frozenset(("LENGTH", "LONG", "WEEKLY"))
        return frozenset(("LENGTH", "LONG")) if unit >= DAY_SECONDS else frozenset(("LENGTH", "BRIEF"))
    return frozenset(("DASHED",)) if mention.section == "dashed" else frozenset(("TIME",))


def _other(part: str) -> str:
    """ "Not in the morning": the other half of the day."""
    return "afternoon" if part == "morning" else "morning"


def _refused(chars: str, place: int, lex_of: Lexicon) -> bool:
    """ "Not in the morning" names the other part of the day."""
    return lex_of.before.search(chars[max(0, place - REACH) : place]) is not None


def _result(items: Items, second: list[Mention], chars: str, lex_of: Lexicon) -> Reading:
    mentions = list(second)
    taken = {place for mention in second for place in range(mention.start, mention.end)}
    parts: list[tuple[int, str]] = []
    numbers: list[Number] = []
    for place, value in enumerate(items.values):
        if isinstance(value, Mention):
            if value.action == "today_part":
                parts.append((place, value.args["todaypart"][1]))
            if place not in taken:
                moved = (value.section, value.action, value.args, place, place + 1, value.begin, value.stop)
                mentions.append(Mention(*moved))
        elif isinstance(value, dict):
            if "DAYPART" in value:
                parts.append((place, value["DAYPART"]))
            if "ORD" in value and place not in taken:
                numbers.append(Number(value["ORD"], True, place, items.starts[place], items.ends[place]))
        elif isinstance(value, str) and place not in taken:  # "that's a.m."
            parts.append((place, "morning" if value == "a" else "afternoon"))
        elif isinstance(value, int) and items.chars[place] != UNKNOWN and place not in taken:
            numbers.append(Number(value, False, place, items.starts[place], items.ends[place]))
    mentions.sort(key=lambda mention: mention.start)
    mentions = [mention for mention in mentions if mention.section != "bound"]
    told = [mention for mention in mentions if mention.section in ("date", "time")]
    beside = {mention.end: mention for mention in told}, {mention.start: mention for mention in told}
    parts = [(place, _other(part) if _refused(chars, place, lex_of) else part) for place, part in parts]
    return Reading(
        chars,
        tuple(mentions),
        tuple(parts),
        tuple(numbers),
        tuple(items.starts),
        tuple(items.hesitations),
        beside,
    )
