"""`name`: a person's name, in title case ("Ann Lee"). Open: after a cue anywhere ("my name is", "it's ... speaking"),
or as the answer when it was asked for.

Decided here: an answer with a word that no name has ("I don't know", "what do you mean") is no name, unless a whole
clause of it is one ("Can you hear me? Ann Lee."); neither is one of more than five words, or with figures. Words that
are both ("Will", "May", "Mark") are names unless a pronoun follows ("may I"). A name that is then spelled counts as
spelled ("Smyth, S-M-Y-T-H"). How names are read is said in `flowengine.speech.names`.
"""

from __future__ import annotations

from collections.abc import Sequence

from flowengine.speech.contract import Candidate, Context, Said
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
        if not said.tokens:
            return ()
        language = base(context.language)
        heard = Heard(
            said, [token.text for token in said.tokens], language, names_of(language), _own_cues(context)
        )
        asked = context.asked and len(said.tokens) <= LONGEST_ANSWER
        reader = Reader(heard, asked)
        reader.read()
        made = together(counting(heard, reader.mentions, reader.talked), reader.family_first)
        if made is None:
            return ()
        value = " ".join(made.whole)
        return (Candidate(value, made.start, made.end, form="cued" if made.cued else "open"),)

    def spoken(self, value: object, language: str) -> str:  # noqa: ARG002 - the contract
        return str(value)


def _own_cues(context: Context) -> PhraseList:
    """The slot's own cues."""
    cues = context.options.get("cues") or ()
    return PhraseList(
        phrase
        for cue in (cues if isinstance(cues, list | tuple) else [cues])
        if (phrase := tuple(token.text for token in hear(str(cue)).tokens))
    )


TYPE = NameType()
