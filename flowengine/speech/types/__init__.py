"""Slot types, one module each: the module's name is the type's name, its `TYPE` is the type.

A type is added by adding a file here (with a test and a page); nothing has to be registered. Modules whose name
begins with an underscore are no types.
"""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module

from flowengine.speech.contract import SlotType
from flowengine.speech.custom import PythonTypeError, load_python_type

TYPE_NAMES: tuple[str, ...] = tuple(
    sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
)
"""Names of all slot types that come with flowengine."""


@lru_cache(maxsize=64)
def slot_type(name: str) -> SlotType:
    """The slot type of that name; its module is imported when it is first asked for. KeyError if unknown."""
    if name not in TYPE_NAMES:
        raise KeyError(name)
    found: SlotType = import_module(f"{__name__}.{name}").TYPE
    return found


__all__ = ["TYPE_NAMES", "PythonTypeError", "load_python_type", "slot_type"]
