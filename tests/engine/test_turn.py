"""The theory of a turn, row by row: each test plays the conversation that its row describes."""

from __future__ import annotations

from pathlib import Path

from flowengine.engine import Closed, Opened, Outcome, Received, Send, Snapshot, Ticked, ToolFinished
from flowengine.language.flow import Flow
from flowengine.protocol.inbound import CallDetails, ReminderRequired, ResponseRequired, UpdateOnly
from flowengine.protocol.outbound import AgentInterrupt, ConfigFrame, Response, UpdateAgent
from flowengine.protocol.transcript import Transcript, Utterance
from tests.engine.rig import Rig, flow_of


def to_confirm(rig: Rig) -> Rig:
    for words in ("yes please", "four", "in the evening"):
        rig.user(words)
    assert rig.state == "confirm"
    return rig


def to_book(rig: Rig) -> Rig:
    """In the state whose write has started."""
    to_confirm(rig).user("yes")
    rig.wait(1500)
    assert rig.tools == ["save"]
    return rig


# --- newer id ------------------------------------------------------------------------------------------------


def test_newer_id_settles_the_old_turn_unheard(rig: Rig) -> None:
    rig.say("I want to book")
    rig.ask()
    rig.say("for four")
    rig.ask()
    rig.speak()
    assert rig.state == "details"
    assert rig.slots == {"party": 4}
    assert rig.last.content == "Morning or evening?"


def test_id_not_above_the_newest_gives_no_commands(rig: Rig) -> None:
    rig.say("yes")
    rig.ask()
    sent = len(rig.sent)
    before = rig.call.snapshot.to_json()
    for back in (0, 1):
        rig.deliver(rig.retell.ask_again(back))
    assert len(rig.sent) == sent
    assert rig.call.snapshot.to_json()["base"] == before["base"]


def test_asked_again_after_a_redial_gets_the_stored_answer(rig: Rig) -> None:
    rig.say("yes")
    rig.ask()
    answer = rig.last
    rig.drop()
    rig.redial()
    assert rig.last == answer
    rig.speak()
    assert rig.state == "details"
    assert rig.retell.floor.entries[-1].content.endswith("How many people?")


# --- update_only ---------------------------------------------------------------------------------------------


def test_update_only_moves_the_base_and_keeps_the_right_to_complete(rig: Rig) -> None:
    rig.say("check")
    rig.ask()
    assert rig.state == "greeting"
    rig.speak(1)
    assert rig.state == "free"
    assert rig.open_response == 1
    rig.say("and")
    rig.deliver(rig.retell.say_partial("and so", rig.now))
    rig.wait(3000)
    rig.finish(free=3)
    assert (rig.last.response_id, rig.last.content_complete) == (1, True)
    assert "There are 3 free." in rig.last.content


# --- an answer without words ---------------------------------------------------------------------------------


def test_digits_stand_once_sent_complete(rig: Rig) -> None:
    rig.say("press it")
    rig.ask()
    assert rig.last.digit_to_press == "1"
    assert rig.state == "menu"


def test_silence_by_design_stands_after_two_seconds_without_a_newer_ask(rig: Rig) -> None:
    rig.say("be quiet")
    rig.ask()
    assert (rig.last.content, rig.last.content_complete) == ("", True)
    rig.wait(1900)
    assert "clinic" not in rig.values
    rig.wait(200)
    assert rig.values["clinic"] == "Hush"


def test_silence_by_design_is_undone_by_a_newer_ask(rig: Rig) -> None:
    rig.say("be quiet")
    rig.ask()
    rig.wait(1000)
    rig.say("no let me speak to the operator")
    rig.ask()
    rig.speak()
    assert "clinic" not in rig.values
    assert rig.state == "operator"


# --- begin message unheard -----------------------------------------------------------------------------------


def test_words_over_an_unheard_greeting_get_their_chance(small: Flow) -> None:
    rig = Rig(small)
    rig.dial()
    rig.say("I want to book")
    rig.ask()
    rig.speak()
    assert rig.state == "details"
    assert rig.last.content == "How many people?"


