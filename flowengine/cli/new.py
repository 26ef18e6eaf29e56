"""`flowengine new`."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import click

from flowengine.cli.output import fail
from flowengine.cli.schema import FILES, as_text, schema


@click.command("new")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--schema", "reference", metavar="PATH_OR_URL",
              help="What the editor hint points to; without it the schema is written beside the flow.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
def command(path: Path, reference: str | None, force: bool) -> None:
    """Write a starter flow to PATH: a call-back line of five states that runs as it is.

    Its first line tells editors which schema it follows; the schema is written beside it, so that an editor with
    a YAML language server completes and checks at once.

    \b
    Examples:
      flowengine new hello.yaml
      flowengine new flows/hello.yaml --schema ../schemas/flow.schema.json

    \b
    Exit codes:
      0  written
      2  the file exists already, or wrong options
    """
    if path.suffix not in (".yaml", ".yml"):
        path = path.with_name(path.name + ".yaml")
    if path.exists() and not force:
        fail(f"'{path}' exists already", "choose another name, or --force to overwrite it")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(starter(path.name, reference or FILES["flow"]), encoding="utf-8")
    click.echo(f"wrote {path}")
    if reference is None:
        beside = path.with_name(FILES["flow"])
        beside.write_text(as_text(schema("flow")), encoding="utf-8")
        click.echo(f"wrote {beside}, for your editor")
    click.echo(f"\nnext: flowengine chat {path}\n      flowengine run {path} --reload")


def starter(file_name: str, reference: str) -> str:
    """The starter flow for a file of that name, with `reference` in its editor hint."""
    text = files("flowengine.cli").joinpath("starter.yaml").read_text(encoding="utf-8")
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", Path(file_name).stem).strip("_-")
    if not name[:1].isalpha():
        name = f"flow_{name}".rstrip("_")
    text = text.replace("$schema=flow.schema.json", f"$schema={reference}", 1)
    text = text.replace("starter.yaml", file_name)
    return text.replace("flow: starter\n", f"flow: {name}\n", 1)
