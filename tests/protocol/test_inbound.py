"""What is forgiven and what is not, and the way through a journal."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowengine.errors import MalformedFrame
from flowengine.protocol.inbound import (
    CallDetails,
    Inbound,
    PingPong,
    ReminderRequired,
    ResponseRequired,
    Unknown,
    UpdateOnly,
    from_json,
    parse,
    to_json,
)
from flowengine.protocol.transcript import EMPTY, Transcript, Utterance

UTTERANCES = [{"role": "agent", "content": "Hello"}, {"role": "user", "content": "Hi", "words": []}]
HEARD = Transcript(0, (Utterance("agent", "Hello"), Utterance("user", "Hi")))


@pytest.mark.parametrize(
    ("value", "frame"),
    [
        ({"interaction_type": "ping_pong", "timestamp": 1710000000000}, PingPong(1710000000000)),
        ({"interaction_type": "ping_pong", "timestamp": 17.0}, PingPong(17)),
        ({"interaction_type": "call_details", "call": {}}, CallDetails({})),
        ({"interaction_type": "update_only"}, UpdateOnly()),
        ({"interaction_type": "update_only", "transcript": None, "turntaking": None}, UpdateOnly()),
        ({"interaction_type": "update_only", "transcript": UTTERANCES}, UpdateOnly(HEARD)),
        (
            {"interaction_type": "update_only", "transcript": UTTERANCES, "turntaking": "user_turn"},
            UpdateOnly(HEARD, "user_turn"),
        ),
        ({"interaction_type": "update_only", "turntaking": "a_third_turn"}, UpdateOnly()),
        (
            {"interaction_type": "response_required", "response_id": 3, "transcript": UTTERANCES},
            ResponseRequired(3, HEARD),
        ),
        (
            {"interaction_type": "reminder_required", "response_id": 0, "transcript": UTTERANCES},
            ReminderRequired(0, HEARD),
        ),
        ({"interaction_type": "reminder_required", "response_id": 9}, ReminderRequired(9)),
        ({"interaction_type": "dtmf", "digit": "5"}, Unknown("dtmf")),
        ({"interaction_type": ""}, Unknown("")),
    ],
)
def test_frames(value: dict[str, Any], frame: Inbound) -> None:
    assert parse(value) == frame
    assert parse({**value, "timestamp_of_a_newer_version": {"x": [1]}}) == frame


def test_every_field_of_the_call_passes_through() -> None:
    call = {"call_id": "abc", "metadata": {"a": [1, None, 2.5]}, "not_yet_known": True}
    frame = parse({"interaction_type": "call_details", "call": call})
    assert isinstance(frame, CallDetails)
    assert frame.call == call


@pytest.mark.parametrize(
    ("entry", "heard"),
    [
        ({"role": "system", "content": "note"}, Utterance("system", "note")),
        ({"role": "user"}, Utterance("user", "")),
        ({"role": "user", "content": None}, Utterance("user", "")),
        ({"role": "user", "content": 5}, Utterance("user", "")),
        ({"role": "user", "content": ["a"]}, Utterance("user", "")),
        ({"content": "a"}, Utterance("", "a")),
        ({"role": 1, "content": "a"}, Utterance("", "a")),
        ({}, Utterance("", "")),
        ({"role": "user", "content": "a", "words": "garbage"}, Utterance("user", "a")),
        ({"role": "user", "content": "cut \ud83d"}, Utterance("user", "cut �")),
        ({"role": "user", "content": "whole \ud83d\ude00"}, Utterance("user", "whole 😀")),
    ],
)
def test_odd_utterances_are_forgiven(entry: dict[str, Any], heard: Utterance) -> None:
    frame = parse({"interaction_type": "response_required", "response_id": 1, "transcript": [entry]})
    assert frame == ResponseRequired(1, Transcript(0, (heard,)))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "a frame must be an object, not an array"),
        ("text", "a frame must be an object, not a string"),
        (None, "a frame must be an object, not null"),
        (7, "a frame must be an object, not the number 7"),
        ({}, "interaction_type is missing"),
        ({"interaction_type": None}, "interaction_type is missing"),
        ({"interaction_type": 4}, "interaction_type must be a string, not the number 4"),
        ({"interaction_type": "ping_pong"}, "ping_pong: timestamp is missing"),
        (
            {"interaction_type": "ping_pong", "timestamp": "1"},
            "ping_pong: timestamp must be an integer, not a string",
        ),
        (
            {"interaction_type": "ping_pong", "timestamp": -1},
            "ping_pong: timestamp must lie between 0 and 9007199254740991",
        ),
        ({"interaction_type": "response_required"}, "response_required: response_id is missing"),
        (
            {"interaction_type": "response_required", "response_id": True},
            "response_required: response_id must be an integer, not a boolean",
        ),
        (
            {"interaction_type": "response_required", "response_id": 1.5},
            "response_required: response_id must be an integer, not the number 1.5",
        ),
        (
            {"interaction_type": "response_required", "response_id": float("nan")},
            "response_required: response_id must be an integer, not the number nan",
        ),
        (
            {"interaction_type": "reminder_required", "response_id": 10**400},
            "reminder_required: response_id must lie between 0 and 9007199254740991",
        ),
        (
            {"interaction_type": "reminder_required", "response_id": 1, "transcript": {}},
            "reminder_required: transcript must be an array, not an object",
        ),
        (
            {"interaction_type": "update_only", "transcript": [{}, "hello"]},
            "update_only: transcript[1] must be an object, not a string",
        ),
        (
            {"interaction_type": "update_only", "turntaking": 1},
            "update_only: turntaking must be a string, not the number 1",
        ),
        ({"interaction_type": "call_details"}, "call_details: call is missing"),
        (
            {"interaction_type": "call_details", "call": [1]},
            "call_details: call must be an object, not an array",
        ),
    ],
)
def test_what_is_not_forgiven_is_named(value: object, message: str) -> None:
    with pytest.raises(MalformedFrame) as caught:
        parse(value)
    assert str(caught.value) == message


def test_deep_call_data_is_refused() -> None:
    call: dict[str, Any] = {}
    for _ in range(5000):
        call = {"a": [call]}
    with pytest.raises(MalformedFrame, match="nested deeper than 64 levels"):
        parse({"interaction_type": "call_details", "call": call})


texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
ids = st.integers(0, 2**53 - 1)
transcripts = st.builds(
    Transcript, st.integers(0, 500), st.lists(st.builds(Utterance, texts, texts), max_size=4).map(tuple)
)
frames = st.one_of(
    st.builds(PingPong, ids),
    st.builds(CallDetails, st.dictionaries(texts, plain, max_size=4)),
    st.builds(UpdateOnly, transcripts, st.sampled_from(["agent_turn", "user_turn", None])),
    st.builds(ResponseRequired, ids, transcripts),
    st.builds(ReminderRequired, ids, transcripts),
    st.builds(Unknown, st.text("abc_", max_size=9)),
)


@given(frames)
def test_a_journal_gives_back_what_was_written(frame: Inbound) -> None:
    assert from_json(json.loads(json.dumps(to_json(frame)))) == frame


@given(plain)
def test_no_json_raises_anything_but_malformed_frame(value: object) -> None:
    with suppress(MalformedFrame):
        parse(value)


def test_an_empty_transcript_is_the_empty_one() -> None:
    frame = parse({"interaction_type": "update_only", "transcript": []})
    assert frame == UpdateOnly(EMPTY)
