"""Nothing invalid can be built, and what is built is what Retell reads."""

from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flowengine.errors import InvalidFrame
from flowengine.protocol.examples import EXAMPLES
from flowengine.protocol.outbound import (
    FRAMES,
    AgentConfig,
    AgentInterrupt,
    ConfigFrame,
    ConfigOptions,
    MetadataFrame,
    Outbound,
    Pong,
    Response,
    ToolCallInvocation,
    ToolCallResult,
    UpdateAgent,
    parse_outbound,
)


def response(**fields: Any) -> Response:
    return Response(**{"response_id": 1, "content": "Hello.", "content_complete": True, **fields})


def interrupt(**fields: Any) -> AgentInterrupt:
    return AgentInterrupt(**{"interrupt_id": 1, "content": "Stop.", "content_complete": True, **fields})


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (
            ConfigFrame(config=ConfigOptions(auto_reconnect=True, call_details=False)),
            '{"response_type":"config","config":{"auto_reconnect":true,"call_details":false}}',
        ),
        (
            UpdateAgent(agent_config=AgentConfig(responsiveness=0.5, reminder_trigger_ms=8000)),
            '{"response_type":"update_agent","agent_config":{"responsiveness":0.5,"reminder_trigger_ms":8000}}',
        ),
        (Pong(timestamp=1795363200000), '{"response_type":"ping_pong","timestamp":1795363200000}'),
        (
            response(),
            '{"response_type":"response","response_id":1,"content":"Hello.","content_complete":true}',
        ),
        (
            interrupt(no_interruption_allowed=True),
            '{"response_type":"agent_interrupt","interrupt_id":1,"content":"Stop.","content_complete":true,'
            '"no_interruption_allowed":true}',
        ),
        (
            ToolCallInvocation(tool_call_id="a", name="b", arguments='{"c": 1}'),
            '{"response_type":"tool_call_invocation","tool_call_id":"a","name":"b","arguments":"{\\"c\\": 1}"}',
        ),
        (
            ToolCallResult(tool_call_id="a", content="", successful=False),
            '{"response_type":"tool_call_result","tool_call_id":"a","content":"","successful":false}',
        ),
        (
            MetadataFrame(metadata={"a": None, "b": (1, 2.5), "é": {"c": []}}),
            '{"response_type":"metadata","metadata":{"a":null,"b":[1,2.5],"é":{"c":[]}}}',
        ),
    ],
)
def test_the_text_that_is_sent(frame: Outbound, text: str) -> None:
    assert frame.encode() == text
    assert frame.to_json() == json.loads(text)
    assert parse_outbound(json.loads(text)) == frame


