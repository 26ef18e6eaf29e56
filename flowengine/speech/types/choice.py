"""`choice`: one of a few things, by its name or a synonym. Closed.

Options: `choices` (a list of names, or a mapping of name to its synonyms). A choice is found anywhere in a sentence,
in small variations (see `flowengine.speech.intents`); of overlapping ones the longest wins ("dark red" over "red").
When asked, "the second one" and "the last" count in the order of the list, and a single slip of the recogniser is
forgiven. Words that belong to two choices are ambiguous (`question` "which").
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from flowengine.speech.alternatives import alternatives, or_words
from flowengine.speech.builtin import asked_again, held
from flowengine.speech.canon import canon
from flowengine.speech.choices.declared import Choices, Found, choices_of, owners_of, without_objects
from flowengine.speech.choices.places import by_place, words_around
from flowengine.speech.choices.preferences import unwanted
from flowengine.speech.clauses.moods import clauses, decides, main_part
from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.corrections import correction_before, surviving
from flowengine.speech.intents import content, heard_content
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import base, section
from flowengine.speech.text import covers, gap_before, is_filler, small_words, strip_fillers
from flowengine.speech.wordtables import WordTable

SLIP_SCORE = 84
SLIP_MARGIN = 8
BESIDE = 16
"""Words around a choice that make it stand by itself or not."""
SAYING = 5
"""Words of a saying before one of a choice."""


class ChoiceType:
    """See the module's text."""

    name = "choice"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        language = base(context.language)
        choices = choices_of(context.options, language)
        if choices is None or not said.tokens:
            return ()
        low, high = held(said, language)
        found = [
            one
            for one in _named(said, choices, language)
            if high - low < 2 or one[1] <= low or high <= one[0]
        ]  # "let me check" is no checking account
        if found and context.asked:
            found = _beside_or(said, _mended(said, found, choices, language), choices, language)
        if not found and context.asked:
            main = main_part(said, language)
            ordinal = (
                by_place(main, choices, language)
                or _slip(main, choices, language)
                or _by_one_word(main, choices, language)
            )
            found = [ordinal] if ordinal else []
        if found and (again := asked_again(said, language))[1]:
            found = [one for one in found if _stands(said, one, again, language)]
        found = [
            one for index, one in enumerate(found) if not unwanted(said, one[0], one[1], index > 0, language)
        ]
        kept = surviving(said, [(start, end) for start, end, _ in found], language)
        if kept:
            read = clauses(said, language)
            kept = [index for index in kept if read.gives(found[index][0], found[index][1])]
        out: list[Candidate] = []
        for start, end, indices in _either(said, [found[index] for index in kept], language):
            first, *others = (choices.names[index] for index in indices)
            out.append(
                Candidate(first, start, end, alternatives=tuple(others), question="which" if others else None)
            )
        return out

    def spoken(self, value: object, language: str) -> str:  # noqa: ARG002 - the contract
        return str(value).replace("_", " ")


def _stands(said: Said, one: Found, again: tuple[int, int], language: str) -> bool:
    """Beside a question for what was said last, only a choice by itself or decided on is one: "you cut out for a
    second, what were the options" is no cut."""
    start, end = one[0], one[1]
    low, high = max(0, start - BESIDE), min(len(said.tokens), end + BESIDE)
    while start > low and not gap_before(said, start).strip() and start != again[1]:
        start -= 1
    while end < high and not gap_before(said, end).strip() and end != again[0]:
        end += 1
    heard = canon(said, language)
    if decides(heard.words[heard.first[start] : heard.first[end]], language):
        return True
    around = [said.tokens[at].text for at in (*range(start, one[0]), *range(one[1], end))]
    small = small_words(language) | words_around(language)
    return all(word in small or is_filler(word, language) for word in around)


def _either(said: Said, found: list[Found], language: str) -> list[Found]:
    """ "red or blue" is one ambiguous answer."""
    merged: list[Found] = []
    for start, end, indices in found:
        last = merged[-1] if merged else None
        if last and alternatives(said, last[1], start, language):
            merged[-1] = (last[0], end, tuple(dict.fromkeys((*last[2], *indices))))
        else:
            merged.append((start, end, indices))
    return merged


