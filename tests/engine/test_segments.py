"""Answers in several segments: which of them is true, through interruptions and redials."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowengine.engine import Opened, Outcome, Received
from flowengine.protocol.inbound import UpdateOnly
from flowengine.protocol.outbound import AgentInterrupt
from flowengine.protocol.transcript import Transcript, Utterance
from tests.engine.rig import Rig, flow_of

TOOL = """
def look(): return {}
def save(): return {}
"""

FLOW = """
flow: segments
start: hello
answer_within: 15s
tools:
  look: {python: "tool:look", effect: read, timeout: 60s}
  save: {python: "tool:save", timeout: 60s}
variables: {number: nobody}
slots:
  size: {type: number, ask: How many?}
states:
  hello:
    ask: What now?
    on:
      response_required:
        - {match: [look], goto: looking}
        - {match: [save], goto: saving}
        - {match: [press], goto: menu}
        - {match: [form], goto: form}
        - {match: [dial], goto: dialling}
        - {match: [reach], goto: reaching}
  looking:
    say: Let me have a long look at that for you.
    call: look
    on:
      done: [{say: Found., goto: hello}]
      error: [{say: That takes too long., goto: saving}]
      response_required: [{match: [still], say: Still looking.}]
    after: {3s: {say: Please wait a little.}}
  saving:
    say: One moment while I save it.
    call: save
    on:
      done: [{say: Saved., goto: hello}]
      error: [{say: Not saved., goto: hello}]
    after: {3s: {say: Nearly done.}}
  menu:
    digit_to_press: "1"
    on:
      response_required: [{match: [sales], say: Hello sales department., digit_to_press: "2"}]
  dialling:
    say: Pressing.
    digit_to_press: "7"
    call: look
    on: {done: [{say: Pressed., goto: hello}]}
  reaching: {say: Reaching., no_interruption_allowed: true, transfer_number: "{{ number }}"}
  form:
    collect: [size]
    confirm: So that is a table for {{ size }}. Is that right?
    goto: booked
  booked: {ask: Booked. Anything else?, on: {response_required: [{match: [look], goto: looking}]}}
"""


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(flow_of(tmp_path, FLOW, tool_py=TOOL)).open()


def test_the_rest_of_a_line_that_was_cut_is_not_credited_before_the_result(rig: Rig) -> None:
    rig.say("look")
    rig.ask()
    rig.speak(3)
    rig.say("well")
    rig.wait(4000)
    rig.finish()
    rig.wait(500)
    assert rig.last.content.startswith("Found.")
    rig.speak()
    assert rig.state == "hello"


def test_an_answer_that_is_owed_and_heard_after_a_redial_is_true(rig: Rig) -> None:
    rig.say("look")
    rig.ask()
    rig.finish()
    rig.speak(10)
    assert rig.state == "looking"
    rig.drop()
    rig.feed(Opened(rig.now))
    rig.wait(1200)
    assert rig.last.content == "Found. What now?"
    assert isinstance(rig.last, AgentInterrupt)
    entries = (*rig.retell.transcript.entries, Utterance("agent", "Found. What"))
    rig.feed(Received(rig.now, UpdateOnly(Transcript(0, entries), None)))
    assert rig.state == "hello"


def test_giving_up_completes_the_response_even_if_the_error_calls_another_tool(rig: Rig) -> None:
    rig.user("look")
    rig.wait(16_000)
    assert rig.open_response is None
    assert rig.last.content.endswith("That takes too long. One moment while I save it.")
    rig.speak()
    rig.wait(2000)
    assert rig.tools == ["look", "save"]
    rig.finish(Outcome("done", value={}))  # the look, too late
    rig.finish(Outcome("done", value={}))
    rig.wait(3000)
    assert rig.last.content == "Saved. What now?"


def test_digits_that_were_pressed_are_not_pressed_again(rig: Rig) -> None:
    rig.user("press")
    rig.say("sales here")
    rig.ask()
    rig.speak(1)
    rig.say("mumble")
    rig.ask()
    assert rig.last.digit_to_press == "2"
    rig.speak()
    rig.user("mumble")
    assert rig.last.digit_to_press is None


def test_digits_before_a_tool_go_out_with_its_result(rig: Rig) -> None:
    rig.user("dial")
    rig.finish()
    assert (rig.last.content, rig.last.digit_to_press) == ("Pressed. What now?", "7")
    rig.speak()
    assert rig.state == "hello"


def test_an_action_that_the_wire_refuses_is_left_out_alone(rig: Rig) -> None:
    rig.user("reach")
    assert (rig.last.transfer_number, rig.last.no_interruption_allowed) == (None, True)
    assert rig.reports[-1].code == "turn"
    assert "invalid_action" in [report.code for report in rig.reports]


# --- the read-back of a form ---------------------------------------------------------------------------------


def to_read_back(rig: Rig, words: int | None) -> None:
    rig.user("form")
    rig.say("four")
    rig.ask()
    rig.speak(words)


def test_another_line_does_not_stand_for_a_read_back_that_was_cut(rig: Rig) -> None:
    to_read_back(rig, 3)
    assert rig.user("hold on a second") == "Of course, take your time."
    assert rig.user("yes") == "So that is a table for 4. Is that right?"


def test_a_read_back_said_again_on_request_can_be_confirmed(rig: Rig) -> None:
    to_read_back(rig, 3)
    rig.user("say that again")
    assert rig.user("yes").startswith("Booked.")


def test_a_yes_to_what_should_be_changed_confirms_nothing(rig: Rig) -> None:
    to_read_back(rig, None)
    assert rig.user("no") == "What should I change?"
    assert rig.user("yes") == "So that is a table for 4. Is that right?"
    assert rig.user("yes").startswith("Booked.")
