"""`name`: a person's name, in title case ("Ann Lee"). Open: after a cue anywhere ("my name is", "it's ... speaking"),
or as the answer when it was asked for.

Decided here: an answer with a word that no name has ("I don't know", "what do you mean") is no name, unless a whole
clause of it is one ("Can you hear me? Ann Lee."); neither is one of more than five words, or with figures. Words that
are both ("Will", "May", "Mark") are names unless a pronoun follows ("may I"). A name that is then spelled counts as
spelled ("Smyth, S-M-Y-T-H"). How names are read is said in `flowengine.speech.names`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.corrections import light_words
from flowengine.speech.names.answers import counting
from flowengine.speech.names.heard import Heard
from flowengine.speech.names.reader import Reader
from flowengine.speech.names.tables import names_of
from flowengine.speech.names.whole import together
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import base
from flowengine.speech.text import hear

LONGEST_ANSWER = 40
"""In an answer of more words only a name after a cue counts."""


class NameType:
    """See the module's text."""

    name = "name"
    open = True

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        return self._read(said, context, amid=False)

    def beside(self, said: Said, taken: Sequence[tuple[int, int]], context: Context) -> Sequence[Candidate]:
        """Names in what stands before, between and after other values: "four, Ann Lee, in the evening".

        Those values are other talk, beside which one word alone is no name ("Denver in the evening").
        """
        if len(said.tokens) > LONGEST_ANSWER:
            return ()
        found: list[Candidate] = []
        for start, end in _between(said, taken, light_words(context.language)):
            part = hear(said.raw(start, end))
            if len(part.tokens) == end - start:
                found += [
                    replace(candidate, start=candidate.start + start, end=candidate.end + start)
                    for candidate in self._read(part, context, amid=True)
                ]
        return found

    def _read(self, said: Said, context: Context, *, amid: bool) -> Sequence[Candidate]:
        """The name in `said`, if any; `amid`: values of other slots stand around it."""
        if not said.tokens:
            return ()
        language = base(context.language)
        heard = Heard(
            said, [token.text for token in said.tokens], language, names_of(language), _own_cues(context)
        )
        asked = context.asked and len(said.tokens) <= LONGEST_ANSWER
        reader = Reader(heard, asked, amid)
        reader.read()
        made = together(counting(heard, reader.mentions, reader.talked), reader.family_first)
        if made is None:
            return ()
        value = " ".join(made.whole)
        return (Candidate(value, made.start, made.end, form="cued" if made.cued else "open"),)

    def spoken(self, value: object, language: str) -> str:  # noqa: ARG002 - the contract
        return str(value)


def _between(
    said: Said, taken: Sequence[tuple[int, int]], light: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """The stretches [start, end) that no span covers, without the small words that belong to the value after them."""
    low = 0
    for start, end in sorted(taken):
        high = start
        while high > low and said.tokens[high - 1].text in light:
            high -= 1
        if high > low:
            yield low, high
        low = max(low, end)
    if low < len(said.tokens):
        yield low, len(said.tokens)


def _own_cues(context: Context) -> PhraseList:
    """The slot's own cues."""
    cues = context.options.get("cues") or ()
    return PhraseList(
        phrase
        for cue in (cues if isinstance(cues, list | tuple) else [cues])
        if (phrase := tuple(token.text for token in hear(str(cue)).tokens))
    )


TYPE = NameType()
