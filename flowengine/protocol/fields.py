"""The types of the fields that are sent, and what is checked about each."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from flowengine.protocol.inbound import MAX_DEPTH, MAX_INTEGER, kind_of
from flowengine.protocol.text import SENDABLE, sendable


def _json_object_text(text: str) -> str:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        raise ValueError(f"must be a JSON object as text: {problem}") from None
    if not isinstance(value, dict):
        raise ValueError(f"must be a JSON object as text, not {kind_of(value)}")
    return text


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _json_copy(value: object, where: str = "metadata", depth: int = 0) -> object:
    """A copy made of plain JSON data, so that a later change of the original cannot reach the frame."""
    if depth > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    match value:
        case str():
            return sendable(value)
        case None | bool() | int():
            return value
        case float():
            if not math.isfinite(value):
                raise ValueError(f"{where}: {value} is not JSON")
            return value
        case Mapping():
            copy: dict[str, object] = {}
            for key, item in value.items():
                if not isinstance(key, str):
                    raise ValueError(f"{where}: a key must be a string, not {kind_of(key)}")
                copy[sendable(key)] = _json_copy(item, f"{where}.{key}", depth + 1)
            return copy
        case list() | tuple():
            return [_json_copy(item, f"{where}[{i}]", depth + 1) for i, item in enumerate(value)]
        case _:
            raise ValueError(f"{where}: a {type(value).__name__} is not JSON")


Id: TypeAlias = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Text: TypeAlias = Annotated[str, Field(pattern=SENDABLE)]
Token: TypeAlias = Annotated[str, Field(pattern=SENDABLE, min_length=1)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Milliseconds: TypeAlias = (
    Annotated[int, Field(gt=0, le=MAX_INTEGER)]
    | Annotated[float, Field(gt=0, le=MAX_INTEGER, allow_inf_nan=False)]
)
Digits: TypeAlias = Annotated[str, Field(pattern=r"^[0-9*#]+$")]
PhoneNumber: TypeAlias = Annotated[
    str, Field(pattern=r"^(\+?[0-9][0-9 ().-]*[0-9]([,;x*#][0-9A-Za-z=,;*#]*)?|sips?:[^\s\x00-\x1f]+)$")
]
ArgumentsText: TypeAlias = Annotated[str, Field(pattern=SENDABLE), AfterValidator(_json_object_text)]
JsonObject: TypeAlias = Annotated[dict[str, Any], BeforeValidator(_json_copy)]
