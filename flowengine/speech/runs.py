"""Runs of digits and letters read aloud: "four one five, double five, oh", "B as in boy, seven".

The text is cut into runs of items; a run goes on over fillers and words such as "dash" and "area code". A run after
a correction cue replaces the whole, or, when it is shorter, the end of what was said: "415 555 2672, sorry, 2671".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flowengine.speech.contract import Said
from flowengine.speech.corrections import correction_before, negated, opens_correction
from flowengine.speech.dictation import dictation, read_item
from flowengine.speech.numerals import number_words
from flowengine.speech.text import filler_run


@dataclass(slots=True)
class Run:
    """What one run of items says: `text` (digits, upper-case letters, a leading "+"), tokens [start, end).

    `items` is how many items it has, `figures` whether any of them was written in figures of two digits or more.
    """

    text: str
    start: int
    end: int
    items: int = 1
    figures: bool = False
    groups: list[str] = field(default_factory=list)


def _breaks(said: Said) -> list[int]:
    """For each token the place of the next one that a comma or full stop stands before."""
    count = len(said.tokens)
    places = [count] * count
    limit = count
    for at in range(count - 1, -1, -1):
        places[at] = limit
        if at and any(mark in ",.;" for mark in said.text[said.tokens[at - 1].end : said.tokens[at].start]):
            limit = at
    return places


_recent: dict[tuple[str, str, bool, bool], tuple[Said, list[Run]]] = {}


def read_runs(said: Said, language: str, letters: bool = False, pauses: bool = False) -> list[Run]:
    """All runs, left to right, corrections applied; refused ones ("not 555") left out.

    With `pauses` a number ends at a comma: "six fifty, two fifty three" is 6 50 2 53, else 6 52 53.
    """
    key = (said.text, language, letters, pauses)
    cached = _recent.get(key)
    if cached is None or cached[0] is not said:
        if len(_recent) >= 64:
            _recent.clear()
        cached = _recent[key] = (said, _read_runs(said, language, letters, pauses))
    return cached[1]


def _read_runs(said: Said, language: str, letters: bool, pauses: bool) -> list[Run]:
    known = number_words(language)
    if not letters and not any(
        token.text in known.first or token.text in known.oh or token.text[-1].isdigit()
        for token in said.tokens
    ):
        return []
    limits = _breaks(said) if pauses else []
    words = [token.text for token in said.tokens]
    table = dictation(language)
    runs: list[tuple[Run, bool]] = []
    current: Run | None = None
    plus = False
    last_letter = False
    at = 0
    while at < len(words):
        if words[at] in table.plus:
            plus, at = True, at + 1
            continue
        if size := next(
            (len(p) for p in table.plus_phrases if p[0] == words[at] and tuple(words[at : at + len(p)]) == p),
            0,
        ):
            plus, at = True, at + size  # "country code four four"
            continue
        item = read_item(words[: limits[at]] if pauses else words, at, language, letters)
        if item and words[at] in known.oh and not _zero(words, at, item[1], current, language, letters):
            item = None
        if item is None:
            if current is not None:
                step = filler_run(words, at, language) or (1 if words[at] in table.between else 0)
                if step:
                    at += step
                    continue
                current = None
            plus = False
            at += 1
            continue
        text, end, figures = item
        if text == "0" and words[at] in known.oh and last_letter and letters:
            text = "O"
        cue = False
        if (current is not None and at > current.end) or (current is None and runs):
            floor = runs[-1][0].end if runs else 0
            cue = correction_before(said, at, language, floor) is not None
            if cue:
                current = None
        if plus:
            current = None
        if current is None:
            start = at - 1 if plus else at
            current = Run(("+" if plus else "") + text, start, end, 1, figures, [text])
            runs.append((current, cue))
        else:
            current.text += text
            current.groups.append(text)
            current.end, current.items, current.figures = end, current.items + 1, current.figures or figures
        plus, last_letter = False, text[-1:].isalpha()
        at = end
    return _corrected(said, runs, language)


def _zero(words: list[str], at: int, end: int, current: Run | None, language: str, letters: bool) -> bool:
    """This "oh" is a zero: right after a digit, or right before one that is no long group in figures."""
    if opens_correction(words, at, language):
        return False  # "oh wait"
    if current is not None and current.end == at:
        return True
    if end >= len(words):
        return False
    following = words[end]
    if following.isdigit():
        return len(following) < 3
    if following in number_words(language).oh:
        return True
    return read_item(words, end, language, letters) is not None


def _corrected(said: Said, runs: list[tuple[Run, bool]], language: str) -> list[Run]:
    kept: list[Run] = []
    for run, cue in runs:
        refused = negated(said, run.start, run.end, language)
        if cue and kept and not refused:
            before = kept.pop()
            kept.append(_replaced(before, run))
        elif not refused:
            kept.append(run)
        elif second := _second_half(run):
            kept.append(second)
    return kept


def _second_half(run: Run) -> Run | None:
    """ "not 555, 556": what is refused and what is meant came in one run, both of the same length."""
    half, odd = divmod(len(run.text), 2)
    if odd or half < 1 or run.items < 2:
        return None
    first, second = run.text[:half], run.text[half:]
    if first == second or (half > 1 and sum(a == b for a, b in zip(first, second, strict=True)) * 2 < half):
        return None
    return Run(second, run.start, run.end, run.items, run.figures, [second])


def _replaced(before: Run, after: Run) -> Run:
    """`after` instead of `before`; if it is shorter, instead of as much of its end."""
    if len(after.text) >= len(before.text) or after.text.startswith("+"):
        return Run(after.text, before.start, after.end, after.items, after.figures, after.groups)
    text = before.text[: len(before.text) - len(after.text)] + after.text
    return Run(
        text, before.start, after.end, before.items + after.items, before.figures or after.figures, [text]
    )
