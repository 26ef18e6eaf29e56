"""Which files are flows."""

from __future__ import annotations

import re
from pathlib import Path

from flowengine.cli.output import fail

_FLOW_KEY = re.compile(rb"^(?:flow|\"flow\"|'flow')[ \t]*:", re.MULTILINE)
_CALLED = re.compile(rb"^[^#\n]*?\bcall[ \t]*:[ \t]*[\"']?([^\s\"',}]+\.ya?ml)\b", re.MULTILINE)
"""`call: verify.yaml`: a sub-flow, which is checked with the flow that calls it."""
_PATTERNS = ("*.yaml", "*.yml")


def flow_files(path: Path) -> list[Path]:
    """`path` itself, or the flow files below that folder: every YAML file with a `flow:` at its top level.

    Test files (`*.test.yaml`), files that flows include or call as sub-flows, and hidden folders are passed over.
    Ends the command with exit code 2 if there is nothing.
    """
    if not path.exists():
        fail(f"there is no file or folder '{path}'")
    if not path.is_dir():
        return [path]
    found = sorted(
        file
        for pattern in _PATTERNS
        for file in path.rglob(pattern)
        if is_flow(file) and not _hidden(file, path)
    )
    called = {sub for file in found for sub in _sub_flows(file)}
    found = [file for file in found if file.resolve() not in called]
    if not found:
        fail(f"no flow in the folder '{path}'", "a flow is a YAML file that begins with `flow: a_name`")
    return found


def _sub_flows(file: Path) -> set[Path]:
    """The files that this flow calls, wherever they are."""
    names = {name.decode("utf-8", "replace") for name in _CALLED.findall(file.read_bytes())}
    return {(file.parent / name).resolve() for name in names} - {file.resolve()}


def is_flow(file: Path) -> bool:
    """Whether the file looks like a flow. One that cannot be read is none."""
    if file.name.endswith((".test.yaml", ".test.yml")):
        return False
    try:
        return _FLOW_KEY.search(file.read_bytes()) is not None
    except OSError:
        return False


def _hidden(file: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(below).parts)
