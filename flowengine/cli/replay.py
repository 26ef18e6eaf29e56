"""`flowengine replay`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from flowengine.cli.output import PROBLEMS, fail, load_or_exit


@click.command("replay")
@click.argument("recording", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--flow", type=click.Path(dir_okay=False, exists=True, path_type=Path),
              help="Play the call against this flow; show the first turn that differs.")  # fmt: skip
@click.option("--to-test", is_flag=True, help="Print the call as a test case.")
@click.option("--name", help="What the test case is called.")
def command(recording: Path, flow: Path | None, to_test: bool, name: str | None) -> None:
    """Show a call that `run --record` has written, or play it again.

    What a recording has redacted is `[redacted]` here too: a flow that reads such words may differ there.

    \b
    Examples:
      flowengine replay calls/call_1.jsonl
      flowengine replay calls/call_1.jsonl --flow flows/booking.yaml
      flowengine replay calls/call_1.jsonl --to-test >> flows/booking.test.yaml

    \b
    Exit codes:
      0  shown, or the flow does the same as far as the recording tells
      1  the flow would have behaved otherwise
      2  no such file, or no recording
    """
    from flowengine.devtools.replay import BadRecording, read_recording, replay, turns
    from flowengine.devtools.replay import to_test as as_test

    try:
        call = read_recording(recording)
    except BadRecording as error:
        fail(str(error))
    if to_test:
        click.echo(as_test(call, name or f"Recorded call {call.head.get('call_id', '')}".strip()), nl=False)
        return
    found = replay(call, load_or_exit(flow)) if flow is not None else None
    for turn in turns(call):
        if found is not None and turn.at >= found.at:
            break
        moment = datetime.fromtimestamp(turn.at / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
        if turn.heard:
            click.echo(f"{moment}  caller: {turn.heard}")
        click.echo(f"{moment}   agent: {turn.said or '(nothing)'}  [{turn.state}]  {turn.answered_by}")
    if found is not None:
        if found.redacted:
            click.echo(
                "\nthe same so far; from here on the caller's words were redacted and nothing can be compared"
            )
            return
        click.echo(f"\nfrom here on it differs; the caller had said: {found.heard or 'nothing'}")
        for sign, frames in (("-", found.then), ("+", found.now)):
            for line in map(_done, frames) if frames else ("(nothing)",):
                click.echo(f"{sign} {line}")
        raise SystemExit(PROBLEMS)
    if flow is not None:
        click.echo("the flow does the same")


def _done(frame: Mapping[str, Any]) -> str:
    """What was sent or run, in one line."""
    from flowengine.devtools.words import plainly

    match frame:
        case {"command": "run_tool"}:
            return f"tool {frame['name']} ({plainly(frame.get('arguments', {}))})"
        case {"response_type": "update_agent", "agent_config": settings}:
            return f"agent settings: {plainly(settings)}"
        case {"response_type": "metadata", "metadata": values}:
            return f"metadata: {plainly(values)}"
    rest = {key: value for key, value in frame.items() if key not in _UNSAID and value is not None}
    return f"agent: {frame.get('content') or '(nothing)'}" + (f"  [{plainly(rest)}]" if rest else "")


_UNSAID = ("response_type", "response_id", "interrupt_id", "content", "content_complete")
