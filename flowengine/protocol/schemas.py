"""The channel described for other programs: JSON Schema (2020-12) of both directions, and AsyncAPI 2.6.

The outbound schemas come from the models. The inbound ones describe what Retell documents; `inbound.parse` takes
all that they allow and forgives more, and the tests hold the two together.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from flowengine import __version__
from flowengine.protocol.inbound import MAX_INTEGER
from flowengine.protocol.outbound import FRAMES, Outbound

Schema: TypeAlias = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
REFERENCE: Final = "https://docs.retellai.com/api-references/llm-websocket"

_ID: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _free(description: str) -> Schema:
    return {"type": "object", "additionalProperties": True, "description": description}


def _object(description: str, required: list[str], **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": required,
        "additionalProperties": True,
    }


def _inbound_frame(kind: str, description: str, required: list[str], **properties: Schema) -> Schema:
    tag = {"const": kind, "description": f"Always `{kind}`."}
    return _object(description, ["interaction_type", *required], interaction_type=tag, **properties)


_TRANSCRIPT: Final[Schema] = {
    "type": "array",
    "items": {"$ref": "#/$defs/Utterance"},
    "description": "All that was said since the call began, oldest first.",
}
_WITH_TOOLS: Final[Schema] = {
    "type": "array",
    "items": _free("An utterance, or a note of a tool call."),
    "description": "The transcript with notes of tool calls in between; only if the config asks for it.",
}
_ASK_ID: Final[Schema] = {
    **_ID,
    "description": "Answer under this id. Ids only grow; a new one makes the old stale.",
}

INBOUND_PARTS: Final[dict[str, Schema]] = {
    "Word": _object(
        "One word and when it was said.",
        [],
        word=_text("The word."),
        start={"type": "number", "description": "Its beginning, in seconds since the call began."},
        end={"type": "number", "description": "Its end, in seconds since the call began."},
    ),
    "Utterance": _object(
        "What one side said in one go.",
        ["role", "content"],
        role=_text("`agent` or `user`; other roles are let through."),
        content=_text("The words. `(unintelligible audio)` stands for sounds that were not understood."),
        words={
            "type": "array",
            "items": {"$ref": "#/$defs/Word"},
            "description": "The words with their times. Not used by flowengine.",
        },
    ),
    "Call": _object(
        "What Retell knows of the call. Fields not named here are passed through.",
        [],
        call_id=_text("The call's id; the same after a redial."),
        agent_id=_text("The voice agent that handles the call."),
        call_type=_text("`phone_call` or `web_call`."),
        call_status=_text("Where the call stands, such as `registered` or `ongoing`."),
        from_number=_text("The caller's number in E.164. Phone calls only."),
        to_number=_text("The called number in E.164. Phone calls only."),
        direction=_text("`inbound` or `outbound`. Phone calls only."),
        metadata=_free("What was given as metadata when the call was created."),
        retell_llm_dynamic_variables=_free("The dynamic variables of the call; their values are strings."),
        opt_out_sensitive_data_storage={
            "type": "boolean",
            "description": "True: Retell does not keep the transcript and the recording.",
        },
    ),
}

INBOUND_FRAMES: Final[dict[str, Schema]] = {
    "PingPong": _inbound_frame(
        "ping_pong",
        "A heartbeat, every 2 s if the config asked for `auto_reconnect`.",
        ["timestamp"],
        timestamp={**_ID, "description": "Retell's clock, in ms since the epoch. Echo it."},
    ),
    "CallDetails": _inbound_frame(
        "call_details",
        "Sent at once if the config asked for it.",
        ["call"],
        call={"$ref": "#/$defs/Call"},
    ),
    "UpdateOnly": _inbound_frame(
        "update_only",
        "The transcript changed, or the turn passed on. Wants no answer.",
        [],
        transcript=_TRANSCRIPT,
        transcript_with_tool_calls=_WITH_TOOLS,
        turntaking={
            "enum": ["agent_turn", "user_turn"],
            "description": "`agent_turn`: the agent is about to speak. `user_turn`: the caller is.",
        },
    ),
    "ResponseRequired": _inbound_frame(
        "response_required",
        "The caller's turn seems over; an answer is wanted.",
        ["response_id"],
        response_id=_ASK_ID,
        transcript=_TRANSCRIPT,
        transcript_with_tool_calls=_WITH_TOOLS,
    ),
    "ReminderRequired": _inbound_frame(
        "reminder_required",
        "The caller has been silent; a nudge is wanted, not the last answer again.",
        ["response_id"],
        response_id=_ASK_ID,
        transcript=_TRANSCRIPT,
        transcript_with_tool_calls=_WITH_TOOLS,
    ),
}
"""What Retell sends, by the name of the type that `inbound.parse` gives."""


def inbound_schema() -> Schema:
    """JSON Schema of every frame that Retell sends. Unknown fields are allowed."""
    return {
        "$schema": DIALECT,
        "title": "Frames from Retell",
        "description": f"Every message that Retell sends on the Custom LLM WebSocket ({REFERENCE}).",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in INBOUND_FRAMES],
        "$defs": _copied({**INBOUND_FRAMES, **INBOUND_PARTS}),
    }


def outbound_schema() -> Schema:
    """JSON Schema of every frame that flowengine sends. Nothing else is allowed in them."""
    return {
        "$schema": DIALECT,
        "title": "Frames to Retell",
        "description": f"Every message that flowengine sends on the Custom LLM WebSocket ({REFERENCE}).",
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in FRAMES.values()],
        "$defs": _outbound_definitions(),
    }


_HEARD: Final = [{"role": "agent", "content": "Hello, this is Bright Smile Dental."}]

EXAMPLES: Final[dict[str, Schema]] = {
    "PingPong": {"interaction_type": "ping_pong", "timestamp": 1795363200000},
    "CallDetails": {
        "interaction_type": "call_details",
        "call": {
            "call_id": "call_5f2c",
            "agent_id": "agent_91d0",
            "call_type": "phone_call",
            "call_status": "ongoing",
            "from_number": "+14155550123",
            "to_number": "+14155550100",
            "direction": "inbound",
            "metadata": {},
            "retell_llm_dynamic_variables": {"customer_name": "Anna"},
            "opt_out_sensitive_data_storage": False,
        },
    },
    "UpdateOnly": {
        "interaction_type": "update_only",
        "transcript": [
            *_HEARD,
            {
                "role": "user",
                "content": "Hi there",
                "words": [
                    {"word": "Hi", "start": 2.1, "end": 2.3},
                    {"word": "there", "start": 2.3, "end": 2.6},
                ],
            },
        ],
        "turntaking": "user_turn",
    },
    "ResponseRequired": {
        "interaction_type": "response_required",
        "response_id": 1,
        "transcript": [*_HEARD, {"role": "user", "content": "Hi there, do you have anything on Tuesday?"}],
    },
    "ReminderRequired": {"interaction_type": "reminder_required", "response_id": 2, "transcript": _HEARD},
    "ConfigFrame": {"response_type": "config", "config": {"auto_reconnect": True, "call_details": True}},
    "UpdateAgent": {
        "response_type": "update_agent",
        "agent_config": {
            "responsiveness": 0.9,
            "interruption_sensitivity": 0.8,
            "reminder_trigger_ms": 8000,
            "reminder_max_count": 3,
        },
    },
    "Pong": {"response_type": "ping_pong", "timestamp": 1795363200000},
    "Response": {
        "response_type": "response",
        "response_id": 1,
        "content": "I'm putting you through.",
        "content_complete": True,
        "no_interruption_allowed": True,
        "transfer_number": "+14155550199",
        "show_transferee_as_caller": True,
    },
    "AgentInterrupt": {
        "response_type": "agent_interrupt",
        "interrupt_id": 1,
        "content": "If this is an emergency, please hang up and dial 911 now.",
        "content_complete": True,
        "no_interruption_allowed": True,
    },
    "ToolCallInvocation": {
        "response_type": "tool_call_invocation",
        "tool_call_id": "call_5f2c:book:1",
        "name": "book_appointment",
        "arguments": '{"day": "2026-11-24"}',
    },
    "ToolCallResult": {
        "response_type": "tool_call_result",
        "tool_call_id": "call_5f2c:book:1",
        "content": '{"status": "booked"}',
        "successful": True,
    },
    "MetadataFrame": {"response_type": "metadata", "metadata": {"stage": "confirm"}},
}
"""One example of each message, by the name of its type."""


def asyncapi() -> Schema:
    """The channel as an AsyncAPI 2.6 document, seen from the server: it takes what is published to it."""
    definitions = {**INBOUND_FRAMES, **INBOUND_PARTS, **_outbound_definitions()}
    names = [*INBOUND_FRAMES, *(model.__name__ for model in FRAMES.values())]
    return {
        "asyncapi": "2.6.0",
        "info": {
            "title": "Custom LLM WebSocket, as served by flowengine",
            "version": __version__,
            "description": f"Retell AI dials one WebSocket per call. Its own reference is {REFERENCE}.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "flowengine": {
                "url": "{host}",
                "protocol": "wss",
                "description": "The base URL that is entered in Retell, without the channel's path.",
                "variables": {
                    "host": {"description": "Where flowengine can be reached.", "default": "example.com"}
                },
            }
        },
        "channels": {
            "/llm-websocket/{call_id}": {
                "description": "One socket of one call. Text frames only, each one JSON object.",
                "parameters": {
                    "call_id": {
                        "description": "The call's id, put there by Retell; the same after a redial.",
                        "schema": {"type": "string"},
                    }
                },
                "publish": {
                    "operationId": "receiveFromRetell",
                    "summary": "What Retell sends and flowengine receives.",
                    "message": {"oneOf": [_message(name) for name in INBOUND_FRAMES]},
                },
                "subscribe": {
                    "operationId": "sendToRetell",
                    "summary": "What flowengine sends and Retell receives.",
                    "message": {"oneOf": [_message(model.__name__) for model in FRAMES.values()]},
                },
            }
        },
        "components": {
            "messages": {name: _described(name, definitions[name]) for name in names},
            "schemas": _moved(definitions),
        },
    }


def _message(name: str) -> Schema:
    return {"$ref": f"#/components/messages/{name}"}


def _described(name: str, schema: Schema) -> Schema:
    example = EXAMPLES[name]
    return {
        "name": example.get("interaction_type", example.get("response_type")),
        "title": name,
        "summary": schema["description"],
        "payload": {"$ref": f"#/components/schemas/{name}"},
        "examples": [{"payload": _copied(example)}],
    }


def _moved(value: Any) -> Any:
    """A copy whose references point into `components`."""
    if isinstance(value, dict):
        return {
            key: item.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(item)
            for key, item in value.items()
        }
    return [_moved(item) for item in value] if isinstance(value, list) else value


def _outbound_definitions() -> dict[str, Schema]:
    frames: dict[str, Schema] = {}
    parts: dict[str, Schema] = {}
    for model in FRAMES.values():
        schema = model.model_json_schema()
        for name, part in schema.pop("$defs", {}).items():
            parts[name] = _tidied(part)
        frames[model.__name__] = _ruled(model, _tidied(schema))
    return {**frames, **parts}


def _tidied(schema: Schema) -> Schema:
    """Without titles and defaults; an optional field is absent, never null."""
    properties = {}
    for name, found in schema["properties"].items():
        field = {key: value for key, value in found.items() if key not in ("title", "default")}
        choices = [choice for choice in field.pop("anyOf", []) if choice != {"type": "null"}]
        types = {choice.get("type") for choice in choices}
        if types == {"integer", "number"}:
            choices = [choice for choice in choices if choice["type"] == "number"]
        for choice in choices:
            field = {**choice, **field}
        properties[name] = field
    tidy = {key: value for key, value in schema.items() if key != "title"}
    return {**tidy, "properties": properties}


def _ruled(model: type[Outbound], schema: Schema) -> Schema:
    """With the type required, and with the rules that hold between fields."""
    fields = schema["properties"]
    fields["response_type"].pop("type", None)
    schema["required"] = ["response_type", *schema.get("required", [])]
    rules: list[Schema] = []
    actions = [
        name for name in ("end_call", "transfer_number", "digit_to_press") if name in model.model_fields
    ]
    for i, one in enumerate(actions):
        for other in actions[i + 1 :]:
            both: Schema = {"required": [one, other]}
            if one == "end_call":
                both["properties"] = {"end_call": {"const": True}}
            rules.append({"not": both})
    if "show_transferee_as_caller" in fields:
        alone = {"not": {"required": ["show_transferee_as_caller"]}}
        rules.append({"anyOf": [{"required": ["transfer_number"]}, alone]})
    if rules:
        schema["allOf"] = rules
    if "arguments" in fields:
        fields["arguments"]["contentMediaType"] = "application/json"
    return schema


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
