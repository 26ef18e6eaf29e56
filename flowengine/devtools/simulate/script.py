"""What the caller of a simulated call does, step by step.

A script comes from plain text (`parse_text`), one utterance per line, or from the decoded steps of a conversation
test (`from_steps`): `user`, `agent`, `silence`, `interrupt`, `then`, `mumble`, `drop`, `wait`, `hangup`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from flowengine.errors import FlowengineError


class ScriptError(FlowengineError):
    """A script that cannot be read; the message names the line or step."""


@dataclass(frozen=True, slots=True)
class User:
    """The caller waits for the agent to finish, says `words`, and is asked about."""

    words: str


@dataclass(frozen=True, slots=True)
class Then:
    """The caller goes on talking after an ask and before its answer is heard: that answer is discarded."""

    words: str


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The caller breaks in after the agent has spoken `after_words` words of its present answer."""

    words: str
    after_words: int = 2


@dataclass(frozen=True, slots=True)
class Backchannel:
    """The caller says something after `after_words` words that stops nobody."""

    words: str
    after_words: int = 2


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller says nothing until `times` reminders came."""

    times: int = 1


@dataclass(frozen=True, slots=True)
class Mumble:
    """A sound that nobody understands."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection dies; Retell redials."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The caller says nothing for so many ms; the agent is heard."""

    ms: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller hangs up."""


@dataclass(frozen=True, slots=True)
class Agent:
    """What the agent must have said since the caller's last step. `wanted` is the expectation in words."""

    holds: Callable[[str], bool]
    wanted: str


Step: TypeAlias = User | Then | Interrupt | Backchannel | Silence | Mumble | Drop | Wait | HangUp | Agent


@dataclass(frozen=True, slots=True)
class Script:
    """A named list of steps, and the `call` object that Retell's `call_details` carries."""

    name: str
    steps: tuple[Step, ...]
    call: Mapping[str, object] = field(default_factory=dict)


DEFAULT = Script(
    "default",
    (
        User("Hello, who is this?"),
        User("I would like to know"),
        Then("what you can do for me"),
        Interrupt("Sorry, what was that?"),
        Mumble(),
        Backchannel("uh-huh"),
        Silence(),
        User("Yes please"),
        Drop(),
        User("Are you still there?"),
        User("No thank you, goodbye"),
    ),
)
"""Played when no script is given: it asks nothing special of a server but does what callers and networks do."""

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m)?")
_FACTORS = {"ms": 1, "s": 1_000, "m": 60_000, None: 1_000}


def duration(value: object) -> int:
    """ms of `1500ms`, `2s`, `1m` or plain seconds; raises ScriptError."""
    match = _DURATION.fullmatch(str(value).strip())
    if match is None:
        raise ScriptError(f"not a duration: {value!r}")
    return int(float(match[1]) * _FACTORS[match[2]])


def parse_text(text: str, name: str) -> Script:
    """One utterance per line; `/silence`, `/mumble`, `/drop`, `/hangup`, `/wait 2s`, `/then words`,
    `/interrupt words`, `/backchannel words`; `#` begins a comment. Raises ScriptError.
    """
    steps: list[Step] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if not line.startswith("/"):
            steps.append(User(line))
            continue
        order, _, rest = line[1:].partition(" ")
        try:
            steps.append(_ordered(order, rest.strip()))
        except ScriptError as error:
            raise ScriptError(f"{name}:{number}: {error}") from None
    return Script(name, tuple(steps))


def _ordered(order: str, rest: str) -> Step:
    spoken: dict[str, Callable[[str], Step]] = {
        "then": Then,
        "interrupt": Interrupt,
        "backchannel": Backchannel,
    }
    plain: dict[str, Step] = {
        "mumble": Mumble(),
        "drop": Drop(),
        "hangup": HangUp(),
    }
    if order in spoken:
        if not rest:
            raise ScriptError(f"/{order} needs the caller's words")
        return spoken[order](rest)
    if order in plain:
        return plain[order]
    if order == "silence":
        return Silence(_count(rest) if rest else 1)
    if order == "wait":
        return Wait(duration(rest))
    raise ScriptError(f"unknown order /{order}")


def _count(value: object) -> int:
    if isinstance(value, bool) or not str(value).isdigit():
        raise ScriptError(f"not a count: {value!r}")
    return int(str(value))


def from_steps(
    steps: Iterable[Mapping[str, object]], name: str, call: Mapping[str, object] | None = None
) -> Script:
    """The script in the decoded steps of a conversation test. Steps that only look inside a flow
    (`expect`) are left out; a `wait` that is a number counts ms. Raises ScriptError naming the step.
    """
    found: list[Step] = []
    for index, step in enumerate(steps, 1):
        try:
            found += _decoded(step)
        except ScriptError as error:
            raise ScriptError(f"{name}: step {index}: {error}") from None
    return Script(name, tuple(_joined(found)), call or {})


def _decoded(step: Mapping[str, object]) -> list[Step]:
    found: list[Step] = []
    for key, value in step.items():
        match key:
            case "user":
                found.append(User(str(value)))
            case "then":
                found.append(Then(str(value)))
            case "interrupt":
                found.append(_interrupt(value))
            case "backchannel":
                found.append(Backchannel(str(value)))
            case "silence":
                found.append(Silence(1 if value in (None, True) else _count(value)))
            case "mumble":
                found.append(Mumble())
            case "drop" | "restart":  # nobody here can restart the server: its socket dies
                found.append(Drop())
            case "hangup":
                found.append(HangUp())
            case "wait":
                found.append(Wait(value if isinstance(value, int) else duration(value)))
            case "agent":
                found += _expected(value)
            case "expect":
                pass
            case _:
                raise ScriptError(f"unknown step {key!r}")
    return found


def _interrupt(value: object) -> Interrupt:
    if not isinstance(value, Mapping):
        return Interrupt(str(value))
    words = value.get("user", value.get("words", ""))
    return Interrupt(str(words), _count(value.get("after_words", 2)))


def _joined(steps: list[Step]) -> list[Step]:
    """An interruption without words takes those of the next `user` step."""
    found: list[Step] = []
    for step in steps:
        last = found[-1] if found else None
        if isinstance(step, User) and isinstance(last, Interrupt) and not last.words:
            found[-1] = Interrupt(step.words, last.after_words)
        else:
            found.append(step)
    return found


def _expected(value: object) -> list[Step]:
    if isinstance(value, str):
        return [_contains(value)]
    if isinstance(value, list):
        return [step for item in value for step in _expected(item)]
    if not isinstance(value, Mapping):
        raise ScriptError(f"not an expectation: {value!r}")
    found: list[Step] = []
    for key, wanted in value.items():
        for text in wanted if isinstance(wanted, list) else [wanted]:
            found.append(_expectation(str(key), str(text)))
    return found


def _contains(text: str) -> Agent:
    return Agent(lambda said: text.casefold() in said.casefold(), f"contains {text!r}")


def _expectation(key: str, text: str) -> Agent:
    match key:
        case "contains":
            return _contains(text)
        case "not_contains" | "does_not_contain":
            return Agent(lambda said: text.casefold() not in said.casefold(), f"does not contain {text!r}")
        case "exact":
            return Agent(lambda said: text.strip() == said.strip(), f"is exactly {text!r}")
        case "pattern":
            try:
                pattern = re.compile(text)
            except re.error as error:
                raise ScriptError(f"not a pattern: {text!r}: {error}") from None
            return Agent(lambda said: pattern.search(said) is not None, f"matches {text!r}")
        case _:
            raise ScriptError(f"unknown expectation {key!r}")
