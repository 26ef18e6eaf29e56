"""The engine and a model of Retell, joined by an imaginary wire, with a clock that only the test moves."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flowengine.devtools.retell import Retell, encode
from flowengine.engine import (
    Call,
    Closed,
    Event,
    Opened,
    Outcome,
    Received,
    Report,
    RunTool,
    Send,
    Snapshot,
    Ticked,
    ToolFinished,
)
from flowengine.language import load_flow
from flowengine.language.flow import Flow
from flowengine.protocol.decode import Decoder
from flowengine.protocol.inbound import Inbound
from flowengine.protocol.outbound import (
    AgentInterrupt,
    MetadataFrame,
    Outbound,
    Response,
    ToolCallInvocation,
    ToolCallResult,
    UpdateAgent,
)

MONDAY = 1_795_446_000_000
"""2026-11-23T15:00:00Z, ten in the morning in New York: the moment at which test calls begin, ms."""


def flow_of(folder: Path, text: str, **files: str) -> Flow:
    """Load a flow written in a test; `files` are further files by name ("helper_py" is helper.py)."""
    for name, content in files.items():
        stem, _, ending = name.rpartition("_")
        (folder / f"{stem}.{ending}").write_text(textwrap.dedent(content), encoding="utf-8")
    path = folder / "flow.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return load_flow(path)


class Rig:
    """One call. What the engine sent is in `sent`; started tools are in `running` until the test finishes them."""

    def __init__(self, flow: Flow, *, details: dict[str, object] | None = None, at: int = MONDAY) -> None:
        self.flow = flow
        self.now = at
        self.retell = Retell(details, at=at)
        self.call = Call(flow, str(self.retell.call["call_id"]))
        self.decoder = Decoder()
        self.sent: list[Outbound] = []
        self.reports: list[Report] = []
        self.started: list[RunTool] = []
        self.running: dict[str, RunTool] = {}

    # --- the wire ---

    def feed(self, event: Event) -> None:
        """Give the engine an event and carry out what it orders, as far as Retell is concerned."""
        answers: list[Inbound] = []
        for command in self.call.handle(event):
            match command:
                case Send(frame):
                    self.sent.append(frame)
                    answers += self.retell.receive(frame, self.now)
                case RunTool():
                    self.started.append(command)
                    self.running[command.work] = command
                case Report():
                    self.reports.append(command)
        self.deliver(answers)

    def deliver(self, frames: Iterable[Inbound]) -> None:
        for frame in frames:
            self.feed(Received(self.now, self.decoder.decode(encode(frame, self.retell))))

    def wait(self, ms: int) -> None:
        """Let time pass, ticking whenever the engine wants to be woken."""
        end = self.now + ms
        for _ in range(1000):
            due = self.call.deadline
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            self.feed(Ticked(self.now))
        else:
            raise AssertionError(f"the engine wants to be woken at {due} again and again")
        self.now = end

    # --- the call ---

    def open(self) -> Rig:
        """Dial, and hear the greeting to its end."""
        self.dial()
        self.speak()
        return self

    def dial(self) -> None:
        self.decoder = Decoder()
        frames = self.retell.connect(self.now)
        self.feed(Opened(self.now))
        self.deliver(frames)

    def drop(self) -> None:
        self.retell.drop(self.now)
        self.feed(Closed(self.now, 1006))

    def redial(self) -> None:
        self.dial()

    def restart(self) -> None:
        """The process dies and another one takes the call over from its stored snapshot."""
        stored = self.call.snapshot.to_json()
        self.call = Call(self.flow, self.call.snapshot.call_id, Snapshot.from_json(stored))
        self.running.clear()
        for work in self.call.running:
            self.feed(ToolFinished(self.now, work, Outcome("lost")))

    def say(self, words: str) -> None:
        """The caller says something and has not been asked about yet."""
        self.now += 200
        self.deliver(self.retell.say(words, self.now))

    def ask(self) -> None:
        self.deliver(self.retell.ask(self.now))

    def speak(self, words: int | None = None) -> None:
        self.now += 100
        self.deliver(self.retell.speak(words, self.now))

    def user(self, words: str) -> str:
        """The caller says something, hears the answer to its end; the answer."""
        before = len(self.sent)
        self.say(words)
        self.ask()
        self.speak()
        return self.told(before)

    def remind(self) -> str:
        before = len(self.sent)
        self.now += 8000
        self.deliver(self.retell.remind(self.now))
        self.speak()
        return self.told(before)

    def finish(self, outcome: Outcome | None = None, **value: Any) -> None:
        """The oldest running tool ends: done with `value` unless told otherwise."""
        work = next(iter(self.running))
        del self.running[work]
        self.feed(ToolFinished(self.now, work, outcome or Outcome("done", value=value)))

    # --- what can be seen ---

    def told(self, since: int = 0) -> str:
        frames = [f for f in self.sent[since:] if isinstance(f, Response | AgentInterrupt)]
        return " ".join(frame.content for frame in frames if frame.content)

    def frames(self, *kinds: type) -> list[Any]:
        return [frame for frame in self.sent if isinstance(frame, kinds)]

    @property
    def last(self) -> Any:
        return self.frames(Response, AgentInterrupt)[-1]

    @property
    def state(self) -> str | None:
        return self.call.snapshot.base.state

    @property
    def slots(self) -> dict[str, object]:
        return self.call.snapshot.base.slots

    @property
    def values(self) -> dict[str, object]:
        return self.call.snapshot.base.values

    @property
    def tools(self) -> list[str]:
        return [command.name for command in self.started]

    @property
    def metadata(self) -> list[Any]:
        return [frame.metadata for frame in self.frames(MetadataFrame)]

    @property
    def settings(self) -> list[dict[str, Any]]:
        return [frame.agent_config.model_dump(exclude_none=True) for frame in self.frames(UpdateAgent)]

    @property
    def open_response(self) -> int | None:
        return self.retell.open

    @property
    def wire_tools(self) -> list[tuple[str, str]]:
        """Invocations and results on the wire, in order: ("call", name) and ("result", "ok" or "failed")."""
        found: list[tuple[str, str]] = []
        for frame in self.frames(ToolCallInvocation, ToolCallResult):
            if isinstance(frame, ToolCallInvocation):
                found.append(("call", frame.name))
            else:
                found.append(("result", "ok" if frame.successful else "failed"))
        return found
