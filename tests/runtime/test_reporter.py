"""What the operator sees, and what a machine's log must not hold."""

from __future__ import annotations

import io
import json

from rich.console import Console

from flowengine.engine.commands import Report
from flowengine.language.flow import Source
from flowengine.language.problems import Problem
from flowengine.runtime.reporter import JsonReporter, TerminalReporter

TURN = Report(
    "info",
    "turn",
    {
        "response_id": 4,
        "kind": "response_required",
        "state_before": "greeting",
        "state_after": "booking.details",
        "heard": "yes \x1b[31mplease\x07\nnow",
        "said": "May I have your name?",
        "answered_by": "booking.yaml:31:9",
        "ms": 1.23,
    },
)
PROBLEM = Problem(
    "error", "unknown-state", "state 'confrim' does not exist", Source("booking.yaml", 31, 9), "a hint"
)


def terminal(*reports: Report, verbose: bool = False) -> str:
    out = io.StringIO()
    reporter = TerminalReporter(Console(file=out, width=300, highlight=False), verbose=verbose)
    for report in reports:
        reporter.report("call_4d1f0a9b8c7d6e5f", "booking", report)
    return out.getvalue()


def test_a_turn_is_one_readable_line() -> None:
    line = terminal(TURN)
    assert line.count("\n") == 1
    assert "\x1b" not in line
    assert "\x07" not in line
    for part in (
        "9b8c7d6e5f",
        "greeting → booking.details",
        "�[31mplease� now",
        "booking.yaml:31:9",
        "1.23 ms",
    ):
        assert part in line, line


def test_markup_in_what_was_said_is_only_text() -> None:
    assert "[bold]red[/bold] [/]" in terminal(
        Report("info", "turn", {**TURN.facts, "heard": "[bold]red[/bold] [/]"})
    )


def test_problems_are_shown_with_their_place() -> None:
    text = terminal(Report("error", "reload_failed", {"path": "booking.yaml", "problems": (PROBLEM,)}))
    assert "booking.yaml:31:9" in text
    assert "state 'confrim' does not exist" in text
    assert "a hint" in text


def test_debug_only_when_wanted() -> None:
    assert terminal(Report("debug", "forgotten")) == ""
    assert "forgotten" in terminal(Report("debug", "forgotten"), verbose=True)


def machine(*reports: Report, log_text: bool = False) -> list[dict[str, object]]:
    out = io.StringIO()
    reporter = JsonReporter(out, log_text=log_text)
    for report in reports:
        reporter.report("call_1", "booking", report)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_json_lines_without_anybodys_words() -> None:
    (line,) = machine(TURN)
    assert (line["event"], line["level"], line["call_id"], line["flow"]) == (
        "turn",
        "info",
        "call_1",
        "booking",
    )
    assert (line["state_after"], line["ms"]) == ("booking.details", 1.23)
    assert not {"heard", "said"} & line.keys()
    failed = Report(
        "warning", "tool_failed", {"tool": "t", "kind": "exception", "message": "bad name: Ann Lee"}
    )
    assert "Ann" not in json.dumps(machine(failed))
    assert "Ann" in json.dumps(machine(failed, log_text=True))
    assert machine(TURN, log_text=True)[0]["said"] == "May I have your name?"


def test_json_names_of_facts_never_clash() -> None:
    (line,) = machine(Report("error", "engine_failed", {"event": "Opened", "level": 3, "error": "x"}))
    assert (line["event"], line["level"], line["fact_event"], line["fact_level"]) == (
        "engine_failed",
        "error",
        "Opened",
        3,
    )
    assert machine(Report("error", "reload_failed", {"problems": (PROBLEM,)}))[0]["problems"]
    assert machine(Report("debug", "forgotten")) == []


def test_an_error_that_may_quote_a_caller_is_told_by_its_kind_only() -> None:
    report = Report(
        "warning", "guard_failed", {"where": "shop.yaml:4:9", "error": "KeyError: 'my own words'"}
    )
    for log_text in (False, True):
        out = io.StringIO()
        JsonReporter(out, log_text=log_text).report("call_1", "shop", report)
        line = json.loads(out.getvalue())
        assert ("my own words" in out.getvalue()) is log_text
        assert line["error"].startswith("KeyError")
        assert line["where"] == "shop.yaml:4:9"


def test_a_log_in_a_narrow_encoding_is_escaped() -> None:
    kept = io.BytesIO()
    out = io.TextIOWrapper(kept, encoding="ascii", write_through=True)
    JsonReporter(out, log_text=True).report("call_1", "shop", Report("info", "turn", {"heard": "sí \ud800"}))
    assert json.loads(kept.getvalue())["heard"] == "sí \ud800"


class Gone(io.StringIO):
    """A pipe whose reader has gone away."""

    def write(self, _text: str, /) -> int:
        raise BrokenPipeError


def test_a_log_that_cannot_be_written_ends_nothing() -> None:
    JsonReporter(Gone()).report("call_1", "shop", TURN)
    TerminalReporter(Console(file=Gone(), width=80)).report("call_1", "shop", TURN)
