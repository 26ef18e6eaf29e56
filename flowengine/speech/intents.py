"""Intents that nobody has to tune: phrases match in small variations and not where they are negated.

Variations, all from the language's tables (`[intents]` in core.toml): endings ("book", "booking", "booked"), what a
phrase opens with ("I'd like to book" is "book"), small words ("book an appointment" is "book the appointment"),
words written together or apart ("check-up", "checkup"), an object between or one word more before the last ("pick it
up", "pay the gas bill"). With `fuzzy`, also slips of the recogniser: a score of at
least 80 by rapidfuzz, and in `best_intents` 8 above the runner-up.

A phrase is negated when a negation word stands before it with nothing but carrier words between ("I don't want to
cancel"), unless the phrase has a negation word itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz

from flowengine.speech.canon import Canon, canon, words
from flowengine.speech.contract import Said
from flowengine.speech.negation import has_negation, negated_intent, negators
from flowengine.speech.patterns import All, Any_, Match, Pattern, Phrases, check_phrase, compile_pattern
from flowengine.speech.polarity.answers import answer, other_colour, qualified
from flowengine.speech.tables import base, section
from flowengine.speech.text import fold, hear, small_words

FUZZY_SCORE = 80
FUZZY_MARGIN = 8
FUZZY_WORD_SCORE = 60
FUZZY_SPACED_SCORE = 88
"""At least so near must be what is written in more or fewer words than the phrase, spaces aside."""
FUZZY_WORDS = 16
"""Utterances with more content words are no slip of a short phrase; they are not compared."""

_GAP_SCORE = 0.95
"""Score of a phrase with a word between."""
_VOWELS = frozenset("aeiouy")


@lru_cache(maxsize=16)
def _tables(language: str) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...], int, dict[str, str]]:
    data = section(language, "core")["intents"]
    carriers = tuple(sorted((words(entry, language) for entry in data["carriers"]), key=len, reverse=True))
    irregular = {fold(form): fold(root) for form, root in data.get("irregular", {}).items()}
    return carriers, tuple(data["endings"]), int(data["stem_min"]), irregular


@lru_cache(maxsize=16)
def _between(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Objects that may stand between words of a phrase, and particles that must not be parted from it otherwise."""
    data = section(language, "core")["intents"]
    objects, particles = (
        {stem(fold(word), language) for word in data.get(key, ())} for key in ("objects", "particles")
    )
    return frozenset(objects), frozenset(particles)


@lru_cache(maxsize=8192)
def stem(word: str, language: str) -> str:
    """The word without its ending, so that "booking" and "booked" are "book". Short words stay as they are."""
    _, endings, least, irregular = _tables(language)
    word = irregular.get(word, word)
    if len(word) < 4 or not word.isalpha():
        return word
    for ending in endings:
        if not word.endswith(ending) or (ending == "s" and word.endswith(("ss", "us", "is"))):
            continue
        root = word[: -len(ending)]
        if ending in ("ied", "ies"):
            root += "y"
        if len(root) >= least and _VOWELS.intersection(root):
            word = root
            break
    if len(word) > least and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    if word.endswith("e") and len(word) > least:
        word = word[:-1]
    return word


def content(items: Iterable[str], language: str) -> list[tuple[str, int]]:
    """Stems of the words that count, with their places; all words if none counts."""
    light = small_words(language)
    listed = list(items)
    kept = [(stem(word, language), place) for place, word in enumerate(listed) if word not in light]
    return kept or [(stem(word, language), place) for place, word in enumerate(listed)]


_recent: dict[tuple[str, str], tuple[Canon, list[tuple[str, int]]]] = {}


def heard_content(heard: Canon, text: str, language: str) -> list[tuple[str, int]]:
    key = (text, language)
    known = _recent.get(key)
    if known is not None and known[0] is heard:
        return known[1]
    made = content(heard.words, language)
    if len(_recent) >= 64:
        _recent.clear()
    _recent[key] = (heard, made)
    return made