def test_words_over_an_unheard_greeting_that_fit_nothing_give_the_greeting_uncounted(small: Flow) -> None:
    rig = Rig(small)
    rig.dial()
    rig.say("hello")
    rig.ask()
    rig.speak()
    assert rig.last.content.startswith("Hello, this is Bright Smile.")
    assert rig.state == "greeting"
    assert "nomatch" not in rig.call.snapshot.base.counts


def test_an_ask_ends_the_wait_for_call_details(tmp_path: Path) -> None:
    flow = flow_of(
        tmp_path,
        """
        flow: named
        start: hello
        variables: {customer_name: ""}
        intents: {yes: [yes]}
        states:
          hello:
            say: Hello {{ customer_name }}.
            ask: Shall we?
            on: {response_required: [{intent: yes, goto: bye}]}
          bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
        """,
    )
    rig = Rig(flow)
    rig.feed(Ticked(rig.now))
    rig.retell.connect(rig.now)
    rig.call.handle(Opened(rig.now))
    assert rig.call.snapshot.greet_at == rig.now + 1000
    transcript = Transcript(0, (Utterance("user", "yes"),))
    commands = rig.call.handle(Received(rig.now + 10, ResponseRequired(1, transcript)))
    said = [c.frame for c in commands if isinstance(c, Send)]
    assert [(f.response_id, f.content) for f in said if isinstance(f, Response)] == [(0, ""), (1, "Goodbye.")]
    assert rig.call.snapshot.greet_at is None


def test_greeting_waits_for_call_details_and_uses_them(tmp_path: Path) -> None:
    flow = flow_of(
        tmp_path,
        """
        flow: named
        start: hello
        variables: {customer_name: "", visits: 0}
        states:
          hello:
            say: Hello {{ customer_name }}, visit {{ visits + 1 }}.
            on: {response_required: [{goto: bye}]}
          bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
        """,
    )
    details: dict[str, object] = {"retell_llm_dynamic_variables": {"customer_name": "Ann", "visits": "2"}}
    rig = Rig(flow, details=details)
    rig.dial()
    assert isinstance(rig.sent[0], ConfigFrame)
    assert rig.last.content == "Hello Ann, visit 3."

    late = Rig(flow, details=details)
    late.call.handle(Opened(late.now))
    assert late.call.deadline == late.now + 1000
    commands = late.call.handle(Ticked(late.now + 1000))
    spoken = [c.frame.content for c in commands if isinstance(c, Send) and isinstance(c.frame, Response)]
    assert spoken == ["Hello , visit 1."]
    late.call.handle(Received(late.now + 1100, CallDetails(details)))
    assert late.call.snapshot.details == details


# --- tools ---------------------------------------------------------------------------------------------------


def test_read_tool_starts_at_once(rig: Rig) -> None:
    rig.say("check")
    rig.ask()
    assert rig.tools == ["look"]
    assert rig.wire_tools == [("call", "look")]
    assert rig.last.content_complete is False


def test_write_tool_settles_before_it_starts(rig: Rig) -> None:
    to_confirm(rig)
    rig.say("yes")
    rig.ask()
    assert rig.last.content == "One moment while I book that. "
    assert rig.last.content_complete is False
    rig.speak()
    assert rig.tools == []
    assert rig.state == "confirm"
    rig.wait(1000)
    assert rig.tools == ["save"]
    assert rig.state == "book"


def test_new_caller_words_put_the_start_off_until_their_ask(rig: Rig) -> None:
    to_confirm(rig)
    rig.say("yes")
    rig.ask()
    rig.speak(2)
    rig.wait(500)
    rig.say("no wait")
    rig.wait(1000)
    assert rig.tools == []
    rig.ask()
    rig.speak()
    assert rig.tools == []
    assert rig.state == "confirm"


def test_newer_ask_before_the_start_is_handled_on_the_base_holding_line_heard_or_not(rig: Rig) -> None:
    to_confirm(rig)
    rig.say("yes")
    rig.ask()
    rig.speak(3)
    rig.say("six of us please")
    rig.ask()
    rig.speak()
    assert rig.tools == []
    assert rig.state == "confirm"
    assert rig.slots["party"] == 6


