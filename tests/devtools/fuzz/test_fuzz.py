"""The fuzzer finds what it is meant to find, and shrinks it."""

from pathlib import Path

from flowengine.devtools.fuzz import Move, check, fuzz, parse
from flowengine.devtools.testing import read_cases
from flowengine.language import load_flow

FLOWS = Path(__file__).parents[3] / "flows"


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
