"""`flowengine graph`."""

from __future__ import annotations

from pathlib import Path

import click

from flowengine.cli.output import load_or_exit


@click.command("graph")
@click.argument("flow", type=click.Path(path_type=Path))
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
def command(flow: Path, output: Path | None) -> None:
    """Draw FLOW as a Mermaid state diagram: every state, and every written move with what leads to it.

    The text goes to standard output; paste it into anything that draws Mermaid.

    \b
    Examples:
      flowengine graph booking.yaml
      flowengine graph booking.yaml -o booking.mmd

    \b
    Exit codes:
      0  the diagram was written
      1  the flow has errors
      2  wrong options
    """
    from flowengine.engine.machine import diagram

    text = diagram(load_or_exit(flow)).rstrip() + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"wrote {output}", err=True)
