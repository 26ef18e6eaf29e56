"""What every flow understands without saying so: backchannels, and the intents `repeat` and `hold_on`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flowengine.speech.canon import canon, words
from flowengine.speech.contract import Said
from flowengine.speech.patterns import Any_, Exact, Pattern, Phrases
from flowengine.speech.tables import base, section
from flowengine.speech.text import hear


@lru_cache(maxsize=16)
def _backchannels(language: str) -> frozenset[tuple[str, ...]]:
    return frozenset(words(entry, language) for entry in section(language, "core")["backchannels"]["phrases"])


def is_backchannel(said: Said | str, language: str = "en") -> bool:
    """The whole utterance only shows that somebody listens ("uh-huh", "mm-hmm", "okay", "I see"), once or twice."""
    heard = canon(hear(said) if isinstance(said, str) else said, base(language)).words
    known = _backchannels(base(language))
    if not heard or len(heard) > 6:
        return False
    if heard in known:
        return True
    return any(heard[:cut] in known and heard[cut:] in known for cut in range(1, len(heard)))


@lru_cache(maxsize=16)
def builtin_intents(language: str = "en") -> Mapping[str, Pattern]:
    """The built-in intents by name: `repeat` ("say that again") and `hold_on` ("one second"). A flow may override."""
    lists = section(language, "core")["builtin"]
    return {
        name: Any_((Phrases(lists[name], language), Exact(lists[f"{name}_exact"], language)))
        for name in ("repeat", "hold_on")
    }


Span = tuple[int, int]


def held(said: Said, language: str) -> Span:
    """Token span of "one second", "hold on a minute" and the like; (0, 0) if there is none. No value is in it."""
    return _span(said, "hold_on", language)


def asked_again(said: Said, language: str) -> Span:
    """Token span of "what did you say", "say that again" and the like; (0, 0) if there is none."""
    return _span(said, "repeat", language)


_recent: dict[tuple[str, str, str], tuple[Said, Span]] = {}


def _span(said: Said, intent: str, language: str) -> Span:
    """Remembered for the last few utterances: every type asks."""
    key = (said.text, intent, language)
    known = _recent.get(key)
    if known is not None and known[0] is said:
        return known[1]
    found = builtin_intents(base(language))[intent].search(said)
    span = (found.start, found.end) if found else (0, 0)
    if len(_recent) >= 64:
        _recent.clear()
    _recent[key] = (said, span)
    return span