def test_the_start_makes_the_draft_true_and_later_words_belong_to_the_tool_state(rig: Rig) -> None:
    to_confirm(rig)
    rig.say("yes")
    rig.ask()
    rig.wait(1000)
    assert rig.state == "book"
    rig.say("are you doing it")
    rig.ask()
    assert rig.last.content == "Still booking it. "
    assert rig.last.content_complete is False


def test_once_per_request_joins_the_running_work(rig: Rig) -> None:
    rig.say("check")
    rig.ask()
    rig.say("please")
    rig.ask()
    assert rig.tools == ["look"]
    rig.finish(free=3)
    assert rig.last.response_id == 2
    assert rig.last.content.startswith("There are 3 free.")


def test_once_per_request_reads_a_known_result(rig: Rig) -> None:
    rig.say("check")
    rig.ask()
    rig.finish(free=3)
    rig.say("the free ones")
    rig.ask()
    assert rig.tools == ["look"]
    assert "There are 3 free." in rig.last.content


def test_a_new_visit_of_the_state_is_a_new_request(rig: Rig) -> None:
    for _ in range(2):
        rig.say("check")
        rig.ask()
        rig.finish(free=3)
        rig.speak()
    assert rig.tools == ["look", "look"]
    assert len({command.work for command in rig.started}) == 2


def test_result_goes_out_under_the_id_that_stayed_open(rig: Rig) -> None:
    to_book(rig)
    rig.speak()
    rig.finish(ok=True, ref="B47")
    assert rig.last.response_id == 4
    assert rig.last.content_complete is True
    assert rig.last.end_call is True
    rig.speak()
    assert rig.state == "goodbye"
    assert rig.retell.over


def test_result_waits_for_a_caller_in_mid_speech_at_most_three_seconds(rig: Rig) -> None:
    to_book(rig)
    rig.speak()
    rig.say("by the way")
    rig.finish(ok=True, ref="B47")
    assert rig.last.content == "One moment while I book that. "
    rig.wait(2900)
    assert rig.last.content == "One moment while I book that. "
    rig.wait(200)
    assert rig.last.content.startswith("You're booked.")
    assert rig.last.response_id == 4


def test_result_waiting_for_the_caller_goes_out_under_their_ask(rig: Rig) -> None:
    to_book(rig)
    rig.speak()
    rig.say("by the way")
    rig.finish(ok=True, ref="B47")
    rig.ask()
    assert rig.last.response_id == 5
    assert rig.last.content.startswith("You're booked.")


def test_result_without_an_open_response_goes_out_by_agent_interrupt(rig: Rig) -> None:
    to_book(rig)
    rig.speak()
    rig.say("I have chest pain")
    rig.speak()
    assert isinstance(rig.last, AgentInterrupt)
    rig.ask()
    rig.finish(ok=True, ref="B47")
    rig.wait(3000)
    assert isinstance(rig.last, AgentInterrupt)
    assert rig.last.content.startswith("You're booked.")


def test_unheard_result_is_told_again_at_the_next_ask(rig: Rig) -> None:
    to_book(rig)
    rig.speak()
    rig.finish(ok=True, ref="B47")
    rig.say("hello")
    rig.ask()
    assert rig.last.content.startswith("You're booked.")
    rig.speak()
    assert rig.retell.over
    assert rig.tools == ["save"]


def test_pieces_of_one_answer_are_joined_by_a_space(rig: Rig) -> None:
    to_book(rig)
    rig.finish(ok=True, ref="B47")
    pieces = [frame.content for frame in rig.frames(Response) if frame.response_id == 4]
    assert "".join(pieces).startswith("One moment while I book that. You're booked.")
    assert not pieces[-1].endswith(" ")


def test_what_is_owed_after_a_redial_is_not_said_into_the_callers_words(rig: Rig) -> None:
    rig.say("yes")
    rig.ask()
    rig.drop()
    rig.call.handle(Opened(rig.now))
    speaking = Transcript(0, (*rig.retell.transcript.entries[:-1], Utterance("user", "yes and the")))
    rig.call.handle(Received(rig.now + 500, UpdateOnly(speaking, None)))
    assert not any(isinstance(c, Send) for c in rig.call.handle(Ticked(rig.now + 1000)))
    commands = rig.call.handle(Ticked(rig.now + 3500))
    assert [c.frame.content for c in commands if isinstance(c, Send) and isinstance(c.frame, AgentInterrupt)]


