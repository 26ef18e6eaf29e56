"""Values by language, all their readings, and the time that long utterances take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from flowengine.cli.reading import as_json
from flowengine.speech.contract import Context
from flowengine.speech.text import hear
from flowengine.speech.types import slot_type
from tests.work import calls

NOW = datetime(2026, 7, 25, 10, tzinfo=ZoneInfo("America/New_York"))
CARDS = {"choices": ["credit card", "debit card", "cash"]}


def values(kind: str, text: str, options: Mapping[str, object], language: str = "en") -> object:
    context = Context(now=NOW, asked=True, options=options, language=language)
    return as_json(text, slot_type(kind), context)["values"]


@pytest.mark.parametrize(
    ("kind", "text", "options", "expected"),
    [
        ("number", "cinco, no, seis", {}, [6]),
        ("number", "no cinco, seis", {}, [6]),
        ("number", "no, seis", {}, [6]),
        ("number", "no quiero cinco", {}, []),
        ("choice", "la pequeña no, la mediana", {"choices": ["pequeña", "mediana"]}, ["mediana"]),
        ("money", "veinte euros, no, treinta", {"currency": "EUR"}, [{"amount": 30, "currency": "EUR"}]),
        (
            "digits",
            "los últimos cuatro uno dos tres cuatro, los primeros cuatro cinco seis siete ocho",
            {},
            ["56781234"],
        ),
        ("email", "ana con hache arroba gmail punto com", {}, ["hana@gmail.com"]),
    ],
)
def test_spanish(kind: str, text: str, options: Mapping[str, object], expected: object) -> None:
    assert values(kind, text, options, "es") == expected


@pytest.mark.parametrize(
    ("kind", "text", "options", "expected"),
    [
        ("choice", "cash or credit", CARDS, ["cash", "credit card"]),
        ("choice", "credit or cash", CARDS, ["credit card", "cash"]),
        ("choice", "cash or whatever", CARDS, ["cash"]),
        ("money", "one fifty or two hundred", {}, [1.5, 150, 200]),
        ("money", "two or three hundred dollars", {}, [200, 300]),
    ],
)
def test_readings(kind: str, text: str, options: Mapping[str, object], expected: list[object]) -> None:
    found = values(kind, text, options)
    assert isinstance(found, list)
    assert [one["amount"] if isinstance(one, dict) else one for one in found] == expected


@pytest.mark.parametrize(
    ("kind", "words", "options"),
    [
        ("number", "is it five and ", {}),
        ("choice", "say that again red ", {"choices": ["red", "blue"]}),
        ("choice", "last time, red, ", {"choices": ["red", "blue"]}),
        ("yes_no", "yes ", {}),
    ],
)
def test_work_grows_with_the_length_only(kind: str, words: str, options: Mapping[str, object]) -> None:
    context = Context(now=NOW, asked=True, options=options)

    def work(times: int) -> int:
        said = hear(words * times)
        return calls(lambda: slot_type(kind).recognise(said, context))

    work(2)  # what is loaded once is no part of it
    assert work(60) < 5 * work(15)
