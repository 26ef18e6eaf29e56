"""One simulated call: a caller who follows a script, timed like a real one."""

from __future__ import annotations

import random

from flowengine.devtools.retell import Retell
from flowengine.devtools.retell.facts import Spoke
from flowengine.devtools.simulate import script as s
from flowengine.devtools.simulate.clock import Clock
from flowengine.devtools.simulate.line import Line
from flowengine.devtools.simulate.observed import Missed, Observed
from flowengine.devtools.simulate.options import PIECES, REMINDER_MS, THINK_MS, WORD_MS, Options

_ENDS = (".", "?", "!", "…")
_AT_ONCE = 3


class Player:
    """Plays `script` as call number `index`; `seen` grows while it does."""

    def __init__(self, options: Options, index: int, call_id: str, script: s.Script) -> None:
        self.script = script
        self.clock = Clock(options.speed)
        self.seen = Observed(
            call_id,
            script.name,
            options.speed,
            int(options.patience_s * 1000),
            int(options.grace_ms * options.speed),
        )
        self.retell = Retell({**script.call, "call_id": call_id}, at=self.clock.now())
        self.line = Line(options.url, self.retell, self.clock, self.seen)
        self._chance = random.Random(f"{options.seed}:{index}")
        self._mark = 0

    async def play(self) -> Observed:
        """The whole call, from the first dial to the last word."""
        try:
            if await self.line.dial():
                await self.line.until(lambda: self.retell.open is None, self.seen.patience_ms)
                for step in self.script.steps:
                    if self.retell.over:
                        break
                    await self._take(step)
                await self._listen()
        finally:
            await self.line.leave()
        return self.seen

    async def _take(self, step: s.Step) -> None:
        match step:
            case s.User(words=words):
                await self._listen()
                await self._speak_up(words)
            case s.Then(words=words):
                await self._speak_up(words)
            case s.Interrupt(words=words, after_words=count):
                await self._listen(count)
                await self._speak_up(words)
            case s.Backchannel(words=words, after_words=count):
                await self._listen(count)
                if not self.retell.over:
                    await self.line.send(self.retell.backchannel(words, self.clock.now()))
            case s.Mumble():
                await self._listen()
                await self._pause(THINK_MS)
                if not self.retell.over:
                    self._turn()
                    await self.line.send(self.retell.mumble(self.clock.now()))
                    await self._ask()
            case s.Silence(times=times):
                for _ in range(times):
                    await self._stay_silent()
            case s.Drop():
                self.line.cut()
                await self._listen()
            case s.Wait(ms=ms):
                await self._pass_time(ms)
            case s.HangUp():
                await self._listen()
                self.retell.hang_up(self.clock.now())
            case s.Agent():
                await self._listen()
                said = " ".join(
                    fact.text for fact in self.retell.facts[self._mark :] if isinstance(fact, Spoke)
                )
                if not step.holds(said):
                    self.seen.events.append(Missed(self.clock.now(), step.wanted, said))

    async def _listen(self, words: int | None = None) -> None:
        """Let the agent speak: to the end of its answer, or until it has spoken so many words more."""
        left = words
        while not self.retell.over and (left is None or left > 0):
            if not await self.line.until(self._something_to_do, self.seen.patience_ms):
                return
            if not self.retell.left:
                return
            spoken = await self._speak(left)
            left = None if left is None else left - spoken

    async def _pass_time(self, ms: int) -> None:
        """Let time pass; what the agent says meanwhile is heard."""
        until = self.clock.now() + ms
        while await self.line.until(self._a_sentence, until - self.clock.now()):
            await self._speak(None)

    async def _speak(self, most: int | None) -> int:
        count = min(_AT_ONCE, self.retell.left, _AT_ONCE if most is None else most)
        await self._pause(WORD_MS * count)
        if not self.retell.over:
            await self.line.send(self.retell.speak(count, self.clock.now()))
        return count

    def _something_to_do(self) -> bool:
        """Whether the agent has a whole sentence to say, or has said all there is."""
        return self._a_sentence() if self.retell.left else self.retell.open is None

    def _a_sentence(self) -> bool:
        """Whether Retell would let the agent speak now: from the first whole sentence on."""
        return any(
            answer.left and (answer.complete or answer.spoken or any(w.endswith(_ENDS) for w in answer.words))
            for answer in self.retell.floor.queue
        )

    async def _speak_up(self, words: str) -> None:
        """Say this in growing pieces; Retell asks when it seems over."""
        await self._pause(THINK_MS)
        if self.retell.over:
            return
        self._turn()
        spoken = words.split()
        size = -(-len(spoken) // PIECES)
        for end in range(size, len(spoken), size):
            await self.line.send(self.retell.say_partial(" ".join(spoken[:end]), self.clock.now()))
            await self._pause(WORD_MS * size)
            if self.retell.over:
                return
        await self.line.send(self.retell.say(words, self.clock.now()))
        await self._ask()

    async def _ask(self) -> None:
        await self._pause(THINK_MS)
        if await self.line.until(lambda: self.retell.connected, self.seen.patience_ms):
            await self.line.send(self.retell.ask(self.clock.now()))

    async def _stay_silent(self) -> None:
        await self._listen()
        trigger = self.retell.settings.get("reminder_trigger_ms", REMINDER_MS)
        await self.clock.sleep(float(str(trigger)))
        if self.retell.may_remind:
            self._turn()
            await self.line.send(self.retell.remind(self.clock.now()))
            await self._listen()

    async def _pause(self, ms: int) -> None:
        await self.clock.sleep(ms * self._chance.uniform(0.8, 1.2))

    def _turn(self) -> None:
        """A new turn of the caller's: expectations look at what the agent says from here on."""
        self._mark = len(self.retell.facts)
