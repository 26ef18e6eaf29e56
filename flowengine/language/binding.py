"""Nodes to models: pydantic checks the data, its problems are mapped back to lines and columns.

What is wrong is cut out and the rest is looked at again, so that one misspelt key does not hide the problems of the
checks that come later.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from flowengine.language.document.base import Entry
from flowengine.language.flow import Source
from flowengine.language.problems import Problem, did_you_mean
from flowengine.language.reader import Node

Loc = Sequence[str | int]
M = TypeVar("M", bound=Entry)
_ROUNDS = 6


def bind(model: type[M], node: Node) -> tuple[M | None, list[Problem]]:
    """The model of this node, and what is wrong with it. None if nothing can be made of it."""
    data = node.data()
    problems: list[Problem] = []
    cut: set[tuple[str | int, ...]] = set()
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(data), problems
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=True)
        earlier = frozenset(cut)
        # what is missing where something was cut out is our doing
        problems += [
            _problem(model, node, detail) for detail in details if not _within(detail["loc"], earlier)
        ]
        left = [_cut(data, detail["loc"], detail["type"], earlier, cut) for detail in details]
        if not all(left):
            break
    return None, list(dict.fromkeys(problems))


def _place(node: Node, loc: Loc) -> tuple[Node, list[str | int], str | None]:
    """The deepest node that a loc leads to, the path there, and the first part that is not in the file."""
    path: list[str | int] = []
    for part in loc:
        if isinstance(part, str) and part.startswith("<"):
            continue  # the branch of a union
        child = node.child(part) if isinstance(part, int) or node.kind == "mapping" else None
        if child is None:
            return node, path, str(part)
        node = child
        path.append(part)
    return node, path, None


def _problem(model: type[Entry], root: Node, detail: Any) -> Problem:
    loc, kind = detail["loc"], detail["type"]
    if kind == "extra_forbidden":
        parent, path, _ = _place(root, loc[:-1])
        key = str(loc[-1])
        owner = _owner(model, path)
        known = [field.alias or name for name, field in owner.model_fields.items()] if owner else []
        noun = owner.noun if owner else "this mapping"
        message = f"{noun} has no key '{key}'{did_you_mean(key, known)}"
        hint = f"keys of {noun}: {', '.join(known)}" if known else None
        return Problem("error", "unknown-key", message, parent.key_where(key), hint)
    node, path, lost = _place(root, loc)
    if kind == "missing":
        owner = _owner(model, path)
        noun = owner.noun if owner else "this mapping"
        where = Source(node.file, 1, 1) if not path else node.where
        return Problem("error", "missing-key", f"{noun} needs '{lost}'", where, _needed(owner, lost))
    owner = _owner(model, path)
    advice = _advice(kind, detail["msg"], node) or _description(_owner(model, path[:-1]), path[-1:])
    if advice is None and owner is not None:
        advice = f"keys of {owner.noun}: {', '.join(field.alias or name for name, field in owner.model_fields.items())}"
    advice = advice or "see docs/reference/language.md"
    return Problem("error", *_wrong(kind, detail, node), node.where, advice)


def _needed(owner: type[Entry] | None, key: str | None) -> str:
    about = _description(owner, [key or ""])
    return f"add `{key}: ...`" + (f" ({about[:1].lower()}{about[1:].rstrip('.')})" if about else "")


def _description(owner: type[Entry] | None, keys: Loc) -> str | None:
    """What the flow file's author is told about a key."""
    for key in keys:
        for name, field in owner.model_fields.items() if owner else ():
            if key == (field.alias or name):
                return field.description
    return None


