"""What was seen on the wire of one simulated call, in order, and views of it that the rules look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from flowengine.devtools.retell.facts import Asked, Completed, Ended, Fact, SocketLost


@dataclass(frozen=True, slots=True)
class Dialled:
    """Retell dialled. `error` is why it failed, None when the socket opened."""

    at: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A frame to the server. `response_id` only for asks."""

    at: int
    kind: str
    response_id: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A message of the server: the JSON object, or None when it is none. `size` in characters or bytes."""

    at: int
    value: dict[str, object] | None
    size: int


@dataclass(frozen=True, slots=True)
class Missed:
    """An expectation of the script that did not hold."""

    at: int
    wanted: str
    said: str


Event: TypeAlias = Dialled | Sent | Received | Missed | Fact
_Event = TypeVar("_Event", bound=Event)


@dataclass(slots=True)
class Ask:
    """One ask and what came back. Times in simulated ms; `superseded`: by a newer ask, an interrupt of
    the agent's, a lost socket or the end."""

    id: int
    at: int
    reminder: bool = False
    superseded: int | None = None
    first_frame: int | None = None
    first_sentence: int | None = None
    completed: int | None = None
    content: str = ""


@dataclass(slots=True)
class Observed:
    """One call. `patience_ms` and `grace_ms` are simulated: how long an answer may take, and how late a frame
    that crossed a newer ask on the wire may come.
    """

    call_id: str
    script: str
    speed: float = 1.0
    patience_ms: int = 10_000
    grace_ms: int = 250
    events: list[Event] = field(default_factory=list)

    def of(self, kind: type[_Event]) -> list[_Event]:
        """The events of one type, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    def frames(self) -> Iterator[Received]:
        """The server's JSON frames."""
        return (event for event in self.of(Received) if event.value is not None)

    def sockets(self) -> list[list[Event]]:
        """The events of each socket that opened."""
        found: list[list[Event]] = []
        for event in self.events:
            if isinstance(event, Dialled) and event.error is None:
                found.append([])
            if found:
                found[-1].append(event)
        return found

    @property
    def ended(self) -> str | None:
        """Retell's disconnection reason."""
        return next((event.reason for event in self.of(Ended)), None)

    def asks(self) -> list[Ask]:
        """Every ask, the begin message (id 0) first, with what came back under its id."""
        opened = next((e.at for e in self.of(Dialled) if e.error is None), None)
        if opened is None:
            return []
        asks = [Ask(0, opened)]
        for event in self.events:
            newest = asks[-1]
            match event:
                case Asked(at=at, response_id=number, reminder=reminder):
                    if newest.superseded is None:
                        newest.superseded = at
                    asks.append(Ask(number, at, reminder))
                case SocketLost(at=at) | Ended(at=at) if newest.superseded is None:
                    newest.superseded = at
                case Received(at=at, value={"response_type": "agent_interrupt"}):
                    newest.superseded = newest.superseded or at
                case Received(at=at, value=dict() as value) if _answers(value, newest):
                    _note(newest, value, at)
                case Completed(at=at, source="response", id=number) if number == newest.id:
                    newest.completed = newest.completed or at
        return asks


def _answers(value: dict[str, object], ask: Ask) -> bool:
    right = value.get("response_type") == "response" and value.get("response_id") == ask.id
    return right and ask.completed is None


def _note(ask: Ask, value: dict[str, object], at: int) -> None:
    content = value.get("content")
    if not isinstance(content, str):
        return
    ask.first_frame = ask.first_frame or at
    ask.content += content
    whole = value.get("content_complete") is True or any(mark in ask.content for mark in ".?!…")
    if ask.content.strip() and whole and ask.first_sentence is None:
        ask.first_sentence = at
