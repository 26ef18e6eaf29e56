"""`text`: whatever the caller says, as said. Open: taken only when its slot was asked or after one of its cues."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import base, section
from flowengine.speech.text import hear


@lru_cache(maxsize=16)
def _ends(language: str) -> tuple[PhraseList, PhraseList]:
    core = section(language, "core")
    front, back = (
        PhraseList(tuple(token.text for token in hear(entry).tokens) for entry in core[name])
        for name in ("text_front", "text_back")
    )
    return front, back


class TextType:
    """Free words. Options: `cues` (phrases that introduce the text outside its own question)."""

    name = "text"
    open = True

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        """The words after a cue (`cued`), else, when asked, the whole answer without fillers at its ends."""
        if not said.tokens:
            return ()
        words = [token.text for token in said.tokens]
        cues = context.options.get("cues") or ()
        for cue in (cues,) if isinstance(cues, str) else cues if isinstance(cues, list | tuple) else ():
            wanted = [token.text for token in hear(str(cue)).tokens]
            for at in range(len(words) - len(wanted)):
                if wanted and words[at : at + len(wanted)] == wanted:
                    return (_candidate(said, at + len(wanted), len(words), "cued"),)
        if not context.asked:
            return ()
        front, back = _ends(base(context.language))
        start, end = 0, len(words)
        while start < end and (run := front.at(words, start)):
            start += run
        while end > start and (run := back.before(words, end, start)):
            end -= run
        if start == end:
            start, end = 0, len(words)
        return (_candidate(said, start, end, "open"),)

    def spoken(self, value: object, language: str) -> str:  # noqa: ARG002 - the contract
        return str(value)


def _candidate(said: Said, start: int, end: int, form: str) -> Candidate:
    last = said.tokens[end - 1].end
    tail = said.text[last : last + 1]
    text = said.text[said.tokens[start].start : last] + (tail if tail in ("?", "!", ")") else "")
    return Candidate(text, start, end, form="cued" if form == "cued" else "open")


TYPE = TextType()
