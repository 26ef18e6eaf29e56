"""A session without sockets: failures of the engine, old links, moving to another process, recordings."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from flowengine.engine.call import Call
from flowengine.engine.commands import Command, Report
from flowengine.engine.events import Event, Outcome, Received, ToolFinished
from flowengine.protocol.inbound import ResponseRequired, UpdateOnly
from flowengine.protocol.transcript import Transcript, Utterance
from flowengine.runtime.clock import SystemClock
from flowengine.runtime.recording import recorder_of
from flowengine.runtime.registry import Registry
from flowengine.runtime.reporter import Reports
from flowengine.runtime.saver import Saver
from flowengine.runtime.session import Session, Surroundings
from flowengine.runtime.source import FlowSource
from flowengine.runtime.stores import CallStore, MemoryStore, SqliteStore
from tests.runtime.support import BARE

SECRET = """\
flow: secret
start: ask
states:
  ask: {collect: [code, name], goto: bye}
  bye: {say: "{{ code | spell }}. Goodbye {{ name }}.", no_interruption_allowed: true, end_call: true}
slots:
  code: {type: digits, ask: What is your code?, sensitive: true}
  name: {type: name, ask: What is your name?}
"""


class Ear:
    """A link that keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.dropped = False

    def send(self, text: str) -> None:
        self.sent.append(json.loads(text))

    def drop(self) -> None:
        self.dropped = True

    def contents(self) -> list[object]:
        return [frame["content"] for frame in self.sent if frame["response_type"] == "response"]


class Place:
    """Everything that a session needs, around one flow."""

    def __init__(
        self, folder: Path, text: str = BARE, store: CallStore | None = None, record: bool = False
    ) -> None:
        path = folder / "flow.yaml"
        path.write_text(text)
        self.source = FlowSource(path)
        self.reports = Reports()
        self.store = store or MemoryStore()
        clock = SystemClock()
        self.saver = Saver(self.store, clock, lambda *_: None)
        journal = recorder_of(folder / "calls", clock) if record else None
        self.world = Surroundings(clock, self.reports, self.saver, journal)
        self.calls = Registry(self.store, self.world, lambda _: self.source.edition)

    async def close(self) -> None:
        await self.calls.close()
        await self.source.close()


def asked(response_id: int, *said: str) -> ResponseRequired:
    return ResponseRequired(response_id, heard(*said))


def heard(*said: str) -> Transcript:
    return Transcript(
        0, tuple(Utterance(("agent", "user")[index % 2], text) for index, text in enumerate(said))
    )


class Broken(Call):
    """A call whose engine has a defect."""

    __slots__ = ()

    def handle(self, event: Event) -> list[Command]:
        assert event
        raise ZeroDivisionError("a defect")


def test_a_defect_of_the_engine_leaves_no_response_open(tmp_path: Path) -> None:
    async def play() -> None:
        place = Place(tmp_path)
        edition = place.source.edition
        session = Session("f/a", "f", "a", edition, Broken(edition.flow, "a"), place.world)
        ear = Ear()
        session.attach(ear)
        session.receive(ear, asked(3, "What can I do for you?", "hello"))
        session.receive(ear, UpdateOnly())
        assert [(frame["response_id"], frame["content_complete"]) for frame in ear.sent] == [
            (0, True),
            (3, True),
        ]
        assert all(ear.contents())
        failed = place.reports.of("engine_failed")
        assert len(failed) == 3
        assert failed[0].facts["error"] == "ZeroDivisionError: a defect"
        assert "test_session.py" in str(failed[0].facts["where"])
        session.stop()
        await place.close()

    asyncio.run(play())


def test_an_old_link_is_dropped_and_no_longer_listened_to(tmp_path: Path) -> None:
    async def play() -> None:
        place = Place(tmp_path)
        session = await place.calls.open("f", "a")
        old, new = Ear(), Ear()
        session.attach(old)
        session.attach(new)
        assert old.dropped
        session.receive(old, asked(1, "What can I do for you?", "goodbye"))
        session.detach(old, 1006)
        assert session.link is new
        assert "Goodbye." not in new.contents()
        session.receive(new, asked(1, "What can I do for you?", "goodbye"))
        assert new.contents()[-1] == "Goodbye."
        await place.close()

    asyncio.run(play())


