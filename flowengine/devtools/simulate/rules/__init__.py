"""The rules that `simulate` checks: one class each, its docstring being its page in the manual.

They follow Retell's public documentation of the Custom LLM WebSocket; every rule names the page it comes from.
"""

from __future__ import annotations

from flowengine.devtools.simulate.observed import Observed
from flowengine.devtools.simulate.rules import frames, interrupts, keepalive, opening, speech, tools, turns
from flowengine.devtools.simulate.rules.base import Rule, Violation

__all__ = ["RULES", "Rule", "Violation", "check", "manual"]

RULES: tuple[Rule, ...] = (
    opening.Handshake(),
    opening.ConfigFirst(),
    opening.BeginMessage(),
    opening.BeginOnce(),
    opening.ServerStays(),
    frames.TextFrames(),
    frames.JsonObjects(),
    frames.KnownTypes(),
    frames.TypedFields(),
    frames.SettingRanges(),
    frames.OneAction(),
    turns.LatestId(),
    turns.KnownId(),
    turns.AfterCompletion(),
    turns.Answered(),
    turns.Completed(),
    turns.ReminderNudges(),
    interrupts.InterruptOrder(),
    interrupts.InterruptDiscards(),
    interrupts.InterruptProtected(),
    keepalive.PingEcho(),
    keepalive.PingAsked(),
    tools.ToolIds(),
    tools.ToolArguments(),
    tools.ToolResults(),
    tools.ToolOnce(),
    speech.Speakable(),
)


def check(call: Observed) -> list[Violation]:
    """Every breach of every rule in one call, in the order of time."""
    found = [
        Violation(rule.id, rule.level, call.call_id, at, message)
        for rule in RULES
        for at, message in rule.check(call)
    ]
    return sorted(found, key=lambda violation: violation.at)


def manual() -> str:
    """The reference page of all rules, in Markdown."""
    lines = [
        "# The rules that `simulate` checks",
        "",
        "`flowengine simulate` plays Retell's side of calls and looks at what a server sends. This page is",
        "generated from the rules themselves. A *warning* is advice of Retell's documentation; an *error* costs",
        "a caller something.",
        "",
        "| Rule | Level | What it says |",
        "|---|---|---|",
        *(f"| [`{rule.id}`](#{rule.id}) | {rule.level} | {rule.title} |" for rule in RULES),
        "",
    ]
    for rule in RULES:
        text = "\n".join(part.strip() for part in (rule.__doc__ or "").strip().splitlines())
        page, address = rule.reference
        lines += [f"## {rule.id}", "", f"**{rule.title}** ({rule.level})", "", text, ""]
        lines += [f"Source: Retell's documentation, [{page}]({address}).", ""]
    return "\n".join(lines).rstrip() + "\n"
