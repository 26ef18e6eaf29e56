"""Runs of words that can be a name: where one that begins at a word ends, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from flowengine.speech.contract import Said
from flowengine.speech.dictation.items import read_letter
from flowengine.speech.names.heard import Heard
from flowengine.speech.names.writing import cased, particle
from flowengine.speech.text import gap_before

LONGEST = 5
"""Words of a name, particles ("de la") not counted."""
RESTARTED = 65
"""Of a hundred: how much a name after "uh" must be like the one before it to begin the whole anew."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words that can be a name, as written, and the tokens [start, end) that they came from."""

    names: list[str]
    start: int
    end: int
    owned: bool = False
    """Something of that person follows, not the person: "Ann's" wife, number."""


def no_name(heard: Heard, at: int, first: bool) -> bool:
    """The word at `at` cannot be part of a name here."""
    word, table = heard.words[at], heard.table
    if word in table.hesitations or not word[0].isalpha() or any(c.isdigit() or c in "@/" for c in word):
        return True
    if word in table.ambiguous:
        following = heard.words[at + 1] if at + 1 < len(heard.words) and not heard.pauses(at + 1) else ""
        if word in table.not_names and not first and following in table.not_names:
            return following not in table.goes_on  # "Tom bill me", but "Tom Bill speaking"
        if tuple(heard.words[at + 1 : at + 3]) in table.numerals:
            return False
        return following in table.pronouns and following not in table.ambiguous
    return word in table.not_names and word not in table.suffixes


def owns(heard: Heard, at: int) -> bool:
    """The word at `at` is a possessive: "Ann's"."""
    word = heard.words[at]
    return word.endswith(heard.table.possessive) and len(word) > 3 if heard.table.possessive else False


def read_run(heard: Heard, start: int, end: int) -> Run | None:
    """The longest run that begins at `start` and is over by `end`; None if no name begins there."""
    words, table = heard.words, heard.table
    names: list[str] = []
    last = at = start
    if at + 2 < end and words[at] in table.articles and words[at + 1] in table.titles:
        last = at = start + 1  # "a Mister Lee"
    while at + 1 < end and words[at] in table.titles and at - start < 4:
        both = at + 2 < end and words[at + 1] in table.joins and words[at + 2] in table.titles
        last = at = at + 1 + both  # "Mr. and Mrs. Lee"
    first = at
    count = 0
    small = False
    while at < end and count < LONGEST:
        word = words[at]
        step = at
        if names and word in table.hesitations:
            while step < end and words[step] in table.hesitations:
                step += 1
            if step >= end or no_name(heard, step, False):
                break
        if len(names) == 1 and _begun(heard, at, step):
            break
        joint = ""
        if names and step + 1 < end and not no_name(heard, step + 1, False):
            joint = "-" * (words[step] in table.hyphens) or "'" * (words[step] in table.apostrophes)
            step += bool(joint)
        if _ends(heard, step, end, bool(names), bool(joint)):
            break
        at = step
        if owns(heard, at):
            return Run(names, start, at + 1, owned=True)
        raw = as_said(heard.said, at)
        gap = gap_before(heard.said, at) if names else ""
        if not joint and gap in ("-", "–") and len(words[at]) > 1 and len(words[at - 1]) > 1:
            joint = "-"
        inside = names and words[at] in table.particles and at + 1 < end
        piece = particle(raw) if inside else cased(raw)
        if joint and gap and raw.islower() and not as_said(heard.said, at - 1).islower():
            piece = raw  # "Ji-hoon"
        if joint:
            names[-1] = f"{names[-1]}{joint}{piece}"
        elif "." in raw:
            names.extend(letter.upper() for letter in raw.split("."))  # "J.R."
        else:
            names.append(piece)
        small = words[at] in table.particles and not joint
        count += not small and not joint
        at += 1
        last = at
    if names and (numeral := table.numerals.get(tuple(words[last : last + 2]))) and last + 2 <= end:
        return Run([*names, numeral], start, last + 2)  # "Brown the third"
    while len(names) > 1 and small and words[last - 1] not in table.ambiguous:
        last -= 1
        names.pop()
        small = words[last - 1] in table.particles
    if not names or last <= first or (last - start == 1 and words[start] in table.titles):
        return None
    return Run(names, start, last)


def _ends(heard: Heard, at: int, end: int, inside: bool, joined: bool) -> bool:
    """No name goes on with the word at `at`."""
    words, table = heard.words, heard.table
    if at >= end:
        return True
    if no_name(heard, at, not inside) and not (joined and words[at] in table.ambiguous):
        return not (inside and _last_name(heard, at))
    if not inside or joined:
        return False
    if words[at] in table.hyphens or words[at] in table.apostrophes or words[at] in table.remark_heads:
        return True
    if heard.pauses(at) and any(no_name(heard, k, False) for k in range(at, min(end, at + 2))):
        return True
    if len(words[at]) == 1 and at + 1 < end and len(words[at - 1]) > 1 and _spells(heard, at, end):
        return True
    return bool(table.closes.at(words, at)) and words[at] not in table.ambiguous


def _last_name(heard: Heard, at: int) -> bool:
    """The everyday word at `at` is a last name: "Derek | Cross" where the name may end."""
    words, table = heard.words, heard.table
    if words[at] not in table.surnames or heard.pauses(at):
        return False
    first = words[at - 1]
    if first in table.not_names or first in table.ambiguous or len(first) == 1:
        return False
    following = words[at + 1] if at + 1 < len(words) and not heard.pauses(at + 1) else ""
    return not following or following in table.goes_on or bool(table.closes.at(words, at + 1))


def _spells(heard: Heard, at: int, end: int) -> bool:
    """A spelling begins with the letter at `at`: "L E E", "O apostrophe B", "V as in Victor"."""
    words, table = heard.words, heard.table
    following = words[at + 1]
    if following in table.hyphens or following in table.apostrophes:
        return at + 2 < end and len(words[at + 2]) == 1
    return len(following) == 1 or read_letter(words, at, heard.language) not in (None, (words[at], at + 1))


def _begun(heard: Heard, at: int, step: int) -> bool:
    """The one name before `at` was the beginning of that at `step`, after a pause: "Mel, uh, Melissa Stanton"."""
    words = heard.words
    if step + 1 >= len(words) or len(words[at - 1]) < 2:
        return False
    if not words[step].startswith(words[at - 1]):
        return step > at and fuzz.ratio(words[step], words[at - 1]) >= RESTARTED
    return step > at or gap_before(heard.said, at).strip() not in ("", "-")


def as_said(said: Said, at: int) -> str:
    """The word at `at` as the recogniser wrote it, without marks at its ends."""
    token = said.tokens[at]
    return said.text[token.start : token.end].strip(".,'").replace("’", "'")
