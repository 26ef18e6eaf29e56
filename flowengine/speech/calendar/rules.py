"""Rules in the notation of `lexicon.py`: their parts, what they can begin with, which are worth trying at a place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flowengine.speech.text import fold

ANY = "..."
"""In notation: up to four words of any class."""
_NOTATION = re.compile(
    r"\.\.\.|[a-z_0-9]*:?[A-Z][A-Z0-9_]*|[^\s()|?$!<>=^A-Z.]+"
    r"|[()|?]|\$[A-Z]+|<!?[A-Z]+|[!=][A-Z]+|>|\$|\^"
)
_ASIDE = "<!>=^$"
"""What begins with one of these looks at the neighbours and takes no word."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One compiled rule: which action it makes, of which section, and what its groups capture."""

    section: str
    action: str
    pattern: re.Pattern[str]
    captures: tuple[tuple[str, str], ...]
    """(name, class) of each regex group, in order."""
    notation: str


@dataclass(slots=True)
class Stage:
    """The rules of one pass, each with the characters that can stand first and second in it (None: any)."""

    rules: list[tuple[Rule, frozenset[str], frozenset[str] | None]] = field(default_factory=list)
    _able: dict[str, tuple[Rule, ...]] = field(default_factory=dict)

    def able(self, two: str) -> tuple[Rule, ...]:
        """The rules that may match where these one or two characters stand, in their order."""
        found = self._able.get(two)
        if found is None:
            first, second = two[0], two[1:]
            found = self._able[two] = tuple(
                rule
                for rule, firsts, seconds in self.rules
                if first in firsts and (seconds is None or (second and second in seconds))
            )
        return found


@dataclass(frozen=True, slots=True)
class Opening:
    """The classes that can stand first and second in a piece of notation, and whether it can be of no or one word."""

    firsts: frozenset[str] = frozenset()
    seconds: frozenset[str] = frozenset()
    none: bool = True
    one: bool = False

    def then(self, other: Opening) -> Opening:
        """This, followed by another."""
        return Opening(
            self.firsts | (other.firsts if self.none else frozenset()),
            self.seconds
            | (other.firsts if self.one else frozenset())
            | (other.seconds if self.none else frozenset()),
            self.none and other.none,
            (self.one and other.none) or (self.none and other.one),
        )

    def either(self, other: Opening) -> Opening:
        """This or another."""
        return Opening(
            self.firsts | other.firsts,
            self.seconds | other.seconds,
            self.none or other.none,
            self.one or other.one,
        )


def opening(parts: Sequence[str], class_of: Callable[[str], str]) -> Opening:
    """What the parts of a rule can begin with; `class_of` names the class of a part that is a word."""
    words = [part for part in parts if part == ANY or part[0] not in _ASIDE]
    return _alternatives(words, 0, class_of)[0]


def _alternatives(parts: Sequence[str], at: int, class_of: Callable[[str], str]) -> tuple[Opening, int]:
    """The opening of the group whose inside begins at `at`, and the place after its last part."""
    whole: Opening | None = None
    branch = Opening()
    while at < len(parts) and parts[at] != ")":
        if parts[at] == "|":
            whole, branch = branch.either(whole) if whole else branch, Opening()
            at += 1
            continue
        if parts[at] == "(":
            piece, at = _alternatives(parts, at + 1, class_of)
            at += 1
        elif parts[at] == ANY:
            piece, at = Opening(frozenset((ANY,)), frozenset((ANY,)), one=True), at + 1
        else:
            piece, at = Opening(frozenset((class_of(parts[at]),)), none=False, one=True), at + 1
        if at < len(parts) and parts[at] == "?":
            piece, at = Opening(piece.firsts, piece.seconds, True, piece.one), at + 1
        branch = branch.then(piece)
    return branch.either(whole) if whole else branch, at


def is_word(part: str) -> bool:
    """A literal word, no class."""
    return (part[0].islower() and ":" not in part) or part[0].isdigit()


def parts_of(notation: str, macros: Mapping[str, str]) -> list[str]:
    """The parts of a rule, macros put in."""
    out: list[str] = []
    for part in _NOTATION.findall(notation):
        if len(part) > 1 and part[0] == "$":
            out.extend(["(", *parts_of(macros[part[1:]], macros), ")"])
        else:
            out.append(fold(part) if part[0].islower() and ":" not in part else part)
    return out
