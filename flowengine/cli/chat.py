"""`flowengine chat`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from flowengine.cli.moments import MOMENT, epoch_ms, in_zone
from flowengine.cli.output import colour, fail, load_or_exit

if TYPE_CHECKING:
    from flowengine.devtools.chat import Chat


@click.command("chat")
@click.argument("flow", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--now", type=MOMENT, help="The moment that dates are read against; now if left out.")
@click.option(
    "--var", "variables", multiple=True, metavar="NAME=TEXT", help="A dynamic variable, as Retell sends it."
)
@click.option("--tools", type=click.Choice(["example", "real"]), default="example", show_default=True,
              help="Whether tools answer with their example or run for real.")  # fmt: skip
@click.option("--partial", is_flag=True, help="Send the words as they are typed, as Retell would.")
@click.option("--reload", is_flag=True, help="An edit of the flow changes the chat.")
def command(
    flow: Path, now: datetime | None, variables: tuple[str, ...], tools: str, partial: bool, reload: bool
) -> None:
    """Be the caller at a terminal: type what the caller says.

    /help shows what else callers and networks can do: /silence, /interrupt, /mumble, /drop, /hangup, /save, /quit.
    Lines may be piped in as well.

    \b
    Examples:
      flowengine chat booking.yaml
      flowengine chat booking.yaml --var customer_name=Ann --now 2026-11-23T10:00:00
      printf 'yes\\nTuesday at three\\n' | flowengine chat booking.yaml

    \b
    Exit codes:
      0  the chat is over
      1  the flow has errors
      2  no such file, or wrong options
    """
    from flowengine.devtools.chat import Chat

    loaded = load_or_exit(flow)
    for text in variables:
        if "=" not in text:
            fail(f"'{text}' is no variable", "--var customer_name=Ann")
    pairs = dict(text.split("=", 1) for text in variables)
    chat = Chat(
        loaded,
        flow,
        now=epoch_ms(in_zone(now, ZoneInfo(loaded.timezone))) if now else None,
        partial=partial,
        real=tools == "real",
        reload=reload,
        variables=pairs or None,
    )
    _show(chat.open())
    for line in _typed(chat) if sys.stdin.isatty() else _piped():
        _show(chat.line(line))
        if chat.over:
            break


def _show(lines: list[str]) -> None:
    for line in lines:
        style = {"fg": "green"} if line.startswith("agent:") else {"dim": True}
        click.echo(click.style(line, **style) if colour() else line, color=True)


def _piped() -> Iterator[str]:
    for line in sys.stdin:
        click.echo(f"you: {line.strip()}")
        yield line


def _typed(chat: Chat) -> Iterator[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.application import run_in_terminal
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.completion import WordCompleter

    from flowengine.devtools.chat import COMMANDS

    def words(buffer: Buffer) -> None:
        """With `--partial`: every finished word goes out, and what the agent says into it is shown above."""
        if buffer.text.endswith(" ") and (lines := chat.typed(buffer.text)):
            run_in_terminal(lambda: _show(lines))

    completer = WordCompleter(list(COMMANDS), sentence=True)
    session: PromptSession[str] = PromptSession(completer=completer, bottom_toolbar=lambda: chat.status)
    if chat.partial:
        session.default_buffer.on_text_changed += words
    while True:
        try:
            yield session.prompt("you: ")
        except (EOFError, KeyboardInterrupt):
            return
