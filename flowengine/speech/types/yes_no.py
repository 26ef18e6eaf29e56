"""`yes_no`: True or False, in all colours ("yeah no", "no that's right", "nah we're good"). Closed."""

from __future__ import annotations

from collections.abc import Sequence

from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.polarity.answers import answer
from flowengine.speech.tables import section


class YesNoType:
    """See `flowengine.speech.polarity.answers` for the grammar. An acknowledgement ("okay") is a `short` form."""

    name = "yes_no"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        found = answer(said, context.language)
        if found is None:
            return ()
        return (Candidate(found.value, found.start, found.end, form="short" if found.weak else "full"),)

    def spoken(self, value: object, language: str) -> str:
        words = section(language, "speaking")["yes_no"]
        return str(words["yes" if value else "no"])


TYPE = YesNoType()
