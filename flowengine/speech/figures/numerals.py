"""Numbers read out of words and figures, by a language's `numbers` table.

`read_number` finds the longest number that begins at a word. It works from lists of words, so a language needs a
table and no code. What a number is good for (a count, an amount, a digit) its callers decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flowengine.speech.figures.numberwords import NumberWords, number_words
from flowengine.speech.figures.wording import Number


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number read at tokens [start, end). `figures` is its plain text ("105"), `exact` its value.

    kind: "figures" for a token in figures, "unit" for one word below ten, "words" for other number words,
    "group" for a dozen, a couple, a half.
    """

    exact: Decimal
    start: int
    end: int
    kind: str

    @property
    def figures(self) -> str:
        return format(self.exact, "f")

    @property
    def value(self) -> Number:
        """An int if whole, else a float."""
        return int(self.exact) if self.exact == self.exact.to_integral_value() else float(self.exact)


def figures_of(word: str, thousands: str = "") -> Decimal | None:
    """The value of a token that is a plain number in figures ("5", "1250", "2.5", "-3", "#4"), None if it is none.

    `thousands` is the mark that parts groups of three in a language ("1.200" is twelve hundred in Spanish).
    """
    if not word[-1:].isdigit() or not word.isascii():
        return None
    bare = word[1:] if word[0] == "#" else word
    head, *groups = bare.split(thousands) if thousands else (bare,)
    if groups and 0 < len(head) < 4 and all(len(group) == 3 for group in groups):
        bare = "".join((head, *groups))
    if not bare.lstrip("-").replace(".", "", 1).isdigit() or len(bare) > 30:
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def read_number(
    words: list[str] | tuple[str, ...], at: int, language: str, dictated: bool = False
) -> Numeral | None:
    """The longest number that begins at `at`, None if none does.

    `dictated` is for digits read aloud: "eight hundred five five five" is 800 and then three digits, there is no
    decimal point, no sign, no dozen and no article.
    """
    table = number_words(language)
    word = words[at]
    if word not in table.first and not word[-1:].isdigit():
        return None
    if dictated:
        return _cardinal(words, at, table, dictated=True)
    if word in table.minus or word == "-":
        following = _unsigned(words, at + 1, table) if at + 1 < len(words) else None
        return following and Numeral(-following.exact, at, following.end, following.kind)
    return _unsigned(words, at, table)


def _unsigned(words: list[str] | tuple[str, ...], at: int, table: NumberWords) -> Numeral | None:
    if words[at] in table.point:
        return _fraction(words, at, Decimal(0), at, table)
    found = _parted(words, at, table) or _cardinal(words, at, table, dictated=False)
    if found is None:
        return None
    end = found.end
    if end < len(words) and words[end] in table.point and found.exact == found.exact.to_integral_value():
        return _fraction(words, end, found.exact, at, table) or found
    if end < len(words) and words[end] in table.group and words[end] not in table.half:
        return Numeral(found.exact * table.group[words[end]], at, end + 1, "group")
    if end + 1 < len(words) and words[end] in table.joints:
        size = Decimal(table.scales.get(words[end - 1], 1))
        if found.kind == "group":
            size = table.group.get(words[end - 1], size)
        if (
            size > 2
            and words[end + 1] in table.article
            and words[end + 2 : end + 3]
            and words[end + 2] in table.half
        ):
            return Numeral(found.exact + size / 2, at, end + 3, "words")  # "a million and a half"
        after = end + 1 + (words[end + 1] in table.article or words[end + 1] in table.units)
        if after < len(words) and words[after] in table.half | table.quarter:
            part = Decimal("0.5") if words[after] in table.half else Decimal("0.25")
            if words[after - 1] in table.units and words[after] in table.quarter:
                part *= table.units[words[after - 1]]
            return _scaled(words, Numeral(found.exact + part, at, after + 1, "words"), table)
    return found


def _scaled(words: list[str] | tuple[str, ...], found: Numeral, table: NumberWords) -> Numeral:
    """ "two and a half million"."""
    if found.end < len(words) and words[found.end] in table.scales:
        return Numeral(found.exact * table.scales[words[found.end]], found.start, found.end + 1, "words")
    return found


