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
    """One page: each file with what was used in green and what was missed in red. `sources`: text by file."""
    parts = [_HEAD]
    for file in dict.fromkeys(item.where.file for one in found for item in one.items):
        here = [
            (item, item.mark in one.marks) for one in found for item in one.items if item.where.file == file
        ]
        parts.append(f"<h2>{escape(file)}</h2><pre>")
        for number, text in enumerate(sources.get(file, "").splitlines(), 1):
            mine = [(item, hit) for item, hit in here if item.where.line == number]
            kind = "" if not mine else "hit" if all(hit for _, hit in mine) else "missed"
            note = "; ".join(f"{item.kind} {item.name}" for item, hit in mine if not hit)
            parts.append(
                f'<span class="{kind}" title="{escape(note)}"><i>{number:>4}</i> {escape(text)}</span>'
            )
        parts.append("</pre>")
    return "\n".join(parts) + "</body></html>\n"


_HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>flow coverage</title><style>
body{font-family:system-ui;margin:2rem}pre{line-height:1.35}pre span{display:block;padding:0 .5rem}
.hit{background:#e3f6e5}.missed{background:#fbdcdc}i{color:#888;font-style:normal;margin-right:1rem}
</style></head><body><h1>Flow coverage</h1>"""
