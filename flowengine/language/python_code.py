"""A flow's own Python: which files it is made of, and how its functions are found.

A module in the flow's folder is found before one that is installed. It is loaded under a name of its own, so that two
flows may both have a `tools.py`, and again when one of its files has changed.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import sys
import threading
from collections.abc import Callable
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

from flowengine.errors import FlowengineError

_LOCK = threading.RLock()
_LOADED: dict[tuple[str, str], tuple[str, ModuleType]] = {}


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


def load_function(reference: str, folder: str | Path) -> Callable[..., Any]:
    """The function of `module:function`. PythonCodeError when it cannot be had."""
    module_name, _, function_name = reference.partition(":")
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
        raise PythonCodeError(f"'{reference}' is a {type(found).__name__}, not a function")
    function: Callable[..., Any] = found
    return function


def load_module(name: str, folder: Path) -> ModuleType:
    """The module `name`, from `folder` first. PythonCodeError when it cannot be imported."""
    folder = folder.resolve()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    files = module_files(name, folder)
    try:
        with _LOCK:
            importlib.invalidate_caches()
            # bytecode is matched by whole seconds: two edits in one second would give the older text
            cached, sys.dont_write_bytecode = sys.dont_write_bytecode, True
            try:
                return _from_folder(name, folder, files) if files else importlib.import_module(name)
            finally:
                sys.dont_write_bytecode = cached
    except PythonCodeError:
        raise
    except ModuleNotFoundError as error:
        raise PythonCodeError(f"no module '{error.name}' in the flow's folder or installed") from error
    except SyntaxError as error:
        raise PythonCodeError(f"'{error.filename}' line {error.lineno}: {error.msg}") from error
    except Exception as error:
        raise PythonCodeError(f"importing '{name}' fails: {type(error).__name__}: {error}") from error


def _from_folder(name: str, folder: Path, files: tuple[Path, ...]) -> ModuleType:
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes())
        total.update(str(file).encode())
    digest = total.hexdigest()
    known = _LOADED.get((str(folder), name))
    if known is not None and known[0] == digest:
        return known[1]
    path = next(file for file in reversed(files) if _is_module(file, folder, name))
    alias = f"_flow_{digest[:16]}_{name.replace('.', '_')}"
    spec = util.spec_from_file_location(alias, path)
    if spec is None or spec.loader is None:
        raise PythonCodeError(f"'{path}' is no Python module")
    module = util.module_from_spec(spec)
    # what it imports from the folder must be this folder's, and as it is now
    for other in [other for other, loaded in sys.modules.items() if _lies_in(loaded, folder)]:
        del sys.modules[other]
    sys.modules[alias] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(alias, None)
        raise
    _LOADED[(str(folder), name)] = (digest, module)
    return module


def _is_module(file: Path, folder: Path, name: str) -> bool:
    base = folder.joinpath(*name.split("."))
    return file in (base.with_suffix(".py"), base / "__init__.py")


def _lies_in(module: ModuleType | None, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    if not file or getattr(module, "__name__", "").startswith("_flow_"):
        return False
    return Path(file).parent.is_relative_to(folder) and _is_ours(file)


def _is_ours(file: str) -> bool:
    """Not installed, and not flowengine itself (a flow may lie in a checkout)."""
    parts = Path(file).parts
    return "site-packages" not in parts and "flowengine" not in parts and "tests" not in parts
