"""`digits`: figures read aloud, kept as text ("0047"): codes, account and postal numbers. Closed.

Options: `length` (a number or a list of numbers), `min`, `max` (counts of characters), `letters: true` (letters too,
plain, spelled "B as in boy" or by the NATO alphabet; the value is in upper case).

Runs of three or more count anywhere; shorter ones, and numbers said as one amount ("two hundred"), only as the whole
answer or after a cue ("my code is ...").
"""

from __future__ import annotations

from collections.abc import Sequence

from flowengine.speech.alternatives import alternatives, either
from flowengine.speech.builtin import held
from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.dictation.items import Run, dictation
from flowengine.speech.dictation.runs import read_runs
from flowengine.speech.figures.numerals import number_words
from flowengine.speech.speaking import digits as read_aloud
from flowengine.speech.speaking import spell
from flowengine.speech.tables import base, section
from flowengine.speech.text import covers, filler_run, fold, gap_before


class DigitsType:
    """See the module's text."""

    name = "digits"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        if not said.tokens:
            return ()
        language = base(context.language)
        letters = context.options.get("letters") is True
        words = [token.text for token in said.tokens]
        hold = held(said, language)
        found = self._found(said, words, hold, context, letters, pauses=False)
        if not found and {"length", "min", "max"} & context.options.keys():
            found = self._found(said, words, hold, context, letters, pauses=True)
        return found

    def _found(
        self,
        said: Said,
        words: list[str],
        hold: tuple[int, int],
        context: Context,
        letters: bool,
        pauses: bool,
    ) -> list[Candidate]:
        language = base(context.language)
        found: list[Candidate] = []
        short: list[Candidate] = []
        for run in read_runs(said, language, letters, pauses):
            if run.text.startswith("+") or any(i.start < hold[1] and hold[0] < i.end for i in run.items):
                continue
            if run.partial and "length" not in context.options:
                continue
            text = next((reading for reading in run.readings if _fits(reading, context)), None)
            if text is None:
                continue
            others = tuple(other for other in run.either if _fits(other, context))
            one = Candidate(text, run.start, run.end, "full", others, "which" if others else None)
            (found if _meant(said, words, run, language, letters) else short).append(one)
        if not found and len(short) == 2 and _whole(said, words, short, language):
            found = short
        return either(said, found, language)

    def spoken(self, value: object, language: str) -> str:
        text = str(value)
        return read_aloud(text, language) if text.isdigit() else spell(text, language)


def _whole(said: Said, words: list[str], two: Sequence[Candidate], language: str) -> bool:
    """ "44 or 45", "it's either 44 or 45" is the whole answer; "two or three" is more likely a count."""
    one, other = two
    if min(len(str(one.value)), len(str(other.value))) < 2 or not alternatives(
        said, one.end, other.start, language
    ):
        return False
    known = section(language, "numbers")["read"].get("either", ())
    start = one.start - 1 if one.start and words[one.start - 1] in known else one.start
    return covers(said, start, other.end, language)


def _fits(text: str, context: Context) -> bool:
    size = len(text)
    length = context.options.get("length")
    if isinstance(length, list | tuple):
        return size in [int(str(one)) for one in length]
    if length is not None and str(length).isdigit():
        return size == int(str(length))
    low, high = context.options.get("min"), context.options.get("max")
    return (low is None or size >= int(str(low))) and (high is None or size <= int(str(high)))


def _meant(said: Said, words: list[str], run: Run, language: str, letters: bool) -> bool:
    """The run is dictated, not a count, a date or a word that happens to be a letter."""
    read = section(language, "numbers")["read"]
    before = words[run.start - 1] if run.start else ""
    thing = words[run.start : run.end] == ["one"] and before in read["one_before"]
    if thing and not gap_before(said, run.start).strip():
        return False  # "no one", "that one"
    if covers(said, run.start, run.end, language):
        return True
    if _counts(said, words, run, language) or _year(said, words, run, language):
        return False
    after = words[run.end] if run.end < len(words) else ""
    if (
        before in read["months"]
        or after in read["months"]
        or after in read["not_after"]
        or before in read["not_before"]
    ):
        return False
    if len(run.text) == 4 and before[-2:] in read["not_after"] and before[:1].isdigit():
        return False  # "November 30th 1980"
    single = len(run.items) == 1 and not run.figures
    if letters and not any(c.isdigit() for c in run.text):
        single = single or len(run.text) < 3
    if len(run.text) >= 3 and not single:
        return len(run.items) > 1 or len(run.text) >= 4 or _cued(words, run, language) or not after
    return _cued(words, run, language)


def _counts(said: Said, words: list[str], run: Run, language: str) -> bool:
    """The number counts or measures what stands after it, or is that of a house ("1420 Maple Street")."""
    table = dictation(language)
    for at in range(run.end, min(run.end + 3, len(words))):
        if gap_before(said, at).strip():
            return False
        if (at == run.end and words[at] in table.counted) or (at > run.end and words[at] in table.streets):
            return True
    return False


def _year(said: Said, words: list[str], run: Run, language: str) -> bool:
    """ "since 2019", "born in 1985", "a 2015 Honda"."""
    if (
        len(run.text) != 4
        or gap_before(said, run.start).strip()
        or run.text[:2] not in ("19", "20")
        or len(run.items) > 2
        or not run.start
    ):
        return False
    table = dictation(language)
    before = words[run.start - 1]
    if before in table.year_before:
        return True
    if before in number_words(language).article and run.end < len(words):
        return not gap_before(said, run.end).strip()
    return before in table.year_in and not (run.start > 1 and words[run.start - 2] in table.cues)


def _cued(words: list[str], run: Run, language: str) -> bool:
    at, spoken = run.start, dictation(language)
    passed = spoken.hesitation | spoken.cue_light
    while at and (words[at - 1] in passed or filler_run(words, at - 1, language)):
        if words[at - 1] in dictation(language).cues:
            break
        at -= 1
    if not at or words[at - 1] not in dictation(language).cues:
        return False
    if at > 1 and words[at - 2] in dictation(language).persons:
        return False  # "my son is 11"
    if run.end == len(words):
        return True
    read = section(language, "numbers")["read"]
    after = words[run.end]
    return (
        after in read["closers"]
        or fold(after) in section(language, "core")["leads"]
        or bool(filler_run(words, run.end, language))
    )


TYPE = DigitsType()
