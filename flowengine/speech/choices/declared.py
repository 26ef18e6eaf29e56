"""What there is to choose from: the names and synonyms that a slot declares, ready to be looked up by stems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flowengine.speech.canon import words
from flowengine.speech.intents import content
from flowengine.speech.tables import section
from flowengine.speech.text import fold

Found = tuple[int, int, tuple[int, ...]]
"""Tokens [start, end) that stand for the choices of these indices."""


@dataclass(frozen=True, slots=True)
class Choices:
    """`forms`: stems of a name or synonym -> the choices it stands for, by first stem, longest first.

    `stems` are the same as text, `plain` the names as one word each, both for comparing slips of the recogniser;
    `owners` says of each stem which choices have it.
    """

    names: tuple[object, ...]
    forms: dict[str, tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]]
    stems: tuple[tuple[str, tuple[int, ...]], ...]
    plain: tuple[str, ...]
    owners: dict[str, set[int]]


_made: dict[tuple[int, str], tuple[object, Choices]] = {}


def choices_of(options: Mapping[str, object], language: str) -> Choices | None:
    """The `choices` (or `options`) that a slot declares, None if it declares none; made once."""
    spec = options.get("choices", options.get("options"))
    if not isinstance(spec, Mapping | list | tuple) or not spec:
        return None
    key = (id(spec), language)
    cached = _made.get(key)
    if cached is not None and cached[0] is spec:
        return cached[1]
    made = _compile(spec, language)
    if len(_made) > 256:
        _made.clear()
    _made[key] = (spec, made)
    return made


def _compile(spec: Mapping[Any, Any] | Sequence[Any], language: str) -> Choices:
    entries: list[tuple[object, list[str]]] = []
    items = spec.items() if isinstance(spec, Mapping) else [(one, None) for one in spec]
    for name, synonyms in items:
        if isinstance(name, Mapping):
            name, synonyms = next(iter(name.items()))
        listed = synonyms if isinstance(synonyms, list | tuple) else [] if synonyms is None else [synonyms]
        entries.append((name, [str(name), *map(str, listed)]))
    forms: dict[tuple[str, ...], list[int]] = {}
    for index, (_, said) in enumerate(entries):
        for phrase in said:
            listed_stems = content(words(phrase.replace("_", " "), language), language)
            stems = tuple(stem for stem, _ in without_objects(listed_stems, language))
            if stems and index not in forms.setdefault(stems, []):
                forms[stems].append(index)
            if len(stems) == 2 and sum(map(len, stems)) >= 6:
                forms.setdefault(("".join(stems),), []).append(index)
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[int, ...]]]] = {}
    for stems, indices in forms.items():
        by_first.setdefault(stems[0], []).append((stems, tuple(dict.fromkeys(indices))))
    ordered = {first: tuple(sorted(found, key=lambda f: -len(f[0]))) for first, found in by_first.items()}
    owners: dict[str, set[int]] = {}
    for stems, indices in forms.items():
        for stem in stems:
            owners.setdefault(stem, set()).update(indices)
    return Choices(
        owners=owners,
        names=tuple(name for name, _ in entries),
        forms=ordered,
        stems=tuple((" ".join(form), indices) for found in ordered.values() for form, indices in found),
        plain=tuple(fold(str(name)).replace("_", "").replace(" ", "") for name, _ in entries),
    )


@lru_cache(maxsize=16)
def _objects(language: str) -> tuple[frozenset[str], frozenset[str]]:
    data = section(language, "choice")
    return frozenset(map(fold, data.get("objects", ()))), frozenset(
        map(fold, data.get("object_particles", ()))
    )


def without_objects(stems: list[tuple[str, int]], language: str) -> list[tuple[str, int]]:
    """Stems without the pronouns that stand inside a verb of two words: "pick it up" is "pick up"."""
    objects, particles = _objects(language)
    last = len(stems) - 1
    return [
        one
        for at, one in enumerate(stems)
        if not (0 < at < last and one[0] in objects and stems[at + 1][0] in particles)
    ]


def owners_of(word: str, owners: Mapping[str, set[int]]) -> set[int]:
    """The choices that have this stem, or one that is the same but for a longer ending ("deliver", "delivery")."""
    if word in owners or len(word) < 4:
        return owners.get(word, set()) if len(word) > 2 else set()
    near: set[int] = set()
    for stem, owned in owners.items():
        if (
            len(stem) >= 4
            and abs(len(stem) - len(word)) <= 3
            and (stem.startswith(word) or word.startswith(stem))
        ):
            near |= owned
    return near
