"""What a transcript shows: which words of an answer were heard, and which words of the caller are new.

Words are counted by position in the whole transcript, as Retell sends it (white space separates them). Only the
ownership of agent words, where the tail of an older answer could own them, is decided by the words themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from flowengine.engine.snapshot import Seen, Snapshot, Span, Turn
from flowengine.protocol.transcript import Transcript
from flowengine.speech.text import inaudible, words_of


def look(transcript: Transcript, before: Seen) -> Seen:
    """Where the last entries are now; `speaking` is kept from before."""
    user = agent = -1
    user_words = agent_after = 0
    index = transcript.start + len(transcript.entries)
    for entry in reversed(transcript.entries):
        index -= 1
        if entry.role == "user":
            if user < 0:
                user, user_words = index, len(entry.content.split())
        elif entry.role == "agent" and entry.content:
            if agent < 0:
                agent = index
            if user < 0:
                agent_after += len(entry.content.split())
        if user >= 0 and agent >= 0:
            break
    return Seen(user, user_words, agent, agent_after, before.speaking, before.heard_at)


def agent_words(transcript: Transcript, mark: int) -> list[str]:
    """The agent's words after entry `mark`."""
    words: list[str] = []
    index = transcript.start + len(transcript.entries)
    for entry in reversed(transcript.entries):
        index -= 1
        if index <= mark:
            break
        if entry.role == "agent":
            words[:0] = entry.content.split()
    return words


def credited(turn: Turn, spoken: Sequence[str], *, decide: bool) -> int:
    """How many of the agent words since the ask belong to this turn's segments.

    `decide`: a newer ask is here, so it can no longer wait for words that would tell the owners apart.
    """
    if not turn.tail or not spoken:
        return len(spoken)
    said = words_of(" ".join(spoken))
    mine = words_of(" ".join(segment.text for segment in turn.segments))
    tails, own = _common(said, turn.tail), _common(said, mine)
    if own > tails or tails == 0:
        return len(spoken)
    if tails == own:
        return 0 if tails == len(said) and not decide else len(spoken)
    rest = said[tails:]
    return len(rest) if tails == len(turn.tail) or _common(rest, mine) else 0


def nearer(spoken: Sequence[str], one: str, other: str) -> bool:
    """Whether the words begin as text `one` does rather than as `other`."""
    said = words_of(" ".join(spoken))
    return _common(said, words_of(one)) > _common(said, words_of(other))


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def caller_words(snapshot: Snapshot, transcript: Transcript) -> tuple[str, list[Span]]:
    """The caller's words of a new turn and where they stand; ("", []) if nothing new was said.

    First the words of asks that were settled unheard and what stands after the last agent entry; if there are
    none, what the last used entry has grown by since.
    """
    spans: list[Span] = []
    texts: list[str] = []
    last_agent = snapshot.seen.agent
    for (index, first, end), stored in zip(snapshot.unheard, snapshot.unheard_words, strict=True):
        if index > last_agent:
            continue
        words = _words_at(transcript, index)
        if words is None:
            texts.append(stored)
            spans.append((index, first, end))
        elif len(words) > first:
            texts.append(" ".join(words[first:]))
            spans.append((index, first, len(words)))
    used, used_words = snapshot.used
    first_new = max(last_agent + 1, used, transcript.start)
    for index in range(first_new, len(transcript)):
        entry = transcript.at(index)
        if entry.role != "user":
            continue
        words = entry.content.split()
        first = used_words if index == used else 0
        if len(words) > first:
            texts.append(" ".join(words[first:]))
            spans.append((index, first, len(words)))
    if not spans and used >= 0:
        grown = _words_at(transcript, used)
        if grown is not None and len(grown) > used_words:
            texts.append(" ".join(grown[used_words:]))
            spans.append((used, used_words, len(grown)))
    return _join(texts), spans


def _words_at(transcript: Transcript, index: int) -> list[str] | None:
    if not transcript.start <= index < len(transcript):
        return None
    entry = transcript.at(index)
    return entry.content.split() if entry.role == "user" else None


def _join(texts: Sequence[str]) -> str:
    """One utterance; sounds that were not understood count only if there is nothing else."""
    clear = [text for text in texts if not inaudible(text)]
    return " ".join(clear) if clear else (texts[-1] if texts else "")
