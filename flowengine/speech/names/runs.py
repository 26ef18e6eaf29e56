"""Runs of words that can be a name: where one that begins at a word ends, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass

from flowengine.speech.contract import Said
from flowengine.speech.names.tables import Tables
from flowengine.speech.names.writing import cased, particle
from flowengine.speech.text import gap_before

LONGEST = 5
"""Words of a name, particles ("de la") not counted."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance: its words with the tables of its language."""

    said: Said
    words: list[str]
    language: str
    table: Tables

    def pauses(self, at: int, marks: str = ".!?;,") -> bool:
        """A mark stands before the word at `at` that is no full stop of an initial or title ("J. Smith")."""
        if at <= 0 or at >= len(self.words):
            return False
        gap = gap_before(self.said, at)
        if gap.isspace() or not any(mark in gap for mark in marks):
            return False
        before = self.words[at - 1]
        return "," in gap or not (len(before) == 1 or before in self.table.titles)

    def mixed(self) -> bool:
        """The recogniser wrote capitals and small letters."""
        return not (self.said.text.islower() or self.said.text.isupper())

    def capital(self, at: int) -> bool:
        return self.said.text[self.said.tokens[at].start].isupper()


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
    if not word[0].isalpha() or any(c.isdigit() or c in "@/" for c in word):
        return True
    if word in table.ambiguous:
        following = heard.words[at + 1] if at + 1 < len(heard.words) else ""
        if word in table.not_names and not first and following in table.not_names:
            return following not in table.goes_on  # "Tom bill me", but "Tom Bill speaking"
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
    while at + 1 < end and words[at] in table.titles and at - start < 3:
        last = at = at + 1
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
        raw = _raw(heard.said, at)
        gap = gap_before(heard.said, at) if names else ""
        if not joint and gap in ("-", "–") and len(words[at]) > 1 and len(words[at - 1]) > 1:
            joint = "-"
        inside = names and words[at] in table.particles and at + 1 < end
        piece = particle(raw) if inside else cased(raw)
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
    if at >= end or (no_name(heard, at, not inside) and not (joined and words[at] in table.ambiguous)):
        return True
    if not inside or joined:
        return False
    if words[at] in table.hyphens or words[at] in table.apostrophes or words[at] in table.remark_heads:
        return True
    if heard.pauses(at) and any(no_name(heard, k, False) for k in range(at, min(end, at + 2))):
        return True
    if len(words[at]) == 1 and at + 1 < end and len(words[at + 1]) == 1 and len(words[at - 1]) > 1:
        return True  # a spelling begins
    return bool(table.closes.at(words, at)) and words[at] not in table.ambiguous


def _begun(heard: Heard, at: int, step: int) -> bool:
    """The one name before `at` was the beginning of that at `step`, after a pause: "Mel, uh, Melissa Stanton"."""
    words = heard.words
    if step + 1 >= len(words) or len(words[at - 1]) < 2 or not words[step].startswith(words[at - 1]):
        return False
    return step > at or gap_before(heard.said, at).strip() not in ("", "-")


def _raw(said: Said, at: int) -> str:
    token = said.tokens[at]
    return said.text[token.start : token.end].strip(".,'").replace("’", "'")
