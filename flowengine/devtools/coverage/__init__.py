"""Coverage of a flow: which states, handlers, rejections, guards and tool outcomes the tests have used."""

from flowengine.devtools.coverage.items import Covered, Item, covered, items
from flowengine.devtools.coverage.probes import probed
from flowengine.devtools.coverage.show import html, table

__all__ = ["Covered", "Item", "covered", "html", "items", "probed", "table"]
