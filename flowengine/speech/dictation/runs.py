"""Runs of digits and letters read aloud: "four one five, double five, oh", "B as in boy, seven".

The text is cut into runs of items; a run goes on over fillers and words such as "dash" and "then". Then what was
said twice, corrected or left open is settled (`restating`), and parts said under their names are put together
(`parts`).
"""

from __future__ import annotations

from dataclasses import replace

from flowengine.speech.alternatives import or_words
from flowengine.speech.contract import Said
from flowengine.speech.corrections import correction_before, opens_correction
from flowengine.speech.dictation.items import (
    JOINED,
    PAUSE,
    RESTATED,
    STOP,
    Dictation,
    Item,
    Run,
    code_letters,
    dictation,
    read_item,
)
from flowengine.speech.dictation.parts import AREA, Part, area_after, assembled, part_at, part_words
from flowengine.speech.dictation.restating import settled
from flowengine.speech.figures.numberwords import NumberWords
from flowengine.speech.figures.numerals import number_words
from flowengine.speech.text import filler_run, gap_before

_recent: dict[tuple[str, str, bool, bool], tuple[Said, list[Run]]] = {}


def read_runs(said: Said, language: str, letters: bool = False, pauses: bool = False) -> list[Run]:
    """All runs, left to right, corrections applied; refused ones ("not 555") left out.

    With `pauses` a number ends at a comma: "six fifty, two fifty three" is 6 50 2 53, else 6 52 53.
    """
    key = (said.text, language, letters, pauses)
    cached = _recent.get(key)
    if cached is None or cached[0] is not said:
        if len(_recent) >= 64:
            _recent.clear()
        cached = _recent[key] = (said, _read_runs(said, language, letters, pauses))
    return cached[1]


def _read_runs(said: Said, language: str, letters: bool, pauses: bool) -> list[Run]:
    known = number_words(language)
    if not letters and not any(
        token.text in known.first or token.text in known.oh or token.text[-1].isdigit()
        for token in said.tokens
    ):
        return []
    runs, parts = _Scan(said, language, letters, pauses).runs()
    runs = settled(said, runs, language)
    return assembled(said, runs, parts, language) if parts else runs


