"""Mentions: an utterance cut into the names it says, with what announced each and what was remarked on it."""

from __future__ import annotations

from dataclasses import dataclass

from flowengine.speech.canon import canon
from flowengine.speech.corrections import correction_before
from flowengine.speech.names.letters import read_spelling, respelled, written
from flowengine.speech.names.remarks import read_remark
from flowengine.speech.names.respelling import remarked
from flowengine.speech.names.runs import Heard, Run, read_run
from flowengine.speech.names.tables import Role
from flowengine.speech.negation import negated
from flowengine.speech.phraselists import PhraseList

PARTS = ("first", "middle", "last")


@dataclass(slots=True)
class Mention:
    """One name as said: tokens [start, end), what announced it, and how it stands to what was said before it."""

    names: list[str]
    start: int
    end: int
    role: Role = "own"
    cued: bool = False
    spelled: bool = False
    corrects: bool = False
    """A correction stands before it: "no, Smythe"."""
    linked: bool = False
    """It goes on from the mention before it: "and then Stein"."""
    near: bool = True
    """Nothing but fillers and remarks stands between it and the mention before it."""
    alone: bool = True
    """It is a clause of its own, apart from fillers."""
    doubtful: bool = False
    """After "it's" or "I'm", and looking like no name."""
    small_talk: bool = True
    """Nothing but fillers and small talk stands before it."""
    followed: bool = False
    """Talk follows it."""


