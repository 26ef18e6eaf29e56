"""Intents, slots, tools, variables and environment: what a file declares."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flowengine.language.compile import texts
from flowengine.language.compile.build import SPECIAL_NAMES, Build, Part, Unit
from flowengine.language.document import HttpEntry, RejectEntry, SlotEntry, ToolEntry
from flowengine.language.document.base import LANGUAGE_TAG, duration_ms
from flowengine.language.document.slots import OPTION_KEYS
from flowengine.language.flow import HttpTool, Intent, PythonTool, Reject, Slot, Source, Tool, Variable
from flowengine.language.reader import Node
from flowengine.language.templates import GLOBAL_NAMES, Template
from flowengine.speech.builtin import builtin_intents
from flowengine.speech.contract import SlotType
from flowengine.speech.patterns import Pattern, PatternError, compile_intent, compile_pattern
from flowengine.speech.tables import base
from flowengine.speech.types import TYPE_NAMES, PythonTypeError, load_python_type, slot_type

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_REFERENCE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*\Z")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d\Z")
_PATTERN_KEYS = frozenset({"exact", "regex", "all", "not"})


def declare_names(build: Build, unit: Unit) -> None:
    """Enter the names of all parts; duplicates and clashes are problems."""
    values: dict[str, tuple[str, Source]] = {}
    for part in unit.parts:
        for kind, table in (("slots", unit.slots), ("variables", unit.variables)):
            for name, where in _declared(part, kind):
                singular = kind[:-1]
                if not _good(build, singular, name, where):
                    continue
                if name in values:
                    _twice(build, singular, name, where, values[name])
                    continue
                values[name] = (singular, where)
                table[name] = unit.qualified(name)
        for kind, table in (("intents", unit.intents), ("tools", unit.tools)):
            for name, where in _declared(part, kind):
                if name in table:
                    first = next(other for other in unit.parts if name in other.node.at(kind).keys)
                    _twice(build, kind[:-1], name, where, (kind[:-1], first.node.at(kind).key_where(name)))
                elif kind == "intents" or _good(build, "tool", name, where, special=False):
                    table[name] = unit.qualified(name)


def _declared(part: Part, kind: str) -> list[tuple[str, Source]]:
    node = part.node.child(kind)
    return [] if node is None else [(name, node.key_where(name)) for name in node.pairs]


def _good(build: Build, kind: str, name: str, where: Source, *, special: bool = True) -> bool:
    if not _NAME.match(name):
        hint = "letters, digits and _, not beginning with a digit"
        build.error("bad-name", f"'{name}' cannot be the name of a {kind}", where, hint)
        return False
    if special and name in SPECIAL_NAMES | GLOBAL_NAMES:
        hint = f"rename it; these names are taken: {', '.join(sorted(SPECIAL_NAMES | GLOBAL_NAMES))}"
        build.error("name-clash", f"'{name}' means something in every template already", where, hint)
        return False
    return True


def good_name(build: Build, kind: str, name: str, where: Source) -> bool:
    """Whether a name may be used for this kind of thing; a problem if not."""
    return _good(build, kind, name, where, special=kind == "saved result")


def _twice(build: Build, kind: str, name: str, where: Source, first: tuple[str, Source]) -> None:
    other, place = first
    if other == kind:
        message = f"the {kind} '{name}' is declared twice; the first is at {place}"
        build.error("duplicate-name", message, where, "rename or delete one of them")
    else:
        message = f"'{name}' is the name of a {other} and of a {kind}; the {other} is at {place}"
        build.error("name-clash", message, where, "templates could not tell them apart: rename one of them")


def declare(build: Build, unit: Unit) -> None:
    """Compile all declarations of a unit whose names are entered."""
    for part in unit.parts:
        _environment(build, unit, part)
        for name, node in _pairs(part, "variables"):
            if unit.variables.get(name) == unit.qualified(name):
                default = texts.value(build, unit, node)
                build.variables[unit.qualified(name)] = Variable(unit.qualified(name), default)
        for name, node in _pairs(part, "intents"):
            _intent(build, unit, name, part.node.at("intents").key_where(name), node)
        for name, entry in part.model.slots.items():
            _slot(build, unit, part, name, entry)
        for name, entry_of_tool in part.model.tools.items():
            _tool(build, unit, part, name, entry_of_tool)
    _stand_in(build, unit)


def _stand_in(build: Build, unit: Unit) -> None:
    """Slots whose declaration is broken are taken for text, so that what refers to them can be looked at."""
    for name, qualified in unit.slots.items():
        if qualified not in build.slots:
            part = next(part for part in unit.parts if name in part.node.at("slots").pairs)
            where = part.node.at("slots").key_where(name)
            build.nodes[f"slot {qualified}"] = part.node.at("slots", name)
            build.slots[qualified] = Slot(qualified, slot_type("text"), where, unit.scope, (Template("?"),))


def _pairs(part: Part, kind: str) -> list[tuple[str, Node]]:
    node = part.node.child(kind)
    return [] if node is None else list(node.pairs.items())


def _environment(build: Build, unit: Unit, part: Part) -> None:
    node = part.node.child("env")
    for item in node.items if node is not None else ():
        name = item.written
        if not name or item.kind != "scalar":
            continue
        unit.env.add(name)
        if name in build.environ:
            build.env[name] = build.environ[name]
        else:
            build.lacks("environment variable", name, item.where, build.environ)


# --- intents and patterns -----------------------------------------------------------------------------------


def _intent(build: Build, unit: Unit, name: str, where: Source, node: Node) -> None:
    qualified = unit.qualified(name)
    if qualified in build.intents:
        return
    fuzzy = False
    if "match" in node.pairs:
        for key in node.pairs:
            if key not in ("match", "fuzzy"):
                hint = "an intent is its phrases, or {match: phrases, fuzzy: true}"
                build.error("unknown-key", f"an intent has no key '{key}'", node.key_where(key), hint)
        switch = node.pairs.get("fuzzy")
        if switch is not None and not isinstance(switch.value, bool):
            message = f"expected true or false, found '{switch.written}'"
            build.error(
                "wrong-value", message, switch.where, "fuzzy: true also matches words that were misheard"
            )
        fuzzy = switch is not None and switch.value is True
        node = node.pairs["match"]
    compiled = _compiled(build, unit, node, fuzzy)
    if compiled is not None:
        build.intents[qualified] = Intent(qualified, compiled, where)
        build.nodes[f"intent {qualified}"] = node


def pattern(build: Build, unit: Unit, node: Node) -> Pattern | None:
    """The pattern of a `match`; None with a problem if it is none."""
    return _compiled(build, unit, node, None)


def _compiled(build: Build, unit: Unit, node: Node, fuzzy: bool | None) -> Pattern | None:
    """Compile a pattern (`fuzzy` None) or an intent, in the flow's language."""
    if (
        node.pairs
        and not _PATTERN_KEYS & node.pairs.keys()
        and all(LANGUAGE_TAG.match(key) for key in node.pairs)
    ):
        node = texts.in_language(build, unit, node)
    spec: Any = _written(node)
    try:
        if fuzzy is None:
            return compile_pattern(spec, unit.language)
        return compile_intent(spec, unit.language, fuzzy)
    except PatternError as error:
        culprit = node.at(*error.path)
        hint = "a phrase, a list of phrases, {exact: ...}, {regex: ...}, {all: [...]} or {not: ...}"
        build.error("bad-pattern", error.message, culprit.where, hint)
        return None


