"""Problems: what is wrong with a flow, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from flowengine.language.flow import Source

Level = Literal["error", "warning"]

_COLOURS = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "hint": "\x1b[36m",
    "bold": "\x1b[1m",
    "dim": "\x1b[2m",
}
_RESET = "\x1b[0m"
_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. An `error` keeps the flow from being used, a `warning` does not.

    `code` names the rule (its page is in docs/reference/checks.md), `hint` says what to do.
    """

    level: Level
    code: str
    message: str
    where: Source
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.level}: {self.message} [{self.code}]"

    def to_json(self) -> dict[str, object]:
        """The problem as plain JSON data."""
        return {
            "level": self.level,
            "code": self.code,
            "message": self.message,
            "file": self.where.file,
            "line": self.where.line,
            "column": self.where.column,
            "hint": self.hint,
        }


def render(problem: Problem, source_text: str | None = None, colour: bool = False) -> str:
    """The problem for people: the message, the line of `source_text` (its file) with a caret, the hint."""

    def paint(kind: str, text: str) -> str:
        return f"{_COLOURS[kind]}{text}{_RESET}" if colour else text

    head = f"{paint('bold', str(problem.where))}: {paint(problem.level, problem.level)}: {problem.message}"
    lines = [f"{head} {paint('dim', f'[{problem.code}]')}"]
    if source_text is not None:
        lines += [paint("dim", line) if caret is False else paint(problem.level, line)
                  for line, caret in _excerpt(problem.where, source_text)]  # fmt: skip
    if problem.hint:
        lines.append(f"    {paint('hint', 'hint:')} {problem.hint}")
    return "\n".join(lines)


def _excerpt(where: Source, text: str) -> list[tuple[str, bool]]:
    lines = text.removesuffix("\n").split("\n") if text else []
    if not 1 <= where.line <= len(lines):
        return []
    line, column = lines[where.line - 1].replace("\t", " "), where.column - 1
    start = 0
    if len(line) > _WIDTH:
        start = max(0, min(column - _WIDTH // 2, len(line) - _WIDTH))
    shown = "".join(
        character if character.isprintable() else "�" for character in line[start : start + _WIDTH]
    )
    gutter = f"{where.line:>6} | "
    return [
        (gutter + shown.rstrip(), False),
        (" " * (len(gutter) - 2) + "| " + " " * (column - start) + "^", True),
    ]


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Without repetitions, by file, position and then code; files in the order they first appear in."""
    unique = list(dict.fromkeys(problems))
    files = {
        file: index for index, file in enumerate(dict.fromkeys(problem.where.file for problem in unique))
    }
    return tuple(
        sorted(
            unique,
            key=lambda p: (files[p.where.file], p.where.line, p.where.column, p.level, p.code, p.message),
        )
    )


def render_all(problems: Iterable[Problem], sources: Mapping[str, str], colour: bool = False) -> str:
    """All problems, each with its excerpt, and a last line that counts them. `sources`: text by file."""
    shown = list(problems)
    blocks = [render(problem, sources.get(problem.where.file), colour) for problem in shown]
    errors = sum(problem.level == "error" for problem in shown)
    blocks.append(f"{counted(errors, 'error')}, {counted(len(shown) - errors, 'warning')}")
    return "\n\n".join(blocks)


def counted(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'confirm'?` when a known name is close, else nothing."""
    close = closest(name, known)
    return f"; did you mean '{close}'?" if close else ""


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant."""
    names = list(dict.fromkeys(known))
    found = get_close_matches(name, names, n=1, cutoff=0.6)
    if found:
        return found[0]
    same = [other for other in names if other.lower().replace("-", "_") == name.lower().replace("-", "_")]
    return same[0] if same else None


def listed(names: Iterable[str], limit: int = 12) -> str:
    """`a, b, c`, shortened when there are many."""
    all_names = list(dict.fromkeys(names))
    shown = ", ".join(all_names[:limit])
    return f"{shown}, ..." if len(all_names) > limit else shown
