"""Loading as a whole: the booking flow, random mutations of it, versions, and speed."""

from __future__ import annotations

import random
import re
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowengine.errors import FlowError
from flowengine.language import load, load_flow
from flowengine.language.problems import render

FLOWS = Path(__file__).parents[2] / "flows"
BOOKING = (FLOWS / "booking.yaml").read_text(encoding="utf-8")
WORDS = sorted(set(re.findall(r"[A-Za-z_]+|[^\sA-Za-z_]", BOOKING)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(FLOWS / "booking.yaml", tmp_path)
    shutil.copy(FLOWS / "clinic.py", tmp_path)
    return tmp_path


def test_the_booking_flow_has_no_problems() -> None:
    loaded = load(FLOWS / "booking.yaml")
    assert loaded.problems == ()
    assert loaded.flow is not None
    assert loaded.flow.needs_details
    assert [Path(file.path).name for file in loaded.files] == ["booking.yaml", "clinic.py"]


def test_the_line_of_the_design(folder: Path) -> None:
    path = folder / "booking.yaml"
    path.write_text(BOOKING.replace("goto: confirm}", "goto: confrim}"), encoding="utf-8")
    (problem,) = load(path).problems
    line = next(number for number, text in enumerate(BOOKING.splitlines(), 1) if "goto: confirm}" in text)
    column = BOOKING.splitlines()[line - 1].index("confirm}") + 1
    assert str(problem) == (
        f"{path}:{line}:{column}: error: state 'confrim' does not exist; did you mean 'confirm'? [unknown-state]"
    )
    shown = render(problem, path.read_text(encoding="utf-8")).splitlines()
    assert shown[2].index("^") == shown[1].index("confrim")
    assert shown[3].startswith("    hint: ")
    assert "\x1b[" in render(problem, None, colour=True)


def test_flow_error_carries_all_problems(folder: Path) -> None:
    path = folder / "booking.yaml"
    path.write_text(
        BOOKING.replace("goto: confirm}", "goto: nowhere}").replace("type: date", "type: dat"),
        encoding="utf-8",
    )
    with pytest.raises(FlowError) as caught:
        load_flow(path)
    assert len(caught.value.problems) == 2
    assert "nowhere" in str(caught.value)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        loaded = load(path)
        assert loaded.flow is None
        assert [problem.code for problem in loaded.problems] == ["no-file"]
        assert loaded.files


def test_version_follows_every_file(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = folder / "booking.yaml"
    first = load_flow(path).version
    assert load_flow(path).version == first
    moved = tmp_path_factory.mktemp("moved") / "flows"
    shutil.copytree(folder, moved)
    assert load_flow(moved / "booking.yaml").version == first
    (folder / "clinic.py").write_text((folder / "clinic.py").read_text() + "\n# changed\n")
    second = load_flow(path).version
    assert second != first
    path.write_text(BOOKING + "\n# changed\n", encoding="utf-8")
    assert load_flow(path).version not in (first, second)


def test_a_changed_tool_is_seen(folder: Path) -> None:
    path = folder / "booking.yaml"
    assert load(path).flow is not None
    clinic = (folder / "clinic.py").read_text()
    (folder / "clinic.py").write_text(
        clinic.replace("patient: str", "patients: str").replace("patient)", "patients)")
    )
    assert {problem.code for problem in load(path).problems} == {"wrong-arguments"}
    (folder / "clinic.py").write_text("def book_appointment(:\n")
    assert {problem.code for problem in load(path).problems} == {"bad-python-tool"}
    (folder / "clinic.py").write_text("import no_such_thing\n")
    assert "no_such_thing" in load(path).problems[0].message
    (folder / "clinic.py").write_text(clinic)
    assert load(path).flow is not None


def test_files_are_known_even_when_broken(folder: Path) -> None:
    path = folder / "booking.yaml"
    path.write_text(BOOKING.replace("goto: confirm}", "goto: nowhere}"), encoding="utf-8")
    assert {Path(file.path).name for file in load(path).files} == {"booking.yaml", "clinic.py"}


def test_unknown_keys_are_reported_at_their_own_place(folder: Path) -> None:
    path = folder / "booking.yaml"
    lines = BOOKING.splitlines()
    for number, line in enumerate(lines):
        found = re.match(
            r"( +)(say|ask|type|start|metadata|call|save|update_agent|timeout|effect|collect): ", line
        )
        if found is None:
            continue
        mutated = [*lines[:number], f"{found.group(1)}zzz_{number}: 1", *lines[number:]]
        path.write_text("\n".join(mutated), encoding="utf-8")
        problems = load(path).problems
        unknown = [problem for problem in problems if problem.code == "unknown-key"]
        assert [(p.where.line, p.where.column) for p in unknown] == [(number + 1, len(found.group(1)) + 1)], (
            line
        )
        assert f"zzz_{number}" in unknown[0].message


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mutations")
    shutil.copy(FLOWS / "clinic.py", folder)
    return folder / "booking.yaml"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_mutations_never_raise(scratch: Path, seed: int, count: int) -> None:
    chance = random.Random(seed)
    text = BOOKING
    for _ in range(count):
        at = chance.randrange(len(text))
        kind = chance.randrange(5)
        if kind == 0:
            text = text[:at] + text[at + chance.randrange(1, 30) :]
        elif kind == 1:
            text = text[:at] + chance.choice(WORDS) + text[at:]
        elif kind == 2:
            lines = text.split("\n")
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
            text = "\n".join(lines)
        elif kind == 3:
            old = chance.choice(WORDS)
            text = text.replace(old, chance.choice(WORDS), 1)
        else:
            lines = text.split("\n")
            index = chance.randrange(len(lines))
            lines[index] = "  " * chance.randrange(5) + lines[index].strip()
            text = "\n".join(lines)
    scratch.write_text(text, encoding="utf-8")
    loaded = load(scratch)
    assert loaded.flow is not None or loaded.problems
    for problem in loaded.problems:
        assert 1 <= problem.where.line <= text.count("\n") + 2
        assert problem.where.column >= 1
        assert problem.message
        assert render(problem, text)
    places = [(p.where.file, p.where.line, p.where.column) for p in loaded.problems]
    assert places == sorted(places)


def test_the_folder_of_a_flow_comes_last_on_the_import_path(folder: Path) -> None:
    before = list(sys.path)
    load(folder / "booking.yaml")
    assert sys.path[: len(before)] == before


@pytest.mark.parametrize(
    ("url", "open_host"),
    [
        ("{{ env.SHOP }}/orders/{{ number }}", False),
        ("https://{{ env.SHOP }}/orders/{{ number }}", False),
        ("https://api.example.com/{{ number }}", False),
        ("{{ number }}/orders", True),
        ("https://{{ number }}.example.com/", True),
        ("https://{{ env.SHOP }}.{{ number }}/", True),
    ],
)
def test_a_host_from_the_environment_needs_no_hosts(tmp_path: Path, url: str, open_host: bool) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(
        "flow: shop\nstart: a\nenv: [SHOP]\ntools:\n"
        f'  look: {{http: {{url: "{url}"}}, effect: read}}\n'
        "states:\n  a: {say: Looking., call: look, with: {number: 1}, goto: b}\n"
        "  b: {say: Goodbye., no_interruption_allowed: true, end_call: true}\n",
        encoding="utf-8",
    )
    codes = [problem.code for problem in load(path, environ={"SHOP": "https://shop.example.com"}).problems]
    assert ("open-host" in codes) == open_host, codes
