"""Sockets come and go; the call goes on. What belongs to each socket, and when a call is over."""

from __future__ import annotations

from flowengine.engine import beginning, works
from flowengine.engine.snapshot import Turn
from flowengine.engine.working import Working
from flowengine.protocol.outbound import ConfigFrame, ConfigOptions, Response

DETAILS_WITHIN = 1_000
"""How long the greeting waits for call details, ms."""

OWED_WITHIN = 1_000
"""After a redial: how long to wait for a sign of what is owed before it goes out by agent_interrupt, ms."""

REDIAL_WITHIN = 60_000
"""After this without a socket a dropped call is over, ms. Retell redials for about half a minute."""

OVER_CODES = (1000, 1001)
"""Close codes of a deliberate end (RFC 6455, 7.4.1). After any other Retell may redial."""


def opened(w: Working) -> None:
    """A socket: config, settings and begin message belong to each socket; then what is owed goes out."""
    s = w.s
    s.socket += 1
    s.connected = True
    s.over = False
    s.over_at = None
    s.newest = -1
    s.agent_sent = {}
    if s.socket == 1:
        s.started = w.now
        s.flow, s.version = w.flow.name, w.flow.version
    w.send(ConfigFrame(config=ConfigOptions(**w.flow.config)))
    if not s.greeted:
        if beginning.waits_for_details(w):
            s.greet_at = w.now + DETAILS_WITHIN
            w.send_settings(dict(w.flow.update_agent))
        else:
            beginning.greet(w)
        return
    run = w.interpret(w.latest())
    w.send_settings(run.settings())
    w.reports(run.output)
    for work in s.works.values():
        if (
            work.status == "settling"
        ):  # the ask that belongs to it may be about to be repeated, with more words
            works.change(w, work, due=max(work.due, w.now + OWED_WITHIN))
    turn = s.turn
    if turn is not None and turn.via == "begin":
        send_turn(w, turn)
        return
    w.send(Response(response_id=0, content="", content_complete=True))
    if turn is not None and not turn.settled:
        send_turn(w, turn)
        if turn.via == "response":
            s.owed_at = w.now + OWED_WITHIN


def send_turn(w: Working, turn: Turn) -> None:
    """What of this turn was not heard yet, once more, as one frame under the turn's own id."""
    unheard = [segment for segment in turn.segments if segment.heard == 0]
    for segment in unheard:
        segment.sent = True
    text = " ".join(segment.text for segment in unheard if segment.text)
    fields = {}
    for segment in unheard:
        fields.update(segment.fields)
    if text or fields or not turn.open:
        w.send_words(turn, text, fields, complete=not turn.open)


def closed(w: Working, code: int, final: bool) -> None:
    s = w.s
    s.connected = False
    s.owed_at = None
    s.seen.speaking = None
    ended = s.base.over is not None and bool(s.base.over.get("ends"))
    if final or code in OVER_CODES or ended:
        over(w)
    else:
        s.over_at = w.now + REDIAL_WITHIN


def over(w: Working) -> None:
    """The call is over: nothing can be heard any more. A `closed` handler may still run tools."""
    s = w.s
    if s.over:
        return
    s.over, s.over_at, s.greet_at, s.owed_at = True, None, None, None
    s.turn = None
    s.late = []
    s.works = {key: work for key, work in s.works.items() if work.status != "settling"}
    w.report("info", "call_over", state=s.base.state)
    works.after_call(w, lambda run: w.first_holding(run, "closed"))
