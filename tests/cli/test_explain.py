"""`flowengine explain`: slot types, and whole flows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.helpers import flowengine
from tests.paths import FLOWS

NOW = ("--now", "2026-11-23T10:00:00-05:00", "--timezone", "America/New_York")


def read(kind: str, *utterances: str, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    lines = "".join(f"{text}\n" for text in utterances)
    result = flowengine("explain", "--type", kind, *NOW, *options, "--json", "-", stdin=lines)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_one_object_for_each_line_of_standard_input() -> None:
    assert read("date", "Tuesday", "hold on a minute", "", "next Friday") == [
        {"text": "Tuesday", "values": ["2026-11-24"], "ambiguous": False, "words": ["Tuesday"]},
        {"text": "hold on a minute", "values": [], "ambiguous": False, "words": []},
        {"text": "", "values": [], "ambiguous": False, "words": []},
        {
            "text": "next Friday",
            "values": ["2026-12-04", "2026-11-27"],
            "ambiguous": True,
            "words": ["next Friday"],
        },
    ]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("time", "half past three in the afternoon", "15:30"),
        ("number", "forty two", 42),
        ("digits", "double five oh one", "5501"),
        ("money", "twenty dollars and fifty cents", {"amount": 20.5, "currency": "USD"}),
        ("phone", "two one two five five five zero one two three", "+12125550123"),
        ("duration", "an hour and a half", 5400),
        ("yes_no", "yeah, that's right", True),
        ("datetime", "tomorrow at 3 pm", "2026-11-24T15:00:00-05:00"),
        ("email", "ann at gmail dot com", "ann@gmail.com"),
        ("name", "my name is Ann Lee", "Ann Lee"),
    ],
)
def test_values_are_canonical(kind: str, text: str, value: object) -> None:
    assert read(kind, text)[0]["values"] == [value]


def test_a_short_form_counts_only_as_the_whole_answer() -> None:
    whole, part = read("time", "three", "one second please")
    assert whole["values"] == ["15:00", "03:00"]
    assert part["values"] == []


def test_options_of_the_slot() -> None:
    assert read("time", "at three", options=("--prefer", "am"))[0]["values"][0] == "03:00"
    assert read("time", "at three", options=("--hours", "00:00-06:00"))[0]["values"][0] == "03:00"
    choices = ("--option", "choices=red,blue")
    assert read("choice", "the blue one", options=choices)[0]["values"] == ["blue"]


def test_words_that_are_no_utf_8_are_survived() -> None:
    result = flowengine("explain", "--type", "date", *NOW, "--json", "-", stdin=b"\xff\xfe Tuesday\n")
    assert json.loads(result.output)["values"] == ["2026-11-24"]


def test_a_type_that_does_not_exist() -> None:
    result = flowengine("explain", "--type", "dates", "tomorrow")
    assert result.exit_code == 2
    assert "there is no slot type 'dates'" in result.output


def test_a_flow_shows_the_line_that_wins() -> None:
    result = flowengine(
        "explain", str(FLOWS / "booking.yaml"), "no, Tuesday", "--state", "booking.confirm", *NOW[:2]
    )
    assert result.exit_code == 0
    source = (FLOWS / "booking.yaml").read_text().splitlines()
    line = next(n for n, text in enumerate(source, 1) if "slot: [patient, day, time]" in text)
    assert f"line   {FLOWS / 'booking.yaml'}:{line}:" in result.output
    assert "day = 2026-11-24" in result.output
    assert "✓ intent no" in result.output


def test_a_flow_as_json() -> None:
    result = flowengine("explain", str(FLOWS / "booking.yaml"), "the day after tomorrow", "--json", *NOW[:2])
    verdict = json.loads(result.output)
    assert verdict["state"] == "greeting"
    assert verdict["new_state"] == "booking.details"
    assert verdict["filled"] == {"day": "2026-11-25"}


def test_a_state_that_does_not_exist() -> None:
    result = flowengine("explain", str(FLOWS / "booking.yaml"), "hello", "--state", "confrim")
    assert result.exit_code == 2
    assert "there is no state 'confrim'" in result.output


def test_a_reserved_word_is_missing() -> None:
    assert flowengine("explain", str(FLOWS / "booking.yaml")).exit_code == 2
