"""What happens because time has passed: late results, timers, time-outs, lines owed since a redial."""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.engine import beginning, sockets, works
from flowengine.engine.events import Outcome
from flowengine.engine.run import Run
from flowengine.engine.snapshot import Segment, Snapshot, Turn
from flowengine.engine.updates import SPEECH_WITHIN
from flowengine.engine.working import Working
from flowengine.language.flow import Flow, Handler, Timer

AGENT_PAUSE = 2_000
"""No new agent words for so long: the agent has finished speaking, ms."""


def on_time(w: Working) -> None:
    """Do all that is due by now. Late, early and doubled ticks find nothing to do."""
    s, now = w.s, w.now
    if s.over_at is not None and now >= s.over_at:
        sockets.over(w)
    for work in list(s.works.values()):
        if work.status == "running" and work.until and now >= work.until:
            works.tool_finished(w, work.id, Outcome("error", kind="timeout", message="no result in time"))
    if s.over or not s.connected:
        return
    if s.greet_at is not None and now >= s.greet_at:
        beginning.greet(w)
    for work in list(s.works.values()):
        if work.status == "settling" and now >= work.due:
            works.start_settled(w, work)
    turn = s.turn
    if turn is not None and turn.stands_at is not None and now >= turn.stands_at:
        w.stand(turn, turn.segments[-1])
    if s.owed_at is not None and now >= s.owed_at:
        send_owed(w)
    late(w)
    if turn is not None and turn is s.turn and turn.open and now >= turn.at + w.flow.answer_within_ms:
        give_up(w)
    timers(w)


def send_owed(w: Working) -> None:
    """Nothing came back under the old id after a redial: say it without being asked."""
    s = w.s
    s.owed_at = None
    turn = s.turn
    unheard = [] if turn is None else [segment for segment in turn.segments if not segment.heard]
    if turn is None or turn.settled or not unheard:
        return
    s.interrupts += 1
    turn.via, turn.id = "interrupt", s.interrupts
    turn.mark, turn.before, turn.credited = s.seen.user, s.seen.agent_after, 0
    turn.reached = max(0, turn.reached - len(turn.segments) + len(unheard))
    turn.segments = unheard
    sockets.send_turn(w, turn)


def late(w: Working) -> None:
    """Results and events that waited for their moment."""
    s = w.s
    for entry in list(s.late):
        if entry not in s.late:
            continue
        kind, key = entry
        if kind == "result" and w.latest().work != key:
            s.late = [other for other in s.late if other != entry]
        elif may_speak(w):
            s.late = [other for other in s.late if other != entry]
            tell(w, kind, key)


def may_speak(w: Working) -> bool:
    """Whether a line that nobody asked for may go out now: in an open response, or when all are silent."""
    s, turn = w.s, w.s.turn
    if s.seen.speaking is not None and w.now < s.seen.speaking + SPEECH_WITHIN:
        return False
    if turn is None or turn.open:
        return True
    return turn.settled and w.now >= agent_done(w, turn)


def agent_done(w: Working, turn: Turn) -> int:
    """When the agent counts as having finished this turn's words, ms."""
    last = turn.segments[-1] if turn.segments else None
    if last is None or last.heard >= last.size:
        return 0
    return w.s.seen.heard_at + AGENT_PAUSE


def close_books(w: Working) -> None:
    """Before a line that nobody asked for: a turn that was heard is done with; an open one goes on."""
    if w.s.turn is not None and not w.s.turn.open:
        w.settle()


def tell(w: Working, kind: str, key: str) -> None:
    """A result, or call details that came late, has its moment."""
    s = w.s
    close_books(w)
    run = w.interpret(w.latest())
    if kind == "result":
        work = s.works[key]
        outcome = work.outcome
        assert outcome is not None
        ok = w.safely(run, lambda run: run.result(work, outcome))
    else:
        ok = w.safely(run, lambda run: w.first_holding(run, "call_details"))
    if not ok:
        run = w.interpret(w.latest())
        run.world.work = None
        run.output.say(run.fallback())
    speak(w, run, kind)