# --- roll-back -----------------------------------------------------------------------------------------------


def test_rollback_covers_state_slots_counters_but_not_details_ledger_and_ids(rig: Rig) -> None:
    rig.say("purple monkey")
    rig.ask()
    assert "nomatch" not in rig.call.snapshot.base.counts
    rig.say("check")
    rig.ask()
    rig.finish(free=3)
    rig.say("four")
    rig.ask()
    rig.speak()
    assert rig.state == "details"
    assert rig.slots == {"party": 4}
    assert rig.values["found"] == {"free": 3}
    assert rig.tools == ["look"]


# --- metadata ------------------------------------------------------------------------------------------------


def test_metadata_leaves_when_its_segment_is_heard(rig: Rig) -> None:
    rig.user("yes")
    rig.user("four")
    rig.say("evening")
    rig.ask()
    assert rig.metadata == []
    rig.speak(1)
    assert rig.metadata == [{"stage": "confirm"}]


def test_metadata_of_a_discarded_answer_never_leaves(rig: Rig) -> None:
    rig.user("yes")
    rig.user("four")
    rig.say("evening")
    rig.ask()
    rig.say("no operator")
    rig.ask()
    rig.speak()
    assert rig.metadata == []


def test_agent_turn_after_it_was_sent_is_enough_for_metadata(rig: Rig) -> None:
    rig.user("yes")
    rig.user("four")
    rig.say("evening")
    rig.ask()
    rig.deliver([UpdateOnly(rig.retell.transcript, "agent_turn")])
    assert rig.metadata == [{"stage": "confirm"}]


# --- agent settings ------------------------------------------------------------------------------------------


def test_agent_settings_go_out_as_differences_and_are_undone(rig: Rig) -> None:
    to_confirm(rig)
    rig.user("yes")
    assert rig.settings == [
        {"responsiveness": 0.9, "interruption_sensitivity": 0.8},
        {"interruption_sensitivity": 0.3},
        {"interruption_sensitivity": 0.8},
    ]


def test_agent_settings_follow_a_rollback_and_go_out_whole_on_a_new_socket(rig: Rig) -> None:
    rig.user("yes")
    rig.user("four")
    rig.say("evening")
    rig.ask()
    rig.say("no operator")
    rig.ask()
    assert rig.settings[1:] == [{"interruption_sensitivity": 0.3}, {"interruption_sensitivity": 0.8}]
    rig.drop()
    rig.redial()
    assert rig.settings[-1] == {"responsiveness": 0.9, "interruption_sensitivity": 0.8}


# --- never leave a response open -----------------------------------------------------------------------------


def test_a_tool_without_an_end_is_closed_by_the_failure_line(rig: Rig) -> None:
    rig.say("check")
    rig.ask()
    rig.wait(13_000)
    assert rig.open_response is None
    assert rig.last.content_complete is True
    assert rig.last.content.startswith("That took too long.")


def test_an_exception_while_answering_becomes_the_fallback_line_complete(rig: Rig) -> None:
    assert rig.user("break it") == "Something failed on our side. Could you say that again?"
    assert rig.open_response is None
    assert rig.state == "greeting"
    assert [r.code for r in rig.reports if r.level == "error"] == ["answer_failed"]
    assert rig.user("yes") == "How many people?"


# --- end, transfer, digits -----------------------------------------------------------------------------------


def test_an_interrupted_ending_says_its_line_and_action_again(small: Flow) -> None:
    rig = Rig(small).open()
    rig.say("no")
    rig.ask()
    assert rig.last.end_call is True
    sent = rig.last
    # Retell protects this line; a newer ask over it can still happen before it begins
    rig.retell.floor.close_stretch()
    transcript = Transcript(
        0,
        (
            *rig.retell.transcript.entries,
            Utterance("agent", "Thank you"),
            Utterance("user", "purple monkey"),
        ),
    )
    rig.feed(Received(rig.now, ResponseRequired(2, transcript)))
    assert (rig.last.content, rig.last.end_call, rig.last.response_id) == (sent.content, True, 2)


