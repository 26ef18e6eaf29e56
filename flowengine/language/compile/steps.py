"""Actions, moves and handlers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowengine.language.compile import texts
from flowengine.language.compile.build import SPECIAL_NAMES, Build, Unit
from flowengine.language.compile.declarations import pattern
from flowengine.language.document import HandlerEntry
from flowengine.language.document.actions import ACTION_KEYS, MOVE_KEYS, Steps
from flowengine.language.document.base import duration_ms
from flowengine.language.document.handlers import COUNTED_EVENTS, SPOKEN_EVENTS, STATE_EVENTS
from flowengine.language.flow import (
    Action,
    ChangeAgent,
    ClearSlots,
    Condition,
    EndCall,
    Goto,
    Handler,
    Move,
    PressDigits,
    PushMetadata,
    Reprompt,
    Return,
    Say,
    SetValues,
    Source,
    Timer,
    Transfer,
    Visit,
)
from flowengine.language.reader import Node
from flowengine.language.templates import Template, Value

_RANGES: Mapping[str, tuple[float, float | None]] = {
    "responsiveness": (0, 1),
    "interruption_sensitivity": (0, 1),
    "reminder_trigger_ms": (1, None),
    "reminder_max_count": (0, None),
}
_WHOLE = frozenset({"reminder_max_count"})
BUILT_IN_INTENTS = ("repeat", "hold_on")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the states something stands: names resolve to the innermost frame first, then outward."""

    unit: Unit
    frames: tuple[Mapping[str, str], ...]
    inside: Mapping[str, str] | None = None

    def find(self, name: str) -> str | None:
        for frame in self.frames:
            if name in frame:
                return frame[name]
        if self.inside and name in self.inside:
            return self.inside[name]
        head, _, rest = name.partition(".")
        top = self.frames[-1]
        return f"{top[head]}.{rest}" if rest and head in top else None

    def names(self) -> list[str]:
        return [name for frame in (*self.frames, self.inside or {}) for name in frame]


def given(entry: Steps, node: Node) -> list[str]:
    """Keys of the entry that were written and are good, in written order."""
    fields = {field.alias or name: name for name, field in type(entry).model_fields.items()}
    return [key for key in node.keys if fields.get(key) in entry.model_fields_set]


def empty_keys(build: Build, node: Node, nullable: frozenset[str] = frozenset({"metadata"})) -> None:
    """Keys without a value are forgotten ones."""
    for key, child in node.pairs.items():
        if child.kind == "scalar" and child.value is None and key not in nullable:
            build.error(
                "no-value", f"'{key}' has no value", node.key_where(key), "write one, or delete the key"
            )


def settings(build: Build, unit: Unit, node: Node, *, own: bool = False) -> dict[str, Value]:
    """Agent settings. `own`: the flow's, which must be numbers; elsewhere only what the flow sets."""
    found: dict[str, Value] = {}
    for key, child in node.pairs.items():
        if key not in _RANGES:
            continue
        value = texts.value(build, unit, child)
        low, high = _RANGES[key]
        if isinstance(value, str) or (own and isinstance(value, Template)):
            build.error(
                "wrong-value", f"expected a number, found '{child.written}'", child.where, "write a number"
            )
            continue
        if isinstance(value, int | float) and not _in_range(value, low, high, whole=key in _WHOLE):
            allowed = f"{low:g} to {high:g}" if high is not None else f"{low:g} or more"
            told = f"{key} is {'a whole number, ' if key in _WHOLE else ''}{allowed}, found {child.written}"
            build.error("wrong-value", told, child.where, "write a number in that range")
            continue
        if not own and key not in build.agent_fields:
            message = f"the flow's own update_agent does not set '{key}', so it could not be set back"
            hint = f"add `{key}` to update_agent at the top of the flow"
            build.error("agent-setting", message, node.key_where(key), hint)
        found[key] = value
    return found


def _in_range(value: float, low: float, high: float | None, *, whole: bool) -> bool:
    return value >= low and (high is None or value <= high) and (not whole or value == int(value))


