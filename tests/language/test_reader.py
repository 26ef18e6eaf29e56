"""YAML text to nodes: scalars, positions, and everything that is refused."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flowengine.language import reader
from flowengine.language.problems import render
from flowengine.language.reader import read


def data(text: str) -> object:
    found = read("f.yaml", text.encode())
    assert not found.problems, found.problems
    assert found.root is not None
    return found.root.data()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *[
            (word, word)
            for word in ("on", "off", "yes", "no", "y", "n", "10:30", "012", "+15550100", "1_000", "0b1")
        ],
        *[
            (word, word)
            for word in ("2026-11-24", "1.2.3", "-", "--", "1e", "e5", ".", "-.", "=", "0o8", "0xG", "12a")
        ],
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        *[(word, None) for word in ("null", "Null", "NULL", "~", "")],
        *[("0", 0), ("-7", -7), ("911", 911), ("0x1F", 31), ("0o17", 15)],
        *[("1.5", 1.5), ("-0.25", -0.25), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("1.5E-2", 0.015)],
        *[("'5'", "5"), ('"true"', "true"), ("! 12", "12"), ("''", "")],
    ],
)
def test_scalars(written: str, meant: object) -> None:
    assert data(f"{{a: [{written or '~'}]}}" if written != "-" else "a: ['-']") == {"a": [meant]}
    assert data(f"a: {written}" if written != "-" else "a: '-'") == {"a": meant}


def test_question_mark_in_a_flow_mapping() -> None:
    assert data("{say: Are you there?}") == {"say": "Are you there?"}


def test_keys_are_always_text() -> None:
    assert data("1: a\ntrue: b\nnull: c\n0x1F: d\n") == {"1": "a", "true": "b", "null": "c", "0x1F": "d"}


def test_positions_count_from_one() -> None:
    found = read("f.yaml", b"a:\n  b: [x, {c: d}]\n")
    assert found.root is not None
    node = found.root.at("a", "b", 1, "c")
    assert str(node.where) == "f.yaml:2:14"
    assert str(found.root.at("a").key_where("b")) == "f.yaml:2:3"


def test_aliases_are_allowed() -> None:
    assert data("a: &x [1]\nb: *x\n") == {"a": [1], "b": [1]}


def test_byte_order_mark_and_line_ends() -> None:
    found = read("f.yaml", b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert found.root is not None
    assert found.root.data() == {"a": 1, "b": 2}
    assert str(found.root.key_where("b")) == "f.yaml:2:1"


def test_a_large_file_is_refused() -> None:
    found = read("f.yaml", b"#" * (reader.SIZE_CAP + 1))
    assert [problem.code for problem in found.problems] == ["file-too-large"]


def test_without_the_c_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader")
    found = read("f.yaml", b"a: 1")
    assert [problem.code for problem in found.problems] == ["no-c-parser"]


@given(st.binary(max_size=200))
def test_bytes_never_raise(content: bytes) -> None:
    found = read("f.yaml", content)
    assert found.root is not None or found.problems


@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@`#,? \n\t1.~<", max_size=60))
def test_yaml_like_text_never_raises(text: str) -> None:
    found = read("f.yaml", text.encode())
    assert found.root is not None or found.problems
    for problem in found.problems:
        assert 1 <= problem.where.line <= text.count("\n") + 2
        assert problem.where.column >= 1


@pytest.mark.parametrize("character", ["\u0085", "\u2028", "\u2029"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_only_what_an_editor_takes_for_a_line_is_one(character: str, ending: str) -> None:
    lines = ["\ufeffflow: f", f"start: a{character}b # {character}", "states:", "  a: {goto: a, goto: b}", ""]
    text = read("f.yaml", ending.join(lines).encode())
    assert [(p.where.line, p.where.column) for p in text.problems] == [(4, 16)]
    assert "a: {goto: a, goto: b}" in render(text.problems[0], text.text)
    assert text.root is not None
    assert text.root.pairs["start"].value == "a b"
