"""Every value that can be spoken is understood again, whatever fillers and punctuation surround it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowengine.speech.contract import Context
from flowengine.speech.speaking import digits, spell, spoken
from flowengine.speech.text import hear
from flowengine.speech.types import TYPE_NAMES, slot_type
from flowengine.speech.values import Money, decode, encode, plain
from tests.work import calls

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/New_York"))
CORE = ("text", "name", "yes_no", "choice", "number", "digits", "money", "phone", "email")


def parse(name: str, text: str, language: str = "en", **options: object) -> list[object]:
    context = Context(now=NOW, language=language, asked=True, options=options)
    return [one.value for one in slot_type(name).recognise(hear(text), context)]


@given(st.integers(-(10**12), 10**12) | st.decimals(-(10**6), 10**6, places=2), st.sampled_from(["en", "es"]))
@settings(max_examples=400, deadline=None)
def test_numbers(value: int | Decimal, language: str) -> None:
    assert parse("number", spoken(value, language), language) == [float(value) if value % 1 else int(value)]


@given(st.integers(0, 10**9), st.sampled_from(["USD", "EUR", "GBP"]))
@settings(max_examples=300, deadline=None)
def test_money(cents: int, currency: str) -> None:
    value = Money(Decimal(cents) / 100, currency)
    assert parse("money", spoken(value), currency=currency) == [value]


@given(st.text("0123456789", min_size=1, max_size=16))
@settings(max_examples=300, deadline=None)
def test_digits(value: str) -> None:
    assert parse("digits", digits(value)) == [value]
    assert parse("digits", spell(value)) == [value]


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=12))
@settings(max_examples=300, deadline=None)
def test_letters(value: str) -> None:
    assert parse("digits", spell(value), letters=True) == [value]


@given(st.integers(200, 999), st.integers(0, 9999))
@settings(max_examples=100, deadline=None)
def test_phones(area: int, line: int) -> None:
    value = f"+1{area}555{line:04}"
    assert parse("phone", spoken(value)) == [value]


@pytest.mark.parametrize("value", ["+442079460958", "+34912345678", "+525512345678", "+14155552671"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_phones_of_other_countries(value: str, language: str) -> None:
    assert parse("phone", spoken(value, language), language) == [value]


@pytest.mark.parametrize(
    "value", ["john.smith@gmail.com", "ann_lee42@example.co.uk", "j-o.k+news@mail.example.org"]
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_addresses(value: str, language: str) -> None:
    assert parse("email", spoken(value, language), language) == [value]


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize("language", ["en", "es"])
def test_answers(value: bool, language: str) -> None:
    assert parse("yes_no", spoken(value, language), language) == [value]


@given(
    st.integers(0, 99999),
    st.lists(st.sampled_from(["um", "uh", "well", "er", "so"]), max_size=3),
    st.lists(st.sampled_from(["please", "thanks", "I think"]), max_size=2),
    st.sampled_from([str.lower, str.upper, str.title]),
    st.sampled_from(["", ".", "!", "?", "..."]),
)
@settings(max_examples=300, deadline=None)
def test_fillers_case_and_punctuation_change_nothing(
    value: int, before: list[str], after: list[str], case: object, mark: str
) -> None:
    assert callable(case)
    text = case(", ".join([*before, spoken(value), *after])) + mark
    assert parse("number", text) == [value]


def test_readings() -> None:
    assert spell("B47") == "B, 4, 7"
    assert digits("4155552671") == "four one five, five five five, two six seven one"
    assert spoken("+14155552671") == "plus one, four one five, five five five, two six seven one"
    assert spoken(Money(Decimal("20.50"))) == "twenty dollars and fifty cents"
    assert spoken(1234.5) == "one thousand two hundred thirty-four point five"
    assert spoken(["red", "blue"]) == "red and blue"
    assert spoken(None) == ""
    assert spoken(1021, "es") == "mil veintiuno"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        2.5,
        "text",
        Money(Decimal("20.50"), "EUR"),
        Decimal("1.10"),
        datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo("America/New_York")),
        NOW.date(),
        NOW.time(),
        {"a": [1, NOW.date()]},
        {"$date": "is a key"},
    ],
)
def test_values_survive_json(value: object) -> None:
    import json

    assert decode(json.loads(json.dumps(encode(value)))) == value
    json.dumps(plain(value))


UTTERANCES = [
    "no " * 700,
    "5 " * 1000,
    "my name is " * 180,
    "double " * 280,
    "five sorry " * 180,
    "a at b dot com " * 130,
    "not five " * 220,
    "hundred and " * 160,
    "$5 " * 600,
    "first name " * 180,
    "um " * 600,
]


@pytest.mark.parametrize("text", UTTERANCES)
def test_cost_is_linear_up_to_the_cap(text: str) -> None:
    def cost(said_text: str) -> int:
        said = hear(said_text)
        context = Context(now=NOW, asked=True, options={"choices": ["red", "blue"], "letters": True})
        return calls(lambda: [slot_type(name).recognise(said, context) for name in CORE])

    cost("warm up")
    assert cost(text) < 2.6 * cost(text[: len(text) // 2]) + 200


def test_every_type_keeps_the_contract() -> None:
    from flowengine.speech.contract import SlotType

    for name in TYPE_NAMES:
        found = slot_type(name)
        assert isinstance(found, SlotType)
        assert found.name == name
    with pytest.raises(KeyError):
        slot_type("colour")
