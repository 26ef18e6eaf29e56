"""Scripts from plain lines and from the steps of conversation tests."""

from __future__ import annotations

import pytest

from flowengine.devtools.simulate import ScriptError, from_steps, parse_text
from flowengine.devtools.simulate.script import (
    Agent,
    Backchannel,
    Drop,
    HangUp,
    Interrupt,
    Mumble,
    Silence,
    Then,
    User,
    Wait,
    duration,
)


def test_plain_lines() -> None:
    script = parse_text(
        """
        # a nervous caller
        I'd like to book
        /then for Tuesday
        /interrupt sorry
        /backchannel uh-huh
        /silence
        /silence 2
        /mumble
        /drop
        /wait 1.5s
        /hangup
        """,
        "nervous.txt",
    )
    assert script.steps == (
        User("I'd like to book"),
        Then("for Tuesday"),
        Interrupt("sorry"),
        Backchannel("uh-huh"),
        Silence(),
        Silence(2),
        Mumble(),
        Drop(),
        Wait(1_500),
        HangUp(),
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/dance", "calls.txt:2: unknown order /dance"),
        ("/then", "calls.txt:2: /then needs the caller's words"),
        ("/wait long", "calls.txt:2: not a duration: 'long'"),
        ("/silence often", "calls.txt:2: not a count: 'often'"),
    ],
)
def test_lines_that_cannot_be_read(line: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_text(f"hello\n{line}", "calls.txt")
    assert str(caught.value) == message


def test_the_steps_of_a_conversation_test() -> None:
    script = from_steps(
        [
            {"agent": "Bright Smile"},
            {"user": "Tuesday", "then": "at three"},
            {"interrupt": {"after_words": 3}},
            {"user": "no, Wednesday"},
            {"mumble": None},
            {"silence": 2},
            {"drop": True},
            {"wait": "2s"},
            {"wait": 1_500},
            {"expect": {"state": "confirm"}},
            {"hangup": True},
        ],
        "booking.test.yaml",
        {"from_number": "+15550100"},
    )
    assert script.steps[1:] == (
        User("Tuesday"),
        Then("at three"),
        Interrupt("no, Wednesday", 3),
        Mumble(),
        Silence(2),
        Drop(),
        Wait(2_000),
        Wait(1_500),
        HangUp(),
    )
    assert script.call == {"from_number": "+15550100"}


@pytest.mark.parametrize(
    ("expectation", "good", "bad"),
    [
        ("three", "At Three, then.", "At two."),
        ({"contains": "three"}, "three", "two"),
        ({"does_not_contain": "sorry"}, "fine", "Sorry?"),
        ({"not_contains": ["sorry"]}, "fine", "Sorry?"),
        ({"exact": "Yes."}, " Yes. ", "Yes!"),
        ({"pattern": r"B\d+"}, "reference B47", "reference"),
    ],
)
def test_expectations(expectation: object, good: str, bad: str) -> None:
    (step,) = from_steps([{"agent": expectation}], "case").steps
    assert isinstance(step, Agent)
    assert (step.holds(good), step.holds(bad)) == (True, False)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"sing": "la"}, "case: step 1: unknown step 'sing'"),
        ({"agent": 3}, "case: step 1: not an expectation: 3"),
        ({"agent": {"rhymes": "x"}}, "case: step 1: unknown expectation 'rhymes'"),
        ({"interrupt": {"after_words": -1}}, "case: step 1: not a count: -1"),
    ],
)
def test_steps_that_cannot_be_read(step: dict[str, object], message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        from_steps([step], "case")
    assert str(caught.value) == message


def test_a_broken_pattern_is_an_error_of_the_script() -> None:
    with pytest.raises(ScriptError, match="not a pattern"):
        from_steps([{"agent": {"pattern": "("}}], "case")


@pytest.mark.parametrize(("text", "ms"), [("250ms", 250), ("2s", 2_000), ("1m", 60_000), (3, 3_000)])
def test_durations(text: object, ms: int) -> None:
    assert duration(text) == ms
