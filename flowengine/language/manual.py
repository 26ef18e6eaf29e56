"""Pages of the reference that are made from the code: the checks, and the keys of the flow file."""

from __future__ import annotations

import inspect
import textwrap
import types
import typing
from types import ModuleType
from typing import Any

from flowengine.language.checks import REGISTRY
from flowengine.language.document.base import Entry

LOADER_CODES: dict[str, str] = {
    "no-file": "The file does not exist, is a folder or may not be read.",
    "file-too-large": "A flow file may have 1 MiB. Split it with `include:` or sub-flows.",
    "not-utf-8": "The file is not UTF-8 text.",
    "empty-file": "Nothing but comments is in the file.",
    "not-a-mapping": "The file holds a list or a single value instead of keys with values.",
    "yaml-syntax": "The text is no YAML: tabs, brackets or quotes that are not closed, a colon too many ...",
    "several-documents": "One file holds one flow; `---` begins a second document.",
    "too-deep": "Mappings and lists are nested more than 60 levels deep.",
    "too-many-nodes": "More than 100,000 values, aliases written out.",
    "duplicate-key": "A key stands twice in one mapping; the second would silently replace the first.",
    "bad-key": "A key is a list, a mapping or nothing.",
    "merge-key": "`<<` is not part of YAML 1.2; share things by `include:`.",
    "unknown-tag": "A tag such as `!!binary` has no meaning in a flow.",
    "bad-alias": "An alias `*x` without its `&x` above it, or inside itself.",
    "not-a-number": "`.inf`, `.nan` or a number too large to be one.",
    "no-c-parser": "PyYAML was installed without libyaml.",
    "unknown-key": "A key that this mapping does not have; often a slip.",
    "missing-key": "A key that must be there, or that another key needs.",
    "no-value": "A key with nothing after its colon.",
    "wrong-value": "A value of the wrong kind or out of its range.",
    "bad-name": "Names are letters, digits and `_`, and do not begin with a digit.",
    "duplicate-name": "Something is declared twice, perhaps by an included file.",
    "name-clash": "Two things that templates see have the same name, or a name that is taken.",
    "bad-template": "A text or guard that Jinja2 cannot read, or that uses what flows may not use.",
    "bad-pattern": "A phrase without words, an empty list, or a regular expression with an error.",
    "bad-slot-type": "A `python:` slot type that cannot be loaded.",
    "bad-include": "A file is included twice, includes itself, or is no YAML file.",
    "recursive-call": "A sub-flow would call itself.",
    "empty-text": "A text with nothing in it.",
    "empty-handler": "A handler with nothing in it.",
    "empty-state": "A state with nothing in it.",
    "missing-language": "A text by language lacks the flow's own.",
    "parent-acts": "A state with states inside asks, calls or moves itself.",
    "several-moves": "Two moves in one place; the first has left already.",
    "move-not-last": "Actions after a move, which is always done last.",
    "first-outside-global": "`first` means something under `global` only.",
    "count-without-counter": "`count` under an event that is not counted.",
    "no-words": "`intent`, `match` or `slot` under an event that brings no words.",
    "agent-setting": "A state changes an agent setting that the flow does not set, so it could not be set back.",
    "retries-on-write": "Only tools with `effect: read` are tried again.",
    "open-host": "A template decides which host is called, and `hosts` does not say which it may be.",
}
"""Problems that reading and compiling report by themselves, and what they mean."""


def checks_page() -> str:
    """docs/reference/checks.md."""
    parts = [
        "# Checks",
        "Every problem has a place, a code and a hint. Errors keep a flow from being used, warnings do not. This page "
        "is made from the checks themselves (`python -m flowengine.language.manual`).",
    ]
    for module in sorted(REGISTRY, key=lambda module: module.__name__):
        parts.append(_check(module))
    parts.append("## Reading and compiling")
    rows = [f"| `{code}` | {text} |" for code, text in sorted(LOADER_CODES.items())]
    parts.append("\n".join(["| Code | Meaning |", "|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _check(module: ModuleType) -> str:
    text = inspect.cleandoc(module.__doc__ or "")
    title, _, body = text.partition("\n")
    codes = ", ".join(f"`{code}`" for code in module.CODES)
    return f"## {title.rstrip('.')}\n\n{codes}\n\n{_fenced(body.strip())}"


def _fenced(body: str) -> str:
    """Indented blocks as YAML blocks."""
    blocks: list[str] = []
    for block in body.split("\n\n"):
        if block.startswith("    "):
            if blocks and blocks[-1].endswith("```"):
                blocks[-1] = blocks[-1][:-3] + "\n" + textwrap.dedent(block) + "\n```"
            else:
                blocks.append(f"```yaml\n{textwrap.dedent(block)}\n```")
        else:
            blocks.append(block)
    return "\n\n".join(blocks)


def key_table(model: type[Entry]) -> str:
    """The keys of a mapping as a table: key, type, meaning."""
    rows = ["| Key | Type | Meaning |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        kind = _kind(field.annotation, field.metadata)
        note = " Required." if field.is_required() else ""
        default = field.get_default(call_default_factory=True)
        if isinstance(default, str | int | float) and not field.is_required():
            written = str(default).lower() if isinstance(default, bool) else str(default)
            note = f" Default: `{written}`."
        description = " ".join((field.description or "").split()).replace("|", "\\|")
        rows.append(f"| `{field.alias or name}` | {kind} | {description}{note} |")
    return "\n".join(rows)


_NAMES = {str: "text", int: "whole number", float: "number", bool: "true or false", Any: "any value"}


def _kind(annotation: Any, metadata: list[Any] | None = None) -> str:
    """A type in an author's words."""
    for item in metadata or ():
        told = getattr(item, "custom_error_message", None)
        if told:
            return _shorter(str(told))
        schema = getattr(item, "json_schema", None)
        if isinstance(schema, dict):
            return (
                "`true`" if schema.get("const") is True else "duration" if "pattern" in schema else "pattern"
            )
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _kind(arguments[0], list(arguments[1:]))
    if origin is typing.Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(dict.fromkeys(_kind(part) for part in arguments if part is not type(None)))
    if origin is list:
        return f"list of {_kind(arguments[0])}"
    if origin is dict:
        return f"mapping of names to {_kind(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return annotation.noun
    return _NAMES.get(annotation, "any value")


def _shorter(told: str) -> str:
    return told.removeprefix("a ").removeprefix("an ")


if __name__ == "__main__":
    import sys

    sys.stdout.write(checks_page())
