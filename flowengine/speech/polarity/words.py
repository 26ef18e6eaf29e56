"""Words of yes and no: the language's `yes_no` table, and where its words and idioms stand in an utterance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from flowengine.speech.canon import Canon, words
from flowengine.speech.contract import Said
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.polarity.hedges import hedges
from flowengine.speech.tables import section
from flowengine.speech.text import fold, gap_before
from flowengine.speech.wordtables import WordTable

Label = Literal[
    "yes", "no", "yes_clause", "no_clause", "yes_final", "no_final", "ack", "unknown", "neutral", "open"
]
"""unknown: "maybe", "I'm not sure"; neutral: no answer ("right now"); open: takes an answer back ("say it again")."""

REACH = 9
"""Words of a clause with intensifiers."""

Labelled = tuple[Label, int, int]
_LABELS: tuple[Label, ...] = (
    "open",
    "unknown",
    "neutral",
    "yes_clause",
    "no_clause",
    "yes_final",
    "no_final",
    "ack",
    "yes",
    "no",
)


@dataclass(frozen=True, slots=True)
class PolarWords:
    """The `yes_no` table of a language; `single` are labelled words, `longer` phrases by their first two."""

    single: dict[str, tuple[tuple[tuple[str, ...], Label], ...]]
    longer: dict[tuple[str, str], tuple[tuple[tuple[str, ...], Label], ...]]
    negators: frozenset[str]
    between: frozenset[str]
    questions: frozenset[str]
    copula: frozenset[str]
    adverbial: frozenset[str]
    nothing: frozenset[str]
    determiner_after: frozenset[str]
    determiner_before: frozenset[str]
    lead: frozenset[str]
    refusals: tuple[tuple[str, ...], ...]
    unknown_verbs: frozenset[str]
    commands: frozenset[str]
    contrast: frozenset[str]
    qualified: PhraseList
    certainties: frozenset[str]
    hesitations: frozenset[str]
    intensifiers: frozenset[str]
    greetings: frozenset[str]
    additions: frozenset[str]
    then: frozenset[str]
    joints: frozenset[str]


@lru_cache(maxsize=16)
def polar_words(language: str) -> PolarWords:
    """The table of a language, made once."""
    data = section(language, "yes_no")
    single: dict[str, list[tuple[tuple[str, ...], Label]]] = {}
    longer: dict[tuple[str, str], list[tuple[tuple[str, ...], Label]]] = {}
    alike = {fold(word): tuple(map(fold, others)) for word, others in data.get("alike", {}).items()}
    repeat = section(language, "core")["builtin"]["repeat"]
    for label in _LABELS:
        for entry in (*data.get(label, ()), *(repeat if label == "open" else ())):
            phrase = words(entry, language)
            heads = alike.get(phrase[0], ()) if len(phrase) > 1 and label == "no_clause" else ()
            for form in (phrase, *((head, *phrase[1:]) for head in heads)):
                if len(form) == 1:
                    single.setdefault(form[0], []).append((form, label))
                else:
                    longer.setdefault((form[0], form[1]), []).append((form, label))
    table = WordTable(data, language)
    return PolarWords(
        single={word: tuple(found) for word, found in single.items()},
        longer={pair: tuple(sorted(found, key=lambda f: -len(f[0]))) for pair, found in longer.items()},
        negators=table.words("not"),
        between=table.words("not_between"),
        questions=table.words("questions"),
        adverbial=table.words("adverbial"),
        copula=table.words("copula"),
        nothing=table.words("nothing"),
        determiner_after=table.words("determiner_after"),
        determiner_before=table.words("determiner_before"),
        lead=table.words("lead"),
        refusals=tuple(words(entry, language) for entry in data["refusals"]),
        unknown_verbs=table.words("unknown_verbs"),
        commands=table.words("commands"),
        certainties=table.words("certainties"),
        greetings=table.words("greetings"),
        then=table.words("then"),
        joints=table.words("joints"),
        additions=table.words("additions"),
        intensifiers=table.words("intensifiers"),
        hesitations=table.words("hesitations"),
        contrast=table.words("contrast"),
        qualified=table.heard("qualified"),
    )


def labelled(said: Said, heard: Canon, known: PolarWords, language: str) -> list[Labelled]:
    """Labelled spans of canonical words, left to right, not overlapping."""
    found: list[Labelled] = []
    at, count = 0, len(heard.words)
    denied = hedges(heard, language)
    intense = not known.intensifiers.isdisjoint(heard.words)
    while at < count:
        if at in denied:
            hedge, end = denied[at]
            found.append((hedge, at, end))
            at = end
        elif one := _label(said, heard, at, known) or (intense and _intense(said, heard, at, known)) or None:
            found.append(one)
            at = one[2]
        else:
            at += 1
    return found


def _label(said: Said, heard: Canon, at: int, known: PolarWords) -> Labelled | None:
    """The longest word or idiom that begins at `at`, with its label."""
    words = heard.words
    pair = words[at], words[at + 1] if at + 1 < len(words) else ""
    for phrase, label in (*known.longer.get(pair, ()), *known.single.get(pair[0], ())):
        end = at + len(phrase)
        if words[at:end] != phrase or (len(phrase) > 1 and apart(said, heard, at, known)):
            continue
        if label in ("yes_final", "no_final") and (
            not _final(said, heard, end, known) or not known.questions.isdisjoint(words[max(0, at - 2) : at])
        ):
            continue
        if label == "no" and phrase[0] in known.adverbial and not _ends_clause(said, heard, at, end, known):
            continue
        if (
            label == "no"
            and len(phrase) == 1
            and phrase[0] not in known.negators
            and _determiner(heard, at, known)
        ):
            continue
        return label, at, end
    return None


def _intense(said: Said, heard: Canon, at: int, known: PolarWords) -> Labelled | None:
    """A clause with an intensifier inside: "I'd really appreciate that"."""
    words, size = heard.words, min(len(heard.words) - at, REACH)
    if words[at] in known.intensifiers or known.intensifiers.isdisjoint(words[at + 1 : at + 4]):
        return None
    kept = [at + k for k in range(size) if words[at + k] not in known.intensifiers]
    plain = tuple(words[place] for place in kept)
    for phrase, label in known.longer.get((plain[0], plain[1]), ()) if len(plain) > 1 else ():
        if label in ("yes_clause", "no_clause", "yes_final", "no_final") and plain[: len(phrase)] == phrase:
            end = kept[len(phrase) - 1] + 1
            if end - at > len(phrase) and (not label.endswith("final") or _final(said, heard, end, known)):
                return label, at, end
    return None


def _final(said: Said, heard: Canon, end: int, known: PolarWords) -> bool:
    """Nothing but a few words that may close an answer stands after `end`, or a mark, or a contrast."""
    if end < len(heard.words):
        following = heard.words[end]
        gap = gap_before(said, heard.at[end])
        if following in known.contrast or (len(gap) > 1 and following not in known.hesitations):
            return True
    return len(heard.words) - end <= 4 and all(word in known.lead for word in heard.words[end:])


def _ends_clause(said: Said, heard: Canon, at: int, end: int, known: PolarWords) -> bool:
    """A "never" that answers, opening or ending what is said, and no adverb of another's verb ("he never said")."""
    return not at or heard.words[at - 1] in known.lead or _final(said, heard, end, known)


def _determiner(heard: Canon, at: int, known: PolarWords) -> bool:
    """This "no" belongs to a noun: "I have no appointment", "no one"."""
    if at and heard.words[at - 1] in known.determiner_before:
        return at + 1 < len(heard.words)  # "I'll go with no"
    return at + 1 < len(heard.words) and heard.words[at + 1] in known.determiner_after


def apart(said: Said, heard: Canon, at: int, known: PolarWords) -> bool:
    """This word is "no" as well as "not" (Spanish), and a comma after it makes it an answer: "no, es correcto"."""
    word = heard.words[at]
    if (
        word not in known.negators
        or ((word,), "no") not in known.single.get(word, ())
        or at + 1 >= len(heard.words)
    ):
        return False
    token, following = heard.at[at], heard.at[at + 1]
    return any(mark in ",.;" for mark in said.text[said.tokens[token].end : said.tokens[following].start])
