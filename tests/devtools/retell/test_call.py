"""The rules of Retell's side, one named test each."""

from __future__ import annotations

from typing import Any

import pytest

from flowengine.devtools.retell import INAUDIBLE, NotNow, Retell
from flowengine.devtools.retell import facts as f
from flowengine.protocol.inbound import (
    CallDetails,
    Inbound,
    PingPong,
    ReminderRequired,
    ResponseRequired,
    UpdateOnly,
)
from flowengine.protocol.outbound import (
    AgentConfig,
    AgentInterrupt,
    ConfigFrame,
    ConfigOptions,
    MetadataFrame,
    Outbound,
    Pong,
    Response,
    ToolCallInvocation,
    ToolCallResult,
    UpdateAgent,
)


def line(response_id: int, content: str, complete: bool = True, **more: Any) -> Outbound:
    return Response(response_id=response_id, content=content, content_complete=complete, **more)


def jump_in(interrupt_id: int, content: str, complete: bool = True, **more: Any) -> Outbound:
    return AgentInterrupt(interrupt_id=interrupt_id, content=content, content_complete=complete, **more)


def greeted(greeting: str = "Hello there. How can I help?") -> Retell:
    retell = Retell(at=1_000)
    retell.connect()
    retell.receive(ConfigFrame(config=ConfigOptions(auto_reconnect=True, call_details=True)))
    retell.receive(line(0, greeting))
    retell.finish_speaking()
    return retell


def contents(retell: Retell) -> list[tuple[str, str]]:
    return [(entry.role, entry.content) for entry in retell.transcript.entries]


def dropped(retell: Retell) -> list[str]:
    return [fact.rule for fact in retell.found(f.Dropped)]


def asked(frames: tuple[Inbound, ...]) -> int:
    frame = frames[-1]
    assert isinstance(frame, ResponseRequired | ReminderRequired)
    return frame.response_id


def test_config_brings_call_details() -> None:
    retell = Retell({"call_id": "call_9", "from_number": "+15550100"})
    retell.connect()
    sent = retell.receive(ConfigFrame(config=ConfigOptions(call_details=True)))
    assert sent == (CallDetails({"call_id": "call_9", "call_type": "web_call", "from_number": "+15550100"}),)


def test_config_after_another_frame_is_ignored() -> None:
    retell = Retell()
    retell.connect()
    retell.receive(line(0, ""))
    assert retell.receive(ConfigFrame(config=ConfigOptions(call_details=True))) == ()
    assert dropped(retell) == ["config-late"]


def test_the_agent_s_entry_holds_only_the_words_spoken() -> None:
    retell = Retell()
    retell.connect()
    retell.receive(line(0, "Hello there. How can I help?"))
    sent = retell.speak(2)
    assert sent == (UpdateOnly(turntaking="agent_turn"), UpdateOnly(retell.transcript))
    assert contents(retell) == [("agent", "Hello there.")]
    assert (retell.speaking, retell.left) == (True, 4)
    retell.finish_speaking()
    assert contents(retell) == [("agent", "Hello there. How can I help?")]


def test_growing_updates_then_an_ask_with_the_whole_transcript() -> None:
    retell = greeted()
    first = retell.say_partial("I'd")
    assert [frame.turntaking for frame in first if isinstance(frame, UpdateOnly)] == ["user_turn", None]
    retell.say_partial("I'd light")
    retell.say("I'd like Tuesday")
    sent = retell.ask()
    assert sent == (ResponseRequired(1, retell.transcript),)
    assert contents(retell)[-1] == ("user", "I'd like Tuesday")


def test_a_discarded_answer_leaves_no_entry() -> None:
    retell = greeted()
    retell.say("Tuesday")
    retell.ask()
    retell.receive(line(1, "What time on Tuesday?"))
    retell.say("at three")
    assert asked(retell.ask()) == 2
    assert contents(retell)[1:] == [("user", "Tuesday at three")]
    assert f.Discarded(1_000, "response", 1, "What time on Tuesday?", "newer_ask") in retell.facts
    retell.receive(line(1, "late"))
    assert dropped(retell) == ["stale-id"]