def test_in_an_interrupted_ending_the_globals_apply(small: Flow) -> None:
    rig = Rig(small).open()
    rig.say("no")
    rig.ask()
    transcript = Transcript(
        0,
        (
            *rig.retell.transcript.entries,
            Utterance("agent", "Thank you"),
            Utterance("user", "operator please"),
        ),
    )
    rig.feed(Received(rig.now, ResponseRequired(2, transcript)))
    assert rig.last.transfer_number == "+15550100"
    assert rig.last.end_call is None


def test_interrupted_digits_are_pressed_again(rig: Rig) -> None:
    rig.user("press it")
    rig.say("sales here")
    rig.ask()
    assert rig.last.digit_to_press == "2"
    rig.speak(1)
    rig.say("purple monkey")
    rig.ask()
    assert (rig.last.content, rig.last.digit_to_press) == ("Hello sales.", "2")


# --- backchannels --------------------------------------------------------------------------------------------


def test_a_backchannel_that_cuts_an_answer_gives_the_answer_again_uncounted(rig: Rig) -> None:
    to_confirm(rig)
    rig.user("four in the morning")
    question = rig.last.content
    rig.say("six")
    rig.ask()
    answer = rig.last.content
    rig.speak(3)
    rig.say("okay")
    rig.ask()
    assert rig.last.content == answer != question
    rig.speak()
    assert rig.tools == []
    assert rig.state == "confirm"


def test_a_backchannel_that_stopped_nobody_leaves_the_tail_to_its_owner(rig: Rig) -> None:
    rig.user("yes")
    rig.user("four")
    rig.say("evening")
    rig.ask()
    rig.speak(5)
    rig.deliver(rig.retell.backchannel("uh-huh", rig.now))
    rig.ask()
    assert rig.state == "confirm"
    rig.speak()
    rig.user("yes")
    rig.wait(1000)
    assert rig.state == "book"
    assert rig.tools == ["save"]


def test_words_of_an_older_answers_tail_are_not_credited_to_the_newer_answer(rig: Rig) -> None:
    rig.user("yes")
    rig.user("four")
    rig.say("evening")
    rig.ask()
    rig.speak(5)
    rig.deliver(rig.retell.backchannel("six people", rig.now))
    rig.ask()
    assert rig.last.content.startswith("All right. So that is 6")
    rig.speak(2)
    assert rig.slots == {"party": 4, "part": "evening"}, "those were words of the answer before"
    rig.speak()
    assert rig.slots == {"party": 6, "part": "evening"}


# --- reminders -----------------------------------------------------------------------------------------------


def test_reminder_nudges_counts_and_resets_when_the_caller_speaks(rig: Rig) -> None:
    rig.user("yes")
    assert rig.remind() == "Are you still there?"
    assert rig.remind() == "Are you still there?"
    rig.user("purple monkey")
    assert rig.remind() == "Are you still there?"
    assert rig.remind() == "Are you still there?"
    assert rig.remind() == "Call again any time."
    assert rig.last.end_call is True


def test_reminder_that_finds_unheard_words_answers_them(rig: Rig) -> None:
    rig.say("yes please")
    transcript = rig.retell.transcript
    rig.feed(Received(rig.now, ReminderRequired(7, transcript)))
    assert rig.last.content == "How many people?"


# --- live handlers -------------------------------------------------------------------------------------------


def test_live_handler_speaks_once_and_the_ask_gets_an_empty_complete_answer(rig: Rig) -> None:
    rig.deliver(rig.retell.say_partial("I have chest", rig.now))
    rig.deliver(rig.retell.say_partial("I have chest pain", rig.now))
    assert isinstance(rig.last, AgentInterrupt)
    assert rig.last.no_interruption_allowed is True
    rig.deliver(rig.retell.say_partial("I have chest pain and", rig.now))
    assert len(rig.frames(AgentInterrupt)) == 1
    rig.say("I have chest pain and more")
    rig.ask()
    assert (rig.last.content, rig.last.content_complete) == ("", True)
    rig.speak()
    assert rig.user("yes") == "How many people?"


