"""Python modules of a flow, found in the flow's folder first and read anew on every load.

A load never touches what running calls hold: it imports fresh module objects, and the functions that were handed
out before keep theirs.
"""

from __future__ import annotations

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
"""By folder: the modules that tools brought in, each with file and digest. Only these are ever forgotten."""


class ToolError(FlowengineError):
    """A tool that cannot be loaded; the message says why."""


def forget_changed(folder: str | Path) -> bool:
    """Forget what tools brought in from `folder` if any of these files has changed; says whether it did.

    All of them go, not only the changed one: they may have imported names from each other.
    """
    root = Path(folder).resolve()
    with _LOCK:
        importlib.invalidate_caches()
        known = _brought_in.get(root, {})
        if all(_digest(file) == digest for file, digest in known.values()):
            return False
        for name in _brought_in.pop(root):
            sys.modules.pop(name, None)
        return True


def load_function(reference: str, folder: str | Path) -> Callable[..., Any]:
    """The callable that `reference` ("module:function") names. Raises ToolError."""
    module_name, _, path = reference.partition(":")
    if not module_name or not path:
        raise ToolError(f"'{reference}' is not module:function")
    found: Any = _import(module_name, Path(folder).resolve())
    for part in path.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise ToolError(f"module '{module_name}' has no '{path}'") from None
    if not callable(found):
        raise ToolError(f"'{reference}' is no function")
    return found  # type: ignore[no-any-return]


def loaded_files(folder: str | Path) -> tuple[Path, ...]:
    """Files inside `folder` that the modules of tools came from."""
    with _LOCK:
        return tuple(sorted(file for file, _ in _brought_in.get(Path(folder).resolve(), {}).values()))


def _import(name: str, folder: Path) -> ModuleType:
    head = name.partition(".")[0]
    local = (folder / f"{head}.py").is_file() or (folder / head).is_dir()
    if local and head in sys.stdlib_module_names:
        raise ToolError(f"'{head}.py' has the name of one of Python's own modules; rename it")
    with _LOCK:
        if local:
            _drop_namesakes(head, folder)
        cached, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        # Bytecode is matched by whole seconds: two edits in one second would give the older text.
        sys.path.insert(0, str(folder))
        before = set(sys.modules)
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            raise ToolError(f"no module '{error.name}' in {folder} or on the import path") from error
        except Exception as error:
            raise ToolError(f"module '{name}' cannot be imported: {type(error).__name__}: {error}") from error
        finally:
            sys.dont_write_bytecode = cached
            sys.path.remove(str(folder))
            for key in sys.modules.keys() - before:
                if _inside(module := sys.modules[key], folder):
                    file = Path(str(module.__file__))
                    _brought_in.setdefault(folder, {})[key] = (file, _digest(file))
            if str(folder) not in sys.path:
                sys.path.append(str(folder))  # for imports that functions do when they run


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
