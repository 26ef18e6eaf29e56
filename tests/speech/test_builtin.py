import pytest

from flowengine.speech.builtin import builtin_intents, is_backchannel
from flowengine.speech.text import hear


@pytest.mark.parametrize("text", ["Uh-huh.", "mm-hmm", "Okay.", "I see.", "okay, right", "yeah yeah"])
def test_backchannels(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize("text", ["", "okay but wait", "no", "I see a problem", "Tuesday"])
def test_no_backchannels(text: str) -> None:
    assert not is_backchannel(text)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Sorry, can you say that again?", "repeat"),
        ("Pardon?", "repeat"),
        ("What did you say?", "repeat"),
        ("What?", "repeat"),
        ("Hold on.", "hold_on"),
        ("One second please.", "hold_on"),
        ("Give me a minute", "hold_on"),
        ("wait", "hold_on"),
    ],
)
def test_built_in_intents(text: str, intent: str) -> None:
    assert [name for name, pattern in builtin_intents("en").items() if pattern.search(hear(text))] == [intent]


@pytest.mark.parametrize("text", ["what time is it", "I can't wait", "Tuesday at three", "sorry I'm late"])
def test_nothing_built_in(text: str) -> None:
    assert not any(pattern.search(hear(text)) for pattern in builtin_intents("en").values())


def test_spanish() -> None:
    assert builtin_intents("es")["hold_on"].search(hear("Un momento, por favor"))
    assert is_backchannel("ajá", "es")
