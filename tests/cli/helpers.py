"""The command line as its users run it, in this process."""

from __future__ import annotations

from click.testing import CliRunner, Result

from flowengine.cli import main


def flowengine(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run `flowengine ARGUMENTS`; an exception that is no exit is raised."""
    result = CliRunner().invoke(main, list(arguments), input=stdin, prog_name="flowengine")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
