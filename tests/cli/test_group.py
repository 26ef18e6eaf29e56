"""`flowengine` itself: help, version, exit codes, and how fast it starts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flowengine import __version__
from flowengine.cli.group import COMMANDS
from flowengine.cli.reference import page
from tests.cli.helpers import flowengine
from tests.paths import ROOT


def test_version() -> None:
    assert flowengine("--version").output == f"flowengine {__version__}\n"


def test_help_lists_every_command() -> None:
    output = flowengine("--help").output
    assert all(f"  {name} " in output for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_examples_and_exit_codes(name: str) -> None:
    result = flowengine(name, "--help")
    assert result.exit_code == 0
    assert f"flowengine {name} " in result.output.split("Examples:")[1]
    assert "Exit codes:" in result.output


def test_every_command_that_there_is_is_listed() -> None:
    files = (ROOT / "flowengine/cli").glob("*.py")
    commands = {file.stem for file in files if "@click.command(" in file.read_text(encoding="utf-8")}
    assert commands == set(COMMANDS)


def test_an_unknown_command_is_a_wrong_use_with_a_hint() -> None:
    result = flowengine("chek", "x.yaml")
    assert result.exit_code == 2
    assert "There is no command 'chek'. Did you mean 'check'?" in result.output


def test_help_imports_no_engine() -> None:
    program = (
        "import sys; from flowengine.cli import main; main(['--help'], standalone_mode=False);"
        "heavy = {'pydantic', 'jinja2', 'yaml', 'rich', 'websockets', 'flowengine.engine'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=30
    )
    assert done.returncode == 0, done.stderr


def test_python_m_is_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flowengine", "--version"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=30,
    )
    assert done.stdout == f"flowengine {__version__}\n"


def test_the_reference_page_is_what_help_says() -> None:
    written = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m flowengine.cli.reference > docs/reference/cli.md"
