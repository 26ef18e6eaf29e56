"""`response_required` and `reminder_required`: settle the old turn, answer on what is true."""

from __future__ import annotations

from flowengine.engine import beginning, dispatch, heard, sockets, updates
from flowengine.engine.run import Run
from flowengine.engine.snapshot import Turn
from flowengine.engine.working import Working
from flowengine.protocol.outbound import Response
from flowengine.protocol.transcript import Transcript
from flowengine.speech.builtin import is_backchannel
from flowengine.speech.contract import Said
from flowengine.speech.text import hear, inaudible


def ask(w: Working, kind: str, response_id: int, transcript: Transcript) -> None:
    s = w.s
    if response_id <= s.newest or s.over:
        return
    s.newest = response_id
    if asked_again(w, response_id):
        return
    s.owed_at = None
    if not s.greeted:
        s.greet_at, s.greeted = None, True
        w.send(Response(response_id=0, content="", content_complete=True))
    updates.look(w, transcript)
    if kind == "response_required" and 0 <= s.quiet == s.seen.user and not more(w, response_id, transcript):
        return
    updates.credit(w, transcript, decide=True)
    old = w.settle()
    s.seen.speaking = None
    words, spans = heard.caller_words(s, transcript)
    s.unheard, s.unheard_words = [], []
    run = answer(w, kind, words, old)
    w.propose(run, "response", kind, response_id, response_id, spans, words, old)


def more(w: Working, response_id: int, transcript: Transcript) -> bool:
    """Whether the ask for words that a live handler has answered brings more, which something wants to answer. If
    not, it gets an empty complete answer."""
    s = w.s
    entry = transcript.at(s.quiet).content.split()[s.quiet_words :] if s.quiet >= transcript.start else []
    s.unheard, s.unheard_words = [], []
    if entry:
        s.used = max(s.used, (s.quiet, s.quiet_words))
        run = w.interpret(s.base, hear(" ".join(entry)))
        applied: list[bool] = []
        if w.safely(run, lambda run: applied.append(run.world.state is not None and dispatch.applies(run))):
            w.reports(run.output)
            if any(applied):
                return True
    s.quiet_id = response_id
    s.used = max(s.used, (s.seen.user, s.seen.user_words))
    s.seen.speaking = None
    w.send(Response(response_id=response_id, content="", content_complete=True))
    return False


def asked_again(w: Working, response_id: int) -> bool:
    """After a redial: the id of an answer that is known already gets the stored answer."""
    s = w.s
    if response_id == s.quiet_id:
        w.send(Response(response_id=response_id, content="", content_complete=True))
        return True
    turn = s.turn
    if turn is None or turn.ask_id != response_id or turn.via == "begin":
        return False
    if s.owed_at is not None:
        return True  # it went out already when the socket opened; if nothing comes back it goes out unasked
    turn.via, turn.id = "response", response_id
    for segment in turn.segments:
        segment.sent = False
    sockets.send_turn(w, turn)
    return True


def answer(w: Working, kind: str, words: str, old: Turn | None) -> Run:
    """What the flow says to this ask, on the base."""
    s = w.s
    said = hear(words) if words else None
    if s.base.state is None:
        return answer_over_greeting(w, said)
    run = w.interpret(s.base, said)

    work = s.works.get(s.base.work or "")
    outcome = work.outcome if work is not None else None

    def act(run: Run) -> None:
        if said is not None:
            dispatch.spoke(run)
        if work is not None and outcome is not None:
            if said is None or not dispatch.first_applies(run):
                run.result(work, outcome)
        elif said is not None and only_backchannel(w, run, said, old):
            pass
        elif said is not None:
            dispatch.utterance(run)
        elif kind == "reminder_required":
            if work is None:
                dispatch.ladder(run, "reminder_required")
        else:
            run.output.again = True
            run.reprompt()

    if w.safely(run, act):
        return run
    run = w.failed(said)
    if outcome is not None:
        run.world.work = None  # or its handler would fail at every ask from now on
    return run


def answer_over_greeting(w: Working, said: Said | None) -> Run:
    """Words over a greeting that was not heard: handlers and slots get their chance, else the greeting."""
    greeting = beginning.begin(w)
    if said is None or inaudible(said.text):
        return greeting
    run = w.interpret(greeting.world, said)
    run.unasked = True
    answered: list[bool] = []
    if not w.safely(run, lambda run: answered.append(dispatch.applies(run))) or not answered[0]:
        greeting.output.again = True
        return greeting
    run.output.metadata[:0] = greeting.output.metadata
    if run.output.work is None and run.world.work is not None:
        run.output.work = greeting.output.work  # what the first state calls is still wanted
    return run


def only_backchannel(w: Working, run: Run, said: Said, old: Turn | None) -> bool:
    """An "uh-huh" that cut an answer before its question: the answer again; while a tool runs: nothing at all."""
    if not is_backchannel(said, w.flow.language):
        return False
    if run.world.work is not None:
        run.output.again = True
        return True
    if old is None or old.open or not old.used or not old.segments:
        return False
    last = old.segments[-1]
    if not 0 < last.heard <= last.ask_at or last.heard >= last.size:
        return False
    run.output.again = True
    run.output.texts.append(last.text)
    run.output.question = None
    run.output.fields.update(last.fields)
    run.output.metadata += last.metadata
    run.again_at = last.ask_at
    return True
