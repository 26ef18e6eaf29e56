"""The language at work: order, forms, counters, history, nesting, sub-flows, timers, templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowengine.engine import Outcome
from flowengine.protocol.outbound import AgentInterrupt
from tests.engine.rig import Rig, flow_of


def call(folder: Path, text: str, **files: str) -> Rig:
    return Rig(flow_of(folder, text, **files)).open()


ENDS = """
  bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
"""

ORDER = (
    """
flow: order
start: outer
intents: {yes: [yes], no: [no], operator: [operator]}
slots:
  size: {type: number, ask: How big?}
  who: {type: name, ask: Who is it?}
  note: {type: text, ask: What is it about?}
global:
  on:
    response_required:
      - {match: [first thing], first: true, say: Global first.}
      - {match: [anything], say: Global late.}
      - {intent: operator, say: Operator.}
states:
  outer:
    start: inner
    on:
      response_required:
        - {match: [anything], say: Outer.}
        - {match: [seven things], say: Outer seven.}
    states:
      inner:
        collect: [size, who, note]
        goto: bye
        on:
          response_required:
            - {match: [anything at all], say: Inner.}
            - {match: [first thing], say: Inner first.}
            - {match: [nine things], say: Inner nine.}
"""
    + ENDS
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("the first thing", "Global first."),
        ("anything at all", "Inner."),
        ("nine things", "Inner nine."),
        ("seven things", "Who is it?"),  # the form's closed slot comes before enclosing states
        ("anything", "Outer."),
        ("operator", "Operator."),
        ("purple", "Sorry, I didn't catch that. How big?"),
    ],
)
def test_the_first_that_applies_is_the_only_one_that_runs(tmp_path: Path, words: str, said: str) -> None:
    assert call(tmp_path, ORDER).user(words) == said


def test_an_open_slot_takes_what_nothing_else_wanted(tmp_path: Path) -> None:
    rig = call(tmp_path, ORDER)
    rig.user("seven")
    assert rig.user("operator") == "Operator."
    assert rig.user("Ann Lee") == "What is it about?"
    assert rig.slots["who"] == "Ann Lee"


def test_while_a_text_slot_is_asked_an_intent_counts_only_if_it_covers_the_words(tmp_path: Path) -> None:
    rig = call(tmp_path, ORDER)
    rig.user("seven")
    rig.user("Ann Lee")
    assert rig.user("um operator please") == "Operator."
    rig.user("tell the operator I'm late")
    assert rig.slots["note"] == "tell the operator I'm late"
    assert rig.retell.over


# --- one utterance, one handler ------------------------------------------------------------------------------

EARLY = (
    """
flow: early
start: hello
intents: {yes: [yes], book: [book], later: [change it]}
slots:
  size: {type: number, ask: How many?}
  part: {type: choice, choices: [morning, evening], ask: Morning or evening?}
  sure: {type: yes_no, ask: Is it your first time?}
  who: {type: name, ask: Your name?}
states:
  hello:
    ask: Shall we book?
    on: {response_required: [{intent: [book, yes], goto: form}]}
  form: {collect: [sure, size, part, who], goto: done}
  done:
    ask: Anything else?
    on:
      response_required:
        - {slot: [size, part], say: "Changed to {{ size }}.", reprompt: true}
        - {intent: later, clear: [part], goto: form}
