"""A run of `simulate` on a terminal: the live table and the report at its end."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from flowengine.devtools.retell.facts import Asked, Dropped
from flowengine.devtools.simulate.crowd import Progress, simulate
from flowengine.devtools.simulate.options import Options
from flowengine.devtools.simulate.report import Report, percentile
from flowengine.devtools.simulate.rules import RULES

ROWS = 12


def live(progress: Progress) -> RenderableType:
    """The state of a run: one line of totals, and what some of the live calls are doing."""
    latencies = [latency for report in progress.done for latency in report.latencies]
    head = Table.grid(padding=(0, 2))
    head.add_row(
        f"[bold]{progress.seconds:.0f} s[/]",
        f"waiting {progress.waiting}",
        f"[cyan]live {len(progress.live)}[/]",
        f"[green]done {len(progress.done) - progress.failed}[/]",
        f"[red]failed {progress.failed}[/]" if progress.failed else "failed 0",
        f"first sentence p50 {_ms(percentile(latencies, 0.5))}  p99 {_ms(percentile(latencies, 0.99))}",
    )
    calls = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("call", "script", "asks", "frames dropped"):
        calls.add_column(name)
    for call_id, seen in list(progress.live.items())[:ROWS]:
        dropped = len(seen.of(Dropped))
        calls.add_row(call_id, seen.script, str(len(seen.of(Asked))), Text(str(dropped), _alarm(dropped)))
    return Group(head, calls) if progress.live else head


def report(result: Report) -> RenderableType:
    """The report: totals, latency, and a line for every rule that was broken."""
    totals = Table.grid(padding=(0, 2))
    turns = sum(call.turns for call in result.calls)
    totals.add_row("server", result.url)
    totals.add_row("calls", f"{len(result.calls)} with {turns} asks in {result.seconds:.1f} s")
    totals.add_row("ended", ", ".join(f"{reason} {count}" for reason, count in result.ends.items()))
    shares = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    figures = "  ".join(f"{name} {_ms(result.first_sentence(share))}" for name, share in shares)
    totals.add_row("first sentence", figures)
    for name, count in (
        ("missed pings", result.missed_pings),
        ("open responses", result.open_responses),
        ("stale frames", result.stale_frames),
        ("duplicate tools", result.duplicate_tools),
    ):
        totals.add_row(name, Text(str(count), _alarm(count)))
    parts: list[RenderableType] = [totals, ""]
    if result.by_rule:
        parts += [_broken(result), ""]
    for call in result.calls:
        for missed in call.missed[:ROWS]:
            parts.append(
                Text(f"{call.call_id} ({call.script}): the agent's answer {missed.wanted} is false", "red")
            )
            parts.append(Text(f"    it said: {missed.said}", "dim"))
    held = len(RULES) - len(result.by_rule)
    verdict = f"{held} of {len(RULES)} rules held"
    parts.append(Text(verdict, "bold green" if result.ok else "bold red"))
    return Group(*parts)


def _broken(result: Report) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("rule", "times", "the first", "documented in"):
        table.add_column(name)
    for rule in RULES:
        count = result.by_rule.get(rule.id)
        if count:
            first = next(v for v in result.violations if v.rule == rule.id)
            colour = "red" if rule.level == "error" else "yellow"
            told = f"{first.call_id}: {first.message}"
            table.add_row(Text(rule.id, colour), str(count), Text(told), Text(rule.reference[0], "dim"))
    return table


def _alarm(count: int) -> str:
    return "red" if count else ""


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"


async def watched(options: Options, console: Console) -> Report:
    """Simulate with the live table on this console; a console that is no terminal is left alone."""
    state = Progress(options.calls)
    with Live(
        get_renderable=lambda: live(state), console=console, transient=True, refresh_per_second=4
    ) as shown:
        if not console.is_terminal:
            shown.stop()
        return await simulate(options, progress=state)
