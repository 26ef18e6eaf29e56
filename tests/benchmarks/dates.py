"""Days and times in speech, ours beside other libraries, on the public phrase list: `python -m tests.benchmarks.dates`.

Prints a Markdown table. The other libraries are not needed to run it: a column then says "not installed". None of
them is made for dialogue, so they are judged more kindly than we are: the last thing found counts as right if it is
one of the values meant, while of ourselves we ask the best reading first and the ambiguity told.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.speech.calendar.phrasebook import NOW, Phrase, phrases, read

Judge = Callable[[Phrase], bool]
Finder = Callable[[str], "datetime | None"]
"""The last moment that a library finds in a text, as wall clock time; None if it finds none."""

BASE = NOW.replace(tzinfo=None)


def ours(phrase: Phrase) -> bool:
    """Values in order and the ambiguity flag are as meant."""
    return read(phrase.kind, phrase.words) == (phrase.values, phrase.ambiguous)


def dateparser() -> Finder:
    """dateparser's search in sentences."""
    from dateparser.search import search_dates  # type: ignore[import-not-found, import-untyped, unused-ignore]

    settings: dict[str, Any] = {"RELATIVE_BASE": BASE, "PREFER_DATES_FROM": "future", "DATE_ORDER": "MDY"}

    def find(text: str) -> datetime | None:
        found = search_dates(text, languages=["en"], settings=settings) or []
        return found[-1][1] if found else None

    return find


def parsedatetime() -> Finder:
    """parsedatetime's natural language search."""
    import parsedatetime as library  # type: ignore[import-not-found, import-untyped, unused-ignore]

    calendar = library.Calendar()

    def find(text: str) -> datetime | None:
        found = calendar.nlp(text, sourceTime=BASE)
        return found[-1][0] if found else None

    return find


def dateutil() -> Finder:
    """dateutil's parser, told to skip what it does not know."""
    from dateutil.parser import ParserError, parse

    def find(text: str) -> datetime | None:
        try:
            return parse(text, fuzzy=True, default=BASE)
        except (ParserError, OverflowError, ValueError, TypeError):
            return None

    return find


LIBRARIES: dict[str, Callable[[], Finder]] = {
    "dateparser": dateparser,
    "parsedatetime": parsedatetime,
    "dateutil": dateutil,
}


def judge(finder: Finder) -> Judge:
    """Whether what a library finds last is one of the values meant, and nothing where nothing was meant."""

    def right(phrase: Phrase) -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            moment = finder(phrase.words)
        if moment is None or not phrase.values:
            return (moment is None) == (not phrase.values)
        said = {
            "date": moment.date().isoformat(),
            "time": moment.strftime("%H:%M"),
            "datetime": moment.replace(tzinfo=NOW.tzinfo).isoformat(),
        }
        return said[phrase.kind] in phrase.values

    return right


def _row(name: str, listed: list[Phrase], right: Judge | None) -> str:
    if right is None:
        return f"| {name} | not installed | | |"
    valued = [phrase for phrase in listed if phrase.values]
    silent = [phrase for phrase in listed if not phrase.values]
    began = time.perf_counter()
    good, quiet = sum(map(right, valued)), sum(map(right, silent))
    each = (time.perf_counter() - began) / len(listed) * 1e6
    return f"| {name} | {good} of {len(valued)} | {quiet} of {len(silent)} | {each:,.0f} us |"


def main() -> None:
    """Print the table."""
    everything = phrases()
    read("date", "warm up on Tuesday")
    others: dict[str, Judge | None] = {}
    for name, make in LIBRARIES.items():
        try:
            others[name] = judge(make())
        except ImportError:
            others[name] = None
    out = ["| | values right | silent where there is none | per utterance |", "|---|---|---|---|"]
    for kind in ("date", "time", "datetime", "duration"):
        listed = [phrase for phrase in everything if phrase.kind == kind]
        out.append(_row(f"**{kind}**: flowengine", listed, ours))
        if kind == "duration":
            out.append(f"| {kind}: the others | no such type | | |")
            continue
        out += [_row(f"{kind}: {name}", listed, right) for name, right in others.items()]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
