"""Days and times in speech, ours beside dateparser, on the public phrase list: `python -m tests.benchmarks.dates`.

Prints a Markdown table. dateparser is not needed to run it: its columns then say "not installed". It finds dates in
sentences with `search_dates` and has no lengths of time; an answer of its counts as right if the last thing found is
one of the values meant, which is kinder than what we ask of ourselves (best reading first, ambiguity told).
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.speech.calendar.phrasebook import NOW, Phrase, phrases, read

Reader = Callable[[Phrase], tuple[str, ...]]


def ours(phrase: Phrase) -> bool:
    """Values in order and the ambiguity flag are as meant."""
    return read(phrase.kind, phrase.words) == (phrase.values, phrase.ambiguous)


def dateparser_reader() -> Callable[[Phrase], bool] | None:
    """The same question put to dateparser; None if it is not installed."""
    try:
        from dateparser.search import search_dates  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        return None
    settings: dict[str, Any] = {
        "RELATIVE_BASE": NOW.replace(tzinfo=None),
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "MDY",
    }

    def right(phrase: Phrase) -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = search_dates(phrase.words, languages=["en"], settings=settings) or []
        if not found or not phrase.values:
            return bool(found) == bool(phrase.values)
        moment: datetime = found[-1][1]
        said = {
            "date": moment.date().isoformat(),
            "time": moment.strftime("%H:%M"),
            "datetime": moment.replace(tzinfo=NOW.tzinfo).isoformat(),
        }
        return said[phrase.kind] in phrase.values

    return right


def _row(name: str, listed: list[Phrase], right: Callable[[Phrase], bool] | None) -> str:
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
    other = dateparser_reader()
    read("date", "warm up on Tuesday")
    out = ["| | values right | silent where there is none | per utterance |", "|---|---|---|---|"]
    for kind in ("date", "time", "datetime"):
        listed = [phrase for phrase in everything if phrase.kind == kind]
        out.append(_row(f"{kind}: flowengine", listed, ours))
        out.append(_row(f"{kind}: dateparser", listed, other))
    listed = [phrase for phrase in everything if phrase.kind == "duration"]
    out.append(_row("duration: flowengine", listed, ours))
    out.append("| duration: dateparser | no such type | | |")
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
