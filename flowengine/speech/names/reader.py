"""Reading: an utterance is cut into mentions of names, remarks on them, small talk and other talk."""

from __future__ import annotations

from flowengine.speech.canon import canon
from flowengine.speech.corrections import correction_before
from flowengine.speech.dictation.items import dictation
from flowengine.speech.names.following import everyday, over, plausible, stops
from flowengine.speech.names.heard import Heard
from flowengine.speech.names.letters import read_spelling, respelled, written
from flowengine.speech.names.mentions import PARTS, Mention
from flowengine.speech.names.remarks import as_in, read_remark
from flowengine.speech.names.respelling import remarked
from flowengine.speech.names.runs import Run, as_said, read_run
from flowengine.speech.names.tables import Role
from flowengine.speech.names.writing import cased
from flowengine.speech.negation import negated


class Reader:
    """Reads one utterance from left to right; `mentions` is what it found.

    `amid`: it is what was said between the values of other slots, which counts as other talk.
    """

    def __init__(self, heard: Heard, asked: bool, amid: bool = False) -> None:
        self.heard = heard
        self.address = heard.address()
        """Then a name that nothing announces is a part of the address."""
        self.asked = asked and not self.address
        self.mentions: list[Mention] = []
        self.talked = amid
        """Something was said that has nothing to do with a name."""
        self.family_first = False
        """The last name was said to come first."""
        # of the place that is read now; the first four as in `Mention`
        self.near = True
        self.small_talk = not amid
        self.linked = False
        self.joined = False
        self.fresh = True
        """A clause begins here, apart from fillers: a bare name may stand here."""
        self.meant = False
        """A spelling was announced: "that's"."""
        self.doubt = False
        """After "it's" or "I'm" with nothing that looks like a name."""

    def read(self) -> None:
        """Read all; then `mentions`, `talked` and `family_first` hold."""
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
        if self.fresh and (end := as_in(self.heard, at)):
            return end
        if words[at] in table.negators and not self.heard.pauses(at + 1) and (end := self._refused(at)):
            return end
        if size := table.spelled.at(words, at):
            self.meant = True
            self.fresh = self.fresh or (at + size < len(words) and bool(read_spelling(self.heard, at + size)))
            return at + size
        if self.mentions and (size := table.connects.at(words, at)):
            self.linked = True
            self.joined = size == 1 and words[at] in table.joins
            return at + size
        if (size := table.asides.at(words, at)) and stops(self.heard, at + size):
            self.fresh = True
            self.linked = self.near and bool(self.mentions)
            return at + size
        if self.fresh and not self._filler(at, table.opens.at(words, at)) and (end := self._bare(at)):
            return end
        if self.mentions and self.near and (size := table.aside_heads.at(words, at)):
            return self._clause_end(at + size)
        size = table.opens.at(words, at) or (table.closes.at(words, at) if self.mentions else 0)
        if size:
            self.fresh = self.fresh or words[at] in table.pauses
            return at + size
        if words[at] in table.hesitations:
            return at + 1
        return self._talk(at)

    # --- what a name comes after -----------------------------------------------------------------------------

    def _cue(self, at: int) -> tuple[int, Role] | None:
        table, words = self.heard.table, self.heard.words
        if cue := self.heard.cue(at):
            return cue
        if words[at] in table.bare_parts and self.asked and (self.fresh or self.mentions):
            # "First Oskar, last Lindgren": only together
            other = any(word in words for word in table.bare_parts if word != words[at])
            return (1, table.bare_parts[words[at]]) if other and self._begins(at + 1) else None
        return None

    def _begins(self, at: int) -> bool:
        return at < len(self.heard.words) and read_run(self.heard, at, len(self.heard.words)) is not None

    def _cued(self, at: int, size: int, role: Role) -> int | None:
        """The name after the cue at `at`; None if the cue is none ("it's raining")."""
        heard, words = self.heard, self.heard.words
        announced = role in PARTS and heard.table.loose_parts.at(words, at) != size
        first = start = at + size
        loose = role in ("weak", "nick")
        refused = at > 0 and not heard.pauses(at) and self._negator(at)
        refused = refused or heard.table.strangers.before(words, start) > 0
        simple = loose or self.address
        start = heard.past_hesitations(start) if simple else self._past_fillers(start)
        if start < len(words) and words[start] in heard.table.negators:
            return start
        common = self._everyday(first, start, role) if announced else None
        if not common and not loose and start < len(words) and heard.cue(start):
            return start
        found = common or self._name(start, role)
        if refused:
            return found.end if found else start
        if found is None:
            self.doubt = self.doubt or role == "weak"
            return None if loose else start
        if role in PARTS and found.spelled and len(found.names) > 1:
            found.names = ["-".join(found.names)] if role == "last" else found.names
        found.cued = True
        found.corrects = found.corrects or heard.table.mine.at(words, at) > 0
        self._add(found)
        return found.end

    def _everyday(self, first: int, start: int, role: Role) -> Mention | None:
        """The everyday word after a cue for a part, which ends at `first`; after fillers it may stand at `start`."""
        heard, beside = self.heard, bool(self.mentions)
        fresh = beside or self.fresh
        near = heard.past_hesitations(first)
        run = everyday(heard, near, fresh, beside) or everyday(heard, start, fresh, beside)
        return Mention(run.names, run.start, run.end, role) if run else None

    def _name(self, start: int, role: Role) -> Mention | None:
        """What stands after a cue, spelled or said."""
        heard = self.heard
        if start >= len(heard.words):
            return None
        if spelling := read_spelling(heard, start):
            if role == "weak" and (self.address or spelling.end - spelling.start < 3):
                return None
            names = [written(group) for group in spelling.groups]
            return Mention(names, start, spelling.end, role, spelled=True)
        run = read_run(heard, start, len(heard.words))
        if (
            run
            and run.owned
            and heard.words[run.end : run.end + 1]
            and heard.words[run.end] in heard.table.relatives
        ):
            run = read_run(heard, run.end + 1, len(heard.words))  # "John's wife, Mary"
        if (
            run is None
            or run.owned
            or (
                role == "weak"
                and (self.address or self._code(run.start, run.end) or not plausible(heard, run))
            )
        ):
            return None
        return Mention(list(run.names), run.start, run.end, "own" if role == "weak" else role)

    def _negator(self, at: int) -> bool:
        """The word before `at` denies what begins there: "don't | put it under"."""
        heard = canon(self.heard.said, self.heard.language)
        return heard.words[heard.first[at] - 1] in self.heard.table.negators

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
        if run is None and heard.words[at] in table.surnames and table.part_after.at(heard.words, at + 1):
            run = Run([cased(as_said(heard.said, at))], at, at + 1)  # "Cross is my last name"
        if run is None or run.owned or self._code(run.start, run.end):
            return None
        found = Mention(list(run.names), run.start, run.end, doubtful=self.doubt)
        if part := table.part_after.at(heard.words, run.end):
            found.role, found.cued = part[1], True
            found.end = run.end + part[0]
        elif table.after.at(heard.words, run.end) and not self.mentions and self.small_talk:
            found.cued = len(run.names) <= 4
        elif (cue := heard.cue(run.end)) and cue[1] in PARTS and self.small_talk and not self.address:
            found.cued = True  # "Ann, last name Lee"
        elif not over(heard, run.end) and (heard.words[run.end] not in table.goes_on or len(run.names) < 2):
            return None
        if not self._corrects(found) and negated(heard.said, run.start, run.end, heard.language):
            return found.end
        if found.cued or self.asked or self.mentions:
            self._add(found)
        return found.end

    def _code(self, start: int, end: int) -> bool:
        """Letters, or words that stand for letters before a figure, are no name: "V", "Tango, Zulu, nine"."""
        heard, nato = self.heard, dictation(self.heard.language).nato
        words = heard.words[start:end]
        if all(len(word) == 1 for word in words):
            return True
        return end < len(heard.words) and heard.figure(end) and all(w in nato or len(w) == 1 for w in words)

    def _refused(self, at: int) -> int | None:
        """The name after "not": none. The place after it."""
        heard = self.heard
        start = heard.past_hesitations(at + 1)
        if start < len(heard.words) and (spelling := read_spelling(heard, start)):
            return spelling.end
        run = read_run(heard, start, len(heard.words)) if start < len(heard.words) else None
        if run is None:
            return None
        self.fresh = True
        known = {name.lower() for found in self.mentions for name in found.names}
        for k in range(start + 1, run.end):
            if heard.pauses(k) or heard.words[k] in known:  # "not Danielle, Daniel Ruiz"
                return k
        half, odd = divmod(len(run.names), 2)
        twice = half and not odd and not self.mentions and run.end - start == len(run.names)
        return start + half if twice else run.end  # "not Tom Tim"

    # --- what is said about a name, and other talk -----------------------------------------------------------

    def _remark(self, at: int) -> int | None:
        last = self.mentions[-1]
        remark = read_remark(self.heard, at, last.names)
        if remark is None:
            return None
        last.names = remarked(last.names, remark, last.role in PARTS, self.heard.table.letter_swaps)
        last.end = remark.end
        self.linked = True
        return remark.end

    def _corrects(self, found: Mention) -> bool:
        floor = self.mentions[-1].end if self.mentions else found.start
        said, language = self.heard.said, self.heard.language
        return found.start > floor and correction_before(said, found.start, language, floor) is not None

    def _add(self, found: Mention) -> None:
        found.corrects = self._corrects(found)
        found.length = found.length or found.end - found.start
        found.near, found.small_talk = self.near, self.small_talk
        found.linked = found.linked or self.linked
        found.joined = self.joined
        self.mentions.append(found)
        self.near = self.fresh = True
        self.meant = self.linked = self.joined = self.doubt = False

    def _clause_end(self, at: int) -> int:
        """The next mark or cue."""
        while at < len(self.heard.words) and not self.heard.pauses(at) and not self._cue(at):
            at += 1
        return at

    def _talk(self, at: int) -> int:
        """Past words that have nothing to do with the name."""
        heard = self.heard
        self.talked = True
        self.near = self.small_talk = self.fresh = self.linked = self.joined = self.meant = False
        if not heard.figure(at):
            for found in self.mentions:
                found.followed = True
        at += 1
        while at < len(heard.words) and not heard.pauses(at) and heard.words[at] not in heard.table.pauses:
            if self._cue(at) or heard.table.spelled.at(heard.words, at):
                break
            at += 1
        return at
