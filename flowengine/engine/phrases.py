"""What the engine says by itself when a flow does not: data by language, nothing else."""

from __future__ import annotations

_PHRASES: dict[str, dict[str, str]] = {
    "en": {
        "nomatch": "Sorry, I didn't catch that.",
        "inaudible": "Sorry, I couldn't hear you.",
        "reminder": "Are you still there?",
        "wait": "One moment, please.",
        "hold_on": "Of course, take your time.",
        "error": "Sorry, something went wrong. Could you say that again?",
        "change": "What should I change?",
        "ask": "And the {name}?",
    },
    "es": {
        "nomatch": "Perdone, no le he entendido.",
        "inaudible": "Perdone, no le he oído.",
        "reminder": "¿Sigue ahí?",
        "wait": "Un momento, por favor.",
        "hold_on": "Claro, sin prisa.",
        "error": "Perdone, algo ha fallado. ¿Puede repetirlo?",
        "change": "¿Qué debo cambiar?",
        "ask": "¿Y {name}?",
    },
}


def phrase(name: str, language: str) -> str:
    """The built-in line `name` in `language` ("en-US" reads as "en"); English where there is no other."""
    return _PHRASES.get(language.partition("-")[0], _PHRASES["en"])[name]