def _part_of(words: list[str] | tuple[str, ...], part: Numeral, table: NumberWords) -> Numeral:
    """ "Half a million", "three quarters of a million", "a quarter million"."""
    at = part.end + (part.end < len(words) and words[part.end] in table.group_of)
    at += at < len(words) and words[at] in table.article
    if at < len(words) and words[at] in table.scales:
        return Numeral(part.exact * table.scales[words[at]], part.start, at + 1, "words")
    return part


def _parted(words: list[str] | tuple[str, ...], at: int, table: NumberWords) -> Numeral | None:
    """ "a dozen", "half a dozen", "a couple", "a half", "three quarters", "half a million"."""
    start = at
    if words[at] in table.article:
        at += 1
        if at >= len(words):
            return None
    elif at + 1 < len(words) and words[at] in table.units and words[at + 1] in table.quarter:
        return _part_of(words, Numeral(Decimal(table.units[words[at]]) / 4, at, at + 2, "group"), table)
    elif at + 1 < len(words) and words[at] in table.units and words[at + 1] in table.parts:
        part = Decimal(table.units[words[at]]) / table.parts[words[at + 1]]
        return _part_of(words, Numeral(part, at, at + 2, "group"), table)
    word = words[at]
    if word in table.half:
        after = at + 1
        if after < len(words) and words[after] in table.article:
            after += 1
        if after < len(words) and words[after] in table.group and words[after] not in table.half:
            return Numeral(table.group[words[after]] / 2, start, after + 1, "group")
        return _part_of(words, Numeral(Decimal("0.5"), start, at + 1, "group"), table)
    if word in table.quarter and at > start:
        return _part_of(words, Numeral(Decimal("0.25"), start, at + 1, "group"), table)
    if word in table.group and (at > start or table.group[word] > 1):
        after = at + 1 + (at + 1 < len(words) and words[at + 1] in table.group_of)
        if after < len(words) and (
            words[after] in table.hundred or words[after] in table.scales
        ):  # "a couple hundred"
            size = 100 if words[after] in table.hundred else table.scales[words[after]]
            return _scaled(words, Numeral(table.group[word] * size, start, after + 1, "words"), table)
        return Numeral(table.group[word], start, at + 1, "group")
    return None


def _fraction(
    words: list[str] | tuple[str, ...], at: int, whole: Decimal, start: int, table: NumberWords
) -> Numeral | None:
    """Digits after the point that stands at `at`: "two point five", "two point twenty five", "point oh five"."""
    digits = ""
    end = at + 1
    while end < len(words) and len(digits) < 18:
        word = words[end]
        if word in table.units:
            digits += str(table.units[word])
        elif word in table.oh:
            digits += "0"
        elif word.isdigit() and word.isascii():
            digits += word
        elif not digits and (found := _cardinal(words, end, table, dictated=True)) and found.exact < 100:
            digits, end = found.figures, found.end - 1
        else:
            break
        end += 1
    if not digits:
        return None
    return _scaled(words, Numeral(whole + Decimal(f"0.{digits}"), start, end, "words"), table)


