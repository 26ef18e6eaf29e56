"""`flowengine simulate`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from flowengine.cli.output import PROBLEMS, colour, fail

if TYPE_CHECKING:
    from flowengine.devtools.simulate import Script


@click.command("simulate")
@click.argument("url")
@click.argument("scripts", nargs=-1, type=click.Path(path_type=Path))
@click.option("--calls", default=1, show_default=True, type=click.IntRange(1), help="Calls, all at once.")
@click.option("--ramp", default=0.0, show_default=True, type=click.FloatRange(0), metavar="SECONDS",
              help="Seconds over which the calls begin.")  # fmt: skip
@click.option("--speed", default=1.0, show_default=True, type=click.FloatRange(0.1, 100),
              help="How many times faster than real time callers speak.")  # fmt: skip
@click.option("--patience", default=10.0, show_default=True, type=click.FloatRange(0.1), metavar="SECONDS",
              help="An answer that takes longer counts as left open.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="Of the small variations in a caller's timing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the report as one HTML file, too.")  # fmt: skip
def command(
    url: str,
    scripts: tuple[Path, ...],
    calls: int,
    ramp: float,
    speed: float,
    patience: float,
    seed: int,
    as_json: bool,
    html: Path | None,
) -> None:
    """Play Retell's side over a real socket against any Custom LLM server, and judge what it does.

    URL is what you would paste into Retell; the call id is appended. SCRIPTS are text files with one utterance a
    line (`/silence`, `/interrupt words`, `/drop` ...) or test files (`*.test.yaml`); without one a caller is played
    who does what callers and networks do.

    \b
    Examples:
      flowengine simulate ws://127.0.0.1:8080/llm-websocket
      flowengine simulate ws://127.0.0.1:8080/llm-websocket caller.txt --speed 4
      flowengine simulate wss://host/llm-websocket flows/booking.test.yaml --calls 50 --ramp 10
      flowengine simulate ws://127.0.0.1:8080/llm-websocket --json --html report.html

    \b
    Exit codes:
      0  every call went well
      1  a rule of the channel was broken, or an answer was not the expected one
      2  wrong options, or a script that cannot be read
    """
    if urlsplit(url).scheme not in ("ws", "wss") or not urlsplit(url).netloc:
        fail(f"'{url}' is no WebSocket URL", "ws://127.0.0.1:8080/llm-websocket")
    import asyncio

    from rich.console import Console

    from flowengine.devtools.simulate import DEFAULT, Options
    from flowengine.devtools.simulate import html as page
    from flowengine.devtools.simulate.table import report as shown
    from flowengine.devtools.simulate.table import watched

    played = tuple(_scripts(scripts)) or (DEFAULT,)
    options = Options(url, played, calls, ramp, speed, patience, seed=seed)
    try:
        result = asyncio.run(watched(options, Console(stderr=True)))
    except KeyboardInterrupt:
        raise SystemExit(PROBLEMS) from None
    if html is not None:
        html.write_text(page(result), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(result.to_json(), indent=2, ensure_ascii=False))
    else:
        Console(highlight=False).print(shown(result))
    if not result.ok:
        raise SystemExit(PROBLEMS)


def _scripts(paths: Iterable[Path]) -> Iterable[Script]:
    from flowengine.devtools.simulate import ScriptError
    from flowengine.devtools.simulate.reading import read_scripts
    from flowengine.devtools.testing import read_cases
    from flowengine.errors import FlowError
    from flowengine.language.problems import render_all

    for path in paths:
        try:
            yield from read_scripts(path)
        except FlowError:
            cases = read_cases(path)
            click.echo(render_all(cases.problems, {cases.file: cases.text}, colour()), err=True, color=True)
            fail(f"'{path}' has errors")
        except ScriptError as error:
            fail(str(error))
