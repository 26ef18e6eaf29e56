"""The tool ledger: what was asked for, started and finished. Never rolled back; no request runs twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flowengine.engine.commands import RunTool
from flowengine.engine.events import Outcome
from flowengine.engine.output import Request
from flowengine.engine.run import Run
from flowengine.engine.snapshot import Work
from flowengine.engine.world import World
from flowengine.protocol.outbound import ToolCallInvocation, ToolCallResult
from flowengine.speech import values

if TYPE_CHECKING:
    from flowengine.engine.working import Working

LEDGER_SIZE = 64
"""Finished tool calls kept per call."""

GRACE = 3_000
"""A driver reports a time-out itself; this much later the engine stops waiting for it, ms."""


def want(w: Working, request: Request) -> Work | None:
    """Enter a tool call into the ledger. Its entry if it is to start at once; None if it settles or is joined."""
    s = w.s
    known = s.works.get(request.key)
    if known is not None and known.status != "settling":
        return None
    tool = w.flow.tools[request.tool]
    reads = tool.effect == "read" or s.over
    work = Work(
        key=request.key,
        id=f"tool_{request.key}",
        tool=request.tool,
        state=request.state,
        arguments=request.arguments,
        save=request.save,
        status="running" if reads else "settling",
        due=w.now + (0 if reads else tool.settle_ms),
    )
    s.works = {**s.works, request.key: work}
    finished = [key for key, kept in s.works.items() if kept.status == "finished"]
    for key in finished[: max(0, len(finished) - LEDGER_SIZE)]:
        s.works.pop(key)
    return work if reads else None


def change(w: Working, work: Work, **changes: Any) -> Work:
    """Replace a ledger entry by a changed copy."""
    changed = work.clone()
    for name, value in changes.items():
        setattr(changed, name, value)
    w.s.works = {**w.s.works, work.key: changed}
    return changed


def start(w: Working, work: Work) -> None:
    """Run a tool call now. From here on it is never started again for the same request."""
    tool = w.flow.tools.get(work.tool)
    if tool is None:
        work = change(w, work, status="running")
        tool_finished(w, work.id, Outcome("error", kind="unknown_tool", message=work.tool))
        return
    timeout = tool.timeout_ms
    work = change(w, work, status="running", until=w.now + timeout + GRACE)
    w.send(ToolCallInvocation(tool_call_id=work.id, name=work.tool, arguments=as_json(work.arguments)))
    w.commands.append(RunTool(work.id, work.tool, work.arguments, timeout))


def start_settled(w: Working, work: Work) -> None:
    """A write has settled: its start makes the draft true, later words belong to the tool's state."""
    s = w.s
    turn = s.turn
    if turn is not None:
        for segment in turn.segments:
            segment.moves = True
        w.reach(turn, turn.segments[-1])
    start(w, work)


def tool_finished(w: Working, work_id: str, outcome: Outcome) -> None:
    s = w.s
    work = next((known for known in s.works.values() if known.id == work_id), None)
    if work is None or work.status != "running":
        w.report("debug", "late_tool_result", work=work_id)
        return
    tool = w.flow.tools.get(work.tool)
    if outcome.result == "lost" and tool is not None and (tool.effect == "read" or tool.idempotent):
        attempt = work.attempt + 1
        start(w, change(w, work, attempt=attempt, id=f"tool_{work.key}-{attempt}"))
        return
    if outcome.result == "done":
        content, successful = as_json(outcome.value), True
    else:
        content = as_json({"error": outcome.kind or outcome.result, "message": outcome.message})
        successful = False
        w.report(
            "warning",
            "tool_failed",
            tool=work.tool,
            kind=outcome.kind or outcome.result,
            status=outcome.status,
            message=outcome.message,
        )
    work = change(w, work, status="finished", outcome=outcome)
    w.send(ToolCallResult(tool_call_id=work.id, content=content, successful=successful))
    save_everywhere(w, work, outcome)
    if s.over:
        if s.base.work == work.key:
            finished = work
            after_call(w, lambda run: run.result(finished, outcome))
        return
    if w.latest().work == work.key:
        s.late = [*s.late, ("result", work.key)]


def save_everywhere(w: Working, work: Work, outcome: Outcome) -> None:
    """Results are never rolled back: they enter the base and every draft."""
    s = w.s
    if work.save is None or outcome.result != "done":
        return
    done: dict[int, World] = {}

    def saved(world: World) -> World:
        if id(world) not in done:
            done[id(world)] = copy = world.clone()
            assert work.save is not None
            copy.values[work.save] = outcome.value
        return done[id(world)]

    s.base = saved(s.base)
    if s.turn is not None:
        for segment in s.turn.segments:
            segment.draft = saved(segment.draft)


def after_call(w: Working, act: Callable[[Run], object]) -> None:
    """Interpret without anybody listening: only the world and tool calls count."""
    run = w.interpret(w.s.base)
    if not w.safely(run, act):
        return
    w.s.base = run.world
    w.reports(run.output)
    if run.output.work is not None and run.output.work.known is None:
        ready = want(w, run.output.work)
        if ready is not None:
            start(w, ready)


def as_json(value: object) -> str:
    """A value as the wire wants it: a JSON text."""
    return json.dumps(values.plain(value), ensure_ascii=False, default=str)
