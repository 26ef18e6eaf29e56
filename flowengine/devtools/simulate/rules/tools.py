"""Rules of tool frames."""

from __future__ import annotations

import json

from flowengine.devtools.retell.facts import Asked, Ended, Spoke, ToolCalled, ToolReturned
from flowengine.devtools.simulate.observed import Observed
from flowengine.devtools.simulate.rules.base import TOOLS, Findings, Rule


class ToolIds(Rule):
    """`tool_call_id` is globally unique: it joins a `tool_call_result` to its `tool_call_invocation` in the
    transcript. Two calls under one id cannot be told apart.
    """

    id = "tool-ids"
    title = "A tool_call_id is used once"
    reference = TOOLS

    def check(self, call: Observed) -> Findings:
        seen: set[str] = set()
        for fact in call.of(ToolCalled):
            if fact.tool_call_id in seen:
                yield fact.at, f"tool_call_id {fact.tool_call_id!r} was used before"
            seen.add(fact.tool_call_id)


class ToolArguments(Rule):
    """`arguments` is a string that holds a JSON object, not the object itself and not any other text."""

    id = "tool-arguments"
    title = "Tool arguments are a stringified JSON object"
    reference = TOOLS

    def check(self, call: Observed) -> Findings:
        for fact in call.of(ToolCalled):
            try:
                value = json.loads(fact.arguments)
            except ValueError:
                value = None
            if not isinstance(value, dict):
                yield fact.at, f"arguments of {fact.name} are no JSON object: {fact.arguments:.60}"


class ToolResults(Rule):
    """A `tool_call_invocation` is followed by its `tool_call_result`, also when the tool failed, and a result
    belongs to an invocation before it. Otherwise the transcript with tool calls tells half a story.
    """

    id = "tool-results"
    title = "Every tool call has one result"
    reference = TOOLS

    def check(self, call: Observed) -> Findings:
        pending: dict[str, ToolCalled] = {}
        known: set[str] = set()
        for event in call.events:
            if isinstance(event, ToolCalled):
                pending[event.tool_call_id] = event
                known.add(event.tool_call_id)
            elif isinstance(event, ToolReturned):
                if event.tool_call_id not in known:
                    yield event.at, f"a result for {event.tool_call_id!r}, which was never invoked"
                pending.pop(event.tool_call_id, None)
        ended = next((event.at for event in call.of(Ended)), None)
        for fact in pending.values():
            if ended is None or ended - fact.at >= call.patience_ms:
                yield fact.at, f"the call to {fact.name} has no result"


class ToolOnce(Rule):
    """Retell asks, discards and asks again. A tool that ran for the first ask must not run again for the second:
    key it on the call, the tool and its arguments, and give the repeat the first result. Noted are equal calls
    between which the caller heard nothing of the first one's answer.
    """

    id = "tool-once"
    title = "A discarded ask does not run a tool twice"
    reference = TOOLS

    def check(self, call: Observed) -> Findings:
        ran: dict[tuple[str, str], int] = {}
        asks = 0
        for event in call.events:
            match event:
                case Asked():
                    asks += 1
                case Spoke():
                    ran.clear()
                case ToolCalled(at=at, name=name, arguments=arguments):
                    before = ran.get((name, arguments))
                    if before is not None and asks > before:
                        yield at, f"{name} ran again with the same arguments for an ask that was discarded"
                    ran[name, arguments] = asks
