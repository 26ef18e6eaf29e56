"""Stored calls under a version of the flow that has changed since."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from flowengine.engine import Call, Opened, Received
from flowengine.errors import FlowError, SnapshotError
from flowengine.language import load_flow
from flowengine.language.flow import Flow
from flowengine.protocol.inbound import ResponseRequired, UpdateOnly
from flowengine.protocol.transcript import Transcript, Utterance
from flowengine.runtime.registry import fitting
from flowengine.runtime.reporter import Reports
from flowengine.runtime.source import FlowSource
from flowengine.runtime.stores.memory import MemoryStore
from flowengine.server import ServeOptions, Server

FLOW = """\
flow: stored
start: one
states:
  one: {ask: "One?", on: {response_required: [{match: [go], goto: two}]}}
  two: {ask: "Two?", on: {response_required: [{match: [go], goto: one}]}}
"""


def loaded(folder: Path, text: str) -> Flow:
    path = folder / "stored.yaml"
    path.write_text(text, encoding="utf-8")
    return load_flow(path)


def call_of(flow: Flow) -> Call:
    """In state one, with a turn to state two that was not heard."""
    call = Call(flow, "call_1")
    call.handle(Opened(0))
    greeted = (Utterance("agent", "One?"),)
    call.handle(Received(1, UpdateOnly(Transcript(0, greeted), None)))
    call.handle(Received(2, ResponseRequired(1, Transcript(0, (*greeted, Utterance("user", "go"))))))
    return call


def test_a_turn_to_a_state_that_is_gone_is_dropped(tmp_path: Path) -> None:
    snapshot = call_of(loaded(tmp_path, FLOW)).snapshot
    assert snapshot.turn is not None
    changed = loaded(tmp_path, FLOW.replace("two", "deux"))
    assert fitting(snapshot, changed).turn is None
    assert snapshot.base.state == "one"


def test_a_call_whose_state_is_gone_cannot_go_on(tmp_path: Path) -> None:
    snapshot = call_of(loaded(tmp_path, FLOW)).snapshot
    changed = loaded(tmp_path, FLOW.replace("one", "uno"))
    with pytest.raises(SnapshotError, match="state 'one'"):
        fitting(snapshot, changed)


def test_a_call_whose_process_died_before_its_first_save_is_served_again(tmp_path: Path) -> None:
    async def main() -> None:
        path = tmp_path / "stored.yaml"
        path.write_text(FLOW, encoding="utf-8")
        source = FlowSource(path)
        store = MemoryStore()
        await store.claim("stored/call_1", 1)  # the process that died
        reports = Reports()
        server = Server(ServeOptions(port=0), {"stored": source}, reports, store=store)
        session = await server.calls.open("stored", "call_1")
        assert session.epoch == 2
        session.handle(Opened(5))
        assert list(await store.save([session.saving()])) == []
        session.stop()

    asyncio.run(main())


def test_a_flow_is_not_served_without_the_environment_that_it_lists(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text(FLOW + "env: [NO_SUCH_SECRET]\n", encoding="utf-8")
    assert load_flow(path, environ={}).env == {}
    with pytest.raises(FlowError, match="NO_SUCH_SECRET is not set"):
        FlowSource(path, environ={})
    assert FlowSource(path, environ={"NO_SUCH_SECRET": "x"}).edition.flow.env == {"NO_SUCH_SECRET": "x"}
