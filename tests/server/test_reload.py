"""Hot reload: files change under live calls."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from flowengine.errors import FlowError
from flowengine.runtime.source import FlowSource
from tests.server.support import FLOW, TOOLS, Running, dial, next_json, running, write_flow


async def watching(run: Running) -> None:
    assert run.server.watcher is not None
    async with asyncio.timeout(5):
        await run.server.watcher.ready.wait()


def test_a_saved_edit_reaches_running_and_new_calls(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path, reload=True) as run, run.call() as call:
            await watching(run)
            await call.answer()
            assert "Noted." in await call.turn("red")
            (tmp_path / "shop.yaml").write_text(
                FLOW.replace("Goodbye.", "So long.").replace("What can", "How can")
            )
            await run.reports.one("reloaded")
            assert await call.turn("goodbye") == "So long."
            async with dial(f"{run.url}/call_2") as other:
                assert (await next_json(other, "response"))["content"] == "How can I do for you?"

    asyncio.run(play())


def test_a_broken_edit_is_reported_and_the_last_good_version_goes_on(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path, reload=True) as run, run.call() as call:
            await watching(run)
            await call.answer()
            (tmp_path / "shop.yaml").write_text(FLOW.replace("goto: chosen", "goto: chsen"))
            report = await run.reports.one("reload_failed")
            problems = report.facts["problems"]
            assert isinstance(problems, tuple)
            assert "chsen" in str(problems[0])
            assert "shop.yaml:8:" in str(problems[0])
            assert "Noted." in await call.turn("red")
            (tmp_path / "shop.yaml").write_text(FLOW.replace("Goodbye.", "So long."))
            await run.reports.one("reloaded")
            assert await call.turn("goodbye") == "So long."

    asyncio.run(play())


def test_python_tools_are_reloaded_and_a_broken_one_is_not(tmp_path: Path) -> None:
    tools = "async def look(what): return 'one'\ndef buy(what): return 1\n"

    async def play() -> None:
        async with running(tmp_path, tools=tools, reload=True) as run, run.call() as call:
            await watching(run)
            await call.answer()
            (tmp_path / "shop_tools.py").write_text("def look(what) return 'two'")
            report = await run.reports.one("reload_failed")
            assert "shop_tools.py" in str(report.facts["problems"])
            (tmp_path / "shop_tools.py").write_text(tools.replace("'one'", "'two'"))
            await run.reports.one("reloaded")
            assert "I found two." in await call.turn("look")

    asyncio.run(play())


def test_a_file_that_is_replaced_and_a_link_that_is_swapped(tmp_path: Path) -> None:
    first, second = tmp_path / "v1", tmp_path / "v2"
    for folder, text in ((first, FLOW), (second, FLOW.replace("What can", "How can"))):
        folder.mkdir()
        (folder / "shop.yaml").write_text(text)
        (folder / "shop_tools.py").write_text(TOOLS)
    served = tmp_path / "served"
    served.mkdir()
    (served / "data").symlink_to(first)
    (served / "shop.yaml").symlink_to("data/shop.yaml")
    (served / "shop_tools.py").symlink_to("data/shop_tools.py")

    async def play() -> None:
        async with running(tmp_path, flows={"shop": served / "shop.yaml"}, reload=True) as run:
            await watching(run)
            (served / "new").symlink_to(second)
            (served / "new").rename(served / "data")  # as a ConfigMap does
            await run.reports.one("reloaded")
            async with dial(f"{run.url}/call_1") as socket:
                assert (await next_json(socket, "response"))["content"] == "How can I do for you?"
            other = served / "shop.yaml.tmp"
            other.write_text(FLOW.replace("What can", "Why can"))
            other.rename(served / "shop.yaml")  # as an editor does
            await run.reports.until(lambda: len(run.reports.of("reloaded")) == 2)
            async with dial(f"{run.url}/call_2") as socket:
                assert (await next_json(socket, "response"))["content"] == "Why can I do for you?"

    asyncio.run(play())


def test_without_reload_only_new_calls_take_a_new_version_when_asked(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as run, run.call() as call:
            await call.answer()
            (tmp_path / "shop.yaml").write_text(FLOW.replace("Goodbye.", "So long."))
            await run.server.refresh()  # what SIGHUP does
            assert await call.turn("goodbye") == "Goodbye."
            async with run.call("call_2") as other:
                await other.answer()
                assert await other.turn("goodbye") == "So long."

    asyncio.run(play())


def test_reloading_under_load_drops_nothing(tmp_path: Path) -> None:
    async def one(run: Running, number: int, go_on: asyncio.Event) -> int:
        turns = 0
        async with run.call(f"call_{number}", timeout=20) as call:
            await call.answer()
            while not go_on.is_set():
                assert "Anything else?" in await call.turn("red or blue" if not turns else "hm, what")
                turns += 1
            assert await call.turn("goodbye") == "Goodbye."
            assert not [frame for frame in call.frames("response") if "went wrong" in str(frame["content"])]
        return turns

    async def play() -> None:
        async with running(tmp_path, reload=True) as run:
            await watching(run)
            done = asyncio.Event()
            calls = [asyncio.create_task(one(run, number, done)) for number in range(8)]
            for version in range(5):
                (tmp_path / "shop.yaml").write_text(FLOW.replace("Noted.", f"Noted {version}."))
                await run.reports.until(lambda wanted=version: len(run.reports.of("reloaded")) > wanted, 20)  # type: ignore[misc]
            done.set()
            assert all(turns >= 1 for turns in await asyncio.gather(*calls))
            assert not run.reports.of("engine_failed")
            assert len(run.reports.of("call_over")) == 8

    asyncio.run(play())


def test_a_source_that_is_broken_from_the_start_says_everything(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(FLOW.replace("goto: chosen", "goto: chsen").replace("goto: bye", "goto: by"))
    (tmp_path / "shop_tools.py").write_text(TOOLS)
    with pytest.raises(FlowError) as caught:
        FlowSource(path)
    assert len(caught.value.problems) >= 4


def test_a_folder_that_goes_away_and_comes_back_is_watched_again(tmp_path: Path) -> None:
    folder = tmp_path / "flows"

    async def play() -> None:
        async with running(folder, reload=True) as run:
            await watching(run)
            shutil.rmtree(folder)
            await run.reports.one("reload_failed")
            write_flow(folder, FLOW.replace("What can", "How can"))
            await run.reports.one("reloaded")
            async with dial(f"{run.url}/call_1") as socket:
                assert (await next_json(socket, "response"))["content"] == "How can I do for you?"

    asyncio.run(play())