def test_content_after_completion_and_unknown_ids_are_dropped() -> None:
    retell = greeted()
    retell.say("hi")
    retell.ask()
    retell.receive(line(1, "Yes?"))
    retell.receive(line(1, "more"))
    retell.receive(line(5, "what"))
    assert dropped(retell) == ["after-completion", "unknown-id"]


def test_update_only_does_not_supersede_a_pending_response() -> None:
    retell = greeted()
    retell.say("hi")
    retell.ask()
    retell.say("again")
    retell.receive(line(1, "Yes?"))
    retell.finish_speaking()
    assert contents(retell)[1:] == [("user", "hi again"), ("agent", "Yes?")]


def test_an_interruption_keeps_the_words_spoken_and_discards_the_action() -> None:
    retell = greeted()
    retell.say("bye")
    retell.ask()
    retell.receive(line(1, "Thank you. Goodbye now!", end_call=True))
    retell.speak(2)
    retell.interrupt("wait")
    retell.finish_speaking()
    assert contents(retell)[1:] == [("user", "bye"), ("agent", "Thank you."), ("user", "wait")]
    assert f.Discarded(1_000, "response", 1, "Goodbye now!", "interrupted", "end_call") in retell.facts
    assert not retell.over


def test_an_interrupted_open_response_may_still_be_completed() -> None:
    retell = greeted()
    retell.say("book it")
    retell.ask()
    retell.receive(line(1, "One moment please.", complete=False))
    retell.speak(1)
    retell.interrupt("hm")
    retell.receive(line(1, "It is booked."))
    retell.finish_speaking()
    assert contents(retell)[2:] == [("agent", "One"), ("user", "hm"), ("agent", "It is booked.")]
    assert dropped(retell) == []


def test_a_protected_line_is_not_stopped() -> None:
    retell = greeted()
    retell.say("bye")
    retell.ask()
    retell.receive(line(1, "Thank you. Goodbye!", no_interruption_allowed=True, end_call=True))
    retell.speak(1)
    retell.interrupt("wait")
    retell.finish_speaking()
    assert contents(retell)[2:] == [("agent", "Thank"), ("user", "wait"), ("agent", "you. Goodbye!")]
    assert retell.found(f.Ended) == [f.Ended(1_000, "agent_hangup")]


def test_a_backchannel_stops_nobody_even_when_it_is_asked_about() -> None:
    retell = greeted()
    retell.say("Tuesday")
    retell.ask()
    retell.receive(line(1, "That is Tuesday. Is that right?"))
    retell.speak(2)
    retell.backchannel("uh-huh")
    retell.ask()
    retell.receive(line(2, "Sorry?"))
    retell.finish_speaking()
    assert contents(retell)[2:] == [
        ("agent", "That is"),
        ("user", "uh-huh"),
        ("agent", "Tuesday. Is that right? Sorry?"),
    ]


def test_agent_lines_can_have_an_entry_each() -> None:
    retell = Retell(merge_agent=False)
    retell.connect()
    retell.receive(line(0, "Hello."))
    retell.finish_speaking()
    retell.remind()
    retell.receive(line(1, "Still there?"))
    retell.finish_speaking()
    assert retell.agent_lines == ["Hello.", "Still there?"]


def test_end_waits_for_the_last_word() -> None:
    retell = greeted()
    retell.say("bye")
    retell.ask()
    retell.receive(line(1, "Good bye!", end_call=True))
    retell.speak(1)
    assert not retell.over
    retell.speak(1)
    assert retell.over
    assert not retell.connected


def test_end_wins_over_transfer_and_the_frame_is_noted() -> None:
    retell = greeted()
    retell.say("bye")
    retell.ask()
    frame = {"response_type": "response", "response_id": 1, "content": "", "content_complete": True}
    retell.receive({**frame, "end_call": True, "transfer_number": "+15550100"})
    assert retell.found(f.Ended) == [f.Ended(1_000, "agent_hangup")]
    assert [fact.rule for fact in retell.found(f.Violation)] == ["one-action"]


