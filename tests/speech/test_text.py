import pytest

from flowengine.speech.text import CAP, covers, hear, inaudible, is_filler, strip_fillers, words_of
from tests.work import calls


def words(text: str) -> list[str]:
    return [token.text for token in hear(text).tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("I’d like that", ["i'd", "like", "that"]),
        ("twenty-five", ["twenty", "five"]),
        ("at 3:30 p.m. on 11/30", ["at", "3:30", "pm", "on", "11/30"]),
        ("$1,250.50 or 50%", ["$1250.50", "or", "50%"]),
        ("John.Smith@Gmail.com.", ["john.smith@gmail.com"]),
        ("john at gmail.com, ok", ["john", "at", "gmail.com", "ok"]),
        ("e-mail or check-up", ["email", "or", "check", "up"]),
        ("(415) 555-2671", ["415", "555-2671"]),
        ("+1 415", ["+1", "415"]),
        ("Sí, mañana", ["si", "manana"]),
        ("yes.no", ["yes", "no"]),
        ("A-B-C", ["a", "b", "c"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_tokens_keep_their_place_in_the_raw_text() -> None:
    said = hear("Um, it's $20.50 -- at 3:30 p.m.!")
    assert [said.text[token.start : token.end] for token in said.tokens] == [
        "Um",
        "it's",
        "$20.50",
        "at",
        "3:30",
        "p.m.",
    ]
    assert said.raw(1, 3) == "it's $20.50"


@pytest.mark.parametrize(
    "text", ["", "  ", "...", "(unintelligible audio)", "(inaudible)", "[unintelligible]"]
)
def test_inaudible(text: str) -> None:
    assert inaudible(text)


@pytest.mark.parametrize("text", ["um", "Tuesday (unintelligible audio)", "5"])
def test_audible(text: str) -> None:
    assert not inaudible(text)


def test_what_is_beyond_the_cap_is_not_heard() -> None:
    assert len(hear("a " * CAP).text) == CAP


def test_covers_apart_from_fillers() -> None:
    said = hear("Um, yeah, three, I think, please")
    assert covers(said, 2, 3)
    assert not covers(hear("one second please"), 0, 1)
    assert is_filler("um")
    assert strip_fillers(hear("well, tell them I'm late, please")) == (1, 5)


def test_words_of_ignores_case_and_punctuation() -> None:
    assert words_of("It’s twenty-five, OK?") == ["its", "twenty", "five", "ok"]


@pytest.mark.parametrize(
    "text", ["no " * 350_000, "5" * 1_000_000, "a." * 500_000, "@" * 1_000_000, "a-" * 500_000, "(" * 10**6]
)
def test_hostile_input_is_bounded(text: str) -> None:
    assert calls(lambda: hear(text)) < 20 * CAP
