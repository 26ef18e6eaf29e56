"""A report as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from flowengine.devtools.simulate.report import CallReport, Report
from flowengine.devtools.simulate.rules import RULES

SHOWN = 200

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --dim: #667085; --line: #e3e6ec; --paper: #fff; --soft: #f6f7f9;
  --good: #14804a; --bad: #c2281d; --warn: #b25e09; --bar: #4c6fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --dim: #98a2b3; --line: #2d3442; --paper: #14181f;
  --soft: #1c222c; --good: #4ccb8a; --bad: #ff7a70; --warn: #f0b04f; --bar: #7d97ff; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.4rem; margin: 0 0 .2rem } h2 { font-size: 1.05rem; margin: 2.2rem 0 .6rem }
.dim { color: var(--dim) } .good { color: var(--good) } .bad { color: var(--bad) } .warn { color: var(--warn) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin-top: 1.2rem }
.tile { background: var(--soft); border-radius: .6rem; padding: .7rem .9rem }
.tile b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--dim); font-weight: 500 } td.n { font-variant-numeric: tabular-nums; text-align: right }
code { font: 13px ui-monospace, monospace } a { color: inherit } svg { width: 100%; height: 7rem; display: block }
svg rect { fill: var(--bar) }
"""


def html(report: Report) -> str:
    """The page."""
    verdict = "every call went well" if report.ok else f"{sum(c.failed for c in report.calls)} calls failed"
    tone = "good" if report.ok else "bad"
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Simulated calls: {verdict}</title><style>{_STYLE}</style></head><body>",
            f'<h1>Simulated calls: <span class="{tone}">{verdict}</span></h1>',
            f'<div class="dim">{escape(report.url)} · {len(report.calls)} calls in {report.seconds:.1f} s</div>',
            _tiles(report),
            "<h2>Time to the first sentence</h2>",
            _histogram(report.latencies),
            "<h2>Rules</h2>",
            _rules(report),
            *_violations(report),
            *_missed(report),
            "<h2>Calls</h2>",
            _calls(report.calls),
            "</body></html>\n",
        ]
    )


def _tiles(report: Report) -> str:
    tiles = [
        *((name, _ms(report.first_sentence(share)), "") for name, share in _SHARES),
        ("missed pings", str(report.missed_pings), _tone(report.missed_pings)),
        ("open responses", str(report.open_responses), _tone(report.open_responses)),
        ("stale frames", str(report.stale_frames), _tone(report.stale_frames)),
        ("duplicate tools", str(report.duplicate_tools), _tone(report.duplicate_tools)),
    ]
    cells = (f'<div class="tile"><b class="{tone}">{value}</b>{name}</div>' for name, value, tone in tiles)
    return f'<div class="tiles">{"".join(cells)}</div>'


_SHARES = (("first sentence p50", 0.5), ("p95", 0.95), ("p99", 0.99))


def _histogram(latencies: tuple[float, ...]) -> str:
    if not latencies:
        return '<p class="dim">No answer had a sentence.</p>'
    top = max(latencies) or 1.0
    bars = 40
    counts = [0] * bars
    for latency in latencies:
        counts[min(bars - 1, int(latency / top * bars))] += 1
    height = max(counts)
    drawn = (
        f'<rect x="{index * 10 + 1}" y="{100 - share:.1f}" width="8" height="{share:.1f}">'
        f"<title>{count} answers within {(index + 1) * top / bars:.0f} ms</title></rect>"
        for index, count in enumerate(counts)
        if (share := 100 * count / height)
    )
    label = f"{len(latencies)} answers between {latencies[0]:.0f} and {latencies[-1]:.0f} ms"
    return (
        f'<svg viewBox="0 0 {bars * 10} 100" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f'{"".join(drawn)}</svg><div class="dim">{label}</div>'
    )


def _rules(report: Report) -> str:
    rows = []
    for rule in RULES:
        count = report.by_rule.get(rule.id, 0)
        tone = "good" if not count else "bad" if rule.level == "error" else "warn"
        page, address = rule.reference
        rows.append(
            [
                f"<code>{rule.id}</code>",
                escape(rule.title),
                f'<span class="{tone}">{count or "held"}</span>',
                f'<a href="{address}">{escape(page)}</a>',
            ]
        )
    return _table(["rule", "what it says", "broken", "documented in"], rows)


def _violations(report: Report) -> list[str]:
    if not report.violations:
        return []
    rows = [
        [f"<code>{v.rule}</code>", escape(v.call_id), escape(v.message)] for v in report.violations[:SHOWN]
    ]
    more = len(report.violations) - SHOWN
    note = [f'<p class="dim">and {more} more</p>'] if more > 0 else []
    return ["<h2>Violations</h2>", _table(["rule", "call", "what was seen"], rows), *note]


def _missed(report: Report) -> list[str]:
    rows = [
        [escape(call.call_id), escape(call.script), escape(missed.wanted), escape(missed.said)]
        for call in report.calls
        for missed in call.missed
    ]
    if not rows:
        return []
    return ["<h2>Expectations missed</h2>", _table(["call", "script", "the answer", "was"], rows[:SHOWN])]


def _calls(calls: tuple[CallReport, ...]) -> str:
    rows = []
    for call in calls[:SHOWN]:
        slowest = max(call.latencies, default=None)
        tone = "bad" if call.failed else "good"
        rows.append(
            [
                f"<code>{escape(call.call_id)}</code>",
                escape(call.script),
                f'<span class="{tone}">{escape(call.ended)}</span>',
                str(call.turns),
                str(call.sockets),
                _ms(slowest),
                str(len(call.violations)),
            ]
        )
    heads = ["call", "script", "ended", "asks", "sockets", "slowest first sentence", "violations"]
    note = f'<p class="dim">and {len(calls) - SHOWN} more</p>' if len(calls) > SHOWN else ""
    return _table(heads, rows) + note


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _tone(count: int) -> str:
    return "bad" if count else "good"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"
