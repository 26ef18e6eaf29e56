"""Intents as the engine sees them: slips of the recogniser are weighed against every intent of the flow."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowengine.language.flow import Flow
from tests.engine.rig import Rig, flow_of

FLOW = """
flow: weighed
start: menu
intents:
  cancel: {match: [cancel my appointment], fuzzy: true}
  change: {match: [chancel my appointment], fuzzy: true}
  move: {match: [reschedule], fuzzy: true}
  book: [schedule a visit]
states:
  menu:
    ask: What can I do for you?
    on:
      response_required:
        - {intent: cancel, goto: cancelled}
        - {intent: change, goto: changed}
        - {intent: move, goto: moved}
        - {intent: book, goto: booked}
  cancelled: {ask: Cancelled.}
  changed: {ask: Changed.}
  moved: {ask: Moved.}
  booked: {ask: Booked.}
"""


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> Flow:
    folder: Path = tmp_path_factory.mktemp("weighed")
    return flow_of(folder, FLOW)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("cancel my appointment", "cancelled"),
        ("chancel my appointment", "changed"),  # as said, though the handler above it matches as a slip
        ("chansel my appointment", "menu"),  # near both: neither
        ("I'd like to reshedule", "moved"),  # near one
        ("I don't want to reshedule", "menu"),
        ("scheduling a visit", "booked"),  # as said outweighs the slip of "reschedule"
        ("something else", "menu"),
    ],
)
def test_a_slip_counts_only_if_nothing_else_is_as_near(weighed: Flow, words: str, state: str) -> None:
    rig = Rig(weighed).open()
    rig.user(words)
    assert rig.state == state
