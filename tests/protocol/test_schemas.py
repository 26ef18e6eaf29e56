"""The schemas say what the models and the parser do."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from flowengine.errors import InvalidFrame, MalformedFrame
from flowengine.protocol.described import INBOUND_FRAMES, INBOUND_PARTS
from flowengine.protocol.examples import EXAMPLES
from flowengine.protocol.inbound import Unknown, parse
from flowengine.protocol.outbound import FRAMES, parse_outbound
from flowengine.protocol.schemas import asyncapi, inbound_schema, outbound_schema

INBOUND = Draft202012Validator(inbound_schema())
OUTBOUND = Draft202012Validator(outbound_schema())
SENT = [model.__name__ for model in FRAMES.values()]


def described(schema: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every property of every object in the schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield from ((f"{where}.{name}", field) for name, field in schema.get("properties", {}).items())
        for key, item in schema.items():
            yield from described(item, f"{where}/{key}")
    elif isinstance(schema, list):
        for item in schema:
            yield from described(item, where)


@pytest.mark.parametrize("schema", [inbound_schema(), outbound_schema()])
def test_they_are_schemas_with_every_field_described(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    definitions = schema["$defs"]
    for where, field in described(schema):
        target = definitions[field["$ref"].removeprefix("#/$defs/")] if "$ref" in field else {}
        assert field.get("description") or target.get("description"), where
    for name, definition in definitions.items():
        assert definition["description"], name


def test_thirteen_messages_and_an_example_of_each() -> None:
    assert set(EXAMPLES) == {*INBOUND_FRAMES, *SENT}
    assert len(EXAMPLES) == 13


@pytest.mark.parametrize("name", INBOUND_FRAMES)
def test_inbound_examples(name: str) -> None:
    example = EXAMPLES[name]
    INBOUND.validate(example)
    INBOUND.validate({**example, "a_later_field": [1]})
    assert type(parse(example)).__name__ == name
    for field in INBOUND_FRAMES[name]["required"]:
        assert not INBOUND.is_valid({key: value for key, value in example.items() if key != field})


@pytest.mark.parametrize("name", SENT)
def test_outbound_examples(name: str) -> None:
    example = EXAMPLES[name]
    OUTBOUND.validate(example)
    frame = parse_outbound(example)
    assert type(frame).__name__ == name
    assert json.loads(frame.encode()) == example
    assert not OUTBOUND.is_valid({**example, "a_later_field": 1})
    for field in type(frame).model_fields:
        if field in example:
            assert not OUTBOUND.is_valid({**example, field: None})
    for field, info in type(frame).model_fields.items():
        if info.is_required() or field == "response_type":
            assert not OUTBOUND.is_valid({key: value for key, value in example.items() if key != field})


@pytest.mark.parametrize(
    "change",
    [
        {"response_id": "1"},
        {"response_id": -1},
        {"response_id": 1.5},
        {"content_complete": "true"},
        {"end_call": True},
        {"digit_to_press": "1"},
        {"transfer_number": None},
        {"transfer_number": "reception"},
        {"content": "a\u0000"},
    ],
)
def test_responses_that_the_schema_refuses(change: dict[str, Any]) -> None:
    changed = {**EXAMPLES["Response"], **change}
    assert not OUTBOUND.is_valid(changed)


def test_who_is_shown_needs_a_transfer() -> None:
    changed = dict(EXAMPLES["Response"])
    del changed["transfer_number"]
    assert not OUTBOUND.is_valid(changed)


@pytest.mark.parametrize(
    "settings",
    [
        {"responsiveness": 1.1},
        {"interruption_sensitivity": -1},
        {"reminder_trigger_ms": 0},
        {"reminder_max_count": 1.5},
        {"unknown": 1},
    ],
)
def test_settings_that_the_schema_refuses(settings: dict[str, Any]) -> None:
    assert not OUTBOUND.is_valid({"response_type": "update_agent", "agent_config": settings})


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 9),
    st.sampled_from([0.5, 1.0, 1.5, 2**53, 2**53 - 1]),
    st.sampled_from(["", "1", "911", "+14155550123", "{}", "[]", "text", "agent_turn", "user_turn", "x\x00"]),
    st.just({}),
    st.just([]),
    st.just([{"role": "user", "content": "a"}]),
    st.just([{"role": "user"}, 3]),
)
changes = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), values), max_size=3)


def changed(example: dict[str, Any], edits: list[tuple[int, int, Any]]) -> dict[str, Any]:
    """The example with some of its fields, or those of the object in it, changed, added or taken away."""
    frame = copy.deepcopy(example)
    names = sorted({key for each in EXAMPLES.values() for key in each} | {"unknown"})
    for which, place, value in edits:
        inner = [item for item in frame.values() if isinstance(item, dict) and item]
        target = inner[0] if inner and which % 2 else frame
        own = sorted(target)
        key = own[place % len(own)] if own and place % 3 else names[place % len(names)]
        if key in ("interaction_type", "response_type"):
            continue
        if which % 5 == 0:
            target.pop(key, None)
        else:
            target[key] = value
    return frame


@given(st.sampled_from(SENT), changes)
@settings(max_examples=600, deadline=None)
def test_what_the_outbound_schema_allows_can_be_built(name: str, edits: list[tuple[int, int, Any]]) -> None:
    frame = changed(EXAMPLES[name], edits)
    try:
        built = parse_outbound(frame)
    except InvalidFrame:
        floats = ".0" in json.dumps(frame)  # to JSON Schema 1.0 is an integer
        arguments = name == "ToolCallInvocation" and frame.get("arguments") not in ("{}", None)
        assert floats or arguments or not OUTBOUND.is_valid(frame)
        return
    OUTBOUND.validate(json.loads(built.encode()))


@given(st.sampled_from(list(INBOUND_FRAMES)), changes)
@settings(max_examples=600, deadline=None)
def test_what_the_inbound_schema_allows_is_parsed(name: str, edits: list[tuple[int, int, Any]]) -> None:
    frame = changed(EXAMPLES[name], edits)
    try:
        parsed = parse(frame)
    except MalformedFrame:
        assert not INBOUND.is_valid(frame)
        return
    assert not isinstance(parsed, Unknown)


def test_the_asyncapi_document_holds_together() -> None:
    document = asyncapi()
    assert document["asyncapi"] == "2.6.0"
    channel = document["channels"]["/llm-websocket/{call_id}"]
    assert len(channel["publish"]["message"]["oneOf"]) == 5
    assert len(channel["subscribe"]["message"]["oneOf"]) == 8
    assert set(channel["parameters"]) == {"call_id"}
    components = document["components"]
    assert set(components["schemas"]) >= {*INBOUND_FRAMES, *INBOUND_PARTS, *SENT}

    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, item in value.items():
                if key == "$ref":
                    yield item
                else:
                    yield from references(item)
        elif isinstance(value, list):
            for item in value:
                yield from references(item)

    found = list(references(document))
    assert found
    for reference in found:
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        assert target
    for name, message in components["messages"].items():
        validator = Draft202012Validator({**document, "$ref": f"#/components/schemas/{name}"})
        for example in message["examples"]:
            validator.validate(example["payload"])


def test_the_documents_are_json_and_fresh_each_time() -> None:
    for make in (inbound_schema, outbound_schema, asyncapi):
        first = make()
        assert json.loads(json.dumps(first)) == first
        first.clear()
        assert make()
        nested = make()
        nested[next(key for key, value in nested.items() if isinstance(value, dict))].clear()
        assert nested != make()
