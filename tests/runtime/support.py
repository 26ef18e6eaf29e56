"""What the tests of the runtime share: tools without a flow file, and a real HTTP server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

from flowengine.engine.commands import RunTool
from flowengine.language.flow import Flow, HttpTool, PythonTool, Source, Tool
from flowengine.language.loading import load_flow
from flowengine.language.templates import Template

HERE = Source("flow.yaml", 7, 3)

BARE = """\
flow: bare
start: hello
states:
  hello:
    ask: What can I do for you?
    on:
      response_required:
        - {match: [goodbye], goto: bye}
        - {match: [hello], say: Hello., reprompt: true}
  bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
"""


def python_tool(reference: str, folder: Path, **more: Any) -> Tool:
    return Tool("tool", PythonTool(reference, str(folder)), HERE, **more)


def http_tool(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    body: Any = None,
    hosts: tuple[str, ...] = (),
    effect: Literal["read", "write"] = "read",
    retries: int = 0,
) -> Tool:
    spec = HttpTool(
        method,
        Template(url),
        {name: Template(value) for name, value in (headers or {}).items()},
        {name: Template(value) for name, value in (query or {}).items()},
        _templates(body),
        hosts,
    )
    return Tool("tool", spec, HERE, effect=effect, retries=retries)


def _templates(body: Any) -> Any:
    if isinstance(body, str):
        return Template(body)
    if isinstance(body, dict):
        return {key: _templates(value) for key, value in body.items()}
    if isinstance(body, list):
        return [_templates(value) for value in body]
    return body


def flow_with(folder: Path, tools: Mapping[str, Tool], env: Mapping[str, str] | None = None) -> Flow:
    """A small flow that declares these tools."""
    from dataclasses import replace

    path = folder / "bare.yaml"
    path.write_text(BARE)
    return replace(load_flow(path), tools=dict(tools), env=dict(env or {}))


def order(
    arguments: Mapping[str, object] | None = None, *, name: str = "tool", timeout_ms: int = 5_000
) -> RunTool:
    return RunTool("work-1", name, arguments or {}, timeout_ms)


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Web:
    """A running HTTP server. `answers` maps a path without query to what it does."""

    url: str
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]]
    seen: list[Seen] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)


def reply(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "application/json", **headers: str
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def web() -> Iterator[Web]:
    """A real HTTP server on a free port; unknown paths echo the request as JSON."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size)
            site.seen.append(
                Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            )
            answer = site.answers.get(self.path.partition("?")[0])
            try:
                if answer is not None:
                    answer(self)
                else:
                    reply(self, 200, json.dumps({"path": self.path, "method": self.command}).encode())
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = do_PUT = _do  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Web(f"http://127.0.0.1:{server.server_address[1]}", {})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.let_go.set()
        server.shutdown()
        server.server_close()


def now() -> int:
    return time.time_ns() // 1_000_000
