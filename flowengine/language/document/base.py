"""What all models of the flow file share: strictness, texts, names, durations, patterns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    StringConstraints,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

_DURATION = re.compile(r"(\d{1,7}(?:\.\d{1,3})?)(ms|s|m|h)\Z")
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")


class Entry(BaseModel):
    """A mapping of the flow file: no unknown keys, no conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)
    noun: ClassVar[str] = "this mapping"


def expected(what: str) -> PydanticCustomError:
    """A value of the wrong kind; the reporter adds what was found."""
    return PydanticCustomError("expected", what)


def _kind_of(wanted: dict[type, str]) -> Callable[[Any], str | None]:
    def kind(value: Any) -> str | None:
        for accepted, tag in wanted.items():
            if isinstance(value, accepted) and not (isinstance(value, bool) and accepted is not bool):
                return tag
        return None

    return kind


def one_of(what: str, wanted: dict[type, str]) -> Discriminator:
    """Choose a branch of a union by the kind of the value, so that only that branch reports problems."""
    return Discriminator(
        _kind_of(wanted),
        custom_error_type="expected",
        custom_error_message=what,
    )


def duration_ms(text: str) -> int | None:
    """Milliseconds of "500ms", "10s", "1.5m"; None if it is no duration."""
    found = _DURATION.match(text)
    return None if found is None else round(float(found.group(1)) * _UNITS[found.group(2)])


def _check_duration(text: str) -> str:
    ms = duration_ms(text)
    if ms is None:
        raise expected("a duration such as 500ms, 10s or 1m")
    if ms > 86_400_000:
        raise expected("a duration of at most 24h")
    return text


Duration = Annotated[
    str,
    AfterValidator(_check_duration),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\d+(\.\d+)?(ms|s|m|h)$", "examples": ["500ms", "10s", "1m"]}
    ),
]

Name = Annotated[str, StringConstraints(min_length=1)]

Names = Annotated[
    Annotated[Name, Tag("<name>")] | Annotated[list[Name], Tag("<names>")],
    one_of("a name or a list of names", {str: "<name>", list: "<names>"}),
]
"""One name or several."""

_BY_LANGUAGE = {str: "<text>", list: "<texts>"}
ByLanguage = dict[
    str,
    Annotated[
        Annotated[str, Tag("<text>")] | Annotated[list[str], Tag("<texts>")],
        one_of("a text or a list of texts", _BY_LANGUAGE),
    ],
]
_Line = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[dict[str, str], Tag("<by language>")],
    one_of("a text", {str: "<text>", dict: "<by language>"}),
]
Text = Annotated[
    Annotated[str, Tag("<text>")]
    | Annotated[list[_Line], Tag("<texts>")]
    | Annotated[ByLanguage, Tag("<by language>")],
    one_of("a text", {str: "<text>", list: "<texts>", dict: "<by language>"}),
]
"""What is spoken: a text, a list of them (tapered), or either by language."""

Number = Annotated[
    Annotated[int, Tag("<int>")] | Annotated[float, Tag("<float>")] | Annotated[str, Tag("<template>")],
    one_of("a number", {int: "<int>", float: "<float>", str: "<template>"}),
]
"""A number, or a template that gives one."""

Spec = Annotated[
    Any,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {}, "minItems": 1},
                {"type": "object", "minProperties": 1},
            ]
        }
    ),
]
"""A pattern; `compile_pattern` says what is wrong with it."""


def _check_true(value: object) -> object:
    if value is not True:
        raise expected("true (leave the key out to say no)")
    return value


Yes = Annotated[Any, AfterValidator(_check_true), WithJsonSchema({"const": True})]
"""A key that is either `true` or not there."""
