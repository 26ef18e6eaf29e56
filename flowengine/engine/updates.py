"""`update_only`: what was heard of a turn, and handlers that act before the caller has finished."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flowengine.engine import dispatch, heard, works
from flowengine.engine.run import Run
from flowengine.engine.snapshot import Segment, Turn
from flowengine.engine.working import Working
from flowengine.language.flow import Handler
from flowengine.protocol.inbound import UpdateOnly
from flowengine.protocol.outbound import Response
from flowengine.protocol.transcript import Transcript
from flowengine.speech.text import hear

SPEECH_WITHIN = 3_000
"""How long a result waits for a caller in mid-speech, and a write for the ask that belongs to new words, ms."""


def update(w: Working, frame: UpdateOnly) -> None:
    s = w.s
    if s.over:
        return
    if frame.transcript.entries:
        look(w, frame.transcript)
        credit(w, frame.transcript, decide=False)
    if frame.turntaking == "agent_turn":
        s.owed_at = None
        s.seen.speaking = None
        if s.turn is not None:
            for segment in s.turn.segments:
                if segment.sent and segment.metadata:
                    w.send_metadata(segment)
    elif s.seen.user > s.seen.agent and listens_live(w):
        live(w, frame.transcript)


def look(w: Working, transcript: Transcript) -> None:
    """Note where the transcript's ends are, and whether the caller has said more since it was last seen."""
    s = w.s
    before = s.seen
    s.seen = seen = heard.look(transcript, before)
    if (seen.user, seen.user_words) > (before.user, before.user_words):
        seen.speaking = w.now
        if s.owed_at is not None:  # an ask for these words is likely; nothing is said into them
            s.owed_at = max(s.owed_at, w.now + SPEECH_WITHIN)
        for work in s.works.values():
            if work.status == "settling":
                works.change(w, work, due=max(work.due, w.now + SPEECH_WITHIN))
    if seen.agent > before.agent or (seen.agent == before.agent and seen.agent_after > before.agent_after):
        seen.heard_at = w.now


def credit(w: Working, transcript: Transcript, *, decide: bool) -> None:
    """Credit what the agent has said since the ask to the segments, in the order sent."""
    s = w.s
    turn = s.turn
    if turn is None or not turn.segments or s.seen.agent <= turn.mark:
        return
    spoken = heard.agent_words(transcript, turn.mark)[turn.before :]
    own = heard.credited(turn, spoken, decide=decide)
    if own <= turn.credited:
        return
    skip_what_was_cut(turn, spoken[len(spoken) - own + turn.credited :])
    turn.credited = own
    s.owed_at = None
    for segment in turn.segments:
        if own <= 0:
            break
        if segment.size == 0:
            continue
        taken = own if segment is turn.segments[-1] else min(own, segment.size)
        own -= taken
        segment.heard = min(taken, segment.size)
        if segment.metadata:
            w.send_metadata(segment)
        if segment.moves:
            w.reach(turn, segment)


def skip_what_was_cut(turn: Turn, fresh: Sequence[str]) -> None:
    """A caller who broke into one segment never hears its rest: fresh words may be the next segment's."""
    for segment, following in pairwise(turn.segments):
        if 0 < segment.heard < segment.size and not following.heard:
            rest = " ".join(segment.text.split()[segment.heard :])
            if heard.nearer(fresh, following.text, rest):
                segment.size = segment.heard


def listens_live(w: Working) -> bool:
    if w.flow.on.get("update_only"):
        return True
    name = w.s.base.state
    while name is not None:
        state = w.flow.states[name]
        if "update_only" in state.on:
            return True
        name = state.parent
    return False


def live(w: Working, transcript: Transcript) -> None:
    """Words that a flow wants to act on before the caller has finished."""
    s = w.s
    entry = s.seen.user
    texts = [
        transcript.at(index).content
        for index in range(max(s.seen.agent + 1, transcript.start), len(transcript))
        if transcript.at(index).role == "user"
    ]
    run = w.interpret(s.base, hear(" ".join(texts)))
    handlers = [handler for state in run.active for handler in state.on.get("update_only", ())]
    for handler in (*handlers, *w.flow.on.get("update_only", ())):
        if (handler.key, entry) in s.fired:
            continue
        fired: list[Handler] = []
        if not w.safely(run, lambda run, handler=handler, fired=fired: _fire(run, handler, fired)):  # type: ignore[misc]
            run = w.failed(run.said)
        elif not fired:
            continue
        s.fired = [*s.fired, (handler.key, entry)]
        if run.output.speaks or handler.move is not None:
            interject(w, run, entry, " ".join(texts))
            return
        note(w, run, handler)
        run = w.interpret(s.base, run.said)


def _fire(run: Run, handler: Handler, fired: list[Handler]) -> None:
    if dispatch.holds(run, handler) is not None:
        fired.append(handler)
        run.handle(handler)


def note(w: Working, run: Run, handler: Handler) -> None:
    """A live handler without words: it counts at once, in all that may become true, and disturbs no answer."""
    s = w.s
    s.base = run.world
    for segment in s.turn.segments if s.turn is not None else ():
        again = w.interpret(segment.draft, run.said)
        if w.safely(again, lambda again: again.handle(handler)):
            segment.draft = again.world
    w.reports(run.output)
    w.send_settings(w.interpret(w.latest()).settings())
    w.send_metadata(Segment("", s.base, metadata=run.output.metadata))


def interject(w: Working, run: Run, entry: int, words: str) -> None:
    """A live handler speaks: an unheard turn goes back to the base, its open response is closed."""
    s = w.s
    s.quiet, s.quiet_words = entry, s.seen.user_words
    turn = s.turn
    if turn is not None and turn.open and turn.via != "interrupt":
        w.send(Response(response_id=turn.id, content="", content_complete=True))
    old = w.settle()
    run.output.fields.setdefault("no_interruption_allowed", True)
    s.interrupts += 1
    s.seen.speaking = None
    w.propose(run, "interrupt", "update_only", s.interrupts, -1, [], words, old)
