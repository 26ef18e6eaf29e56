"""What the README shows is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flowengine.language import load
from flowengine.language.problems import render
from tests.cli.helpers import flowengine
from tests.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def test_the_example_has_no_problems(tmp_path: Path) -> None:
    file = tmp_path / "callback.yaml"
    file.write_text(block("yaml")[0])
    assert load(file).problems == ()


def test_the_error_is_what_check_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("callback.yaml").write_text(block("yaml")[0].replace("goto: details", "goto: detials", 1))
    (problem,) = load("callback.yaml").problems
    assert render(problem) == block("text")[0].strip()


def test_the_commands_are_one_line_each_and_what_they_run_exists() -> None:
    first, second = block("sh")
    assert first.count("\n") == second.count("\n") == 1
    (flow,) = re.findall(r"flowengine run (\S+)", first)
    assert (ROOT / flow).is_file()
    assert flowengine("check", str(ROOT / flow)).exit_code == 0


def test_every_link_leads_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_the_index_lists_every_page() -> None:
    docs = ROOT / "docs"
    listed = set(re.findall(r"\]\(([^)#:]+)\)", (docs / "index.md").read_text(encoding="utf-8")))
    assert listed == {str(page.relative_to(docs)) for page in docs.rglob("*.md")} - {"index.md"}