def test_transfer_and_digits() -> None:
    retell = greeted()
    retell.say("press two")
    retell.ask()
    retell.receive(line(1, "", digit_to_press="2"))
    assert retell.found(f.Pressed) == [f.Pressed(1_000, "2")]
    retell.say("a human")
    retell.ask()
    retell.receive(line(2, "Hold on.", transfer_number="+15550100", show_transferee_as_caller=True))
    retell.finish_speaking()
    assert retell.found(f.Transferred) == [f.Transferred(1_000, "+15550100", True)]
    assert retell.found(f.Ended) == [f.Ended(1_000, "call_transfer")]


def test_agent_interrupt_discards_what_is_in_flight() -> None:
    retell = greeted()
    retell.say("chest pain")
    retell.ask()
    retell.receive(line(1, "What day?", complete=False))
    retell.receive(jump_in(1, "Please dial", complete=False))
    retell.receive(jump_in(1, " 911."))
    retell.receive(line(1, "or time?"))
    retell.finish_speaking()
    assert contents(retell)[2:] == [("agent", "Please dial 911.")]
    assert dropped(retell) == ["after-interrupt"]
    assert retell.open is None


def test_a_new_interrupt_id_discards_the_earlier_one() -> None:
    retell = greeted()
    retell.receive(jump_in(1, "First line."))
    retell.receive(jump_in(2, "Second line."))
    retell.receive(jump_in(1, "First again."))
    retell.finish_speaking()
    assert retell.agent_lines[-1].endswith("help? Second line.")
    assert dropped(retell) == ["stale-interrupt"]


def test_reminders_come_only_in_silence_and_only_so_many() -> None:
    retell = greeted()
    retell.receive(UpdateAgent(agent_config=AgentConfig(reminder_max_count=1)))
    assert isinstance(retell.remind()[-1], ReminderRequired)
    with pytest.raises(NotNow):
        retell.remind()
    retell.receive(line(1, "Still there?"))
    retell.finish_speaking()
    assert not retell.may_remind
    retell.say("yes")
    assert retell.may_remind


def test_a_redial_repeats_the_open_ask_under_its_id() -> None:
    retell = greeted()
    retell.say("Tuesday")
    retell.ask()
    retell.receive(line(1, "One moment", complete=False))
    retell.drop()
    assert retell.say("please") == ()
    retell.receive(line(1, "late"))
    assert retell.reopen() == (ResponseRequired(1, retell.transcript),)
    retell.receive(ConfigFrame(config=ConfigOptions(auto_reconnect=True)))
    retell.receive(line(0, ""))
    retell.receive(line(1, "What time?"))
    retell.finish_speaking()
    assert contents(retell)[1:] == [("user", "Tuesday please"), ("agent", "What time?")]
    assert dropped(retell) == ["lost"]


def test_an_ask_made_while_the_line_was_down_comes_after_it() -> None:
    retell = greeted()
    retell.drop()
    retell.say("Tuesday")
    assert retell.ask() == ()
    assert asked(retell.reopen()) == 1


def test_a_begin_message_with_words_in_mid_call_is_dropped() -> None:
    retell = greeted()
    retell.say("hi")
    retell.ask()
    retell.receive(line(1, "Yes?"))
    retell.finish_speaking()
    retell.drop()
    assert retell.reopen() == ()
    retell.receive(line(0, "Hello there."))
    assert dropped(retell) == ["begin-again"]


def test_an_unheard_greeting_is_told_again_after_a_redial() -> None:
    retell = Retell()
    retell.connect()
    retell.receive(line(0, "Hello there."))
    retell.drop()
    retell.reopen()
    retell.receive(line(0, "Hello there."))
    retell.finish_speaking()
    assert retell.agent_lines == ["Hello there."]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (1000, "agent_hangup"),
        (1005, "error_llm_websocket_lost_connection"),
        (1011, "error_llm_websocket_runtime"),
        (1012, "error_llm_websocket_runtime"),
    ],
)
def test_closes_that_end_the_call(code: int, reason: str) -> None:
    retell = greeted()
    retell.closed(code)
    assert retell.found(f.Ended) == [f.Ended(1_000, reason)]