def speak(w: Working, run: Run, kind: str) -> None:
    """A line that nobody asked for: under the open response's id, else by agent_interrupt."""
    s = w.s
    turn = s.turn
    if turn is not None and turn.open:
        w.append(run)
        return
    if not run.output.speaks:
        s.base = run.world
        w.send_settings(run.settings())
        w.reports(run.output)
        w.send_metadata(Segment("", run.world, metadata=run.output.metadata))
        return
    s.interrupts += 1
    w.propose(run, "interrupt", kind, s.interrupts, -1, [], "")


def give_up(w: Working) -> None:
    """An answer has been open for too long: the error line, complete, even if it calls another tool. A late result
    is only saved."""
    run = w.interpret(w.latest())
    run.world.work = None
    state = run.state
    outcome = Outcome("error", kind="timeout", message="no answer in time")
    if not w.safely(run, lambda run: run.finished(state, outcome)):
        run = w.interpret(w.latest())
        run.world.work = None
        run.output.say(run.fallback())
    w.append(run, close=True)


def timers(w: Working) -> None:
    """Timed lines: `after` of the active states and of the flow, one at a time, when nobody is speaking."""
    if not may_time(w):
        return
    for due, timer in pending_timers(w):
        if w.now < due:
            continue
        close_books(w)
        run = w.interpret(w.latest())
        fired = run.world.fired = [*run.world.fired, timer.key]
        if not w.safely(run, lambda run, handler=timer.handler: when_holding(run, handler)):  # type: ignore[misc]
            run = w.interpret(w.latest())
            run.world.fired = fired
        speak(w, run, "after")
        return


def when_holding(run: Run, handler: Handler) -> None:
    """A timed handler whose condition fails when its time has come does nothing, then or later."""
    if handler.condition.test is None or run.test(handler.condition.test, handler.scope):
        run.handle(handler)


def may_time(w: Working) -> bool:
    s = w.s
    if not _timed(w):
        return False
    if s.turn is not None and s.turn.open and any(work.status == "settling" for work in s.works.values()):
        return False
    return may_speak(w)


def pending_timers(w: Working) -> Iterator[tuple[int, Timer]]:
    world = w.latest()
    name = world.state
    while name is not None:
        state = w.flow.states[name]
        for timer in state.after:
            if timer.key not in world.fired and name in world.entered:
                yield world.entered[name] + timer.delay_ms, timer
        name = state.parent
    for timer in w.flow.after:
        if timer.key not in world.fired:
            yield w.s.started + timer.delay_ms, timer


def deadline(flow: Flow, snapshot: Snapshot) -> int | None:
    """When the next `Ticked` is wanted, ms; None if nothing is waited for."""
    s = snapshot
    due: list[int] = []
    if s.over_at is not None:
        due.append(s.over_at)
    due += [work.until for work in s.works.values() if work.status == "running" and work.until]
    if s.connected and not s.over:
        working = Working(flow, s, s.now)
        if s.greet_at is not None:
            due.append(s.greet_at)
        due += [work.due for work in s.works.values() if work.status == "settling"]
        turn = s.turn
        if turn is not None and turn.stands_at is not None:
            due.append(turn.stands_at)
        if turn is not None and turn.open:
            due.append(turn.at + flow.answer_within_ms)
        if s.owed_at is not None:
            due.append(s.owed_at)
        timers = (
            [at for at, _ in pending_timers(working)] if s.greeted and working.latest().over is None else []
        )
        waiting = [*([s.now] if s.late else []), *timers]
        if waiting:
            free = _free_at(working)
            if free is not None:
                due.append(max(min(waiting), free))
    return min(due) if due else None


def _timed(working: Working) -> bool:
    world = working.latest()
    return world.state is not None and world.over is None and working.s.greet_at is None


def _free_at(working: Working) -> int | None:
    """The earliest moment at which an unasked line may go out; None if only an event can free it."""
    s = working.s
    turn = s.turn
    free = s.now
    if s.seen.speaking is not None:
        free = max(free, s.seen.speaking + SPEECH_WITHIN)
    if turn is None or turn.open:
        if turn is not None and any(work.status == "settling" for work in s.works.values()):
            return None
        return free
    if not turn.settled:
        return None
    return max(free, agent_done(working, turn))
