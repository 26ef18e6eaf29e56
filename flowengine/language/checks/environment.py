"""An environment variable that is not set, or not listed.

What: `env:` lists a variable that the process does not have, or a template reads `env.NAME` without NAME in the list.

Why: secrets come from the environment, and a call would fail where the first request needs one. So `run` refuses to
start without them; `check`, `test` and `chat` need none and only warn. The list keeps templates from reading anything
else.

Bad:

    tools:
      order:
        http: {url: "https://api.example.com/orders", headers: {Authorization: "Bearer {{ env.TOKEN }}"}}
        effect: read

Good:

    env: [TOKEN]
    tools:
      order:
        http: {url: "https://api.example.com/orders", headers: {Authorization: "Bearer {{ env.TOKEN }}"}}
        effect: read
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Build
from flowengine.language.problems import Problem, closest, did_you_mean

CODES = ("unset-environment", "unlisted-environment")


def check(build: Build) -> Iterator[Problem]:
    for missing in build.missing:
        if missing.kind == "environment variable":
            message = f"the environment variable {missing.name} is not set"
            near = closest(missing.name, missing.known)
            hint = f"export {missing.name}=... before starting" + (f"; {near} is set" if near else "")
            yield Problem("warning", "unset-environment", message, missing.where, hint)
    for reading in build.readings:
        for name, attribute in sorted(reading.code.attributes):
            if name == "env" and attribute not in reading.unit.env:
                where = reading.unit.text_of(reading.node).find(reading.node, attribute)
                where = (
                    where
                    if where != reading.node.where
                    else reading.unit.text_of(reading.node).find(reading.node, "env")
                )
                message = (
                    f"env.{attribute} is not listed under env{did_you_mean(attribute, reading.unit.env)}"
                )
                yield Problem("error", "unlisted-environment", message, where, f"add it: env: [{attribute}]")
