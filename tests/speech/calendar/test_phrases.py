"""The public phrase list: how much is right, that nothing is heard where nothing was said, and what changes nothing."""

from __future__ import annotations

import pytest

from flowengine.speech.types import slot_type
from tests.speech.calendar.phrasebook import Phrase, phrases, read

ALL = phrases()
WAITS = ("a minute", "one second", "two minutes")
"""With a "please" these ask to wait."""
KINDS = ("date", "time", "datetime", "duration")


def _wrong(listed: list[Phrase]) -> list[str]:
    return [
        f"{phrase.kind}: {phrase.words!r} gave {read(phrase.kind, phrase.words)}"
        for phrase in listed
        if read(phrase.kind, phrase.words) != (phrase.values, phrase.ambiguous)
    ]


def test_the_list_is_as_long_as_promised() -> None:
    assert len(ALL) >= 200
    assert sum(not phrase.values for phrase in ALL) >= 60


@pytest.mark.parametrize("kind", KINDS)
def test_every_phrase_is_understood(kind: str) -> None:
    assert _wrong([phrase for phrase in ALL if phrase.kind == kind]) == []


def test_no_value_where_there_is_none() -> None:
    heard = [phrase.words for phrase in ALL if not phrase.values and read(phrase.kind, phrase.words)[0]]
    assert heard == []


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        str.upper,
        lambda text: f"um, {text}",
        lambda text: f"{text}, please",
        lambda text: f"well, {text}.",
    ],
    ids=["lower", "upper", "um", "please", "well"],
)
def test_capitals_fillers_and_punctuation_change_no_value(change: object) -> None:
    assert callable(change)
    changed = [
        (phrase.words, read(phrase.kind, change(phrase.words)))
        for phrase in ALL
        if phrase.values
        and phrase.words not in WAITS
        and read(phrase.kind, change(phrase.words)) != read(phrase.kind, phrase.words)
    ]
    assert changed == []


def test_every_candidate_names_the_words_it_came_from() -> None:
    for kind in KINDS:
        assert slot_type(kind).name == kind
        assert not slot_type(kind).open
