"""The tail of a call's transcript, addressed by absolute position.

Retell sends the whole transcript on every update. Of a long call only the last entries still matter, so only
they are decoded; the positions stay those of the whole transcript.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Utterance:
    """One entry: who spoke (`agent`, `user`, or whatever else the wire says) and the words.

    `role` and `content` are empty strings where the wire had nothing usable, so that positions stay right.
    """

    role: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """`entries[i]` is entry `start + i` of the whole transcript. `len()` is the length of the whole.

    A transcript from the wire holds the last eight entries at least, or all of them.
    """

    start: int = 0
    entries: tuple[Utterance, ...] = ()

    def __len__(self) -> int:
        return self.start + len(self.entries)

    def at(self, index: int) -> Utterance:
        """The entry at an absolute position. Raises IndexError before `start` and past the end."""
        if index < self.start:
            raise IndexError(f"entry {index} lies before the kept tail, which begins at {self.start}")
        return self.entries[index - self.start]

    def since(self, index: int) -> tuple[Utterance, ...]:
        """All entries from an absolute position on; none past the end. Raises IndexError before `start`."""
        if index < self.start:
            raise IndexError(f"entry {index} lies before the kept tail, which begins at {self.start}")
        return self.entries[index - self.start :]


EMPTY = Transcript()
