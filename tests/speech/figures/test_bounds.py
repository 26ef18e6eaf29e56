"""Bounds, ranges and vague counts are no values; what is only rough, or one of two readings, is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from flowengine.speech.contract import Context
from flowengine.speech.text import hear
from flowengine.speech.types import slot_type
from flowengine.speech.values import plain

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/New_York"))


def values(name: str, text: str, language: str = "en") -> list[object]:
    """All readings of the last value."""
    found = slot_type(name).recognise(hear(text), Context(now=NOW, language=language, asked=True))
    return [plain(value) for value in (found[-1].value, *found[-1].alternatives)] if found else []


BOUNDS = """at least {}; at most {}; at the very least {}; more than {}; less than {}; no more than {};
not more than {}; up to {}; over {}; under {}; above {}; a minimum of {}; in excess of {}; upwards of {};
at least, um, like {}; {} or more; {} or less;
{} at least; {} at most; {} tops; {} max; {} minimum; {} and up; {} if not more; {} plus;
between {} and ninety;
from {} to ninety; {} to ninety; {} up to maybe ninety; somewhere between {} and ninety"""


@pytest.mark.parametrize("frame", [frame.strip() for frame in BOUNDS.split(";")])
@pytest.mark.parametrize("figure", ["twenty", "20"])
def test_a_bound_or_a_range_is_no_value(frame: str, figure: str) -> None:
    assert values("number", frame.format(figure)) == []
    assert values("money", frame.replace("ninety", "ninety dollars").format(f"{figure} dollars")) == []


ROUGH = """about {}; around {}; roughly {}; approximately {}; almost {}; nearly {}; maybe {}; exactly {}; only {};
{} or so; {} more or less; {} give or take; it's like {}; at least twelve, no, {}; five to ten, actually {}"""


@pytest.mark.parametrize("frame", [frame.strip() for frame in ROUGH.split(";")])
def test_a_rough_figure_is_a_value(frame: str) -> None:
    assert values("number", frame.format("twenty")) == [20]
    if "," not in frame:
        assert values("money", frame.format("twenty dollars")) == [{"amount": 20, "currency": "USD"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two or three", [2, 3]),
        ("six people or maybe seven", [6, 7]),
        ("a seven or an eight", [7, 8]),
        ("two or three hundred", [200, 300]),
        ("fifty or a hundred", [50, 100]),
        ("between two or three", []),
        ("at least two or three", []),
        ("move it from two to four", [4]),
        ("dozens", []),
        ("several hundred", []),
        ("hundreds of them", []),
        ("two dozen", [24]),
    ],
)
def test_two_readings_ranges_and_vague_counts(text: str, expected: list[object]) -> None:
    assert values("number", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("al menos diez", []),
        ("más de veinte", []),
        ("diez o más", []),
        ("entre cinco y ocho", []),
        ("de diez a quince", []),
        ("como mucho diez", []),
        ("treinta y pico", []),
        ("docenas", []),
        ("unos diez", [10]),
        ("diez más o menos", [10]),
        ("dos o tres", [2, 3]),
    ],
)
def test_spanish(text: str, expected: list[object]) -> None:
    assert values("number", text, "es") == expected
