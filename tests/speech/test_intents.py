import json
from pathlib import Path

import pytest

from flowengine.speech.intents import best_intents
from flowengine.speech.patterns import Pattern, PatternError, compile_intent
from flowengine.speech.text import hear

INTENTS: dict[str, Pattern] = {
    name: compile_intent(phrases)
    for name, phrases in {
        "no": ["no", "nope", "not quite", "not right", "that's wrong"],
        "yes": ["yes", "yeah", "correct", "that's right", "sounds good"],
        "book": ["book", "appointment", "schedule", "see the dentist", "check-up"],
        "cancel": ["cancel", "I'd like to call it off"],
        "operator": ["operator", "speak to someone", "a human"],
        "keep": ["don't cancel"],
    }.items()
}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("booking please", "book"),
        ("I booked last week", "book"),
        ("I'd like to book an appointment", "book"),
        ("can I see a dentist", "book"),
        ("a checkup", "book"),
        ("a check up", "book"),
        ("scheduling", "book"),
        ("cancelling", "cancel"),
        ("I want a cancellation", "cancel"),
        ("I would like to call it off", "cancel"),
        ("please call it off", "cancel"),
        ("I don't want to keep it, cancel", "cancel"),
        ("why don't we cancel", "cancel"),
        ("can't you cancel it", "cancel"),
        ("no, Tuesday", "no"),
        ("that's not right", "no"),
        ("that is right", "yes"),
        ("No, that's right", "yes"),
        ("speaking to someone", "operator"),
        ("please don't cancel", "keep"),
    ],
)
def test_small_variations(text: str, intent: str) -> None:
    assert intent in best_intents(hear(text), INTENTS)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I don't want to cancel", "cancel"),
        ("I'm not calling to cancel", "cancel"),
        ("I do not think I would like to cancel", "cancel"),
        ("I never said cancel", "cancel"),
        ("no need to book", "book"),
        ("no problem", "no"),
        ("no, that's right", "no"),
        ("that's not right", "yes"),
        ("no one told me", "no"),
        ("someone to speak", "operator"),
        ("my facebook page", "book"),
    ],
)
def test_not_meant(text: str, intent: str) -> None:
    assert intent not in best_intents(hear(text), INTENTS)


def test_fuzzy_needs_a_score_and_a_margin() -> None:
    intents = {
        "reschedule": compile_intent(["reschedule"], fuzzy=True),
        "billing": compile_intent(["billing question"], fuzzy=True),
    }
    found = best_intents(hear("I want to reshedule"), intents)
    assert list(found) == ["reschedule"]
    assert found["reschedule"].how == "fuzzy"
    assert 0.8 <= found["reschedule"].score < 1
    assert not best_intents(hear("something else entirely"), intents)
    near = {"a": compile_intent(["invoice"], fuzzy=True), "b": compile_intent(["invoise"], fuzzy=True)}
    assert not best_intents(hear("invoize"), near)
    assert not best_intents(hear("reshedule"), {"reschedule": compile_intent(["reschedule"])})


def test_wrong_specs_are_refused_with_their_place() -> None:
    with pytest.raises(PatternError) as caught:
        compile_intent(["ok", {"all": ["a", ""]}])
    assert caught.value.path == (1, "all", 1)


def test_spanish_intents_need_no_code() -> None:
    book = compile_intent(["quiero reservar", "cita"], "es")
    assert book.search(hear("Quisiera reservar una mesa"))
    assert book.search(hear("unas citas"))
    assert not book.search(hear("no quiero reservar"))


CLINIC: dict[str, Pattern] = {
    name: compile_intent(phrases)
    for name, phrases in {
        "book": ["book", "make an appointment", "schedule a visit", "come in"],
        "cancel": ["cancel", "call it off"],
        "reschedule": ["reschedule", "change my appointment", "move my appointment"],
        "hours": ["opening hours", "when are you open", "what time do you close"],
        "billing": ["billing", "pay my bill", "invoice"],
        "human": [
            "speak to someone",
            "talk to a person",
            "a real person",
            "representative",
            "operator",
            "human",
        ],
        "refill": ["refill my prescription", "prescription refill"],
        "lost_card": ["lost my card", "report a stolen card"],
        "yes": ["yes", "yeah", "that's right"],
        "no": ["no", "nope"],
    }.items()
}


def test_the_public_list_of_intents() -> None:
    path = Path(__file__).parent / "phrases" / "intents.tsv"
    wrong = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        utterance, expected = line.split("\t")
        found = set(best_intents(hear(utterance), CLINIC))
        if found != (set() if expected == "-" else set(expected.split())):
            wrong.append(f"{utterance!r}: {sorted(found)} instead of {expected}")
    assert not wrong, "\n".join(wrong)


def test_phrases_of_eight_trades_were_understood_without_tuning() -> None:
    """`intent_sets.tsv`: intents with their phrases, utterance, intents meant; written without sight of the rules."""
    path = Path(__file__).parent / "phrases" / "intent_sets.tsv"
    made: dict[str, dict[str, Pattern]] = {}
    wrong = []
    rows = path.read_text(encoding="utf-8").splitlines()
    for row in rows:
        spec, utterance, expected = row.split("\t")
        if spec not in made:
            made[spec] = {
                name: compile_intent(phrases, fuzzy=True) for name, phrases in json.loads(spec).items()
            }
        found = set(best_intents(hear(utterance), made[spec]))
        if found != set(json.loads(expected)):
            wrong.append(f"{utterance!r}: {sorted(found)} instead of {expected}")
    assert len(rows) >= 200
    assert len(wrong) <= 0.02 * len(rows), "\n".join(wrong)


def test_a_long_word_in_common_makes_no_slip() -> None:
    cancel = compile_intent(["cancel my appointment"], fuzzy=True)
    assert cancel.search(hear("cansel my appointment"))
    assert not cancel.search(hear("change my appointment"))


@pytest.mark.parametrize(
    "words", ["yes but can we do four", "sounds good, except for the time", "that's almost right"]
)
def test_a_yes_that_is_not_all_is_no_yes(words: str) -> None:
    assert compile_intent(["yes", "sounds good", "that's right"], fuzzy=True).search(hear(words)) is None
