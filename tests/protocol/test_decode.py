"""The decoder gives what the rule gives, whatever the transcript did since the last frame."""

from __future__ import annotations

import json
import sys
import tracemalloc
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from flowengine.errors import MalformedFrame
from flowengine.protocol.decode import Decoder
from flowengine.protocol.inbound import (
    CallDetails,
    Inbound,
    PingPong,
    ReminderRequired,
    ResponseRequired,
    Unknown,
    UpdateOnly,
    parse,
    to_json,
)
from flowengine.protocol.transcript import Transcript, Utterance
from tests.protocol.wires import COMMON, RARE, Style, utterances


def spoken(index: int) -> dict[str, Any]:
    """A plain utterance as Retell sends it."""
    words = f"these are the words of utterance number {index}".split()
    timed = [
        {"word": word, "start": index * 4 + i / 3, "end": index * 4 + i / 3 + 0.3}
        for i, word in enumerate(words)
    ]
    return {"role": "user" if index % 2 else "agent", "content": " ".join(words), "words": timed}


def update(transcript: list[dict[str, Any]], **more: Any) -> bytes:
    return json.dumps({"interaction_type": "update_only", "transcript": transcript, **more}).encode()


def ask(transcript: list[dict[str, Any]], response_id: int = 1) -> bytes:
    frame = {"interaction_type": "response_required", "response_id": response_id, "transcript": transcript}
    return json.dumps(frame).encode()


def heard(frame: Inbound) -> Transcript:
    assert isinstance(frame, UpdateOnly | ResponseRequired | ReminderRequired)
    return frame.transcript


def check(frame: Inbound, data: bytes) -> None:
    """The frame is what a full parse gives, its transcript cut to no less than the last eight entries."""
    expected = parse(json.loads(data))
    assert type(frame) is type(expected)
    whole, tail = heard(expected), heard(frame)
    assert len(tail) == len(whole)
    assert tail.entries == whole.since(tail.start)
    assert len(tail.entries) >= min(8, len(whole))
    assert {**to_json(frame), "transcript": 0, "transcript_start": 0} == {
        **to_json(expected),
        "transcript": 0,
        "transcript_start": 0,
    }


class GrowingCall(RuleBasedStateMachine):
    """One socket; the transcript grows, changes and shrinks; every frame is compared with a full parse."""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = Decoder()
        self.transcript: list[dict[str, Any]] = []
        self.style: Style = COMMON[0]

    def send(self, frame: dict[str, Any], style: Style | None = None) -> None:
        data = (style or self.style)({**frame, "transcript": self.transcript})
        check(self.decoder.decode(data), data)

    @initialize(style=st.sampled_from(COMMON + RARE), length=st.integers(0, 30))
    def begin(self, style: Style, length: int) -> None:
        self.style = style
        self.transcript = [spoken(i) for i in range(length)]

    @rule(entries=st.lists(utterances, min_size=1, max_size=3))
    def somebody_speaks(self, entries: list[dict[str, Any]]) -> None:
        self.transcript.extend(entries)
        self.send({"interaction_type": "update_only"})

    @rule(entry=utterances, back=st.integers(1, 4))
    def a_late_entry_changes(self, entry: dict[str, Any], back: int) -> None:
        if len(self.transcript) >= back:
            self.transcript[-back] = entry
        self.send({"interaction_type": "update_only", "turntaking": "user_turn"})

    @rule(entry=utterances, place=st.integers(0, 60))
    def an_early_entry_changes(self, entry: dict[str, Any], place: int) -> None:
        if self.transcript:
            self.transcript[place % len(self.transcript)] = entry
        self.send({"interaction_type": "update_only", "turntaking": "agent_turn"})

    @rule(place=st.integers(0, 60))
    def words_change_in_place(self, place: int) -> None:
        if self.transcript:
            entry = self.transcript[place % len(self.transcript)]
            if isinstance(entry.get("content"), str):
                entry["content"] = entry["content"][::-1]
        self.send({"interaction_type": "reminder_required", "response_id": place})

    @rule(count=st.integers(1, 12))
    def the_end_is_cut_off(self, count: int) -> None:
        del self.transcript[-count:]
        self.send({"interaction_type": "update_only"})

    @rule(place=st.integers(0, 60), entry=utterances)
    def an_entry_comes_in_between(self, place: int, entry: dict[str, Any]) -> None:
        self.transcript.insert(place % (len(self.transcript) + 1), entry)
        self.send({"interaction_type": "update_only"})

    @rule(place=st.integers(0, 60))
    def two_entries_become_one(self, place: int) -> None:
        if len(self.transcript) > 1:
            place %= len(self.transcript) - 1
            later = self.transcript.pop(place + 1)
            self.transcript[place] = {
                "role": "user",
                "content": f"{self.transcript[place].get('content')} {later.get('content')}",
            }
        self.send({"interaction_type": "response_required", "response_id": place})

    @rule(response_id=st.integers(0, 2**53 - 1))
    def retell_asks(self, response_id: int) -> None:
        self.send({"interaction_type": "response_required", "response_id": response_id})

    @rule(style=st.sampled_from(COMMON + RARE))
    def one_frame_is_written_otherwise(self, style: Style) -> None:
        self.send({"interaction_type": "update_only"}, style)

    @rule()
    def nothing_changes(self) -> None:
        self.send({"interaction_type": "update_only"})


