"""`flowengine check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowengine.cli.files import flow_files
from flowengine.cli.output import PROBLEMS, colour

if TYPE_CHECKING:
    from flowengine.language.problems import Problem


@click.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="For people, or one JSON document for tools.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Warnings count as problems too.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing about flows that are fine.")
def command(paths: tuple[Path, ...], format_: str, strict: bool, quiet: bool) -> None:
    """Check flows: every problem at once, with its line and a hint.

    PATHS are flow files, or folders whose flow files are all checked.

    \b
    Examples:
      flowengine check booking.yaml
      flowengine check flows/ --strict
      flowengine check flows/ --format json

    \b
    Exit codes:
      0  no errors (with --strict: no warnings either)
      1  problems were found
      2  no such file, or wrong options
    """
    from flowengine.language import load

    files = [file for path in paths for file in flow_files(path)]
    problems: list[Problem] = []
    sources: dict[str, str] = {}
    names: dict[Path, str | None] = {}
    for file in dict.fromkeys(files):
        loaded = load(file)
        problems += [problem for problem in loaded.problems if problem not in problems]
        sources |= loaded.sources
        names[file] = None if loaded.flow is None else loaded.flow.name
    errors = sum(problem.level == "error" for problem in problems)
    failed = bool(errors or (strict and problems) or None in names.values())
    if format_ == "json":
        report = {
            "ok": not failed,
            "errors": errors,
            "warnings": len(problems) - errors,
            "files": [{"file": str(file), "flow": name} for file, name in names.items()],
            "problems": [problem.to_json() for problem in problems],
        }
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        _print(names, problems, sources, quiet)
    if failed:
        raise SystemExit(PROBLEMS)


def _print(
    names: dict[Path, str | None], problems: list[Problem], sources: dict[str, str], quiet: bool
) -> None:
    touched = {problem.where.file for problem in problems}
    if not quiet:
        for file, name in names.items():
            if name is not None and str(file) not in touched:
                click.echo(
                    f"{click.style('ok', fg='green')}  {file}  {click.style(name, dim=True)}", color=colour()
                )
    if problems:
        if not quiet and len(touched) < len(names):
            click.echo()
        from flowengine.language.problems import render_all

        click.echo(render_all(problems, sources, colour()), color=True)
