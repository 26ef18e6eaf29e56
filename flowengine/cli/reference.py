"""The reference page of the command line, made from `--help`: `python -m flowengine.cli.reference`."""

from __future__ import annotations

import sys

import click

from flowengine.cli.group import COMMANDS, main

_HEAD = """\
# The command line

Every command says the same with `--help`. Exit codes are 0 when all is well, 1 when problems were found and 2 when
the command was used wrongly. Colour appears only on a terminal; `NO_COLOR` and `FORCE_COLOR` decide where they are set.
"""


def page() -> str:
    """The whole page as Markdown."""
    names = ["-h", "--help"]
    top = click.Context(main, info_name="flowengine", terminal_width=100, help_option_names=names)
    parts = [_HEAD, _section("flowengine", main, top)]
    for name in COMMANDS:
        command = main.get_command(top, name)
        assert command is not None
        context = click.Context(command, top, name, terminal_width=100)
        parts.append(_section(f"flowengine {name}", command, context))
    return "\n".join(parts)


def _section(title: str, command: click.Command, context: click.Context) -> str:
    return f"## {title}\n\n```text\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    sys.stdout.write(page())
