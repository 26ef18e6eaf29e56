"""Recorded calls come back: the same, against an edited flow, as a test case."""

from pathlib import Path

from flowengine.devtools.replay import read_recording, replay, to_test, turns
from flowengine.devtools.table import Table
from flowengine.devtools.testing import read_cases, run_case
from flowengine.language import load_flow
from flowengine.runtime.journal import Recorder

FLOWS = Path(__file__).parents[3] / "flows"


def recorded(folder: Path) -> Path:
    flow = load_flow(FLOWS / "order_status.yaml")
    table = Table(flow).open()
    table.user("yes").user("one two three four five six").user("no thanks")
    table.hear_out()
    path = folder / "call_1.jsonl"
    recorder = Recorder(path, {"call_id": "call_1", "flow": flow.name}, lambda: ())
    for event, commands in table.journal:
        recorder.record(event, commands)
    recorder.close()
    return path


def test_a_recorded_call_replays_the_same(tmp_path: Path) -> None:
    call = read_recording(recorded(tmp_path))
    assert replay(call, load_flow(FLOWS / "order_status.yaml")) is None
    assert next(turn.heard for turn in turns(call) if turn.heard) == "yes"


def test_an_edited_flow_differs_at_the_turn_that_was_edited(tmp_path: Path) -> None:
    edited = tmp_path / "edited.yaml"
    text = (FLOWS / "order_status.yaml").read_text(encoding="utf-8")
    edited.write_text(text.replace("Let me look that up.", "One second."), encoding="utf-8")
    found = replay(read_recording(recorded(tmp_path)), load_flow(edited))
    assert found is not None
    assert found.heard == "one two three four five six"
    assert found.now[0]["content"].strip() == "One second."


def test_a_recording_becomes_a_test_case_that_passes(tmp_path: Path) -> None:
    case = to_test(read_recording(recorded(tmp_path)), "Recorded")
    file = FLOWS / "order_status.yaml"
    test = tmp_path / "order_status.test.yaml"
    test.write_text(f"flow: {file}\ncases:\n{case}", encoding="utf-8")
    read = read_cases(test)
    assert not read.problems
    played = run_case(read.cases[0])
    assert played.passed, played.failure
