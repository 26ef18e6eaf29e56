"""A target that does not exist.

What: `goto`, `visit` or `start` names a state that cannot be found from there. Names resolve to siblings of the state
first, then outward; a state inside another one is reached from elsewhere as `parent.child`.

Why: the call would have nowhere to go.

Bad:

    states:
      greeting: {ask: Shall we begin?, on: {response_required: [{goto: confrim}]}}
      confirm: {say: Good., end_call: true, no_interruption_allowed: true}

Good:

    states:
      greeting: {ask: Shall we begin?, on: {response_required: [{goto: confirm}]}}
      confirm: {say: Good., end_call: true, no_interruption_allowed: true}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Build
from flowengine.language.problems import Problem, did_you_mean, listed

CODES = ("unknown-state",)


def check(build: Build) -> Iterator[Problem]:
    for missing in build.missing:
        if missing.kind == "state":
            near = did_you_mean(missing.name, missing.known)
            hint = f"states that can be reached from here: {listed(missing.known)}" if missing.known else None
            elsewhere = [
                s
                for s in build.states
                if s.rpartition(".")[2] == missing.name and missing.name not in missing.known
            ]
            if elsewhere:
                hint = f"from here it is called '{elsewhere[0]}'"
            yield Problem(
                "error", "unknown-state", f"state '{missing.name}' does not exist{near}", missing.where, hint
            )