def action(build: Build, place: Place, node: Node, key: str) -> Action | None:
    """The action of a key that states and handlers share; None for other keys."""
    unit, child = place.unit, node.at(key)
    match key:
        case "say":
            return Say(texts.lines(build, unit, child))
        case "set":
            return SetValues(_assignments(build, unit, child))
        case "clear":
            return ClearSlots(slots(build, unit, child))
        case "reprompt":
            return Reprompt()
        case "metadata":
            return PushMetadata(texts.value(build, unit, child))
        case "digit_to_press":
            return PressDigits(texts.template(build, unit, child))
    return None


def slots(build: Build, unit: Unit, node: Node) -> tuple[str, ...]:
    """Qualified names of slots; unknown ones are noted."""
    found = []
    for name, item in texts.names(node):
        if name in unit.slots:
            found.append(unit.slots[name])
            build.used.add(("slot", unit.slots[name]))
        else:
            build.lacks("slot", name, item.where, unit.slots)
    return tuple(dict.fromkeys(found))


def _assignments(build: Build, unit: Unit, node: Node) -> tuple[tuple[str, Value], ...]:
    pairs = []
    for name, child in node.pairs.items():
        qualified = unit.variables.get(name) or unit.slots.get(name)
        if qualified is None:
            build.lacks("variable or slot", name, node.key_where(name), (*unit.variables, *unit.slots))
            continue
        build.used.add(("name", qualified))
        pairs.append((qualified, texts.value(build, unit, child)))
    return tuple(pairs)


def move(build: Build, place: Place, entry: Steps, node: Node, keys: list[str]) -> Move | None:
    """The move among these keys. More than one, or one that is not last, is a problem."""
    moves = [key for key in keys if key in MOVE_KEYS]
    if "show_transferee_as_caller" in keys and "transfer_number" not in keys:
        message = "show_transferee_as_caller means nothing without transfer_number"
        build.error(
            "wrong-value", message, node.key_where("show_transferee_as_caller"), "add it, or delete this key"
        )
    if not moves:
        return None
    for second in moves[1:]:
        message = f"a second move: '{moves[0]}' has left the state already"
        hint = "keep one of goto, visit, return, end_call, transfer_number"
        build.error("several-moves", message, node.key_where(second), hint)
    ordered = [key for key in keys if key in ACTION_KEYS or key in MOVE_KEYS]
    late = ordered[ordered.index(moves[0]) + 1 :]
    for key in late:
        if key not in MOVE_KEYS:
            message = f"'{key}' stands after the move '{moves[0]}', which is done last"
            build.error("move-not-last", message, node.key_where(key), f"write '{moves[0]}' last")
    return _move(build, place, entry, node, moves[0])


def _move(build: Build, place: Place, entry: Steps, node: Node, key: str) -> Move | None:
    unit, child = place.unit, node.at(key)
    match key:
        case "goto" | "visit":
            found = place.find(child.written)
            if found is None:
                build.lacks("state", child.written, child.where, place.names())
                return None
            build.used.add(("state", found))
            if key == "visit":
                build.visited.add(found)
                return Visit(found)
            return Goto(found)
        case "return":
            if child.kind != "mapping":
                return Return()
            if "error" in child.pairs:
                return Return({}, texts.template(build, unit, child.at("error")))
            return Return(texts.values(build, unit, child))
        case "end_call":
            return EndCall()
        case _:
            return Transfer(texts.template(build, unit, child), entry.show_transferee_as_caller)


def handlers(
    build: Build, place: Place, key: str, events: object, node: Node, *, is_global: bool = False
) -> dict[str, tuple[Handler, ...]]:
    """All handlers of an `on` mapping, in written order of the events."""
    found: dict[str, tuple[Handler, ...]] = {}
    for event in node.pairs:
        if event not in STATE_EVENTS:
            continue
        entries: list[HandlerEntry] = getattr(events, event, [])
        made = [
            handler(build, place, f"{key}.on.{event}.{index}", event, entry, node.at(event, index), is_global)
            for index, entry in enumerate(entries)
        ]
        found[event] = tuple(one for one in made if one is not None)
    return found