"""
    + ENDS
)


def test_early_answers_count_but_a_yes_never_counts_twice(tmp_path: Path) -> None:
    rig = call(tmp_path, EARLY)
    assert rig.user("yes book it for four people in the evening") == "Is it your first time?"
    assert rig.slots == {"size": 4, "part": "evening"}
    rig.user("yes")
    assert rig.slots["sure"] is True


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("Ann Lee, for four in the evening", "Ann Lee"),
        ("four of us in the evening, Ann Lee", "Ann Lee"),
        ("ann lee four people in the evening please", "Ann Lee"),
        ("four, Ann Lee, in the evening", "Ann Lee"),
        ("four people, and it's Ann Lee, for the evening", "Ann Lee"),
        ("my name is Ann, four in the evening", "Ann"),
        ("could it be four people in the evening", None),
        ("Denver for four in the evening", None),
        ("four in the evening ideally", None),
        ("Yo, four in the evening", None),
        ("Lasagna for four in the evening", None),
        ("four, sweet, in the evening", None),
        ("we are four and we come in the evening, why do you ask", None),
    ],
)
def test_a_name_that_was_asked_may_stand_beside_other_values(
    tmp_path: Path, words: str, who: str | None
) -> None:
    rig = call(tmp_path, EARLY.replace("[sure, size, part, who]", "[who, size, part]"))
    rig.user("book")
    rig.user(words)
    assert rig.slots == {"size": 4, "part": "evening"} | ({"who": who} if who else {})


def test_a_slot_handler_outside_a_form_stores_new_values_only(tmp_path: Path) -> None:
    rig = call(tmp_path, EARLY)
    rig.user("yes for four in the evening")
    rig.user("yes")
    rig.user("my name is Ann Lee")
    assert rig.state == "done"
    assert rig.user("make it six people") == "Changed to 6. Anything else?"
    assert rig.slots["size"] == 6
    assert rig.user("six people") == "Sorry, I didn't catch that. Anything else?"


def test_clear_and_goto_ask_again(tmp_path: Path) -> None:
    rig = call(tmp_path, EARLY)
    rig.user("yes for four in the evening")
    rig.user("no")
    rig.user("Ann Lee")
    assert rig.user("change it") == "Morning or evening?"
    assert rig.user("morning") == "Anything else?"


# --- rejection, counters, tapering ---------------------------------------------------------------------------

LADDER = (
    """
flow: ladder
start: form
intents: {yes: [yes], no: [no]}
slots:
  size:
    type: number
    ask: [How many?, A number please., One last time.]
    reject:
      - {if: size > 12, say: "{{ size }} is too many."}
  low: {type: number, ask: From which?, reject: [{if: low > (size or 99), say: That is above the top.}]}
global:
  on:
    nomatch:
      - {count: 1, say: Sorry., reprompt: true}
      - {count: 3, say: I give up., goto: bye}
    inaudible:
      - {count: 2, say: "Bad line, {{ count }} times.", reprompt: true}
states:
  form:
    collect: [size, low]
    goto: bye
    on:
      nomatch:
        - {count: 2, say: Innermost., reprompt: true}
