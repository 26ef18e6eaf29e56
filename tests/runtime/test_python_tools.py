"""Python tools: what reaches the function, what comes back, and what can go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from flowengine.engine.events import Outcome
from flowengine.errors import FlowError
from flowengine.runtime.source import FlowSource
from flowengine.runtime.tools import ToolRunner, Workbench
from flowengine.speech.values import Money
from tests.runtime.support import flow_with, order, python_tool

MODULE = """
import asyncio, dataclasses, datetime, threading
from pydantic import BaseModel

release = threading.Event()

def echo(**arguments): return arguments
def typed(day: datetime.date, count: int = 1): return [day.isoformat(), count, type(count).__name__]
def as_text(day: str): return day
async def later(x): await asyncio.sleep(0); return {"x": x}
def thread(): return threading.current_thread().daemon
def fails(): raise ValueError("the secret is 42")
def leaves(): raise SystemExit(3)
def own_timeout(): raise TimeoutError("my own")
async def cancelled(): raise asyncio.CancelledError
def hangs(): release.wait(); return "late"
async def hangs_async(): await asyncio.Event().wait()
def free(): release.set(); return "freed"
def dates(): return {"day": datetime.date(2026, 11, 24), "at": [datetime.time(9, 30)]}
@dataclasses.dataclass
class Booking:
    reference: str
    day: datetime.date
class Model(BaseModel):
    day: datetime.date
def data(): return Booking("B47", datetime.date(2026, 11, 24))
def model(): return Model(day=datetime.date(2026, 11, 24))
def thing(): return object()
def nan(): return float("nan")
def large(): return "x" * 2_000_000
def ring():
    a = []
    a.append(a)
    return a
class Unspeakable(Exception):
    def __str__(self): raise RuntimeError("no text")
def unspeakable(): raise Unspeakable
class Odd(dict):
    def items(self): raise KeyError("no")
def odd(): return Odd()
def halves(): return {"a\\ud800": ["b\\udfff", "\\ud83d\\ude00"]}
def exponent(): return __import__("decimal").Decimal("1E+1000000")
class Service:
    async def __call__(self, x: int): return x + 1