class IntentPhrases:
    """The phrases of one intent, found by stems; see the module's text."""

    __slots__ = ("_agrees", "_forms", "_index", "_language", "_plain", "fuzzy", "phrases")

    def __init__(self, phrases: Iterable[str], language: str, fuzzy: bool) -> None:
        self.phrases = tuple(phrases)
        self.fuzzy = fuzzy
        self._language = language
        carriers = _tables(base(language))[0]
        index: dict[str, set[tuple[tuple[str, ...], bool, bool, str]]] = {}
        told = [answer(hear(phrase), language) for phrase in self.phrases]
        self._agrees = any(one is not None and one.value for one in told)
        forms: set[tuple[str, ...]] = set()
        plain: list[str] = []
        for phrase in self.phrases:
            full = words(phrase, language)
            bare = full
            for carrier in carriers:
                if full[: len(carrier)] == carrier and len(full) > len(carrier):
                    bare = full[len(carrier) :]
                    break
            stems = tuple(word for word, _ in content(bare, base(language)))
            if len(bare) > len(stems) and negators(language).issuperset(stems):
                plain.append(phrase)  # "not really" is not every "not"
                continue
            negative = has_negation(bare, language)
            polar = bare[0] if len(bare) == 1 else ""
            forms.add(stems)
            index.setdefault(stems[0], set()).add((stems, negative, len(bare) == 1, polar))
            if len(stems) == 2 and sum(map(len, stems)) >= 6:
                whole = stem("".join(_content_words(bare, base(language))), base(language))
                index.setdefault(whole, set()).add(((whole,), negative, False, ""))
        self._index = {
            first: tuple(sorted(found, key=lambda f: -len(f[0]))) for first, found in index.items()
        }
        self._plain = Phrases(plain, language)
        self._forms = tuple(" ".join(form) for form in sorted(forms) if sum(map(len, form)) >= 4)

    def search(self, said: Said) -> Match | None:
        """The longest phrase found; with `fuzzy`, else the nearest one of at least 80 of 100."""
        heard = canon(said, self._language)
        if not heard.words:
            return None
        found, denied = self._exact(said, heard)
        if found is None and self._plain.phrases:
            found = self._plain.search(said)
        if found is None and self.fuzzy and not denied:
            found = self._near(said, heard)
        return found

    def _exact(self, said: Said, heard: Canon) -> tuple[Match | None, bool]:
        """The longest phrase found, and whether one was found only to be denied ("I don't want to cancel")."""
        content = heard_content(heard, said.text, base(self._language))
        best: Match | None = None
        size = 0
        denied = False
        for at, (word, _) in enumerate(content):
            for form in self._index.get(word, ()):
                count = len(form[0])
                if count <= size:
                    break
                last, score = self._last(content, at, form[0])
                if last is not None:
                    match = self._match(said, heard, content[at][1], content[last][1] + 1, form, score)
                    denied = denied or match is None
                    if match:
                        best, size = match, count
                        break
            joined = word + content[at + 1][0] if at + 1 < len(content) else ""
            if size == 0 and len(joined) >= 6 and joined in self._index:
                for form in self._index[joined]:
                    if len(form[0]) == 1:
                        best = self._match(said, heard, content[at][1], content[at + 1][1] + 1, form) or best
                        size = 1 if best else 0
        return best, denied

    def _last(
        self, content: list[tuple[str, int]], at: int, stems: tuple[str, ...]
    ) -> tuple[int | None, float]:
        """Where the last word of a phrase stands whose first is at `at` (None if it is not there), and the score."""
        objects, particles = _between(base(self._language))
        here, score = at, 1.0
        for index, wanted in enumerate(stems[1:], 1):
            here += 1
            if here < len(content) and content[here][0] != wanted and score == 1.0:
                skipped = content[here][0]
                loose = index == len(stems) - 1 and wanted not in particles and skipped not in particles
                if skipped in objects or (loose and skipped not in negators(self._language)):
                    here, score = here + 1, _GAP_SCORE
            if here >= len(content) or content[here][0] != wanted:
                return None, 0.0
        return here, score

    def _match(
        self,
        said: Said,
        heard: Canon,
        start: int,
        end: int,
        form: tuple[tuple[str, ...], bool, bool, str],
        score: float = 1.0,
    ) -> Match | None:
        _, negative, single, polar = form
        if self._agrees and qualified(said, self._language):
            return None  # "yes, but can we do four"
        if not negative and negated_intent(heard, start, self._language):
            return None
        if single and polar and other_colour(said, polar, self._language):
            return None
        return Match(heard.at[start], heard.at[end - 1] + 1, {}, score, "variation")

    def _near(self, said: Said, heard: Canon) -> Match | None:
        content = heard_content(heard, said.text, base(self._language))
        if len(content) > FUZZY_WORDS:
            return None
        best: Match | None = None
        for form in self._forms:
            count = form.count(" ") + 1
            for size in (count, count + 1, count - 1):
                for at in range(len(content) - size + 1) if size > 0 else ():
                    window = " ".join(word for word, _ in content[at : at + size])
                    if len(window) < 4 or _denials(window, self._language) != _denials(form, self._language):
                        continue
                    if size == count:
                        score = fuzz.ratio(form, window, score_cutoff=FUZZY_SCORE)
                    else:
                        together = form.replace(" ", ""), window.replace(" ", "")
                        score = fuzz.ratio(*together, score_cutoff=FUZZY_SPACED_SCORE)
                    if score and (best is None or score / 100 > best.score):
                        if size == count and not _alike(form, window):
                            continue  # "change my appointment" is no slip of "cancel my appointment"
                        start, end = content[at][1], content[at + size - 1][1] + 1
                        if negated_intent(heard, start, self._language):
                            continue
                        best = Match(heard.at[start], heard.at[end - 1] + 1, {}, score / 100, "fuzzy")
        return best


