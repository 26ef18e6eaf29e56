"""Which characters may be sent."""

from __future__ import annotations

import re
from typing import Final

SENDABLE: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Text without control characters other than tab, line feed and carriage return."""

_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HALVES: Final = re.compile("[\ud800-\udfff]")


def joined(text: str) -> str:
    """The text with the two halves of each surrogate pair joined, and U+FFFD for a half that stands alone.

    A JavaScript peer can send halves (a string cut in the middle of an emoji), and UTF-8 cannot hold them.
    """
    if text.isascii() or _HALVES.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def sendable(text: str) -> str:
    """The text without what can be neither spoken nor stored: lone surrogates and control characters."""
    if not text.isascii() and _HALVES.search(text) is not None:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return _CONTROLS.sub("", text)
