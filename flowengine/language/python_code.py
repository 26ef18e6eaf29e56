"""The flow's own Python: where the functions behind `python:` are found.

A module in the flow's folder is found before one that is installed, and read anew when a file of it has changed. Check
and server load the same module object: it is imported once. A reload never touches what running calls hold: it
imports fresh module objects, and the functions that were handed out before keep theirs.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from flowengine.errors import FlowengineError

_LOCK = threading.RLock()
_INSTALLED = ("site-packages", "dist-packages")
_brought_in: dict[Path, dict[str, tuple[Path, str]]] = {}
"""By folder: the modules that flows brought in, each with file and digest. Only these are ever forgotten."""


class PythonCodeError(FlowengineError):
    """A `python:` reference that leads nowhere; the message says why."""


def module_files(reference: str, folder: Path) -> tuple[Path, ...]:
    """Files in the flow's folder that a reference `module:name` is made of, with what they import from there."""
    found: dict[Path, None] = {}
    _follow(reference.partition(":")[0], folder, found)
    return tuple(found)


def _follow(module: str, folder: Path, found: dict[Path, None]) -> None:
    parts = module.split(".")
    for size in range(1, len(parts) + 1):
        base = folder.joinpath(*parts[:size])
        for path in (base / "__init__.py", base.with_suffix(".py")):
            if path in found or not path.is_file():
                continue
            found[path] = None
            for imported in _imports(path):
                _follow(imported, folder, found)


def _imports(path: Path) -> list[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def loaded_files(folder: str | Path) -> tuple[Path, ...]:
    """Files inside `folder` that loaded modules came from, those too that only running the code could tell."""
    with _LOCK:
        return tuple(sorted(file for file, _ in _brought_in.get(Path(folder).resolve(), {}).values()))


def load_function(reference: str, folder: str | Path) -> Callable[..., Any]:
    """The function of `module:function`. PythonCodeError when it cannot be had."""
    module_name, _, function_name = reference.partition(":")
    if not module_name or not function_name:
        raise PythonCodeError(f"'{reference}' is not module:function")
    module = load_module(module_name, Path(folder))
    found: Any = module
    for part in function_name.split("."):
        if not hasattr(found, part):
            from flowengine.language.problems import did_you_mean

            names = [
                name for name, value in vars(module).items() if callable(value) and not name.startswith("_")
            ]
            near = did_you_mean(function_name, names)
            raise PythonCodeError(f"module '{module_name}' has no function '{function_name}'{near}")
        found = getattr(found, part)
    if not callable(found):
        raise PythonCodeError(f"'{reference}' is no function")
    function: Callable[..., Any] = found
    return function


def load_module(name: str, folder: Path) -> ModuleType:
    """The module `name`, from `folder` first. PythonCodeError when it cannot be imported."""
    folder = folder.resolve()
    head = name.partition(".")[0]
    local = (folder / f"{head}.py").is_file() or (folder / head).is_dir()
    if local and head in sys.stdlib_module_names:
        raise PythonCodeError(f"'{head}.py' has the name of one of Python's own modules; rename it")
    with _LOCK:
        _forget_changed(folder)
        if local:
            _drop_namesakes(head, folder)
        try:
            return _imported(name, folder)
        except ModuleNotFoundError as error:
            raise PythonCodeError(f"no module '{error.name}' in the flow's folder or installed") from error
        except SyntaxError as error:
            raise PythonCodeError(f"'{error.filename}' line {error.lineno}: {error.msg}") from error
        except Exception as error:
            raise PythonCodeError(f"importing '{name}' fails: {type(error).__name__}: {error}") from error


def _imported(name: str, folder: Path) -> ModuleType:
    # Bytecode is matched by whole seconds: two edits in one second would give the older text.
    cached, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(folder))
    before = set(sys.modules)
    try:
        return importlib.import_module(name)
    finally:
        sys.dont_write_bytecode = cached
        sys.path.remove(str(folder))
        for key in sys.modules.keys() - before:
            if _inside(module := sys.modules[key], folder):
                file = Path(str(module.__file__))
                _brought_in.setdefault(folder, {})[key] = (file, _digest(file))
        if str(folder) not in sys.path:
            sys.path.append(str(folder))  # for imports that functions do when they run


def _forget_changed(folder: Path) -> None:
    """Forget what was brought in from `folder` if any of these files has changed.

    All of them go, not only the changed one: they may have imported names from each other.
    """
    importlib.invalidate_caches()
    known = _brought_in.get(folder, {})
    if any(_digest(file) != digest for file, digest in known.values()):
        for name in _brought_in.pop(folder):
            sys.modules.pop(name, None)


def _drop_namesakes(head: str, folder: Path) -> None:
    """Another flow's folder may hold a module of the same name; its functions keep it."""
    module = sys.modules.get(head)
    if module is not None and not _inside(module, folder):
        for name in [name for name in sys.modules if name == head or name.startswith(f"{head}.")]:
            del sys.modules[name]


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _inside(module: object, root: Path) -> bool:
    file = getattr(module, "__file__", None)
    if not isinstance(file, str):
        return False
    path = Path(file)
    return path.is_relative_to(root) and not any(part in _INSTALLED for part in path.relative_to(root).parts)
