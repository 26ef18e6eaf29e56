"""Templates and expressions: the only file that touches Jinja2.

An author's text is compiled once, when the flow is loaded; a caller's words only ever come in as values and are
never parsed. The sandbox is closed further than Jinja's own: no attribute that starts with an underscore, no names
but those of the scope and `range`, and nothing whose cost is not bounded by the length of the text (repetition,
`**`, padding, formats with a width, nested loops, macros). Output ends with an error at `OUTPUT_CAP` characters.

Attribute look-up prefers items: `booking.status` is `booking["status"]` first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NoReturn, TypeAlias

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import do_int, do_round
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from flowengine.errors import EvaluationError

OUTPUT_CAP = 20_000
"""Longest text, in characters, that a template may render."""
RANGE_CAP = 256
"""Longest `range()`."""
_PLACES = 100
SOURCE_CAP = 20_000
"""Longest source of one template, in characters."""

_FILTERS = frozenset(
    """abs capitalize d default dictsort first float int items join last length list lower map max min reject
    rejectattr replace round select selectattr sort string sum title tojson trim truncate unique upper""".split()  # noqa: SIM905
)
_BLOCKED_METHODS = frozenset(
    """center ljust rjust zfill expandtabs format format_map replace join translate to_bytes
    from_bytes""".split()  # noqa: SIM905
)
_FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from ... import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.AssignBlock: "set ... endset",
}
_WIDE_FORMAT = re.compile(r"%[^A-Za-z%]*\d")

FILTER_NAMES: frozenset[str] = _FILTERS | {"spoken", "spell", "digits"}
"""Filters that a template may use."""
GLOBAL_NAMES: frozenset[str] = frozenset({"range"})
"""Names that a template may use beside those of its scope."""


class TemplateError(ValueError):
    """A text that is no template. `line` counts from 1 inside it; `near` is a piece of it, to point at."""

    def __init__(self, message: str, line: int = 1, near: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.near = near


def _bounded_range(*bounds: int) -> range:
    made = range(*bounds)
    if len(made) > RANGE_CAP:
        raise SecurityError(f"range() is limited to {RANGE_CAP} numbers")
    return made


def _size(value: object) -> int:
    return len(value) if isinstance(value, str | bytes | list | tuple) else 0


def _checked(value: Any) -> Any:
    if _size(value) > OUTPUT_CAP:
        raise SecurityError(f"the result is longer than {OUTPUT_CAP} characters")
    return value


def _joined(values: Sequence[object]) -> str:
    return str(_checked("".join(_text(value) for value in values)))


def _join(value: Any, separator: str = "") -> str:
    pieces: list[str] = []
    length = 0
    for item in value:
        pieces.append(_text(item))
        length += len(pieces[-1]) + len(separator)
        if length > OUTPUT_CAP:
            raise SecurityError(f"the result is longer than {OUTPUT_CAP} characters")
    return str(separator).join(pieces)


def _replace(value: Any, old: str, new: str, count: int = -1) -> str:
    text, old, new = _text(value), str(old), str(new)
    if text.count(old) * len(new) + len(text) > OUTPUT_CAP:
        raise SecurityError(f"the result is longer than {OUTPUT_CAP} characters")
    return text.replace(old, new, count)


def _rounded(value: Any, precision: int = 0, method: Literal["common", "ceil", "floor"] = "common") -> Any:
    if abs(precision) > _PLACES:
        raise SecurityError(f"round() takes at most {_PLACES} places")
    return do_round(value, precision, method)


def _whole(value: Any, default: int = 0, base: int = 10) -> int:
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() > _PLACES:
        raise SecurityError("the number is too large")
    return do_int(value, default, base)


def _as_json(value: object) -> str:
    _bounded(value)
    return json.dumps(value, ensure_ascii=False)


def _bounded(value: object) -> None:
    """SecurityError if a collection, written out, holds more than `OUTPUT_CAP` values: a few may hold each other."""
    left, count = [value], 0
    while left:
        item = left.pop()
        if isinstance(item, Mapping):
            left += item.values()
        elif isinstance(item, list | tuple | set | frozenset):
            left += item
        count += 1
        if count + len(left) > OUTPUT_CAP:
            raise SecurityError(f"the result holds more than {OUTPUT_CAP} values")


def _string(value: object) -> str:
    _bounded(value)
    return str(value)


def _text(value: object) -> str:
    """A value inside a text: nothing for none, true and false as they are written in YAML."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    if callable(value):
        raise SecurityError("a function is no text; call it with ()")
    return _string(value)


