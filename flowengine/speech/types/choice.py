"""`choice`: one of a few things, by its name or a synonym. Closed.

Options: `choices` (a list of names, or a mapping of name to its synonyms). A choice is found anywhere in a sentence,
in small variations (see `flowengine.speech.intents`); of overlapping ones the longest wins ("dark red" over "red").
When asked, "the second one" and "the last" count in the order of the list, and a single slip of the recogniser is
forgiven. Words that belong to two choices are ambiguous (`question` "which").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz

from flowengine.speech.builtin import held
from flowengine.speech.canon import canon, words
from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.corrections import correction_before, surviving
from flowengine.speech.intents import content, heard_content
from flowengine.speech.tables import base, section
from flowengine.speech.text import covers, fold, is_filler, strip_fillers

SLIP_SCORE = 84
SLIP_MARGIN = 8


@dataclass(frozen=True, slots=True)
class _Choices:
    """`forms`: stems of a name or synonym -> the choices it stands for, by first stem, longest first."""

    names: tuple[object, ...]
    forms: dict[str, tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]]


_made: dict[tuple[int, str], tuple[object, _Choices]] = {}


def _choices(options: Mapping[str, object], language: str) -> _Choices | None:
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


def _compile(spec: Mapping[Any, Any] | Sequence[Any], language: str) -> _Choices:
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
            stems = tuple(stem for stem, _ in content(words(phrase.replace("_", " "), language), language))
            if stems and index not in forms.setdefault(stems, []):
                forms[stems].append(index)
            if len(stems) == 2 and sum(map(len, stems)) >= 6:
                forms.setdefault(("".join(stems),), []).append(index)
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[int, ...]]]] = {}
    for stems, indices in forms.items():
        by_first.setdefault(stems[0], []).append((stems, tuple(dict.fromkeys(indices))))
    ordered = {first: tuple(sorted(found, key=lambda f: -len(f[0]))) for first, found in by_first.items()}
    return _Choices(tuple(name for name, _ in entries), ordered)


class ChoiceType:
    """See the module's text."""

    name = "choice"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        language = base(context.language)
        choices = _choices(context.options, language)
        if choices is None or not said.tokens:
            return ()
        low, high = held(said, language)
        found = [
            one
            for one in _named(said, choices, language)
            if high - low < 2 or one[1] <= low or high <= one[0]
        ]  # "let me check" is no checking account
        if found and context.asked:
            found = _mended(said, found, choices, language)
        if not found and context.asked:
            ordinal = (
                _ordinal(said, choices, language)
                or _slip(said, choices, language)
                or _by_one_word(said, choices, language)
            )
            found = [ordinal] if ordinal else []
        found = [one for index, one in enumerate(found) if not (index and _outdone(said, one, language))]
        kept = surviving(said, [(start, end) for start, end, _ in found], language)
        out: list[Candidate] = []
        for start, end, indices in _either(said, [found[index] for index in kept], language):
            first, *others = (choices.names[index] for index in indices)
            out.append(
                Candidate(first, start, end, alternatives=tuple(others), question="which" if others else None)
            )
        return out

    def spoken(self, value: object, language: str) -> str:  # noqa: ARG002 - the contract
        return str(value).replace("_", " ")


Found = tuple[int, int, tuple[int, ...]]


def _outdone(said: Said, found: Found, language: str) -> bool:
    """ "green over blue", "green rather than the blue one": this one, named second, is what is not wanted."""
    at = found[0]
    light = section(language, "core")["intents"]["light"]
    while at and said.tokens[at - 1].text in light:
        at -= 1
    return at > 0 and said.tokens[at - 1].text in section(language, "choice").get("outdone_after", ())


def _either(said: Said, found: list[Found], language: str) -> list[Found]:
    """ "red or blue" is one ambiguous answer."""
    joint = frozenset(section(language, "numbers")["read"]["or"])
    merged: list[Found] = []
    for start, end, indices in found:
        last = merged[-1] if merged else None
        if last and _joined_by(said, last[1], start, language, joint):
            merged[-1] = (last[0], end, tuple(dict.fromkeys((*last[2], *indices))))
        else:
            merged.append((start, end, indices))
    return merged


def _joined_by(said: Said, start: int, end: int, language: str, joint: frozenset[str]) -> bool:
    """Nothing but one "or" and light words stands between."""
    between = [token.text for token in said.tokens[start:end]]
    light = section(language, "core")["intents"]["light"]
    return any(word in joint for word in between) and all(word in joint or word in light for word in between)


