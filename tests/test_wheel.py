"""What is built and installed works, far away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from flowengine import __version__

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `flowengine` command of a fresh environment that holds the wheel; libraries come from this one."""
    home = tmp_path_factory.mktemp("env")
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    site = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", "-q"]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True, timeout=120)
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return scripts / "flowengine"


def run(command: Path, *arguments: str, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [command, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"flowengine", f"retell_flowengine-{__version__}.dist-info"}
    for needed in (
        "flowengine/py.typed",
        "flowengine/cli/starter.yaml",
        "flowengine/speech/languages/en/core.toml",
    ):
        assert needed in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_installed_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "--version", cwd=tmp_path) == f"flowengine {__version__}\n"


def test_the_installed_command_writes_and_checks_a_flow(installed: Path, tmp_path: Path) -> None:
    run(installed, "new", "hello.yaml", cwd=tmp_path)
    assert "ok  hello.yaml" in run(installed, "check", "hello.yaml", cwd=tmp_path)


def test_the_installed_command_knows_its_languages(installed: Path, tmp_path: Path) -> None:
    said = run(
        installed,
        "explain",
        "--type",
        "date",
        "--now",
        "2026-11-23T10:00:00",
        "--json",
        "tomorrow",
        cwd=tmp_path,
    )
    assert '"values": ["2026-11-24"]' in said


def test_it_is_the_installed_package_that_runs(installed: Path, tmp_path: Path) -> None:
    python = installed.with_name("python")
    where = run(python, "-c", "import flowengine; print(flowengine.__file__)", cwd=tmp_path).strip()
    assert not Path(where).is_relative_to(ROOT)
