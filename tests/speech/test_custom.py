from datetime import UTC, datetime
from pathlib import Path

import pytest

from flowengine.speech.contract import Context
from flowengine.speech.custom import PythonTypeError, load_python_type
from flowengine.speech.text import hear

CODE = """
from flowengine.speech.contract import Candidate

def colour(said, context):
    for at, token in enumerate(said.tokens):
        if token.text in ("red", "blue"):
            return [Candidate(token.text, at, at + 1)]
    return None

def shout(said, context):
    return said.text.upper()

def wrong(said):
    return None

class Size:
    name = "size"
    open = False
    def recognise(self, said, context):
        return [Candidate(t.text, i, i + 1) for i, t in enumerate(said.tokens) if t.text in ("small", "large")]
    def spoken(self, value, language):
        return f"a {value} one"

class Silent(Size):
    def recognise(self, said, context):
        return None

def broken(said, context):
    raise ValueError("no colour")

class Needy:
    def __init__(self, thing):
        pass

size = Size()
number = 5
"""
CONTEXT = Context(now=datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kinds.py").write_text(CODE)
    (tmp_path / "broken.py").write_text("1 / 0")
    return tmp_path


@pytest.mark.parametrize("reference", ["kinds:Size", "python:kinds:size"])
def test_a_class_or_instance(folder: Path, reference: str) -> None:
    kind = load_python_type(reference, folder)
    assert [one.value for one in kind.recognise(hear("a large one"), CONTEXT)] == ["large"]
    assert kind.spoken("large", "en") == "a large one"


def test_a_function(folder: Path) -> None:
    kind = load_python_type("kinds:colour", folder)
    assert [(one.value, one.start) for one in kind.recognise(hear("the red one"), CONTEXT)] == [("red", 1)]
    assert not kind.recognise(hear("hello"), CONTEXT)
    whole = load_python_type("kinds:shout", folder).recognise(hear("so it is"), CONTEXT)
    assert [(one.value, one.start, one.end) for one in whole] == [("SO IT IS", 0, 3)]
    assert kind.spoken("red", "en") == "red"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("kinds", "is not module:object"),
        ("nowhere:Size", "no module 'nowhere'"),
        ("kinds:Shape", "has no 'Shape'"),
        ("kinds:wrong", "must take (said, context)"),
        ("kinds:number", "is no slot type"),
        ("kinds:Needy", "cannot be made without arguments"),
        ("broken:Size", "ZeroDivisionError"),
    ],
)
def test_what_is_wrong_is_said(folder: Path, reference: str, message: str) -> None:
    with pytest.raises(PythonTypeError) as caught:
        load_python_type(reference, folder)
    assert message in str(caught.value)


def test_a_type_that_gives_none_gives_no_value(folder: Path) -> None:
    assert not load_python_type("kinds:Silent", folder).recognise(hear("a large one"), CONTEXT)


def test_a_type_that_fails_says_where(folder: Path) -> None:
    with pytest.raises(PythonTypeError) as caught:
        load_python_type("kinds:broken", folder).recognise(hear("red"), CONTEXT)
    line = CODE.splitlines().index('    raise ValueError("no colour")') + 1
    assert (
        str(caught.value)
        == f"slot type 'kinds:broken' failed on 'red': ValueError: no colour (kinds.py:{line})"
    )