def test_a_growing_call_is_decoded_as_by_a_full_parse() -> None:
    run_state_machine_as_test(
        GrowingCall, settings=settings(max_examples=100, stateful_step_count=30, deadline=None)
    )


@pytest.mark.parametrize("style", COMMON + RARE)
def test_a_long_call_in_every_style(style: Style) -> None:
    decoder, transcript = Decoder(), []
    for i in range(60):
        transcript.append(spoken(i))
        for frame in (
            {"interaction_type": "update_only"},
            {"interaction_type": "update_only", "turntaking": "agent_turn"},
            {"interaction_type": "response_required", "response_id": i},
        ):
            data = style({**frame, "transcript": transcript})
            check(decoder.decode(data), data)


@pytest.mark.parametrize("style", COMMON)
def test_only_the_tail_of_a_long_call_is_decoded(style: Style) -> None:
    decoder, transcript = Decoder(), [spoken(i) for i in range(100)]
    for i in range(100, 160):
        transcript.append(spoken(i))
        data = style({"interaction_type": "update_only", "transcript": transcript})
        assert len(heard(decoder.decode(data)).entries) <= 19


def test_an_early_edit_of_the_same_length_changes_nothing_later() -> None:
    decoder, transcript = Decoder(), [spoken(i) for i in range(40)]
    decoder.decode(update(transcript))
    transcript[3]["content"] = transcript[3]["content"].upper()
    data = update(transcript)
    check(decoder.decode(data), data)


def test_a_kept_entry_that_changed_at_the_same_length_is_seen() -> None:
    decoder, transcript = Decoder(), [spoken(i) for i in range(40)]
    decoder.decode(update(transcript))
    transcript[-5]["content"] = transcript[-5]["content"].upper()
    assert heard(decoder.decode(update(transcript))).at(35).content == transcript[35]["content"]


def test_two_old_entries_merged_at_the_same_length_are_seen_by_the_ask() -> None:
    decoder, transcript = Decoder(), [{"role": "user", "content": "word"} for _ in range(40)]
    before = ask(transcript)
    decoder.decode(before)
    transcript[3:5] = [{"role": "user", "content": "x"}]
    missing = len(before) - len(ask(transcript))
    transcript[3]["content"] += "x" * missing
    after = ask(transcript)
    assert len(after) == len(before)
    check(decoder.decode(after), after)


