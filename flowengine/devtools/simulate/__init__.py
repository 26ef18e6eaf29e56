"""Retell's side over real sockets against any Custom LLM server: a conformance check and a load test.

    report = await simulate(Options("ws://127.0.0.1:8080/llm-websocket", calls=10, ramp_s=5))
    report.ok, report.by_rule, report.first_sentence(0.99)

`script.py` says what callers do, `player.py` and `line.py` play one call, `crowd.py` many; `observed.py` is what was
seen, `rules/` judge it, `report.py` sums up, `table.py` and `page.py` show it.
"""

from flowengine.devtools.simulate.crowd import Progress, simulate
from flowengine.devtools.simulate.options import Options
from flowengine.devtools.simulate.page import html
from flowengine.devtools.simulate.report import Report
from flowengine.devtools.simulate.script import DEFAULT, Script, ScriptError, from_steps, parse_text

__all__ = [
    "DEFAULT",
    "Options",
    "Progress",
    "Report",
    "Script",
    "ScriptError",
    "from_steps",
    "html",
    "parse_text",
    "simulate",
]
