"""Commands that write: new, schema, graph."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowengine.cli.schema import FILES, as_text, schema
from flowengine.language import load
from tests.cli.helpers import flowengine
from tests.paths import FLOWS, ROOT


@pytest.mark.parametrize("name", FILES)
def test_the_schemas_in_the_checkout_are_what_the_models_say(name: str) -> None:
    written = (ROOT / "schemas" / FILES[name]).read_text(encoding="utf-8")
    assert written == as_text(schema(name)), "run: flowengine schema"


def test_schemas_are_written_and_compared(tmp_path: Path) -> None:
    folder = str(tmp_path / "schemas")
    assert flowengine("schema", folder, "--check").exit_code == 1
    assert flowengine("schema", folder).exit_code == 0
    assert flowengine("schema", folder, "--check").exit_code == 0
    assert {file.name for file in Path(folder).iterdir()} == set(FILES.values())


def test_one_schema_can_be_printed() -> None:
    assert json.loads(flowengine("schema", "--print", "flow").output)["type"] == "object"


@pytest.mark.parametrize("name", ["hello.yaml", "hello", "2 tests.yml"])
def test_a_new_flow_is_free_of_problems_and_its_hint_leads_to_the_schema(tmp_path: Path, name: str) -> None:
    assert flowengine("new", str(tmp_path / name)).exit_code == 0
    (written,) = [file for file in tmp_path.iterdir() if file.suffix in (".yaml", ".yml")]
    loaded = load(written)
    assert loaded.problems == ()
    hint = written.read_text().splitlines()[0]
    assert hint.startswith("# yaml-language-server: $schema=")
    assert (tmp_path / hint.partition("$schema=")[2]).read_text() == as_text(schema("flow"))


def test_a_new_flow_may_point_elsewhere(tmp_path: Path) -> None:
    flowengine("new", str(tmp_path / "a.yaml"), "--schema", "../schemas/flow.schema.json")
    assert (
        (tmp_path / "a.yaml")
        .read_text()
        .startswith("# yaml-language-server: $schema=../schemas/flow.schema.json\n")
    )
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("mine")
    assert flowengine("new", str(file)).exit_code == 2
    assert file.read_text() == "mine"
    assert flowengine("new", str(file), "--force").exit_code == 0


def test_every_shipped_flow_has_an_editor_hint_that_leads_somewhere() -> None:
    for flow in FLOWS.glob("*.yaml"):
        hint = flow.read_text(encoding="utf-8").splitlines()[0]
        assert hint.startswith("# yaml-language-server: $schema="), flow
        assert (FLOWS / hint.partition("$schema=")[2]).is_file(), flow


def test_a_flow_is_drawn() -> None:
    drawn = flowengine("graph", str(FLOWS / "booking.yaml")).output
    assert "stateDiagram-v2" in drawn
    assert "greeting" in drawn


def test_a_drawing_can_go_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "booking.mmd"
    assert flowengine("graph", str(FLOWS / "booking.yaml"), "-o", str(file)).exit_code == 0
    assert "stateDiagram-v2" in file.read_text()
