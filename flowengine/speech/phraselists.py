"""A list of phrases looked up by their first or last word: the cost of a look-up does not grow with the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class PhraseList:
    """Phrases as tuples of words; of several that fit the longest is found."""

    __slots__ = ("_first", "_known", "_last", "phrases")

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        self.phrases = tuple(sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase)))
        self._known = frozenset(self.phrases)
        self._first: dict[str, tuple[int, ...]] = {}
        self._last: dict[str, tuple[int, ...]] = {}
        for phrase in self.phrases:  # the longest first
            for sizes, word in ((self._first, phrase[0]), (self._last, phrase[-1])):
                if len(phrase) not in sizes.get(word, ()):
                    sizes[word] = (*sizes.get(word, ()), len(phrase))

    def __contains__(self, phrase: object) -> bool:
        return phrase in self._known

    def at(self, words: Sequence[str], at: int, end: int | None = None) -> int:
        """Length of the phrase that begins at `at` and is over by `end`, 0 if none does."""
        if at >= len(words) or not (sizes := self._first.get(words[at])):
            return 0
        limit = len(words) if end is None else end
        for size in sizes:
            if at + size <= limit and (size == 1 or tuple(words[at : at + size]) in self._known):
                return size
        return 0

    def before(self, words: Sequence[str], end: int, low: int = 0) -> int:
        """Length of the phrase that ends at `end` and begins at `low` or later, 0 if none does."""
        if end <= low or not (sizes := self._last.get(words[end - 1])):
            return 0
        for size in sizes:
            if end - size >= low and (size == 1 or tuple(words[end - size : end]) in self._known):
                return size
        return 0