def test_a_call_that_lost_its_end_and_changed_before_it_keeps_eight_entries() -> None:
    decoder, transcript = Decoder(), [spoken(i) for i in range(40)]
    decoder.decode(update(transcript))
    del transcript[-6:]
    transcript[-1]["content"] = "and on " * 500
    data = update(transcript)
    check(decoder.decode(data), data)


def test_a_comma_before_the_end_of_the_transcript_is_malformed() -> None:
    decoder, transcript = Decoder(), [spoken(i) for i in range(40)]
    decoder.decode(update(transcript))
    with pytest.raises(MalformedFrame):
        decoder.decode(update(transcript[:-2]).replace(b"]}]}", b"]}, ]}"))


def test_a_transcript_taken_back_in_the_same_frame_is_none() -> None:
    for last in (b"null", b"[]"):
        data = update([spoken(i) for i in range(20)])[:-1] + b', "transcript": ' + last + b"}"
        assert Decoder().decode(data) == UpdateOnly()


def test_text_and_bytes_are_the_same() -> None:
    data = ask([spoken(i) for i in range(20)])
    assert Decoder().decode(data) == Decoder().decode(data.decode())


@pytest.mark.parametrize(
    ("data", "frame"),
    [
        (b'{"interaction_type":"ping_pong","timestamp":1710000000000}', PingPong(1710000000000)),
        (b'{"interaction_type":"ping_pong","timestamp":5.0}', PingPong(5)),
        (b'{"timestamp": 5, "x": [{}], "interaction_type": "ping_pong"}', PingPong(5)),
        (b'{"interaction_type":"ping_pong","timestamp":1,"timestamp":2}', PingPong(2)),
        (b'{"interaction_type":"ping_pong","timestamp":1,"transcript":[{"role":1}]}', PingPong(1)),
        (b'{"interaction_type":"call_details","call":{"a":[1.5,null]}}', CallDetails({"a": [1.5, None]})),
        (rb'{"interaction_type":"call_details","call":{"a":"\ud800b"}}', CallDetails({"a": "�b"})),
        (b'{"interaction_type":"later","transcript":[{"role":"user","content":"a"}]}', Unknown("later")),
        (b'{"interaction_type":"later","call":7,"response_id":"x"}', Unknown("later")),
        (b'{"interaction_type":"update_only","turntaking":"neither"}', UpdateOnly()),
        (b'{"interaction_type":"update_only","transcript":[ ],"turntaking":"neither"}', UpdateOnly()),
        (b'{"interaction_type":"reminder_required","response_id":7.0,"transcript":[]}', ReminderRequired(7)),
        (
            rb'{"interaction_type":"update_only","transcript":'
            rb'[{"role":"user","content":"\\ud800 \ud800 \ud83d\ude00"}]}',
            UpdateOnly(Transcript(0, (Utterance("user", "\\ud800 � 😀"),))),
        ),
    ],
)
def test_single_frames(data: bytes, frame: Inbound) -> None:
    assert Decoder().decode(data) == frame


