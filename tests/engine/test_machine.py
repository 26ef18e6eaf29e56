"""What a move leaves and enters, and how a flow is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowengine.engine import diagram
from flowengine.engine.machine import Path as Moved
from flowengine.engine.machine import machine_of
from tests.engine.rig import flow_of

FLOW = """
flow: house
start: house
intents: {up: [up], out: [out]}
global:
  on: {response_required: [{intent: out, goto: bye}]}
states:
  house:
    start: hall
    states:
      hall: {ask: "Hall?", on: {response_required: [{intent: up, goto: upper}]}}
      upper:
        start: bed
        states:
          bed: {ask: "Bed?", on: {response_required: [{intent: up, goto: bath}]}}
          bath: {ask: "Bath?", on: {response_required: [{intent: up, goto: house}]}}
  bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
"""

UP = ("house.upper.bed", "house.upper")


@pytest.mark.parametrize(
    ("source", "target", "exits", "enters", "leaf"),
    [
        (None, "house", (), ("house", "house.hall"), "house.hall"),
        ("house.hall", "house.upper", ("house.hall",), ("house.upper", "house.upper.bed"), "house.upper.bed"),
        ("house.upper.bed", "house.upper.bath", UP[:1], ("house.upper.bath",), "house.upper.bath"),
        ("house.hall", "house.hall", ("house.hall",), ("house.hall",), "house.hall"),
        ("house.upper.bed", "house.upper", UP, ("house.upper", "house.upper.bed"), "house.upper.bed"),
        ("house.upper.bed", "house", (*UP, "house"), ("house", "house.hall"), "house.hall"),
        ("house.upper.bed", "house.hall", UP, ("house.hall",), "house.hall"),
        ("house.upper.bed", "bye", (*UP, "house"), ("bye",), "bye"),
    ],
)
def test_what_a_move_leaves_and_enters(
    tmp_path: Path,
    source: str | None,
    target: str,
    exits: tuple[str, ...],
    enters: tuple[str, ...],
    leaf: str,
) -> None:
    machine = machine_of(flow_of(tmp_path, FLOW))
    assert machine.path(source, target) == Moved(exits, enters, leaf)
    assert machine.path(source, target) is machine.path(source, target)


def test_the_diagram_shows_states_moves_globals_and_endings(tmp_path: Path) -> None:
    drawn = diagram(flow_of(tmp_path, FLOW)).splitlines()
    assert drawn[:3] == ["---", "title: house", "---"]
    for line in ("house_hall --> house_upper: up", "anywhere --> bye: out", "bye --> [*]: end_call"):
        assert any(line in found.replace(".", "_") for found in drawn), line
