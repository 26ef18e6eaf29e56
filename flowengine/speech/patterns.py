"""Patterns over spoken words: phrases, lists, `{exact:}`, `{regex:}`, `{all: []}`, `{not:}`.

A phrase is found as whole words in the order written, in any case, whatever the punctuation; contractions and their
full forms are the same ("I'd" is "I would"). All phrases of one list are looked up by their first word in a single
walk over the utterance, so cost does not grow with the length of the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import regex

from flowengine.errors import FlowengineError
from flowengine.speech.canon import canon, words
from flowengine.speech.contract import Said

REGEX_TIMEOUT = 0.05
"""Seconds that one regular expression may take; after that it does not match and `pattern_timeouts` counts it."""


class _Timeouts:
    """A counter that operators can read: how many regular expressions ran out of time in this process."""

    def __init__(self) -> None:
        self.count = 0


pattern_timeouts = _Timeouts()


class PatternError(FlowengineError):
    """A pattern that cannot be used. `path` leads to the culprit inside the spec (keys and indices)."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern was found: the token span [start, end), named groups, score 0 to 1, and how.

    `how` is "phrase", "exact", "regex", "all", "not", "variation" or "fuzzy". A `not` has the empty span (0, 0).
    """

    start: int
    end: int
    captured: dict[str, str]
    score: float = 1.0
    how: str = "phrase"


class Pattern(Protocol):
    """A compiled pattern. `phrases` lists its plain phrases as they were written, for checks."""

    @property
    def phrases(self) -> tuple[str, ...]: ...

    def search(self, said: Said) -> Match | None: ...


class Phrases:
    """Any of many phrases; of several found the longest wins, of equally long ones the first said."""

    __slots__ = ("_index", "_language", "phrases")

    def __init__(self, phrases: Iterable[str], language: str) -> None:
        self.phrases = tuple(phrases)
        self._language = language
        index: dict[str, set[tuple[str, ...]]] = {}
        for phrase in self.phrases:
            if found := words(phrase, language):
                index.setdefault(found[0], set()).add(found)
        self._index = {first: tuple(sorted(found, key=len, reverse=True)) for first, found in index.items()}

    def search(self, said: Said) -> Match | None:
        heard = canon(said, self._language)
        best: tuple[int, int, int] | None = None
        for at, word in enumerate(heard.words):
            for phrase in self._index.get(word, ()):
                size = len(phrase)
                if (best is None or size > best[0]) and heard.words[at : at + size] == phrase:
                    best = (size, at, at + size)
                    break
        if best is None:
            return None
        return Match(heard.at[best[1]], heard.at[best[2] - 1] + 1, {})


class Exact:
    """The whole utterance is one of these phrases, nothing more (punctuation and case aside)."""

    __slots__ = ("_language", "_whole", "phrases")

    def __init__(self, phrases: Iterable[str], language: str) -> None:
        self.phrases = tuple(phrases)
        self._language = language
        self._whole = frozenset(words(phrase, language) for phrase in self.phrases)

    def search(self, said: Said) -> Match | None:
        if said.tokens and canon(said, self._language).words in self._whole:
            return Match(0, len(said.tokens), {}, how="exact")
        return None


class Regex:
    """A regular expression over the raw text, any case, with a time limit; named groups are captured."""

    __slots__ = ("_compiled", "phrases", "source")

    def __init__(self, source: str) -> None:
        self.phrases: tuple[str, ...] = ()
        self.source = source
        self._compiled = regex.compile(source, regex.IGNORECASE | regex.UNICODE)

    def search(self, said: Said) -> Match | None:
        text = said.text.translate(_QUOTES)
        try:
            found = self._compiled.search(text, timeout=REGEX_TIMEOUT)
        except TimeoutError:
            pattern_timeouts.count += 1
            return None
        if found is None:
            return None
        low, high = found.span()
        start = sum(1 for token in said.tokens if token.end <= low)
        end = max(start, sum(1 for token in said.tokens if token.start < high))
        captured = {name: value for name, value in found.groupdict().items() if value is not None}
        return Match(start, end, captured, how="regex")


_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})


class Any_:  # noqa: N801 - `Any` is taken by typing
    """Any of several patterns: the longest match, of equally long ones the first listed."""

    __slots__ = ("parts", "phrases")

    def __init__(self, parts: tuple[Pattern, ...]) -> None:
        self.parts = parts
        self.phrases = tuple(phrase for part in parts for phrase in part.phrases)

    def search(self, said: Said) -> Match | None:
        best: Match | None = None
        for part in self.parts:
            found = part.search(said)
            if found and (best is None or found.end - found.start > best.end - best.start):
                best = found
        return best


class All:
    """Every one of several patterns, in any order."""

    __slots__ = ("parts", "phrases")

    def __init__(self, parts: tuple[Pattern, ...]) -> None:
        self.parts = parts
        self.phrases = tuple(phrase for part in parts for phrase in part.phrases)

    def search(self, said: Said) -> Match | None:
        start, end = len(said.tokens), 0
        captured: dict[str, str] = {}
        for part in self.parts:
            found = part.search(said)
            if found is None:
                return None
            captured |= found.captured
            if found.end > found.start:
                start, end = min(start, found.start), max(end, found.end)
        return Match(min(start, end), end, captured, how="all")


class Not:
    """Holds where the other pattern does not; spans no words."""

    __slots__ = ("part", "phrases")

    def __init__(self, part: Pattern) -> None:
        self.part = part
        self.phrases: tuple[str, ...] = ()

    def search(self, said: Said) -> Match | None:
        return None if self.part.search(said) else Match(0, 0, {}, how="not")


KINDS = ("exact", "regex", "all", "not")


def compile_pattern(spec: Any, language: str = "en") -> Pattern:
    """Compile plain data: a phrase, a list (any of), or one of `{exact:}`, `{regex:}`, `{all:}`, `{not:}`.

    PatternError, with the path inside `spec`, for anything else, for an empty phrase or list and for a regular
    expression that does not compile.
    """
    return _compile(spec, language, ())


def _compile(spec: Any, language: str, path: tuple[str | int, ...]) -> Pattern:
    if isinstance(spec, str | int | float) and not isinstance(spec, bool):
        return Phrases((check_phrase(spec, language, path),), language)
    if isinstance(spec, list | tuple):
        return _any(spec, language, path)
    if isinstance(spec, dict):
        return _special(spec, language, path)
    raise PatternError("a pattern is a phrase, a list of them, or one of exact, regex, all, not", path)


def check_phrase(spec: object, language: str, path: tuple[str | int, ...]) -> str:
    """`spec` as a phrase with at least one word. PatternError if it is none."""
    if isinstance(spec, bool) or not isinstance(spec, str | int | float):
        raise PatternError("a phrase is text", path)
    if not words(str(spec), language):
        raise PatternError(f"the phrase {str(spec)!r} has no words, it would never match", path)
    return str(spec)


def _any(spec: list[Any] | tuple[Any, ...], language: str, path: tuple[str | int, ...]) -> Pattern:
    if not spec:
        raise PatternError("an empty list never matches", path)
    phrases: list[str] = []
    parts: list[Pattern] = []
    for index, item in enumerate(spec):
        if isinstance(item, str | int | float) and not isinstance(item, bool):
            phrases.append(check_phrase(item, language, (*path, index)))
        else:
            parts.append(_compile(item, language, (*path, index)))
    if phrases:
        parts.insert(0, Phrases(phrases, language))
    return parts[0] if len(parts) == 1 else Any_(tuple(parts))


def _special(spec: dict[Any, Any], language: str, path: tuple[str | int, ...]) -> Pattern:
    unknown = [key for key in spec if key not in KINDS]
    if unknown:
        raise PatternError(
            f"unknown pattern '{unknown[0]}'; there are exact, regex, all and not", (*path, unknown[0])
        )
    if len(spec) != 1:
        raise PatternError("one of exact, regex, all, not; put several into {all: [...]}", path)
    kind, body = next(iter(spec.items()))
    inner = (*path, kind)
    if kind == "exact":
        several = body if isinstance(body, list | tuple) else [body]
        if not several:
            raise PatternError("an empty list never matches", inner)
        listed = isinstance(body, list | tuple)
        return Exact(
            [check_phrase(p, language, (*inner, i) if listed else inner) for i, p in enumerate(several)],
            language,
        )
    if kind == "regex":
        if not isinstance(body, str) or not body:
            raise PatternError("a regular expression is text", inner)
        try:
            return Regex(body)
        except regex.error as error:
            raise PatternError(f"not a regular expression: {error}", inner) from error
    if kind == "all":
        if not isinstance(body, list | tuple) or not body:
            raise PatternError("all takes a list of patterns", inner)
        return All(tuple(_compile(item, language, (*inner, index)) for index, item in enumerate(body)))
    return Not(_compile(body, language, inner))


def compile_intent(spec: Any, language: str = "en", fuzzy: bool = False) -> Pattern:
    """Compile an intent: like `compile_pattern`, but its phrases also match in small variations
    (see `flowengine.speech.intents`), and not where they are negated. PatternError as there."""
    from flowengine.speech.intents import intent

    return intent(spec, language, fuzzy)


__all__ = [
    "All",
    "Any_",
    "Exact",
    "Match",
    "Not",
    "Pattern",
    "PatternError",
    "Phrases",
    "Regex",
    "check_phrase",
    "compile_intent",
    "compile_pattern",
    "pattern_timeouts",
]
