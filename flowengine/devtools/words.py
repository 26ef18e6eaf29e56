"""Values as people read them: `Ann Smith`, `status booked, reference B47`, `nothing`; never as Python writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def plainly(value: Any) -> str:
    """A value in running text: texts without quotes, mappings as `key value, key value`."""
    if isinstance(value, str):
        return value or "(empty)"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_inner(one)}" for key, one in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(map(_inner, value)) or "nothing"
    return _atom(value)


def exactly(value: Any) -> str:
    """A value that is compared, as it stands in a test file: texts in quotes, `{key: value}`, `null`, `true`."""
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {exactly(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(exactly, value)) + "]"
    return "null" if value is None else _atom(value)


def _inner(value: Any) -> str:
    return f"({plainly(value)})" if isinstance(value, Mapping | list | tuple) else plainly(value)


def _atom(value: Any) -> str:
    if value is None:
        return "nothing"
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)