INVALID: list[tuple[type[Outbound] | type[AgentConfig] | type[ConfigOptions], dict[str, Any], str]] = [
    (Response, {}, "response_id: Field required"),
    (Response, {"response_id": "1", "content": "", "content_complete": True}, "response_id"),
    (Response, {"response_id": True, "content": "", "content_complete": True}, "response_id"),
    (Response, {"response_id": 1.0, "content": "", "content_complete": True}, "response_id"),
    (Response, {"response_id": -1, "content": "", "content_complete": True}, "response_id"),
    (Response, {"response_id": 2**53, "content": "", "content_complete": True}, "response_id"),
    (Response, {"response_id": 1, "content": None, "content_complete": True}, "content"),
    (Response, {"response_id": 1, "content": b"x", "content_complete": True}, "content"),
    (Response, {"response_id": 1, "content": "", "content_complete": "true"}, "content_complete"),
    (Response, {"response_id": 1, "content": "", "content_complete": 1}, "content_complete"),
    (Response, {"response_id": 1, "content": "", "content_complete": True, "surprise": 1}, "surprise"),
    (Response, {"response_id": 1, "content": "", "content_complete": True, "end_call": "yes"}, "end_call"),
    (
        Response,
        {"response_type": "responses", "response_id": 1, "content": "", "content_complete": True},
        "type",
    ),
    (AgentInterrupt, {"interrupt_id": None, "content": "", "content_complete": True}, "interrupt_id"),
    (Pong, {"timestamp": 1.5}, "timestamp"),
    (Pong, {"timestamp": "1"}, "timestamp"),
    (ConfigFrame, {"config": None}, "config"),
    (ConfigOptions, {"auto_reconnect": 1}, "auto_reconnect"),
    (ConfigOptions, {"unknown": True}, "unknown"),
    (AgentConfig, {"responsiveness": 1.01}, "responsiveness"),
    (AgentConfig, {"responsiveness": -0.01}, "responsiveness"),
    (AgentConfig, {"responsiveness": float("nan")}, "responsiveness"),
    (AgentConfig, {"responsiveness": True}, "responsiveness"),
    (AgentConfig, {"responsiveness": "0.5"}, "responsiveness"),
    (AgentConfig, {"interruption_sensitivity": 2}, "interruption_sensitivity"),
    (AgentConfig, {"reminder_trigger_ms": 0}, "reminder_trigger_ms"),
    (AgentConfig, {"reminder_trigger_ms": float("inf")}, "reminder_trigger_ms"),
    (AgentConfig, {"reminder_trigger_ms": True}, "reminder_trigger_ms"),
    (AgentConfig, {"reminder_max_count": -1}, "reminder_max_count"),
    (AgentConfig, {"reminder_max_count": 1.5}, "reminder_max_count"),
    (ToolCallInvocation, {"tool_call_id": "", "name": "n", "arguments": "{}"}, "tool_call_id"),
    (ToolCallInvocation, {"tool_call_id": "t", "name": "", "arguments": "{}"}, "name"),
    (ToolCallInvocation, {"tool_call_id": "t", "name": "n", "arguments": {}}, "arguments"),
    (ToolCallInvocation, {"tool_call_id": "t", "name": "n", "arguments": "[]"}, "arguments"),
    (ToolCallInvocation, {"tool_call_id": "t", "name": "n", "arguments": "{"}, "arguments"),
    (ToolCallInvocation, {"tool_call_id": "t", "name": "n", "arguments": '{"a":NaN}'}, "arguments"),
    (ToolCallInvocation, {"tool_call_id": "t", "name": "n", "arguments": '{"a":' + "[" * 99999}, "arguments"),
    (ToolCallResult, {"tool_call_id": "t", "content": {"a": 1}}, "content"),
    (ToolCallResult, {"tool_call_id": "t", "content": "", "successful": "yes"}, "successful"),
    (MetadataFrame, {"metadata": []}, "metadata"),
    (MetadataFrame, {"metadata": {1: 2}}, "a key must be a string, not the number 1"),
    (MetadataFrame, {"metadata": {"a": float("nan")}}, "metadata.a"),
    (MetadataFrame, {"metadata": {"a": [float("-inf")]}}, "metadata.a[0]"),
    (MetadataFrame, {"metadata": {"a": Decimal(1)}}, "a Decimal is not JSON"),
    (MetadataFrame, {"metadata": {"a": {1, 2}}}, "a set is not JSON"),
]


@pytest.mark.parametrize(("model", "fields", "named"), INVALID, ids=range(len(INVALID)))
def test_nothing_invalid_can_be_built(model: Any, fields: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidFrame) as caught:
        model(**fields)
    assert str(caught.value).startswith(model.__name__ + ": ")
    assert named in str(caught.value)
    with pytest.raises(InvalidFrame):
        model.model_construct(**fields)


def test_metadata_that_holds_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["again"] = loop
    with pytest.raises(InvalidFrame, match="nested deeper than 64"):
        MetadataFrame(metadata=loop)


@pytest.mark.parametrize(
    "number", ["", " ", "reception", "+", "1", "+1 555\n", "sip:", "+1555 0100 or so", "１２３"]
)
def test_what_is_no_number_to_transfer_to(number: str) -> None:
    with pytest.raises(InvalidFrame, match="transfer_number"):
        response(transfer_number=number)


@pytest.mark.parametrize(
    "number",
    [
        "+14155550123",
        "911",
        "+1 (415) 555-0123",
        "020 7946 0000",
        "+14155550123,,5#",
        "+1415555x12",
        "sip:a@b.example",
    ],
)
def test_numbers_to_transfer_to(number: str) -> None:
    assert response(transfer_number=number).to_json()["transfer_number"] == number


@pytest.mark.parametrize("keys", ["", "5 ", "A", "1-2", "1\n", "１"])
def test_what_is_no_key(keys: str) -> None:
    with pytest.raises(InvalidFrame, match="digit_to_press"):
        response(digit_to_press=keys)


@pytest.mark.parametrize("build", [response, interrupt])
@pytest.mark.parametrize(
    "actions",
    [
        {"end_call": True, "transfer_number": "911"},
        {"end_call": True, "digit_to_press": "1"},
        {"transfer_number": "911", "digit_to_press": "1"},
        {"end_call": True, "transfer_number": "911", "digit_to_press": "1"},
    ],
)
def test_at_most_one_action(build: Any, actions: dict[str, Any]) -> None:
    with pytest.raises(InvalidFrame, match="at most one of end_call, transfer_number and digit_to_press"):
        build(**actions)


