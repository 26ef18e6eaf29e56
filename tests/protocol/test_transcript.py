"""The tail of a transcript keeps the positions of the whole."""

from __future__ import annotations

import pytest

from flowengine.protocol.transcript import EMPTY, Transcript, Utterance

A, B, C = (Utterance("user", word) for word in "abc")


def test_length_is_that_of_the_whole() -> None:
    assert len(Transcript(5, (A, B))) == 7
    assert len(EMPTY) == 0


def test_entries_are_found_by_absolute_position() -> None:
    tail = Transcript(5, (A, B))
    assert (tail.at(5), tail.at(6)) == (A, B)


@pytest.mark.parametrize("index", [-1, 0, 4, 7, 100])
def test_positions_outside_the_tail_are_refused(index: int) -> None:
    with pytest.raises(IndexError):
        Transcript(5, (A, B)).at(index)


def test_no_position_is_negative_even_when_all_is_kept() -> None:
    with pytest.raises(IndexError):
        Transcript(0, (A, B)).at(-1)
    with pytest.raises(IndexError):
        Transcript(0, (A, B)).since(-1)


def test_since_gives_what_came_later() -> None:
    tail = Transcript(5, (A, B, C))
    assert tail.since(5) == (A, B, C)
    assert tail.since(7) == (C,)
    assert tail.since(8) == ()
    assert tail.since(99) == ()
    with pytest.raises(IndexError):
        tail.since(4)
