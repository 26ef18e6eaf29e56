"""Scripts from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowengine.devtools.simulate import ScriptError
from flowengine.devtools.simulate.reading import read_scripts
from flowengine.devtools.simulate.script import Agent, Drop, Interrupt, Silence, Then, User, Wait
from flowengine.errors import FlowError
from tests.paths import FLOWS

CASES = """
call: {from_number: "+15550100"}
cases:
  - case: a booking
    variables: {customer_name: Anna}
    steps:
      - agent: Bright Smile
      - user: I'd like to book
      - then: for Tuesday
      - interrupt: {after_words: 3, user: "no, Wednesday"}
      - agent: {contains: Wednesday, not_contains: [Tuesday]}
      - expect: {state: details}
      - silence: 2
      - wait: 1500ms
      - restart:
  - case: nobody
    steps:
      - silence:
"""


def test_every_case_of_a_test_file_is_a_script(tmp_path: Path) -> None:
    path = tmp_path / "booking.test.yaml"
    path.write_text(CASES)
    booking, nobody = read_scripts(path)
    assert (booking.name, nobody.name) == ("a booking", "nobody")
    assert booking.call == {
        "from_number": "+15550100",
        "retell_llm_dynamic_variables": {"customer_name": "Anna"},
    }
    assert nobody.steps == (Silence(),)
    spoken = [step for step in booking.steps if not isinstance(step, Agent)]
    assert spoken == [
        User("I'd like to book"),
        Then("for Tuesday"),
        Interrupt("no, Wednesday", 3),
        Silence(2),
        Wait(1_500),
        Drop(),
    ]
    wanted = [step.wanted for step in booking.steps if isinstance(step, Agent)]
    assert wanted == ["contains 'Bright Smile'", "contains 'Wednesday'", "does not contain 'Tuesday'"]


def test_a_text_file_is_one_script(tmp_path: Path) -> None:
    path = tmp_path / "caller.txt"
    path.write_text("hello\n")
    assert [script.steps for script in read_scripts(path)] == [(User("hello"),)]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="No such file"):
        read_scripts(tmp_path / "nothing.txt")
    binary = tmp_path / "binary.txt"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScriptError, match="not UTF-8"):
        read_scripts(binary)
    broken = tmp_path / "broken.test.yaml"
    broken.write_text("cases:\n  - case: x\n    steps:\n      - sing: la\n")
    with pytest.raises(FlowError, match="sing"):
        read_scripts(broken)


def test_shipped_test_files_are_scripts_without_a_warning() -> None:
    for file in FLOWS.glob("*.test.yaml"):
        assert read_scripts(file)
