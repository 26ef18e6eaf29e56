"""The language: YAML to a typed, checked, immutable Flow.

`load(path)` gives the flow and every problem; `load_flow(path)` the flow alone, or FlowError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowengine.language.loading import Loaded, load, load_flow
    from flowengine.language.problems import Problem, render
    from flowengine.language.schemas import flow_schema

__all__ = ["Loaded", "Problem", "flow_schema", "load", "load_flow", "render"]


def __getattr__(name: str) -> Any:
    # the engine imports `flowengine.language.flow` alone; pydantic and YAML wait until something is loaded
    from importlib import import_module

    home = {"Problem": "problems", "render": "problems", "flow_schema": "schemas"}.get(name, "loading")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
