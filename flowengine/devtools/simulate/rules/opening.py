"""Rules of opening a call."""

from __future__ import annotations

from flowengine.devtools.retell.facts import Dropped, SocketLost
from flowengine.devtools.simulate.observed import Dialled, Observed
from flowengine.devtools.simulate.rules.base import DEBUG, WEBSOCKET, DropRule, Findings, Rule


class Handshake(Rule):
    """Retell dials a call's first socket three times, each with a time-out of 7 s and 3 s apart, and then ends
    the call as `error_llm_websocket_open`. A server that refuses or is slow to accept loses calls, or their
    first seconds. The path ends in `/{call_id}`.
    """

    id = "handshake"
    title = "The socket opens at the first attempt"
    reference = DEBUG

    def check(self, call: Observed) -> Findings:
        for event in call.of(Dialled):
            if event.error is not None:
                yield event.at, event.error


class ConfigFirst(DropRule):
    """`config` is optional, but when it is sent it is the first frame of its socket. A later one is ignored:
    no `call_details`, no keepalive. Every redial is a new socket and wants its own.
    """

    id = "config-first"
    title = "config is the first frame of its socket"
    reasons = ("config-late",)


class BeginMessage(Rule):
    """The first `response` of a call has `response_id` 0: it is the begin message, and nothing is spoken before
    it. A server that lets the caller speak first sends it with empty content. It has to be complete, like any
    other response.
    """

    id = "begin-message"
    title = "The begin message comes first, under response_id 0"

    def check(self, call: Observed) -> Findings:
        begin = next(iter(call.asks()), None)
        if begin is None or begin.completed is not None:
            return
        until = begin.superseded if begin.superseded is not None else call.events[-1].at
        if until - begin.at >= call.patience_ms:
            state = "was never completed" if begin.first_frame is not None else "never came"
            yield begin.at, f"the begin message {state}"


class BeginOnce(DropRule):
    """A redialled socket begins like a new one, but the conversation goes on: the begin message of a socket
    opened in mid-call has empty content. A second greeting would talk over the caller.
    """

    id = "begin-once"
    title = "A redial does not greet again"
    reference = WEBSOCKET
    reasons = ("begin-again",)


class ServerStays(Rule):
    """A live call's socket is not closed by the server. Code 1000 hangs up on the caller, a close without a code
    and any other code fail the call; only a connection that dies without a close frame is dialled again. To
    hang up, send `end_call` and let Retell close.
    """

    id = "server-stays"
    title = "The server does not close a live call"
    reference = DEBUG

    def check(self, call: Observed) -> Findings:
        for socket in call.sockets():
            lost = next((event for event in socket if isinstance(event, SocketLost)), None)
            binary = any(isinstance(event, Dropped) and event.rule == "binary-frame" for event in socket)
            if lost is not None and lost.code != 1006 and not binary:
                yield lost.at, f"the server closed the socket with code {lost.code}"
