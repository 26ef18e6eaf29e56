"""Whole flows: the root file, and the sub-flows that are compiled into the states that call them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from flowengine.language.compile import declarations, steps, texts
from flowengine.language.compile.build import Build, Part, Unit
from flowengine.language.compile.greeting import needs_details
from flowengine.language.compile.states import compile_states, frame_of
from flowengine.language.compile.steps import Place
from flowengine.language.compile.units import note_file, read_unit
from flowengine.language.document import FlowFile
from flowengine.language.document.base import LANGUAGE_TAG, duration_ms
from flowengine.language.flow import File, Flow, Handler, Lines, PythonTool, Scope, State, Timer, Variable
from flowengine.language.python_code import module_files
from flowengine.language.reader import Node
from flowengine.language.templates import Template

_FALLBACKS = {
    "en": "Sorry, something went wrong. Could you say that again?",
    "es": "Perdone, algo ha fallado. ¿Puede repetirlo?",
}
_CONFIG = ("auto_reconnect", "call_details", "transcript_with_tool_calls")
_NOT_INHERITED = frozenset({"done", "error"})


@dataclass(frozen=True, slots=True)
class Entered:
    """A sub-flow that was compiled into a state."""

    start: str
    children: tuple[str, ...]


class SubFlows:
    """Compiles called flow files into their calling states; knows which files are being compiled."""

    def __init__(self, build: Build, root: Path) -> None:
        self._build = build
        self._open = [str(root.resolve())]
        self._globals: dict[
            str, tuple[dict[str, tuple[Handler, ...]], tuple[Timer, ...], tuple[str, ...]]
        ] = {}

    def enter(self, state: str, caller: Unit, node: Node, arguments: Node | None) -> Entered | None:
        """Compile the file that `call:` names into this state. None if that is not possible."""
        build = self._build
        path = caller.folder / node.written
        identity = str(path.resolve())
        if identity in self._open:
            hint = "let the called flow end by `return:` and go on in the caller"
            build.error("recursive-call", f"'{node.written}' would call itself without end", node.where, hint)
            return None
        unit = self._read(path, state, caller, node)
        if unit is None:
            return None
        self._open.append(identity)
        try:
            return self._compile(unit, state, arguments)
        finally:
            self._open.pop()

    def _read(self, path: Path, state: str, caller: Unit, node: Node) -> Unit | None:
        from flowengine.language.compile.units import read_file

        if read_file(self._build, path, node) is None:
            return None
        return read_unit(self._build, path, state, caller.language)

    def _compile(self, unit: Unit, state: str, arguments: Node | None) -> Entered | None:
        build = self._build
        build.units[unit.scope] = unit
        declarations.declare_names(build, unit)
        for name in arguments.pairs if arguments is not None else ():
            assert arguments is not None
            if name in unit.slots or name in unit.variables:
                continue
            if declarations.good_name(build, "saved result", name, arguments.key_where(name)):
                unit.variables[name] = unit.qualified(name)
                build.variables[unit.qualified(name)] = Variable(unit.qualified(name), None)
        declarations.declare(build, unit)
        main = unit.parts[0]
        assert isinstance(main.model, FlowFile)
        nodes = main.node.at("states")
        frame = frame_of(nodes, state)
        place = Place(unit, (frame,))
        children = compile_states(build, place, main.model.states, nodes, state, self)
        on, after = compile_globals(build, place, f"{state}.global")
        self._globals[state] = (on, after, children)
        start = find_start(build, main, frame)
        return None if start not in build.states else Entered(start, children)

    def attach_globals(self, state: str) -> None:
        """A sub-flow's globals apply to all its states and come before the caller's handlers.

        `done` and `error` of the calling state tell of the sub-flow itself, so the sub-flow's own handlers for
        its tools go one level further in, to its states.
        """
        found = self._globals.pop(state, None)
        if found is None:
            return
        on, after, children = found
        states = self._build.states
        own = states[state]
        merged = dict(own.on)
        for event, handlers in on.items():
            if event not in _NOT_INHERITED:
                merged[event] = handlers + merged.get(event, ())
        states[state] = replace(
            own, on=merged, after=tuple(sorted((*after, *own.after), key=lambda t: t.delay_ms))
        )
        for child in children:
            inner = states[child]
            passed = {event: inner.on.get(event, ()) + on[event] for event in _NOT_INHERITED & on.keys()}
            if passed:
                states[child] = replace(inner, on={**inner.on, **passed})


def compile_globals(
    build: Build, place: Place, key: str
) -> tuple[dict[str, tuple[Handler, ...]], tuple[Timer, ...]]:
    """The `global` of all parts of a unit, included ones last."""
    on: dict[str, tuple[Handler, ...]] = {}
    after: list[Timer] = []
    for index, part in enumerate(place.unit.parts):
        node = part.node.at("global") if "global" in part.node.pairs else None
        if node is None or "global_" not in part.model.model_fields_set:
            continue
        part_key = key if index == 0 else f"{key}.{index}"
        if "on" in node.pairs:
            found = steps.handlers(
                build, place, part_key, part.model.global_.on, node.at("on"), is_global=True
            )
            for event, handlers in found.items():
                on[event] = on.get(event, ()) + handlers
        if "after" in node.pairs:
            after += steps.timers(build, place, part_key, part.model.global_.after, node.at("after"))
    return on, tuple(sorted(after, key=lambda timer: timer.delay_ms))


def find_start(build: Build, main: Part, frame: Mapping[str, str]) -> str:
    """The id of the state that a flow file names as its first."""
    assert isinstance(main.model, FlowFile)
    start = frame.get(main.model.start)
    if start is None:
        build.lacks("state", main.model.start, main.node.at("start").where, frame)
        return ""
    build.used.add(("state", start))
    return start


def compile_flow(build: Build) -> Flow | None:
    """The flow of `build.root`; None if so little of it is left that checks would make no sense."""
    unit = read_unit(build, build.root, "", None)
    if unit is None:
        return None
    main = unit.parts[0]
    assert isinstance(main.model, FlowFile)
    model = main.model
    build.units[""] = unit
    for key in (
        "language",
        "timezone",
        "config",
        "update_agent",
        "fallback",
        "answer_within",
        "global",
        "states",
    ):
        child = main.node.child(key)
        if child is not None and child.kind == "scalar" and child.value is None:
            build.error(
                "no-value", f"'{key}' has no value", main.node.key_where(key), "write one, or delete the key"
            )
    timezone = _timezone(build, main)
    _check_language(build, main)
    agent = main.node.child("update_agent")
    own = steps.settings(build, unit, agent, own=True) if agent is not None and model.update_agent else {}
    build.agent_fields = frozenset(agent.pairs if agent is not None else ())
    declarations.declare_names(build, unit)
    declarations.declare(build, unit)
    declarations.built_in_intents(build, unit)
    nodes = main.node.at("states")
    frame = frame_of(nodes, None)
    place = Place(unit, (frame,))
    sub_flows = SubFlows(build, build.root)
    compile_states(build, place, model.states, nodes, None, sub_flows)
    on, after = compile_globals(build, place, "global")
    start = find_start(build, main, frame)
    _python_files(build)
    flow = Flow(
        name=model.flow,
        version="",
        files=_files(build),
        start=start,
        language=unit.language,
        timezone=timezone,
        config={
            key: getattr(model.config, key)
            for key in _CONFIG[: 3 if model.config.transcript_with_tool_calls else 2]
        },
        variables=build.variables,
        update_agent={key: value for key, value in own.items() if isinstance(value, int | float)},
        fallback=_fallback(build, unit, main),
        intents=build.intents,
        slots=build.slots,
        tools=build.tools,
        on=on,
        after=after,
        states=_ordered(build),
        scopes={
            scope: Scope(scope, one.slots, one.variables, one.saved) for scope, one in build.units.items()
        },
        answer_within_ms=duration_ms(model.answer_within) or 30_000,
        env=build.env,
    )
    return replace(flow, version=_version(build), needs_details=needs_details(flow))


def _ordered(build: Build) -> dict[str, State]:
    """States from the outside in, as written."""
    found: dict[str, State] = {}

    def add(ids: Iterable[str]) -> None:
        for state_id in ids:
            if state_id in build.states:
                found[state_id] = build.states[state_id]
                add(build.states[state_id].children)

    add(sorted((s.id for s in build.states.values() if s.parent is None), key=list(build.states).index))
    return found


def _fallback(build: Build, unit: Unit, main: Part) -> Lines:
    node = main.node.child("fallback")
    if node is not None and isinstance(main.model, FlowFile) and main.model.fallback is not None:
        return texts.lines(build, unit, node)
    words = _FALLBACKS.get(unit.language.partition("-")[0], _FALLBACKS["en"])
    return (Template(words, str(main.node.where), unit.language),)


def _timezone(build: Build, main: Part) -> str:
    assert isinstance(main.model, FlowFile)
    name = main.model.timezone
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        where = main.node.at("timezone").where
        build.lacks("time zone", name, where, _zones())
        return "UTC"
    return name


def _zones() -> set[str]:
    from zoneinfo import available_timezones

    return available_timezones()


def _check_language(build: Build, main: Part) -> None:
    from flowengine.speech.tables import languages

    assert isinstance(main.model, FlowFile)
    name = main.model.language
    if not LANGUAGE_TAG.match(name) or name.partition("-")[0] not in languages():
        build.lacks("language", name, main.node.at("language").where, languages())


def _python_files(build: Build) -> None:
    for tool in build.tools.values():
        if isinstance(tool.run, PythonTool):
            for path in module_files(tool.run.reference, Path(tool.run.folder)):
                note_file(build, path)
    for unit in build.units.values():
        for part in unit.parts:
            for entry in part.model.slots.values():
                if entry.type.startswith("python:"):
                    for path in module_files(entry.type.removeprefix("python:"), part.folder):
                        note_file(build, path)


def _files(build: Build) -> tuple[File, ...]:
    return tuple(File(path, digest) for path, digest in sorted(build.digests.items()))


def _version(build: Build) -> str:
    """A hash over all files by their place relative to the flow, so that moving a folder changes nothing."""
    total = hashlib.sha256()
    for path, digest in sorted(
        (Path(os.path.relpath(path, build.root.parent)).as_posix(), digest)
        for path, digest in build.digests.items()
    ):
        total.update(f"{path}\0{digest}\n".encode())
    return total.hexdigest()[:16]
