"""The house: a module imports its own package and what stands below it; siblings never know each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "flowengine"

BELOW: dict[str, frozenset[str]] = {
    "errors": frozenset(),
    "protocol": frozenset({"errors"}),
    "speech": frozenset({"errors"}),
    "language": frozenset({"errors", "speech"}),
    "engine": frozenset({"errors", "protocol", "speech", "language"}),
    "runtime": frozenset({"errors", "protocol", "speech", "language", "engine"}),
    "server": frozenset({"errors", "protocol", "speech", "language", "engine", "runtime"}),
    "devtools": frozenset({"errors", "protocol", "speech", "language", "engine", "runtime"}),
    "cli": frozenset({"errors", "protocol", "speech", "language", "engine", "runtime", "server", "devtools"}),
    "__main__": frozenset({"cli"}),
    "__init__": frozenset(),
}
"""Package (or module at the top) -> what it may import beside itself."""

ONE_FILE: dict[str, dict[str, int]] = {
    "yaml": {"language": 1},
    "jinja2": {"language": 1},
    "transitions": {"engine": 1},
    "websockets": {"server": 1, "devtools": 1},
}
"""Library that shapes the core -> package -> how many of its files may import it. Nowhere else."""

PURE = ("protocol", "speech", "engine")
"""Packages that do nothing but compute; the language reads files, too."""

IMPURE = {
    "asyncio",
    "socket",
    "threading",
    "subprocess",
    "random",
    "secrets",
    "http",
    "urllib.request",
    "httpx2",
    "websockets",
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Absolute names that a module imports, wherever in it, with the line."""
    package = list(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            if name == "flowengine":
                yield from ((f"flowengine.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield name, node.lineno


def layer_of(path: Path) -> str:
    inside = path.relative_to(PACKAGE).parts
    return inside[0].removesuffix(".py")


def test_every_package_has_its_place() -> None:
    assert {layer_of(path) for path in modules()} == set(BELOW)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_only_what_stands_below_it(path: Path) -> None:
    layer = layer_of(path)
    allowed = BELOW[layer] | {layer, "__version__"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for name, line in imports(path)
        if name.startswith("flowengine.") and name.split(".")[1] not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("library", ONE_FILE)
def test_one_file_touches_each_library_that_shapes_the_core(library: str) -> None:
    found: dict[str, list[str]] = {}
    for path in modules():
        if any(name.split(".")[0] == library for name, _ in imports(path)):
            found.setdefault(layer_of(path), []).append(path.relative_to(ROOT).as_posix())
    allowed = ONE_FILE[library]
    assert {layer: files for layer, files in found.items() if len(files) > allowed.get(layer, 0)} == {}


def test_the_core_is_free_of_sockets_threads_and_chance() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules()
        if layer_of(path) in PURE
        for name, line in imports(path)
        if {name, name.split(".")[0]} & IMPURE
    ]
    assert wrong == []


def test_tests_mirror_the_package() -> None:
    packages = {path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    mirrored = {path.name for path in (ROOT / "tests").iterdir() if (path / "__init__.py").exists()}
    assert packages <= mirrored
