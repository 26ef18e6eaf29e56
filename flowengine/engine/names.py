"""The names that a template or guard sees: slots, variables and saved results of its scope, and what the call is.

Values are looked up when a template asks for them, never before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flowengine.engine.world import World
from flowengine.errors import EvaluationError
from flowengine.language.flow import Flow, Scope, Slot, Variable
from flowengine.language.templates import evaluate

_ABSENT = object()


class Names(Mapping[str, object]):
    """Top-level names of one scope over one world. `special` holds what the event brings (said, captured, error)."""

    __slots__ = ("_at", "_details", "_flow", "_resolving", "_scope", "_special", "_world")

    def __init__(
        self,
        flow: Flow,
        world: World,
        scope: str,
        at: int,
        details: Mapping[str, object] | None,
        special: Mapping[str, object],
    ) -> None:
        self._flow = flow
        self._world = world
        self._scope: Scope = flow.scopes[scope]
        self._at = at
        self._details = details
        self._special = special
        self._resolving: set[str] = set()

    def __getitem__(self, name: str) -> object:
        value = self._look_up(name)
        if value is _ABSENT:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._look_up(name) is not _ABSENT

    def __iter__(self) -> Iterator[str]:
        scope = self._scope
        yield from scope.slots
        yield from scope.variables
        yield from (name for name in scope.saved if name not in scope.variables)
        yield from _CALL
        yield from self._special

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _look_up(self, name: str) -> object:
        scope = self._scope
        if (qualified := scope.slots.get(name)) is not None:
            return slot_value(self._flow.slots[qualified], self._world, self)
        qualified = scope.variables.get(name) or scope.saved.get(name)
        if qualified is not None:
            return self._variable(qualified)
        if name in self._special:
            return self._special[name]
        reader = _CALL.get(name)
        return _ABSENT if reader is None else reader(self)

    def _variable(self, qualified: str) -> object:
        if qualified in self._world.values:
            return self._world.values[qualified]
        variable = self._flow.variables.get(qualified)
        if variable is None:
            return None  # a saved result that is not there yet
        default = self._default(variable)
        if ":" not in qualified and self._details:
            given = self._details.get("retell_llm_dynamic_variables")
            if isinstance(given, Mapping) and qualified in given:
                return converted(given[qualified], default)
        return default

    def _default(self, variable: Variable) -> object:
        if variable.name in self._resolving:
            raise EvaluationError(f"variable '{variable.name}' is defined by itself", "variables")
        self._resolving.add(variable.name)
        try:
            return evaluate(variable.default, self)
        finally:
            self._resolving.discard(variable.name)

    @property
    def moment(self) -> datetime:
        """The call's own moment in the flow's time zone."""
        return moment(self._flow, self._at)

    def _today(self) -> date:
        return self.moment.date()


_CALL: dict[str, Callable[[Names], object]] = {
    "call": lambda names: dict(names._details or {}),
    "state": lambda names: names._world.state,
    "now": lambda names: names.moment,
    "today": Names._today,
    "env": lambda names: dict(names._flow.env),
}


def moment(flow: Flow, at: int) -> datetime:
    """`at` (ms since the epoch) as an aware datetime in the flow's time zone."""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(flow.timezone))


def slot_value(slot: Slot, world: World, names: Mapping[str, object]) -> object:
    """The slot's value, else its default unless cleared; None if empty. An empty string is empty."""
    value = world.slots.get(slot.name)
    if value is None and slot.default is not None and slot.name not in world.cleared:
        value = evaluate(slot.default, names)
    return None if value == "" else value


def converted(given: object, default: object) -> object:
    """A dynamic variable in the type of the flow's default: Retell sends strings only.

    What cannot be converted stays as it was sent. Source: docs.retellai.com, "Dynamic variables".
    """
    if not isinstance(given, str):
        return given
    text = given.strip()
    try:
        match default:
            case bool():
                return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
                    text.lower()
                ]
            case int():
                return int(text)
            case float():
                return float(text)
    except (ValueError, KeyError):
        return given
    return given
