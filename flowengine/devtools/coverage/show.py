"""Coverage for people: a table with line numbers for the terminal, a page over the YAML for the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from flowengine.devtools.coverage.items import Covered

_KINDS = ("state", "handler", "slot", "guard", "tool")


def table(found: Sequence[Covered]) -> str:
    """One line for each flow with the share of each kind, then the places that were missed."""
    lines = [f"{'flow':<24}" + "".join(f"{kind:>10}" for kind in _KINDS) + f"{'all':>8}"]
    for one in found:
        cells = ""
        for kind in _KINDS:
            mine = [item for item in one.items if item.kind == kind]
            hit = sum(item.mark in one.marks for item in mine)
            cells += f"{f'{hit}/{len(mine)}':>10}"
        lines.append(f"{one.flow:<24}{cells}{one.percent:>7.0f}%")
    for one in found:
        for item in one.missed:
            lines.append(f"  missed  {item.where}  {item.kind} {item.name}")
    return "\n".join(lines)


def html(found: Sequence[Covered], sources: Mapping[str, str]) -> str:
    """One page: a summary, what was missed, and each file with what was used in green and what was not in red.

    `sources`: text by file.
    """
    files = list(dict.fromkeys(item.where.file for one in found for item in one.items))
    parts = [_HEAD, _summary(found), _missed(found, files)]
    for place, file in enumerate(files):
        parts.append(
            f"<h2>{escape(file)}</h2>\n<pre>{_lines(found, file, place, sources.get(file, ''))}</pre>"
        )
    return "\n".join(parts) + "\n</body></html>\n"


def _summary(found: Sequence[Covered]) -> str:
    rows = []
    for one in found:
        cells = ""
        for kind in _KINDS:
            mine = [item for item in one.items if item.kind == kind]
            hit = sum(item.mark in one.marks for item in mine)
            cells += f'<td class="{"" if hit == len(mine) else "short"}">{hit}/{len(mine)}</td>'
        rows.append(f"<tr><th>{escape(one.flow)}</th>{cells}<td><b>{one.percent:.0f}%</b></td></tr>")
    heads = "".join(f"<th>{kind}s</th>" for kind in _KINDS)
    return f"<table><tr><th>flow</th>{heads}<th>all</th></tr>{''.join(rows)}</table>"


def _missed(found: Sequence[Covered], files: Sequence[str]) -> str:
    links = [
        f'<li><a href="#f{files.index(item.where.file)}l{item.where.line}">{escape(str(item.where))}</a> '
        f"{item.kind} {escape(item.name)}</li>"
        for one in found
        for item in one.missed
    ]
    return f"<h2>Missed</h2><ul>{''.join(links)}</ul>" if links else "<p>Nothing was missed.</p>"


def _lines(found: Sequence[Covered], file: str, place: int, text: str) -> str:
    here = [(item, item.mark in one.marks) for one in found for item in one.items if item.where.file == file]
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        mine = [(item, hit) for item, hit in here if item.where.line == number]
        kind = "" if not mine else "hit" if all(hit for _, hit in mine) else "missed"
        note = "; ".join(f"{item.kind} {item.name}" for item, hit in mine if not hit)
        lines.append(
            f'<span id="f{place}l{number}" class="{kind}" title="{escape(note)}">'
            f"<i>{number:>4}</i> {escape(line)}</span>"
        )
    return "".join(lines)  # each span is a block of its own; a line break more would double the spacing


_HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>flow coverage</title><style>
body{font-family:system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2033}
table{border-collapse:collapse}th,td{padding:.35rem .9rem;text-align:right;border-bottom:1px solid #e3e5ea}
th:first-child{text-align:left}td.short{color:#b3261e;font-weight:600}
pre{line-height:1.45;background:#fafbfc;padding:.6rem 0;overflow-x:auto;font-size:.85rem}
pre span{display:block;padding:0 .5rem}span:target{outline:2px solid #4c6fff}
.hit{background:#e3f6e5}.missed{background:#fbdcdc}i{color:#8a90a2;font-style:normal;margin-right:1rem}
</style></head><body><h1>Flow coverage</h1>"""
