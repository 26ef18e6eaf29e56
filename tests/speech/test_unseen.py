"""How much of the lists that were written without sight of the rules is understood, each type apart."""

from __future__ import annotations

import pytest

from flowengine.speech.types import TYPE_NAMES
from tests.speech.unseen import kinds, lines


@pytest.mark.parametrize("kind", kinds())
def test_98_of_100_are_right_and_silence_stays_silent(kind: str) -> None:
    listed = list(lines(kind))
    wrong = [(line, got) for line in listed if (got := line.understood()) != line.values]
    told = "\n".join(f"{line.words!r}: {got!r} instead of {line.values!r}" for line, got in wrong)
    assert len(wrong) <= 0.02 * len(listed), told
    silent = [line for line in listed if not line.values]
    alarms = [line for line, _ in wrong if not line.values]
    assert len(alarms) <= 0.02 * len(silent), told


def test_every_type_but_free_text_has_a_list() -> None:
    assert {*kinds(), "text"} == {*TYPE_NAMES}
    assert all(sum(1 for _ in lines(kind)) >= 300 for kind in kinds())
