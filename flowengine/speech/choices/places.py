"""Choosing by place: "the second one", "number two", "the last", in the order in which the choices are written."""

from __future__ import annotations

from functools import lru_cache

from flowengine.speech.builtin import held
from flowengine.speech.choices.declared import Choices, Found
from flowengine.speech.contract import Said
from flowengine.speech.corrections import surviving
from flowengine.speech.tables import section
from flowengine.speech.text import covers, fold, is_filler


@lru_cache(maxsize=16)
def _tables(language: str) -> tuple[dict[str, int], frozenset[str], frozenset[str]]:
    data = section(language, "choice")
    places = {fold(word): int(place) for word, place in data["ordinals"].items()}
    return places, frozenset(map(fold, data["around"])), frozenset(map(fold, data["number"]))


@lru_cache(maxsize=16)
def _after(language: str) -> frozenset[str]:
    """Words that may only follow a place: "the last one you mentioned"."""
    return frozenset(map(fold, section(language, "choice").get("around_after", ())))


def words_around(language: str) -> frozenset[str]:
    """Small words that may stand around a choice or its place without meaning anything."""
    return _tables(language)[1]


def by_place(said: Said, choices: Choices, language: str) -> Found | None:
    """ "the second one", "number two", "the last": nothing but small words may stand around it."""
    places, around, number = _tables(language)
    tokens = [token.text.lstrip("#") for token in said.tokens]
    hits = [at for at, word in enumerate(tokens) if word in places]
    low, high = held(said, language)
    if not hits or (high - low > 1 and any(low <= at < high for at in hits)):
        return None
    if len(hits) > 1 and (several := _places(said, hits, choices, language)):
        return several
    at = next((at for at in reversed(hits) if not _cardinal(tokens[at], language)), hits[-1])
    start, end = at, at + 1
    while start and tokens[start - 1] in around | number:
        start -= 1
    after = _after(language)
    while end < len(tokens) and (tokens[end] in around or tokens[end] in after):
        end += 1
    hashed = said.tokens[at].text[0] == "#"
    if _cardinal(tokens[at], language) and not (hashed or any(word in number for word in tokens[start:at])):
        return None
    place = places[tokens[at]]
    if place == 0:  # the middle one
        index = len(choices.names) // 2 if len(choices.names) % 2 else -1
    else:
        index = place - 1 if place > 0 else len(choices.names) + place
    if not covers(said, start, end, language) or not 0 <= index < len(choices.names):
        return None
    return start, end, (index,)


def _places(said: Said, hits: list[int], choices: Choices, language: str) -> Found | None:
    """ "not the first, the second", "the first or the last": several places, of which some may be refused."""
    places, around, number = _tables(language)
    core, joint = section(language, "core"), section(language, "numbers")["read"]["or"]
    tokens = [token.text for token in said.tokens]
    ordinals = [at for at in hits if not _cardinal(tokens[at], language) and places[tokens[at]] != 0]
    small = {*around, *number, *core["values"]["refusals"], *core["leads"]}
    if len(ordinals) < 2:
        return None
    end = next((at for at in range(ordinals[-1] + 1, len(tokens)) if tokens[at] not in around), len(tokens))
    if not covers(said, 0, end, language):
        return None
    if any(word not in small and not is_filler(word, language) for word in tokens[: ordinals[0]]):
        return None
    kept = [ordinals[index] for index in surviving(said, [(at, at + 1) for at in ordinals], language)]
    if len(kept) > 1 and not any(word in joint for word in tokens[kept[0] : kept[-1]]):
        kept = kept[-1:]
    size = len(choices.names)
    indices = tuple(p - 1 if p > 0 else size + p for p in (places[tokens[at]] for at in kept))
    if not indices or any(not 0 <= index < size for index in indices):
        return None
    return kept[0], kept[-1] + 1, indices


def _cardinal(word: str, language: str) -> bool:
    return word.isdigit() or word in section(language, "numbers")["read"]["units"]