"""
    + ENDS
)


def test_a_rejected_value_is_not_stored_and_its_line_is_said(tmp_path: Path) -> None:
    rig = call(tmp_path, LADDER)
    assert rig.user("fifteen") == "15 is too many. A number please."
    assert rig.slots == {}
    assert rig.user("five") == "From which?"


def test_a_rejected_correction_keeps_the_old_value(tmp_path: Path) -> None:
    rig = call(
        tmp_path,
        """
        flow: keep
        start: form
        slots:
          size: {type: number, ask: How many?, reject: [{if: size > 12, say: Too many.}]}
          who: {type: name, ask: Who?}
        states:
          form: {collect: [size, who], goto: bye}
        """
        + ENDS.replace("\n  ", "\n          "),
    )
    rig.user("five")
    assert rig.user("no fifteen people").startswith("Too many.")
    assert rig.slots == {"size": 5}


def test_rules_run_over_all_filled_slots_of_the_form(tmp_path: Path) -> None:
    rig = call(tmp_path, LADDER)
    rig.user("five")
    assert rig.user("nine") == "That is above the top. From which?"
    assert rig.slots == {"size": 5}


def test_the_highest_count_wins_and_ties_go_to_the_innermost(tmp_path: Path) -> None:
    rig = call(tmp_path, LADDER)
    assert rig.user("purple") == "Sorry. A number please."
    assert rig.user("purple") == "Innermost. One last time."
    assert rig.user("purple").startswith("I give up.")


def test_a_ladders_own_list_begins_with_its_first_line(tmp_path: Path) -> None:
    text = """
    flow: tapered
    start: hello
    global: {on: {nomatch: [{say: [Pardon?, Still not., Give up.], reprompt: true}]}}
    states:
      hello: {ask: [First?, Second?, Third?], on: {response_required: [{match: [bye], end_call: true}]}}
    """
    rig = call(tmp_path, text)
    assert rig.told() == "First?"
    assert [rig.user("purple") for _ in range(4)] == [
        "Pardon? Second?",
        "Still not. Third?",
        "Give up. Third?",
        "Give up. Third?",
    ]


def test_from_the_third_rejection_the_nomatch_ladder_runs(tmp_path: Path) -> None:
    rig = call(tmp_path, LADDER)
    rig.user("fifteen")
    rig.user("sixteen")
    assert rig.user("seventeen") == "17 is too many. I give up. Goodbye."


def test_an_understood_utterance_resets_the_ladders(tmp_path: Path) -> None:
    rig = call(tmp_path, LADDER)
    rig.user("purple")
    rig.user("purple")
    rig.user("five")
    assert rig.user("purple").startswith("Sorry.")


def test_inaudible_is_counted_apart(tmp_path: Path) -> None:
    rig = call(tmp_path, LADDER)
    assert rig.user("(unintelligible audio)") == "Sorry, I couldn't hear you. A number please."
    assert rig.user("...") == "Bad line, 2 times. One last time."
    assert "nomatch" not in rig.call.snapshot.base.counts


# --- confirm and ambiguity -----------------------------------------------------------------------------------

CONFIRM = (
    """
flow: confirm
start: form
timezone: America/New_York
intents: {yes: [yes], no: [no]}
slots:
  size: {type: number, ask: How many?}
  at: {type: time, ask: What time?}
states:
  form: {collect: [size, at], confirm: "So {{ size }} of you at {{ at | spoken }}. Right?", goto: bye}
"""
    + ENDS
)


def to_read_back(folder: Path) -> Rig:
    rig = call(folder, CONFIRM)
    rig.user("four of us")
    assert rig.user("three thirty pm").startswith("So 4 of you")
    return rig


def test_the_read_back_takes_a_yes(tmp_path: Path) -> None:
    rig = to_read_back(tmp_path)
    rig.user("yes that's right")
    assert rig.retell.over


def test_the_read_back_takes_a_correction(tmp_path: Path) -> None:
    rig = to_read_back(tmp_path)
    assert rig.user("no six of us").startswith("So 6 of you")
    rig.user("yes")
    assert rig.retell.over


def test_the_read_back_takes_the_name_of_what_is_wrong(tmp_path: Path) -> None:
    rig = to_read_back(tmp_path)
    assert rig.user("change the size") == "How many?"
    assert rig.user("seven").startswith("So 7 of you")


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("change the size", ["at"]),
        ("no the time is wrong", ["size"]),
        ("the size is fine but the time is not", ["size"]),
        ("right size, wrong time", ["size"]),
        ("the size and the time are both wrong", []),
        ("what was the time again", ["size", "at"]),
        ("did you get the size", ["size", "at"]),
    ],
)
def test_the_read_back_tells_what_is_wrong_from_what_is_not(
    tmp_path: Path, words: str, left: list[str]
) -> None:
    rig = to_read_back(tmp_path)
    rig.user(words)
    assert [name for name in ("size", "at") if name in rig.slots] == left
    assert not rig.retell.over


def test_a_bare_no_asks_what_to_change(tmp_path: Path) -> None:
    rig = to_read_back(tmp_path)
    assert rig.user("no") == "What should I change?"
    assert rig.user("seven people").startswith("So 7 of you")


def test_a_half_heard_read_back_is_not_confirmed(tmp_path: Path) -> None:
    rig = call(tmp_path, CONFIRM)
    rig.user("four of us")
    rig.say("three thirty pm")
    rig.ask()
    rig.speak(3)
    assert rig.user("yes").startswith("So 4 of you")
    assert not rig.retell.over
    rig.user("yes")
    assert rig.retell.over


@pytest.mark.parametrize(
    ("answer", "hour"),
    [
        ("yes", 15),
        ("in the afternoon", 15),
        ("the afternoon one", 15),
        ("not in the morning", 15),
        ("no", 3),
        ("in the morning", 3),
        ("at ten pm", 22),
    ],
)
def test_an_ambiguous_value_asks_its_own_question(tmp_path: Path, answer: str, hour: int) -> None:
    rig = call(tmp_path, CONFIRM)
    rig.user("four of us")
    question = rig.user("three")
    assert question == "Three p.m.?"
    assert "at" not in rig.slots
    rig.user(answer)
    assert getattr(rig.slots["at"], "hour", None) == hour


def test_another_ambiguous_value_asks_anew(tmp_path: Path) -> None:
    rig = call(tmp_path, CONFIRM)
    rig.user("four of us")
    assert rig.user("three") == "Three p.m.?"
    assert rig.user("no, four") == "Four p.m.?"
    assert rig.user("yes") == "So 4 of you at four p.m. Right?"


WHEN = (
    """
