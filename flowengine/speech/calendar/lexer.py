"""Text to items: words, numbers, clock times and written dates, each with its classes and its place in the text.

Hesitations ("uh") vanish, number words are put together ("twenty", "five" is 25; "twenty first" is the ordinal 21),
phrases of several words become one item ("day after tomorrow"). Linear in the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flowengine.speech.calendar.lexicon import UNKNOWN, Lexicon
from flowengine.speech.text import fold

_LEX = re.compile(
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?:[tT](?=\d))?(?!\d)"
    r"|(?P<full>\d{1,2}(?P<sep>[/.\-])\d{1,2}(?P=sep)(?:\d{4}|\d{2}))(?!\d)"
    r"|(?P<slash>\d{1,2}/\d{1,2})(?![/\d])"
    r"|(?P<dots>\d{1,2}\.\d{1,2}\.)(?!\d)"
    r"|(?P<clock>\d{1,2}:\d{2})(?::\d{2})?(?!\d)"
    r"|(?P<dotclock>\d{1,2}\.\d{2})(?=\s?[apAP]\.?\s?[mM]\b)"
    r"|(?P<hclock>\d{1,2}[hH]\d{2})(?!\d)"
    r"|(?P<span>\d{1,2}-\d{1,2})(?![-\d])"
    r"|(?P<odd>[$£€#+]\s?\d[\d,.\-]*|\d[\d,.]*\s?%|\d+(?:-\d+)+|\S+@\S+)"
    r"|(?P<decimal>\d+[.,]\d{1,2})(?!\d)"
    r"|(?P<num>\d{1,3}(?:,\d{3})+|\d+)"
    r"|(?P<fraction>[½¼¾])"
    r"|(?P<mer>[apAP](?:\.\s?|\s)?[mM](?:\.(?!\w))?)(?![\w'])"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<stop>[.?!;])|(?P<mark>[ºª])"
)
_CUT = re.compile(r"[-–—](?=\s|$)")
"""After a beginning of a word: "mon- uh, Tuesday" is no Monday."""
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}


@dataclass(slots=True)
class Items:
    """A sentence as items: `chars[i]` is the class character of item i, `values[i]` its payload."""

    chars: list[str]
    values: list[Any]
    starts: list[int]
    ends: list[int]
    words: list[str]

    def add(self, char: str, value: Any, start: int, end: int, word: str) -> None:
        self.chars.append(char)
        self.values.append(value)
        self.starts.append(start)
        self.ends.append(end)
        self.words.append(word)


def lex(text: str, lex_of: Lexicon) -> Items:
    """Items of `text`, numbers and phrases put together."""
    raw = Items([], [], [], [], [])
    data = lex_of.data
    hesitations = frozenset(data["hesitations"])
    cut_off = frozenset(data["abbreviations"])
    suffixes = tuple(data["numbers"]["suffixes"])
    abbreviations = lex_of.words
    single = lex_of.char
    for found in _LEX.finditer(text):
        kind, start, end = found.lastgroup or "", found.start(), found.end()
        part = found.group()
        if kind == "word":
            word = fold(part)
            if word in hesitations or (word in cut_off and _CUT.match(text, end)):
                continue
            last = raw.values[-1] if raw.values and raw.ends[-1] == start else None
            if word in suffixes and isinstance(last, int) and 1 <= last <= 31:
                _ordinal(raw, lex_of, last, end)
                continue
            split = _split(word, lex_of)
            if split:
                stem, rest = split
                raw.add(UNKNOWN, None, start, start + len(stem), stem)
                word, start = rest, start + len(stem)
            payload = abbreviations.get(word)
            raw.add(single(frozenset(payload)) if payload else UNKNOWN, payload, start, end, word)
        elif kind == "num":
            value = int(part.replace(",", ""))
            size = "digits" if len(part) == 4 else "short"
            if part[0] == "0" and len(part) in (2, 4):
                size = "padded"
            raw.add(lex_of.number_char(value, size), value, start, end, "0" + part)
        elif kind == "mark":
            if raw.values and isinstance(raw.values[-1], int) and 1 <= raw.values[-1] <= 31:
                _ordinal(raw, lex_of, raw.values[-1], end)
        elif kind == "stop":
            before = raw.words[-1] if raw.words else ""
            if part == "." and raw.ends and raw.ends[-1] == start and before in data["abbreviations"]:
                continue
            if raw.chars and raw.chars[-1] != single(frozenset(("STOP",))):
                raw.add(single(frozenset(("STOP",))), None, start, end, part)
        elif kind == "mer":
            half = part[0].lower()
            if (
                (start and text[start - 1].isdigit())
                or _after_number(raw, lex_of)
                or "." in part
                or part.isupper()
            ):
                raw.add(single(frozenset(("MERIDIEM",))), half, start, end, "")
            else:
                for piece in part.split():
                    payload = abbreviations.get(fold(piece))
                    raw.add(
                        single(frozenset(payload)) if payload else UNKNOWN, payload, start, end, fold(piece)
                    )
        elif kind in ("odd", ""):
            price = part[0] in "$£€"
            raw.add(single(frozenset(("PRICE",))) if price else UNKNOWN, None, start, end, "")
        elif kind == "fraction":
            _fraction(raw, lex_of, _FRACTIONS[part], start, end)
        else:
            name, written = _written(kind, part, found.group("sep"))
            raw.add(single(frozenset(name.split())), written, start, end, "")
    return _compose(text, raw, lex_of)


def _after_number(raw: Items, lex_of: Lexicon) -> bool:
    """The last item is a number, a clock time or "o'clock", so that "am" is no verb."""
    if not raw.words:
        return False
    numbers, last = lex_of.data["numbers"], raw.words[-1]
    if isinstance(raw.values[-1], int | tuple):
        return True
    return (
        last in numbers["units"]
        or last in numbers["tens"]
        or (bool(raw.values[-1]) and "OCLOCK" in raw.values[-1])
    )


def _split(word: str, lex_of: Lexicon) -> tuple[str, str] | None:
    """ "Fiveish" and "four's" are a number word and a word of their own."""
    for suffix, rest in lex_of.data.get("split", {}).items():
        stem = word.removesuffix(suffix)
        if stem != word and (
            stem in lex_of.data["numbers"]["units"] or stem in lex_of.data["numbers"]["tens"]
        ):
            return stem, rest
    return None


def _fraction(raw: Items, lex_of: Lexicon, part: float, start: int, end: int) -> None:
    """ "2½" is one number; "½" alone, too."""
    char = lex_of.char(frozenset(("DECIMAL",)))
    last = raw.values[-1] if raw.values and raw.ends[-1] == start else None
    if isinstance(last, int):
        raw.chars[-1], raw.values[-1], raw.ends[-1], raw.words[-1] = char, last + part, end, ""
    else:
        raw.add(char, part, start, end, "")


def _ordinal(raw: Items, lex_of: Lexicon, value: int, end: int) -> None:
    classes = lex_of.ordinal_classes(value)
    raw.chars[-1], raw.ends[-1], raw.words[-1] = lex_of.char(classes), end, ""
    raw.values[-1] = dict.fromkeys(classes, value)


def _written(kind: str, part: str, sep: str | None) -> tuple[str, Any]:
    if kind in ("clock", "dotclock"):
        hour, minute = (int(piece) for piece in re.split(r"[:.]", part)[:2])
        return ("CLOCK", (hour, minute, part[0] == "0")) if hour < 25 and minute < 60 else ("", None)
    if kind == "hclock":
        hour, minute = (int(piece) for piece in re.split("[hH]", part))
        return ("HCLOCK", (hour, minute, False)) if minute < 60 else ("", None)
    if kind == "span":
        low, high = (int(piece) for piece in part.split("-"))
        names = ["SPAN"] * (low < high) + ["DASHED"] * (low <= 12 or high <= 12)
        return " ".join(names), (low, high)
    if kind == "decimal":
        return "DECIMAL", float(part.replace(",", "."))
    if kind == "iso":
        year, month, day = (int(piece) for piece in re.findall(r"\d+", part))
        return "NUMDATE", (year, month, day, "iso")
    numbers = [int(piece) for piece in re.findall(r"\d+", part)]
    year_of: int | None = None
    if kind == "full":
        year_of = numbers[2]
    return "NUMDATE", (year_of, numbers[0], numbers[1], "." if kind == "dots" or sep == "." else "/")


def _compose(text: str, raw: Items, lex_of: Lexicon) -> Items:
    """Put number words and phrases together. A number after a number and a comma is no minute ("not ten, eleven")."""
    numbers = lex_of.data["numbers"]
    out = Items([], [], [], [], [])
    at, size = 0, len(raw.words)
    while at < size:
        word = raw.words[at]
        found = _phrase(raw, at, lex_of)
        if found:
            length, payload = found
            out.add(lex_of.char(frozenset(payload)), payload, raw.starts[at], raw.ends[at + length - 1], word)
            at += length
            continue
        number = _number(raw.words, at, numbers)
        decimal = _decimal(raw, at, number, numbers)
        if decimal:
            found_, length = decimal
            char = lex_of.char(frozenset(("DECIMAL",)))
            out.add(char, found_, raw.starts[at], raw.ends[at + length - 1], "")
            at += length
            continue
        if number:
            value, length, ordinal = number
            if ordinal:
                classes = lex_of.ordinal_classes(value)
                char, payload_ = lex_of.char(classes), dict.fromkeys(classes, value)
                out.add(char, payload_, raw.starts[at], raw.ends[at + length - 1], "")
            else:
                kind = "apart" if _after_comma(text, raw, at, out) else "word"
                out.add(lex_of.number_char(value, kind), value, raw.starts[at], raw.ends[at + length - 1], "")
            at += length
            continue
        char = raw.chars[at]
        if isinstance(raw.values[at], int) and char != UNKNOWN and _after_comma(text, raw, at, out):
            char = lex_of.number_char(raw.values[at], "apart")
        out.add(char, raw.values[at], raw.starts[at], raw.ends[at], word)
        at += 1
    return out


def _after_comma(text: str, raw: Items, at: int, out: Items) -> bool:
    return bool(out.values) and isinstance(out.values[-1], int) and "," in text[out.ends[-1] : raw.starts[at]]


def _decimal(
    raw: Items, at: int, number: tuple[int, int, bool] | None, numbers: dict[str, Any]
) -> tuple[float, int] | None:
    """ "Two point five" and its length in items; whole number and digit may be written ("2 point 5")."""
    points = numbers.get("points", ())
    if not number and isinstance(raw.values[at], int) and at + 1 < len(raw.words):
        number = (raw.values[at], 1, False)
    whole, length = (number[0], number[1]) if number and not number[2] else (0, 0)
    place = at + length
    if place + 1 >= len(raw.words) or raw.words[place] not in points:
        return None
    digit, payload = numbers["units"].get(raw.words[place + 1]), raw.values[place + 1]
    if digit is None and isinstance(payload, int):
        digit = payload
    return (whole + digit / 10, length + 2) if digit is not None and digit <= 9 else None


def _phrase(raw: Items, at: int, lex_of: Lexicon) -> tuple[int, dict[str, Any]] | None:
    for words, payload in lex_of.phrases.get(raw.words[at], ()):
        if raw.words[at : at + len(words)] == list(words):
            return len(words), payload
    return None


def _number(words: list[str], at: int, numbers: dict[str, Any]) -> tuple[int, int, bool] | None:
    """(value, length, ordinal) of the number words at `at`."""
    units, tens, hundreds = numbers["units"], numbers["tens"], numbers["hundreds"]
    size = len(words)

    def below_hundred(i: int) -> tuple[int, int, bool] | None:
        if i >= size:
            return None
        if words[i] in tens:
            value, j = tens[words[i]], i + 1
            if (
                j < size
                and words[j] == numbers["tens_joiner"]
                and j + 1 < size
                and 1 <= units.get(words[j + 1], 0) <= 9
            ):
                j += 1
            if j < size and 1 <= units.get(words[j], 0) <= 9:
                return value + units[words[j]], j + 1, False
            if i + 1 < size and 1 <= numbers["ordinals"].get(words[i + 1], 99) <= 9:
                return value + numbers["ordinals"][words[i + 1]], i + 2, True
            return value, i + 1, False
        if words[i] in units:
            return units[words[i]], i + 1, False
        return None

    def below_thousand(i: int) -> tuple[int, int, bool] | None:
        if i < size and words[i] in hundreds:
            value, j = hundreds[words[i]], i + 1
        elif words[i : i + 2] == [numbers.get("article"), numbers["hundred"]]:
            value, j = 100, i + 2
        else:
            first = below_hundred(i)
            if first is None:
                return None
            value, j, ordinal = first
            if ordinal or j >= size or words[j] != numbers["hundred"]:
                return first
            value, j = value * 100, j + 1
        rest = below_hundred(j + 1) if j < size and words[j] == numbers["joiner"] else below_hundred(j)
        if rest and rest[0] > 0 and not rest[2] and value:
            return value + rest[0], rest[1], False
        return value, j, False

    first = below_thousand(at)
    if first is None and words[at] and words[at] == numbers["lone_thousand"]:
        first = (1, at, False)
    if first is None:
        return None
    value, j, ordinal = first
    if not ordinal and value < 100 and j < size and words[j] == numbers["thousand"]:
        value, j = value * 1000, j + 1
        rest = below_thousand(j + 1) if j < size and words[j] == numbers["joiner"] else below_thousand(j)
        if rest and not rest[2]:
            value, j = value + rest[0], rest[1]
    return value, j - at, ordinal
