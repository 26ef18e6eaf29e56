"""Who answers when several could: results and callers, live handlers and asks, several readings, endings."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowengine.engine import Outcome, Received
from flowengine.language.flow import Flow
from flowengine.protocol.inbound import ReminderRequired, ResponseRequired
from flowengine.protocol.outbound import AgentInterrupt
from flowengine.protocol.transcript import Transcript, Utterance
from tests.engine.rig import Rig, flow_of

TOOL = """
def look(): return {}
def save(): return {}
"""

FLOW = """
flow: answers
start: hello
variables: {noted: 0}
tools:
  look: {python: "tool:look", effect: read}
  save: {python: "tool:save"}
slots:
  size: {type: number, ask: How many?, reject: [{if: size > 12, say: Twelve at most.}]}
  day: {type: date, ask: Which day?}
  hour: {type: time, ask: What time?, reject: [{if: hour.hour < 8, say: Not so early.}]}
global:
  on:
    response_required:
      - {match: [operator], first: true, say: Here is the operator., goto: waiting}
      - {match: [help], visit: help}
    reminder_required:
      - {say: Still there?, reprompt: true}
    error:
      - {count: 3, say: Third failure., goto: waiting}
      - {count: 1, say: It failed.}
    update_only:
      - {match: [chest pain], say: Please dial 911.}
      - {match: [whisper], metadata: {heard: whisper}}
      - {match: [secret], set: {noted: "{{ noted + 1 }}"}, metadata: {heard: secret}}
states:
  hello:
    ask: What now?
    on:
      response_required:
        - {slot: [size, day, hour], say: "Noted {{ size }}.", reprompt: true}
        - {match: [look], goto: looking}
        - {match: [press], goto: pressing}
        - {match: [form], goto: form}
        - {match: [the end], goto: bye}
        - {match: [wait], goto: waiting}
  form: {collect: [size], goto: hello}
  looking:
    say: Let me see.
    call: look
    on:
      done: [{say: "Found {{ 1 // noted }}.", goto: bye}]
  waiting: {ask: Waiting., on: {response_required: [{match: [back], goto: hello}, {match: [form], goto: form}]}}
  pressing: {digit_to_press: "1", goto: bye}
  help: {say: No help here., return: true}
  bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Flow:
    return flow_of(tmp_path_factory.mktemp("answers"), FLOW, tool_py=TOOL)


@pytest.fixture
def rig(answers: Flow) -> Rig:
    return Rig(answers).open()


# --- results and callers -------------------------------------------------------------------------------------


def with_unheard_result(rig: Rig) -> Rig:
    rig.user("look")
    rig.say("hm")
    rig.finish()
    return rig


def test_a_first_handler_goes_before_a_result_that_was_not_heard(rig: Rig) -> None:
    with_unheard_result(rig)
    rig.say("hm get me the operator")
    rig.ask()
    assert rig.last.content == "Here is the operator. Waiting."
    assert rig.last.end_call is None


def test_a_result_whose_handler_fails_is_not_told_for_ever(rig: Rig) -> None:
    with_unheard_result(rig)
    rig.ask()
    assert rig.last.content == "Sorry, something went wrong. Could you say that again?"
    rig.speak()
    rig.user("operator")
    assert rig.state == "waiting"


def test_the_silence_of_a_caller_who_speaks_is_over(rig: Rig) -> None:
    rig.remind()
    assert rig.call.snapshot.base.counts["reminder_required"] == 1
    rig.user("look")
    rig.finish(Outcome("error", kind="http"))
    rig.speak()
    assert "reminder_required" not in rig.call.snapshot.base.counts


def test_count_of_errors(rig: Rig) -> None:
    rig.user("look")
    rig.finish(Outcome("error", kind="http"))
    assert rig.last.content == "It failed."


# --- over an unheard greeting --------------------------------------------------------------------------------

CALLING = """
flow: calling
start: hello
tools: {save: {python: "tool:save"}}
states:
  hello:
    say: One moment.
    call: save
    on:
      done: [{say: Saved., goto: after}]
      response_required: [{match: [hello], say: Just a second.}]
  after: {ask: What now?, on: {response_required: [{match: [bye], end_call: true}]}}
"""


