"""Names spelled aloud: "J-O-N", "V as in Victor, O as in Oscar", "M O double S", "D apostrophe A N G E L O"."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from flowengine.speech.dictation.items import Dictation, dictation, read_letter
from flowengine.speech.names.heard import Heard
from flowengine.speech.names.runs import no_name
from flowengine.speech.names.writing import bare, cased
from flowengine.speech.text import gap_before

ALIKE = 60
"""Of a hundred: how much a word must be like its spelling, or like the word that corrects it."""
INITIALS = 3


@dataclass(frozen=True, slots=True)
class Spelling:
    """Letters of one or more words, and the tokens [start, end) that they came from."""

    groups: list[str]
    start: int
    end: int


def read_spelling(heard: Heard, start: int) -> Spelling | None:
    """The letters that begin at `start`; None if there are fewer than two, or if they are initials ("J R Smith")."""
    words, known = heard.words, dictation(heard.language)
    if not _may_begin(words, start, known):
        return None
    letters: list[str] = []
    gaps: list[str] = []
    at = start
    nato = True
    joint = ""
    while at < len(words):
        if letters and at + 1 < len(words) and (sign := _joint(heard, at)) and len(words[at + 1]) == 1:
            joint, at = joint + sign, at + 1
            continue
        item = _letter(heard, at, start, known)
        if item is None:
            break
        gaps.append(gap_before(heard.said, at) if letters else "")
        letters.append(joint + item[0])
        nato = nato and words[at] in known.nato
        joint, at = "", item[1]
    count = sum(map(len, letters))
    if count < (3 if nato else 2) or at - start < 2:
        return None
    if _initials(heard, start, at, count):
        return None
    return Spelling(_groups(letters, gaps), start, at)


def _may_begin(words: list[str], at: int, known: Dictation) -> bool:
    word = words[at]
    return len(word) == 1 or word in known.nato or word in known.repeats or word in known.case


def _joint(heard: Heard, at: int) -> str:
    """A sign inside a name, said aloud."""
    word = heard.words[at]
    return "-" * (word in heard.table.hyphens) or "'" * (word in heard.table.apostrophes)


def _letter(heard: Heard, at: int, start: int, known: Dictation) -> tuple[str, int] | None:
    """The letter or letters at `at` and the place after them."""
    words = heard.words
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    if pair := known.double_letters.get((word, following)):
        return pair, at + 2
    if word in known.repeats and len(following) == 1 and following.isalpha():
        return following * known.repeats[word], at + 2
    single = len(word) == 1 or (word in known.case and len(following) == 1)
    nato = word in known.nato and (at > start or following in known.nato)
    if not (single or nato):
        return None
    return read_letter(words, at, heard.language)


def _initials(heard: Heard, start: int, end: int, count: int) -> bool:
    """Single letters right before a name that they do not spell: "J. R. Smith"."""
    words = heard.words
    if count > INITIALS or end - start != count or end >= len(words) or len(words[end]) < 2:
        return False
    if any("-" in gap_before(heard.said, at) for at in range(start + 1, end)):
        return False
    if heard.pauses(end, "!?;,") or no_name(heard, end, True) or words[end] in heard.table.titles:
        return False
    spelled = "".join(words[start:end])
    return fuzz.ratio(spelled, words[end]) < ALIKE


def _groups(letters: list[str], gaps: list[str]) -> list[str]:
    """Words are told apart by the marks between them, unless a mark stands between all letters."""
    dashed = any("-" in gap for gap in gaps)
    marked = [any(mark in ",.;" for mark in gap) or (dashed and gap.isspace()) for gap in gaps]
    if all(marked[1:]):
        return ["".join(letters)]
    groups = [letters[0]]
    for letter, mark in zip(letters[1:], marked[1:], strict=True):
        if mark:
            groups.append(letter)
        else:
            groups[-1] += letter
    if any(len(group) == 1 for group in groups):  # "S M I, T H"
        return ["".join(letters)]
    return groups


def written(spelled: str) -> str:
    """A spelled word as it is written in a name."""
    return "-".join(cased(part) for part in spelled.lower().split("-"))


def respelled(names: list[str], spelling: Spelling, meant: bool) -> tuple[list[str], list[str]] | None:
    """`names` as spelled, and the spelled words that are none of them ("Ann, A-N-N, L-E-E").

    None if the letters spell none of the names. `meant`: the caller said that this is the spelling.
    """
    whole = bare("".join(spelling.groups))
    for first in range(len(names)):
        if bare("".join(names[first:])) == whole:
            signs = len(spelling.groups) == 1 and not spelling.groups[0].isalpha()
            return [*names[:first], written(spelling.groups[0])] if signs else names, []
    groups = _cut(names, spelling.groups)
    made = list(names)
    left: list[str] = []
    taken: set[int] = set()
    for group in groups:
        place = _place(made, group, taken)
        if place is None:
            left.append(written(group))
        else:
            taken.add(place)
            group = _completed(made[place], group)
            made[place] = made[place] if bare(made[place]) == bare(group) else written(group)
    if taken:
        return made, left
    if len(names) > 1:
        return None
    return ([" ".join(left)], []) if meant else (names, left)


def _place(names: list[str], group: str, taken: set[int]) -> int | None:
    """The name that `group` spells: the likest one, of two the later."""
    best: tuple[float, int] | None = None
    for place, name in enumerate(names):
        score = fuzz.ratio(bare(name), bare(_completed(name, group)))
        if place not in taken and score >= ALIKE and (best is None or (score, place) > best):
            best = (score, place)
    return None if best is None else best[1]


def _completed(name: str, group: str) -> str:
    """Where only the beginning was spelled, the rest as said: "Stuart, S-T-U", "Katherine, C-A-T-H"."""
    low, spelled = bare(name), bare(group)
    if len(spelled) + 2 > len(low) or low[1 : len(spelled)] != spelled[1:] or len(spelled) < 2:
        return group
    return group + low[len(spelled) :]


def _cut(names: list[str], groups: list[str]) -> list[str]:
    """One run of letters that spells two of the names after each other, cut in two."""
    if len(groups) != 1 or len(names) < 2 or len(groups[0]) > 40:
        return groups
    group = groups[0]
    best, alike = groups, max(fuzz.ratio(bare(name), bare(group)) for name in names)
    for first, second in pairwise(names):
        for cut in range(2, len(group) - 1):
            left, right = group[:cut], group[cut:]
            score = min(fuzz.ratio(bare(first), bare(left)), fuzz.ratio(bare(second), bare(right)))
            if score > alike and score >= ALIKE:
                best, alike = [left, right], score
    return best