flow: when
start: form
timezone: America/New_York
slots:
  day: {type: date, ask: What day?}
  at: {type: datetime, ask: When?}
states:
  form: {collect: [day, at], goto: bye}
"""
    + ENDS
)


@pytest.mark.parametrize(
    ("words", "answer", "day"),
    [
        ("next Friday", "yes", "2026-12-04"),
        ("next Friday", "this week", "2026-11-27"),
        ("next Friday", "no, next week's one", "2026-12-04"),
        ("next Friday", "not this week", "2026-12-04"),
        ("Tuesday or Wednesday", "the second one", "2026-11-25"),
        ("Tuesday or Wednesday", "Tuesday", "2026-11-24"),
        ("Tuesday or Wednesday", "not Tuesday", "2026-11-25"),
        ("Monday or Tuesday of next week", "Tuesday", "2026-12-01"),
    ],
)
def test_words_tell_the_readings_of_a_day_apart(tmp_path: Path, words: str, answer: str, day: str) -> None:
    rig = call(tmp_path, WHEN)
    rig.user(words)
    assert rig.user(answer) == "When?"
    assert str(rig.slots["day"]) == day


def test_half_a_moment_changes_half_of_the_reading(tmp_path: Path) -> None:
    rig = call(tmp_path, WHEN)
    rig.user("tomorrow")
    assert rig.user("Tuesday at three") == "Tuesday, November 24th at three p.m.?"
    rig.user("no, Wednesday")
    assert str(rig.slots["at"]) == "2026-11-25 15:00:00-05:00"


# --- visit, return, nesting ----------------------------------------------------------------------------------

NESTED = (
    """
flow: nested
start: house
variables: {visits: 0}
intents: {up: [up], next: [next], again: [again], help: [help], out: [out]}
update_agent: {responsiveness: 0.9}
global:
  on:
    response_required:
      - {intent: help, visit: help}
      - {intent: out, goto: bye}
states:
  house:
    say: House.
    set: {visits: "{{ visits + 1 }}"}
    start: hall
    on:
      response_required:
        - {intent: up, goto: house}
    states:
      hall:
        ask: [Hall., Hall again.]
        on: {response_required: [{intent: next, goto: room}, {intent: again, goto: hall}]}
      room:
        say: Room.
        on:
          enter: [{if: visits > 1, say: "Back in the house, {{ visits }}."}]
          response_required:
            - {intent: next, goto: hall}
            - {match: [loud], update_agent: {responsiveness: 0.2}, say: Loud.}
        after: {5s: {say: Hurry.}}
  help: {say: Help., return: true}
