"""An HTTP request as a tool.

Templates see the call's arguments as names, and `env`. A text argument inside the url is percent-encoded, so
that a caller's words stay one path segment or one value. The host of a url is fixed by the flow: an argument may
decide it only among `hosts`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx2
import stamina
from stamina.instrumentation import set_on_retry_hooks

from flowengine.engine.events import Outcome
from flowengine.errors import EvaluationError
from flowengine.language.flow import HttpTool, Tool
from flowengine.language.templates import evaluate
from flowengine.runtime.tools.telling import told
from flowengine.speech.values import plain

BODY_CAP = 1 << 20
"""Largest response body that is read, in bytes."""

MAX_REDIRECTS = 5
_BEGINS_WITH_ARGUMENT = re.compile(r"\s*\{\{(?!-?\s*env\b)")
_AGAIN = frozenset({429, 500, 502, 503, 504})

set_on_retry_hooks([])  # stamina would print each retry; a tool's end is reported by the session


class _Refused(Exception):
    """This request must not or cannot be sent; `kind` and text make the outcome."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class _Again(Exception):
    """An answer that is worth another try."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


class HttpRequest:
    """One `http:` tool. The client is shared by all tools of a process."""

    def __init__(
        self, tool: Tool, spec: HttpTool, env: Mapping[str, str], client: httpx2.AsyncClient
    ) -> None:
        self._tool = tool
        self._spec = spec
        self._env = env
        self._client = client
        # Only what may be repeated is: a read, never a write.
        self._attempts = 1 + (tool.retries if tool.effect == "read" else 0)

    async def run(self, arguments: Mapping[str, object], seconds: float) -> Outcome:
        """Send it; `seconds` are for everything, retries and body included. Never raises."""
        try:
            async with asyncio.timeout(seconds):
                request = self._build(arguments)
                async for attempt in stamina.retry_context(
                    on=(_Again, httpx2.TransportError),
                    attempts=self._attempts,
                    timeout=None,
                    wait_initial=0.1,
                    wait_max=1.0,
                    wait_jitter=0.1,
                ):
                    with attempt:
                        return await self._send(request)
        except TimeoutError:
            return Outcome("error", kind="timeout", message=f"no complete answer within {seconds:g} s")
        except _Again as again:
            return again.outcome
        except _Refused as refused:
            return Outcome("error", kind=refused.kind, message=str(refused))
        except EvaluationError as error:
            return Outcome("error", kind="arguments", message=error.message)
        except httpx2.HTTPError as error:
            return Outcome("error", kind="connection", message=told(error))
        except Exception as error:
            return Outcome("error", kind="request", message=told(error))
        raise AssertionError("a retry context ends by return or exception")

    def _build(self, arguments: Mapping[str, object]) -> httpx2.Request:
        spec = self._spec
        scope = {**arguments, "env": self._env}
        url = self._url(arguments)
        headers = {name: template.render(scope) for name, template in spec.headers.items()}
        query = {name: plain(evaluate(value, scope)) for name, value in spec.query.items()}
        params = {name: value for name, value in query.items() if value is not None}
        # `params={}` would drop a query that is part of the url.
        merged = url.copy_merge_params(params) if params else url
        body = None if spec.json is None else plain(evaluate(spec.json, scope))
        return self._client.build_request(spec.method, merged, headers=headers, json=body)

    def _url(self, arguments: Mapping[str, object]) -> httpx2.URL:
        template = self._spec.url
        # An argument that is the whole url, or begins it, is taken as it is; `hosts` then says where it may lead.
        whole = _BEGINS_WITH_ARGUMENT.match(template.source) is not None
        values = arguments if whole else {name: _segment(value) for name, value in arguments.items()}
        url = httpx2.URL(template.render({**values, "env": self._env}).strip())
        if url.scheme not in ("http", "https") or not url.host:
            raise _Refused("request", "the url is not http:// or https:// with a host")
        if self._spec.hosts:
            if not _allowed(url, self._spec.hosts):
                raise _Refused("host", f"host '{url.host}' is not among this tool's hosts")
        elif template.names - {"env"} and self._origin(dict.fromkeys(arguments, "0")) != _origin(url):
            raise _Refused(
                "host", f"host '{url.host}' was decided by an argument and the tool lists no hosts"
            )
        return url

    def _origin(self, values: Mapping[str, object]) -> tuple[str, str, int | None] | None:
        """Where the url leads whatever the arguments are; None if it depends on them."""
        try:
            return _origin(httpx2.URL(self._spec.url.render({**values, "env": self._env}).strip()))
        except (EvaluationError, httpx2.InvalidURL):
            return None

    async def _send(self, request: httpx2.Request) -> Outcome:
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._client.send(request, stream=True)
            try:
                body = await _body(response)
            finally:
                await response.aclose()
            following = response.next_request
            if following is None or request.method not in ("GET", "HEAD"):
                break
            if _origin(following.url) != _origin(request.url):
                raise _Refused("host", f"redirected to another host, '{following.url.host}'")
            request = following
        else:
            raise _Refused("request", f"more than {MAX_REDIRECTS} redirects")
        if body is None:
            return Outcome(
                "error", kind="too_large", status=response.status_code, message=f"more than {BODY_CAP} bytes"
            )
        if not response.is_success:
            outcome = Outcome(
                "error",
                value=_parsed(response, body, strict=False),
                kind="http",
                status=response.status_code,
                message=f"{response.status_code} {response.reason_phrase}".strip(),
            )
            if response.status_code in _AGAIN and self._attempts > 1:
                raise _Again(outcome)
            return outcome
        try:
            return Outcome("done", value=_parsed(response, body, strict=True), status=response.status_code)
        except ValueError:
            message = "the body is not the JSON that it says it is"
            return Outcome("error", kind="result", status=response.status_code, message=message)


async def _body(response: httpx2.Response) -> bytes | None:
    """The decoded body, None if it is over the cap; no more than the cap is kept in memory."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes(65_536):
        size += len(chunk)
        if size > BODY_CAP:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _parsed(response: httpx2.Response, body: bytes, *, strict: bool) -> Any:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not body:
        return None
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            if strict:
                raise ValueError(str(error)) from error
    try:
        return body.decode(response.charset_encoding or "utf-8", errors="replace")
    except LookupError:  # an encoding that nobody knows
        return body.decode("utf-8", errors="replace")


def _segment(value: object) -> object:
    if not isinstance(value, str):
        return value
    encoded = quote(value, safe="")
    return encoded.replace(".", "%2E") if set(value) == {"."} else encoded


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _allowed(url: httpx2.URL, hosts: tuple[str, ...]) -> bool:
    """`hosts` are names, `name:port`, or `*.domain`."""
    host = url.host.lower()
    for entry in hosts:
        name, _, port = entry.lower().partition(":")
        if port and port != str(url.port or (443 if url.scheme == "https" else 80)):
            continue
        if host == name or (name.startswith("*.") and host.endswith(name[1:])):
            return True
    return False
