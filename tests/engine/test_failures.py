"""What fails in a flow is reported and spoken about: nothing escapes, no response stays open."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowengine.engine import Closed
from flowengine.protocol.outbound import AgentInterrupt
from tests.engine.rig import Rig, flow_of

TOOL = """
def work(): return {}
def look(x=None): return {}
"""

FLOW = """
flow: failing
start: hello
update_agent: {{responsiveness: 0.9, interruption_sensitivity: 0.8, reminder_max_count: 2}}
fallback: That failed.
variables: {{number: 0, word: ""}}
tools:
  work: {{python: "tool:work"}}
  look: {{python: "tool:look", effect: read}}
global:
  on:
    closed:
      - {{{closed}}}
    update_only:
      - {{match: [live], {live}}}
states:
  hello:
    say: Hello.
    on:
      response_required:
        - {{match: [go], goto: other}}
        - {{match: [write], goto: writing}}
        - {{match: [read], goto: reading}}
  other:
    {other}
    on: {{response_required: [{{match: [back], goto: hello}}]}}
    after: {{5s: {{{after}}}}}
  writing:
    say: One moment.
    call: work
    on:
      done: [{{{done}}}]
      error: [{{say: No luck., goto: hello}}]
  reading:
    say: Let me see.
    call: look
    with: {{x: "{{{{ {argument} }}}}"}}
    on: {{done: [{{say: Seen., goto: hello}}]}}
"""

PARTS = {
    "closed": "set: {word: over}",
    "live": "say: Live.",
    "other": "say: Other.",
    "after": "say: Later.",
    "done": "say: Done., goto: hello",
    "argument": "1",
}

BROKEN = "{{ 1 // number }}"


def failing(folder: Path, **parts: str) -> Rig:
    return Rig(flow_of(folder, FLOW.format(**{**PARTS, **parts}), tool_py=TOOL)).open()


def codes(rig: Rig) -> list[str]:
    return [report.code for report in rig.reports if report.level in ("warning", "error")]


@pytest.mark.parametrize(
    "other",
    [
        f'say: "{BROKEN}"',
        f'say: Other.\n    digit_to_press: "{BROKEN}"',
        f'metadata: {{x: "{BROKEN}"}}',
        f'update_agent: {{responsiveness: "{BROKEN}"}}',
        f'say: Other.\n    update_agent: {{responsiveness: "{BROKEN}"}}',
    ],
)
def test_a_state_that_fails_is_answered_complete(tmp_path: Path, other: str) -> None:
    rig = failing(tmp_path, other=other)
    rig.user("go")
    assert rig.open_response is None
    assert codes(rig)
    rig.drop()
    rig.redial()
    rig.user("back")
    assert rig.open_response is None


def test_only_the_agent_setting_that_the_wire_refuses_is_left_out(tmp_path: Path) -> None:
    other = 'say: Other.\n    update_agent: {responsiveness: "{{ 7 }}", interruption_sensitivity: 0.1}'
    rig = failing(tmp_path, other=other)
    rig.user("go")
    assert rig.settings[1:] == [{"interruption_sensitivity": 0.1}]
    assert codes(rig) == ["bad_agent_setting"]


def test_a_failing_timed_line_is_reported_once_and_says_nothing(tmp_path: Path) -> None:
    rig = failing(tmp_path, after=f'say: "{BROKEN}"')
    rig.user("go")
    rig.wait(20_000)
    assert (rig.told(), codes(rig)) == ("Hello. Other.", ["answer_failed"])


def test_a_failing_done_handler_says_the_fallback_line(tmp_path: Path) -> None:
    rig = failing(tmp_path, done=f'say: "{BROKEN}"')
    rig.user("write")
    rig.wait(1500)
    rig.finish()
    assert (rig.last.content, rig.open_response) == ("That failed.", None)


def test_a_failing_closed_handler_is_reported(tmp_path: Path) -> None:
    rig = failing(tmp_path, closed=f'set: {{word: "{BROKEN}"}}')
    rig.feed(Closed(rig.now, 1000))
    assert codes(rig) == ["answer_failed"]


def test_a_failing_live_handler_says_the_fallback_line(tmp_path: Path) -> None:
    rig = failing(tmp_path, live=f'say: "{BROKEN}"')
    rig.say("live")
    rig.ask()
    assert (rig.frames(AgentInterrupt)[-1].content, rig.open_response) == ("That failed.", None)


def test_a_tool_whose_arguments_fail_is_not_called(tmp_path: Path) -> None:
    rig = failing(tmp_path, argument="1 // number")
    assert rig.user("read") == "That failed."
    assert (rig.tools, rig.state, rig.open_response) == ([], "hello", None)


def test_a_number_that_nobody_can_be_transferred_to_is_an_error_of_the_flow(tmp_path: Path) -> None:
    flow = flow_of(
        tmp_path,
        """
        flow: handing
        start: hello
        variables: {desk: nobody}
        global:
          on: {error: [{if: error.kind == 'transfer_number', say: Nobody is at the desk., goto: bye}]}
        states:
          hello: {ask: "Hello?", on: {response_required: [{goto: desk}]}}
          desk: {say: Putting you through., no_interruption_allowed: true, transfer_number: "{{ desk }}"}
          bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
        """,
    )
    rig = Rig(flow).open()
    assert rig.user("hello") == "Putting you through. Nobody is at the desk. Goodbye."
    assert rig.last.transfer_number is None
    assert rig.last.end_call is True
