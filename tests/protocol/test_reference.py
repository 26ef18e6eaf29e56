"""The protocol page shows every message, every field, and only frames that are right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from flowengine.protocol.schemas import inbound_schema, outbound_schema

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "protocol.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def fields(schema: dict[str, Any]) -> set[str]:
    return {name for definition in schema["$defs"].values() for name in definition["properties"]}


def test_the_examples_are_right_and_show_every_message() -> None:
    seen = set()
    for example in EXAMPLES:
        if "interaction_type" in example:
            Draft202012Validator(inbound_schema()).validate(example)
            seen.add(("in", example["interaction_type"]))
        else:
            Draft202012Validator(outbound_schema()).validate(example)
            seen.add(("out", example["response_type"]))
    assert len(seen) == 13


def test_every_field_is_named() -> None:
    named = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert fields(inbound_schema()) | fields(outbound_schema()) <= named
