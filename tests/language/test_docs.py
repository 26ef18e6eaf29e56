"""The reference pages: generated parts are what the code gives, and every example loads.

FLOWENGINE_REGENERATE=1 writes the generated parts anew.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from flowengine.language import flow_schema, load, schemas
from flowengine.language.checks import REGISTRY
from flowengine.language.document import FlowFile, SharedFile, actions, files, handlers, slots, states, tools
from flowengine.language.document.base import Entry
from flowengine.language.manual import LOADER_CODES, checks_page, key_table

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "docs" / "reference" / "language.md"
CHECKS = ROOT / "docs" / "reference" / "checks.md"
REGENERATE = os.environ.get("FLOWENGINE_REGENERATE") == "1"
MODELS: dict[str, type[Entry]] = {
    name: model
    for module in (actions, files, handlers, slots, states, tools)
    for name, model in vars(module).items()
    if isinstance(model, type) and issubclass(model, Entry)
}
TABLE = re.compile(r"(<!-- keys: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
BLOCKS = re.findall(r"```yaml\n(.*?)```", LANGUAGE.read_text(encoding="utf-8"), re.DOTALL)
FALLBACK = "states:\n  hello: {say: Goodbye., no_interruption_allowed: true, end_call: true}\n"


def test_checks_page() -> None:
    if REGENERATE:
        CHECKS.write_text(checks_page(), encoding="utf-8")
    assert CHECKS.read_text(encoding="utf-8") == checks_page()


def test_key_tables() -> None:
    text = LANGUAGE.read_text(encoding="utf-8")
    made = TABLE.sub(
        lambda found: f"{found.group(1)}{key_table(MODELS[found.group(2)])}\n{found.group(3)}", text
    )
    if REGENERATE:
        LANGUAGE.write_text(made, encoding="utf-8")
    assert LANGUAGE.read_text(encoding="utf-8") == made


def test_every_key_has_a_meaning_and_a_table() -> None:
    shown = {found[1] for found in TABLE.findall(LANGUAGE.read_text(encoding="utf-8"))}
    for name, model in MODELS.items():
        for key, field in model.model_fields.items():
            assert field.description, f"{name}.{key}"
    assert {
        "FlowFile",
        "StateEntry",
        "HandlerEntry",
        "SlotEntry",
        "RejectEntry",
        "ToolEntry",
        "HttpEntry",
    } <= shown


def test_every_key_has_an_example() -> None:
    written = "\n".join(BLOCKS)
    for name in (
        "FlowFile",
        "StateEntry",
        "HandlerEntry",
        "SlotEntry",
        "RejectEntry",
        "ToolEntry",
        "HttpEntry",
    ):
        for key, field in MODELS[name].model_fields.items():
            shown = field.alias or key
            if shown not in WITHOUT_EXAMPLE:
                assert re.search(rf"(?<![\w]){shown}:", written), f"{name}.{shown}"


WITHOUT_EXAMPLE = {"python", "clear", "silent", "show_transferee_as_caller", "letters", "region", "hosts"}
"""Keys whose table row says all; the shipped flows use them."""


def complete(block: str) -> str:
    """A piece of a flow as a whole one."""
    if re.search(r"(?m)^flow:", block):
        return block
    if not re.search(r"(?m)^states:", block):
        block += FALLBACK
    start = re.search(r"(?m)^states:\n  (\w+):", block)
    assert start is not None
    return f"flow: example\nstart: {start.group(1)}\n{block}"


@pytest.mark.parametrize("index", range(len(BLOCKS)))
def test_examples_load(index: int, tmp_path: Path) -> None:
    for block in BLOCKS:
        named = re.match(r"# (\w+\.yaml)\n", block)
        if named:
            (tmp_path / named.group(1)).write_text(block, encoding="utf-8")
    if re.match(r"# (\w+\.yaml)\n", BLOCKS[index]):
        return  # loaded by the example that names it
    path = tmp_path / "flow.yaml"
    path.write_text(complete(BLOCKS[index]), encoding="utf-8")
    loaded = load(path, environ={})
    errors = [problem for problem in loaded.problems if problem.code != "unused"]
    assert not errors, loaded.render()
    assert loaded.flow is not None


def test_every_code_is_documented() -> None:
    known = {code for module in REGISTRY for code in module.CODES} | LOADER_CODES.keys()
    used: set[str] = set()
    for path in (ROOT / "flowengine" / "language").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(
            re.findall(
                r"(?:error|_note|_stop|_refused)\(\s*(?:file, \w*\"?\"?, )?\"([a-z0-9]+(?:-[a-z0-9]+)+)\"",
                text,
            )
        )
        used |= set(re.findall(r"Problem\(\s*\"(?:error|warning)\",\s*\"([a-z0-9-]+)\"", text))
    assert used
    assert used <= known, used - known


@pytest.mark.parametrize("model", [FlowFile, SharedFile])
def test_schema_is_json_with_a_description_for_every_key(model: type) -> None:
    schema = flow_schema() if model is FlowFile else schemas.include_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert "$defs" not in json.dumps(schema)
    assert '"null"' not in json.dumps(schema)
    assert {"default", "type", "ask"} <= schema["definitions"]["SlotEntry"]["properties"].keys()
    for owner in (schema, *schema["definitions"].values()):
        for key, described in owner["properties"].items():
            assert described.get("description"), key
        assert owner["additionalProperties"] is False
