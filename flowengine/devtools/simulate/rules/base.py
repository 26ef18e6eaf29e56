"""What a rule is: a class whose docstring is its manual entry, and a check over what was seen of one call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from flowengine.devtools.retell.facts import Dropped
from flowengine.devtools.simulate.observed import Observed

Level: TypeAlias = Literal["error", "warning"]
Findings: TypeAlias = Iterator[tuple[int, str]]

WEBSOCKET = ("LLM WebSocket", "https://docs.retellai.com/api-references/llm-websocket")
SETUP = ("Set up a WebSocket server", "https://docs.retellai.com/integrate-llm/setup-websocket-server")
TOOLS = ("Integrate function calling", "https://docs.retellai.com/integrate-llm/integrate-function-calling")
PRACTICE = ("Custom LLM best practices", "https://docs.retellai.com/integrate-llm/llm-best-practice")
DEBUG = ("Debug guide", "https://docs.retellai.com/get-started/debug-guide")


class Rule:
    """One rule of the channel. Subclasses set the class variables and write `check`.

    `check` yields (simulated ms, sentence) for every breach in one call.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    reference: ClassVar[tuple[str, str]] = WEBSOCKET
    level: ClassVar[Level] = "error"

    def check(self, call: Observed) -> Findings:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Violation:
    """A breach of the rule with this id. `at`: simulated ms since the epoch."""

    rule: str
    level: Level
    call_id: str
    at: int
    message: str


class DropRule(Rule):
    """A rule that is broken by frames which the model of Retell's side dropped for one of these reasons."""

    reasons: ClassVar[tuple[str, ...]]

    def check(self, call: Observed) -> Findings:
        for fact in call.of(Dropped):
            if fact.rule in self.reasons:
                yield fact.at, fact.message
