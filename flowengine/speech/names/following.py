"""What may follow a name: the end of what is said, a mark, a filler, a remark, or words that go on from a name."""

from __future__ import annotations

from flowengine.speech.names.heard import Heard
from flowengine.speech.names.letters import read_spelling
from flowengine.speech.names.remarks import read_remark
from flowengine.speech.names.runs import Run


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


def stops(heard: Heard, at: int) -> bool:
    """A phrase that ends at `at` is over: a mark or a filler follows."""
    words, table = heard.words, heard.table
    if at >= len(words) or heard.pauses(at):
        return True
    return words[at] in table.pauses or words[at] in table.hesitations