@pytest.mark.parametrize("words", ["hello", "purple", "(unintelligible audio)"])
def test_words_over_the_greeting_do_not_lose_the_tool_of_the_first_state(tmp_path: Path, words: str) -> None:
    rig = Rig(flow_of(tmp_path, CALLING, tool_py=TOOL))
    rig.dial()
    rig.say(words)
    rig.ask()
    rig.speak()
    rig.wait(5000)
    rig.finish()
    rig.wait(3000)
    rig.speak()
    assert (rig.tools, rig.state) == (["save"], "after")


# --- live handlers -------------------------------------------------------------------------------------------


def test_what_a_caller_says_after_a_live_handler_fired_is_answered(rig: Rig) -> None:
    rig.deliver(rig.retell.say_partial("I have chest pain", rig.now))
    assert rig.last.content == "Please dial 911."
    rig.say("I have chest pain and get me the operator")
    rig.ask()
    assert rig.last.content == "Here is the operator. Waiting."


@pytest.mark.parametrize("more", ["", " you know"])
def test_what_nothing_wants_after_a_live_handler_fired_gets_an_empty_answer(rig: Rig, more: str) -> None:
    rig.deliver(rig.retell.say_partial("I have chest pain", rig.now))
    rig.say(f"I have chest pain{more}")
    rig.ask()
    assert (rig.last.content, rig.last.content_complete, rig.open_response) == ("", True, None)


def test_a_live_handler_without_words_disturbs_no_answer(rig: Rig) -> None:
    rig.user("wait")
    rig.say("a secret")
    assert rig.values["noted"] == 1
    assert rig.metadata == [{"heard": "secret"}]
    rig.say("a secret and back")
    rig.ask()
    assert rig.frames(AgentInterrupt) == []
    assert rig.last.content == "What now?"
    rig.speak()
    assert (rig.state, rig.values["noted"]) == ("hello", 1)


def test_two_live_handlers_without_words_count_once_each(rig: Rig) -> None:
    rig.say("whisper a secret")
    rig.say("whisper a secret to me")
    assert rig.metadata == [{"heard": "whisper"}, {"heard": "secret"}]
    assert rig.values["noted"] == 1


def test_a_live_handler_without_words_counts_in_an_answer_that_is_pending(rig: Rig) -> None:
    rig.say("look")
    rig.ask()
    rig.say("a secret")
    rig.wait(4000)
    rig.finish()
    rig.speak()
    assert rig.values["noted"] == 1
    assert "Found 1." in rig.told()


# --- values --------------------------------------------------------------------------------------------------


def test_a_refused_value_beside_a_good_one_is_spoken_about(rig: Rig) -> None:
    said = rig.user("for fifteen people on Thursday")
    assert said == "Twelve at most. Noted . What now?"
    assert set(rig.slots) == {"day"}


def test_outside_a_form_the_likely_reading_is_taken(rig: Rig) -> None:
    rig.user("at three o'clock")
    assert rig.slots["hour"].hour == 15  # type: ignore[attr-defined]


def test_a_rejection_on_entering_a_form_is_counted(rig: Rig) -> None:
    rig.user("wait")
    assert rig.user("form for fifteen people") == "Twelve at most. How many?"
    rig.user("thirteen")
    assert rig.call.snapshot.base.counts["rejected"] == 2


# --- endings -------------------------------------------------------------------------------------------------


def ending(rig: Rig, words: str, *, remind: bool = False) -> Rig:
    rig.say("the end")
    rig.ask()
    entries = [*rig.retell.transcript.entries, Utterance("agent", "Good")]
    if words:
        entries.append(Utterance("user", words))
    kind = ReminderRequired if remind else ResponseRequired
    rig.feed(Received(rig.now, kind(2, Transcript(0, tuple(entries)))))
    return rig


def test_a_visit_from_an_ending_says_it_once_more_and_only_once(rig: Rig) -> None:
    ending(rig, "help")
    assert (rig.last.content, rig.last.end_call) == ("No help here. Goodbye.", True)


def test_a_reminder_in_an_ending_says_it_only_once(rig: Rig) -> None:
    ending(rig, "", remind=True)
    assert (rig.last.content, rig.last.end_call) == ("Still there? Goodbye.", True)


def test_a_frame_has_one_action_and_an_ending_is_the_last(rig: Rig) -> None:
    rig.say("press")
    rig.ask()
    assert (rig.last.end_call, rig.last.digit_to_press) == (True, None)
