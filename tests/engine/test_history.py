"""Visits, returns, sub-flows and timers: what is kept, what begins anew, what happens only once."""

from __future__ import annotations

from pathlib import Path

from tests.engine.rig import Rig, flow_of


def call(folder: Path, text: str, **files: str) -> Rig:
    return Rig(flow_of(folder, text, **files)).open()


TOOL = "def look(): return {}\n"

# --- visits --------------------------------------------------------------------------------------------------

VISITS = """
flow: visits
start: hello
tools: {look: {python: "tool:look", effect: read}}
global:
  on:
    response_required:
      - {match: [help], visit: help}
      - {match: [deeper], visit: deeper}
      - {match: [the end], goto: bye}
  after: {7s: {say: Seven seconds.}}
states:
  hello:
    ask: What now?
    on:
      response_required: [{match: [look], goto: looking}]
  looking:
    say: Let me see.
    call: look
    on: {done: [{say: Found it., goto: hello}]}
  help:
    ask: Which help?
    on: {response_required: [{match: [enough], return: true}]}
    after: {5s: {say: Five seconds.}}
  deeper:
    ask: Deeper?
    on: {response_required: [{match: [enough], return: true}]}
  bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
"""


def test_a_result_that_came_during_a_visit_is_told_on_return(tmp_path: Path) -> None:
    rig = call(tmp_path, VISITS, tool_py=TOOL)
    rig.user("look")
    assert rig.user("help") == "Which help?"
    rig.finish()
    assert rig.state == "help"
    assert rig.user("enough") == "Found it. What now?"
    assert rig.tools == ["look"]


def test_return_while_the_tool_is_still_running_waits_for_it(tmp_path: Path) -> None:
    rig = call(tmp_path, VISITS, tool_py=TOOL)
    rig.user("look")
    rig.user("help")
    rig.user("enough")
    rig.finish()
    rig.speak()
    assert rig.last.content == "Found it. What now?"
    assert rig.tools == ["look"]


def test_a_global_timer_that_fired_during_a_visit_does_not_fire_again(tmp_path: Path) -> None:
    rig = call(tmp_path, VISITS, tool_py=TOOL)
    rig.user("help")
    for _ in range(3):
        rig.wait(10_000)
        rig.speak()
    rig.user("enough")
    rig.wait(20_000)
    assert [line for line in rig.told().split(". ") if "seconds" in line].count("Seven seconds") == 1


def test_a_states_timer_counts_anew_at_every_visit(tmp_path: Path) -> None:
    rig = call(tmp_path, VISITS, tool_py=TOOL)
    for _ in range(2):
        before = len(rig.sent)
        rig.user("help")
        for _ in range(3):
            rig.wait(10_000)
            rig.speak()
        assert rig.told(before).count("Five seconds.") == 1
        rig.user("enough")


def test_a_visit_beyond_the_eighth_is_not_made(tmp_path: Path) -> None:
    rig = call(tmp_path, VISITS, tool_py=TOOL)
    for _ in range(4):
        rig.user("help")
        rig.user("deeper")
    assert rig.user("help") == "Deeper?"
    assert [report.code for report in rig.reports if report.level == "warning"] == ["visits_too_deep"]
    for _ in range(8):
        rig.user("enough")
    assert rig.state == "hello"


# --- sub-flows -----------------------------------------------------------------------------------------------

MAIN = """
flow: main
start: hello
global:
  on:
    response_required:
      - {match: [help], visit: help}
      - {match: [verify], visit: check}
states:
  hello:
    ask: What now?
    on: {response_required: [{match: [nothing], goto: bye}]}
  check:
    call: verify.yaml
    on:
      done: [{say: Verified., return: true}]
      error: [{say: "Failed with {{ error.kind }}.", return: true}]
  help:
    ask: Which help?
    on: {response_required: [{match: [enough], return: true}]}
  bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
"""

VERIFY = """
flow: verify
start: ask
global:
  on:
    response_required:
      - {match: [explain], visit: why}
  after: {4s: {say: Take your time.}}
states:
  ask:
    ask: Your code?
    on:
      response_required:
        - {match: [onward], goto: second}
        - {match: [deeper], goto: inner}
        - {match: [give up], goto: failed}
  second:
    ask: And your name?
    on: {response_required: [{match: [Ann], return: {ok: true}}, {match: [plain], return: true}]}
  why:
    ask: It is for your safety, fine?
    on:
      response_required:
        - {match: [fine], return: true}
        - {match: [leave it], return: {ok: true}}
        - {match: [onward], goto: second}
  inner:
    call: inner.yaml
    on:
      done: [{say: Inner done., goto: second}]
      error: [{say: Inner failed., goto: ask}]
  failed: {return: {error: gave_up}}
"""