def _named(said: Said, choices: _Choices, language: str) -> list[Found]:
    heard = canon(said, language)
    stems = heard_content(heard, said.text, language)
    found: list[Found] = []
    at = 0
    greetings = _greetings(language)
    while at < len(stems):
        place = stems[at][1]
        if place and (heard.words[place - 1], heard.words[place]) in greetings:
            at += 1
            continue
        for form, indices in choices.forms.get(stems[at][0], ()):
            end = at + len(form)
            if end <= len(stems) and all(stems[at + k][0] == form[k] for k in range(1, len(form))):
                found.append((heard.at[stems[at][1]], heard.at[stems[end - 1][1]] + 1, indices))
                at = end
                break
        else:
            joined = stems[at][0] + stems[at + 1][0] if at + 1 < len(stems) else ""
            match = (
                next((i for form, i in choices.forms.get(joined, ()) if len(form) == 1), None)
                if len(joined) >= 6
                else None
            )
            if match:
                found.append((heard.at[stems[at][1]], heard.at[stems[at + 1][1]] + 1, match))
                at += 1
            at += 1
    return found


@lru_cache(maxsize=16)
def _greetings(language: str) -> frozenset[tuple[str, ...]]:
    """ "Good morning" is no morning."""
    return frozenset(words(entry, language) for entry in section(language, "choice").get("greetings", ()))


@lru_cache(maxsize=16)
def _ordinals(language: str) -> tuple[dict[str, int], frozenset[str], frozenset[str]]:
    data = section(language, "choice")
    places = {fold(word): int(place) for word, place in data["ordinals"].items()}
    return places, frozenset(map(fold, data["around"])), frozenset(map(fold, data["number"]))


def _ordinal(said: Said, choices: _Choices, language: str) -> Found | None:
    """ "the second one", "number two", "the last": nothing but small words may stand around it."""
    places, around, number = _ordinals(language)
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
    while end < len(tokens) and tokens[end] in around:
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


def _places(said: Said, hits: list[int], choices: _Choices, language: str) -> Found | None:
    """ "not the first, the second", "the first or the last": several places, of which some may be refused."""
    places, around, number = _ordinals(language)
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


def _slip(said: Said, choices: _Choices, language: str) -> Found | None:
    """The nearest choice if it is near enough and no other is nearly as near; whole answers only."""
    start, end = strip_fillers(said, language)
    stems = content([token.text for token in said.tokens[start:end]], language)
    if not 0 < len(stems) <= 4:
        return None
    text = " ".join(stem for stem, _ in stems)
    if len(text) < 4:
        return None
    full = "".join(token.text for token in said.tokens[start:end])
    scores: dict[int, float] = {}
    for forms in choices.forms.values():
        for form, indices in forms:
            score = fuzz.ratio(" ".join(form), text)
            for index in indices:
                scores[index] = max(score, scores.get(index, 0.0))
    for index, name in enumerate(choices.names):  # stems of words heard wrong may differ more than the words
        score = fuzz.ratio(fold(str(name)).replace("_", "").replace(" ", ""), full)
        scores[index] = max(score, scores.get(index, 0.0))
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if (
        not ranked
        or ranked[0][1] < SLIP_SCORE
        or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < SLIP_MARGIN)
    ):
        return None
    return start, end, (ranked[0][0],)


def _mended(said: Said, found: list[Found], choices: _Choices, language: str) -> list[Found]:
    """ "The red wine, no, the white": what corrects a choice may be one word of another."""
    end = found[-1][1]
    if end == len(said.tokens):
        return found
    heard = canon(said, language)
    owners = _owned(choices)
    for stem, place in heard_content(heard, said.text, language):
        at = heard.at[place]
        if at > end and len(owned := owners.get(stem, set())) == 1:
            if correction_before(said, at, language, end) is not None:
                return [*found, (at, at + 1, tuple(owned))]
            break
    return found


def _owned(choices: _Choices) -> dict[str, set[int]]:
    """Stem -> the choices that it is a word of."""
    owners: dict[str, set[int]] = {}
    for forms in choices.forms.values():
        for form, indices in forms:
            for word in form:
                owners.setdefault(word, set()).update(indices)
    return owners


def _owners(word: str, owners: Mapping[str, set[int]]) -> set[int]:
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


def _by_one_word(said: Said, choices: _Choices, language: str) -> Found | None:
    """ "Card" for "credit card": words that belong to one choice only, and nothing else is said."""
    heard = canon(said, language)
    stems = heard_content(heard, said.text, language)
    owners = _owned(choices)
    hits = [(at, owned) for at, (stem, _) in enumerate(stems) if (owned := _owners(stem, owners))]
    if not hits or any(len(owned) != 1 or owned != hits[0][1] for _, owned in hits):
        return None
    start, end = heard.at[stems[hits[0][0]][1]], heard.at[stems[hits[-1][0]][1]] + 1
    light = section(language, "core")["intents"]["light"]
    around = [token.text for token in (*said.tokens[:start], *said.tokens[end:])]
    extra = _ordinals(language)[1]
    if not covers(said, start, end, language) and not all(
        word in light or word in extra or is_filler(word, language) for word in around
    ):
        return None
    return start, end, (next(iter(hits[0][1])),)


TYPE = ChoiceType()
