"""A case with a schedule, as it stands in a test file: it shows what the fuzzer found again, every time."""

from __future__ import annotations

import json
from typing import Any

from flowengine.devtools.fuzz.schedule import Schedule
from flowengine.devtools.stubs import Stub
from flowengine.devtools.testing.cases import Case, Step


def pinned(case: Case, schedule: Schedule) -> str:
    """The case as it stands under `cases:`. JSON is YAML, and leaves no doubt about quotes."""
    head: dict[str, Any] = {"schedule": [str(move) for move in schedule]}
    if case.now is not None:
        head["now"] = case.now
    if case.call:
        head["call"] = dict(case.call)
    if case.variables:
        head["variables"] = dict(case.variables)
    if case.tools:
        head["tools"] = {name: [_stub(stub) for stub in stubs] for name, stubs in case.tools.items()}
    lines = [f"  - case: {_json(f'{case.name} (found by the fuzzer)')}"]
    lines += [f"    {key}: {_json(value)}" for key, value in head.items()]
    lines.append("    steps:")
    lines += [f"      - {step.kind}: {_json(_step(step))}" for step in case.steps]
    return "\n".join(lines)


def _stub(stub: Stub) -> dict[str, Any]:
    answer: dict[str, Any] = {"error": stub.error} if stub.error is not None else {"done": stub.value}
    if stub.status is not None:
        answer["status"] = stub.status
    if stub.after_ms:
        answer["after"] = f"{stub.after_ms}ms"
    return answer


def _step(step: Step) -> Any:
    if step.kind == "wait":
        return f"{step.value}ms"
    dump = getattr(step.value, "model_dump", None)
    return dump(by_alias=True, exclude_unset=True, warnings=False) if dump is not None else step.value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
