"""A slot, intent, tool, variable, slot type, language, time zone or file that does not exist.

What: something is referred to that is declared nowhere in this file or in what it includes. In templates, the names at
top level are variables, slots, saved results, and `call`, `said`, `captured`, `count`, `state`, `now`, `today`, `env`
and `error`. A sub-flow sees its `with` and its own declarations only.

Why: a template that reads an unknown name fails in the middle of a call.

Bad:

    slots: {day: {type: date, ask: Which day?}}
    states:
      ask_day: {collect: [dya], goto: bye}
      bye: {say: "See you {{ days | spoken }}.", end_call: true, no_interruption_allowed: true}

Good:

    slots: {day: {type: date, ask: Which day?}}
    states:
      ask_day: {collect: [day], goto: bye}
      bye: {say: "See you {{ day | spoken }}.", end_call: true, no_interruption_allowed: true}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import SPECIAL_NAMES, Build, Reading
from flowengine.language.problems import Problem, did_you_mean, listed
from flowengine.language.templates import GLOBAL_NAMES

CODES = (
    "unknown-slot",
    "unknown-intent",
    "unknown-tool",
    "unknown-name",
    "unknown-slot-type",
    "unknown-language",
    "unknown-timezone",
    "unknown-file",
)

_KINDS = {
    "slot": ("unknown-slot", "slots"),
    "intent": ("unknown-intent", "intents"),
    "tool": ("unknown-tool", "tools"),
    "variable or slot": ("unknown-name", "variables and slots"),
    "slot type": ("unknown-slot-type", "types"),
    "language": ("unknown-language", "languages"),
    "time zone": ("unknown-timezone", "time zones"),
    "file": ("unknown-file", "files there"),
}


def check(build: Build) -> Iterator[Problem]:
    for missing in build.missing:
        if missing.kind not in _KINDS:
            continue
        code, plural = _KINDS[missing.kind]
        near = did_you_mean(missing.name, missing.known)
        hint = f"{plural}: {listed(sorted(missing.known))}" if missing.known else f"there are no {plural}"
        if missing.kind == "time zone":
            hint = "use a name of the IANA list, such as America/Los_Angeles or Europe/Madrid"
        if missing.kind == "file":
            hint = "write its path relative to this file"
        yield Problem(
            "error", code, f"{missing.kind} '{missing.name}' does not exist{near}", missing.where, hint
        )
    for reading in build.readings:
        if not reading.tool:
            yield from _in_template(reading)


def _in_template(reading: Reading) -> Iterator[Problem]:
    unit = reading.unit
    known = {*unit.slots, *unit.variables, *unit.saved}
    for name in sorted(reading.code.names - known - SPECIAL_NAMES - GLOBAL_NAMES):
        near = did_you_mean(name, (*known, *sorted(SPECIAL_NAMES)))
        where = unit.text_of(reading.node).find(reading.node, name)
        hint = (
            f"variables, slots and saved results: {listed(sorted(known))}"
            if known
            else "declare it under variables"
        )
        yield Problem("error", "unknown-name", f"nothing is called '{name}'{near}", where, hint)
