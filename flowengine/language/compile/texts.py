"""Texts, values and guards: compiled once, with the place they stand at."""

from __future__ import annotations

from typing import Any

from flowengine.language.compile.build import Build, Reading, Unit
from flowengine.language.document.base import LANGUAGE_TAG
from flowengine.language.flow import Lines, Source
from flowengine.language.problems import listed
from flowengine.language.reader import Node
from flowengine.language.templates import FILTER_NAMES, Expression, Template, TemplateError, Value


def lines(build: Build, unit: Unit, node: Node) -> Lines:
    """A spoken text: one, a list of them (tapered), or either by language. Never empty."""
    node = in_language(build, unit, node) if node.kind == "mapping" else node
    if node.kind == "list":
        if not node.items:
            build.error("empty-text", "the list of texts is empty", node.where, "write at least one text")
            return (Template(""),)
        return tuple(_line(build, unit, item) for item in node.items)
    return (_line(build, unit, node),)


def _line(build: Build, unit: Unit, node: Node) -> Template:
    node = in_language(build, unit, node) if node.kind == "mapping" else node
    if not isinstance(node.value, str):
        return Template("")  # reported already as no text
    if not node.value.strip():
        hint = "write what is said, or delete the key"
        build.error("empty-text", "the text is empty", node.where, hint)
    return template(build, unit, node, spoken=True)


def in_language(build: Build, unit: Unit, node: Node) -> Node:
    """The text of a `{en: ..., es: ...}` in the flow's language."""
    for tag in node.pairs:
        if not LANGUAGE_TAG.match(tag):
            hint = "a text is a text, a list of texts, or {en: ..., es: ...}"
            build.error("unknown-language", f"'{tag}' is no language", node.key_where(tag), hint)
            return node.pairs[tag]
    wanted = unit.language
    for tag in (wanted, wanted.partition("-")[0]):
        if tag in node.pairs:
            return node.pairs[tag]
    near = next((tag for tag in node.pairs if tag.partition("-")[0] == wanted.partition("-")[0]), None)
    if near is not None:
        return node.pairs[near]
    message = f"the text is missing in the flow's language '{wanted}'"
    build.error("missing-language", message, node.where, f"add `{wanted}: ...`; it has {listed(node.pairs)}")
    return next(iter(node.pairs.values()), node)


def template(build: Build, unit: Unit, node: Node, *, spoken: bool = False) -> Template:
    """A text as a template. A spoken one loses the line breaks that YAML blocks bring."""
    source = str(node.value) if isinstance(node.value, str) else node.written
    if spoken and "\n" in source:
        source = " ".join(source.split())
    try:
        compiled = Template(source, str(node.where), unit.language)
    except TemplateError as error:
        _bad(build, unit, node, error)
        return Template("", str(node.where), unit.language)
    if compiled.names or spoken:
        build.readings.append(Reading(unit, compiled, node, spoken))
    return compiled


def expression(build: Build, unit: Unit, node: Node) -> Expression | None:
    """A guard. None if it is no expression."""
    if not isinstance(node.value, str):
        return None
    if "{{" in node.value:
        hint = "an `if` is an expression already: write it without {{ }}"
        build.error("bad-template", "an expression stands without {{ }}", node.where, hint)
        return None
    try:
        compiled = Expression(node.value, str(node.where), unit.language)
    except TemplateError as error:
        _bad(build, unit, node, error)
        return None
    build.readings.append(Reading(unit, compiled, node, False))
    return compiled


def _bad(build: Build, unit: Unit, node: Node, error: TemplateError) -> None:
    where = node.where
    if error.near:
        where = unit.text_of(node).find(node, error.near)
    if where == node.where and error.line > 1:
        where = Source(node.file, min(node.start.line + error.line, max(node.end.line, node.start.line)), 1)
    hint = "a template is text with {{ value }} and {% if condition %} ... {% endif %}"
    if "filter" in error.message:
        hint = f"filters: {', '.join(sorted(FILTER_NAMES))}"
    elif "is unexpected" in error.message or "too early" in error.message:
        hint = "text inside an expression stands in quotes; operators are == != < > and, or, not, in"
    build.error("bad-template", f"not a template: {error.message}", where, hint)


def value(build: Build, unit: Unit, node: Node) -> Value:
    """Plain data with templates at the leaves."""
    if node.kind == "mapping":
        return {key: value(build, unit, child) for key, child in node.pairs.items()}
    if node.kind == "list":
        return tuple(value(build, unit, child) for child in node.items)
    if isinstance(node.value, str) and "{" in node.value:
        compiled = template(build, unit, node)
        return node.value if compiled.is_plain and compiled.source == node.value else compiled
    return node.value


def values(build: Build, unit: Unit, node: Node) -> dict[str, Value]:
    """A mapping of values."""
    return {key: value(build, unit, child) for key, child in node.pairs.items()}


def names(node: Node) -> list[tuple[str, Node]]:
    """One name or several, each with its node."""
    found: list[Any] = node.items if node.kind == "list" else [node]
    return [(item.written, item) for item in found if isinstance(item.value, str)]
