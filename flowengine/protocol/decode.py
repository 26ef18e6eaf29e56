"""The fast twin of `inbound.parse`: from the bytes of a frame to the frame, one `Decoder` per socket.

Retell repeats the whole transcript, with the timing of every word, on every update, and parsing that is most
of what a server does on a long call. So the decoder remembers how the transcript began and decodes only what
can be new:

    {"interaction_type": "update_only", "transcript": [ old … | kept … | live … ], "turntaking": "user_turn"}

    old    entries that are no longer looked at; only their number counts
    kept   entries known from earlier frames, at least seven once there are as many
    live   the last few entries, decoded from every frame

The cut is made only where it is certain. What stands around the array must be a flat object of simple values,
so that the last `]` of the frame is the end of the transcript; `kept` must hash to what it was, at the same
place; `live` must by itself be an array of entries. An ask, on which decisions rest, also proves `old` by its
hash. In any doubt the whole frame is parsed. What is left: an edit in `old` that keeps its length to the byte
but not its number of entries is noticed at the next ask only, not by the updates before it.

Nothing of a frame is held on to but the text of the kept entries and two hashes.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn, TypeGuard, cast

import msgspec

from flowengine.errors import MalformedFrame
from flowengine.protocol.inbound import (
    MAX_INTEGER,
    TURNS,
    CallDetails,
    Inbound,
    PingPong,
    ReminderRequired,
    ResponseRequired,
    Turntaking,
    UpdateOnly,
    check_depth,
    parse,
    utterance,
)
from flowengine.protocol.transcript import EMPTY, Transcript, Utterance

KEPT: Final = 7
"""Entries kept beside the live ones after a move of the cut: with one live entry, the promised eight."""
KEPT_MOST: Final = 13
"""The cut between old and kept moves when more would be kept than this."""
LIVE: Final = 2
"""Entries left live after a move of the cut: the last two still change while people speak."""
LIVE_MOST: Final = 6
"""The cut between kept and live moves when more entries are live than this."""

_SPACE: Final = rb"[ \t\r\n]*"
_MEMBER: Final = (
    rb'"(?!transcript")[A-Za-z0-9_]*"'
    + _SPACE
    + rb":"
    + _SPACE
    + rb'(?:"[^"\\\x00-\x1f]*"|[-+.0-9eE]+|true|false|null)'
    + _SPACE
)
_HEAD: Final = re.compile(
    _SPACE
    + rb"\{"
    + _SPACE
    + rb"(?:"
    + _MEMBER
    + rb","
    + _SPACE
    + rb')*"transcript"'
    + _SPACE
    + rb":"
    + _SPACE
)
"""A flat object up to the value of `transcript`."""
_REST: Final = re.compile(_SPACE + rb"(?:," + _SPACE + _MEMBER + rb")*\}" + _SPACE)
"""A flat object from behind that value to its end."""
_ESCAPE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
_BLANKS: Final = b" \t\r\n"
_ASKS: Final[dict[str, type[ResponseRequired] | type[ReminderRequired]]] = {
    "response_required": ResponseRequired,
    "reminder_required": ReminderRequired,
}
_REFUSED: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _Around(msgspec.Struct):
    """A frame without its transcript."""

    interaction_type: str
    response_id: int | None = None
    turntaking: str | None = None


class _Whole(_Around):
    """Any frame that needs no forgiving."""

    timestamp: int | None = None
    call: dict[str, Any] | None = None
    transcript: tuple[Utterance, ...] | None = None


_around: Final = msgspec.json.Decoder(_Around)
_whole: Final = msgspec.json.Decoder(_Whole)
_entries: Final = msgspec.json.Decoder(tuple[Utterance, ...])
_entry: Final = msgspec.json.Decoder(Utterance)
_raws: Final = msgspec.json.Decoder(list[msgspec.Raw])


class Decoder:
    """Decodes the frames of one socket, in order."""

    __slots__ = ("_first", "_kept", "_kept_at", "_kept_hash", "_live_at", "_old_hash")

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._kept: tuple[Utterance, ...] = ()
        self._first = 0  # absolute position of the first kept entry
        self._kept_at = 0  # where it stands, in bytes from the `[` of the transcript
        self._live_at = 0  # where the first live entry stands; 0: nothing is remembered
        self._kept_hash = 0
        self._old_hash = hash(b"")

    def decode(self, data: bytes | str) -> Inbound:
        """The frame. Raises MalformedFrame, and nothing else whatever the data."""
        if isinstance(data, str):
            data = data.encode("utf-8", "surrogatepass")
        try:
            return self._decode(data)
        except _REFUSED:
            repaired = _without_lone_halves(data)
        if repaired != data:
            try:
                return self._decode(repaired)
            except _REFUSED:
                pass
        return _by_the_rule(repaired)

    def _decode(self, data: bytes) -> Inbound:
        head = _HEAD.match(data)
        if head is not None:
            start, end = head.end(), data.rfind(b"]") + 1
            if end > start and data[start] == 0x5B and _REST.fullmatch(data, end) is not None:
                try:
                    return self._in_parts(data, start, end)
                except _REFUSED:
                    pass  # that `]` closed something else, or an entry needs forgiving
        return _at_once(data)

    def _in_parts(self, data: bytes, start: int, end: int) -> Inbound:
        """The frame whose transcript is `data[start:end]`. Raises one of _REFUSED if it is not."""
        around = _around.decode(b"".join((data[:start], b"null", data[end:])))
        kind = around.interaction_type
        if kind == "update_only":
            return UpdateOnly(self._transcript(data, start, end, False), _turn(around.turntaking))
        ask = _ASKS.get(kind)
        if ask is None or not _is_id(around.response_id):
            return _at_once(data)
        return ask(around.response_id, self._transcript(data, start, end, True))

    def _transcript(self, data: bytes, start: int, end: int, proven: bool) -> Transcript:
        view = memoryview(data)[start:end]
        kept_at, live_at = self._kept_at, self._live_at
        if 0 < live_at < len(view):
            if hash(view[kept_at:live_at]) == self._kept_hash and (
                not proven or not kept_at or hash(view[:kept_at]) == self._old_hash
            ):
                live = _utterances(b"".join((b"[", view[live_at:])))
                if 0 < len(live) <= LIVE_MOST:
                    return Transcript(self._first, self._kept + live)
            if kept_at and hash(view[:kept_at]) == self._old_hash:
                return self._cut(view, kept_at, self._first)
        return self._cut(view, 0, 0)

    def _cut(self, view: memoryview, at: int, first: int) -> Transcript:
        """Decodes all from byte `at`, where entry `first` stands, and chooses where to cut from now on."""
        raws = _raws.decode(b"".join((b"[", view[at:])) if at else view)
        if at and len(raws) <= KEPT:
            return self._cut(view, 0, 0)
        skip = 0 if len(raws) <= KEPT_MOST + LIVE else len(raws) - KEPT - LIVE
        if any(memoryview(raw)[0] != 0x7B for raw in raws[:skip]):
            raise msgspec.ValidationError("an entry that is no object")
        entries = tuple([_utterance(raw) for raw in raws[skip:]])
        if len(entries) <= LIVE:
            self._forget()
            return Transcript(first, entries)
        offsets = _offsets(view, raws[skip:])
        if skip or not at:
            self._kept_at = offsets[0] if skip else 0
            self._old_hash = hash(view[: self._kept_at])
        self._first = first + skip
        self._kept = entries[:-LIVE]
        self._live_at = offsets[-LIVE]
        self._kept_hash = hash(view[self._kept_at : self._live_at])
        return Transcript(self._first, entries)


def _offsets(view: memoryview, raws: list[msgspec.Raw]) -> list[int]:
    """Where these entries, the last of the array, begin in it: only blanks and one comma stand between."""
    offsets = []
    end = len(view) - 1
    for raw in reversed(raws):
        while view[end - 1] in _BLANKS:
            end -= 1
        end -= len(raw)
        offsets.append(end)
        while view[end - 1] in _BLANKS:
            end -= 1
        end -= 1
    offsets.reverse()
    return offsets


def _utterances(array: bytes) -> tuple[Utterance, ...]:
    try:
        return _entries.decode(array)
    except msgspec.ValidationError:
        return tuple([_utterance(raw) for raw in _raws.decode(array)])


def _utterance(raw: msgspec.Raw) -> Utterance:
    try:
        return _entry.decode(raw)
    except msgspec.ValidationError:
        entry = msgspec.json.decode(raw)
        if not isinstance(entry, dict):
            raise  # the rule will say which entry it is
        return utterance(entry, "transcript")


def _at_once(data: bytes) -> Inbound:
    """A frame of any shape. Raises one of _REFUSED if it is no JSON or needs forgiving."""
    frame = _whole.decode(data)
    transcript = EMPTY if frame.transcript is None else Transcript(0, frame.transcript)
    kind = frame.interaction_type
    if kind == "ping_pong" and _is_id(frame.timestamp):
        return PingPong(frame.timestamp)
    if kind == "call_details" and frame.call is not None:
        check_depth(frame.call)
        return CallDetails(frame.call)
    if kind == "update_only":
        return UpdateOnly(transcript, _turn(frame.turntaking))
    ask = _ASKS.get(kind)
    if ask is not None and _is_id(frame.response_id):
        return ask(frame.response_id, transcript)
    return _by_the_rule(data)


def _is_id(value: int | None) -> TypeGuard[int]:
    return value is not None and 0 <= value <= MAX_INTEGER


def _turn(value: str | None) -> Turntaking | None:
    return cast("Turntaking", value) if value in TURNS else None


def _by_the_rule(data: bytes) -> Inbound:
    """What `parse` says. Raises MalformedFrame."""
    if not data.strip(_BLANKS):
        raise MalformedFrame("the frame is empty")
    try:
        text = data.decode()
    except UnicodeDecodeError as problem:
        raise MalformedFrame(f"the frame is not UTF-8 text (byte {problem.start})") from None
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except json.JSONDecodeError as problem:
        raise MalformedFrame(f"the frame is not JSON: {problem.msg} (character {problem.pos})") from None
    except RecursionError:
        raise MalformedFrame("the frame is nested too deeply") from None
    except ValueError as problem:
        raise MalformedFrame(f"the frame is not JSON: {problem}"[:200]) from None
    return parse(value)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is out of range")
    return value


def _without_lone_halves(data: bytes) -> bytes:
    """The frame with U+FFFD for each escaped half of a surrogate pair that stands alone."""
    if b"\\u" not in data:
        return data
    return _ESCAPE.sub(lambda escape: b"\\ufffd" if escape.group(1) else escape.group(), data)