def _cardinal(
    words: list[str] | tuple[str, ...], at: int, table: NumberWords, dictated: bool
) -> Numeral | None:
    """Hundreds, thousands, tens and units in their order; "a hundred and five", "twelve hundred", "5 million"."""
    start, count = at, len(words)
    total = thousands = Decimal(0)
    group: Decimal | None = None  # what is below the next scale word
    room = 1000  # the next word's value must be below this
    scale_room = 10**18
    kind = ""
    if words[at] in table.article:
        at += 1
        at += at < count and words[at] in table.emphasis
        if dictated or at >= count or not (words[at] in table.hundred or words[at] in table.scales):
            return None
        group, room = Decimal(1), 1
        kind = "words"
    end = start
    while at < count:
        word = words[at]
        if word in table.units:
            value = table.units[word]
            if room < 10 or (value == 0 and end > start) or _anew(words, at, group, thousands, table):
                break
            if dictated and group is not None and room == 100 and _digit_next(words, at + 1, table):
                break
            group = (group or Decimal(0)) + value
            room, kind = 1, kind or "unit"
            if value == 0:
                return Numeral(Decimal(0), start, at + 1, "unit")
        elif (word in table.teens or word in table.tens) and _anew(words, at, group, thousands, table):
            break
        elif word in table.teens and room >= 100:
            group = (group or Decimal(0)) + table.teens[word]
            room, kind = 1, "words"
        elif word in table.tens and room >= 100:
            group = (group or Decimal(0)) + table.tens[word]
            room, kind = 10, "words"
        elif word in table.hundreds and room >= 1000:
            group = (group or Decimal(0)) + table.hundreds[word]
            room, kind = 100, "words"
        elif word in table.hundred and (group is None or (0 < group < 100 and room != 100 and room != 99)):
            group = (group or Decimal(1)) * 100
            room, kind = 100, "words"
        elif word in table.scales and table.scales[word] < scale_room and (group is None or group > 0):
            size = table.scales[word]
            if size > 1000 and (thousands or group is not None or not total):
                # "mil millones": what was said since the last million is multiplied as a whole
                total += (thousands + (group or Decimal(0)) or Decimal(1)) * size
                thousands, scale_room = Decimal(0), size
            elif size == 1000 and not thousands and (group is not None or not total or not table.article):
                thousands = (Decimal(1) if group is None else group) * 1000
            else:
                break
            group, room, kind = None, 1000, "words"
        elif end == start and at == start and (figure := figures_of(word, table.thousands)) is not None:
            if dictated and not word.isdigit():
                return None
            group, room, kind = figure, 1, "figures"
            if at + 1 < count and words[at + 1] not in table.scales and words[at + 1] not in table.hundred:
                return Numeral(figure, start, at + 1, "figures")
        elif (
            word in table.joints
            and end > start
            and room in (100, 1000)
            and _lower(words, at + 1, table, room)
        ):
            at += 1
            if room == 100 and words[at] in table.units:  # "eight hundred and five", also when dictated
                group = (group or Decimal(0)) + table.units[words[at]]
                at += 1
                end, room = at, 1
            continue
        elif word in table.tens_joints and room == 10 and at + 1 < count and words[at + 1] in table.units:
            at += 1
            continue
        else:
            break
        at += 1
        end = at
    if end == start:
        return None
    return Numeral(total + thousands + (group or Decimal(0)), start, end, kind)


def _anew(
    words: list[str] | tuple[str, ...], at: int, group: Decimal | None, thousands: Decimal, table: NumberWords
) -> bool:
    """Another number begins at the small one at `at`: "two hundred, three hundred", "a thousand, two thousand"."""
    after = at + 1
    if after < len(words) and words[at] in table.tens and words[after] in table.units:
        after += 1
    if after >= len(words):
        return False
    if group is not None and group >= 100 and words[after] in table.hundred:
        return True
    return bool(thousands) and group is None and table.scales.get(words[after]) == 1000


def _digit_next(words: list[str] | tuple[str, ...], at: int, table: NumberWords) -> bool:
    return at < len(words) and (words[at] in table.units or words[at] in table.oh or words[at].isdigit())


def _lower(words: list[str] | tuple[str, ...], at: int, table: NumberWords, room: int) -> bool:
    """After a joint a number below 100 (after a thousand: below 1000) goes on; not "a hundred and two hundred"."""
    if at >= len(words):
        return False
    word = words[at]
    if word in table.article or (word in table.units and table.units[word] == 0):
        return False
    if room == 1000 and word in table.hundreds:
        return True
    if word not in table.units and word not in table.teens and word not in table.tens:
        return False
    after = at + 1
    while after < len(words) and words[after] in table.units:
        after += 1
    scale = words[after] if after < len(words) else ""
    return not (scale in table.hundred if room == 100 else scale in table.scales)


__all__ = ["Numeral", "figures_of", "number_words", "read_number"]
