"""The public phrase list: what callers say, as recognisers print it, and what each type must make of it.

`phrases/<type>.tsv`: utterance, canonical value (JSON; `-` for none), options of the slot (JSON). Each type must get
98 % right, and nothing at all out of the utterances without a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flowengine.speech.contract import Context
from flowengine.speech.text import hear
from flowengine.speech.types import slot_type
from flowengine.speech.values import plain

FOLDER = Path(__file__).parent / "phrases"
NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/New_York"))
TYPES = ("text", "name", "yes_no", "choice", "number", "digits", "money", "phone", "email")
NOTHING = object()


def rows(name: str) -> Iterator[tuple[str, object, dict[str, object]]]:
    for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            utterance, expected, *options = line.split("\t")
            value = NOTHING if expected == "-" else json.loads(expected)
            yield utterance, value, json.loads(options[0]) if options else {}


def understood(name: str, utterance: str, options: dict[str, object]) -> object:
    context = Context(now=NOW, asked=True, options=options)
    found = slot_type(name).recognise(hear(utterance), context)
    return plain(found[-1].value) if found else NOTHING


@pytest.mark.parametrize("name", TYPES)
def test_type_understands_its_phrases(name: str) -> None:
    listed = list(rows(name))
    wrong = [
        f"{utterance!r}: {understood(name, utterance, options)!r} instead of {expected!r}"
        for utterance, expected, options in listed
        if understood(name, utterance, options) != expected
    ]
    silly = [line for line in wrong if str(NOTHING) in line.rsplit("instead of", 1)[1]]
    assert not silly, f"{name} found a value where there is none:\n" + "\n".join(silly)
    assert len(wrong) <= 0.02 * len(listed), f"{name}: {len(wrong)} of {len(listed)} wrong\n" + "\n".join(
        wrong
    )


@pytest.mark.parametrize("name", TYPES)
def test_case_punctuation_and_fillers_never_change_a_value(name: str) -> None:
    def variants(utterance: str) -> Iterator[str]:
        if name != "text":  # free text keeps its case
            yield utterance.lower()
            yield utterance.upper()
        bare = utterance.rstrip(".")
        yield f"Um, {bare}"
        yield f"{bare}!"
        yield f"{bare}, please" if name not in ("text", "yes_no") else bare

    changed = []
    for utterance, expected, options in rows(name):
        if name == "text":
            continue
        for variant in variants(utterance):
            got = understood(name, variant, options)
            same = got == expected or (name == "name" and str(got).lower() == str(expected).lower())
            if not same and understood(name, utterance, options) == expected:
                changed.append(f"{variant!r}: {got!r} instead of {expected!r}")
    assert not changed, "\n".join(changed)


def test_the_list_is_large_enough() -> None:
    every = [expected for name in TYPES for _, expected, _ in rows(name)]
    assert len(every) >= 250
    assert sum(expected is NOTHING for expected in every) >= 80
