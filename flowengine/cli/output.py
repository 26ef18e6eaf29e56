"""What commands print: problems of flows, plain lines, colour only on a terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from flowengine.language.flow import Flow

OK, PROBLEMS, USAGE = 0, 1, 2
"""Exit codes of every command."""


def colour(stream: object = None) -> bool:
    """Whether to colour what goes to `stream` (standard output if none is given).

    `NO_COLOR` and `FORCE_COLOR` decide where they are set. Source: no-color.org.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    isatty = getattr(stream if stream is not None else sys.stdout, "isatty", None)
    return bool(isatty and isatty()) and os.environ.get("TERM") != "dumb"


def load_or_exit(path: Path) -> Flow:
    """The flow in `path`. Its problems go to standard error; an error among them ends the command with 1."""
    from flowengine.language import load

    loaded = load(path)
    if loaded.problems:
        click.echo(loaded.render(colour(sys.stderr)), err=True, color=True)
    if loaded.flow is None:
        raise SystemExit(PROBLEMS)
    return loaded.flow


def fail(message: str, hint: str | None = None) -> NoReturn:
    """End the command because it was used wrongly: one line, no usage text, exit code 2."""
    click.secho("error: ", fg="red", bold=True, nl=False, err=True)
    click.echo(message, err=True)
    if hint:
        click.echo(f"hint: {hint}", err=True)
    raise SystemExit(USAGE)