INNER = """
flow: inner
start: first
states:
  first:
    ask: Inner question?
    on:
      response_required:
        - {match: [well], goto: last}
        - {match: [badly], return: {error: bad}}
  last:
    ask: Last question?
    on: {response_required: [{match: [done], return: true}]}
"""


def sub(folder: Path) -> Rig:
    rig = call(folder, MAIN, verify_yaml=VERIFY, inner_yaml=INNER)
    assert rig.user("verify") == "Your code?"
    return rig


def test_moves_inside_a_visited_sub_flow_keep_the_way_back(tmp_path: Path) -> None:
    rig = sub(tmp_path)
    assert rig.user("onward") == "And your name?"
    assert rig.user("Ann") == "Verified. What now?"
    assert rig.state == "hello"


def test_return_true_ends_a_sub_flow_that_made_no_visit(tmp_path: Path) -> None:
    rig = sub(tmp_path)
    rig.user("onward")
    assert rig.user("plain") == "Verified. What now?"


def test_return_from_a_visit_inside_a_sub_flow_stays_inside(tmp_path: Path) -> None:
    rig = sub(tmp_path)
    assert rig.user("explain") == "It is for your safety, fine?"
    assert rig.user("fine") == "Your code?"
    rig.user("explain")
    assert rig.user("onward") == "And your name?"
    assert rig.user("help") == "Which help?"
    assert rig.user("enough") == "And your name?"
    assert rig.user("Ann") == "Verified. What now?"


def test_a_result_from_a_visit_inside_a_sub_flow_ends_the_sub_flow(tmp_path: Path) -> None:
    rig = sub(tmp_path)
    rig.user("explain")
    assert rig.user("leave it") == "Verified. What now?"


def test_a_sub_flow_inside_a_sub_flow(tmp_path: Path) -> None:
    rig = sub(tmp_path)
    assert rig.user("deeper") == "Inner question?"
    assert rig.user("badly") == "Inner failed. Your code?"
    rig.user("deeper")
    assert rig.user("well") == "Last question?"
    assert rig.user("explain") == "It is for your safety, fine?"
    assert rig.user("fine") == "Last question?"
    assert rig.user("done") == "Inner done. And your name?"
    assert rig.user("Ann") == "Verified. What now?"


def test_an_error_of_a_sub_flow_has_its_kind(tmp_path: Path) -> None:
    assert sub(tmp_path).user("give up") == "Failed with gave_up. What now?"


def test_the_timers_of_a_sub_flow_count_anew_each_time(tmp_path: Path) -> None:
    rig = call(tmp_path, MAIN, verify_yaml=VERIFY, inner_yaml=INNER)
    for _ in range(2):
        before = len(rig.sent)
        rig.user("verify")
        rig.wait(5000)
        rig.speak()
        assert rig.told(before) == "Your code? Take your time."
        rig.user("onward")
        rig.user("Ann")


# --- entering and timers -------------------------------------------------------------------------------------

ENTERING = """
flow: entering
start: hello
variables: {known: false}
states:
  hello:
    ask: What now?
    on:
      response_required:
        - {match: [inside], goto: outer}
        - {match: [know], set: {known: true}, reprompt: true}
    after:
      5s: {if: known, say: I know you.}
      9s: {if: not known, say: I do not know you.}
  outer:
    start: inner
    on: {enter: [{goto: inner}]}
    states:
      inner: {ask: Inside?, on: {response_required: [{match: [back], goto: hello}]}}
"""


def test_a_parent_that_moves_on_entry_enters_its_child_once(tmp_path: Path) -> None:
    rig = call(tmp_path, ENTERING)
    assert rig.user("inside") == "Inside?"


def test_the_condition_of_a_timed_handler_is_looked_at_when_its_time_has_come(tmp_path: Path) -> None:
    rig = call(tmp_path, ENTERING)
    rig.wait(6000)
    rig.user("know")
    rig.wait(20_000)
    assert "know you" not in rig.told()
