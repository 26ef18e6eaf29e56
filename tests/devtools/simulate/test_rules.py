"""Every rule: a faulty toy server that breaks it and nothing else, and a correct one that breaks none."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from flowengine.devtools.simulate import DEFAULT, Options, Report, Script, simulate
from flowengine.devtools.simulate.rules import RULES, manual
from flowengine.devtools.simulate.script import Drop, Silence, Step, Then, User, Wait
from tests.devtools.simulate import toys

SPEED = 20.0
GOODBYE = User("goodbye")


@dataclass(frozen=True)
class Case:
    """A server that breaks a rule when a caller takes these steps."""

    server: type[toys.Toy]
    steps: tuple[Step, ...] = (User("hello"), GOODBYE)


CASES = {
    "handshake": Case(toys.RefusesFirst),
    "config-first": Case(toys.ConfigLate),
    "begin-message": Case(toys.NoBegin),
    "begin-once": Case(toys.GreetsAgain, (User("hello"), Drop(), GOODBYE)),
    "server-stays": Case(toys.Closes),
    "text-frames": Case(toys.Binary),
    "json-objects": Case(toys.PlainText),
    "known-types": Case(toys.UnknownType),
    "typed-fields": Case(toys.NullField),
    "setting-ranges": Case(toys.OutOfRange),
    "one-action": Case(toys.EndsAndTransfers),
    "latest-id": Case(toys.SpeaksStale),
    "known-id": Case(toys.InventsIds),
    "after-completion": Case(toys.AddsMore),
    "answered": Case(toys.NeverAnswers),
    "completed": Case(toys.NeverCompletes),
    "reminder-nudges": Case(toys.RepeatsItself, (User("hello"), Silence(), GOODBYE)),
    "interrupt-order": Case(toys.InterruptsOutOfOrder, (User("hello"),)),
    "interrupt-discards": Case(toys.ContinuesInterrupted, (User("hello"),)),
    "interrupt-protected": Case(toys.InterruptsUnprotected, (User("hello"),)),
    "ping-echo": Case(toys.IgnoresPings, (User("hello"), Wait(8_000), GOODBYE)),
    "ping-asked": Case(toys.PingsUnasked),
    "tool-ids": Case(toys.ReusesToolIds, (User("book Monday"), User("book Tuesday"))),
    "tool-arguments": Case(toys.ToolWithoutJson, (User("book Monday"),)),
    "tool-results": Case(toys.ToolWithoutResult, (User("book Monday"), Wait(21_000))),
    "tool-once": Case(toys.RunsToolsTwice, (User("please book"), Then("for Monday"), GOODBYE)),
    "speakable": Case(toys.SpeaksMarkdown),
}


async def played(server: toys.Toy, *scripts: Script, calls: int = 1) -> Report:
    async with server.url() as url:
        return await simulate(Options(url, scripts, calls, speed=SPEED, patience_s=20))


def test_every_rule_has_a_case() -> None:
    assert list(CASES) == [rule.id for rule in RULES]


@pytest.mark.parametrize("rule", CASES)
def test_a_faulty_server_is_caught_for_its_fault_only(rule: str) -> None:
    case = CASES[rule]
    report = asyncio.run(played(case.server(), Script(rule, case.steps)))
    assert set(report.by_rule) == {rule}, report.violations
    levels = {known.id: known.level for known in RULES}
    assert report.ok == (levels[rule] == "warning")


def test_a_correct_server_passes_everything() -> None:
    everything = Script(
        "all cases", tuple(step for case in CASES.values() for step in case.steps if step != GOODBYE)
    )
    report = asyncio.run(played(toys.Toy(), DEFAULT, everything, calls=2))
    assert report.violations == []
    assert report.ok
    assert set(report.ends) == {"agent_hangup", "user_hangup"}


def test_an_answer_that_crosses_a_repeated_ask_is_no_fault() -> None:
    report = asyncio.run(played(toys.OwesAfterRedial(), Script("owed", (User("hello"), Drop(), GOODBYE))))
    assert report.by_rule == {}


def test_the_manual_page_is_the_rules_own() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "protocol-rules.md"
    assert page.read_text() == manual()