service = Service()
value = 3
"""


def run(
    folder: Path, function: str, arguments: Mapping[str, object] | None = None, timeout_ms: int = 5_000
) -> Outcome:
    (folder / "things.py").write_text(MODULE)

    async def play() -> Outcome:
        bench = Workbench()
        flow = flow_with(folder, {"tool": python_tool(f"things:{function}", folder)})
        outcome = await ToolRunner(flow, bench).run(order(arguments, timeout_ms=timeout_ms))
        await bench.close()
        return outcome

    return asyncio.run(play())


def test_values_reach_the_function_as_they_are(tmp_path: Path) -> None:
    outcome = run(tmp_path, "echo", {"day": date(2026, 11, 24), "price": Money(Decimal("9.50"))})
    assert outcome == Outcome("done", {"day": "2026-11-24", "price": {"amount": 9.5, "currency": "USD"}})


def test_annotations_convert(tmp_path: Path) -> None:
    assert run(tmp_path, "typed", {"day": "2026-11-24", "count": "3"}).value == ["2026-11-24", 3, "int"]
    assert run(tmp_path, "typed", {"day": date(2026, 11, 24)}).value == ["2026-11-24", 1, "int"]
    assert run(tmp_path, "as_text", {"day": date(2026, 11, 24)}).value == "2026-11-24"
    assert run(tmp_path, "as_text", {"day": time(9, 30)}).value == "09:30"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "missing a required argument: 'day'"),
        ({"day": "2026-11-24", "other": 1}, "unexpected keyword argument 'other'"),
        ({"day": "someday"}, "valid date"),
        ({"day": "2026-11-24", "count": "three"}, "valid integer"),
    ],
)
def test_arguments_are_checked_before_the_call(
    tmp_path: Path, arguments: dict[str, object], message: str
) -> None:
    outcome = run(tmp_path, "typed", arguments)
    assert (outcome.result, outcome.kind) == ("error", "arguments")
    assert message in str(outcome.message)


def test_coroutines_and_callable_objects(tmp_path: Path) -> None:
    assert run(tmp_path, "later", {"x": 1}).value == {"x": 1}
    assert run(tmp_path, "service", {"x": "1"}).value == 2


def test_synchronous_functions_run_in_daemon_threads(tmp_path: Path) -> None:
    assert run(tmp_path, "thread").value is True


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("fails", "ValueError: the secret is 42"),
        ("leaves", "SystemExit: 3"),
        ("own_timeout", "TimeoutError: my own"),
        ("cancelled", "CancelledError"),
    ],
)
def test_what_a_function_raises_is_an_outcome(tmp_path: Path, function: str, message: str) -> None:
    assert run(tmp_path, function) == Outcome("error", kind="exception", message=message)


@pytest.mark.parametrize("function", ["hangs", "hangs_async"])
def test_a_hanging_function_times_out_at_once(tmp_path: Path, function: str) -> None:
    outcome = run(tmp_path, function, timeout_ms=30)
    assert (outcome.result, outcome.kind) == ("error", "timeout")


def test_results_become_json(tmp_path: Path) -> None:
    assert run(tmp_path, "dates").value == {"day": "2026-11-24", "at": ["09:30"]}
    assert run(tmp_path, "data").value == {"reference": "B47", "day": "2026-11-24"}
    assert run(tmp_path, "model").value == {"day": "2026-11-24"}


@pytest.mark.parametrize(
    ("function", "kind"), [("thing", "result"), ("nan", "result"), ("ring", "result"), ("large", "too_large")]
)
def test_results_that_cannot_be_kept(tmp_path: Path, function: str, kind: str) -> None:
    outcome = run(tmp_path, function)
    assert (outcome.result, outcome.kind) == ("error", kind)


def test_hung_threads_are_capped_and_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "things.py").write_text(MODULE)

    async def play() -> None:
        bench = Workbench(threads=2)
        tools = {name: python_tool(f"things:{name}", tmp_path) for name in ("hangs", "free", "echo", "later")}
        runner = ToolRunner(flow_with(tmp_path, tools), bench)
        hung = await asyncio.gather(*(runner.run(order(name="hangs", timeout_ms=30)) for _ in range(2)))
        assert [outcome.kind for outcome in hung] == ["timeout", "timeout"]
        refused = await runner.run(order(name="echo", timeout_ms=30))
        assert (refused.kind, refused.message) == (
            "overloaded",
            "all 2 tool threads are busy; it was not started",
        )
        assert (await runner.run(order({"x": 1}, name="later"))).result == "done"
        bench.threads.limit = 3
        assert (await runner.run(order(name="free"))).value == "freed"
        assert (await runner.run(order({"a": 1}, name="echo"))).value == {"a": 1}
        await bench.close()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("nowhere:f", "no module 'nowhere'"),
        ("things:missing", "has no function 'missing'"),
        ("things:value", "is no function"),
        ("things", "is not module:function"),
        ("broken:f", "importing 'broken' fails: ZeroDivisionError"),
        ("needs:f", "no module 'not_installed_anywhere'"),
        ("json:dumps", "has the name of one of Python's own modules"),
    ],
)
def test_tools_that_cannot_be_loaded_are_problems_at_their_line(
    tmp_path: Path, reference: str, message: str
) -> None:
    (tmp_path / "things.py").write_text(MODULE)
    (tmp_path / "broken.py").write_text("1 / 0")
    (tmp_path / "needs.py").write_text("import not_installed_anywhere")
    (tmp_path / "json.py").write_text("def dumps(): pass")
    flow = flow_with(tmp_path, {"tool": python_tool(reference, tmp_path)})
    with pytest.raises(FlowError) as caught:
        ToolRunner(flow, Workbench())
    assert message in str(caught.value)
    assert "flow.yaml:7:3" in str(caught.value)


def test_a_changed_module_is_fresh_and_the_old_one_goes_on(tmp_path: Path) -> None:
    (tmp_path / "clinic_a.py").write_text(
        "import helper_a\ncount = 0\ndef f():\n    global count; count += 1\n    return [helper_a.N, count]"
    )
    (tmp_path / "helper_a.py").write_text("N = 1")

    async def play() -> None:
        bench = Workbench()
        flow = flow_with(tmp_path, {"tool": python_tool("clinic_a:f", tmp_path)})
        first = ToolRunner(flow, bench)
        assert (await first.run(order())).value == [1, 1]
        same = ToolRunner(flow, bench)  # nothing changed: the module keeps what it holds
        assert (await same.run(order())).value == [1, 2]
        (tmp_path / "helper_a.py").write_text("N = 2")
        second = ToolRunner(flow, bench)
        assert (await second.run(order())).value == [2, 1]
        assert (await first.run(order())).value == [1, 3]
        assert {Path(file).name for file in second.files} == {"clinic_a.py", "helper_a.py"}
        await bench.close()

    asyncio.run(play())


def test_two_flows_may_have_modules_of_the_same_name(tmp_path: Path) -> None:
    async def play() -> None:
        bench = Workbench()
        runners = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            (folder / "namesake.py").write_text(f"def f(): return {name!r}")
            runners.append(ToolRunner(flow_with(folder, {"tool": python_tool("namesake:f", folder)}), bench))
        assert [(await runner.run(order())).value for runner in runners] == ["one", "two"]
        await bench.close()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("function", "kind"), [("unspeakable", "exception"), ("odd", "result"), ("exponent", "result")]
)
def test_what_fails_while_it_is_looked_at_is_an_outcome_too(tmp_path: Path, function: str, kind: str) -> None:
    outcome = run(tmp_path, function)
    assert (outcome.result, outcome.kind) == ("error", kind)


def test_lone_halves_of_characters_are_mended(tmp_path: Path) -> None:
    outcome = run(tmp_path, "halves")
    assert outcome.value == {"a\ufffd": ["b\ufffd", "\U0001f600"]}


def test_check_and_server_share_one_import(tmp_path: Path) -> None:
    (tmp_path / "once_only.py").write_text(
        "from pathlib import Path\nlog = Path(__file__).with_suffix('.log')\n"
        "log.write_text((log.read_text() if log.exists() else '') + 'x')\ndef f(): return 1\n"
    )
    path = tmp_path / "flow.yaml"
    path.write_text(
        "flow: f\nstart: a\ntools: {once: {python: 'once_only:f'}, again: {python: 'once_only:f'}}\n"
        "states:\n  a: {say: Goodbye., no_interruption_allowed: true, end_call: true}\n"
    )
    FlowSource(path)
    FlowSource(path)
    assert (tmp_path / "once_only.log").read_text() == "x"
