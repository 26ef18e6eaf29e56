"""Telling the operator: one readable line per turn on a terminal, or JSON lines for machines."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import structlog
from rich.console import Console
from rich.text import Text

from flowengine.engine.commands import Report
from flowengine.language.problems import Problem, render
from flowengine.speech.values import plain

QUOTING = frozenset(
    {
        "answer_failed",
        "bad_agent_setting",
        "engine_failed",
        "guard_failed",
        "not_saved",
        "tool_failed",
    }
)
"""Reports whose `error` may quote a value: machines' logs have only the kind of error without `log_text`."""

SPOKEN = frozenset(
    {"heard", "said", "words", "text", "value", "values", "message", "captured", "arguments", "frame"}
)
"""Facts that may hold what somebody said. Machines' logs have them only with `log_text`."""

_SHOWN = 80
_STYLES = {"debug": "dim", "info": "", "warning": "yellow", "error": "bold red"}


class TerminalReporter:
    """For people: `call  greeting → booking.details  "tomorrow at three"  booking.yaml:31:9  1.2 ms`.

    A terminal that cannot be written to ends no call.
    `verbose` shows what is of level debug too. Callers' words are cleaned of control characters and cut.
    """

    def __init__(self, console: Console | None = None, *, verbose: bool = False) -> None:
        self._console = console or Console(file=sys.stderr, highlight=False, soft_wrap=True)
        self._verbose = verbose

    def report(self, call: str, flow: str, report: Report) -> None:
        if report.level == "debug" and not self._verbose:
            return
        with suppress(OSError, ValueError, SystemExit):  # rich exits when the reader of a pipe has gone
            if report.code == "turn":
                self._console.print(self._turn(call, report.facts))
            else:
                self._other(call, flow, report)

    def _turn(self, call: str, facts: Mapping[str, object]) -> Text:
        line = Text(f"{short(call):<14} ", style="dim")
        before, after = clean(facts.get("state_before") or "·"), clean(facts.get("state_after") or "·")
        line.append(before if before == after else f"{before} → {after}", style="bold cyan")
        heard = facts.get("heard")
        kind = str(facts.get("kind", ""))
        line.append(f'  "{clean(heard)}"' if heard else f"  [{kind}]", style="green" if heard else "dim")
        if said := facts.get("said"):
            line.append(f"  » {clean(said)}", style="")
        line.append(f"  {clean(facts.get('answered_by', ''), 200)}", style="dim")
        if (took := facts.get("ms")) is not None:
            line.append(f"  {took} ms", style="dim")
        return line

    def _other(self, call: str, flow: str, report: Report) -> None:
        problems = report.facts.get("problems")
        rest = {key: value for key, value in report.facts.items() if key != "problems"}
        facts = "  ".join(f"{key}={clean(value, 300)}" for key, value in rest.items())
        line = Text(f"{short(call) or flow:<14} ", style="dim")
        line.append(report.code.replace("_", " "), style=_STYLES[report.level])
        line.append(f"  {facts}" if facts else "", style="dim")
        self._console.print(line)
        for problem in problems if isinstance(problems, tuple | list) else ():
            if isinstance(problem, Problem):
                colour = self._console.is_terminal and not self._console.no_color
                self._console.print(Text.from_ansi(render(problem, _text(problem.where.file), colour)))
            else:
                self._console.print(Text(str(problem)))


class JsonReporter:
    """For machines: one JSON object a line, by structlog. Without `log_text` nothing that was said is in it.

    A log that cannot be written ends no call; what the file's encoding lacks is escaped.
    """

    def __init__(self, file: TextIO | None = None, *, log_text: bool = False, level: str = "info") -> None:
        self._log_text = log_text
        self._lowest = _LEVELS.index(level)
        self._logger, self._escaping = (
            structlog.wrap_logger(
                structlog.PrintLogger(file or sys.stdout),
                processors=[
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    structlog.processors.JSONRenderer(ensure_ascii=escaping),
                ],
            )
            for escaping in (False, True)
        )

    def report(self, call: str, flow: str, report: Report) -> None:
        if _LEVELS.index(report.level) < self._lowest:
            return
        facts: dict[str, Any] = {}
        for key, value in report.facts.items():
            if key == "problems" and isinstance(value, tuple | list):
                facts[key] = [p.to_json() if isinstance(p, Problem) else str(p) for p in value]
            elif key == "error" and report.code in QUOTING and not self._log_text:
                if (kind := _KIND.match(str(value))) is not None:
                    facts[key] = kind.group(1)
            elif self._log_text or key not in SPOKEN:
                facts[key] = plain(value)
        names = {key: value for key, value in (("call_id", call), ("flow", flow)) if value}
        facts = {
            f"fact_{key}" if key in ("event", "level", "timestamp") else key: v for key, v in facts.items()
        }
        facts = {"level": report.level, **facts, **names}
        with suppress(OSError, ValueError):
            try:
                self._logger.msg(report.code, **facts)
            except UnicodeEncodeError:
                self._escaping.msg(report.code, **facts)


_KIND = re.compile(r"([A-Za-z]\w*(?:Error|Exception|Invalid\w+)): ")
_LEVELS = ("debug", "info", "warning", "error")


class Reports:
    """Keeps reports in memory, for tests and tools."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str, Report]] = []

    def report(self, call: str, flow: str, report: Report) -> None:
        self.all.append((call, flow, report))

    def of(self, code: str) -> list[Report]:
        """The reports with this code, oldest first."""
        return [report for _, _, report in self.all if report.code == code]


def clean(value: object, limit: int = _SHOWN) -> str:
    """A text for a terminal: no control characters, no escape sequences, at most `limit` characters."""
    text = "".join(
        c if c.isprintable() else "�" if c not in "\n\t\r" else " " for c in str(value)[: limit + 1]
    )
    return text if len(text) <= limit else text[: limit - 1] + "…"


def short(call: str) -> str:
    """A call id for a narrow column: its end is what differs."""
    cleaned = clean(call, 200)
    return cleaned if len(cleaned) <= 14 else "…" + cleaned[-13:]


def _text(file: str) -> str | None:
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
