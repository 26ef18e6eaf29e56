"""What to simulate, and how fast."""

from __future__ import annotations

from dataclasses import dataclass

from flowengine.devtools.simulate.script import DEFAULT, Script


@dataclass(frozen=True, slots=True)
class Options:
    """One run of `simulate`.

    url          the server's base URL, as it is pasted into Retell; the call id is appended
    scripts      call i plays script i modulo their number
    calls        how many calls, all going on at once after the ramp
    ramp_s       seconds over which the calls begin
    speed        how many times faster than real time callers speak and pings come; latencies stay real
    patience_s   simulated seconds that an answer may take before it counts as left open
    grace_ms     real ms that a frame may take on the wire: one that crossed a newer ask is no fault
    seed         of the small variations in a caller's timing
    prefix       of the call ids; None makes one up, so that every run plays new calls
    """

    url: str
    scripts: tuple[Script, ...] = (DEFAULT,)
    calls: int = 1
    ramp_s: float = 0.0
    speed: float = 1.0
    patience_s: float = 10.0
    grace_ms: float = 250.0
    seed: int = 0
    prefix: str | None = None


WORD_MS = 300
"""How long a word takes to say."""
THINK_MS = 400
"""A caller's pause before speaking, and Retell's before it takes a turn to be over."""
PIECES = 6
"""An utterance arrives in at most so many growing updates."""
REMINDER_MS = 10_000
"""Silence before a reminder when the server set no `reminder_trigger_ms`."""
DIAL_ATTEMPTS = 3
DIAL_TIMEOUT_S = 7.0
DIAL_PAUSE_MS = 3_000
