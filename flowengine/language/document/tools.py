# ruff: noqa: RUF012 - pydantic copies mutable defaults
"""Tools: Python functions and HTTP requests that a flow can call."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from flowengine.language.document.base import Duration, Entry


class HttpEntry(Entry):
    """An HTTP request; 2xx is `done`, anything else `error`."""

    noun = "http"

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    """The method."""
    url: str
    """The address. May be a template; where more than `env` decides the host, `hosts` must say which it can reach."""
    headers: dict[str, str] = {}
    """Request headers; templates, e.g. `Bearer {{ env.TOKEN }}`."""
    query: dict[str, Any] = {}
    """Query parameters; templates."""
    json_: Any = Field(default=None, alias="json")
    """The JSON body; templates, which keep their types."""


class ToolEntry(Entry):
    """Something that the flow can `call`."""

    noun = "a tool"

    python: str | None = None
    """A function: `module:function`, found in the flow's folder first."""
    http: HttpEntry | None = None
    """An HTTP request."""
    timeout: Duration = "10s"
    """Total time after which the call fails with `error.kind` `timeout`."""
    effect: Literal["read", "write"] = "write"
    """`read` may run at once and again; `write` (the default) runs once, after `settle`."""
    settle: Duration = "1s"
    """How long a `write` waits for the caller to go on talking."""
    retries: Annotated[int, Field(ge=0, le=10)] = 0
    """How often a failed `read` is tried again."""
    idempotent: bool = False
    """A `write` that may safely run again after a restart."""
    hosts: list[str] = []
    """Hosts that a templated `url` may reach."""
    example: Any = None
    """What chat and tests use as the result when nothing else is given."""
