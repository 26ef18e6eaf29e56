"""Remarks on how a name is written: "with a K", "two N's at the end", "no H in Jon", "hyphenated".

A remark is a stretch of words of a closed class, all about spelling, of which at least one names a letter or a sign.
It ends the name before it and may change it (`respelling`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flowengine.speech.dictation.items import dictation, read_letter
from flowengine.speech.names.heard import Heard
from flowengine.speech.names.writing import bare
from flowengine.speech.text import gap_before

SOME = -1
"""How many of a letter a name has by "with a K": as many as belong there."""


@dataclass(slots=True)
class Remark:
    """What a remark says; `end` is the token after it."""

    end: int
    letters: list[tuple[str, int]] = field(default_factory=list)
    """Letter and how many of it the name has: 0 by "no H", 1 by "one L", 2 by "two N's"."""
    hyphen: bool | None = None
    apostrophe: bool = False
    at_end: bool = False
    about: list[str] = field(default_factory=list)
    """Names that the remark itself says: "between Jean and Pierre"."""


def read_remark(heard: Heard, start: int, names: list[str]) -> Remark | None:
    """The remark that begins at `start`, made about `names`; None if none does."""
    words, table = heard.words, heard.table
    if not _may_begin(heard, start):
        return None
    known = {bare(part) for name in names for part in (name, *name.split("-"))}
    remark = Remark(start)
    count = SOME
    at = start
    if (end := as_in(heard, start)) and not _places(heard, start):
        return Remark(end)
    while at < len(words):
        word = words[at]
        if at > start and words[at - 1] not in table.remark_links and table.cues.at(words, at):
            break
        if letter := _letter(heard, at, start):
            many = _many(heard, at, start)
            if not many:
                break  # a spelling
            remark.letters.append((letter, count))
            remark.letters.extend((other, count) for other in words[at + 1 : at + many])
            at += many
        elif word in table.hyphens:
            remark.hyphen, at = count != 0, at + 1
        elif word in table.apostrophes:
            remark.apostrophe, at = count != 0, at + 1
        elif word in table.remark_heads or (bare(word) in known and _linked(heard, at)):
            if word not in table.remark_heads:
                remark.about.append(bare(word))
            at += 1
        elif word in table.remark_words:
            count = _count(heard, word, count)
            at += 1
            if word not in table.remark_ends or remark.end == start:
                continue
            remark.at_end = remark.at_end or word in table.name_ends
        else:
            break
        remark.end = at
    return remark if remark.end > start else None


def _may_begin(heard: Heard, at: int) -> bool:
    word, table = heard.words[at], heard.table
    if len(word) == 1 or _plural(word):
        return _places(heard, at) or as_in(heard, at) > 0
    return (
        word in table.remark_words
        or word in table.remark_heads
        or word in table.hyphens
        or word in table.apostrophes
    )


def _linked(heard: Heard, at: int) -> bool:
    """A name at `at` belongs to the remark: "between Jean and Pierre", "between the Jean and the Pierre"."""
    before, table = heard.words[at - 1], heard.table
    return before in table.remark_links or (
        before in table.articles and heard.words[at - 2] in table.remark_links
    )


def as_in(heard: Heard, at: int) -> int:
    """The place after one letter with its word, "Y as in yellow"; 0 if there is none at `at`."""
    if len(heard.words[at]) != 1 or not (said := read_letter(heard.words, at, heard.language)):
        return 0
    more = said[1] < len(heard.words) and len(heard.words[said[1]]) == 1
    return said[1] if said[1] > at + 1 and not more else 0  # more letters: a spelling


def _places(heard: Heard, at: int) -> bool:
    """What follows says where the letter at `at` stands: "T at the end"."""
    return at + 1 < len(heard.words) and heard.words[at + 1] in heard.table.remark_places


def _count(heard: Heard, word: str, count: int) -> int:
    """How many of the next letter there are, after one more word of the remark."""
    if word in heard.table.remark_without:
        return 0
    if word in heard.table.counts:
        return heard.table.counts[word] if count else 0
    return count if word in heard.table.articles else SOME


def _plural(word: str) -> bool:
    return len(word) == 3 and word[1:] == "'s" and word[0].isalpha()


def _announced(heard: Heard, at: int, start: int) -> bool:
    """A word that a letter follows stands before `at`: "an", "two", "no"."""
    before = heard.words[at - 1] if at > start else ""
    table = heard.table
    return before in table.articles or before in table.counts or before in table.remark_without


def _letter(heard: Heard, at: int, start: int) -> str:
    """The letter named at `at`, empty if none is: "k", "n's"; "a" and "i" are letters only after "an", "two", "no"."""
    word, table = heard.words[at], heard.table
    if _plural(word):
        return word[0]
    if len(word) != 1 or not word.isalpha():
        named = at > start and heard.words[at - 1] in table.remark_words
        return dictation(heard.language).letters.get(word, "") if named else ""  # "with a zee"
    if word not in table.articles and word not in table.pronouns:
        return word
    following = heard.words[at + 1] if at + 1 < len(heard.words) else ""
    goes_on = len(following) == 1 or _plural(following) or following in table.remark_heads | table.hyphens
    return word if _announced(heard, at, start) and not goes_on else ""


def _many(heard: Heard, at: int, start: int) -> int:
    """How many of the letters from `at` on are the remark's: "with a P H", "with a K | E R I K"; 0: all are spelled."""
    end = at + 1
    while end < len(heard.words) and len(heard.words[end]) == 1 and heard.words[end].isalpha():
        end += 1
    size = end - at
    if size == 1 or (size == 2 and _announced(heard, at, start)):
        return size
    before = heard.words[at - 1]
    refused = before in heard.table.remark_without and "-" in gap_before(heard.said, at + 1)  # "not S-T-E-W"
    return int(_announced(heard, at, start) and not refused)
