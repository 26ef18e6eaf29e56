"""Parts of one number said under their names, in any order: "555 0142, area code 617", "the last four are 9034".

A name ("area code", "the first three", "it starts with") ends the run before it. `assembled` puts the named runs in
the order of the number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from flowengine.speech.contract import Said
from flowengine.speech.corrections import correction_before
from flowengine.speech.dictation.items import Run, dictation
from flowengine.speech.figures.numerals import number_words
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import base, section
from flowengine.speech.text import filler_run, fold, gap_before
from flowengine.speech.wordtables import WordTable

AREA, START, REST, END = "area", "start", "rest", "end"
REACH = 8
"""Words that may stand between two parts, or between a part and its name."""


@dataclass(frozen=True, slots=True)
class Part:
    """The name of a part at tokens [start, end): its `kind`, place in the number, and number of digits if it says so.

    kind: "area", "start" ("starts with"), "end" ("ends in"), "rest", or "place" ("the first three").
    """

    kind: str
    start: int
    end: int
    place: int = 0
    count: int = 0


@lru_cache(maxsize=16)
def part_words(language: str) -> frozenset[str]:
    """The words that the name of a part may begin with."""
    table = _tables(language)
    return table.first | table.area_after


def area_after(language: str) -> frozenset[str]:
    """The words that make three digits before them an area code ("a 212 number")."""
    return _tables(language).area_after


@dataclass(frozen=True, slots=True)
class _Tables:
    names: tuple[tuple[PhraseList, str, int], ...]
    order: Mapping[str, int]
    counts: Mapping[str, int]
    nouns: frozenset[str]
    counted_nouns: frozenset[str]
    copulas: frozenset[str]
    area_after: frozenset[str]
    area_word: frozenset[str]
    area_light: frozenset[str]
    first: frozenset[str]


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    data: Mapping[str, Mapping[str, int]] = section(base(language), "numbers")["dictation"].get("parts", {})

    table = WordTable(data, language)
    names = (
        (table.heard("area"), AREA, 0),
        (table.heard("starts"), START, 1),
        (table.heard("rest"), REST, 8),
        (table.heard("ends"), END, 9),
    )
    order = {fold(word): place for word, place in data.get("order", {}).items()}
    counts = {**number_words(language).units, **{fold(w): n for w, n in data.get("counts", {}).items()}}
    first = frozenset(phrase[0] for listed, _, _ in names for phrase in listed.phrases) | frozenset(order)
    return _Tables(
        names,
        order,
        counts,
        table.words("nouns"),
        table.words("counted_nouns"),
        table.words("copulas"),
        table.words("area_after"),
        table.words("area_word"),
        table.words("area_light"),
        first,
    )


def part_at(said: Said, words: list[str], at: int, language: str) -> Part | None:
    """The name of a part that begins at `at`, with the verb after it ("the last four digits are")."""
    table = _tables(language)
    if words[at] not in table.first:
        return None
    for phrases, kind, place in table.names:
        if size := phrases.at(words, at):
            return Part(kind, at, at + size, place)
    place_ = table.order.get(words[at])
    return None if place_ is None else _placed(said, words, at, place_, table, language)


def _placed(said: Said, words: list[str], at: int, place: int, table: _Tables, language: str) -> Part | None:
    """ "first three digits are", "second half is", "last four"."""
    start, at, count = at, at + 1, 0
    if at < len(words):
        count = (
            int(words[at]) if words[at].isdigit() and len(words[at]) < 3 else table.counts.get(words[at], -1)
        )
    counted = count >= 0
    at += counted
    counted = counted and not (count == 1 and at < len(words) and words[at] not in table.nouns)
    noun = at < len(words) and (words[at] in table.nouns or (counted and words[at] in table.counted_nouns))
    at += noun
    if not (counted or noun) or at >= len(words):
        return None
    if words[at] in table.copulas:
        return Part("place", start, at + 1, place, max(count, 0))
    if noun or words[at].isdigit() or gap_before(said, at).strip():
        return Part("place", start, at, place, max(count, 0))
    if counted and count > 1 and words[at] in number_words(language).units:
        return Part("place", start, at, place, count)
    return None


def code_between(said: Said, before: Run, after: Run, language: str) -> bool:
    """ "496 0345, and the code is 0161": light words that call the second run a code."""
    table = _tables(language)
    words = [token.text for token in said.tokens[before.end : after.start]]
    if not 0 < len(words) <= REACH or not any(word in table.area_word for word in words):
        return False
    light = dictation(language).between
    return all(word in table.area_word or word in table.area_light or word in light for word in words)


# --- together ------------------------------------------------------------------------------------------------


def assembled(said: Said, runs: list[Run], parts: list[Part], language: str) -> list[Run]:
    """`runs` with those that are parts of one number put together in its order."""
    runs = [_turned(said, run, parts, language) for run in runs]
    named = [_name_of(said, runs, index, parts, language) for index in range(len(runs))]
    if any(part and part.kind == AREA for part in named):
        return _with_area(runs, named)
    done: list[Run] = []
    at = 0
    while at < len(runs):
        last = at + 1
        while last < len(runs) and runs[last].start - runs[last - 1].end <= REACH and named[last]:
            last += 1
        done.extend(_in_order(said, runs[at:last], named[at:last], language))
        at = last
    return done


def _name_of(said: Said, runs: list[Run], index: int, parts: list[Part], language: str) -> Part | None:
    """The name right before the run (light words between), or for an area code also right after it."""
    run = runs[index]
    table = _tables(language)
    words = [token.text for token in said.tokens]
    low = runs[index - 1].end if index else 0
    high = runs[index + 1].start if index + 1 < len(runs) else len(words)
    before = next((part for part in reversed(parts) if low <= part.start and part.end <= run.start), None)
    if before and _light(words, before.end, run.start, table, language):
        if before.kind != AREA or 2 <= len(run.text) <= 5:
            return before
        if len(run.text) > 8:
            return None  # the area code and the number in one
    after = next((part for part in parts if part.kind == AREA and run.end <= part.start < high), None)
    if (
        after
        and 2 <= len(run.text) <= 5
        and run.text[0] != "+"
        and _light(words, run.end, after.start, table, language)
    ):
        return after
    return None


def _turned(said: Said, run: Run, parts: list[Part], language: str) -> Run:
    """ "664 9876, and that's a 212 area code": the end of the run is named as its beginning."""
    part = next((part for part in parts if part.kind == AREA and part.start >= run.end), None)
    if part is None or not 8 < len(run.text) <= 12 or len(run.items) < 2 or run.text.startswith("+"):
        return run
    if not _light([token.text for token in said.tokens], run.end, part.start, _tables(language), language):
        return run
    cut = next((i for i in range(len(run.items) - 1, 0, -1) if run.items[i].gap), 0)
    area, number = "".join(i.text for i in run.items[cut:]), "".join(i.text for i in run.items[:cut])
    if not cut or not 2 <= len(area) <= 5 <= len(number):
        return run
    return replace(run, text=area + number, others=(run.text, *run.others))


def _light(words: list[str], start: int, end: int, table: _Tables, language: str) -> bool:
    if end - start > REACH:
        return False
    light = dictation(language).between
    at = start
    while at < end:
        step = 1 if words[at] in table.area_light or words[at] in light else filler_run(words, at, language)
        if not step:
            return False
        at += step
    return True


def _with_area(runs: list[Run], named: list[Part | None]) -> list[Run]:
    """The area code before the number it belongs to, which is the longer run beside it, and after a country code."""
    index = next(i for i, part in enumerate(named) if part and part.kind == AREA)
    area = runs[index]
    beside = [i for i in (index + 1, index - 1) if 0 <= i < len(runs) and 5 <= len(runs[i].text) <= 8]
    beside = [i for i in beside if not runs[i].text.startswith("+")]
    if not beside:
        return runs
    number = runs[beside[0]]
    first, last = sorted((index, beside[0]))
    text, start = area.text + number.text, runs[first].start
    if first and runs[first - 1].text.startswith("+") and len(runs[first - 1].text) <= 4:
        first -= 1
        text, start = runs[first].text + text, runs[first].start
    items = (*runs[first].items, *number.items)
    others = tuple(area.text + other for other in number.others) + tuple(
        other + number.text for other in area.others
    )
    whole = Run(text, start, runs[last].end, items, others)
    return [*runs[:first], whole, *runs[last + 1 :]]


def _in_order(said: Said, runs: list[Run], named: list[Part | None], language: str) -> list[Run]:
    """Runs that stand close together, of which all but the first have a name."""
    if len(runs) == 1:
        part = named[0]
        alone = part is not None and (part.kind == START or (part.kind == "place" and part.place < 9))
        # "it starts with 44" is not all of it, unless it goes on: "starts with R, then 4 0 0 2"
        return [replace(runs[0], partial=True)] if alone and not _goes_on(said, runs[0], language) else runs
    if correction_before(said, runs[-1].start, language, runs[-2].end) is not None:
        return runs
    if named[0] is None:
        front, back = runs
        part = named[1]
        if len(runs) == 2 and part and front.text.endswith(back.text):
            return [front]  # "4417 9034, the last four are 9034"
        if len(runs) != 2 or part is None or not (part.kind == REST or part.count == len(back.text) > 1):
            return runs
    places = [part.place if part else 0 for part in named]
    text = "".join(runs[i].text for i in sorted(range(len(runs)), key=lambda i: places[i]))
    kinds = {part.kind for part in named if part}
    gaps = kinds == {START, END} or kinds == {END}
    items = tuple(item for run in runs for item in run.items)
    return [Run(text, runs[0].start, runs[-1].end, items, partial=gaps)]


def _goes_on(said: Said, run: Run, language: str) -> bool:
    between = dictation(language).between
    return any(
        any(token.text in between for token in said.tokens[a.end : b.start])
        for a, b in zip(run.items, run.items[1:], strict=False)
    )
