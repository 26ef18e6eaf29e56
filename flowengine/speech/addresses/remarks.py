"""Remarks about how a word of an address is spelled: "with a capital J", "without an h", "with two n's", "with a k".

Recognisers write names their own way: the remark says which of the spellings is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flowengine.speech.addresses.words import mark_at
from flowengine.speech.canon import without_ending
from flowengine.speech.dictation.items import dictation
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.wordtables import WordTable

SOUNDS = {
    "k": "c",
    "c": "k",
    "s": "z",
    "z": "s",
    "y": "i",
    "i": "y",
    "f": "ph",
    "v": "ph",
    "j": "g",
    "g": "j",
}
"""What a letter may have been written as instead."""
CLUSTERS = frozenset("ph ck ch th sh ll nn ss tt rr mm dd pp gg ie ey ei ea ee oo ae ia".split())  # noqa: SIM905
VOWELS = frozenset("aeiouáéíóú")
ENDINGS = frozenset(("ie", "ey", "ee", "i", "y"))


@dataclass(frozen=True, slots=True)
class Remark:
    """`size` words that say: `letter` occurs `times` times (0: not at all), or a `mark` stands between the words."""

    size: int
    letter: str = ""
    times: int = 1
    mark: str = ""


@dataclass(frozen=True, slots=True)
class _Tables:
    having: frozenset[str]
    lacking: frozenset[str]
    light: frozenset[str]
    capitals: frozenset[str]
    twice: frozenset[str]
    once: frozenset[str]
    filling: frozenset[str]
    ends: PhraseList
    silent: frozenset[str]


@lru_cache(maxsize=16)
def _tables(language: str) -> _Tables:
    table = WordTable(section(language, "email")["words"], language)
    return _Tables(
        table.words("with"),
        table.words("without"),
        table.words("remark_light"),
        table.words("capitals"),
        table.words("twice"),
        table.words("once"),
        table.words("remark_light", "twice", "once"),
        table.heard("remark_ends"),
        table.words("silent"),
    )


def remark_at(words: list[str], at: int, language: str, end: int | None = None) -> Remark | None:
    """The remark that begins at `at` and is over by `end`."""
    table = _tables(language)
    start, limit = at, len(words) if end is None else end
    lacks = words[at] in table.lacking
    if words[at] in table.twice and at + 1 < limit and len(words[at + 1]) > 1:
        letter = _letter(words[at + 1], language)
        return Remark(2, letter, 2) if len(letter) == 1 and words[at + 1][-1] == "s" else None  # "two n's"
    if not lacks and words[at] not in table.having:
        return None
    at, times, capital = at + 1, 0 if lacks else 1, False
    while at < limit and (word := words[at]) in table.filling:
        if at + 1 >= limit or not _follows(words, at + 1, table, language):
            break
        times = times if lacks else 2 if word in table.twice else times
        times = 3 if word in table.once and not lacks and word not in table.light else times
        capital = capital or word in table.capitals
        at += 1
    if at >= limit:
        return None
    if mark := mark_at(words, at, language, limit):
        size = table.ends.at(words, at + mark[1], limit)
        return Remark(at + mark[1] + size - start, mark=mark[0]) if size and not lacks else None
    letter = _letter(words[at], language)
    if not letter:
        return None
    following = _letter(words[at + 1], language) if at + 1 < limit else ""
    if following:  # "with an e y", but not "no j o h n"
        letter, at = letter + following, at + 1
        if letter not in CLUSTERS or (at + 1 < limit and _letter(words[at + 1], language)):
            return None
    at += 1
    at += table.ends.at(words, at, limit)
    return Remark(at - start, "" if capital else letter, times)


def _follows(words: list[str], at: int, table: _Tables, language: str) -> bool:
    """The remark goes on at `at`: the word before is no letter itself ("with a k")."""
    word = words[at]
    return bool(_letter(word, language) or word in table.filling or mark_at(words, at, language))


def _letter(word: str, language: str) -> str:
    """ "h", "aitch", "n's"."""
    bare = without_ending(word, language)
    if len(bare) == 2 and bare[1] == "s" and bare[0].isalpha() and bare not in dictation(language).no_plural:
        bare = bare[0]  # "two ns"
    if (len(bare) == 1 and bare.isalpha()) or bare in CLUSTERS:
        return bare
    return dictation(language).letters.get(bare, "")


def respelled(word: str, remark: Remark, language: str) -> str | None:
    """`word` as the remark says it is spelled; None if it does not say how."""
    letter, count = remark.letter, word.count(remark.letter)
    if not letter:
        return word
    if remark.times == 0:
        return word if not count else word.replace(letter, "") if count == 1 else None
    if remark.times == 2:
        return word if count > 1 else word.replace(letter, letter * 2) if count else None
    if remark.times == 3:
        return word.replace(letter * 2, letter)
    if letter in ENDINGS and letter != "y" and word.endswith("y") and not word.endswith(letter):
        return word[:-1] + letter  # "Cindy with an i"
    if count:
        return word
    if len(letter) == 2:
        single = letter[0] == letter[1] and word.count(letter[0]) == 1
        return word.replace(letter[0], letter) if single else None
    if letter in _tables(language).silent:  # "ana con hache"
        return letter + word if word[0] in VOWELS else None
    sound = SOUNDS.get(letter, "")
    if sound and word.count(sound) == 1:
        return word.replace(sound, letter)
    if letter == "e" or (letter == "h" and word[-1] in VOWELS):
        return word + letter  # "Ann with an e", "Sara with an h"
    return None


def remark_before(words: list[str], end: int, low: int, language: str) -> int:
    """Number of words of the remark that ends at `end` and begins at `low` or later, 0 if none does."""
    for start in range(max(low, end - 9), end - 1):
        remark = remark_at(words, start, language, end)
        if remark and start + remark.size == end:
            return remark.size
    return 0
