"""A conversation by lines: what the caller types goes in, what the agent says and does comes out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowengine.devtools.chat.saving import as_case
from flowengine.devtools.retell.facts import Pressed
from flowengine.devtools.stubs import Answers
from flowengine.devtools.table import START, THINK_MS, Table, ToolCall
from flowengine.devtools.words import plainly
from flowengine.engine.commands import RunTool
from flowengine.engine.events import Outcome
from flowengine.language import load
from flowengine.language.flow import Flow

COMMANDS = {
    "/silence": "say nothing until Retell reminds",
    "/interrupt": "cut the agent short: `/interrupt 3 wait a moment` after three words of its last answer",
    "/then": "go on talking before the last answer was heard",
    "/mumble": "make a sound that nobody understands",
    "/drop": "lose the connection; Retell dials again",
    "/restart": "let the server die and another take over",
    "/wait": "let time pass: `/wait 6`, seconds",
    "/hangup": "hang up",
    "/save": "write the conversation as a test case: `/save FILE [what it shows]`",
    "/state": "show state, slots, variables, tool calls and agent settings",
    "/help": "show these commands",
    "/quit": "leave",
}


class Chat:
    """One call. `partial`: words arrive one by one, as recognition prints them. `real`: tools run for real.

    The last answer counts as heard with the caller's next line, so that `/interrupt` and `/then` can still cut it.
    """

    def __init__(
        self,
        flow: Flow,
        path: Path,
        *,
        now: int | None = None,
        partial: bool = False,
        real: bool = False,
        reload: bool = False,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.flow = flow
        self.path = path
        self.partial = partial
        self.reload = reload
        self.over = False
        self.steps: list[dict[str, Any]] = []
        self._digests = {file.path: file.digest for file in flow.files}
        self._waiting: Flow | None = None
        self._typing = False
        self._taken = 0
        self._shown: dict[str, Any] = {}
        self._variables = dict(variables or {})
        answers: Answers | None = _Real(flow) if real else None
        began = now if now is not None else time.time_ns() // 1_000_000
        self.began = began or START
        self.table = Table(flow, tools=answers, now=self.began, variables=variables)

    def open(self) -> list[str]:
        """The call begins; what the agent says."""
        self.table.open()
        return self._answer()

    def line(self, text: str) -> list[str]:
        """One line of the caller's; what comes of it, as lines to print."""
        text = text.strip()
        notes = self._reloaded() if self.reload else []
        if not text:
            return notes
        if text.startswith("/"):
            return notes + self._command(text)
        if self.table.retell.over:
            return [*notes, "· the call is over; /save or /quit"]
        self.steps.append({"user": text})
        if self._typing:
            return notes + self._typed(text)
        self.table.user(text, pieces=self._pieces(text))
        return notes + self._answer()

    def typed(self, text: str) -> list[str]:
        """The line as it stands while it is being typed; what an agent that listens live says into it."""
        words = text.split()
        if not words or text.startswith("/") or self.table.retell.over:
            return []
        if not self._typing:
            self._typing, self._taken = True, 0
            self.table.hear_out().pass_time(THINK_MS)
            self.table.begin_turn()
        rest = words[self._taken :]
        if not rest:
            return []
        self.table.typing(" ".join(rest))
        if not self.table.retell.left:
            return []
        self._taken = len(words)
        said = self.table.said
        return [f"agent: {said}", *self._changes()]

    def _typed(self, text: str) -> list[str]:
        """The end of a line whose words were sent while they were typed."""
        self._typing = False
        rest = text.split()[self._taken :]
        if self._taken and rest:
            self.table.begin_turn()
        if rest:
            self.table.say(" ".join(rest))
        self.table.ask()
        return self._answer()

    @property
    def status(self) -> str:
        """Two lines for the pane: state and slots; tool calls and agent settings."""
        facts = self._facts()
        slots = {name: value for name, value in facts["slots"].items() if value is not None}
        tools = ", ".join(map(_ran, facts["tools"][-2:])) or "none"
        return (
            f" state: {plainly(facts['state'])} | slots: {plainly(slots)} \n"
            f" tools: {tools} | agent settings: {plainly(facts['settings'])} "
        )

    def _pieces(self, text: str) -> int:
        return max(1, len(text.split())) if self.partial else 1

    def _command(self, text: str) -> list[str]:
        name, _, rest = text.partition(" ")
        rest = rest.strip()
        if name == "/quit":
            self.over = True
            return []
        if name == "/help":
            return [f"{command:<12}{help_}" for command, help_ in COMMANDS.items()]
        if name == "/state":
            return self._everything()
        if name == "/save":
            return self._save(rest)
        if name not in COMMANDS:
            return [f"· there is no {name}; /help shows what there is"]
        if self.table.retell.over:
            return ["· the call is over; /save or /quit"]
        return self._move(name, rest)

    def _move(self, name: str, rest: str) -> list[str]:
        table = self.table
        match name:
            case "/silence":
                self.steps.append({"silence": 1})
                table.silence()
            case "/mumble":
                self.steps.append({"mumble": True})
                table.mumble()
            case "/drop":
                self.steps.append({"drop": True})
                table.drop().reopen()
            case "/restart":
                self.steps.append({"restart": True})
                table.restart()
            case "/hangup":
                self.steps.append({"hangup": True})
                table.hang_up()
            case "/wait":
                seconds = float(rest) if rest.replace(".", "", 1).isdigit() else 1.0
                self.steps.append({"wait": f"{seconds:g}s"})
                table.wait(round(seconds * 1000))
            case "/then":
                if not rest:
                    return ["· /then needs the caller's words"]
                self.steps.append({"then": rest})
                table.then(rest)
            case "/interrupt":
                first, _, words = rest.partition(" ")
                count, words = (int(first), words) if first.isdigit() else (2, rest)
                if not words:
                    return ["· /interrupt needs the caller's words"]
                self.steps.append({"interrupt": {"after_words": count, "user": words}})
                table.interrupt(words, count)
        return self._answer()

    def _answer(self) -> list[str]:
        """Wait for the whole answer, show it unheard if that can be; then what has changed."""
        table = self.table
        said = table.offered
        if table.retell.open is not None or not said or self._acts():
            said = table.said
        lines = [f"agent: {said}"] if said else ["agent: (says nothing)"]
        if said:
            self.steps.append({"agent": said})
        return lines + self._changes()

    def _acts(self) -> bool:
        """Whether the answer ends the call, transfers it or presses digits: then it is heard at once."""
        return any(answer.action for answer in self.table.retell.floor.queue)

    def _everything(self) -> list[str]:
        facts = self._facts()
        lines = [f"· state: {plainly(facts['state'])}"]
        for name in ("slots", "variables"):
            lines += [f"· {name[:-1]} {key}: {plainly(value)}" for key, value in facts[name].items()]
        lines += [f"· tool {_ran(call)}" for call in facts["tools"]]
        return [*lines, f"· agent settings: {plainly(facts['settings'])}"]

    def _facts(self) -> dict[str, Any]:
        table = self.table
        snapshot = table.call.snapshot
        turn = snapshot.turn
        world = turn.segments[-1].draft if turn is not None and turn.segments else snapshot.base
        return {
            "state": world.state,
            "slots": table.peek(world),
            "variables": table.peek_variables(world),
            "tools": table.calls,
            "settings": dict(table.retell.settings),
        }

    def _changes(self) -> list[str]:
        """What is different from the last look, and what an action would do on a phone."""
        facts, before = self._facts(), self._shown
        self._shown = facts
        notes = []
        if facts["state"] != before.get("state"):
            notes.append(f"· state {facts['state']}")
        for name, value in facts["slots"].items():
            if value != before.get("slots", {}).get(name):
                notes.append(f"· slot {name}: {plainly(value)}")
        known = {call.work: call for call in before.get("tools", [])}
        notes += [f"· tool {_ran(call)}" for call in facts["tools"] if known.get(call.work) != call]
        old = before.get("settings", {})
        changed = {name: value for name, value in facts["settings"].items() if old.get(name) != value}
        if changed:
            notes.append(f"· agent settings: {plainly(changed)}")
        if self.table.retell.over:
            number, reason = self.table.transferred, self.table.ended
            notes.append(
                f"· on a phone: the call would be transferred to {number}"
                if number
                else f"· the call is over: {reason}"
            )
        # not `table.digits`, which hears the answer out: the next line may still interrupt it
        pressed = self.table.retell.found(Pressed)
        notes += [f"· on a phone: {fact.digits} would be pressed" for fact in pressed[self._pressed :]]
        self._pressed = len(pressed)
        return notes

    _pressed = 0

    def _save(self, rest: str) -> list[str]:
        file, _, name = rest.partition(" ")
        if not file:
            return ["· /save needs a file, for example /save booking.test.yaml what it shows"]
        as_case(
            Path(file), self.path, name.strip() or "A conversation", self.steps, self.began, self._variables
        )
        return [f"· saved to {file}"]

    def _reloaded(self) -> list[str]:
        """Take a changed flow over, between turns."""
        loaded = load(self.path)
        digests = {file.path: file.digest for file in loaded.files}
        notes = []
        if digests != self._digests:
            self._digests = digests
            self._waiting = loaded.flow
            notes.append("· reloaded" if loaded.flow else loaded.render())
        if self._waiting is not None:
            self.table.hear_out()
            if self.table.call.adopt(self._waiting):
                self.flow = self.table.flow = self._waiting
                self._waiting = None
        return notes


def _ran(call: ToolCall) -> str:
    """A tool call in one line: what it was given and what came of it."""
    outcome = call.outcome
    if outcome is None:
        came = "running"
    elif outcome.result == "done":
        came = plainly(outcome.value)
    else:
        came = " ".join(filter(None, ["failed:", outcome.kind, str(outcome.status or ""), outcome.message]))
    return f"{call.name} ({plainly(call.arguments)}): {came}"


class _Real:
    """Runs the flow's tools for real, one at a time."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    def __call__(self, order: RunTool) -> tuple[int, Outcome]:
        begun = time.perf_counter()
        outcome = asyncio.run(self._run(order))
        return round((time.perf_counter() - begun) * 1000), outcome

    async def _run(self, order: RunTool) -> Outcome:
        from flowengine.runtime.tools import ToolRunner, Workbench

        bench = Workbench()
        try:
            return await ToolRunner(self._flow, bench).run(order)
        finally:
            await bench.close()
