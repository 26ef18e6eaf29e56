"""A flow's own slot types: `type: python:module:object`, loaded from the flow's folder.

The object may be an instance or a class (made without arguments) that satisfies `SlotType`, or a plain function
`(said, context)` that returns candidates, one value, or None.
"""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module, util
from pathlib import Path
from typing import Any

from flowengine.errors import FlowengineError
from flowengine.speech.contract import BesideType, Candidate, Context, Said, SlotType


class PythonTypeError(FlowengineError):
    """A `python:` slot type that cannot be used; the message says why."""


@dataclass(slots=True)
class FunctionType:
    """A plain function as a slot type. What it returns as one value covers the whole utterance."""

    name: str
    function: Callable[[Said, Context], object]
    open: bool = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        found = self.function(said, context)
        if found is None:
            return ()
        if isinstance(found, Candidate):
            return (found,)
        if isinstance(found, list | tuple) and all(isinstance(item, Candidate) for item in found):
            return tuple(found)
        return (Candidate(found, 0, len(said.tokens)),)

    def spoken(self, value: object, language: str) -> str:
        from flowengine.speech.speaking import spoken

        return spoken(value, language)


@dataclass(slots=True)
class GuardedType:
    """A type of the flow's own that says where it failed, and for which None is no value.

    PythonTypeError, with file and line, for whatever its `recognise` or `spoken` raises.
    """

    kind: SlotType
    reference: str
    name: str = field(init=False)
    open: bool = field(init=False)

    def __post_init__(self) -> None:
        self.name, self.open = self.kind.name, self.kind.open

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        try:
            return self.kind.recognise(said, context) or ()
        except Exception as error:
            raise PythonTypeError(_failure(self.reference, f"on '{said.text}'", error)) from error

    def spoken(self, value: object, language: str) -> str:
        try:
            return self.kind.spoken(value, language)
        except Exception as error:
            raise PythonTypeError(_failure(self.reference, f"to say {value!r}", error)) from error


class GuardedBesideType(GuardedType):
    """The same for a type that reads beside the values of others."""

    def beside(self, said: Said, taken: Sequence[tuple[int, int]], context: Context) -> Sequence[Candidate]:
        assert isinstance(self.kind, BesideType)
        try:
            return self.kind.beside(said, taken, context) or ()
        except Exception as error:
            raise PythonTypeError(_failure(self.reference, f"on '{said.text}'", error)) from error


def _failure(reference: str, what: str, error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return f"slot type '{reference}' failed {what}: {type(error).__name__}: {error} ({place})"


def load_python_type(reference: str, folder: str | Path) -> SlotType:
    """Load `module:object` (with or without the leading `python:`) from `folder`, else from the import path.

    PythonTypeError if the module cannot be imported, the object is not there or is no slot type.
    """
    text = reference.removeprefix("python:").strip()
    module_name, _, object_name = text.partition(":")
    if not module_name or not object_name:
        raise PythonTypeError(f"'{reference}' is not module:object")
    module = _module(module_name, Path(folder))
    found: Any = module
    for part in object_name.split("."):
        if not hasattr(found, part):
            raise PythonTypeError(f"module '{module_name}' has no '{object_name}'")
        found = getattr(found, part)
    if inspect.isclass(found):
        try:
            found = found()
        except Exception as error:
            raise PythonTypeError(f"'{text}' cannot be made without arguments: {error}") from error
    if isinstance(found, SlotType):
        guarded = GuardedBesideType if isinstance(found, BesideType) else GuardedType
        return guarded(found, text)
    missing = [part for part in ("name", "open", "recognise", "spoken") if not hasattr(found, part)]
    if callable(found) and "recognise" in missing:
        _check(text, found)
        return GuardedType(FunctionType(object_name, found), text)
    raise PythonTypeError(f"'{text}' is no slot type: it lacks {', '.join(missing)}")


def _module(name: str, folder: Path) -> Any:
    path = folder.joinpath(*name.split(".")).with_suffix(".py")
    try:
        if not path.is_file():
            return import_module(name)
        # A name of its own, so that two flows may both have a `types.py` and a reload sees new text.
        alias = f"_flowengine_type_{abs(hash((str(path.resolve()), path.stat().st_mtime_ns)))}"
        if alias in sys.modules:
            return sys.modules[alias]
        spec = util.spec_from_file_location(alias, path)
        if spec is None or spec.loader is None:
            raise PythonTypeError(f"'{path}' is no Python module")
        module = util.module_from_spec(spec)
        sys.modules[alias] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[alias]
            raise
    except PythonTypeError:
        raise
    except ModuleNotFoundError as error:
        raise PythonTypeError(f"no module '{error.name}' in {folder} or on the import path") from error
    except Exception as error:
        raise PythonTypeError(
            f"module '{name}' cannot be imported: {type(error).__name__}: {error}"
        ) from error
    return module


def _check(text: str, function: Callable[..., object]) -> None:
    try:
        inspect.signature(function).bind("said", "context")
    except (TypeError, ValueError) as error:
        raise PythonTypeError(f"'{text}' must take (said, context)") from error
