"""Every message as JSON Schema definitions: the inbound ones written here, the outbound ones from the models."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from flowengine.protocol.inbound import MAX_INTEGER
from flowengine.protocol.outbound import FRAMES, Outbound

Schema: TypeAlias = dict[str, Any]

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


def outbound_definitions() -> dict[str, Schema]:
    """What is sent, by the name of the model, frames first."""
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
