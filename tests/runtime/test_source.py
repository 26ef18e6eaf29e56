"""What a flow's source does beside reading: everything is there before the first caller is."""

from __future__ import annotations

import sys
from pathlib import Path

from flowengine.runtime.source import FlowSource
from flowengine.speech.custom import FunctionType, GuardedType
from flowengine.speech.names.tables import names_of

FLOW = """\
flow: warm
start: hello
slots:
  who: {type: name, ask: "Your name?"}
  odd: {type: "python:warm_types:odd", ask: "Odd?"}
  plan: {type: "python:warm_types:plan", ask: "Which plan?", cues: ["the plan is"]}
states:
  hello: {ask: "Shall we?", on: {response_required: [{match: [go], goto: form}]}}
  form: {collect: [who, odd, plan], goto: bye}
  bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
"""

TYPES = """\
heard = []
def odd(said, context): raise ValueError("not these words")
def plan(said, context): heard.append((said.text, context.options.get("cues")))
"""


def test_types_of_later_states_have_heard_something_before_the_first_caller(tmp_path: Path) -> None:
    (tmp_path / "warm_types.py").write_text(TYPES, encoding="utf-8")
    path = tmp_path / "warm.yaml"
    path.write_text(FLOW, encoding="utf-8")
    names_of.cache_clear()
    source = FlowSource(path)
    assert names_of.cache_info().currsize
    plan = source.edition.flow.slots["plan"].type
    assert isinstance(plan, GuardedType)
    assert isinstance(plan.kind, FunctionType)
    heard = sys.modules[plan.kind.function.__module__].heard
    assert len(heard) >= 2
    assert {cues for _, cues in heard} == {("the plan is",)}
