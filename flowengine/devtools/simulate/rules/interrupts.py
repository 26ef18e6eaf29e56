"""Rules of `agent_interrupt`."""

from __future__ import annotations

from flowengine.devtools.simulate.observed import Observed
from flowengine.devtools.simulate.rules.base import DropRule, Findings, Rule


class InterruptOrder(DropRule):
    """Frames with the same `interrupt_id` are spoken in order; a new id discards the earlier ones. Content under
    an older `interrupt_id` is never heard.
    """

    id = "interrupt-order"
    title = "Nothing goes out under an older interrupt_id"
    reasons = ("stale-interrupt",)


class InterruptDiscards(DropRule):
    """An `agent_interrupt` discards the response in flight. What the server still sends under that
    `response_id` is dropped: an answer belongs under the id that asked for it, an interruption only where no
    response is open.
    """

    id = "interrupt-discards"
    title = "An interrupted response is not continued"
    reasons = ("after-interrupt",)


class InterruptProtected(Rule):
    """Retell recommends `no_interruption_allowed: true` on `agent_interrupt`: it is sent while the caller may be
    speaking, who would otherwise stop it at once.
    """

    id = "interrupt-protected"
    title = "An agent_interrupt sets no_interruption_allowed"
    level = "warning"

    def check(self, call: Observed) -> Findings:
        for event in call.frames():
            value = event.value or {}
            spoken = value.get("response_type") == "agent_interrupt" and value.get("content")
            if spoken and value.get("no_interruption_allowed") is not True:
                yield event.at, f"interrupt {value.get('interrupt_id')} can itself be interrupted"
