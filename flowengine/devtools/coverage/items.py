"""What there is to cover in a flow, and what of it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flowengine.language.flow import CallTool, Flow, Handler, Source


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to cover: `mark` is what a run leaves behind when it was used."""

    kind: str
    name: str
    where: Source
    mark: str


@dataclass(frozen=True, slots=True)
class Covered:
    """A flow's items and the marks that were left. `percent` of all items."""

    flow: str
    items: tuple[Item, ...]
    marks: frozenset[str]

    @property
    def missed(self) -> list[Item]:
        return [item for item in self.items if item.mark not in self.marks]

    @property
    def percent(self) -> float:
        return 100.0 if not self.items else 100.0 * (1 - len(self.missed) / len(self.items))


def covered(flow: Flow, marks: Iterable[str]) -> Covered:
    """The coverage of `flow` by these marks."""
    return Covered(flow.name, tuple(items(flow)), frozenset(marks))


def items(flow: Flow) -> Iterator[Item]:
    """All that can be covered, in the order of the file."""
    found = list(_items(flow))
    found.sort(key=lambda item: (item.where.file, item.where.line, item.where.column, item.mark))
    yield from found


def _items(flow: Flow) -> Iterator[Item]:
    for handlers in flow.on.values():
        for handler in handlers:
            yield from _handler(handler)
    for timer in flow.after:
        yield from _handler(timer.handler)
    for name, slot in flow.slots.items():
        for index, rule in enumerate(slot.reject):
            for way in ("true", "false"):
                label = "rejected" if way == "true" else "accepted"
                yield Item("slot", f"{name} {label}", rule.where, f"reject:{name}:{index}:{way}")
    for name, state in flow.states.items():
        yield Item("state", name, state.where, f"state:{name}")
        for handlers in state.on.values():
            for handler in handlers:
                yield from _handler(handler)
        for timer in state.after:
            yield from _handler(timer.handler)
        for action in state.entry:
            if isinstance(action, CallTool):
                for result in ("done", "error"):
                    yield Item("tool", f"{action.tool} {result}", state.where, f"tool:{action.tool}:{result}")


def _handler(handler: Handler) -> Iterator[Item]:
    yield Item("handler", handler.key, handler.where, f"handler:{handler.key}")
    if handler.condition.test is not None:
        for way in ("true", "false"):
            yield Item("guard", f"{handler.key} {way}", handler.where, f"guard:{handler.key}:{way}")
