"""Text to items: words, numbers, clock times and written dates, each with its classes and its place in the text.

Hesitations ("uh") vanish, number words are put together ("twenty", "five" is 25; "twenty first" is the ordinal 21),
phrases of several words become one item ("day after tomorrow"). Linear in the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from flowengine.speech.calendar.classes import ordinal_classes
from flowengine.speech.calendar.lexicon import UNKNOWN, Lexicon
from flowengine.speech.calendar.numberwords import decimal_words, number_words
from flowengine.speech.text import fold

_WORDS = (
    r"(?P<mer>[apAP](?:\.\s?|\s)?[mM](?:\.(?!\w))?)(?!\w)(?!'(?![sS]))"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
)
_FIGURES = (
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?:[tT](?=\d))?(?!\d)"
    r"|(?P<full>\d{1,2}(?P<sep>[/.\-])\d{1,2}(?P=sep)(?:\d{4}|\d{2}))(?!\d)"
    r"|(?P<slash>\d{1,2}/\d{1,2})(?![/\d])"
    r"|(?P<dots>\d{1,2}\.\d{1,2}\.)(?!\d)"
    r"|(?P<clock>\d{1,2}:\d{2})(?::\d{2})?(?!\d)"
    r"|(?P<dotclock>\d{1,2}\.\d{2})(?=\s?[apAP]\.?\s?[mM]\b)"
    r"|(?P<hclock>\d{1,2}[hH]\d{2})(?!\d)"
    r"|(?P<span>\d{1,2}-\d{1,2})(?![-\d])"
    r"|(?P<odd>[$£€#+]\s?\d[\d,.\-]*|\d[\d,.]*\s?%|\d+(?:-\d+)+)"
    r"|(?P<decimal>\d+[.,]\d{1,2})(?!\d)"
    r"|(?P<num>\d{1,3}(?:,\d{3})+|\d+)"
    r"|(?P<fraction>[½¼¾])"
    r"|(?P<stop>[.?!;])|(?P<mark>[ºª])"
)
_LEX = re.compile(f"{_WORDS}|{_FIGURES}")
_LEX_AT = re.compile(rf"(?P<address>\S+@\S+)|{_WORDS}|{_FIGURES}")
"""The same where an e-mail address may be."""
_CUT = re.compile(r"[-–—](?=\s|$)")
"""After a beginning of a word: "mon- uh, Tuesday" is no Monday."""
_SPLIT = frozenset(("NOON", "MIDNIGHT", "DAYPART", "HOLIDAY"))
"""Classes of words that may run together with the next ("noon's fine")."""
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}


@dataclass(slots=True)
class Items:
    """A sentence as items: `chars[i]` is the class character of item i, `values[i]` its payload."""

    chars: list[str]
    values: list[Any]
    starts: list[int]
    ends: list[int]
    words: list[str]
    hesitations: list[int] = field(default_factory=list)
    """Where in the text the speaker hesitated ("uh"); they are no items."""

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
    hesitations, abbreviations = lex_of.hesitations, lex_of.abbreviations
    suffixes, splits = data["numbers"]["suffixes"], tuple(data.get("split", ()))
    single = lex_of.char
    pauses = ".." in text
    for found in (_LEX_AT if "@" in text else _LEX).finditer(text):
        kind, start, end = found.lastgroup or "", found.start(), found.end()
        part = found.group()
        if kind == "word":
            word = fold(part)
            if word in hesitations:
                raw.hesitations.append(start)
                continue
            if word in abbreviations and _CUT.match(text, end):
                continue
            if word in lex_of.softeners and raw.words and raw.words[-1] in lex_of.softened:
                continue
            if pauses and _restarts(text, raw, word, start):
                _drop_last(raw)
            last = raw.values[-1] if raw.values and raw.ends[-1] == start else None
            if word in suffixes and isinstance(last, int) and 1 <= last <= 31:
                _ordinal(raw, lex_of, last, end)
                continue
            if word.endswith(splits) and (split := _split(word, lex_of)):
                stem, rest = split
                raw.add(
                    lex_of.word_chars.get(stem, UNKNOWN),
                    lex_of.words.get(stem),
                    start,
                    start + len(stem),
                    stem,
                )
                word, start = rest, start + len(stem)
            raw.add(lex_of.word_chars.get(word, UNKNOWN), lex_of.words.get(word), start, end, word)
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
            if part == "." and raw.ends and raw.ends[-1] == start and before in abbreviations:
                continue
            if raw.chars and raw.chars[-1] != lex_of.stop:
                raw.add(lex_of.stop, None, start, end, part)
        elif kind == "mer":
            half = part[0].lower()
            if (
                (start and text[start - 1].isdigit())
                or _after_number(raw, lex_of)
                or (raw.words and raw.words[-1] in data.get("before_halves", ()))
                or "." in part
                or (part.isupper() and not text.isupper())
            ):
                raw.add(single(frozenset(("MERIDIEM",))), half, start, end, "")
            else:
                for piece in part.split():
                    word = fold(piece)
                    raw.add(lex_of.word_chars.get(word, UNKNOWN), lex_of.words.get(word), start, end, word)
        elif kind in ("odd", "address"):
            price = part[0] in "$£€"
            raw.add(single(frozenset(("PRICE",))) if price else UNKNOWN, None, start, end, "")
        elif kind == "fraction":
            _fraction(raw, lex_of, _FRACTIONS[part], start, end)
        else:
            name, written = _written(kind, part, found.group("sep"))
            raw.add(single(frozenset(name.split())), written, start, end, "")
    return _compose(text, raw, lex_of)


def _restarts(text: str, raw: Items, word: str, start: int) -> bool:
    """ "The twenty... twenty second": the same word again after a break is the beginning of a new try."""
    said = [
        at for at in range(len(raw.words) - 1, max(-1, len(raw.words) - 3), -1) if raw.words[at].isalpha()
    ]
    return bool(said) and raw.words[said[0]] == word and ".." in text[raw.ends[said[0]] : start]


def _drop_last(raw: Items) -> None:
    """Take the last word off, and what stands behind it."""
    while raw.words:
        word = raw.words.pop()
        for column in (raw.chars, raw.values, raw.starts, raw.ends):
            column.pop()
        if word.isalpha():
            return


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
    """ "Fiveish", "four's" and "noon's" are a word that is known and one of their own."""
    for suffix, rest in lex_of.data.get("split", {}).items():
        stem = word.removesuffix(suffix)
        numbers, payload = lex_of.data["numbers"], lex_of.words.get(stem, {})
        known = stem in numbers["units"] or stem in numbers["tens"] or not _SPLIT.isdisjoint(payload)
        if known and stem != word and word not in lex_of.words:
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
    classes = ordinal_classes(value)
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
    out = Items([], [], [], [], [], raw.hesitations)
    at, size = 0, len(raw.words)
    while at < size:
        word = raw.words[at]
        if word not in lex_of.openers and not isinstance(raw.values[at], int):
            out.add(raw.chars[at], raw.values[at], raw.starts[at], raw.ends[at], word)
            at += 1
            continue
        found = _phrase(text, raw, at, lex_of)
        if found:
            length, payload = found
            out.add(lex_of.char(frozenset(payload)), payload, raw.starts[at], raw.ends[at + length - 1], word)
            at += length
            continue
        number = number_words(raw.words, at, numbers)
        decimal = decimal_words(raw.words, raw.values, at, number, numbers)
        if decimal:
            found_, length = decimal
            char = lex_of.char(frozenset(("DECIMAL",)))
            out.add(char, found_, raw.starts[at], raw.ends[at + length - 1], "")
            at += length
            continue
        if number:
            value, length, ordinal = number
            if ordinal:
                classes = ordinal_classes(value)
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


def _phrase(text: str, raw: Items, at: int, lex_of: Lexicon) -> tuple[int, dict[str, Any]] | None:
    if at and raw.words[at - 1] in lex_of.apart.get(raw.words[at], ()):
        return None  # "Wednesday's no | good Friday works"
    for words, payload in lex_of.phrases.get(raw.words[at], ()):
        if raw.words[at : at + len(words)] == list(words):
            if "HOLIDAY" in payload and "," in text[raw.starts[at] : raw.ends[at + len(words) - 1]]:
                continue  # "... is good, Friday"
            return len(words), payload
    return None