def _written(node: Node) -> Any:
    """The data of a pattern; phrases such as 911 or true are what was written."""
    if node.kind == "mapping":
        return {key: _written(child) for key, child in node.pairs.items()}
    if node.kind == "list":
        return [_written(child) for child in node.items]
    return node.written if node.value is not None else ""


# --- slots --------------------------------------------------------------------------------------------------


def _slot(build: Build, unit: Unit, part: Part, name: str, entry: SlotEntry) -> None:
    node = part.node.at("slots", name)
    qualified = unit.qualified(name)
    if unit.slots.get(name) != qualified or qualified in build.slots:
        return
    kind = _slot_type(build, part, node, entry.type)
    if kind is None:
        return
    where = part.node.at("slots").key_where(name)
    given = entry.model_fields_set
    cues = tuple(cue for cue, _ in texts.names(node.at("cues"))) if entry.cues else ()
    options = {key: node.at(key).data() for key in OPTION_KEYS if key in given}
    if cues:
        options["cues"] = cues
    build.nodes[f"slot {qualified}"] = node
    build.slots[qualified] = Slot(
        name=qualified,
        type=kind,
        where=where,
        scope=unit.scope,
        ask=texts.lines(build, unit, node.at("ask")) if entry.ask is not None else None,
        reject=tuple(
            rule
            for index, reject in enumerate(entry.reject)
            if (rule := _reject(build, unit, node.at("reject", index), reject)) is not None
        ),
        default=texts.value(build, unit, node.at("default")) if "default" in given else None,
        hours=_hours(build, node.at("hours")) if entry.hours else None,
        prefer=entry.prefer,
        cues=cues,
        sensitive=entry.sensitive,
        options=options,
    )


def _slot_type(build: Build, part: Part, node: Node, name: str) -> SlotType | None:
    where = node.at("type").where
    if name.startswith("python:"):
        try:
            return load_python_type(name, part.folder)
        except PythonTypeError as error:
            hint = "python:module:object, where the module is in the flow's folder or installed"
            build.error("bad-slot-type", str(error), where, hint)
            return None
    try:
        return slot_type(name)
    except KeyError:
        build.lacks("slot type", name, where, TYPE_NAMES)
        return None


def _reject(build: Build, unit: Unit, node: Node, entry: RejectEntry) -> Reject | None:
    if not entry.model_fields_set:
        return None
    test = texts.expression(build, unit, node.at("if"))
    said = texts.lines(build, unit, node.at("say"))
    return None if test is None else Reject(test, said, node.where)