@pytest.mark.parametrize("build", [response, interrupt])
def test_not_hanging_up_says_nothing(build: Any) -> None:
    frame = build(end_call=False, transfer_number="911")
    assert "end_call" not in frame.encode()
    assert frame == build(transfer_number="911")


def test_the_caller_shown_needs_a_transfer() -> None:
    assert "show_transferee" not in response(show_transferee_as_caller=True).encode()
    assert (
        '"show_transferee_as_caller":false'
        in response(show_transferee_as_caller=False, transfer_number="911").encode()
    )


def test_frames_do_not_change() -> None:
    frame = response()
    with pytest.raises(ValidationError):
        frame.content = "other"  # type: ignore[misc]
    given = {"a": [1]}
    sent = MetadataFrame(metadata=given)
    given["a"].append(2)
    assert sent.encode() == '{"response_type":"metadata","metadata":{"a":[1]}}'


def test_a_changed_copy_is_checked() -> None:
    assert response().model_copy(update={"content": "Other."}) == response(content="Other.")
    assert (
        response(end_call=True).model_copy(update={"end_call": None, "digit_to_press": "1"}).end_call is None
    )
    with pytest.raises(InvalidFrame):
        response().model_copy(update={"response_id": "x"})
    with pytest.raises(InvalidFrame):
        response(end_call=True).model_copy(update={"digit_to_press": "1"})


def test_frames_travel() -> None:
    frame = response(transfer_number="911")
    assert copy.deepcopy(frame) == pickle.loads(pickle.dumps(frame)) == frame
    assert len({frame, response(transfer_number="911")}) == 1


def test_the_message_does_not_repeat_what_a_caller_said() -> None:
    with pytest.raises(InvalidFrame) as caught:
        Response(response_id="my secret", content="my secret", content_complete=None)  # type: ignore[arg-type]
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a\x00b", "ab"),
        ("a\ud800b", "ab"),
        ("\ud83d\ude00", "😀"),
        ("a\x1b[0m\x7f", "a[0m"),
        ("tab\tline\r\n", "tab\tline\r\n"),
        ("é\u2028😀", "é\u2028😀"),
    ],
)
def test_what_can_be_neither_spoken_nor_stored_is_left_out(text: str, sent: str) -> None:
    assert json.loads(response(content=text).encode())["content"] == sent
    assert json.loads(ToolCallResult(tool_call_id="t", content=text).encode())["content"] == sent
    assert json.loads(MetadataFrame(metadata={text: [text]}).encode())["metadata"] == {sent: [sent]}


@given(st.text(st.characters()), st.integers(0, 2**53 - 1), st.booleans())
def test_any_text_can_be_sent(text: str, number: int, complete: bool) -> None:
    frame = Response(response_id=number, content=text, content_complete=complete)
    sent = json.loads(frame.encode().encode("utf-8"))
    assert sent == {
        "response_type": "response",
        "response_id": number,
        "content": frame.content,
        "content_complete": complete,
    }
    assert parse_outbound(sent) == frame


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=3) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=3), anything, max_size=3))
def test_metadata_is_json_or_refused(metadata: dict[str, Any]) -> None:
    try:
        frame = MetadataFrame(metadata=metadata)
    except InvalidFrame:
        return
    assert json.loads(frame.encode())["metadata"] == frame.metadata


fields = st.sampled_from(
    sorted({name for model in FRAMES.values() for name in model.model_fields} | {"self", "cls", "more"})
)


@given(st.sampled_from(sorted(FRAMES)), st.dictionaries(fields, anything, max_size=4), st.booleans())
def test_a_frame_is_valid_or_refused(kind: str, given: dict[str, Any], complete: bool) -> None:
    usual = {name: value for example in EXAMPLES.values() for name, value in example.items()}
    model = FRAMES[kind]
    if complete:
        needed = {name for name, field in model.model_fields.items() if field.is_required()}
        given = {**{name: usual[name] for name in needed if name in usual}, **given}
    try:
        frame = parse_outbound({**given, "response_type": kind})
    except InvalidFrame:
        return
    text = frame.encode()
    assert json.loads(text)["response_type"] == kind
    assert None not in json.loads(text).values()
    assert parse_outbound(json.loads(text)) == frame


@pytest.mark.parametrize("value", [None, [], "x", {}, {"response_type": "x"}, {"response_type": []}, {1: 2}])
def test_what_is_no_outbound_frame(value: object) -> None:
    with pytest.raises(InvalidFrame):
        parse_outbound(value)
    with pytest.raises(InvalidFrame):
        parse_outbound({"response_type": "ping_pong", "timestamp": 1, 2: 3})
