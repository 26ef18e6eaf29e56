"""What a run of `simulate` saw, as values: latencies, violations, keepalives, how the calls ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flowengine.devtools.retell.facts import Configured, Ponged, SocketLost
from flowengine.devtools.simulate.observed import Dialled, Missed, Observed, Received, Sent
from flowengine.devtools.simulate.rules import RULES, Violation, check


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile, None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


@dataclass(frozen=True, slots=True)
class CallReport:
    """One call. `latencies`: real ms from an ask to its first sentence, the begin message first."""

    call_id: str
    script: str
    ended: str
    turns: int
    sockets: int
    latencies: tuple[float, ...]
    violations: tuple[Violation, ...]
    missed: tuple[Missed, ...]
    pings: int
    pongs: int
    ping_delays: tuple[float, ...]
    frames: int

    @property
    def failed(self) -> bool:
        """Whether anything went wrong: an error, an expectation missed, or an end that is Retell's error."""
        errors = any(violation.level == "error" for violation in self.violations)
        return errors or bool(self.missed) or self.ended.startswith("error")


def judge(call: Observed) -> CallReport:
    """Apply every rule to what was seen of one call."""
    asks = call.asks()
    latencies = [(a.first_sentence - a.at) / call.speed for a in asks if a.first_sentence is not None]
    return CallReport(
        call_id=call.call_id,
        script=call.script,
        ended=call.ended or "unknown",
        turns=max(0, len(asks) - 1),
        sockets=sum(event.error is None for event in call.of(Dialled)),
        latencies=tuple(latencies),
        violations=tuple(check(call)),
        missed=tuple(call.of(Missed)),
        pings=sum(event.kind == "PingPong" for event in call.of(Sent)),
        pongs=len(call.of(Ponged)),
        ping_delays=tuple(_ping_delays(call)),
        frames=len(call.of(Received)),
    )


def _ping_delays(call: Observed) -> Iterable[float]:
    """Real ms from each ping to the next pong of its socket."""
    waiting: int | None = None
    for event in call.events:
        match event:
            case Sent(at=at, kind="PingPong"):
                waiting = at if waiting is None else waiting
            case Ponged(at=at) if waiting is not None:
                yield (at - waiting) / call.speed
                waiting = None
            case Configured() | SocketLost():
                waiting = None


@dataclass(frozen=True, slots=True)
class Report:
    """All calls of a run. `seconds`: how long it really took."""

    url: str
    seconds: float
    calls: tuple[CallReport, ...]
    speed: float = 1.0
    latencies: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = sorted(latency for call in self.calls for latency in call.latencies)
        object.__setattr__(self, "latencies", tuple(found))

    @property
    def ok(self) -> bool:
        """Whether no call failed."""
        return not any(call.failed for call in self.calls)

    @property
    def violations(self) -> list[Violation]:
        """Every violation of every call."""
        return [violation for call in self.calls for violation in call.violations]

    @property
    def by_rule(self) -> Mapping[str, int]:
        """How often each rule was broken; rules that held are absent."""
        counts = Counter(violation.rule for violation in self.violations)
        return {rule.id: counts[rule.id] for rule in RULES if counts[rule.id]}

    @property
    def ends(self) -> Mapping[str, int]:
        """How many calls ended for each of Retell's reasons."""
        return dict(Counter(call.ended for call in self.calls).most_common())

    def first_sentence(self, share: float) -> float | None:
        """A percentile of the time to the first sentence, in real ms."""
        return percentile(self.latencies, share)

    @property
    def missed_pings(self) -> int:
        """Keepalives that failed: 5 s without a ping from the server."""
        return self.by_rule.get("ping-echo", 0)

    @property
    def open_responses(self) -> int:
        """Asks that were never answered, or begun and never completed."""
        return sum(self.by_rule.get(rule, 0) for rule in ("answered", "completed", "begin-message"))

    @property
    def stale_frames(self) -> int:
        """Frames under an id that was not the newest or was complete."""
        stale = ("latest-id", "after-completion", "interrupt-order", "interrupt-discards")
        return sum(self.by_rule.get(rule, 0) for rule in stale)

    @property
    def duplicate_tools(self) -> int:
        """Tools that ran again for an ask that was discarded."""
        return self.by_rule.get("tool-once", 0)

    def to_json(self) -> dict[str, object]:
        """The whole report as JSON-like data; times in ms."""
        delays = [delay for call in self.calls for delay in call.ping_delays]
        return {
            "url": self.url,
            "ok": self.ok,
            "seconds": round(self.seconds, 3),
            "speed": self.speed,
            "calls": len(self.calls),
            "failed_calls": sum(call.failed for call in self.calls),
            "turns": sum(call.turns for call in self.calls),
            "ends": dict(self.ends),
            "first_sentence_ms": {
                name: _rounded(self.first_sentence(share))
                for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
            },
            "ping_ms": {"p50": _rounded(percentile(delays, 0.5)), "max": _rounded(percentile(delays, 1.0))},
            "pings": sum(call.pings for call in self.calls),
            "missed_pings": self.missed_pings,
            "open_responses": self.open_responses,
            "stale_frames": self.stale_frames,
            "duplicate_tools": self.duplicate_tools,
            "rules": [
                {
                    "id": rule.id,
                    "level": rule.level,
                    "title": rule.title,
                    "reference": rule.reference[1],
                    "count": self.by_rule.get(rule.id, 0),
                }
                for rule in RULES
            ],
            "violations": [
                {"rule": v.rule, "level": v.level, "call_id": v.call_id, "at": v.at, "message": v.message}
                for v in self.violations
            ],
            "missed_expectations": [
                {"call_id": call.call_id, "script": call.script, "wanted": missed.wanted, "said": missed.said}
                for call in self.calls
                for missed in call.missed
            ],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
