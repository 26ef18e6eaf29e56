"""Every error that flowengine raises on purpose.

    FlowengineError
    ├── ProtocolError            a frame that the wire does not allow
    │   ├── MalformedFrame       inbound: not a message of the channel; the call goes on
    │   └── InvalidFrame         outbound: refused before it leaves
    ├── FlowError                a flow that cannot be used; carries every problem found
    ├── EvaluationError          a template or expression failed while a call was running
    └── SnapshotError            a stored call that this version cannot read

Nothing else is raised across a package border on purpose; anything else that escapes is a defect.
"""

from __future__ import annotations


class FlowengineError(Exception):
    """Base of all errors that flowengine raises on purpose."""


class ProtocolError(FlowengineError):
    """A frame that the Custom LLM channel does not allow."""


class MalformedFrame(ProtocolError):
    """An inbound frame that is no message of the channel. Reported; never ends a call."""


class InvalidFrame(ProtocolError):
    """An outbound frame that Retell would drop, refused before it is sent."""


class FlowError(FlowengineError):
    """A flow that cannot be used.

    `problems` holds every problem found, each with file, line, column, message and hint.
    """

    def __init__(self, problems: tuple[object, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class EvaluationError(FlowengineError):
    """A template or expression failed while a call was running. `where` is `file:line:col`."""

    def __init__(self, message: str, where: str) -> None:
        super().__init__(f"{where}: {message}")
        self.message = message
        self.where = where


class SnapshotError(FlowengineError):
    """A stored call that this version cannot read."""
