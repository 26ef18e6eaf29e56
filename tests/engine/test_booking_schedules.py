"""The dental booking along thousands of random schedules: names, dates and times, a write, visits, a live handler."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowengine.engine import Outcome
from flowengine.language import load_flow
from flowengine.language.flow import Flow
from tests.engine.schedules import FAST, Schedule, assert_safe, play
from tests.paths import FLOWS

SCRIPTS = (
    ("yes please", "my name is Ann Lee", "Tuesday", "three pm", "yes"),
    ("do you have anything on Tuesday at three pm", "Ann Lee", "no, Thursday", "yes"),
    ("book", "Ann Lee", "Saturday", "Wednesday", "seven pm", "at ten thirty", "that's right"),
    (
        "book",
        "help",
        "Ann Lee",
        "tomorrow",
        "help",
        "three in the afternoon",
        "change the day",
        "Friday",
        "yes",
    ),
    ("book", "Ann Lee", "Wednesday at three pm", "no", "the name", "Bob Miller", "yes"),
    ("purple monkey", "book", "Ann Lee", "Monday no sorry Thursday", "at three", "yes", "yes"),
    ("book", "operator"),
    ("no",),
)
"""What callers say, utterance by utterance."""

WORDS = (
    "yes",
    "no",
    "book",
    "my name is Ann Lee",
    "Bob Miller",
    "Tuesday",
    "Saturday",
    "at three",
    "three pm",
    "in the afternoon",
    "no, Thursday at ten",
    "the name",
    "change the time",
    "operator",
    "help",
    "goodbye",
    "uh-huh",
    "okay",
    "hold on",
    "say that again",
    "I have chest pain",
    "purple monkey",
    "(unintelligible audio)",
)


@pytest.fixture(scope="module")
def booking() -> Flow:
    return load_flow(FLOWS / "booking.yaml")


@pytest.fixture(scope="module")
def results(booking: Flow) -> dict[str, Outcome]:
    return {name: Outcome("done", value=tool.example) for name, tool in booking.tools.items()}


@given(script=st.sampled_from(SCRIPTS), numbers=st.lists(st.integers(0, 419), max_size=60))
@FAST
def test_disturbances_change_no_outcome(
    booking: Flow, results: dict[str, Outcome], script: tuple[str, ...], numbers: list[int]
) -> None:
    assert play(booking, script, Schedule(numbers), results) == play(booking, script, Schedule([]), results)


@given(numbers=st.lists(st.integers(0, 5039), min_size=5, max_size=70))
@FAST
def test_nothing_stays_open_goes_out_stale_or_runs_twice(
    booking: Flow, results: dict[str, Outcome], numbers: list[int]
) -> None:
    assert_safe(booking, numbers, results, WORDS)
