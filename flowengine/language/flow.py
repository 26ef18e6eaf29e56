"""The flow: what a YAML file means once it is loaded, checked and compiled. Immutable; shared by all calls.

Names are resolved here already: states are dotted paths ("booking.confirm"), targets exist, slots, tools and
intents are found. A sub-flow is compiled into the state that calls it: its states are that state's children and
its names live in a `scope` of their own (the id of the calling state), so the engine needs no second machine.
A qualified name is `name` in the root scope and `scope:name` in a sub-flow's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from flowengine.language.templates import Expression, Template, Value
from flowengine.speech.contract import SlotType
from flowengine.speech.patterns import Pattern

Lines: TypeAlias = tuple[Template, ...]
"""A tapered text: the nth attempt takes the nth line, the last repeats. Never empty."""


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a YAML file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


# --- actions: done in written order ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    lines: Lines


@dataclass(frozen=True, slots=True)
class Ask:
    """Spoken on entry of its state and on every reprompt."""

    lines: Lines


@dataclass(frozen=True, slots=True)
class Collect:
    """Ask for what is missing of these slots (qualified names). `confirm` is the read-back, None without one."""

    slots: tuple[str, ...]
    confirm: Lines | None = None


@dataclass(frozen=True, slots=True)
class CallTool:
    """Call a tool of the flow; `arguments` are templates; `save` is the qualified variable of its result."""

    tool: str
    arguments: Mapping[str, Value]
    save: str | None = None


@dataclass(frozen=True, slots=True)
class CallFlow:
    """Enter the sub-flow compiled into this state: `arguments` set the variables of `scope`."""

    scope: str
    arguments: Mapping[str, Value]
    save: str | None = None


@dataclass(frozen=True, slots=True)
class SetValues:
    """`names` are qualified: variables or slots."""

    values: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class ClearSlots:
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reprompt:
    pass


@dataclass(frozen=True, slots=True)
class PushMetadata:
    value: Value


@dataclass(frozen=True, slots=True)
class ChangeAgent:
    """Agent settings until the state is left (a handler's `update_agent`)."""

    settings: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class PressDigits:
    digits: Template


Action: TypeAlias = (
    Say
    | Ask
    | Collect
    | CallTool
    | CallFlow
    | SetValues
    | ClearSlots
    | Reprompt
    | PushMetadata
    | ChangeAgent
    | PressDigits
)

# --- moves: at most one, last ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Goto:
    target: str


@dataclass(frozen=True, slots=True)
class Visit:
    target: str


@dataclass(frozen=True, slots=True)
class Return:
    """`return: true` (values None), `return: {k: v}` or `return: {error: kind}` of a sub-flow."""

    values: Mapping[str, Value] | None = None
    error: Template | None = None


@dataclass(frozen=True, slots=True)
class EndCall:
    pass


@dataclass(frozen=True, slots=True)
class Transfer:
    number: Template
    show_transferee_as_caller: bool | None = None


Move: TypeAlias = Goto | Visit | Return | EndCall | Transfer

# --- handlers ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Condition:
    """All that is given must hold. `slots`: the words give a new value for one of these (qualified names)."""

    intents: tuple[str, ...] = ()
    match: Pattern | None = None
    slots: tuple[str, ...] = ()
    test: Expression | None = None


@dataclass(frozen=True, slots=True)
class Handler:
    """`key` is stable while the handler keeps its place ("booking.confirm.on.response_required.2")."""

    event: str
    key: str
    where: Source
    scope: str = ""
    condition: Condition = Condition()
    count: int | None = None
    first: bool = False
    actions: tuple[Action, ...] = ()
    move: Move | None = None
    no_interruption_allowed: bool | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """`after`: fires `delay_ms` after entry of its state, at global level after the start of the call."""

    key: str
    delay_ms: int
    handler: Handler


# --- declarations ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reject:
    """A rule over a slot's value; when `test` holds the value is not stored and `lines` are said."""

    test: Expression
    lines: Lines
    where: Source


@dataclass(frozen=True, slots=True)
class Slot:
    """`name` is qualified. `default` counts until the slot is cleared."""

    name: str
    type: SlotType
    where: Source
    scope: str = ""
    ask: Lines | None = None
    reject: tuple[Reject, ...] = ()
    default: Value | None = None
    hours: tuple[str, str] | None = None
    prefer: str | None = None
    cues: tuple[str, ...] = ()
    sensitive: bool = False
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intent:
    """`name` is qualified. Built-in intents: `repeat`, `hold_on`; a flow may override them."""

    name: str
    pattern: Pattern
    where: Source | None = None


@dataclass(frozen=True, slots=True)
class PythonTool:
    """`reference` is "module:function"; `folder` is put on the import path first (the flow file's folder)."""

    reference: str
    folder: str


@dataclass(frozen=True, slots=True)
class HttpTool:
    method: str
    url: Template
    headers: Mapping[str, Template]
    query: Mapping[str, Value]
    json: Value | None
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """Times are ms. `effect` write: starts after `settle_ms` without new words, at most once per request."""

    name: str
    run: PythonTool | HttpTool
    where: Source
    scope: str = ""
    effect: Literal["read", "write"] = "write"
    timeout_ms: int = 10_000
    settle_ms: int = 1_000
    retries: int = 0
    idempotent: bool = False
    example: object = None


@dataclass(frozen=True, slots=True)
class State:
    """A state. A leaf (no children) can be active; a parent enters its `start` child.

    `entry` is what is done on entry, in written order; then `on.enter`; then `move` if there is one.
    `waits` is true when the state has ask, collect, call or on (so its move, if any, comes later: after the
    collect is complete, or on `done` without a handler).
    """

    id: str
    where: Source
    parent: str | None = None
    children: tuple[str, ...] = ()
    start: str | None = None
    scope: str = ""
    entry: tuple[Action, ...] = ()
    move: Move | None = None
    waits: bool = False
    on: Mapping[str, tuple[Handler, ...]] = field(default_factory=dict)
    after: tuple[Timer, ...] = ()
    update_agent: Mapping[str, Value] = field(default_factory=dict)
    no_interruption_allowed: bool | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """`name` is qualified. A Retell dynamic variable of the same name replaces the default (root scope only)."""

    name: str
    default: Value


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that templates of one flow file see: bare name -> qualified name, by kind."""

    id: str
    slots: Mapping[str, str]
    variables: Mapping[str, str]
    saved: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """A file that the flow was read from, with the sha256 of its bytes."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, repr=False)
class Flow:
    """A whole flow. `version` changes whenever any file of it changes. `needs_details`: the greeting uses
    call details or a variable that Retell may replace, or the flow handles `call_details`."""

    name: str
    version: str
    files: tuple[File, ...]
    start: str
    language: str
    timezone: str
    config: Mapping[str, bool]
    variables: Mapping[str, Variable]
    update_agent: Mapping[str, float | int]
    fallback: Lines
    intents: Mapping[str, Intent]
    slots: Mapping[str, Slot]
    tools: Mapping[str, Tool]
    on: Mapping[str, tuple[Handler, ...]]
    after: tuple[Timer, ...]
    states: Mapping[str, State]
    scopes: Mapping[str, Scope]
    needs_details: bool = False
    answer_within_ms: int = 30_000
    env: Mapping[str, str] = field(default_factory=dict)
    """Values of the environment variables that the flow lists, read when it was loaded."""

    def __repr__(self) -> str:
        return f"<Flow {self.name} {self.version}>"
