"""`flowengine schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from flowengine.cli.output import PROBLEMS

FILES = {
    "flow": "flow.schema.json",
    "test": "test.schema.json",
    "inbound": "inbound.schema.json",
    "outbound": "outbound.schema.json",
    "asyncapi": "asyncapi.json",
}
"""Name of a schema -> the file it is written to."""


@click.command("schema")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("schemas"))
@click.option(
    "--print", "printed", type=click.Choice(list(FILES)), help="Print this one instead of writing files."
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file is missing or differs.")
def command(folder: Path, printed: str | None, check: bool) -> None:
    """Write the JSON Schemas of flow files, test files and both directions of the wire to FOLDER.

    Beside them stands an AsyncAPI document of the channel. FOLDER is `schemas` unless given. Editors check and
    complete a flow that begins with `# yaml-language-server: $schema=schemas/flow.schema.json`.

    \b
    Examples:
      flowengine schema
      flowengine schema build/schemas
      flowengine schema --print flow > flow.schema.json
      flowengine schema --check

    \b
    Exit codes:
      0  written (with --check: all files are up to date)
      1  with --check: a file is missing or differs
      2  wrong options
    """
    if printed is not None:
        click.echo(as_text(schema(printed)), nl=False)
        return
    stale = False
    for name, file in FILES.items():
        path, text = folder / file, as_text(schema(name))
        if check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                click.echo(f"{path} is missing or differs; run: flowengine schema {folder}", err=True)
                stale = True
            continue
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path}")
    if stale:
        raise SystemExit(PROBLEMS)


def schema(name: str) -> dict[str, Any]:
    """The schema of that name as plain data; made from the models that read and write."""
    if name == "flow":
        from flowengine.language import flow_schema

        return flow_schema()
    if name == "test":
        from flowengine.devtools.testing.document import test_schema

        return test_schema()
    from flowengine.protocol import schemas

    makers = {
        "inbound": schemas.inbound_schema,
        "outbound": schemas.outbound_schema,
        "asyncapi": schemas.asyncapi,
    }
    return makers[name]()


def as_text(document: dict[str, Any]) -> str:
    """As it stands in the file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
