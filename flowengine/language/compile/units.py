"""Units: a flow file with everything that it includes, read and bound."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from flowengine.language.binding import bind
from flowengine.language.compile.build import Build, Part, Unit
from flowengine.language.document import FlowFile, SharedFile
from flowengine.language.flow import Source
from flowengine.language.reader import Node, Text, read_path


def read_unit(build: Build, path: Path, scope: str, language: str | None) -> Unit | None:
    """Read a flow file and its includes. None if there is no flow in it; the problems are noted."""
    main = _part(build, path, FlowFile, None)
    if main is None:
        return None
    assert isinstance(main.model, FlowFile)
    unit = Unit(scope=scope, language=language or main.model.language, folder=path.parent, parts=[main])
    _include(build, unit, main, {_identity(path)})
    return unit


def _include(build: Build, unit: Unit, part: Part, seen: set[str]) -> None:
    node = part.node.child("include")
    if node is None or not part.model.include:
        return
    for item in node.items:
        name = item.written
        path = part.folder / name
        if not name.endswith((".yaml", ".yml")):
            message = f"'{name}' is no YAML file"
            build.error("bad-include", message, item.where, "include files that end in .yaml")
            continue
        if _identity(path) in seen:
            message = f"'{name}' is included already, or includes itself"
            build.error("bad-include", message, item.where, "include each file once")
            continue
        seen.add(_identity(path))
        included = _part(build, path, SharedFile, item)
        if included is not None:
            unit.parts.append(included)
            _include(build, unit, included, seen)


def _identity(path: Path) -> str:
    return os.path.normcase(path.resolve())


def _part(build: Build, path: Path, model: type[SharedFile], mention: Node | None) -> Part | None:
    text = read_file(build, path, mention)
    if text is None or text.root is None:
        return None
    bound, problems = bind(model, text.root)
    build.problems.extend(problems)
    if bound is None:
        return None
    return Part(bound, text.root, text, path.parent)


def read_file(build: Build, path: Path, mention: Node | None = None) -> Text | None:
    """Read a YAML file once. What is missing is reported where it was mentioned."""
    name = path.as_posix()
    if name in build.texts:
        return build.texts[name]
    text, data = read_path(path, name)
    build.texts[name] = text
    build.digests[name] = hashlib.sha256(data).hexdigest()
    if mention is not None and text.problems and text.problems[0].code == "no-file":
        folder = path.parent
        known = [other.name for other in sorted(folder.glob("*.y*ml"))] if folder.is_dir() else []
        build.lacks("file", mention.written, mention.where, known)
        return None
    build.problems.extend(text.problems)
    return text


def note_file(build: Build, path: Path) -> None:
    """Remember a file that is no YAML, such as a Python module."""
    name = path.as_posix()
    if name not in build.digests:
        try:
            build.digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            build.digests[name] = ""


def start_of(file: str) -> Source:
    """The first place of a file."""
    return Source(file, 1, 1)
