"""`flowengine test`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowengine.cli.output import PROBLEMS, USAGE, colour, fail

if TYPE_CHECKING:
    from flowengine.devtools.testing.play import Played


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-k", "match", default="", help="Only cases whose name or file holds this text.")
@click.option("--fuzz", type=click.IntRange(0), default=3, show_default=True,
              help="Random schedules that each case is replayed under; 0 for none.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Begins the random schedules.")
@click.option(
    "--jobs", "-j", type=click.IntRange(1), help="Processes; as many as there are processors by default."
)
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write the results as JUnit XML."
)
@click.option(
    "--coverage", is_flag=True, help="Show which states, handlers, guards and tool outcomes were used."
)
@click.option(
    "--coverage-html", type=click.Path(dir_okay=False, path_type=Path), help="Write coverage as a page."
)
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), help="Fail if a flow is covered by less, in percent."
)
@click.option(
    "--update", is_flag=True, help="Rewrite `exact:` expectations that fail to what the agent says now."
)
@click.option("--watch", is_flag=True, help="Run again whenever a file changes.")
def command(paths: tuple[Path, ...], watch: bool, **options: Any) -> None:
    """Run the test cases that stand beside flows (`booking.test.yaml` beside `booking.yaml`).

    PATHS are test files, flows, or folders; the present folder if none is given.

    \b
    Examples:
      flowengine test flows/
      flowengine test flows/booking.yaml -k "change the day"
      flowengine test flows/ --fuzz 200 --coverage --fail-under 90
      flowengine test flows/ --junit results.xml

    \b
    Exit codes:
      0  every case passed
      1  a case failed, a file has problems, or too little is covered
      2  no test file, or wrong options
    """
    chosen = paths or (Path(),)
    for path in chosen:
        if not path.exists():
            fail(f"there is no file or folder '{path}'")
    if not watch:
        raise SystemExit(_once(chosen, **options))
    _again_and_again(chosen, options)


def _again_and_again(paths: tuple[Path, ...], options: dict[str, Any]) -> None:
    """Run once, then whenever a flow, a test file or a tool changes. Ends with Ctrl-C."""
    from watchfiles import watch

    folders = {path if path.is_dir() else path.parent for path in paths}
    watched = watch(
        *folders,
        watch_filter=lambda _, file: file.endswith((".yaml", ".yml", ".py")),
        rust_timeout=200,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    next(watched)  # from here on no change is missed, not even one during the first run
    code = _once(paths, **options)
    click.echo("watching; Ctrl-C ends it", err=True)
    for changes in watched:
        if changes:
            code = _once(paths, **options)
    raise SystemExit(code)


def _once(
    paths: tuple[Path, ...],
    *,
    match: str,
    fuzz: int,
    seed: int,
    jobs: int | None,
    junit: Path | None,
    coverage: bool,
    coverage_html: Path | None,
    fail_under: float | None,
    update: bool,
) -> int:
    from flowengine.devtools.testing import Options, find, run
    from flowengine.devtools.testing.display import failure, summary
    from flowengine.devtools.testing.display import junit as as_junit
    from flowengine.language.problems import render_all

    if not find(paths):
        click.echo(f"error: no test file in {', '.join(map(str, paths))}", err=True)
        return USAGE
    counting = coverage or coverage_html is not None or fail_under is not None
    begun = time.perf_counter()
    progress = _Progress()
    options = Options(match, fuzz, seed, jobs, counting)
    outcomes = run(paths, options, progress)
    if update:
        from flowengine.devtools.testing.update import update as rewrite

        if changed := rewrite(outcomes.played):
            progress.end()
            click.echo(f"updated {changed} expectations; running again", err=True)
            outcomes = run(paths, options, progress)
    progress.end()
    if outcomes.problems:
        click.echo(render_all(outcomes.problems, outcomes.sources, colour()), color=True)
    for played in outcomes.played:
        if not played.passed:
            click.echo(failure(played, colour()) + "\n", color=True)
    if junit is not None:
        junit.write_text(as_junit(outcomes.played), encoding="utf-8")
    enough = True
    if counting:
        from flowengine.devtools.coverage import covered, html, table

        found = [covered(flow, outcomes.marks.get(path, ())) for path, flow in outcomes.flows.items()]
        if coverage:
            click.echo(table(found))
        if coverage_html is not None:
            coverage_html.write_text(html(found, outcomes.sources), encoding="utf-8")
        for one in found:
            if fail_under is not None and one.percent < fail_under:
                enough = False
                click.echo(f"{one.flow}: {one.percent:.1f} % covered, less than {fail_under:g} %")
    click.echo(summary(outcomes, time.perf_counter() - begun))
    return 0 if outcomes.ok and enough else PROBLEMS


class _Progress:
    """A bar on a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._failed = 0

    def __call__(self, played: Played, total: int) -> None:
        if not sys.stderr.isatty():
            return
        from rich.markup import escape

        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._bar.add_task("", total=total)
        self._failed += not played.passed
        failed = f"[red]{self._failed} failed[/red]  " if self._failed else ""
        self._bar.update(
            self._bar.task_ids[0], advance=1, total=total, description=f"{failed}{escape(played.case)}"
        )

    def end(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
