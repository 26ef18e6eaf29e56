"""The group of all commands. Their help lines stand here, so that listing them imports none of them."""

from __future__ import annotations

from importlib import import_module

import click

from flowengine import __version__

COMMANDS: dict[str, str] = {
    "run": "Answer calls: serve a flow, or a folder of flows, to Retell.",
    "check": "Check flows: every problem at once, with its line and a hint.",
    "chat": "Be the caller at a terminal.",
    "test": "Run the test cases that stand beside flows.",
    "explain": "Show what would be understood, and which line would answer.",
    "simulate": "Play Retell's side against any Custom LLM server.",
    "replay": "Play a recorded call again, also against an edited flow.",
    "graph": "Draw a flow as a Mermaid state diagram.",
    "new": "Write a starter flow.",
    "schema": "Write the JSON Schemas of flow files and of the wire.",
}
"""Name -> help line; the order is the order in `--help`."""


class LazyGroup(click.Group):
    """Imports the module of a command, `flowengine.cli.<name>`, when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"flowengine.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            ctx.fail(f"There is no command '{name}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all is well, 1 problems were found, 2 the command was used wrongly.",
)
@click.version_option(__version__, "-V", "--version", prog_name="flowengine", message="%(prog)s %(version)s")
def main() -> None:
    """Phone agents that do what you wrote: one YAML state machine per conversation, served to Retell AI.

    \b
    Examples:
      flowengine new hello.yaml             write a first flow
      flowengine check hello.yaml           find what is wrong with it
      flowengine run hello.yaml             answer calls with it
      flowengine COMMAND --help             more about one command
    """
