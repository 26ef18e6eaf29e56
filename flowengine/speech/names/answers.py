"""Which names without a cue count as the answer: those that stand by themselves, apart from fillers and small talk."""

from __future__ import annotations

from collections.abc import Sequence

from flowengine.speech.names.heard import Heard
from flowengine.speech.names.mentions import Mention
from flowengine.speech.names.writing import bare


def counting(heard: Heard, mentions: Sequence[Mention], talk: bool) -> list[Mention]:
    """The mentions that count; `talk`: something was said that has nothing to do with a name."""
    kept: list[Mention] = []
    for found in mentions:
        if found.cued or _belongs(found, kept) or _answers(heard, found, talk):
            kept.append(found)
    return kept


def _belongs(found: Mention, kept: Sequence[Mention]) -> bool:
    """It goes on from a name that counts, or says that again."""
    if not kept:
        return False
    if found.near:
        return True
    said = {bare(name) for other in kept for name in other.names}
    return any(bare(name) in said for name in found.names)


def _answers(heard: Heard, found: Mention, talk: bool) -> bool:
    """It is the answer: nothing else is, or it can be nothing but a name."""
    table = heard.table
    said = [
        at
        for at in range(found.start, found.start + found.length)
        if heard.words[at] not in table.hesitations
    ]
    words = [heard.words[at] for at in said]
    if found.doubtful and len(words) == 1:
        # "It's complicated": what stands alone after "it's", "I'm" may be no name at all
        word = words[0]
        ending = word.endswith(table.open_endings) and word not in table.ambiguous
        if talk or ending or word in table.adjectives:
            return False
    if found.doubtful and talk and not heard.mixed():
        return False
    if not talk:
        return True
    if found.spelled:
        return not heard.figures()  # "A B one two" is a code
    if len(found.names) < 2 and (found.followed or not found.small_talk):
        return False
    if all(word in table.not_names or word in table.adjectives for word in words):
        return False
    if not heard.mixed() or len(found.names) == 1:
        return True
    return all(heard.capital(at) or heard.words[at] in table.particles for at in said)
