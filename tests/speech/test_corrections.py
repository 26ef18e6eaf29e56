import pytest

from flowengine.speech.contract import Said
from flowengine.speech.corrections import corrected, negated, surviving
from flowengine.speech.text import hear

DAYS = {"monday", "tuesday", "wednesday", "thursday"}


def spans(said: Said) -> list[tuple[int, int]]:
    return [(at, at + 1) for at, token in enumerate(said.tokens) if token.text in DAYS]


def left(text: str) -> list[str]:
    said = hear(text)
    found = spans(said)
    return [said.tokens[found[index][0]].text for index in surviving(said, found)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Monday, no sorry, Thursday", ["thursday"]),
        ("Monday. Scratch that. Thursday.", ["thursday"]),
        ("Monday, I mean Thursday", ["thursday"]),
        ("Monday actually make that Thursday", ["thursday"]),
        ("Monday no wait Tuesday no Thursday", ["thursday"]),
        ("Monday, let's do Thursday instead", ["thursday"]),
        ("Not Monday, Thursday", ["thursday"]),
        ("Thursday, not Monday", ["thursday"]),
        ("any day but Monday", []),
        ("I can't do Monday", []),
        ("I can't make it on Monday, how about Thursday", ["thursday"]),
        ("Monday doesn't work, Thursday", ["thursday"]),
        ("anything except Monday", []),
        ("Monday or Thursday", ["monday", "thursday"]),
        ("Monday and Thursday", ["monday", "thursday"]),
        ("why not Monday", ["monday"]),
        ("why don't we do Monday", ["monday"]),
        ("Monday, isn't it", ["monday"]),
        ("no, Monday", ["monday"]),
        ("I'm busy on Monday", []),
    ],
)
def test_what_survives(text: str, expected: list[str]) -> None:
    assert left(text) == expected


def test_corrected_leaves_refusals_to_negated() -> None:
    said = hear("not Monday, Thursday")
    assert corrected(said, spans(said)) == [0, 1]
    assert negated(said, 1, 2)
    assert not negated(said, 2, 3)
