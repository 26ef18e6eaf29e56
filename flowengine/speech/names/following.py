"""What may follow a name: the end of what is said, a mark, a filler, a remark, or words that go on from a name."""

from __future__ import annotations

from flowengine.speech.names.heard import Heard
from flowengine.speech.names.letters import read_spelling
from flowengine.speech.names.remarks import read_remark
from flowengine.speech.names.runs import Run, as_said
from flowengine.speech.names.writing import cased


def over(heard: Heard, at: int) -> bool:
    """What stands at `at` can follow a name."""
    words, table = heard.words, heard.table
    return (
        at >= len(words)
        or heard.pauses(at)
        or words[at] in table.negators
        or words[at] in table.hesitations
        or words[at] in table.pauses
        or bool(table.closes.at(words, at) or table.after.at(words, at) or table.spelled.at(words, at))
        or bool(table.connects.at(words, at) or table.part_after.at(words, at) or heard.cue(at))
        or bool(table.asides.at(words, at) or table.aside_heads.at(words, at))
        or bool(table.family_first.at(words, at))
        or read_spelling(heard, at) is not None
        or read_remark(heard, at, []) is not None
    )


def plausible(heard: Heard, run: Run) -> bool:
    """After a weak cue the name must be over where the sentence is, or where words go on from a name."""
    table = heard.table
    first = heard.words[run.start]
    single = len(run.names) == 1
    if len(run.names) > 3 and sum(name.lower() not in table.particles for name in run.names) > 3:
        return False
    if run.end == len(heard.words):
        adjective = single and first in table.adjectives
        return not adjective and (not first.endswith(table.not_endings[:1]) or first in table.ambiguous)
    if single and first.endswith(table.not_endings) and first not in table.ambiguous:
        return False
    return over(heard, run.end) or heard.words[run.end] in table.goes_on


def everyday(heard: Heard, at: int, fresh: bool, beside: bool) -> Run | None:
    """The everyday word at `at` as the part of a name that a cue has announced: "my last name is | Friday".

    None if it is a function word or one that is said of names ("my last name is | long"), or if the talk goes on.
    `fresh`: a clause began with the cue ("change my last name | online" begins none), else only known last names count.
    `beside`: another name stands before it, so that a last name is one whatever it says ("Ann, last name | English").
    """
    words, table = heard.words, heard.table
    if at >= len(words) or words[at] not in table.not_names or not words[at].isalpha():
        return None
    known = words[at] in table.surnames and (beside or words[at] not in table.no_parts)
    if not (known or (fresh and _may_be_part(heard, at))):
        return None
    if not over(heard, at + 1) and not (known and words[at + 1] in table.goes_on):
        return None
    return Run([cased(as_said(heard.said, at))], at, at + 1)


def _may_be_part(heard: Heard, at: int) -> bool:
    """The word at `at` is neither of a closed class nor the beginning of a phrase of the talk around names."""
    words, table = heard.words, heard.table
    word = words[at]
    classes = (
        table.no_parts,
        table.pronouns,
        table.goes_on,
        table.negators,
        table.remark_words,
        table.remark_heads,
    )
    phrases = (table.opens, table.closes, table.asides, table.aside_heads, table.spelled, table.connects)
    return (
        bool(table.no_parts)
        and not any(word in one for one in classes)
        and not any(one.at(words, at) for one in phrases)
        and word not in table.hyphens | table.apostrophes
        and not word.endswith(table.not_endings)
        and not heard.figure(at)
    )


def stops(heard: Heard, at: int) -> bool:
    """A phrase that ends at `at` is over: a mark or a filler follows."""
    words, table = heard.words, heard.table
    if at >= len(words) or heard.pauses(at):
        return True
    return words[at] in table.pauses or words[at] in table.hesitations
