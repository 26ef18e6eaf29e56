"""A flow that notes what of it is used: the same flow with probes in the place of some of its values.

Nothing in the engine knows of it: a handler begins with a line that says nothing and leaves its mark, a guard notes
how it came out, a state marks its entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flowengine.language.flow import Flow, Handler, Reject, Say, Timer
from flowengine.language.templates import Expression


class _Mark:
    """Stands where a template does: renders as nothing, and leaves a mark."""

    __slots__ = ("_mark", "_marks")

    def __init__(self, marks: set[str], mark: str) -> None:
        self._marks = marks
        self._mark = mark

    def render(self, scope: Mapping[str, object]) -> str:  # noqa: ARG002 - as a template is rendered
        self._marks.add(self._mark)
        return ""


class _Guard:
    """Stands where an expression does, and marks how it came out."""

    __slots__ = ("_inner", "_mark", "_marks")

    def __init__(self, inner: Expression, marks: set[str], mark: str) -> None:
        self._inner = inner
        self._marks = marks
        self._mark = mark

    def test(self, scope: Mapping[str, object]) -> bool:
        holds = self._inner.test(scope)
        self._marks.add(f"{self._mark}:{'true' if holds else 'false'}")
        return holds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def probed(flow: Flow, marks: set[str]) -> Flow:
    """The same flow; what of it is used is added to `marks`."""

    def handler(one: Handler) -> Handler:
        probe: Any = _Mark(marks, f"handler:{one.key}")
        condition = one.condition
        if condition.test is not None:
            guard: Any = _Guard(condition.test, marks, f"guard:{one.key}")
            condition = replace(condition, test=guard)
        return replace(one, condition=condition, actions=(Say((probe,)), *one.actions))

    def handlers(found: Mapping[str, tuple[Handler, ...]]) -> dict[str, tuple[Handler, ...]]:
        return {event: tuple(map(handler, some)) for event, some in found.items()}

    def timers(found: Iterable[Timer]) -> tuple[Timer, ...]:
        return tuple(replace(timer, handler=handler(timer.handler)) for timer in found)

    def rejection(slot: str, index: int, rule: Reject) -> Reject:
        guard: Any = _Guard(rule.test, marks, f"reject:{slot}:{index}")
        return replace(rule, test=guard)

    def state(name: str) -> Any:
        one = flow.states[name]
        return replace(one, on=handlers(one.on), after=timers(one.after))

    return replace(
        flow,
        states={name: state(name) for name in flow.states},
        on=handlers(flow.on),
        after=timers(flow.after),
        slots={
            name: replace(slot, reject=tuple(rejection(name, i, rule) for i, rule in enumerate(slot.reject)))
            for name, slot in flow.slots.items()
        },
    )
