"""Rules of a frame by itself."""

from __future__ import annotations

from flowengine.devtools.retell.facts import Violation as Noted
from flowengine.devtools.simulate.observed import Observed
from flowengine.devtools.simulate.rules.base import DEBUG, DropRule, Findings, Rule


class TextFrames(DropRule):
    """All messages are text frames. A binary frame makes Retell close the socket with code 1007 and the call
    fails, even when its bytes are good JSON.
    """

    id = "text-frames"
    title = "Frames are text, never binary"
    reasons = ("binary-frame",)


class JsonObjects(DropRule):
    """Every message is one JSON object. Anything else is a corrupt payload."""

    id = "json-objects"
    title = "Every frame is one JSON object"
    reference = DEBUG
    reasons = ("not-json",)


class KnownTypes(DropRule):
    """`response_type` is always set, to one of `config`, `update_agent`, `ping_pong`, `response`,
    `agent_interrupt`, `tool_call_invocation`, `tool_call_result`, `metadata`. Without it a frame means nothing,
    and its words are never spoken.
    """

    id = "known-types"
    title = "response_type is one that the channel has"
    reasons = ("unknown-type",)


class TypedFields(DropRule):
    """Fields have their documented types: ids are integers, flags are booleans, numbers to dial are strings.
    A field that is not used is absent, not null. Retell drops a frame with `"true"` for true without a word:
    the caller hears silence and no error is seen anywhere.
    """

    id = "typed-fields"
    title = "Fields have the right types and are never null"
    reasons = ("wrong-type",)


class SettingRanges(DropRule):
    """`responsiveness` and `interruption_sensitivity` lie between 0 and 1, `reminder_trigger_ms` is above 0 and
    `reminder_max_count` is not negative.
    """

    id = "setting-ranges"
    title = "Agent settings are within their ranges"
    reasons = ("out-of-range",)


class OneAction(Rule):
    """`end_call`, `transfer_number` and `digit_to_press` exclude each other: `end_call` wins, then
    `transfer_number`. What loses is not done, and nobody is told.
    """

    id = "one-action"
    title = "A frame asks for one action at most"

    def check(self, call: Observed) -> Findings:
        for fact in call.of(Noted):
            if fact.rule == "one-action":
                yield fact.at, fact.message