class _Scan:
    """One pass over the words of an utterance: items, and the runs that they make."""

    def __init__(self, said: Said, language: str, letters: bool, pauses: bool) -> None:
        self.said, self.language, self.letters = said, language, letters
        self.words = [token.text for token in said.tokens]
        self.table: Dictation = dictation(language)
        self.known: NumberWords = number_words(language)
        self.openers = frozenset().union(self.known.first, self.known.oh, self.table.repeats)
        self.as_in = {phrase[0] for phrase in self.table.as_in}
        self.ors = or_words(language)
        self.names = part_words(language)
        self.area_after = area_after(language)
        self.limits = _breaks(said) if pauses else []
        self.asks = "?" in said.text
        self.done: list[Run] = []
        self.parts: list[Part] = []
        self.items: list[Item] = []
        self.plus: int | None = None  # where the "+" of the current run stands
        self.cue = False

    def runs(self) -> tuple[list[Run], list[Part]]:
        words, table = self.words, self.table
        at = 0
        plus: int | None = None  # a "+" that no item has followed yet
        while at < len(words):
            if words[at] in self.names and (part := self._part(at)):
                self._close()
                self.parts.append(part)
                plus, at = None, part.end
                continue
            if size := 1 if words[at] in table.plus else table.plus_phrases.at(words, at):
                plus, at = at + size - 1, at + size  # "country code four four"
                continue
            item = self._item(at)
            if item is None:
                if self.items and (step := self._between(at)):
                    at += step
                    continue
                self._close()
                plus, at = None, at + 1
                continue
            self._add(item, plus)
            plus, at = None, item.end
        self._close()
        return self.done, self.parts

    def _part(self, at: int) -> Part | None:
        """The name of a part at `at`; also the "number" of "it's a 212 number, 664 9876"."""
        if part := part_at(self.said, self.words, at, self.language):
            return part
        items = self.items
        near = items and items[-1].end == at and sum(len(item.text) for item in items) == 3
        return Part(AREA, at, at + 1) if near and self.words[at] in self.area_after else None

    def _between(self, at: int) -> int:
        """Number of words at `at` over which a run goes on."""
        if self.words[at] in self.ors:
            return 0
        return (
            filler_run(self.words, at, self.language)
            or self.table.between_phrases.at(self.words, at)
            or (1 if self.words[at] in self.table.between else 0)
        )

    def _item(self, at: int) -> Item | None:
        words, table = self.words, self.table
        word = words[at]
        if not (self.letters or word[-1:].isdigit() or word in self.openers):
            return None
        if self.letters and len(word) > 1 and word.isalpha() and (code := self._code(at)):
            return Item(code, at, at + 1)
        if self.letters and word in table.letter_words and self._a_word(at):
            return None
        found = read_item(words[: self.limits[at]] if self.limits else words, at, self.language, self.letters)
        if found is None:
            return None
        text, end, figures = found
        if word in self.known.oh:
            if not self._zero(at, end):
                return None
            if text == "0" and self.letters and self.items and self.items[-1].text[-1:].isalpha():
                text = "O"
        elif end == at + 1 and text == "1" and at and words[at - 1] in table.named_ones:
            return None  # "my old one"
        return Item(text, at, end, figures)

    def _code(self, at: int) -> str | None:
        """Letters written as one word beside figures: the "TX" of "TX 40918"."""
        following = self.words[at + 1] if at + 1 < len(self.words) else ""
        digit = following[-1:].isdigit() or following in self.known.units or following in self.known.oh
        if digit and (code := code_letters(self.said, at, gap_before(self.said, at + 1), self.language)):
            return code
        if self.items and self.items[-1].end == at and self.items[-1].text[-1].isdigit():
            return code_letters(self.said, at, gap_before(self.said, at), self.language, first=False)
        return None

    def _a_word(self, at: int) -> bool:
        """The letter at `at` is a word: the "I" of "415, I forgot the rest", the "a" of "I have a 2019 Ford"."""
        said, language = self.said, self.language
        if at + 1 >= len(self.words):
            return False
        following = self.words[at + 1]
        if following.isdigit() and len(following) > 3:
            plain = at > 0 and gap_before(said, at) == " " and said.raw(at, at + 1).islower()
            return plain and not self.items
        if filler_run(self.words, at, language) > 1:
            return True  # "I think"
        if gap_before(said, at + 1).strip() or following in self.table.between or following in self.as_in:
            return False
        if filler_run(self.words, at + 1, language) or following in self.ors:
            return False
        if at + 2 < len(self.words) and correction_before(said, at + 2, language, at + 1) is not None:
            return False
        return read_item(self.words, at + 1, language, True) is None and self._code(at + 1) is None

    def _zero(self, at: int, end: int) -> bool:
        """This "oh" is a zero: right after a digit, or right before one that is no long group in figures."""
        words, language = self.words, self.language
        after = bool(self.items) and self.items[-1].end == at
        if opens_correction(words, at, language):
            # "oh wait", but "two one oh. Sorry, two oh one"
            pause = at + 1 < len(words) and bool(gap_before(self.said, at + 1).strip())
            return after and pause and not gap_before(self.said, at).strip()
        if after:
            return True
        if end >= len(words):
            return False
        following = words[end]
        if following.isdigit():
            digit = len(following) < 3
        else:
            digit = following in self.known.oh or (read_item(words, end, language, self.letters) is not None)
        gap = gap_before(self.said, end)
        if self.letters and words[at] == "o":
            return digit  # a letter, whatever follows
        if not digit or "!" in gap:
            return False
        # "Oh, nine two four" is an exclamation, "oh, nine, two, four" is none.
        return not gap.strip() or (end + 1 < len(words) and bool(gap_before(self.said, end + 1).strip(" -")))

    def _add(self, item: Item, plus: int | None) -> None:
        said, language = self.said, self.language
        gap = JOINED
        if self.items:
            last = self.items[-1].end
            between = said.text[said.tokens[last - 1].end : said.tokens[item.start].start]
            if last < item.start and self.asks and "?" in between:
                self._close()
            elif last < item.start or between != " ":
                gap = self._gap(between, last, item.start)
        floor = self.items[-1].end if self.items else self.done[-1].end if self.done else 0
        second = item.start > floor and bool(self.items or self.done)
        if second and correction_before(said, item.start, language, floor) is not None:
            self._close()
            self.cue = True
        if plus is not None:
            self._close()
            self.plus = plus
        if not self.items:
            gap = JOINED
        self.items.append(replace(item, gap=gap) if gap else item)

    def _gap(self, between: str, end: int, start: int) -> int:
        if end < start:
            words = self.words[end:start]
            if any(self.table.restating.at(words, at) for at in range(len(words))):
                return RESTATED
            if any(word not in self.table.hesitation and word not in self.table.between for word in words):
                return STOP
            if any(word in self.table.hesitation for word in words):
                return PAUSE
        if "." in between and "..." not in between:
            return STOP
        return PAUSE if any(mark in ",.;!…" for mark in between) else JOINED

    def _close(self) -> None:
        """The current run is over."""
        if not self.items:
            return
        items = tuple(self.items)
        text = "".join(item.text for item in items)
        start = items[0].start
        if self.plus is not None:
            text, start = "+" + text, self.plus
        others: tuple[str, ...] = ()
        if len(items) > 1 and self.words[items[0].start] in self.known.oh and not _grouped(items):
            others = (text[1:],)  # "oh nine two four": it may have been an exclamation
        elif start and self.words[start - 1] in self.known.oh:
            others = ("0" + text,)
        self.done.append(Run(text, start, items[-1].end, items, others, cue=self.cue))
        self.items, self.plus, self.cue = [], None, False


def _grouped(items: tuple[Item, ...]) -> bool:
    """A pause shows that the "oh" at the start belongs to the first group: "oh two oh, seven nine four six"."""
    pause = next((index for index, item in enumerate(items) if item.gap), len(items))
    return pause < 4 and pause < len(items)


def _breaks(said: Said) -> list[int]:
    """For each token the place of the next one that a comma or full stop stands before."""
    count = len(said.tokens)
    places = [count] * count
    limit = count
    for at in range(count - 1, -1, -1):
        places[at] = limit
        if at and any(mark in ",.;" for mark in said.text[said.tokens[at - 1].end : said.tokens[at].start]):
            limit = at
    return places