def handler(
    build: Build, place: Place, key: str, event: str, entry: HandlerEntry, node: Node, is_global: bool
) -> Handler | None:
    """One handler; None if nothing of it is left after problems."""
    empty_keys(build, node)
    if not node.pairs:
        hint = "give it conditions and actions, or delete it"
        build.error("empty-handler", "a handler without anything", node.where, hint)
        return None
    if not entry.model_fields_set:
        return None
    keys = given(entry, node)
    build.nodes[key] = node
    actions = []
    for name in keys:
        made = action(build, place, node, name)
        if name == "update_agent":
            made = ChangeAgent(settings(build, place.unit, node.at(name)))
        if made is not None:
            actions.append(made)
    _check_conditions(build, event, node, keys, is_global)
    return Handler(
        event=event,
        key=key,
        where=node.where,
        scope=place.unit.scope,
        condition=_condition(build, place.unit, node, keys),
        count=entry.count,
        first=entry.first,
        actions=tuple(actions),
        move=move(build, place, entry, node, keys),
        no_interruption_allowed=entry.no_interruption_allowed,
        silent=bool(entry.silent),
    )


def _condition(build: Build, unit: Unit, node: Node, keys: list[str]) -> Condition:
    return Condition(
        intents=_intents(build, unit, node.at("intent")) if "intent" in keys else (),
        match=pattern(build, unit, node.at("match")) if "match" in keys else None,
        slots=slots(build, unit, node.at("slot")) if "slot" in keys else (),
        test=texts.expression(build, unit, node.at("if")) if "if" in keys else None,
    )


def _intents(build: Build, unit: Unit, node: Node) -> tuple[str, ...]:
    found = []
    for name, item in texts.names(node):
        qualified = unit.intents.get(name) or (name if name in BUILT_IN_INTENTS else None)
        if qualified is None:
            build.lacks("intent", name, item.where, (*unit.intents, *BUILT_IN_INTENTS))
            continue
        build.used.add(("intent", qualified))
        found.append(qualified)
    return tuple(found)


def _check_conditions(build: Build, event: str, node: Node, keys: list[str], is_global: bool) -> None:
    if "first" in keys and not is_global:
        hint = "handlers of the current state come first anyway; move it under global, or delete `first`"
        build.error(
            "first-outside-global", "`first` means something under global only", node.key_where("first"), hint
        )
    if "count" in keys and event not in COUNTED_EVENTS:
        hint = f"counted are {', '.join(sorted(COUNTED_EVENTS))}"
        build.error("count-without-counter", f"'{event}' is not counted", node.key_where("count"), hint)
    for key in ("intent", "match", "slot"):
        if key in keys and event not in SPOKEN_EVENTS:
            hint = "these conditions belong under response_required or update_only"
            build.error(
                "no-words", f"'{event}' brings no words of the caller for '{key}'", node.key_where(key), hint
            )


def timers(
    build: Build, place: Place, key: str, entries: Mapping[str, HandlerEntry], node: Node
) -> tuple[Timer, ...]:
    """The `after` of a state, or of the whole call, soonest first."""
    found = []
    for written in node.pairs:
        delay = duration_ms(written)
        if delay is None or delay == 0:
            hint = "after: {6s: {say: ...}}"
            build.error("wrong-value", f"'{written}' is no duration", node.key_where(written), hint)
            continue
        entry = entries.get(written)
        timer_key = f"{key}.after.{written}"
        if entry is None:
            continue
        made = handler(build, place, timer_key, "after", entry, node.at(written), False)
        if made is not None:
            found.append(Timer(timer_key, delay, made))
    return tuple(sorted(found, key=lambda timer: timer.delay_ms))


def saved(build: Build, unit: Unit, node: Node) -> str | None:
    """The qualified name of a `save`; clashes are problems."""
    name, where = node.written, node.where
    return None if not isinstance(node.value, str) else _saved(build, unit, name, where)


def _saved(build: Build, unit: Unit, name: str, where: Source) -> str | None:
    other = "slot" if name in unit.slots else "variable" if name in unit.variables else None
    if other is not None:
        hint = "templates could not tell them apart: save it under another name"
        build.error("name-clash", f"'{name}' is the name of a {other} already", where, hint)
        return None
    if not name.isidentifier() or name in SPECIAL_NAMES:
        hint = f"letters, digits and _; taken are {', '.join(sorted(SPECIAL_NAMES))}"
        build.error("bad-name", f"'{name}' cannot be the name of a saved result", where, hint)
        return None
    unit.saved[name] = unit.qualified(name)
    return unit.saved[name]
