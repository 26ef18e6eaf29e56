"""JSON Schema of the flow file, for editors. It accepts every valid flow; the loader checks more."""

from __future__ import annotations

from typing import Any

from flowengine.language.document import FlowFile, SharedFile

_MAPS = frozenset({"properties", "$defs"})
_DIALECT = "http://json-schema.org/draft-07/schema#"


def flow_schema() -> dict[str, Any]:
    """The schema of a flow file as plain data (draft 07, which editors' YAML support knows best)."""
    return _schema(FlowFile, "flow file", "A flowengine flow: one phone conversation as a state machine.")


def include_schema() -> dict[str, Any]:
    """The schema of a file that flows include."""
    return _schema(SharedFile, "included file", "What flowengine flows share by `include:`.")


def _schema(model: type[SharedFile], title: str, description: str) -> dict[str, Any]:
    schema = _tidied(
        model.model_json_schema(by_alias=True, mode="validation", ref_template="#/definitions/{model}")
    )
    definitions = schema.pop("$defs", {})
    head = {"$schema": _DIALECT, "title": title, "description": description}
    rest = {key: value for key, value in schema.items() if key not in head}
    return {**head, **rest, "definitions": definitions}


def _tidied(node: Any) -> Any:
    """Without what pydantic adds for itself: nulls that no file may hold, defaults of null, titles made of names."""
    if isinstance(node, list):
        return [_tidied(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidy = {
        # a mapping of keys to schemas is no schema: a key may be called `default`
        key: {name: _tidied(one) for name, one in value.items()} if key in _MAPS else _tidied(value)
        for key, value in node.items()
        if key != "title"
    }
    if tidy.get("default", ...) in (None, {}, []) or isinstance(tidy.get("default"), dict):
        tidy.pop("default", None)
    branches = tidy.get("anyOf")
    if isinstance(branches, list):
        kept = [branch for branch in branches if branch != {"type": "null"}]
        if len(kept) == 1:
            del tidy["anyOf"]
            tidy = {**kept[0], **tidy}
        else:
            tidy["anyOf"] = kept
    if "oneOf" in tidy and "discriminator" not in tidy:
        tidy["anyOf"] = tidy.pop("oneOf")  # a number that is whole is both an integer and a number
    return tidy
