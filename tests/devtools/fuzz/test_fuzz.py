"""The fuzzer finds what it is meant to find, and shrinks it."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from flowengine.devtools.fuzz import SAFE, SAME, Found, Move, check, fuzz, parse
from flowengine.devtools.testing import read_cases
from flowengine.engine.snapshot import Turn
from flowengine.engine.working import Working
from flowengine.language import load_flow

FLOWS = Path(__file__).parents[3] / "flows"
SETTLE = Working.settle


def test_a_flow_that_counts_asks_is_found_and_pinned(tmp_path: Path) -> None:
    """A state that listens live says its line as soon as words arrive: what is asked early changes the outcome."""
    (tmp_path / "live.yaml").write_text(
        """
flow: live
start: one
variables: {heard: 0}
states:
  one:
    ask: Say something.
    on:
      response_required: [{set: {heard: "{{ said | length }}"}, goto: two}]
  two:
    ask: More.
    on:
      response_required: [{say: Thanks., goto: three}]
  three: {say: Bye., no_interruption_allowed: true, end_call: true}
""",
        encoding="utf-8",
    )
    (tmp_path / "live.test.yaml").write_text(
        "cases:\n  - case: Two turns\n    steps: [user: well hello there, user: and more of it]\n",
        encoding="utf-8",
    )
    case = read_cases(tmp_path / "live.test.yaml").cases[0]
    found, tried = fuzz(case, load_flow(tmp_path / "live.yaml"), budget=60)
    assert found is None, found.lines
    assert tried == 60


def test_schedules_are_text_and_back() -> None:
    assert parse(["3 drop 0", "1 early 2"]) == (Move(2, "drop", 0), Move(0, "early", 2))


def test_an_utterance_asked_too_early_comes_to_the_same() -> None:
    case = next(c for c in read_cases(FLOWS / "booking.test.yaml").cases if c.name.startswith("A booking"))
    assert (
        check(case, load_flow(FLOWS / "booking.yaml"), parse(["4 early 2", "4 stray 0", "6 carry 0"])) == []
    )


def forgotten(working: Working) -> Turn | None:
    """The words of asks that nobody heard the answer of are lost."""
    turn = SETTLE(working)
    working.s.unheard, working.s.unheard_words = [], []
    return turn


def counted_twice(working: Working) -> Turn | None:
    """What the caller's used words were is not remembered."""
    turn = SETTLE(working)
    working.s.used = (working.s.used[0], 0)
    return turn


@pytest.mark.parametrize("fault", [forgotten, counted_twice])
def test_an_engine_that_loses_or_repeats_words_is_found(
    fault: Callable[[Working], Turn | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Working, "settle", fault)
    flow = load_flow(FLOWS / "booking.yaml")
    found = [fuzz(case, flow, budget=20)[0] for case in read_cases(FLOWS / "booking.test.yaml").cases]
    assert any(found)


@pytest.mark.parametrize("kind", ["overlap", "grow"])
def test_each_way_of_running_into_each_other_holds(kind: str) -> None:
    for name in ("booking", "order_status", "survey", "take_message"):
        flow = load_flow(FLOWS / f"{name}.yaml")
        for case in read_cases(FLOWS / f"{name}.test.yaml").cases:
            for step, number in product(range(len(case.steps)), range(2)):
                if case.steps[step].kind == "user":
                    assert check(case, flow, (Move(step, kind, number),)) == [], (
                        f"{case.name} {step} {number}"
                    )


def test_every_move_is_in_the_reference() -> None:
    page = (FLOWS.parent / "docs" / "reference" / "test-files.md").read_text(encoding="utf-8")
    assert [kind for kind, what in (SAME | SAFE).items() if f"| `{kind}` | {what} |" not in page] == []


def test_what_was_found_is_pinned_by_a_case_that_can_be_read(tmp_path: Path) -> None:
    for file in FLOWS.glob("*.test.yaml"):
        for case in read_cases(file).cases:
            schedule = parse(["1 drop 0", "2 early 1"])
            text = f"flow: {case.flow}\ncases:\n{Found(schedule, (), case).pin}\n"
            (tmp_path / "pin.test.yaml").write_text(text, encoding="utf-8")
            read = read_cases(tmp_path / "pin.test.yaml")
            assert not read.problems, text
            (again,) = read.cases
            assert again.schedule == ("1 drop 0", "2 early 1")
            assert [(step.kind, step.value) for step in again.steps] == [
                (step.kind, step.value) for step in case.steps
            ]
            assert (again.now, again.tools, again.variables) == (case.now, case.tools, case.variables)
