from typing import Any

import pytest

from flowengine.speech.patterns import PatternError, compile_pattern, pattern_timeouts
from flowengine.speech.text import hear
from tests.work import calls


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("chest pain", "I have CHEST pain!"),
        (["nope", "never mind"], "oh, never mind"),
        ("I'd like", "I would like that"),
        ("that is right", "that's right"),
        ({"exact": "what"}, "What?"),
        ({"exact": ["what", "pardon"]}, "pardon"),
        ({"regex": r"order (?P<number>\d+)"}, "my order 4711 please"),
        ({"all": ["card", "lost"]}, "I lost my card"),
        ({"not": "card"}, "hello"),
        ([{"exact": "what"}, "huh"], "huh is that so"),
        ({"all": ["card", {"not": "found"}]}, "my card"),
        (911, "call 911"),
    ],
)
def test_found(spec: Any, text: str) -> None:
    assert compile_pattern(spec).search(hear(text))


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("art", "start"),
        ("pain chest", "chest pain"),
        ({"exact": "what"}, "what is that"),
        ({"all": ["card", "lost"]}, "my card"),
        ({"not": "card"}, "my card"),
        ("hello", ""),
    ],
)
def test_not_found(spec: Any, text: str) -> None:
    assert compile_pattern(spec).search(hear(text)) is None


def test_the_longest_phrase_wins_and_its_span_is_told() -> None:
    found = compile_pattern(["card", "lost card", "my lost card"]).search(hear("it's my lost card"))
    assert found is not None
    assert (found.start, found.end) == (1, 4)


def test_named_groups_are_captured() -> None:
    found = compile_pattern({"regex": r"order (?P<number>\d+)( of (?P<day>\w+))?"}).search(
        hear("Order 12, thanks")
    )
    assert found is not None
    assert found.captured == {"number": "12"}
    assert (found.start, found.end, found.how) == (0, 2, "regex")


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ("", ()),
        ("...", ()),
        ([], ()),
        (["a", ""], (1,)),
        ({"regx": "a"}, ("regx",)),
        ({"regex": "("}, ("regex",)),
        ({"all": []}, ("all",)),
        ({"all": ["a", {"not": []}]}, ("all", 1, "not")),
        ({"exact": "a", "regex": "b"}, ()),
        ({"exact": ["a", ""]}, ("exact", 1)),
        (None, ()),
        (True, ()),
    ],
)
def test_what_cannot_match_is_refused_with_its_place(spec: Any, path: tuple[str | int, ...]) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(spec)
    assert caught.value.path == path


def test_a_regex_bomb_is_no_match_and_counted() -> None:
    before = pattern_timeouts.count
    assert compile_pattern({"regex": r"^(a|aa)+$"}).search(hear("a" * 1500 + "b")) is None
    assert pattern_timeouts.count == before + 1


def test_phrases_are_listed_for_checks() -> None:
    assert compile_pattern(["a", {"all": ["b", {"not": "c"}]}]).phrases == ("a", "b")


def test_cost_does_not_grow_with_the_list() -> None:
    pattern = compile_pattern([f"phrase {number} of many" for number in range(5000)])
    said = hear("no such thing here " * 100)
    assert calls(lambda: pattern.search(said)) < 20 * len(said.tokens)
