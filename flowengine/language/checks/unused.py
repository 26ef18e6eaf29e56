"""Something is declared and never used.

What: a tool that no state calls; an intent or slot that nothing refers to; a variable that no template reads. What an
included file declares is left alone: other flows may use it.

Why: it is left over, or the line that should use it is missing.

Bad:

    intents: {yes: [yes], bok: [book]}

with handlers for `yes` only.

Good:

    intents: {yes: [yes]}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Case, Unit
from flowengine.language.problems import Problem

CODES = ("unused",)
_BUILT_IN = frozenset({"repeat", "hold_on"})


def check(case: Case) -> Iterator[Problem]:
    seen: set[tuple[str, int, int]] = set()
    for unit in case.build.units.values():
        read = {
            name
            for reading in case.build.readings
            if reading.unit is unit and not reading.tool
            for name in reading.code.names
        }
        for kind, table in (
            ("tool", unit.tools),
            ("intent", unit.intents),
            ("slot", unit.slots),
            ("variable", unit.variables),
        ):
            for problem in _unused(case, unit, kind, table, read):
                place = (problem.where.file, problem.where.line, problem.where.column)
                if place not in seen:
                    seen.add(place)
                    yield problem


def _unused(case: Case, unit: Unit, kind: str, table: dict[str, str], read: set[str]) -> Iterator[Problem]:
    node = unit.parts[0].node.child(f"{kind}s")
    for name, qualified in table.items():
        if node is None or name not in node.keys:
            continue
        if name in read or (kind == "intent" and name in _BUILT_IN):
            continue
        if {(kind, qualified), ("name", qualified)} & case.build.used:
            continue
        message = f"the {kind} '{name}' is never used"
        yield Problem("warning", "unused", message, node.key_where(name), "use it or delete it")