def _named(said: Said, choices: Choices, language: str) -> list[Found]:
    heard = canon(said, language)
    stems = without_objects(heard_content(heard, said.text, language), language)
    found: list[Found] = []
    at = 0
    sayings = _sayings(language)
    while at < len(stems):
        listed = choices.forms.get(stems[at][0], ())
        if listed and _in_saying(heard.words, stems[at][1], sayings):
            at += 1
            continue
        for form, indices in listed:
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
def _sayings(language: str) -> PhraseList:
    """ "Good morning" is no morning, "cut me off" no haircut."""
    return WordTable(section(language, "choice"), language).phrases("greetings", "sayings")


def _in_saying(heard: Sequence[str], at: int, sayings: PhraseList) -> bool:
    """The canonical word `at` belongs to a saying, which begins no more than SAYING words before."""
    return any(begin + sayings.at(heard, begin) > at for begin in range(max(0, at - SAYING), at + 1))


def _slip(said: Said, choices: Choices, language: str) -> Found | None:
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
    for form, indices in choices.stems:
        score = fuzz.ratio(form, text, score_cutoff=SLIP_SCORE - SLIP_MARGIN)
        for index in indices:
            scores[index] = max(score, scores.get(index, 0.0))
    for index, name in enumerate(choices.plain):  # stems of words heard wrong may differ more than the words
        score = fuzz.ratio(name, full, score_cutoff=SLIP_SCORE - SLIP_MARGIN)
        scores[index] = max(score, scores.get(index, 0.0))
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if (
        not ranked
        or ranked[0][1] < SLIP_SCORE
        or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < SLIP_MARGIN)
    ):
        return None
    return start, end, (ranked[0][0],)


def _mended(said: Said, found: list[Found], choices: Choices, language: str) -> list[Found]:
    """ "The red wine, no, the white": what corrects a choice may be one word of another."""
    end = found[-1][1]
    if end == len(said.tokens):
        return found
    heard = canon(said, language)
    owners = choices.owners
    for stem, place in heard_content(heard, said.text, language):
        at = heard.at[place]
        if at > end and len(owned := owners.get(stem, set())) == 1:
            if correction_before(said, at, language, end) is not None:
                return [*found, (at, at + 1, tuple(owned))]
            break
    return found


def _beside_or(said: Said, found: list[Found], choices: Choices, language: str) -> list[Found]:
    """`found` with what stands before its first or after its last by an "or" and is a word of others: "cash or
    credit" leaves the credit card open too."""
    if or_words(language).isdisjoint(token.text for token in said.tokens):
        return found
    heard = canon(said, language)
    first, last = found[0], found[-1]
    for stem, place in heard_content(heard, said.text, language):
        at = heard.at[place]
        if first[0] <= at < last[1] or not (owned := owners_of(stem, choices.owners)):
            continue
        one: Found = (at, at + 1, tuple(sorted(owned)))
        if at < first[0] and alternatives(said, at + 1, first[0], language):
            found = [one, *found]
        elif at >= last[1] and alternatives(said, last[1], at, language):
            return [*found, one]
    return found


def _by_one_word(said: Said, choices: Choices, language: str) -> Found | None:
    """ "Card" for "credit card": words that belong to one choice only, and nothing else is said."""
    heard = canon(said, language)
    stems = heard_content(heard, said.text, language)
    owners = choices.owners
    hits = [(at, owned) for at, (stem, _) in enumerate(stems) if (owned := owners_of(stem, owners))]
    if not hits or any(len(owned) != 1 or owned != hits[0][1] for _, owned in hits):
        return None
    start, end = heard.at[stems[hits[0][0]][1]], heard.at[stems[hits[-1][0]][1]] + 1
    light = small_words(language)
    around = [token.text for token in (*said.tokens[:start], *said.tokens[end:])]
    extra = words_around(language)
    if not covers(said, start, end, language) and not all(
        word in light or word in extra or is_filler(word, language) for word in around
    ):
        return None
    return start, end, (next(iter(hits[0][1])),)


TYPE = ChoiceType()