"""
    + ENDS
)


def test_goto_a_sibling_does_not_enter_the_parent_again(tmp_path: Path) -> None:
    rig = call(tmp_path, NESTED)
    assert rig.told() == "House. Hall."
    assert rig.user("next") == "Room."
    assert rig.values["visits"] == 1


def test_goto_an_ancestor_leaves_and_enters_again(tmp_path: Path) -> None:
    rig = call(tmp_path, NESTED)
    rig.user("next")
    assert rig.user("up") == "House. Hall."
    assert rig.values["visits"] == 2
    assert rig.user("next") == "Room. Back in the house, 2."


def test_visit_returns_keeps_the_counters_and_asks_again(tmp_path: Path) -> None:
    rig = call(tmp_path, NESTED)
    assert rig.user("purple") == "Sorry, I didn't catch that. Hall again."
    assert rig.user("help") == "Help. Hall again."
    assert rig.call.snapshot.base.attempts == 1
    assert rig.call.snapshot.base.stack == []


def test_a_handlers_agent_settings_last_until_the_state_is_left(tmp_path: Path) -> None:
    rig = call(tmp_path, NESTED)
    rig.user("next")
    rig.user("loud")
    rig.user("next")
    assert rig.settings == [{"responsiveness": 0.9}, {"responsiveness": 0.2}, {"responsiveness": 0.9}]


def test_after_counts_from_entry(tmp_path: Path) -> None:
    rig = call(tmp_path, NESTED)
    rig.wait(10_000)
    rig.user("next")
    rig.wait(4000)
    assert rig.frames(AgentInterrupt) == []
    rig.wait(3000)
    assert [frame.content for frame in rig.frames(AgentInterrupt)] == ["Hurry."]


def test_built_in_repeat_and_hold_on(tmp_path: Path) -> None:
    rig = call(tmp_path, NESTED)
    rig.user("next")
    assert rig.user("can you say that again") == "Room."
    assert rig.user("hold on a second") == "Of course, take your time."
    assert rig.user("say that again please") == "Room."


# --- sub-flows -----------------------------------------------------------------------------------------------

MAIN = (
    """
flow: main
start: hello
intents: {yes: [yes], operator: [operator]}
slots:
  code: {type: number, ask: Main code?}
global:
  on:
    response_required:
      - {intent: operator, goto: bye}
states:
  hello:
    ask: Verify?
    on: {response_required: [{intent: yes, goto: check}]}
  check:
    call: verify.yaml
    with: {wanted: 42}
    save: outcome
    on:
      done:
        - {if: outcome.ok, say: "Verified {{ outcome.code }}.", goto: form}
        - {say: Not verified., goto: bye}
      error:
        - {say: "Failed with {{ error.kind }}.", goto: bye}
  form: {collect: [code], goto: bye}
"""
    + ENDS
)

VERIFY = """
flow: verify
start: ask
variables: {wanted: 0}
intents: {give_up: [give up]}
slots:
  code: {type: number, ask: Your code?}
global:
  on:
    response_required:
      - {intent: give_up, goto: failed}
states:
  ask: {collect: [code], goto: told}
  told:
    return: {ok: "{{ code == wanted }}", code: "{{ code }}"}
  failed: {return: {error: gave_up}}