def _hours(build: Build, node: Node) -> tuple[str, str] | None:
    written = [item.written for item in node.items]
    for item in node.items:
        if not _CLOCK.match(item.written):
            build.error(
                "wrong-value", f"'{item.written}' is no time of day", item.where, "hours: [08:00, 19:00]"
            )
            return None
    first, last = (text.rjust(5, "0") for text in written)
    if first >= last:
        build.error("wrong-value", "the hours end before they begin", node.where, "hours: [08:00, 19:00]")
        return None
    return first, last


# --- tools --------------------------------------------------------------------------------------------------


def _tool(build: Build, unit: Unit, part: Part, name: str, entry: ToolEntry) -> None:
    node = part.node.at("tools", name)
    where = part.node.at("tools").key_where(name)
    qualified = unit.qualified(name)
    if unit.tools.get(name) != qualified or qualified in build.tools or not entry.model_fields_set:
        return
    run = _runner(build, unit, part, node, where, name, entry)
    if entry.retries and entry.effect == "write":
        hint = "write `effect: read` if calling it twice does no harm"
        build.error(
            "retries-on-write",
            "only a tool with `effect: read` is tried again",
            node.key_where("retries"),
            hint,
        )
    if run is None:
        return
    build.nodes[f"tool {qualified}"] = node
    build.tools[qualified] = Tool(
        name=qualified,
        run=run,
        where=where,
        scope=unit.scope,
        effect=entry.effect,
        timeout_ms=duration_ms(entry.timeout) or 0,
        settle_ms=duration_ms(entry.settle) or 0,
        retries=entry.retries,
        idempotent=entry.idempotent,
        example=node.at("example").data() if "example" in entry.model_fields_set else None,
    )


def _runner(
    build: Build, unit: Unit, part: Part, node: Node, where: Source, name: str, entry: ToolEntry
) -> PythonTool | HttpTool | None:
    if (entry.python is None) == (entry.http is None):
        if "python" not in node.pairs and "http" not in node.pairs:
            build.error(
                "missing-key", f"the tool '{name}' needs 'python' or 'http'", where, "python: module:function"
            )
        elif entry.python is not None:
            message = f"the tool '{name}' has both 'python' and 'http'"
            build.error("wrong-value", message, node.key_where("http"), "make two tools of it")
        return None
    if entry.python is not None:
        if not _REFERENCE.match(entry.python):
            message = f"'{entry.python}' is not module:function"
            build.error("wrong-value", message, node.at("python").where, "python: module:function")
            return None
        return PythonTool(entry.python, str(part.folder))
    assert entry.http is not None
    before = len(build.readings)
    made = _http(build, unit, node, entry, entry.http)
    build.readings[before:] = [replace(reading, tool=True) for reading in build.readings[before:]]
    return made


_FROM_ENV = re.compile(r"\{\{\s*env\.\w+\s*\}\}")


def _http(build: Build, unit: Unit, node: Node, entry: ToolEntry, spec: HttpEntry) -> HttpTool:
    http = node.at("http")
    url = texts.template(build, unit, http.at("url"))
    _check_url(build, http.at("url"), url, entry.hosts)
    return HttpTool(
        method=spec.method,
        url=url,
        headers={key: texts.template(build, unit, child) for key, child in http.at("headers").pairs.items()}
        if spec.headers
        else {},
        query=texts.values(build, unit, http.at("query")) if spec.query else {},
        json=texts.value(build, unit, http.at("json")) if "json_" in spec.model_fields_set else None,
        hosts=tuple(entry.hosts),
    )


def _check_url(build: Build, node: Node, url: Template, hosts: list[str]) -> None:
    source = _FROM_ENV.sub("env.example", url.source)  # who starts the server decides that, no caller
    if source.startswith("env.example"):
        source = f"https://{source}"
    host = re.match(r"(https?)://([^/?#]*)", source)
    templated = host is None or "{" in host.group(2)
    if source.startswith("{{"):
        if not hosts:
            hint = "add `hosts: [api.example.com]` to the tool"
            build.error("open-host", "a template decides which host is called", node.where, hint)
    elif host is None:
        build.error(
            "wrong-value", f"'{url.source}' is no http address", node.where, "https://example.com/path"
        )
    elif templated and not hosts:
        hint = "add `hosts: [api.example.com]` to the tool"
        build.error("open-host", "a template decides which host is called", node.where, hint)
    elif not templated:
        try:
            good = bool(urlsplit(source.partition("{")[0]).hostname)
        except ValueError:
            good = False
        if not good:
            build.error(
                "wrong-value", f"'{url.source}' is no http address", node.where, "https://example.com/path"
            )


def built_in_intents(build: Build, unit: Unit) -> None:
    """`repeat` and `hold_on`, unless the flow has its own."""
    for name, pattern in builtin_intents(base(unit.language)).items():
        build.intents.setdefault(name, Intent(name, pattern))