BAD = [
    (b"", "the frame is empty"),
    (b" \n", "the frame is empty"),
    (b"\xff\xfe\x00", "the frame is not UTF-8 text (byte 0)"),
    (b'{"interaction_type":"\xed\xa0\x80"}', "the frame is not UTF-8 text (byte 21)"),
    (b"\xef\xbb\xbf{}", "the frame is not JSON"),
    (b"hello", "the frame is not JSON: Expecting value (character 0)"),
    (b"{", "the frame is not JSON"),
    (b'{"interaction_type":"update_only"', "the frame is not JSON"),
    (b'{"interaction_type":"update_only"}}', "the frame is not JSON: Extra data (character 34)"),
    (b'{"interaction_type":"update_only","transcript":[{]}', "the frame is not JSON"),
    (b'{"interaction_type":"update_only","transcript":]}', "the frame is not JSON"),
    (b'{"interaction_type":"ping_pong","timestamp":NaN}', "the frame is not JSON: NaN is no JSON value"),
    (
        b'{"interaction_type":"ping_pong","timestamp":1e999}',
        "the frame is not JSON: a number is out of range",
    ),
    (b'{"interaction_type":"ping_pong","timestamp":' + b"9" * 5000 + b"}", "the frame is not JSON"),
    (b"[" * 200_000, "the frame is nested too deeply"),
    (b'{"a":' * 200_000, "the frame is nested too deeply"),
    (
        b'{"interaction_type":"x","a":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        "the frame is nested too deeply",
    ),
    (b"[]", "a frame must be an object, not an array"),
    (b"null", "a frame must be an object, not null"),
    (b"{}", "interaction_type is missing"),
    (
        b'{"interaction_type":"call_details","call":' + b'{"a":' * 90 + b"1" + b"}" * 91,
        "nested deeper than 64",
    ),
    (
        b'{"interaction_type":"update_only","transcript":["a"]}',
        "update_only: transcript[0] must be an object",
    ),
    (
        b'{"interaction_type":"response_required","response_id":true,"transcript":[]}',
        "response_required: response_id must be an integer, not a boolean",
    ),
    (
        b'{"interaction_type":"response_required","response_id":-1,"transcript":[]}',
        "response_required: response_id must lie between",
    ),
    (
        b'{"interaction_type":"response_required","transcript":[]}',
        "response_required: response_id is missing",
    ),
]


@pytest.mark.parametrize(("data", "message"), BAD, ids=range(len(BAD)))
def test_malformed_frames_are_named_and_leave_no_trace(data: bytes, message: str) -> None:
    transcript = [spoken(i) for i in range(30)]
    decoder = Decoder()
    decoder.decode(update(transcript))
    with pytest.raises(MalformedFrame) as caught:
        decoder.decode(data)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300
    transcript.append(spoken(30))
    good = ask(transcript)
    check(decoder.decode(good), good)


def test_text_with_a_lone_surrogate_is_malformed() -> None:
    with pytest.raises(MalformedFrame, match="not UTF-8"):
        Decoder().decode('{"interaction_type":"\ud800"}')


def test_an_early_entry_that_is_no_object_is_named() -> None:
    transcript: list[Any] = [spoken(i) for i in range(40)]
    transcript[2] = "hello"
    with pytest.raises(MalformedFrame, match=r"transcript\[2\] must be an object, not a string"):
        Decoder().decode(update(transcript))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_frame_or_malformed(data: bytes) -> None:
    with suppress(MalformedFrame):
        Decoder().decode(data)


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_frame_is_what_the_rule_says(data: st.DataObject) -> None:
    """A few bytes changed, cut out or put in, in the middle of a call: the same frame or the same refusal."""
    transcript = [spoken(i) for i in range(data.draw(st.integers(0, 14)))]
    decoder = Decoder()
    decoder.decode(ask(transcript))
    transcript.append(spoken(50))
    good = ask(transcript, 2)
    place = data.draw(st.integers(0, len(good) - 1))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(
        st.sampled_from([b"", b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"1", b" ", b"null", b"\xff"])
    )
    damaged = good[:place] + put + good[place + cut :]
    try:
        expected = parse(json.loads(damaged.decode()))
    except (ValueError, MalformedFrame):
        expected = None
    try:
        frame = decoder.decode(damaged)
    except MalformedFrame:
        assert expected is None
        return
    if expected is not None:
        assert type(frame) is type(expected)
        if isinstance(expected, ResponseRequired | UpdateOnly | ReminderRequired):
            check(frame, damaged)
        else:
            assert frame == expected


def test_a_decoder_holds_little_however_long_the_call() -> None:
    transcript = [spoken(i) for i in range(400)]
    data = update(transcript)
    decoder = Decoder()
    decoder.decode(data)
    tracemalloc.start()
    try:
        calls = [Decoder() for _ in range(50)]
        for one in calls:
            one.decode(data)
        held = tracemalloc.get_traced_memory()[0] / len(calls)
    finally:
        tracemalloc.stop()
    assert held + sys.getsizeof(decoder) < 4_000
