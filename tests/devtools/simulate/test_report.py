"""Whole runs and what is reported of them."""

from __future__ import annotations

import asyncio
import io
import json
from html.parser import HTMLParser

import pytest
from rich.console import Console

from flowengine.devtools.simulate import Options, Progress, Report, Script, from_steps, html, simulate
from flowengine.devtools.simulate.report import percentile
from flowengine.devtools.simulate.script import Interrupt, User
from flowengine.devtools.simulate.table import live, report, watched
from tests.devtools.simulate import toys

SHORT = Script("short", (User("hello there"), Interrupt("wait a moment please"), User("goodbye")))


async def run(server: toys.Toy, *scripts: Script, calls: int = 1, watch: list[str] | None = None) -> Report:
    def note(progress: Progress) -> None:
        if watch is not None:
            watch.append(shown(live(progress)))

    async with server.url() as url:
        return await simulate(
            Options(url, scripts, calls, ramp_s=0.2, speed=20, patience_s=20, prefix="sim"), note
        )


def shown(what: object) -> str:
    console = Console(width=140, file=io.StringIO(), record=True)
    console.print(what)
    return console.export_text()


def test_many_calls_at_once_with_a_live_table() -> None:
    seen: list[str] = []
    result = asyncio.run(run(toys.Toy(), SHORT, calls=12, watch=seen))
    assert result.ok, result.violations
    assert result.ends == {"agent_hangup": 12}
    assert len({call.call_id for call in result.calls}) == 12
    assert all(call.turns == 3 for call in result.calls)
    assert "waiting 11" in seen[0]
    assert "sim_0001" in seen[0]
    assert "done 12" in seen[-1]
    p50, p99 = result.first_sentence(0.5), result.first_sentence(0.99)
    assert p50 is not None
    assert p99 is not None
    assert 0 <= p50 <= p99
    told = shown(report(result))
    assert "12 with 36 asks" in told
    assert "27 of 27 rules held" in told


def test_the_report_as_json_counts_what_the_summary_names() -> None:
    result = asyncio.run(run(toys.RunsToolsTwice(), Script("twice", (*_twice(), User("goodbye")))))
    data = json.loads(json.dumps(result.to_json()))
    assert (data["ok"], data["failed_calls"], data["duplicate_tools"]) == (False, 1, 1)
    assert data["violations"][0]["rule"] == "tool-once"
    rules = {rule["id"]: rule for rule in data["rules"]}
    assert rules["tool-once"]["count"] == 1
    assert rules["tool-once"]["reference"].startswith("https://docs.retellai.com/")
    assert set(data["first_sentence_ms"]) == {"p50", "p95", "p99", "max"}
    assert "tool-once" in shown(report(result))


def _twice() -> tuple[User, ...]:
    return from_steps([{"user": "please book", "then": "for Monday"}], "twice").steps  # type: ignore[return-value]


def test_missed_expectations_fail_a_call() -> None:
    steps = from_steps([{"user": "hello"}, {"agent": {"exact": "Nothing."}}, {"user": "goodbye"}], "strict")
    result = asyncio.run(run(toys.Toy(), steps))
    assert not result.ok
    (missed,) = result.calls[0].missed
    assert (missed.wanted, missed.said) == (
        "is exactly 'Nothing.'",
        "I heard that. What else can I do for you?",
    )
    assert "it said: I heard that." in shown(report(result))
    assert "is exactly" in html(result)


def test_every_run_plays_new_calls_unless_told_otherwise() -> None:
    async def play() -> list[str]:
        server = toys.Toy()
        async with server.url() as url:
            for _ in range(2):
                await simulate(Options(url, (Script("brief", (User("goodbye"),)),), speed=50))
        return list(server.calls)

    first, second = asyncio.run(play())
    assert first != second


def test_nobody_answers_the_phone() -> None:
    async def play() -> Report:
        async with toys.Toy().url() as url:
            pass
        return await simulate(Options(url, (SHORT,), speed=50))

    result = asyncio.run(play())
    assert result.ends == {"error_llm_websocket_open": 1}
    assert result.by_rule == {"handshake": 3}
    assert not result.ok
    assert "first sentence" in shown(report(result))


def test_the_live_table_leaves_no_trace_on_what_is_no_terminal() -> None:
    console = Console(file=io.StringIO(), record=True)

    async def play() -> Report:
        async with toys.Toy().url() as url:
            return await watched(Options(url, (SHORT,), calls=2, speed=20), console)

    assert asyncio.run(play()).ok
    assert console.export_text().strip() == ""


def test_the_live_table_moves_on_a_terminal() -> None:
    file = io.StringIO()

    async def play() -> Report:
        async with toys.Toy().url() as url:
            console = Console(file=file, force_terminal=True, width=120, color_system=None)
            return await watched(Options(url, (SHORT,), calls=3, ramp_s=0.1, speed=10, prefix="sim"), console)

    assert asyncio.run(play()).ok
    assert "live 3" in file.getvalue()
    assert "sim_0003" in file.getvalue()


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not [value for name, value in attrs if name == "src"]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_one_well_formed_file_that_escapes_what_servers_say() -> None:
    result = asyncio.run(run(toys.SpeaksMarkdown(), Script("<script>", (User("goodbye"),))))
    page = html(result)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert not tags.seen & {"script", "link", "img"}
    assert "&lt;script&gt;" in page
    assert "speakable" in page


@pytest.mark.parametrize(
    ("values", "share", "wanted"),
    [([], 0.5, None), ([7.0], 0.99, 7.0), ([1.0, 2.0, 3.0, 4.0], 0.5, 2.0), (list(range(1, 101)), 0.99, 99)],
)
def test_percentiles(values: list[float], share: float, wanted: float | None) -> None:
    assert percentile(values, share) == wanted