"""


def sub(folder: Path) -> Rig:
    rig = call(folder, MAIN, verify_yaml=VERIFY)
    assert rig.user("yes") == "Your code?"
    return rig


def test_a_sub_flow_returns_its_result_and_keeps_its_names_apart(tmp_path: Path) -> None:
    rig = sub(tmp_path)
    assert rig.user("forty two") == "Verified 42. Main code?"
    assert rig.slots == {"check:code": 42}


def test_a_sub_flow_may_fail(tmp_path: Path) -> None:
    rig = sub(tmp_path)
    assert rig.user("I give up") == "Failed with gave_up. Goodbye."


def test_the_callers_globals_apply_inside_a_sub_flow_and_abandon_it(tmp_path: Path) -> None:
    rig = sub(tmp_path)
    assert rig.user("operator") == "Goodbye."


# --- tools, templates, limits --------------------------------------------------------------------------------


def test_captured_groups_set_and_typed_values(tmp_path: Path) -> None:
    rig = call(
        tmp_path,
        """
        flow: captured
        start: one
        variables: {room: 0, told: ""}
        states:
          one:
            ask: Which room?
            on:
              response_required:
                - match: {regex: "room (?P<number>[0-9]+)"}
                  set: {room: "{{ captured.number | int }}", told: "{{ said }}"}
                  say: "Room {{ room }}, {{ room + 1 }} is next."
                  metadata: {room: "{{ room }}", label: "room {{ room }}"}
        """,
    )
    assert rig.user("Room 12 please") == "Room 12, 13 is next."
    assert rig.values == {"room": 12, "told": "Room 12 please"}
    assert rig.metadata == [{"room": 12, "label": "room 12"}]


def test_a_callers_words_are_data(tmp_path: Path) -> None:
    rig = call(
        tmp_path,
        """
        flow: data
        start: one
        slots: {note: {type: text, ask: What shall I note?}}
        states:
          one: {collect: [note], goto: two}
          two: {say: "You said {{ note }}.", on: {response_required: [{match: [again], goto: two}]}}
        """,
    )
    assert "7 * 7 }} {% raw" in rig.user("it is {{ 7 * 7 }} {% raw %} then")


def test_a_guard_that_fails_is_false_and_reported(tmp_path: Path) -> None:
    rig = call(
        tmp_path,
        """
        flow: guards
        start: one
        slots: {size: {type: number, ask: Size?}}
        states:
          one:
            ask: Go?
            on:
              response_required:
                - {if: size > 3, say: Big.}
                - {say: Small.}
        """,
    )
    assert rig.user("whatever") == "Small."
    assert "guard_failed" in [report.code for report in rig.reports]


def test_too_many_moves_end_in_the_fallback_line(tmp_path: Path) -> None:
    rig = call(
        tmp_path,
        """
        flow: circles
        start: one
        fallback: We went round in circles.
        variables: {n: 0}
        intents: {go: [go]}
        states:
          one: {ask: "Go?", on: {response_required: [{intent: go, goto: two}]}}
          two: {say: Two., on: {enter: [{if: "n >= 0", goto: three}], response_required: [{goto: one}]}}
          three: {say: Three., on: {enter: [{if: "n >= 0", goto: two}], response_required: [{goto: one}]}}
        """,
    )
    assert rig.user("go") == "We went round in circles."
    assert rig.state == "one"
    assert rig.open_response is None


def test_a_tool_without_an_error_handler_is_spoken_about(tmp_path: Path) -> None:
    rig = call(
        tmp_path,
        """
        flow: failing
        start: one
        intents: {go: [go]}
        tools: {look: {python: "tool:look", effect: read}}
        states:
          one: {ask: "Go?", on: {response_required: [{intent: go, goto: two}]}}
          two: {say: Looking., call: look, goto: one}
        """,
        tool_py="def look():\n    return 1\n",
    )
    rig.say("go")
    rig.ask()
    rig.finish(Outcome("error", kind="exception", message="boom"))
    assert rig.last.content_complete is True
    assert "boom" not in rig.told()
    assert rig.last.content


def test_a_tool_state_without_done_handler_takes_its_own_move(tmp_path: Path) -> None:
    rig = call(
        tmp_path,
        """
        flow: moving
        start: one
        intents: {go: [go]}
        tools: {look: {python: "tool:look", effect: read}}
        states:
          one: {ask: "Go?", on: {response_required: [{intent: go, goto: two}]}}
          two: {say: Looking., call: look, save: found, goto: three}
          three: {say: "Found {{ found }}.", on: {response_required: [{intent: go, goto: one}]}}
        """,
        tool_py="def look():\n    return 1\n",
    )
    rig.say("go")
    rig.ask()
    rig.finish(Outcome("done", value=7))
    assert rig.last.content == "Found 7."
