"""Thousands of random schedules: what must come out the same, and what must never happen.

Same outcome: utterances cut into pieces with asks that are never heard (inside the settle time), stale and repeated
ids, dropped and reopened sockets, doubled ticks, a snapshot carried to a new process at any point.
Safety, on top of that: half-heard answers, backchannels, late and failing tools, reminders racing with speech, late
ticks. No response stays open, nothing goes out under an old id, no request runs twice, replay gives the same frames.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flowengine.engine import Outcome
from flowengine.language.flow import Flow
from tests.engine.schedules import FAST, Schedule, assert_safe, play

RESULTS = {
    "save": Outcome("done", value={"ok": True, "ref": "B47"}),
    "look": Outcome("done", value={"free": 3}),
    "log": Outcome("done", value={}),
    "careful": Outcome("done", value={}),
}

SCRIPTS = (
    ("yes please", "there will be four of us", "in the evening", "yes"),
    ("I want to book for four", "in the evening please", "no six of us", "yes that is fine"),
    ("check", "yes please", "fifteen", "five people", "evening", "yes"),
    ("purple monkey", "help", "book", "five of us", "purple monkey", "in the morning", "yes"),
    ("check how many", "check", "four of us in the evening", "yes"),
    ("take a note", "tell them that I am late"),
    ("press it", "sales"),
    ("no",),
)
"""What callers say, utterance by utterance."""

WORDS = (
    "yes",
    "no",
    "book",
    "check",
    "four",
    "fifteen of us",
    "in the evening",
    "operator",
    "help",
    "okay",
    "uh-huh",
    "purple monkey",
    "press it",
    "be quiet",
    "carefully",
    "break it",
    "I have chest pain",
    "take a note",
    "say that again",
    "hold on",
)


@given(script=st.sampled_from(SCRIPTS), numbers=st.lists(st.integers(0, 419), max_size=60))
@FAST
def test_disturbances_change_no_outcome(small: Flow, script: tuple[str, ...], numbers: list[int]) -> None:
    assert play(small, script, Schedule(numbers), RESULTS) == play(small, script, Schedule([]), RESULTS)


@given(numbers=st.lists(st.integers(0, 5039), min_size=5, max_size=70))
@FAST
def test_nothing_stays_open_goes_out_stale_or_runs_twice(small: Flow, numbers: list[int]) -> None:
    assert_safe(small, numbers, RESULTS, WORDS)
