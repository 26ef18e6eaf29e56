"""Mentions: the names that an utterance says, each with what announced it and how it stands to the others."""

from __future__ import annotations

from dataclasses import dataclass

from flowengine.speech.names.tables import Role

PARTS = ("first", "middle", "last")


@dataclass(slots=True)
class Mention:
    """One name as said: tokens [start, end), what announced it, and how it stands to what was said before it."""

    names: list[str]
    start: int
    end: int
    role: Role = "own"
    length: int = 0
    """How many tokens of it are the name itself, without remarks and spellings."""
    cued: bool = False
    spelled: bool = False
    corrects: bool = False
    """A correction stands before it: "no, Smythe"."""
    linked: bool = False
    """It goes on from the mention before it: "and then Stein"."""
    near: bool = True
    """Nothing but fillers and remarks stands between it and the mention before it."""
    joined: bool = False
    """A bare "and" stands before it: somebody else, perhaps."""
    doubtful: bool = False
    """After "it's" or "I'm", and looking like no name."""
    small_talk: bool = True
    """Nothing but fillers and small talk stands before it."""
    followed: bool = False
    """Talk follows it."""