def test_two_opens_at_once_give_one_session(tmp_path: Path) -> None:
    async def play() -> None:
        place = Place(tmp_path, store=SqliteStore(tmp_path / "calls.db"))
        sessions = await asyncio.gather(*(place.calls.open("f", "a") for _ in range(5)))
        assert len({id(session) for session in sessions}) == 1
        await place.close()
        await place.store.close()

    asyncio.run(play())


def test_a_call_moves_to_another_process_and_back(tmp_path: Path) -> None:
    async def play() -> None:
        store = SqliteStore(tmp_path / "calls.db")
        one, two = Place(tmp_path, store=store), Place(tmp_path, store=store)
        first = await one.calls.open("f", "a")
        ear = Ear()
        first.attach(ear)
        first.receive(ear, asked(1, "What can I do for you?", "hello"))
        assert await one.saver.saved(first)
        second = await two.calls.open("f", "a")
        assert two.reports.of("resumed")
        second.attach(Ear())
        assert await two.saver.saved(second)
        await one.saver.saved(first)
        assert first.stopped
        assert ear.dropped
        assert one.reports.of("moved")
        third = await one.calls.open("f", "a")
        assert third is not first
        assert third.epoch > second.epoch
        for place in (one, two):
            await place.close()
        await store.close()

    asyncio.run(play())


def test_a_stored_call_that_cannot_be_read_begins_anew(tmp_path: Path) -> None:
    from flowengine.runtime.stores import Saving

    async def play() -> None:
        place = Place(tmp_path)
        for number, text in enumerate(('{"format": 99}', "no json", '{"format": 1, "call_id": 3}')):
            await place.store.save([Saving(f"f/{number}", text, 1, 1)])
            session = await place.calls.open("f", str(number))
            ear = Ear()
            session.attach(ear)
            assert ear.contents() == ["What can I do for you?"]
        assert len(place.reports.of("not_resumed")) == 3
        await place.close()

    asyncio.run(play())


def test_a_recording_has_everything_but_what_is_secret(tmp_path: Path) -> None:
    async def play() -> None:
        place = Place(tmp_path, SECRET, record=True)
        session = await place.calls.open("f", "call/1")
        ear = Ear()
        session.attach(ear)
        question = "What is your code?"
        session.receive(ear, UpdateOnly(heard(question, "four seven")))
        session.receive(ear, UpdateOnly(heard(question, "4719")))
        session.receive(ear, asked(1, question, "4719"))
        session.receive(ear, asked(2, question, "4719", "What is your name?", "Ann Lee"))
        readback = "Your code is four, seven, one, nine."
        for words in range(4, 8):
            spoken = " ".join(readback.split()[:words])
            session.receive(ear, UpdateOnly(heard(question, "4719", spoken)))
        session.handle(ToolFinished(1, "none", Outcome("done", {"code": 4719, "x": 4720})))
        await place.close()

    asyncio.run(play())
    text = (tmp_path / "calls" / "call_1.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines[0]["type"] == "call"
    assert [line["event"] for line in lines if line["type"] == "event"][:2] == ["opened", "received"]
    assert "Ann Lee" in text
    assert "4720" in text
    assert "4719" not in text
    assert "four" not in text  # half-said in an update before it was understood, half-read back after
    assert "seven" not in text
    assert "[redacted]" in text


def test_a_journal_that_fails_ends_no_call(tmp_path: Path) -> None:
    class Full:
        def record(self, *_: object) -> None:
            raise OSError("no space left")

        def close(self) -> None:
            return

    async def play() -> None:
        place = Place(tmp_path)
        world = Surroundings(place.world.clock, place.reports, place.saver, lambda _: Full())
        edition = place.source.edition
        session = Session("f/a", "f", "a", edition, Call(edition.flow, "a"), world)
        ear = Ear()
        session.attach(ear)
        session.receive(ear, asked(1, "What can I do for you?", "goodbye"))
        assert ear.contents()[-1] == "Goodbye."
        assert len(place.reports.of("journal_failed")) == 1
        session.stop()
        await place.close()

    asyncio.run(play())


@pytest.mark.parametrize("event", [Received(1, UpdateOnly()), ToolFinished(1, "none", Outcome("lost"))])
def test_a_stopped_session_handles_nothing(tmp_path: Path, event: object) -> None:
    async def play() -> None:
        place = Place(tmp_path)
        session = await place.calls.open("f", "a")
        session.stop()
        session.handle(event)  # type: ignore[arg-type]
        assert not [
            report
            for _, _, report in place.reports.all
            if isinstance(report, Report) and report.level == "error"
        ]
        await place.close()

    asyncio.run(play())