def test_redials_are_counted() -> None:
    retell = greeted()
    for _ in range(4):
        retell.closed(1006)
        retell.reopen()
    retell.drop()
    assert retell.found(f.Ended) == [f.Ended(1_000, "error_llm_websocket_lost_connection")]


def test_a_binary_frame_fails_the_call() -> None:
    retell = greeted()
    retell.receive(b"{}")
    assert dropped(retell) == ["binary-frame"]
    assert retell.over


@pytest.mark.parametrize(
    ("frame", "rule"),
    [
        ("not json", "not-json"),
        ("[1]", "not-json"),
        ('{"response_type": "reply"}', "unknown-type"),
        (
            '{"response_type": "response", "response_id": "1", "content": "", "content_complete": true}',
            "wrong-type",
        ),
        (
            '{"response_type": "response", "response_id": 1, "content": "", "content_complete": "true"}',
            "wrong-type",
        ),
        ('{"response_type": "response", "response_id": 1, "content_complete": true}', "wrong-type"),
        (
            '{"response_type": "response", "response_id": 1, "content": "", "content_complete": true,'
            ' "end_call": null}',
            "wrong-type",
        ),
        ('{"response_type": "config", "config": {"call_details": 1}}', "wrong-type"),
        ('{"response_type": "update_agent", "agent_config": {"responsiveness": 2}}', "out-of-range"),
    ],
)
def test_frames_that_retell_drops_without_a_word(frame: str, rule: str) -> None:
    retell = greeted()
    assert retell.receive(frame) == ()
    assert dropped(retell) == [rule]


def test_pings_only_with_auto_reconnect_and_a_deadline_for_the_echo() -> None:
    retell = greeted()
    assert retell.ping(3_000) == (PingPong(3_000),)
    retell.receive(Pong(timestamp=3_000), 3_010)
    assert not retell.keepalive_lost
    retell.ping(8_011)
    assert retell.keepalive_lost
    silent = Retell()
    silent.connect()
    assert silent.ping(2_000) == ()


def test_settings_tools_and_metadata_are_noted() -> None:
    retell = greeted()
    retell.receive(UpdateAgent(agent_config=AgentConfig(responsiveness=0.5)))
    retell.receive(UpdateAgent(agent_config=AgentConfig(reminder_trigger_ms=8_000)))
    retell.receive(ToolCallInvocation(tool_call_id="t1", name="book", arguments="{}"))
    retell.receive(ToolCallResult(tool_call_id="t1", content="ok", successful=True))
    retell.receive(MetadataFrame(metadata={"stage": "confirm"}))
    assert retell.settings == {"responsiveness": 0.5, "reminder_trigger_ms": 8_000}
    assert retell.found(f.ToolCalled) == [f.ToolCalled(1_000, "t1", "book", "{}")]
    assert retell.found(f.ToolReturned) == [f.ToolReturned(1_000, "t1", "ok", True)]
    assert retell.found(f.MetadataForwarded) == [f.MetadataForwarded(1_000, {"stage": "confirm"})]


def test_a_mumble_has_an_entry_of_its_own() -> None:
    retell = greeted()
    retell.say("I want")
    retell.mumble()
    retell.mumble()
    retell.say("Tuesday")
    assert contents(retell)[1:] == [("user", "I want"), ("user", INAUDIBLE), ("user", "Tuesday")]


def test_stray_asks_change_nothing() -> None:
    retell = greeted()
    retell.say("hi")
    retell.ask(step=3)
    assert retell.ask_again() == (ResponseRequired(3, retell.transcript),)
    assert retell.ask_again(2) == (ResponseRequired(1, retell.transcript),)
    assert (retell.latest, retell.open) == (3, 3)


def test_nothing_moves_after_the_end() -> None:
    retell = greeted()
    retell.hang_up()
    retell.hang_up()
    assert retell.found(f.Ended) == [f.Ended(1_000, "user_hangup")]
    assert retell.speak() == ()
    for move in (retell.ask, retell.remind, retell.connect, retell.drop):
        with pytest.raises(NotNow):
            move()
    with pytest.raises(NotNow):
        retell.say("hello?")
