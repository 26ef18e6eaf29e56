"""Deliberate faults in the shipped flows: each is caught by a check, a case or the fuzzer, as its page says."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from flowengine.devtools.testing import Options, run
from flowengine.language import load
from tests.paths import FLOWS, ROOT

PAGE = ROOT / "docs" / "explanation" / "what-catches-what.md"


@dataclass(frozen=True)
class Fault:
    """One fault: each text in `edits` is replaced by the other, once. Exactly one of the rest is the catcher."""

    name: str
    flow: str
    edits: tuple[tuple[str, str], ...]
    check: str = ""
    case: str = ""
    fuzz: str = ""

    @property
    def caught_by(self) -> str:
        if self.check:
            return f"check `{self.check}`"
        return f"case *{self.case}*" if self.case else f"fuzzer, on *{self.fuzz}*"


FAULTS = (
    Fault(
        "A missing reprompt",
        "booking",
        (("Sorry, I didn't follow.\", reprompt: true}", "Sorry, I didn't follow.\"}"),),
        case="Words that nobody follows",
    ),
    Fault(
        "A handler in the shadow of one without a condition",
        "order_status",
        (
            (
                "        - {if: found.status == 'packing',",
                "        - {goto: service}\n        - {if: found.status == 'packing',",
            ),
        ),
        check="shadowed-handler",
    ),
    Fault(
        "A tool that is not idempotent: an argument changes from ask to ask",
        "booking",
        (('with: {patient: "{{ patient }}"', 'with: {patient: "{{ patient }} {{ now }}"'),),
        fuzz="The time has been taken",
    ),
    Fault(
        "A handler that depends on the second in which Retell asks",
        "order_status",
        (
            (
                "        - {intent: no, goto: service}\n        - {intent: [status",
                "        - {if: now.second % 2 == 0, intent: no, goto: service}\n"
                "        - {intent: no, goto: goodbye}\n        - {intent: [status",
            ),
        ),
        fuzz="Not about an order",
    ),
    Fault(
        "The result of a tool is read although the tool has failed",
        "survey",
        (
            ("    save: stored\n", "    save: stored\n    on: {error: [{goto: thanks}]}\n"),
            ("{% if callback %}", "{% if stored.stored and callback %}"),
        ),
        fuzz="An unhappy one who skips",
    ),
    Fault("A misspelt state", "booking", (("goto: book}", "goto: bok}"),), check="unknown-state"),
    Fault("A result that nobody saved", "booking", (("        save: booking\n", ""),), check="unknown-name"),
    Fault(
        "A goodbye that can be talked over",
        "survey",
        (('Goodbye!", no_interruption_allowed: true,', 'Goodbye!",'),),
        check="interruptible-ending",
    ),
    Fault(
        "One phrase in two intents",
        "survey",
        (("later: [later,", "later: [later, not now,"),),
        check="same-phrase",
    ),
    Fault(
        "A side path entered with goto that returns",
        "booking",
        (("intent: help, visit: help", "intent: help, goto: help"),),
        check="return-outside",
    ),
    Fault(
        "A rejection the wrong way round",
        "booking",
        (("if: day <= today", "if: day >= today"),),
        case="What cannot be is refused",
    ),
    Fault(
        "A border that is off by one",
        "survey",
        (("if: score <= 4", "if: score < 4"),),
        case="The highest of the low scores",
    ),
    Fault(
        "Two arguments of a tool mixed up",
        "survey",
        (('best: "{{ best }}", wish: "{{ wish }}"', 'best: "{{ wish }}", wish: "{{ best }}"'),),
        case="A happy guest",
    ),
    Fault(
        "A refused value that is kept",
        "booking",
        (('taken.", clear: [time], goto', 'taken.", goto'),),
        case="The time has been taken",
    ),
    Fault(
        "No handler for a tool that fails",
        "booking",
        (
            (
                "          error:\n            - {say: I can't reach our booking system just now., goto: operator}\n",
                "",
            ),
        ),
        case="A slow booking that fails",
    ),
    Fault(
        "A holding line that comes too late",
        "order_status",
        (("      4s: {say", "      6s: {say"),),
        case="A slow look-up in silence",
    ),
)


def broken(fault: Fault, folder: Path) -> Path:
    """The shipped flows with this fault in one of them; its file."""
    for file in FLOWS.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    path = folder / f"{fault.flow}.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in fault.edits:
        assert text.count(old) >= 1, f"{old!r} is not in {fault.flow}.yaml any more"
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_caught(fault: Fault, tmp_path: Path) -> None:
    path = broken(fault, tmp_path)
    if fault.check:
        before = {problem.code for problem in load(FLOWS / path.name).problems}
        assert fault.check not in before
        assert fault.check in {problem.code for problem in load(path).problems}
        return
    if fault.case:
        played = run([path], Options(match=fault.case, fuzz=0, jobs=1)).played
        assert [(one.case, one.passed) for one in played] == [(fault.case, False)]
        return
    assert run([path], Options(match=fault.fuzz, fuzz=0, jobs=1)).ok, "no need for the fuzzer"
    played = run([path], Options(match=fault.fuzz, fuzz=40, jobs=1)).played
    assert [one.failure.kind for one in played if one.failure is not None] == ["fuzz"]


def test_the_page_lists_what_caught_what() -> None:
    rows = [f"| {fault.name} | `{fault.flow}.yaml` | {fault.caught_by} |" for fault in FAULTS]
    text = PAGE.read_text(encoding="utf-8")
    assert [row for row in rows if row not in text] == []
    assert text.count(".yaml` | ") == len(FAULTS), "the page lists a fault that is not tried here"