class Reader:
    """Reads one utterance from left to right; `mentions` is what it found."""

    def __init__(self, heard: Heard, own: PhraseList, asked: bool) -> None:
        self.heard = heard
        self.own = own
        self.asked = asked
        self.mentions: list[Mention] = []
        self.near = True
        self.small_talk = True
        self.fresh = True
        """A clause begins here, apart from fillers: a bare name may stand here."""
        self.meant = False
        self.linked = False
        self.doubt = False
        self.talked = False
        """Something was said that has nothing to do with a name."""
        self.family_first = False

    def read(self) -> None:
        at = 0
        while at < len(self.heard.words):
            at = self._step(at)

    def _step(self, at: int) -> int:
        """Read what begins at `at`; the place after it."""
        table, words = self.heard.table, self.heard.words
        if self.heard.pauses(at):
            self.fresh = True
            self.doubt = False
        if size := table.family_first.at(words, at):
            self.family_first = True
            return at + size
        if cue := self._cue(at):
            end = self._cued(at, *cue)
            if end is not None:
                return end
        if self.mentions and self.near and (end := self._remark(at)):
            return end
        if words[at] in table.negators and (end := self._refused(at)):
            return end
        if size := table.spelled.at(words, at):
            self.meant = True
            return at + size
        if self.mentions and (size := table.connects.at(words, at)):
            self.linked = True
            return at + size
        if (size := table.asides.at(words, at)) and self._stops(at + size):
            self.fresh = True
            return at + size
        if self.fresh and not self._filler(at, table.opens.at(words, at)) and (end := self._bare(at)):
            return end
        if self.mentions and self.near and (size := table.aside_heads.at(words, at)):
            return self._clause_end(at + size)
        if size := table.opens.at(words, at) or table.closes.at(words, at):
            self.fresh = self.fresh or words[at] in table.pauses
            return at + size
        if words[at] in table.hesitations:
            return at + 1
        return self._talk(at)

    # --- what a name comes after -----------------------------------------------------------------------------

    def _cue(self, at: int) -> tuple[int, Role] | None:
        if size := self.own.at(self.heard.words, at):
            return size, "own"
        return self.heard.table.cues.at(self.heard.words, at)

    def _cued(self, at: int, size: int, role: Role) -> int | None:
        """The name after the cue at `at`; None if the cue is none ("it's raining")."""
        heard, words = self.heard, self.heard.words
        start = at + size
        loose = role in ("weak", "nick")
        refused = at > 0 and not heard.pauses(at) and self._negator(at)
        start = self._past_hesitations(start) if loose else self._past_fillers(start)
        if start < len(words) and words[start] in heard.table.negators:
            return start
        if self.own.at(words, start) or (not loose and start < len(words) and heard.table.cues.at(words, start)):
            return start
        found = self._name(start, role)
        if refused:
            return found.end if found else start
        if found is None:
            self.doubt = self.doubt or role == "weak"
            return None if loose else start
        if role in PARTS and found.spelled and len(found.names) > 1:
            found.names = ["-".join(found.names)] if role == "last" else found.names
        found.cued = True
        self._add(found)
        return found.end

    def _name(self, start: int, role: Role) -> Mention | None:
        """What stands after a cue, spelled or said."""
        heard = self.heard
        if start >= len(heard.words):
            return None
        if spelling := read_spelling(heard, start):
            if role == "weak" and spelling.end - spelling.start < 3:
                return None
            names = [written(group) for group in spelling.groups]
            return Mention(names, start, spelling.end, role, spelled=True)
        run = read_run(heard, start, len(heard.words))
        if run and run.owned and heard.words[run.end : run.end + 1] and heard.words[run.end] in heard.table.relatives:
            run = read_run(heard, run.end + 1, len(heard.words))  # "John's wife, Mary"
        if run is None or run.owned or (role == "weak" and not self._plausible(run)):
            return None
        return Mention(list(run.names), run.start, run.end, "own" if role == "weak" else role)

    def _plausible(self, run: Run) -> bool:
        """After a weak cue the name must be over where the sentence is, or where words go on from a name."""
        heard, table = self.heard, self.heard.table
        first = heard.words[run.start]
        single = len(run.names) == 1
        if len(run.names) > 3 and sum(name.lower() not in table.particles for name in run.names) > 3:
            return False
        if run.end == len(heard.words):
            adjective = single and first in table.adjectives
            return not adjective and (not first.endswith(table.not_endings[:1]) or first in table.ambiguous)
        if single and first.endswith(table.not_endings) and first not in table.ambiguous:
            return False
        return self._over(run.end) or heard.words[run.end] in table.goes_on

    def _over(self, at: int) -> bool:
        """What stands at `at` can follow a name."""
        heard, words, table = self.heard, self.heard.words, self.heard.table
        return (
            at >= len(words)
            or heard.pauses(at)
            or words[at] in table.negators
            or words[at] in table.hesitations
            or words[at] in table.pauses
            or bool(table.closes.at(words, at) or table.after.at(words, at) or table.spelled.at(words, at))
            or bool(table.connects.at(words, at) or table.part_after.at(words, at) or self._cue(at))
            or bool(table.asides.at(words, at) or table.aside_heads.at(words, at))
            or bool(table.family_first.at(words, at))
            or read_spelling(heard, at) is not None
            or read_remark(heard, at, []) is not None
        )

    def _negator(self, at: int) -> bool:
        """The word before `at` denies what begins there: "don't | put it under"."""
        heard = canon(self.heard.said, self.heard.language)
        return heard.words[heard.first[at] - 1] in self.heard.table.negators

    def _stops(self, at: int) -> bool:
        """A phrase that ends at `at` is over: a mark or a filler follows."""
        words, table = self.heard.words, self.heard.table
        if at >= len(words) or self.heard.pauses(at):
            return True
        return words[at] in table.pauses or words[at] in table.hesitations

    def _past_hesitations(self, at: int) -> int:
        while at < len(self.heard.words) and self.heard.words[at] in self.heard.table.hesitations:
            at += 1
        return at

    def _past_fillers(self, at: int) -> int:
        """Past the words that an answer may open with."""
        words, table = self.heard.words, self.heard.table
        first = at
        while at < len(words) and at - first < 12:
            size = self._filler(at, table.opens.at(words, at)) or table.spelled.at(words, at)
            if not size:
                break
            at += size
        return at

    def _filler(self, at: int, size: int) -> int:
        """`size`, unless the filler is the last word and may be a name ("Mine. May.")."""
        words = self.heard.words
        return 0 if at + size >= len(words) and words[at] in self.heard.table.ambiguous else size

    # --- names without a cue ---------------------------------------------------------------------------------

    def _bare(self, at: int) -> int | None:
        """The name or spelling that begins at `at` by itself; the place after it, None if there is none."""
        heard, table = self.heard, self.heard.table
        if spelling := read_spelling(heard, at):
            if self.mentions and self.near:
                last = self.mentions[-1]
                made = respelled(last.names, spelling, self.meant)
                if made is not None:
                    last.names, left = made
                    last.spelled, last.end = True, spelling.end
                    self.meant = False
                    if left:
                        self._add(Mention(left, at, spelling.end, spelled=True, linked=True))
                    return spelling.end
            elif self.asked:
                names = [written(group) for group in spelling.groups]
                self._add(Mention(names, at, spelling.end, spelled=True))
            return spelling.end
        run = read_run(heard, at, len(heard.words))
        if run is None or run.owned:
            return None
        found = Mention(list(run.names), run.start, run.end, doubtful=self.doubt)
        if part := table.part_after.at(heard.words, run.end):
            found.role, found.cued = part[1], True
            found.end = run.end + part[0]
        elif table.after.at(heard.words, run.end) and not self.mentions and self.small_talk:
            found.cued = len(run.names) <= 4
        elif not self._over(run.end) and (heard.words[run.end] not in table.goes_on or len(run.names) < 2):
            return None
        if negated(heard.said, run.start, run.end, heard.language):
            return found.end
        if found.cued or self.asked or self.mentions:
            self._add(found)
        return found.end

    def _refused(self, at: int) -> int | None:
        """The name after "not": none. The place after it."""
        heard = self.heard
        start = self._past_hesitations(at + 1)
        run = read_run(heard, start, len(heard.words)) if start < len(heard.words) else None
        if run is None:
            return None
        self.fresh = True
        known = {name.lower() for found in self.mentions for name in found.names}
        for k in range(start + 1, run.end):
            if heard.pauses(k) or heard.words[k] in known:  # "not Danielle, Daniel Ruiz"
                return k
        half, odd = divmod(run.end - start, 2)
        return start + half if half and not odd and not self.mentions else run.end  # "not Tom Tim"

    # --- what is said about a name, and other talk -----------------------------------------------------------

    def _remark(self, at: int) -> int | None:
        last = self.mentions[-1]
        remark = read_remark(self.heard, at, last.names)
        if remark is None:
            return None
        last.names = remarked(last.names, remark, last.role in PARTS, self.heard.table.letter_swaps)
        last.end = remark.end
        return remark.end

    def _add(self, found: Mention) -> None:
        heard = self.heard
        if self.mentions:
            floor = self.mentions[-1].end
            found.corrects = found.start > floor and (
                correction_before(heard.said, found.start, heard.language, floor) is not None
            )
        found.near, found.small_talk = self.near, self.small_talk
        found.linked = found.linked or self.linked
        self.mentions.append(found)
        self.near = self.fresh = True
        self.meant = self.linked = self.doubt = False

    def _clause_end(self, at: int) -> int:
        """The next mark or cue."""
        while at < len(self.heard.words) and not self.heard.pauses(at) and not self._cue(at):
            at += 1
        return at

    def _talk(self, at: int) -> int:
        """Past words that have nothing to do with the name."""
        heard = self.heard
        self.talked = True
        self.near = self.small_talk = self.fresh = self.linked = self.meant = False
        for found in self.mentions:
            found.followed = True
        at += 1
        while at < len(heard.words) and not heard.pauses(at) and heard.words[at] not in heard.table.pauses:
            if self._cue(at):
                break
            at += 1
        return at
