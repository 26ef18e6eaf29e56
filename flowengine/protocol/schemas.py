"""The channel described for other programs: JSON Schema (2020-12) of both directions, and AsyncAPI 2.6.

The outbound schemas come from the models. The inbound ones describe what Retell documents; `inbound.parse` takes
all that they allow and forgives more, and the tests hold the two together.
"""

from __future__ import annotations

from typing import Any, Final

from flowengine import __version__
from flowengine.protocol.described import INBOUND_FRAMES, INBOUND_PARTS, Schema, outbound_definitions
from flowengine.protocol.examples import EXAMPLES
from flowengine.protocol.outbound import FRAMES

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
REFERENCE: Final = "https://docs.retellai.com/api-references/llm-websocket"


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
        "$defs": outbound_definitions(),
    }


def asyncapi() -> Schema:
    """The channel as an AsyncAPI 2.6 document, seen from the server: it takes what is published to it."""
    definitions = {**INBOUND_FRAMES, **INBOUND_PARTS, **outbound_definitions()}
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


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