def _finalize(value: object) -> object:
    return value if type(value) is str else _text(value)


class _Concatenations(NodeTransformer):
    """`a ~ b` goes through a function that caps the length: Jinja has no hook for it."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's naming
        self.generic_visit(node)
        return nodes.Filter(nodes.List(node.nodes), "_joined", [], [], None, None, lineno=node.lineno)


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, language: str) -> None:
        super().__init__(undefined=StrictUndefined, finalize=_finalize, autoescape=False, cache_size=0)
        self.globals.clear()
        self.globals["range"] = _bounded_range
        for name in [name for name in self.filters if name not in _FILTERS]:
            del self.filters[name]
        self.filters.update(_speech_filters(language), _joined=_joined, join=_join, replace=_replace)
        self.filters.update(round=_rounded, int=_whole, tojson=_as_json, string=_string)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if attr in _BLOCKED_METHODS and isinstance(obj, str | bytes | int):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:  # noqa: ARG002 - str.format is not offered at all
        return None

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        if getattr(called, "__name__", "") == "strftime" and any(
            isinstance(arg, str) and (len(arg) > 100 or _WIDE_FORMAT.search(arg))
            for arg in (*args, *kwargs.values())
        ):
            raise SecurityError("strftime: a plain format without widths, please")
        return _checked(super().call(context, called, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise SecurityError("** is not available")
        if operator == "%" and isinstance(left, str | bytes):
            raise SecurityError("% on text is not available; use ~ to join texts")
        if operator == "*":
            if not all(
                isinstance(side, int | float | complex) or _is_quantity(side) for side in (left, right)
            ):
                raise SecurityError("* works on numbers only")
            if (
                isinstance(left, int)
                and isinstance(right, int)
                and left.bit_length() + right.bit_length() > 1024
            ):
                raise SecurityError("the number is too large")
        if operator == "+" and _size(left) + _size(right) > OUTPUT_CAP:
            raise SecurityError(f"the result is longer than {OUTPUT_CAP} characters")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _refuse(tree)
        transformed = _Concatenations().visit(tree)
        assert isinstance(transformed, nodes.Template)
        return transformed


def _is_quantity(value: object) -> bool:
    from datetime import timedelta

    return isinstance(value, Decimal | timedelta)


def _refuse(tree: nodes.Node) -> None:
    for kind, written in _FORBIDDEN.items():
        if (found := tree.find(kind)) is not None:
            raise TemplateSyntaxError(f"'{written}' is not available in flows", found.lineno)
    for name in tree.find_all(nodes.Name):
        if name.name == "self":  # Jinja's own object, whatever the scope holds
            raise TemplateSyntaxError("'self' is not available in flows", name.lineno)
    for loop in tree.find_all(nodes.For):
        inner = [node for child in loop.iter_child_nodes() for node in (child, *child.find_all(nodes.For))]
        if loop.recursive or any(isinstance(node, nodes.For) for node in inner):
            raise TemplateSyntaxError("a loop inside a loop is not available in flows", loop.lineno)


def _speech_filters(language: str) -> dict[str, Callable[[object], str]]:
    def spoken(value: object) -> str:
        from flowengine.speech import speaking

        return "" if _empty(value) else speaking.spoken(value, language)

    def spell(value: object) -> str:
        from flowengine.speech import speaking

        return "" if _empty(value) else speaking.spell(value, language)

    def digits(value: object) -> str:
        from flowengine.speech import speaking

        return "" if _empty(value) else speaking.digits(value, language)

    return {"spoken": spoken, "spell": spell, "digits": digits}


def _empty(value: object) -> bool:
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    return value is None


@lru_cache(maxsize=16)
def _environment(language: str) -> _Environment:
    return _Environment(language)


@dataclass(frozen=True, slots=True)
class _Program:
    """Compiled Jinja: `text` renders, `value` gives the value of the only expression; then what it reads."""

    text: Any
    value: Any
    names: frozenset[str]
    attributes: frozenset[tuple[str, str]]
    unspoken: frozenset[str]


def _fail(error: TemplateSyntaxError | RecursionError) -> NoReturn:
    if isinstance(error, RecursionError):
        raise TemplateError("the expression is nested too deeply") from error
    message = error.message or "unknown reason"
    near = re.search(r"(?:got|tag|named|unexpected) '([^']+)'", message)
    word = near.group(1) if near else None
    if word is not None and word.startswith("end of"):
        message, word = "the expression ends too early", None
    elif "end of print statement" in message or "chunk after expression" in message:
        message = f"'{word}' is unexpected" if word else "something stands after the expression"
    elif (block := re.search(r"needs to be closed is '(\w+)'", message)) is not None:
        word = block.group(1)
        message = f"{{% {word} %}} is never closed; add {{% end{word} %}}"
    elif (name := re.match(r"No (filter|test) named '", message)) is not None:
        message = f"there is no {name.group(1)} '{word}'"
    raise TemplateError(message.rstrip("."), error.lineno or 1, word) from error


@lru_cache(maxsize=4096)
def _compiled(source: str, language: str, kind: str) -> _Program:
    """Compile once per text; a reload of an unchanged flow compiles nothing."""
    if len(source) > SOURCE_CAP:
        raise TemplateError(f"a template may be {SOURCE_CAP} characters long; this one has {len(source)}")
    environment = _environment(language)
    try:
        if kind == "expression":
            tree: nodes.Template = environment.parse("{{ " + source + "\n }}")
            if not _is_single(tree):
                raise TemplateSyntaxError("expected one expression, without {{ }}", 1)
            program, value = None, _expression(environment, source)
        else:
            tree = environment.parse(source)
            program, value = environment.from_string(source), None
            stripped = source.strip()
            if _is_single(tree) and stripped.startswith("{{") and stripped.endswith("}}"):
                value = _expression(environment, stripped[2:-2].strip("-+ \n\t"))
    except (TemplateSyntaxError, RecursionError) as error:
        if isinstance(error, TemplateSyntaxError):
            error.lineno = min(error.lineno or 1, source.count("\n") + 1)
        _fail(error)
    attributes = frozenset(
        (node.node.name, node.attr)
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name)
    ) | frozenset(
        (node.node.name, node.arg.value)
        for node in tree.find_all(nodes.Getitem)
        if isinstance(node.node, nodes.Name)
        and isinstance(node.arg, nodes.Const)
        and isinstance(node.arg.value, str)
    )
    unspoken = frozenset(
        piece.name
        for output in tree.find_all(nodes.Output)
        for piece in output.nodes
        if isinstance(piece, nodes.Name)
    )
    return _Program(
        program, value, frozenset(find_undeclared_variables(tree)) - GLOBAL_NAMES, attributes, unspoken
    )


def _expression(environment: _Environment, source: str) -> Any:
    # Jinja's compile_expression bypasses `_parse`; this is what it does, with our checks applied
    return environment.from_string("{% set result = (" + source + "\n) %}")


def _is_single(tree: nodes.Template) -> bool:
    body = [node for node in tree.body if not _is_blank(node)]
    if len(body) != 1 or not isinstance(body[0], nodes.Output):
        return False
    pieces = [
        piece
        for piece in body[0].nodes
        if not (isinstance(piece, nodes.TemplateData) and not piece.data.strip())
    ]
    return len(pieces) == 1 and not isinstance(pieces[0], nodes.TemplateData)


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(piece, nodes.TemplateData) and not piece.data.strip() for piece in node.nodes
    )


def _seen(names: frozenset[str], scope: Mapping[str, object]) -> dict[str, object]:
    return {name: scope[name] for name in names if name in scope}


def _evaluate(program: Any, names: frozenset[str], scope: Mapping[str, object], where: str) -> object:
    try:
        context = program.new_context(_seen(names, scope))
        for _ in program.root_render_func(context):
            pass
        result = context.vars["result"]
        if isinstance(result, Undefined):
            result._fail_with_undefined_error()
        if callable(result):
            raise SecurityError("a function is no value; call it with ()")
        _bounded(result)
        return _checked(result)
    except EvaluationError:
        raise
    except Exception as error:
        raise EvaluationError(_reason(error), where) from error


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return (
        text if isinstance(error, SecurityError) or "undefined" in text else f"{type(error).__name__}: {text}"
    )


class Template:
    """A text of the flow. Without Jinja in it, rendering gives the text itself. `where` is "file:line:col".

    names       names of the scope that it reads
    attributes  (name, attribute) pairs that can be seen in it, e.g. ("env", "TOKEN")
    unspoken    names whose bare value stands in the text, without a filter
    Raises TemplateError when the source is no template.
    """

    __slots__ = ("_program", "attributes", "language", "names", "source", "unspoken", "where")

    def __init__(self, source: str, where: str = "", language: str = "en") -> None:
        self.source = source
        self.where = where
        self.language = language
        self._program: _Program | None = None
        self.names: frozenset[str] = frozenset()
        self.attributes: frozenset[tuple[str, str]] = frozenset()
        self.unspoken: frozenset[str] = frozenset()
        if "{{" in source or "{%" in source or "{#" in source:
            self._program = program = _compiled(source, language, "text")
            self.names, self.attributes, self.unspoken = program.names, program.attributes, program.unspoken

    @property
    def is_plain(self) -> bool:
        """There is no Jinja in it."""
        return self._program is None

    def render(self, scope: Mapping[str, object]) -> str:
        """The text. EvaluationError when a name is unknown, an operation fails or the text gets too long."""
        if self._program is None:
            return self.source
        pieces: list[str] = []
        length = 0
        try:
            context = self._program.text.new_context(_seen(self.names, scope))
            for piece in self._program.text.root_render_func(context):
                length += len(piece)
                if length > OUTPUT_CAP:
                    raise SecurityError(f"the text is longer than {OUTPUT_CAP} characters")
                pieces.append(piece)
        except EvaluationError:
            raise
        except Exception as error:
            raise EvaluationError(_reason(error), self.where) from error
        return "".join(pieces)

    def value(self, scope: Mapping[str, object]) -> object:
        """The value, with its type, when the text is exactly one `{{ }}`; else the rendered text."""
        if self._program is None or self._program.value is None:
            return self.render(scope)
        return _evaluate(self._program.value, self.names, scope, self.where)

    def __repr__(self) -> str:
        return f"Template({self.source!r}, {self.where!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and (self.source, self.where, self.language) == (
            other.source,
            other.where,
            other.language,
        )

    def __hash__(self) -> int:
        return hash((self.source, self.where, self.language))

    def __reduce__(self) -> tuple[type[Template], tuple[str, str, str]]:
        return Template, (self.source, self.where, self.language)


class Expression:
    """A guard (`if:`): a Jinja2 expression without `{{ }}`. Raises TemplateError when the source is none."""

    __slots__ = ("_program", "attributes", "language", "names", "source", "where")

    def __init__(self, source: str, where: str = "", language: str = "en") -> None:
        self.source = source
        self.where = where
        self.language = language
        self._program = _compiled(source, language, "expression")
        self.names = self._program.names
        self.attributes = self._program.attributes

    def value(self, scope: Mapping[str, object]) -> object:
        """The value with its type. EvaluationError when it fails or is undefined."""
        return _evaluate(self._program.value, self.names, scope, self.where)

    def test(self, scope: Mapping[str, object]) -> bool:
        """Whether it holds. EvaluationError when it fails; the caller decides that this means no."""
        try:
            return bool(self.value(scope))
        except EvaluationError:
            raise
        except Exception as error:
            raise EvaluationError(_reason(error), self.where) from error

    def __repr__(self) -> str:
        return f"Expression({self.source!r}, {self.where!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and (self.source, self.where) == (other.source, other.where)

    def __hash__(self) -> int:
        return hash((self.source, self.where))

    def __reduce__(self) -> tuple[type[Expression], tuple[str, str, str]]:
        return Expression, (self.source, self.where, self.language)


Value: TypeAlias = "Template | bool | int | float | str | tuple[Value, ...] | Mapping[str, Value] | None"
"""Plain data with templates at the leaves."""


def evaluate(value: Value, scope: Mapping[str, object]) -> Any:
    """`value` with its templates evaluated; lists and mappings are new ones."""
    if isinstance(value, Template):
        return value.value(scope)
    if isinstance(value, Mapping):
        return {key: evaluate(item, scope) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [evaluate(item, scope) for item in value]
    return value


def templates_in(value: Value) -> Iterator[Template]:
    """All templates at the leaves of `value`."""
    if isinstance(value, Template):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from templates_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from templates_in(item)