def test_live_handler_puts_an_unheard_turn_back_and_closes_its_response(rig: Rig) -> None:
    rig.say("check")
    rig.ask()
    rig.deliver(rig.retell.say_partial("I have chest pain", rig.now))
    assert rig.state == "greeting"
    closing = rig.frames(Response)[-1]
    assert (closing.response_id, closing.content, closing.content_complete) == (1, "", True)
    assert rig.frames(AgentInterrupt)[-1].content == "Please hang up and dial 911 now."


# --- time ----------------------------------------------------------------------------------------------------


def test_timed_line_goes_out_once_when_nobody_speaks_whatever_the_ticks(rig: Rig) -> None:
    rig.wait(19_000)
    for at in (rig.now, rig.now + 500, rig.now + 500):
        rig.feed(Ticked(at))
    assert rig.frames(AgentInterrupt) == []
    rig.feed(Ticked(rig.now + 60_000))
    rig.feed(Ticked(rig.now + 60_000))
    assert [frame.content for frame in rig.frames(AgentInterrupt)] == ["Take your time."]


def test_timed_line_waits_until_the_pending_turn_is_settled(rig: Rig) -> None:
    rig.wait(15_000)
    rig.say("purple monkey")
    rig.ask()
    rig.wait(10_000)
    assert rig.frames(AgentInterrupt) == []
    rig.speak()
    rig.wait(3000)
    assert [frame.content for frame in rig.frames(AgentInterrupt)] == ["Take your time."]


def test_timers_survive_a_restart(rig: Rig) -> None:
    to_book(rig)
    rig.speak()
    rig.wait(3000)
    stored = Snapshot.from_json(rig.call.snapshot.to_json())
    assert stored == rig.call.snapshot
    assert rig.call.deadline is not None
    rig.wait(3000)
    assert rig.last.content == "Thanks for waiting. "


# --- redial and restart --------------------------------------------------------------------------------------


def test_redial_sends_config_settings_and_an_empty_begin_message(rig: Rig) -> None:
    rig.user("yes")
    sent = len(rig.sent)
    rig.drop()
    rig.redial()
    kinds = [type(frame) for frame in rig.sent[sent:]]
    assert kinds == [ConfigFrame, UpdateAgent, Response]
    assert (rig.last.response_id, rig.last.content, rig.last.content_complete) == (0, "", True)
    assert rig.user("four") == "Morning or evening?"


def test_redial_with_the_greeting_unheard_greets_again(small: Flow) -> None:
    rig = Rig(small)
    rig.dial()
    rig.drop()
    rig.redial()
    assert rig.last.content.startswith("Hello, this is Bright Smile.")
    rig.speak()
    assert rig.state == "greeting"


def test_redial_owed_answer_goes_out_by_agent_interrupt_if_nothing_comes_back(rig: Rig) -> None:
    rig.say("yes")
    rig.ask()
    rig.drop()
    rig.call.handle(Opened(rig.now))
    commands = rig.call.handle(Ticked(rig.now + 1000))
    frames = [c.frame for c in commands if isinstance(c, Send)]
    assert [frame.content for frame in frames if isinstance(frame, AgentInterrupt)] == ["How many people?"]


def test_restart_runs_a_lost_read_again_and_sends_a_lost_write_to_error(small: Flow) -> None:
    reading = Rig(small).open()
    reading.say("check")
    reading.ask()
    reading.drop()
    reading.restart()
    assert reading.tools == ["look", "look"]
    assert reading.started[0].work != reading.started[1].work
    reading.redial()
    reading.finish(free=3)
    assert "There are 3 free." in reading.last.content

    writing = to_book(Rig(small).open())
    writing.drop()
    writing.restart()
    writing.redial()
    assert writing.tools == ["save"]
    assert writing.last.transfer_number == "+15550100"
    assert "Our system is down." in writing.last.content