def _wrong(kind: str, detail: Any, node: Node) -> tuple[str, str]:
    context = detail.get("ctx", {})
    found = _found(node)
    expected = {
        "string_type": "a text",
        "bool_type": "true or false",
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "float_type": "a number",
        "dict_type": "keys with values",
        "list_type": "a list",
        "model_type": "keys with values",
        "model_attributes_type": "keys with values",
        "finite_number": "a finite number",
    }.get(kind)
    if kind == "expected":
        expected = detail["msg"]
    elif kind == "literal_error":
        expected = "one of " + context.get("expected", "").replace(" or ", ", ")
    elif kind in ("greater_than_equal", "less_than_equal"):
        bound = context.get("ge", context.get("le"))
        expected = f"a number of at {'least' if kind.startswith('greater') else 'most'} {bound}"
    elif kind in ("too_short", "too_long"):
        length = context.get("min_length", context.get("max_length"))
        expected = (
            f"{'at least' if kind == 'too_short' else 'at most'} {length} item{'s' if length != 1 else ''}"
        )
    elif kind == "string_too_short":
        expected = "a name"
    elif kind == "string_pattern_mismatch":
        expected = "letters, digits, _ and -, beginning with a letter"
    if expected is None:
        return "wrong-value", str(detail["msg"])
    return "wrong-value", f"expected {expected}, found {found}"


def _found(node: Node) -> str:
    if node.kind == "mapping":
        return "keys with values" if node.pairs else "an empty mapping"
    if node.kind == "list":
        return "a list" if node.items else "an empty list"
    value = node.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return node.written
    if isinstance(value, int | float):
        return f"the number {node.written}"
    short = value if len(value) <= 40 else value[:37] + "..."
    return f"the text '{short}'"


def _advice(kind: str, message: str, node: Node) -> str | None:
    if kind in ("string_type", "expected") and node.kind == "scalar" and node.value is None:
        return "write a value after the colon, or delete the key"
    if kind == "string_type" and node.kind == "scalar":
        return f'put it in quotes if it is a text: "{node.written}"'
    if kind == "list_type" and node.kind == "mapping":
        return "begin each item with `- `"
    if kind == "list_type":
        return "write a list: `[a, b]`, or one `- item` in each line"
    if kind in ("bool_type",):
        return "YAML 1.2 knows only true and false; yes, no, on and off are texts"
    if kind == "dict_type" and node.kind == "list":
        return "leave out the `- ` and write `key: value`"
    if kind == "expected" and "text" in message and isinstance(node.value, int | float):
        return f'put it in quotes if it is a text: "{node.written}"'
    return None


def _owner(model: type[Entry], path: Loc) -> type[Entry] | None:
    """The model that describes the mapping at this path."""
    annotation: Any = model
    for part in path:
        owner = _entry_in(annotation)
        if owner is not None and isinstance(part, str):
            field = next((f for name, f in owner.model_fields.items() if (f.alias or name) == part), None)
            if field is None:
                return None
            annotation = field.annotation
        else:
            annotation = _inside(annotation)
    return _entry_in(annotation)


def _entry_in(annotation: Any) -> type[Entry] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation if issubclass(annotation, Entry) else None
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated):
        return next((found for part in typing.get_args(annotation) if (found := _entry_in(part))), None)
    return None


def _inside(annotation: Any) -> Any:
    """The type of the values in a dict or list."""
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin in (dict, list) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return arguments[-1]
    if origin in (typing.Union, types.UnionType, typing.Annotated):
        for part in arguments:
            if (found := _inside(part)) is not None:
                return found
    return None


def _path(loc: Loc) -> tuple[str | int, ...]:
    """A loc without the branches of unions."""
    return tuple(part for part in loc if not (isinstance(part, str) and part.startswith("<")))


def _within(loc: Loc, cut: frozenset[tuple[str | int, ...]]) -> bool:
    path = _path(loc)
    return any(path[:size] in cut for size in range(1, len(path) + 1))


def _cut(
    data: Any, loc: Loc, kind: str, earlier: frozenset[tuple[str | int, ...]], cut: set[tuple[str | int, ...]]
) -> bool:
    """Take what is wrong out of the data. False when that leaves nothing to look at."""
    path = _path(loc)
    if kind == "missing":
        path = path[:-1]
    while path in earlier:
        path = path[:-1]  # that was not enough
    if not path:
        return False
    cut.add(path)
    for part in path[:-1]:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return True  # went with something around it
    last = path[-1]
    if isinstance(data, dict):
        data.pop(last, None)
    elif isinstance(data, list) and isinstance(last, int) and last < len(data):
        data[last] = {}  # so that the indices of what follows stay right
    return True
