"""A conversation as a test case: appended to a test file, or the first of a new one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def case_yaml(
    name: str, steps: Sequence[Mapping[str, Any]], began: int, variables: Mapping[str, str] | None = None
) -> str:
    """The case as it stands under `cases:`."""
    moment = datetime.fromtimestamp(began / 1000, UTC).isoformat(timespec="seconds")
    lines = [f"  - case: {_text(name)}", f"    now: {_text(moment)}"]
    if variables:
        lines.append(f"    variables: {_text(dict(variables))}")
    lines.append("    steps:")
    for step in steps:
        key, value = next(iter(step.items()))
        lines.append(f"      - {key}: {_text(value)}")
    return "\n".join(lines) + "\n"


def as_case(
    file: Path,
    flow: Path,
    name: str,
    steps: Sequence[Mapping[str, Any]],
    began: int,
    variables: Mapping[str, str] | None = None,
) -> None:
    """Append the case to `file`, made if it is not there."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    if not text.strip():
        relative = os.path.relpath(flow, file.parent)
        text = f"flow: {_text(Path(relative).as_posix())}\n\ncases:\n"
    file.write_text(text.rstrip("\n") + "\n" + case_yaml(name, steps, began, variables), encoding="utf-8")


def _text(value: Any) -> str:
    """JSON is YAML, and leaves no doubt about quotes."""
    return json.dumps(value, ensure_ascii=False)
