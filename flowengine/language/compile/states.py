"""States: their entry in written order, what is inside them, and the tools and sub-flows that they call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flowengine.language.compile import steps, texts
from flowengine.language.compile.build import Build
from flowengine.language.compile.steps import Place
from flowengine.language.document import StateEntry
from flowengine.language.document.actions import MOVE_KEYS
from flowengine.language.flow import Action, Ask, CallFlow, CallTool, Collect, State
from flowengine.language.problems import closest
from flowengine.language.reader import Node

if TYPE_CHECKING:
    from flowengine.language.compile.flows import SubFlows

_LEAF_KEYS = ("ask", "collect", "confirm", "call", "with", "save")


def frame_of(node: Node, parent: str | None) -> dict[str, str]:
    """Ids of the states in a `states` mapping by their names."""
    return {name: f"{parent}.{name}" if parent else name for name in node.pairs}


def compile_states(
    build: Build,
    place: Place,
    entries: Mapping[str, StateEntry],
    node: Node,
    parent: str | None,
    sub_flows: SubFlows,
) -> tuple[str, ...]:
    """Compile a `states` mapping; `place.frames[0]` holds its names. Returns the ids in written order."""
    ids = []
    for name, entry in entries.items():
        where = node.key_where(name)
        if not name.replace("-", "_").isidentifier():
            hint = "letters, digits and _, not beginning with a digit"
            build.error("bad-name", f"'{name}' cannot be the name of a state", where, hint)
            continue
        _State(build, place, place.frames[0][name], entry, node.at(name), parent, sub_flows).compile(
            name, node
        )
        ids.append(place.frames[0][name])
    return tuple(ids)


class _State:
    """One state on its way from the document to the flow."""

    def __init__(
        self,
        build: Build,
        place: Place,
        state_id: str,
        entry: StateEntry,
        node: Node,
        parent: str | None,
        sub_flows: SubFlows,
    ) -> None:
        self._build, self._entry, self._node = build, entry, node
        self._id, self._parent, self._sub_flows = state_id, parent, sub_flows
        inside = frame_of(node.at("states"), state_id) if entry.states else None
        self._place = Place(place.unit, place.frames, inside)

    def compile(self, name: str, states: Node) -> None:
        build, entry, node, place = self._build, self._entry, self._node, self._place
        where = states.key_where(name)
        steps.empty_keys(build, node)
        keys = steps.given(entry, node)
        if not node.pairs and node.kind == "mapping":
            build.error(
                "empty-state",
                f"the state '{name}' has nothing in it",
                where,
                "say, ask or do something in it",
            )
        build.nodes[self._id] = node
        self._check_keys(name, keys)
        children, start = self._inside(keys)
        entry_actions, sub_start, sub_children = self._entry_actions(keys)
        build.states[self._id] = State(
            id=self._id,
            where=where,
            parent=self._parent,
            children=children or sub_children,
            start=start or sub_start,
            scope=place.unit.scope,
            entry=entry_actions,
            move=steps.move(build, place, entry, node, keys),
            waits=any(key in keys for key in ("ask", "collect", "call", "on")),
            on=steps.handlers(build, place, self._id, entry.on, node.at("on")) if "on" in keys else {},
            after=steps.timers(build, place, self._id, entry.after, node.at("after"))
            if "after" in keys
            else (),
            update_agent=steps.settings(build, place.unit, node.at("update_agent"))
            if entry.update_agent is not None
            else {},
            no_interruption_allowed=entry.no_interruption_allowed,
            silent=bool(entry.silent),
        )
        self._sub_flows.attach_globals(self._id)

    def _check_keys(self, name: str, keys: list[str]) -> None:
        build, node = self._build, self._node
        for key, needed in (("confirm", "collect"), ("with", "call"), ("save", "call")):
            if key in keys and needed not in node.pairs:
                message = f"'{key}' means nothing without '{needed}'"
                build.error(
                    "missing-key", message, node.key_where(key), f"add `{needed}: ...`, or delete `{key}`"
                )
        if "states" in node.pairs:
            for key in keys:
                if key in _LEAF_KEYS or key in MOVE_KEYS:
                    message = f"'{name}' has states inside, so '{key}' would never be its own"
                    hint = "put it into one of the states inside"
                    build.error("parent-acts", message, node.key_where(key), hint)
            if "start" not in node.pairs:
                hint = f"start: {next(iter(node.at('states').pairs), 'name')}"
                build.error(
                    "missing-key",
                    f"'{name}' has states inside but no 'start'",
                    node.key_where("states"),
                    hint,
                )
        elif "start" in node.pairs:
            hint = "add `states:`, or delete `start`"
            build.error(
                "missing-key", "'start' means nothing without 'states'", node.key_where("start"), hint
            )

    def _inside(self, keys: list[str]) -> tuple[tuple[str, ...], str | None]:
        """The states inside and the one that is entered first."""
        build, entry, node = self._build, self._entry, self._node
        if not entry.states:
            return (), None
        frame = self._place.inside or {}
        inner = Place(self._place.unit, (frame, *self._place.frames))
        children = compile_states(build, inner, entry.states, node.at("states"), self._id, self._sub_flows)
        start = frame.get(entry.start or "")
        if start not in children:
            if entry.start is not None and entry.start not in frame:
                build.lacks("state", entry.start, node.at("start").where, frame)
            start = children[0] if children else None
        elif "start" in keys:
            build.used.add(("state", str(start)))
        return children, start

    def _entry_actions(self, keys: list[str]) -> tuple[tuple[Action, ...], str | None, tuple[str, ...]]:
        build, entry, node, place = self._build, self._entry, self._node, self._place
        actions: list[Action] = []
        start: str | None = None
        children: tuple[str, ...] = ()
        for key in keys:
            match key:
                case "ask":
                    actions.append(Ask(texts.lines(build, place.unit, node.at("ask"))))
                case "collect":
                    read_back = node.at("confirm")
                    confirm = texts.lines(build, place.unit, read_back) if entry.confirm is not None else None
                    actions.append(Collect(steps.slots(build, place.unit, node.at("collect")), confirm))
                case "call":
                    made, start, children = self._call(keys)
                    if made is not None:
                        actions.append(made)
                case _:
                    shared = steps.action(build, place, node, key)
                    if shared is not None:
                        actions.append(shared)
        return tuple(actions), start, children

    def _call(self, keys: list[str]) -> tuple[Action | None, str | None, tuple[str, ...]]:
        build, node, unit = self._build, self._node, self._place.unit
        child = node.at("call")
        target = child.written
        arguments = texts.values(build, unit, node.at("with")) if "with" in keys else {}
        save = steps.saved(build, unit, node.at("save")) if "save" in keys else None
        if target.endswith((".yaml", ".yml")):
            entered = self._sub_flows.enter(self._id, unit, child, node.at("with") if arguments else None)
            if entered is None:
                return None, None, ()
            return CallFlow(self._id, arguments, save), entered.start, entered.children
        qualified = unit.tools.get(target)
        if qualified is None:
            near = closest(target, unit.tools)
            build.lacks("tool", target, child.where, unit.tools if near or unit.tools else ())
            return None, None, ()
        build.used.add(("tool", qualified))
        if qualified not in build.tools:
            return None, None, ()  # declared, but broken
        return CallTool(qualified, arguments, save), None, ()
