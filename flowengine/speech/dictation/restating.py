"""What is said more than once: "5512, that's five five one two", "4418, no, 4419", "three or eight".

`settled` takes the runs of an utterance as they were said and gives them as they are meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flowengine.speech.alternatives import alternatives
from flowengine.speech.clauses.moods import clauses
from flowengine.speech.contract import Said
from flowengine.speech.corrections import negated
from flowengine.speech.dictation.items import JOINED, PAUSE, RESTATED, STOP, Item, Run

LONGEST = 40
"""Characters of a run up to which a correction may stand for any part of it."""


def settled(said: Said, runs: Sequence[Run], language: str) -> list[Run]:
    """Runs without what was refused, replaced or said again."""
    kept: list[Run] = []
    for heard in runs:
        refused = negated(said, heard.start, heard.end, language)
        if heard.cue and kept and not refused:
            kept.append(_replaced(kept.pop(), _once(heard)))
        elif not refused:
            kept.append(_once(heard))
        elif second := _after_restart(heard) or _second_half(heard):
            kept.append(second)
    kept = [given for run in kept if (given := _given(said, run, language))]
    return _left_open(said, kept, language)


def _given(said: Said, run: Run, language: str) -> Run | None:
    """The run, or what of it answers: "my old number was ..., now it's ..."."""
    read = clauses(said, language)
    if not read.quotes(run.start, run.end):
        return run
    again = _after_restart(run)
    return again if again and not read.quotes(again.start, again.end) else None


def _after_restart(run: Run) -> Run | None:
    """What follows the last "it's" or "so" in a run, of which only the beginning was refused."""
    at = next((i for i in range(len(run.items) - 1, 0, -1) if run.items[i].gap == RESTATED), 0)
    if not at:
        return None
    items = run.items[at:]
    return Run(_text(items), items[0].start, run.end, items)


# --- corrected -----------------------------------------------------------------------------------------------


def _second_half(run: Run) -> Run | None:
    """ "not 555, 556": what is refused and what is meant came in one run, both of the same length."""
    half, odd = divmod(len(run.text), 2)
    if odd or half < 1 or len(run.items) < 2:
        return None
    first, second = run.text[:half], run.text[half:]
    if first == second or (half > 1 and sum(a == b for a, b in zip(first, second, strict=True)) * 2 < half):
        return None
    return replace(run, text=second, others=())


def _replaced(before: Run, after: Run) -> Run:
    """`after` instead of `before`; if it is shorter, instead of as much of its end.

    What was corrected may also have gone on ("four one one, sorry, two, six six"): `others` has those readings.
    """
    whole = len(after.text) >= len(before.text)
    if after.text.startswith("+") or len(before.text) + len(after.text) > LONGEST:
        return replace(after, start=before.start)
    ends = [before.text[:cut] + after.text for cut in range(len(before.text) - 1, -1, -1)]
    text = after.text if whole else before.text[: len(before.text) - len(after.text)] + after.text
    first = after.items[0].text
    if not whole and len(first) < len(after.text) and _pauses_after_first(after):
        text = before.text[: len(before.text) - len(first)] + after.text  # "4 1 1, sorry, 4 1 2, 6 6"
    others = tuple(dict.fromkeys(one for one in (*after.others, *ends) if one != text))
    items = after.items if whole else (*before.items, *after.items)
    return Run(text, before.start, after.end, items, others)


def _pauses_after_first(run: Run) -> bool:
    return len(run.items) > 1 and run.items[1].gap == PAUSE and all(i.gap == JOINED for i in run.items[2:])


# --- said again ----------------------------------------------------------------------------------------------


def _once(run: Run) -> Run:
    """The run without what it says a second time, be it in another form ("30 17, three oh one seven")."""
    items = run.items
    if len(items) < 2 or len(items) > LONGEST or run.text.startswith("+"):
        return run
    half = len(run.text) // 2
    plain = not any(item.gap or item.end - item.start > 2 for item in items[1:])
    if plain and run.text[:half] != run.text[half:]:
        return run  # said in one go
    others = list(run.others)
    cut = 1
    while cut < len(items):
        before, after = _text(items[:cut]), _text(items[cut:])
        gap = items[cut].gap
        if _same(items, cut, before, after, gap):
            others.append(run.text)
            items = items[:cut]
            break
        if gap == RESTATED and len(before) > 1 and len(after) > len(before) and after.startswith(before):
            others.append(run.text)  # "fifteen, that's one five, four four"
            items, cut = items[cut:], 1
            continue
        last = items[cut - 1].text
        if gap == RESTATED and len(last) > 1 and len(items[cut].text) == 1 and after.startswith(last):
            others.append(run.text)  # "four, fifteen, that's one five, four four"
            items = (*items[: cut - 1], *items[cut:])
            continue
        if _explains(items, cut):
            items = (*items[:cut], *items[cut + 1 :])
            continue
        if gap == PAUSE and _spells_out(items, cut):
            others.append(run.text)  # "fifteen, one five, twenty two"
            items = (*items[:cut], *items[cut + 2 :])
            continue
        if gap and before and len(after) > len(before) and after.startswith(before):
            others.append(after)  # a false start: "three oh, um, three oh seven seven"
        elif before == after:
            others.append(after)
        cut += 1
    if len(items) == len(run.items) and not others:
        return run
    text = _text(items)
    return replace(run, text=text, items=items, others=tuple(dict.fromkeys(o for o in others if o != text)))


def _text(items: Sequence[Item]) -> str:
    return "".join(item.text for item in items)


def _same(items: Sequence[Item], cut: int, before: str, after: str, gap: int) -> bool:
    """What is said from `cut` on only repeats what was said before."""
    if gap == RESTATED and len(after) > 1 and before.endswith(after):
        return True
    if before != after or len(after) < 3:
        return False
    return (gap == STOP and len(after) > 3) or _form(items[:cut]) != _form(items[cut:])


def _explains(items: Sequence[Item], cut: int) -> bool:
    """The item at `cut` says which letter was meant: "B, B as in boy, 4", "8 4 L 2, L like lemon"."""
    item = items[cut]
    if item.end - item.start < 3 or not item.text.isalpha():
        return False
    near = items[cut - 1 : cut] if cut + 1 < len(items) else items[:cut]
    return any(other.text == item.text and other.end == other.start + 1 for other in near)


def _spells_out(items: Sequence[Item], cut: int) -> bool:
    """The two items from `cut` on are the digits of the "fifteen" or "fifty" before, which are easily confused."""
    last, two = items[cut - 1], items[cut : cut + 2]
    confused = len(last.text) == 2 and not last.figures and (last.text[0] == "1" or last.text[1] == "0")
    return (
        confused
        and len(two) == 2
        and two[1].gap == JOINED
        and _text(two) == last.text
        and len(two[0].text) == 1
    )


def _form(items: Sequence[Item]) -> str:
    """In figures, in tens and hundreds, or digit by digit."""
    if any(item.figures for item in items):
        return "figures"
    return "groups" if any(len(item.text) > 1 for item in items) else "digits"


# --- left open -----------------------------------------------------------------------------------------------


def _left_open(said: Said, runs: list[Run], language: str) -> list[Run]:
    """ "four four seven three or eight": the shorter run is another end of the longer one."""
    if len(runs) < 2:
        return runs
    kept: list[Run] = []
    for run in runs:
        last = kept[-1] if kept else None
        if (
            last is None
            or len(run.text) >= len(last.text)
            or not alternatives(said, last.end, run.start, language)
        ):
            kept.append(run)
            continue
        text = last.text[: len(last.text) - len(run.text)] + run.text
        kept[-1] = replace(last, end=run.end, either=(*last.either, text))
    return kept
