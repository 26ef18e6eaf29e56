"""Who gets in: paths, secrets, addresses, limits. Refusals come before the handshake ends."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from websockets.exceptions import InvalidStatus

from flowengine.server import ServeOptions, network
from flowengine.server.access import Refusal, Target, locate, may_connect, peer_address
from tests.server.support import Running, dial, next_json, running, write_flow

ONE, TWO = ["shop"], ["shop", "bank"]


@pytest.mark.parametrize(
    ("path", "flows", "found"),
    [
        ("/llm-websocket/call_1", ONE, Target("shop", "call_1")),
        ("/llm-websocket/shop/call_1", ONE, Target("shop", "call_1")),
        ("/llm-websocket/bank/call_1", TWO, Target("bank", "call_1")),
        ("/custom_llm/call_1", ONE, Target("shop", "call_1")),
        ("/custom_llm/bank/call_1", TWO, Target("bank", "call_1")),
        ("/llm-websocket/call_1?tenant=acme&x=%20", ONE, Target("shop", "call_1")),
        ("/llm-websocket/call%5F1", ONE, Target("shop", "call_1")),
        ("/llm-websocket//call_1/", ONE, Target("shop", "call_1")),
        ("/llm-websocket/" + "a" * 200, ONE, Target("shop", "a" * 200)),
        ("/llm-websocket/" + "a" * 201, ONE, 400),
        ("/llm-websocket/call%2F1", ONE, 400),
        ("/llm-websocket/call%00", ONE, 400),
        ("/llm-websocket/call 1", ONE, 400),
        ("/llm-websocket/%ff", ONE, 400),
        ("/llm-websocket", ONE, 404),
        ("/", ONE, 404),
        ("/other/call_1", ONE, 404),
        ("/llm-websocket/nobody/call_1", ONE, 404),
        ("/llm-websocket/a/b/call_1", ONE, 404),
        ("/llm-websocket/call_1", TWO, 404),
    ],
)
def test_where_a_path_leads(path: str, flows: list[str], found: Target | int) -> None:
    result = locate(path, flows, ServeOptions())
    assert (result.status if isinstance(result, Refusal) else result) == found


@pytest.mark.parametrize("base", ["/", "/a/b", "a/b/", "/voice"])
def test_the_base_path_is_an_option(base: str) -> None:
    options = ServeOptions(base_path=base)
    assert locate(f"/{base.strip('/')}/call_1", ONE, options) == Target("shop", "call_1")
    assert locate("/custom_llm/call_1", ONE, options) == Target("shop", "call_1")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/llm-websocket/s3cret/call_1", Target("shop", "call_1")),
        ("/llm-websocket/s3cret/bank/call_1", Target("bank", "call_1")),
        ("/llm-websocket/bank/s3cret/call_1", Target("bank", "call_1")),
        ("/llm-websocket/bank/call_1?secret=s3cret", Target("bank", "call_1")),
        ("/llm-websocket/bank/call_1?a=b&secret=s3cret", Target("bank", "call_1")),
        ("/llm-websocket/bank/call_1?secret=S3CRET", 401),
        ("/llm-websocket/bank/call_1?secret=", 401),
        ("/llm-websocket/bank/call_1", 401),
        ("/llm-websocket/bank/s3cret", 401),
        ("/llm-websocket/wrong/call_1", 401),
    ],
)
def test_the_secret(path: str, found: Target | int) -> None:
    flows = ONE if isinstance(found, Target) and found.flow == "shop" else TWO
    result = locate(path, flows, ServeOptions(secret="s3cret"))
    assert (result.status if isinstance(result, Refusal) else result) == found


def test_addresses() -> None:
    options = ServeOptions(allow_ip=(network("100.20.5.228"), network("10.0.0.0/8"), network("fd00::/8")))
    assert may_connect("100.20.5.228", options)
    assert may_connect("10.9.8.7", options)
    assert may_connect("::ffff:10.9.8.7", options)
    assert may_connect("fd00::1", options)
    assert not may_connect("100.20.5.229", options)
    assert not may_connect("nonsense", options)
    assert may_connect("nonsense", ServeOptions())
    assert peer_address(("1.2.3.4", 5), "9.9.9.9, 8.8.8.8", False) == "1.2.3.4"
    assert peer_address(("1.2.3.4", 5), "9.9.9.9, 8.8.8.8", True) == "8.8.8.8"
    assert peer_address(("1.2.3.4", 5), None, True) == "1.2.3.4"


async def status_of(url: str, **more: object) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as caught:
        async with dial(url, **more):
            pass
    body = caught.value.response.body
    return caught.value.response.status_code, (body or b"").decode()


async def fetch(run: Running, path: str) -> tuple[int, str]:
    def get() -> tuple[int, str]:
        try:
            with urlopen(f"http://127.0.0.1:{run.server.port}{path}") as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    return await asyncio.to_thread(get)


def test_refusals_over_a_real_socket(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path, secret="s3cret") as run:
            assert await status_of(f"{run.url}/call_1") == (401, "The secret is missing or wrong.\n")
            assert await status_of(f"{run.url}/call_1?secret=x") == (401, "The secret is missing or wrong.\n")
            refused = await run.reports.one("refused")
            assert refused.facts == {
                "status": 401,
                "reason": "The secret is missing or wrong.",
                "peer": "127.0.0.1",
            }
            async with dial(f"{run.url}/s3cret/call_1") as socket:
                assert (await next_json(socket))["response_type"] == "config"
        async with running(tmp_path, allow_ip=(network("100.20.5.228"),)) as run:
            assert await status_of(f"{run.url}/call_1") == (403, "This address may not connect.\n")
            headers = {"X-Forwarded-For": "100.20.5.228"}
            assert (await status_of(f"{run.url}/call_1", additional_headers=headers))[0] == 403
        async with running(tmp_path, allow_ip=(network("100.20.5.228"),), trust_proxy=True) as run:
            async with dial(f"{run.url}/call_1", additional_headers=headers) as socket:
                assert (await next_json(socket))["response_type"] == "config"
            spoofed = {"X-Forwarded-For": "100.20.5.228, 6.6.6.6"}
            assert (await status_of(f"{run.url}/call_1", additional_headers=spoofed))[0] == 403

    asyncio.run(play())


def test_several_flows(tmp_path: Path) -> None:
    other = "flow: bank\nstart: a\nstates: {a: {say: This is the bank., end_call: true}}\n"
    flows = {"shop": write_flow(tmp_path / "1"), "bank": write_flow(tmp_path / "2", other, name="bank")}

    async def play() -> None:
        async with running(tmp_path, flows=flows) as run:
            assert (await status_of(f"{run.url}/call_1"))[0] == 404
            async with dial(f"{run.url}/bank/call_1") as bank, dial(f"{run.url}/shop/call_1") as shop:
                assert (await next_json(bank, "response"))["content"] == "This is the bank."
                assert (await next_json(shop, "response"))["content"] == "What can I do for you?"
            base = run.url.replace("llm-websocket", "custom_llm")
            async with dial(f"{base}/bank/call_2?tenant=a") as bank:
                assert (await next_json(bank, "response"))["content"] == "This is the bank."

    asyncio.run(play())


def test_open_calls_are_capped_but_a_redial_is_let_in(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path, max_calls=1) as run, dial(f"{run.url}/call_1") as socket:
            await next_json(socket, "response")
            assert await status_of(f"{run.url}/call_2") == (503, "All lines are busy.\n")
            async with dial(f"{run.url}/call_1") as again:
                await next_json(again, "config")

    asyncio.run(play())


def test_http_answers(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as run:
            assert await fetch(run, "/healthz") == (200, "ok\n")
            assert await fetch(run, "/readyz") == (200, "ready\n")
            status, text = await fetch(run, "/favicon.ico")
            assert (status, text) == (
                404,
                "Nothing is here. Calls are answered at /llm-websocket/{call_id}\n",
            )
            assert await fetch(run, "/llm-websocket/call_1") == (
                426,
                "A WebSocket is served here: dial with wss://.\n",
            )
            run.server.draining = True
            assert await fetch(run, "/readyz") == (503, "draining\n")
            assert await fetch(run, "/healthz") == (200, "ok\n")

    asyncio.run(play())


def test_a_flow_answers_under_the_name_of_its_file_too() -> None:
    aliases = {"bank_file": "bank"}
    assert locate("/llm-websocket/bank_file/call_1", TWO, ServeOptions(), aliases) == Target("bank", "call_1")
    assert locate("/llm-websocket/bank/call_1", TWO, ServeOptions(), aliases) == Target("bank", "call_1")
    assert isinstance(locate("/llm-websocket/other/call_1", TWO, ServeOptions(), aliases), Refusal)
