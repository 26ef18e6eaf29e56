"""One event's work on a copy of a snapshot: interpreting, proposing, sending.

What is sent here is valid by construction; what an interpretation throws is reported and the caller hears the
fallback line. Who calls this: one module per kind of event (`sockets`, `beginning`, `asks`, `updates`, `works`,
`times`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from flowengine.engine import dispatch, works
from flowengine.engine.commands import Command, Report, Send
from flowengine.engine.output import Output
from flowengine.engine.run import Run
from flowengine.engine.snapshot import Segment, Snapshot, Span, Turn
from flowengine.engine.world import World
from flowengine.errors import InvalidFrame
from flowengine.language.flow import Flow, Handler
from flowengine.protocol.outbound import (
    AgentConfig,
    AgentInterrupt,
    MetadataFrame,
    Outbound,
    Response,
    UpdateAgent,
)
from flowengine.speech.calendar.speaking import speaking_at
from flowengine.speech.contract import Said
from flowengine.speech.text import words_of

SILENCE_STANDS = 2_000
"""When an answer without words stands if no newer ask came, ms."""


class Working:
    """One event's work: `s` is the copy that is changed, `commands` what is to be done."""

    def __init__(self, flow: Flow, snapshot: Snapshot, at: int) -> None:
        self.flow = flow
        self.s = snapshot
        self.now = snapshot.now = max(snapshot.now, at)
        self.commands: list[Command] = []

    def interpret(self, world: World, said: Said | None = None) -> Run:
        s = self.s
        return Run(
            self.flow, world, at=self.now, call_id=s.call_id, details=s.details, works=s.works, said=said
        )

    def safely(self, run: Run, act: Callable[[Run], object]) -> bool:
        """Interpret; an exception is reported, never raised: the caller hears the fallback line instead."""
        try:
            with speaking_at(run.moment):
                act(run)
        except Exception as error:
            self.reports(run.output)
            self.failure(error)
            return False
        return True

    def failure(self, error: Exception) -> None:
        self.report(
            "error", "answer_failed", error=f"{type(error).__name__}: {error}", state=self.s.base.state
        )

    def failed(self, said: Said | None) -> Run:
        """An exception while answering: the fallback line on an untouched world."""
        run = self.interpret(self.s.base, said)
        run.output.say(run.fallback())
        return run

    def latest(self) -> World:
        """The world that the pending answer ends in, the base if there is none."""
        turn = self.s.turn
        return turn.segments[-1].draft if turn is not None and turn.segments else self.s.base

    def propose(
        self,
        run: Run,
        via: Literal["begin", "response", "interrupt"],
        kind: str,
        turn_id: int,
        ask_id: int,
        spans: list[Span],
        words: str,
        old: Turn | None = None,
    ) -> None:
        """Open a turn with this answer as its first segment and send it."""
        s = self.s
        turn = Turn(turn_id, via, kind, self.now, ask_id=ask_id, spans=spans, words=words)
        turn.mark, turn.before = s.seen.user, s.seen.agent_after
        if old is not None:
            turn.tail = self.tail(old)
        s.turn = turn
        self.append(run)

    def tail(self, old: Turn) -> list[str]:
        """The words of a partly heard answer that may still be spoken after a sound that stopped nobody."""
        if not old.used and not any(segment.heard for segment in old.segments):
            return []
        rest: list[str] = []
        for segment in old.segments:
            rest += segment.text.split()[segment.heard :]
        return words_of(" ".join(rest))

    def append(self, run: Run, *, close: bool = False) -> None:
        """Add the run's answer to the pending turn as its next segment, and send it. `close`: as the last one,
        whatever is still running."""
        s, output = self.s, run.output
        turn = s.turn
        assert turn is not None
        draft, text = run.world, output.text
        ask_at = run.again_at if run.again_at is not None else output.ask_at
        if text and not output.again:
            draft.told = (text, ask_at)
        request = output.work if output.work is not None and output.work.known is None else None
        ready = works.want(self, request) if request is not None else None
        work = s.works.get(draft.work or "")
        turn.open = not close and work is not None and work.status != "finished"
        if not turn.open and not output.fields.keys() & {"end_call", "transfer_number", "digit_to_press"}:
            # digits of an earlier segment could not go out with it: an action belongs to the last frame
            output.fields.update(
                (name, segment.fields[name])
                for segment in turn.segments
                for name in segment.fields.keys() & {"digit_to_press"}
            )
        segment = Segment(
            text,
            draft,
            size=len(text.split()),
            ask_at=ask_at,
            fields=output.fields,
            metadata=output.metadata,
        )
        if any(known.status == "settling" for known in s.works.values()):
            segment.moves = False
        turn.segments.append(segment)
        state_before = s.base.state
        self.send_settings(run.settings())
        if text or output.fields or not turn.open:
            segment.sent = s.connected
            self.send_words(turn, text, output.fields, complete=not turn.open)
        if not turn.open and segment.size == 0:
            self.without_words(turn, segment)
        self.reports(output)
        self.report(
            "info",
            "turn",
            response_id=turn.id,
            kind=turn.kind,
            via=turn.via,
            state_before=state_before,
            state_after=draft.state,
            heard=turn.words,
            said=text,
            answered_by=output.answered_by,
        )
        if ready is not None:
            works.start(self, ready)

    def without_words(self, turn: Turn, segment: Segment) -> None:
        """An answer without words cannot be heard: one that acted stands at once, silence by design after 2 s."""
        if turn.via == "begin" or segment.fields.get("digit_to_press") or segment.fields.get("end_call"):
            self.stand(turn, segment)
        else:
            turn.stands_at = self.now + SILENCE_STANDS

    def stand(self, turn: Turn, segment: Segment) -> None:
        turn.stands_at = None
        self.reach(turn, segment)
        self.send_metadata(segment)

    def reach(self, turn: Turn, segment: Segment) -> None:
        """This segment's draft is true from here on, unless a later one's is already."""
        turn.used = True
        place = next(place for place, known in enumerate(turn.segments, 1) if known is segment)
        if place > turn.reached:
            turn.reached = place
            self.s.base = segment.draft

    def send(self, frame: Outbound) -> None:
        if self.s.connected:
            self.commands.append(Send(frame))

    def send_words(self, turn: Turn, text: str, fields: dict[str, Any], *, complete: bool) -> None:
        """A frame of this turn. Actions belong to the last frame; one that the wire refuses is left out."""
        if text and not complete:
            text += " "  # Retell joins the pieces of an answer as they are
        actions = {
            name: value for name, value in fields.items() if complete or name == "no_interruption_allowed"
        }
        harmless = {name: value for name, value in actions.items() if name == "no_interruption_allowed"}
        for known in (actions, harmless):
            try:
                if turn.via == "interrupt":
                    known = {k: v for k, v in known.items() if k != "show_transferee_as_caller"}
                    self.send(
                        AgentInterrupt(interrupt_id=turn.id, content=text, content_complete=complete, **known)
                    )
                else:
                    self.send(Response(response_id=turn.id, content=text, content_complete=complete, **known))
            except InvalidFrame as error:
                self.report("error", "invalid_action", error=str(error), state=self.s.base.state)
            else:
                return

    def send_settings(self, wanted: dict[str, float | int]) -> None:
        """What differs from what this socket was last sent; a value that the wire refuses is left out."""
        changed = {name: value for name, value in wanted.items() if self.s.agent_sent.get(name) != value}
        if not changed or not self.s.connected:
            return
        self.s.agent_sent = {**self.s.agent_sent, **changed}
        for name, value in list(changed.items()):
            try:
                AgentConfig(**{name: value})  # type: ignore[arg-type]
            except InvalidFrame as error:
                self.report("error", "bad_agent_setting", setting=name, error=str(error))
                del changed[name]
        if changed:
            self.send(UpdateAgent(agent_config=AgentConfig(**changed)))  # type: ignore[arg-type]

    def send_metadata(self, segment: Segment) -> None:
        for value in segment.metadata:
            try:
                self.send(MetadataFrame(metadata=value))
            except InvalidFrame as error:
                self.report("error", "bad_metadata", error=str(error))
        segment.metadata = []

    def report(self, level: Literal["debug", "info", "warning", "error"], code: str, **facts: object) -> None:
        self.commands.append(Report(level, code, facts))

    def reports(self, output: Output) -> None:
        for code, facts in output.reports:
            self.report("warning", code, **facts)
        output.reports.clear()

    def settle(self) -> Turn | None:
        """Close the books on the pending turn: what was not heard did not happen."""
        s = self.s
        turn = s.turn
        if turn is None:
            return None
        s.turn = None
        if turn.used:
            if turn.spans:
                index, _, end = max(turn.spans)
                s.used = max(s.used, (index, end))
        elif turn.spans:
            s.unheard = turn.spans
            s.unheard_words = [turn.words, *[""] * (len(turn.spans) - 1)]
        s.works = {key: work for key, work in s.works.items() if work.status != "settling"}
        last = next((segment for segment in reversed(turn.segments) if segment.heard), None)
        if last is not None and turn.used:
            self._note_end(last)
        return turn

    def _note_end(self, last: Segment) -> None:
        """What follows from how much was heard of an answer: a read-back that was heard to its end can be
        confirmed; digits that an interruption discarded are to be pressed again."""
        world = self.s.base
        if world.confirming and last.ask_at < last.size and last.heard >= last.size - 1:
            self.s.base = world = world.clone()
            world.readback_heard = True
        if not last.fields.get("digit_to_press"):
            return
        if last.heard < last.size:
            self.s.base = world = world.clone()
            world.over = {"text": last.text, "fields": last.fields, "ends": False}
        elif world.over is not None and not world.over["ends"]:
            self.s.base = world = world.clone()
            world.over = None

    def first_holding(self, run: Run, event: str) -> bool:
        handlers: list[Handler] = []
        for state in run.active:
            handlers += state.on.get(event, ())
        handlers += self.flow.on.get(event, ())
        for handler in handlers:
            if dispatch.holds(run, handler) is not None:
                run.handle(handler)
                return True
        return False
