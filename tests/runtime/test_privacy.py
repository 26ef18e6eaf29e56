"""Sensitive words in no report of a turn."""

from __future__ import annotations

from pathlib import Path

from flowengine.engine import Call, Opened, Received, Report
from flowengine.language import load_flow
from flowengine.protocol.inbound import ResponseRequired, UpdateOnly
from flowengine.protocol.transcript import Transcript, Utterance
from flowengine.runtime.privacy import REDACTED, private_turn

FLOW = """\
flow: private
start: form
slots:
  pin: {type: digits, length: 4, sensitive: true, ask: Your PIN?}
  size: {type: number, ask: How many?}
states:
  form: {collect: [pin, size], confirm: "Pin {{ pin | spoken }}, {{ size }} of you. Right?", goto: bye}
  bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}
"""


def test_a_sensitive_slots_words_are_in_no_report(tmp_path: Path) -> None:
    path = tmp_path / "private.yaml"
    path.write_text(FLOW, encoding="utf-8")
    flow = load_flow(path)
    call = Call(flow, "call_1")
    call.handle(Opened(0))
    entries: list[Utterance] = [Utterance("agent", "Your PIN?")]
    shown: list[tuple[object, object]] = []
    for number, words in enumerate(("my pin is one two three", "one two three four", "five people"), 1):
        call.handle(Received(number * 10, UpdateOnly(Transcript(0, tuple(entries)), None)))
        entries.append(Utterance("user", words))
        before = call.snapshot.base
        commands = call.handle(
            Received(number * 10 + 5, ResponseRequired(number, Transcript(0, tuple(entries))))
        )
        for command in commands:
            if isinstance(command, Report) and command.code == "turn":
                facts = private_turn(flow, before, call.snapshot, command.facts)
                shown.append((facts["heard"], facts["said"]))
                entries.append(Utterance("agent", str(command.facts["said"])))
    assert [heard for heard, _ in shown] == [REDACTED, REDACTED, "five people"]
    assert f"Pin {REDACTED}, 5 of you" in str(shown[-1][1])
    assert "four" not in str(shown[-1])
