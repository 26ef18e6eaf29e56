"""Bounds, ranges and vague counts: "at least ten", "ten to fifteen", "a few hundred" name figures and give no value.

For every type that counts or measures. A type finds the spans of its figures, in the order said (unit included), and
keeps those that `definite` returns:

    spans = [(c.start, c.end) for c in found]
    kept = set(definite(said, spans, language))

"About ten", "around fifty" and "ten or so" are values, and so are both of "two or three" (`alternatives`).
Words stand under `[bounds]` in the language's core table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.alternatives import alternatives, approximators
from flowengine.speech.canon import Canon, canon
from flowengine.speech.contract import Said
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import gap_before
from flowengine.speech.wordtables import WordTable

REACH = 4
"""Light words that may stand between a bound and its figure ("at least, um, like ten")."""
NOUN = 2
"""Words of what is counted that may stand between a figure and what bounds it ("ten of us at least")."""
_UPWARDS, _DASHES, _SIGNS = "+", frozenset("-–‐‑"), frozenset("<>≤≥")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Tables:
    before: PhraseList
    after: PhraseList
    adjacent: PhraseList
    exempt: PhraseList
    counts: frozenset[str]
    fillers: PhraseList
    light: frozenset[str]
    plural: frozenset[str]
    few: PhraseList
    scales: frozenset[str]
    between: frozenset[str]
    starting: frozenset[str]
    to: frozenset[str]
    joints: frozenset[str]
    changes: frozenset[str]


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    core = WordTable(section(language, "core"), language)
    table = WordTable(core.data.get("bounds", {}), language)
    return _Tables(
        before=table.phrases("before"),
        after=table.phrases("after"),
        adjacent=table.phrases("adjacent"),
        exempt=table.phrases("exempt"),
        few=table.phrases("few"),
        fillers=core.phrases("fillers"),
        counts=table.words("counts"),
        light=approximators(language),
        plural=table.words("plural"),
        scales=table.words("scales"),
        between=table.words("between"),
        starting=table.words("starting"),
        to=table.words("to"),
        joints=table.words("joints"),
        changes=table.words("changes"),
    )


def definite(said: Said, spans: Sequence[Span], language: str = "en") -> list[int]:
    """Indices of the spans (in the order said, not overlapping) that are values: no bound, no end of a range."""
    if not spans:
        return []
    heard, table = canon(said, language), _tables(language)
    gone: set[int] = set()
    for index, span in enumerate(spans):
        if index + 1 < len(spans) and _ranged(said, heard, span, spans[index + 1], table):
            gone |= {index, index + 1}
        elif index in gone:
            continue
        elif _bounded(said, heard, span, table) or _vague(heard, span, table):
            gone.add(index)
        elif index - 1 in gone and alternatives(said, spans[index - 1][1], span[0], language):
            gone.add(index)  # "at least ten or twelve"
        if index in gone and index and alternatives(said, spans[index - 1][1], span[0], language):
            gone.add(index - 1)  # "forty or fifty plus"
    return [index for index in range(len(spans)) if index not in gone]


def _bounded(said: Said, heard: Canon, span: Span, table: _Tables) -> bool:
    """ "At least, um, ten", "over the age of ten", "ten or more", "10+"."""
    first, last = said.tokens[span[0]].start, said.tokens[span[1] - 1].end
    if said.text[last : last + 1] == _UPWARDS or (first and said.text[first - 1] in _SIGNS):
        return True
    at = heard.first[span[0]]
    if table.before.before(heard.words, at + 1):
        return True  # "al menos diez", whose "menos" is a minus as well
    low = max(0, at - REACH)
    while at > 0 and not table.exempt.before(heard.words, at):
        if table.before.before(heard.words, at):
            return True
        skipped = table.fillers.before(heard.words, at) or heard.words[at - 1] in table.light
        if at <= low or not skipped:
            break
        at -= skipped
    return _bounded_after(heard, heard.first[span[1]], table)


def _bounded_after(heard: Canon, end: int, table: _Tables) -> bool:
    """ "Ten or more", "ten people at least", "thirty something"; "ten plus two" and "ten more or less" are none."""
    if size := table.adjacent.at(heard.words, end):
        following = heard.words[end + size] if end + size < len(heard.words) else ""
        return following not in table.counts and not following[:1].isdigit()
    at, counted = end, 0
    while at < len(heard.words) and not table.exempt.at(heard.words, at):
        if table.after.at(heard.words, at):
            return True
        if run := table.fillers.at(heard.words, at):
            at += run
        elif counted < NOUN and heard.words[at] not in table.counts:
            at, counted = at + 1, counted + 1  # what is counted
        else:
            break
    return False


def _vague(heard: Canon, span: Span, table: _Tables) -> bool:
    """ "Dozens", "hundreds of dollars", "a few hundred", "several dozen"."""
    at = heard.first[span[0]]
    if heard.words[at] in table.plural:
        return True
    return heard.words[at] in table.scales and table.few.before(heard.words, at) > 0


def _ranged(said: Said, heard: Canon, former: Span, latter: Span, table: _Tables) -> bool:
    """ "Ten to fifteen", "between five and eight", "from $20 up to $30", "10-15"; not "change it from two to four"."""
    if former[1] == latter[0]:
        return gap_before(said, latter[0]).strip() in _DASHES and _in_figures(said, former, latter)
    start, begin, stop = heard.first[former[0]], heard.first[former[1]], heard.first[latter[0]]
    if stop - begin > REACH + NOUN:
        return False
    gap = [word for word in heard.words[begin:stop] if word not in table.light]
    opened = _opening(heard, start, table)
    if not gap or not (gap[-1] in table.to or (opened in table.between and gap[-1] in table.joints)):
        return False
    counted = [word for word in gap[:-1] if word not in table.to]
    if len(counted) > NOUN or (counted and not opened and not _same_noun(heard, begin, latter)):
        return False
    return opened not in table.starting or not _changes(heard, start, table)


def _in_figures(said: Said, former: Span, latter: Span) -> bool:
    """The dash stands between figures: "$20-$30"; in "twenty - no, thirty" it is a pause."""
    before, after = said.tokens[former[1] - 1].text, said.tokens[latter[0]].text
    return before[-1].isdigit() and after.lstrip("$£€")[:1].isdigit()


def _opening(heard: Canon, at: int, table: _Tables) -> str:
    """The word that opens a range before the figure at `at` ("between", "from"), "" if none does."""
    for back in range(at - 1, max(-1, at - REACH - 1), -1):
        word = heard.words[back]
        if word in table.between or word in table.starting:
            return word
        if word not in table.light:
            break
    return ""


def _same_noun(heard: Canon, begin: int, latter: Span) -> bool:
    """ "Five people to six people"."""
    after = heard.first[latter[1]]
    return after < len(heard.words) and heard.words[after] == heard.words[begin]


def _changes(heard: Canon, at: int, table: _Tables) -> bool:
    """What stands before says that a value changes ("move it from two to four"): the latter is the new one."""
    return any(word in table.changes for word in heard.words[max(0, at - REACH - 2) : at])
