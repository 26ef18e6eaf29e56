"""`flowengine replay`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

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
      0  shown, or the flow does the same
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
        click.echo(
            f"\nfrom here on it differs (event {found.number}; the caller had said: {found.heard or 'nothing'})"
        )
        for sign, frames in (("-", found.then), ("+", found.now)):
            for frame in frames:
                click.echo(f"{sign} {json.dumps(frame, ensure_ascii=False)}")
        raise SystemExit(PROBLEMS)
    if flow is not None:
        click.echo("the flow does the same")