def _denials(words_of: str, language: str) -> int:
    """How many negations stand in these words; a slip of the recogniser adds and drops none."""
    return sum(word in negators(language) for word in words_of.split())


def _alike(form: str, window: str) -> bool:
    """Every word is near its counterpart, so that a long word in common does not hide another one."""
    pairs = zip(form.split(), window.split(), strict=True)
    return all(fuzz.ratio(one, other) >= FUZZY_WORD_SCORE for one, other in pairs)


def _content_words(items: Iterable[str], language: str) -> list[str]:
    light = small_words(language)
    return [word for word in items if word not in light]


def intent(spec: Any, language: str, fuzzy: bool) -> Pattern:
    """Compile an intent; see `flowengine.speech.patterns.compile_intent`."""
    if isinstance(spec, list | tuple):
        plain = [
            (i, item)
            for i, item in enumerate(spec)
            if isinstance(item, str | int | float) and not isinstance(item, bool)
        ]
        checked = compile_pattern(list(spec), language)  # reports what is wrong with its place
        if not plain:
            return checked
        phrases = IntentPhrases([check_phrase(item, language, (i,)) for i, item in plain], language, fuzzy)
        others = [item for item in spec if not isinstance(item, str | int | float) or isinstance(item, bool)]
        return Any_((phrases, *(intent(item, language, fuzzy) for item in others))) if others else phrases
    if isinstance(spec, str | int | float) and not isinstance(spec, bool):
        return IntentPhrases([check_phrase(spec, language, ())], language, fuzzy)
    compiled = compile_pattern(spec, language)
    if isinstance(spec, dict) and "all" in spec:
        return All(tuple(intent(item, language, fuzzy) for item in spec["all"]))
    return compiled


def best_intents(said: Said, intents: Mapping[str, Pattern]) -> dict[str, Match]:
    """Which intents the words mean: all that match exactly, best first; else the one nearest slip.

    A slip counts only if no intent matches as said and it scores 8 points above every other intent's.
    """
    found = {name: match for name, pattern in intents.items() if (match := pattern.search(said))}
    sure = {name: match for name, match in found.items() if match.how != "fuzzy"}
    if sure:
        return dict(sorted(sure.items(), key=lambda item: item[1].start - item[1].end))
    ranked = sorted(found.items(), key=lambda item: -item[1].score)
    if not ranked or (len(ranked) > 1 and (ranked[0][1].score - ranked[1][1].score) * 100 < FUZZY_MARGIN):
        return {}
    return dict(ranked[:1])
