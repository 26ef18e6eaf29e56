"""Texts that come from tools, as something that can be kept: nothing raises, nothing is too long."""

from __future__ import annotations

from pydantic import ValidationError

LENGTH = 500
"""Longest text of an error, in characters."""


def told(error: BaseException) -> str:
    """What an exception says, with its type. An exception whose own text fails is told by its type alone."""
    try:
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False, include_input=False)[0]
            return whole(str(first["msg"])[:LENGTH])
        text = str(error)[:LENGTH]
    except Exception:
        text = ""
    name = type(error).__name__
    return whole(f"{name}: {text}"[:LENGTH] if text else name)


def whole(text: str) -> str:
    """The text without lone halves of surrogate pairs, which no file and no socket takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
