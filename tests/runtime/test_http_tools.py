"""HTTP tools against a real server: what is sent, what comes back, and what can go wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from flowengine.engine.events import Outcome
from flowengine.language.flow import Tool
from flowengine.runtime.tools import ToolRunner, Workbench
from tests.runtime.support import Web, flow_with, http_tool, order, reply, web


@pytest.fixture
def site() -> Iterator[Web]:
    with web() as running:
        yield running


def run(
    folder: Path,
    tool: Tool,
    arguments: Mapping[str, object] | None = None,
    *,
    env: Mapping[str, str] | None = None,
    timeout_ms: int = 5_000,
) -> Outcome:
    async def play() -> Outcome:
        bench = Workbench()
        outcome = await ToolRunner(flow_with(folder, {"tool": tool}, env), bench).run(
            order(arguments, timeout_ms=timeout_ms)
        )
        await bench.close()
        return outcome

    return asyncio.run(play())


def test_a_whole_request(tmp_path: Path, site: Web) -> None:
    tool = http_tool(
        "{{ env.API }}/orders/{{ number }}?a=1",
        method="POST",
        headers={"Authorization": "Bearer {{ env.TOKEN }}"},
        query={"day": "{{ day }}", "empty": "{{ nothing }}"},
        body={"day": "{{ day }}", "count": "{{ count }}", "list": ["{{ number }}"]},
        effect="write",
    )
    arguments = {"number": "A 1/../x?y", "day": date(2026, 11, 24), "count": 3, "nothing": None}
    outcome = run(tmp_path, tool, arguments, env={"API": site.url, "TOKEN": "t0p"})
    assert outcome.result == "done", outcome
    (seen,) = site.seen
    assert (seen.method, seen.path) == ("POST", "/orders/A%201%2F..%2Fx%3Fy?a=1&day=2026-11-24")
    assert seen.headers["authorization"] == "Bearer t0p"
    assert json.loads(seen.body) == {"day": "2026-11-24", "count": 3, "list": ["A 1/../x?y"]}


def test_json_or_text_as_the_answer_says(tmp_path: Path, site: Web) -> None:
    site.answers["/json"] = lambda h: reply(h, 200, b'{"a": [1]}', "application/problem+json; charset=utf-8")
    site.answers["/text"] = lambda h: reply(h, 201, "é".encode("latin-1"), "text/plain; charset=latin-1")
    site.answers["/none"] = lambda h: reply(h, 204, b"")
    site.answers["/lie"] = lambda h: reply(h, 200, b"{nope")
    assert run(tmp_path, http_tool(site.url + "/json")) == Outcome("done", {"a": [1]}, status=200)
    assert run(tmp_path, http_tool(site.url + "/text")) == Outcome("done", "é", status=201)
    assert run(tmp_path, http_tool(site.url + "/none")) == Outcome("done", None, status=204)
    assert run(tmp_path, http_tool(site.url + "/lie")).kind == "result"


def test_anything_but_2xx_is_an_error_with_its_status(tmp_path: Path, site: Web) -> None:
    site.answers["/gone"] = lambda h: reply(h, 404, b'{"why": "sold"}')
    outcome = run(tmp_path, http_tool(site.url + "/gone"))
    assert (outcome.result, outcome.kind, outcome.status, outcome.value) == (
        "error",
        "http",
        404,
        {"why": "sold"},
    )


def test_reads_are_tried_again_writes_are_not(tmp_path: Path, site: Web) -> None:
    def third_time(handler: BaseHTTPRequestHandler) -> None:
        reply(handler, 200 if len(site.seen) >= 3 else 503, b"1")

    site.answers["/flaky"] = third_time
    assert run(tmp_path, http_tool(site.url + "/flaky", retries=2)).value == 1
    assert len(site.seen) == 3
    site.seen.clear()
    outcome = run(tmp_path, http_tool(site.url + "/flaky", retries=2, effect="write", method="POST"))
    assert (outcome.kind, outcome.status, len(site.seen)) == ("http", 503, 1)
    site.seen.clear()
    assert run(tmp_path, http_tool(site.url + "/flaky", retries=1)).status == 503
    assert len(site.seen) == 2


def test_the_body_is_capped(tmp_path: Path, site: Web) -> None:
    site.answers["/large"] = lambda h: reply(h, 200, b"x" * (1 << 20), "text/plain")
    site.answers["/larger"] = lambda h: reply(h, 200, b"x" * ((1 << 20) + 1), "text/plain")
    assert run(tmp_path, http_tool(site.url + "/larger")).kind == "too_large"
    assert run(tmp_path, http_tool(site.url + "/large")).kind == "too_large"  # as JSON it has quotes
    site.answers["/large"] = lambda h: reply(h, 200, b"x" * ((1 << 20) - 2), "text/plain")
    assert run(tmp_path, http_tool(site.url + "/large")).result == "done"


def test_the_time_out_is_for_everything(tmp_path: Path, site: Web) -> None:
    def dribble(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"x")
        handler.wfile.flush()
        site.let_go.wait(10)

    site.answers["/slow"] = dribble
    assert run(tmp_path, http_tool(site.url + "/slow"), timeout_ms=60).kind == "timeout"
    site.let_go.set()


def test_nobody_listens(tmp_path: Path) -> None:
    with web() as site:
        url = site.url
    assert run(tmp_path, http_tool(url + "/x")).kind == "connection"


def test_redirects_stay_on_their_host(tmp_path: Path, site: Web) -> None:
    with web() as other:
        site.answers["/near"] = lambda h: reply(h, 302, b"", Location="/there")
        site.answers["/far"] = lambda h: reply(h, 302, b"", Location=other.url + "/there")
        site.answers["/loop"] = lambda h: reply(h, 302, b"", Location="/loop")
        assert run(tmp_path, http_tool(site.url + "/near")).value == {"path": "/there", "method": "GET"}
        assert run(tmp_path, http_tool(site.url + "/far")).kind == "host"
        assert other.seen == []
        assert run(tmp_path, http_tool(site.url + "/loop")).kind == "request"
        assert run(tmp_path, http_tool(site.url + "/near", method="POST", effect="write")).status == 302


@pytest.mark.parametrize(
    ("url", "hosts", "allowed"),
    [
        ("{{ target }}", (), False),
        ("{{ target }}", ("127.0.0.1",), True),
        ("{{ target }}", ("localhost", "*.example.com"), False),
        ("http://{{ host }}/x", (), False),
        ("http://{{ host }}/x", ("127.0.0.1",), True),
        ("http://127.0.0.1:{{ port }}/x", (), False),
        ("{{ env.API }}/{{ target }}", (), True),
        ("{{ env.API }}", (), True),
    ],
)
def test_an_argument_decides_the_host_only_among_hosts(
    tmp_path: Path, site: Web, url: str, hosts: tuple[str, ...], allowed: bool
) -> None:
    host = site.url.removeprefix("http://")
    arguments = {"target": f"{site.url}/x", "host": "127.0.0.1", "port": host.partition(":")[2]}
    # without a port, nothing listens; that the request was tried is what is looked at
    outcome = run(tmp_path, http_tool(url, hosts=hosts), arguments, env={"API": site.url})
    assert (outcome.kind == "host") is not allowed, outcome


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "nonsense", "http://", "{{ missing }}"])
def test_urls_that_are_none(tmp_path: Path, url: str) -> None:
    outcome = run(tmp_path, http_tool(url, hosts=("x",)))
    assert (outcome.result, outcome.kind) == ("error", "arguments" if "missing" in url else "request")


def test_a_header_cannot_be_broken_out_of(tmp_path: Path, site: Web) -> None:
    outcome = run(
        tmp_path, http_tool(site.url + "/x", headers={"X-Name": "{{ name }}"}), {"name": "a\r\nX-Evil: 1"}
    )
    assert (outcome.result, outcome.kind, site.seen) == ("error", "connection", [])


def test_an_unknown_encoding_is_read_as_utf_8(tmp_path: Path, site: Web) -> None:
    site.answers["/odd"] = lambda handler: reply(handler, 200, "sí".encode(), "text/plain; charset=nonsense")
    assert run(tmp_path, http_tool(site.url + "/odd")).value == "sí"
