"""One utterance as the reading of names sees it: words, the marks between them, and the cues among them."""

from __future__ import annotations

from dataclasses import dataclass

from flowengine.speech.contract import Said
from flowengine.speech.figures.numerals import number_words
from flowengine.speech.names.tables import Role, Tables
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.text import gap_before


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance: its words with the tables of its language."""

    said: Said
    words: list[str]
    language: str
    table: Tables
    own: PhraseList
    """The slot's own cues."""

    def pauses(self, at: int, marks: str = ".!?;,:") -> bool:
        """A mark stands before the word at `at` that is no full stop of an initial or title ("J. Smith")."""
        if at <= 0 or at >= len(self.words):
            return False
        gap = gap_before(self.said, at)
        if gap.isspace() or not any(mark in gap for mark in marks):
            return False
        before = self.words[at - 1]
        return "," in gap or not (len(before) == 1 or before in self.table.titles)

    def mixed(self) -> bool:
        """The recogniser wrote capitals and small letters."""
        return not (self.said.text.islower() or self.said.text.isupper())

    def capital(self, at: int) -> bool:
        return self.said.text[self.said.tokens[at].start].isupper()

    def cue(self, at: int) -> tuple[int, Role] | None:
        """Length and role of the cue that begins at `at`, None if none does."""
        if size := self.own.at(self.words, at):
            return size, "own"
        return self.table.cues.at(self.words, at)

    def figure(self, at: int) -> bool:
        """A number: what follows a name then is a time, a size or a telephone number."""
        word = self.words[at]
        known = number_words(self.language)
        return word[0].isdigit() or word in known.units or word in known.teens or word in known.tens

    def figures(self) -> bool:
        return any(self.figure(at) for at in range(len(self.words)))

    def address(self) -> bool:
        """An e-mail or web address is spoken, as far as its words tell ("dot", "gmail", "ann@example.com")."""
        return any(word in self.table.addresses or "@" in word or "." in word for word in self.words)

    def past_hesitations(self, at: int) -> int:
        while at < len(self.words) and self.words[at] in self.table.hesitations:
            at += 1
        return at
