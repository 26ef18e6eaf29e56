"""Rules of asks and answers."""

from __future__ import annotations

from collections.abc import Mapping

from flowengine.devtools.retell.facts import Asked, Dropped
from flowengine.devtools.simulate.observed import Ask, Observed
from flowengine.devtools.simulate.rules.base import PRACTICE, DropRule, Findings, Rule


class LatestId(Rule):
    """Only the newest `response_id` is listened to. The caller goes on talking, Retell throws the answer away and
    asks again under a higher id; what a server still says under the old one is dropped silently. Frames that
    crossed the newer ask on the wire are no fault: a short grace is given.
    """

    id = "latest-id"
    title = "Nothing goes out under an older response_id"

    def check(self, call: Observed) -> Findings:
        asked = [fact.at for fact in call.of(Asked)]
        for fact in call.of(Dropped):
            newest = max((at for at in asked if at <= fact.at), default=fact.at)
            if fact.rule == "stale-id" and fact.at - newest > call.grace_ms:
                late = round((fact.at - newest) / call.speed)
                yield fact.at, f"{fact.message}, {late} ms after the newer ask"


class KnownId(DropRule):
    """A response carries the `response_id` of the ask that it answers. Servers do not invent ids; to speak
    without being asked there is `agent_interrupt`.
    """

    id = "known-id"
    title = "A response answers an id that was asked"
    reasons = ("unknown-id",)


class AfterCompletion(Rule):
    """`content_complete: true` closes a response. What comes later under the same id is dropped silently. An answer
    that crosses the ask repeated on a redialled socket is no fault: neither side can know what the other received.
    """

    id = "after-completion"
    title = "Nothing follows content_complete"

    def check(self, call: Observed) -> Findings:
        asked: set[int] = set()
        for socket in call.sockets():
            numbers = [event.response_id for event in socket if isinstance(event, Asked)]
            repeated = asked.intersection(numbers)
            asked.update(numbers)
            for event in socket:
                if isinstance(event, Dropped) and event.rule == "after-completion":
                    frame = event.frame
                    number = frame.get("response_id") if isinstance(frame, Mapping) else None
                    if number not in repeated:
                        yield event.at, event.message


class Answered(Rule):
    """Every `response_required` and `reminder_required` is answered. Until then Retell waits silently: no
    reminder, no new ask unless the caller speaks. When there is nothing to say, say so with empty content and
    `content_complete: true`. An ask repeated after a redial is answered again under its id.
    """

    id = "answered"
    title = "Every ask is answered"

    def check(self, call: Observed) -> Findings:
        for ask in call.asks()[1:]:
            if ask.first_frame is None and _waited_in_vain(ask, call):
                kind = "reminder_required" if ask.reminder else "response_required"
                yield ask.at, f"{kind} {ask.id} was never answered"


class Completed(Rule):
    """Every response is completed: its last frame says `content_complete: true`, on every path, a failed tool
    and an exception included. A response left open leaves the caller in silence for good.
    """

    id = "completed"
    title = "Every response is completed"

    def check(self, call: Observed) -> Findings:
        for ask in call.asks()[1:]:
            if ask.first_frame is not None and _waited_in_vain(ask, call):
                yield ask.at, f"response {ask.id} was begun and never completed"


class ReminderNudges(Rule):
    """On `reminder_required` the caller has been silent: nudge. A server that treats it like an ask gives its last
    answer again, word for word, to somebody who has heard it.
    """

    id = "reminder-nudges"
    title = "A reminder does not repeat the last answer"
    reference = PRACTICE
    level = "warning"

    def check(self, call: Observed) -> Findings:
        last = ""
        for ask in call.asks():
            said = ask.content.strip()
            if ask.reminder and said and said == last:
                yield ask.at, f"reminder {ask.id} was answered with the last answer: {said:.60}"
            last = said or last


def _waited_in_vain(ask: Ask, call: Observed) -> bool:
    until = ask.superseded if ask.superseded is not None else call.events[-1].at
    return ask.completed is None and until - ask.at >= call.patience_ms