def test_restart_runs_an_idempotent_write_again(rig: Rig) -> None:
    rig.user("carefully")
    rig.wait(1000)
    rig.drop()
    rig.restart()
    assert rig.tools == ["careful", "careful"]


# --- the call is over ----------------------------------------------------------------------------------------


def test_closed_handler_may_run_a_tool(rig: Rig) -> None:
    rig.user("four please")
    rig.feed(Closed(rig.now, 1000))
    assert rig.tools == ["log"]
    assert rig.started[0].arguments == {"state": 4}
    rig.finish()
    assert rig.call.snapshot.over
    assert rig.call.deadline is None


def test_a_started_write_is_finished_after_the_call_and_an_unsettled_one_is_not_begun(small: Flow) -> None:
    started = to_book(Rig(small).open())
    started.feed(Closed(started.now, 1000))
    assert started.tools[0] == "save"
    started.finish(ok=True, ref="B47")
    assert started.values["booking"] == {"ok": True, "ref": "B47"}

    unsettled = to_confirm(Rig(small).open())
    unsettled.say("yes")
    unsettled.ask()
    unsettled.feed(Closed(unsettled.now, 1000))
    assert "save" not in unsettled.tools


def test_a_dropped_call_without_a_redial_is_over_after_a_while(rig: Rig) -> None:
    rig.drop()
    assert not rig.call.snapshot.over
    rig.wait(61_000)
    assert rig.call.snapshot.over


# --- hot reload ----------------------------------------------------------------------------------------------


def test_a_running_call_moves_to_a_new_flow_between_turns(tmp_path: Path) -> None:
    text = """
    flow: reloaded
    start: one
    intents: {yes: [yes]}
    states:
      one: {ask: "First version?", on: {response_required: [{intent: yes, goto: two}]}}
      two: {ask: "Second state?", on: {response_required: [{intent: yes, goto: one}]}}
    """
    old = flow_of(tmp_path, text)
    new = flow_of(tmp_path, text.replace("Second state?", "New words?"))
    gone = flow_of(tmp_path, text.replace("two", "dos"))
    rig = Rig(old).open()
    rig.say("yes")
    rig.ask()
    assert not rig.call.adopt(new)
    rig.speak()
    assert rig.call.adopt(new)
    assert not rig.call.adopt(gone)
    rig.user("yes")
    assert rig.user("yes") == "New words?"


def test_a_call_that_moves_over_forgets_slots_that_are_gone_and_keeps_the_rest(tmp_path: Path) -> None:
    text = """
    flow: reloaded
    start: hello
    slots:
      size: {type: number, ask: How many?}
      part: {type: choice, choices: [morning, evening], ask: Which part?}
    global: {on: {response_required: [{match: [help], visit: help}]}}
    states:
      hello: {ask: "Book?", on: {response_required: [{match: [book], goto: form}]}}
      form: {collect: [size, part], confirm: "{{ size }}, right?", goto: booked}
      help: {ask: "Which help?", on: {response_required: [{match: [enough], return: true}]}, after: {6s: {say: Well?}}}
      booked: {ask: "Booked. More?", on: {response_required: [{match: [no], end_call: true}]}}
    """
    rig = Rig(flow_of(tmp_path, text)).open()
    for words in ("book", "four", "help"):
        rig.user(words)
    without = text.replace("      part: {type: choice, choices: [morning, evening], ask: Which part?}\n", "")
    assert rig.call.adopt(flow_of(tmp_path, without.replace("[size, part]", "[size]")))
    rig.wait(7000)
    rig.speak()
    assert rig.last.content == "Well?"
    assert rig.user("enough") == "4, right?"  # asked about a slot that is gone, it reads back what there is
    assert rig.call.adopt(flow_of(tmp_path, text.replace("Booked", "New and booked").replace(", part]", "]")))
    assert rig.user("yes") == "New and booked. More?"


def test_a_late_or_unknown_tool_result_is_harmless(rig: Rig) -> None:
    before = rig.call.snapshot.to_json()
    rig.feed(ToolFinished(rig.now, "tool_nobody", Outcome("done", value=1)))
    assert rig.call.snapshot.to_json() == before
