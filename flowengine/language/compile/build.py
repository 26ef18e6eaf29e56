"""What compiling a flow has gathered so far: declarations, states, problems, and references for the checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from flowengine.language.document import SharedFile, SlotEntry, ToolEntry
from flowengine.language.flow import Flow, Handler, Intent, Slot, Source, State, Tool, Variable
from flowengine.language.problems import Level, Problem
from flowengine.language.reader import Node, Text
from flowengine.language.templates import Expression, Template

SPECIAL_NAMES = frozenset(
    {"call", "said", "captured", "count", "state", "now", "today", "env", "error", "self"}
)
"""Names that every template sees and that nothing may be called."""

Kind = Literal[
    "state",
    "slot",
    "intent",
    "tool",
    "name",
    "variable or slot",
    "slot type",
    "environment variable",
    "file",
    "time zone",
    "language",
]


@dataclass(frozen=True, slots=True)
class Missing:
    """A reference to something that does not exist; `known` are the names that would do."""

    kind: Kind
    name: str
    where: Source
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A template or guard with the names that it may read; looked at once all names are known."""

    unit: Unit
    code: Template | Expression
    node: Node
    spoken: bool
    tool: bool = False
    """It belongs to an HTTP tool: it sees the arguments of the call and `env`, not the names of the flow."""


@dataclass(slots=True)
class Part:
    """One file of a unit: the flow file itself or one that it includes."""

    model: SharedFile
    node: Node
    text: Text
    folder: Path


@dataclass(slots=True)
class Unit:
    """One flow file with its includes: a scope of names. Bare names to qualified ones, by kind."""

    scope: str
    language: str
    folder: Path
    parts: list[Part] = field(default_factory=list)
    slots: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    intents: dict[str, str] = field(default_factory=dict)
    tools: dict[str, str] = field(default_factory=dict)
    env: set[str] = field(default_factory=set)

    def qualified(self, name: str) -> str:
        return f"{self.scope}:{name}" if self.scope else name

    def text_of(self, node: Node) -> Text:
        return next(part.text for part in self.parts if part.text.file == node.file)


@dataclass(slots=True)
class Build:
    """The whole flow in the making, and what the checks want to know about where things stand."""

    root: Path
    environ: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    texts: dict[str, Text] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    tools: dict[str, Tool] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    """Nodes by key: states and handlers by their own, `slot NAME`, `tool NAME`, `intent NAME`."""
    used: set[tuple[str, str]] = field(default_factory=set)
    """What was referred to: (kind, qualified name)."""
    agent_fields: frozenset[str] = frozenset()
    visited: set[str] = field(default_factory=set)
    """States that a `visit` leads to."""

    def error(self, code: str, message: str, where: Source, hint: str | None = None) -> None:
        self.note("error", code, message, where, hint)

    def note(self, level: Level, code: str, message: str, where: Source, hint: str | None = None) -> None:
        self.problems.append(Problem(level, code, message, where, hint))

    def lacks(self, kind: Kind, name: str, where: Source, known: Iterable[str]) -> None:
        self.missing.append(Missing(kind, name, where, tuple(known)))


@dataclass(frozen=True, slots=True)
class Case:
    """What a check looks at: the compiled flow and how it was written."""

    flow: Flow
    build: Build

    def where(self, key: str, *path: str | int) -> Source:
        """The place of a key inside the thing with this key (a state, a handler ...)."""
        node = self.build.nodes[key]
        if not path:
            return node.where
        *above, last = path
        parent = node.at(*above)
        return parent.key_where(last) if isinstance(last, str) else parent.at(last).where

    def handlers(self) -> Iterable[tuple[State | None, Handler]]:
        """Every handler with the state it stands in (None: global), timed ones too."""
        for handlers in self.flow.on.values():
            for handler in handlers:
                yield None, handler
        for timer in self.flow.after:
            yield None, timer.handler
        for state in self.flow.states.values():
            for handlers in state.on.values():
                for handler in handlers:
                    yield state, handler
            for timer in state.after:
                yield state, timer.handler


__all__ = [
    "SPECIAL_NAMES",
    "Build",
    "Case",
    "Kind",
    "Missing",
    "Part",
    "Reading",
    "SlotEntry",
    "ToolEntry",
    "Unit",
]
