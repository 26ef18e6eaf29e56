"""Running tools: Python functions and HTTP requests."""

from flowengine.runtime.tools.runner import ToolRunner, Workbench, checked

__all__ = ["ToolRunner", "Workbench", "checked"]
