"""`flowengine explain`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from flowengine.cli.moments import MOMENT, ZONE, epoch_ms, in_zone
from flowengine.cli.output import colour, fail, load_or_exit

if TYPE_CHECKING:
    from flowengine.cli.verdict import Verdict
    from flowengine.speech.contract import Context, SlotType


@click.command("explain")
@click.argument("arguments", nargs=-1, metavar="[FLOW] WORDS")
@click.option("--state", metavar="STATE", help="Explain in this state; without it, where a call begins.")
@click.option("--type", "type_", metavar="TYPE", help="Explain a slot type instead of a flow.")
@click.option("--now", type=MOMENT, help="The moment that dates are read against; without it, the present.")
@click.option("--timezone", type=ZONE, help="With --type: the time zone, UTC if not given.")
@click.option("--language", default="en", show_default=True, help="With --type: the language.")
@click.option(
    "--hours", metavar="FROM-UNTIL", help="With --type: hours that a bare hour falls into, 08:00-19:00."
)
@click.option(
    "--prefer", help="With --type: settles what is ambiguous: this_week, next_week, past, am, pm ..."
)
@click.option("--country", help="With --type: the country of phone numbers said without one.")
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE",
              help="With --type: another option of the slot (repeatable): choices=red,blue or min=1.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(
    arguments: tuple[str, ...],
    state: str | None,
    type_: str | None,
    now: datetime | None,
    timezone: ZoneInfo | None,
    language: str,
    hours: str | None,
    prefer: str | None,
    country: str | None,
    options: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show what would be understood: every candidate, score, slot value and guard, and the line that wins.

    With --type no flow is needed: WORDS are taken as the answer to a question for a value of that type. `-` for
    WORDS reads utterances from standard input, one a line.

    \b
    Examples:
      flowengine explain booking.yaml "tomorrow at three"
      flowengine explain booking.yaml "no, Tuesday" --state booking.confirm
      flowengine explain --type date "a week from Thursday"
      flowengine explain --type time --hours 09:00-17:00 "half past three"
      flowengine explain --type choice --option choices=red,blue "the red one"
      flowengine explain --type date --now 2026-11-23T10:00:00-05:00 \\
          --timezone America/New_York --json - < utterances.txt

    \b
    With --type and --json each line is {"text", "values", "ambiguous", "words"}; `values` are canonical,
    the likeliest reading first: ISO dates, 24-hour times, E.164 numbers, {amount, currency}, seconds.

    \b
    Exit codes:
      0  explained
      1  the flow has errors
      2  wrong options
    """
    from flowengine.speech.custom import PythonTypeError

    if type_ is not None:
        kind = _slot_type(type_)
        given = _options(options, country)
        zone = timezone or ZoneInfo("UTC")
        context = _context(now, zone, language, _hours(hours), prefer, given)
        try:
            _explain_type(_utterances(arguments), kind, context, as_json)
        except PythonTypeError as error:
            fail(str(error))
        return
    if len(arguments) < 2:
        fail(
            "give a flow and the caller's words, or --type",
            'flowengine explain booking.yaml "tomorrow at three"',
        )
    flow = load_or_exit(Path(arguments[0]))
    moment = epoch_ms(in_zone(now, ZoneInfo(flow.timezone)))
    from flowengine.cli.verdict import NoSuchState, explain

    for text in _utterances(arguments[1:]):
        try:
            verdict = explain(flow, text, state, moment)
        except (NoSuchState, PythonTypeError) as error:
            fail(str(error))
        if as_json:
            click.echo(json.dumps(asdict(verdict), ensure_ascii=False))
        else:
            _print(verdict)


def _utterances(arguments: tuple[str, ...]) -> Iterator[str]:
    if arguments and arguments != ("-",):
        yield " ".join(arguments)
        return
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


# --- one slot type ---------------------------------------------------------------------------------------------


def _slot_type(name: str) -> SlotType:
    from flowengine.speech.types import TYPE_NAMES, PythonTypeError, load_python_type, slot_type

    try:
        if name.startswith("python:"):
            return load_python_type(name, Path.cwd())
        return slot_type(name)
    except KeyError:
        fail(
            f"there is no slot type '{name}'", f"there are {', '.join(TYPE_NAMES)}, and python:module:object"
        )
    except PythonTypeError as error:
        fail(str(error))


def _context(
    now: datetime | None,
    zone: ZoneInfo,
    language: str,
    hours: tuple[str, str] | None,
    prefer: str | None,
    options: dict[str, Any],
) -> Context:
    from flowengine.speech.contract import Context

    return Context(in_zone(now, zone), language, asked=True, hours=hours, prefer=prefer, options=options)


def _hours(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.strip("[]").replace(",", "-").split("-")]
    try:
        first, last = (datetime.strptime(part, "%H:%M").strftime("%H:%M") for part in parts)
    except ValueError:
        fail(f"--hours: '{text}' is not FROM-UNTIL", "--hours 09:00-17:00")
    return first, last


def _options(pairs: Iterable[str], country: str | None) -> dict[str, Any]:
    options: dict[str, Any] = {} if country is None else {"country": country}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            fail(f"--option: '{pair}' is not NAME=VALUE", "--option choices=red,blue")
        try:
            options[name] = json.loads(text)
        except ValueError:
            listed = [item.strip() for item in text.split(",") if item.strip()]
            options[name] = listed if name == "choices" or len(listed) > 1 else text
    return options


def _explain_type(texts: Iterable[str], kind: SlotType, context: Context, as_json: bool) -> None:
    from flowengine.cli.reading import json_lines, readings, taken
    from flowengine.speech.text import hear

    if as_json:
        for line in json_lines(texts, kind, context):
            sys.stdout.write(line + "\n")
        return
    for text in texts:
        found = readings(hear(text), kind, context)
        winner = taken(found)
        click.echo(_style(f'"{text}"', bold=True))
        if not found:
            click.echo(f"  no {kind.name} in these words")
        for reading in found:
            mark = _style("✓", fg="green") if reading is winner else _style("·", dim=True)
            values = " or ".join(_value(value) for value in reading.values)
            why = reading.why or ("" if reading is winner else "a later mention wins")
            facts = f"{reading.candidate.form}, score {reading.candidate.score:.2f}"
            click.echo(f"  {mark} {_style(values, fg='cyan')}  from \"{reading.words}\"  {_style(facts, dim=True)}"
                       + (f"  {_style(why, fg='yellow')}" if why else ""), color=True)  # fmt: skip


# --- a flow ----------------------------------------------------------------------------------------------------


def _print(verdict: Verdict) -> None:
    def head(text: str) -> None:
        click.echo(f"\n{_style(text, bold=True)}")

    asked = f", {verdict.asked} was asked" if verdict.asked else ""
    click.echo(
        f"{_style(f'{chr(34)}{verdict.heard}{chr(34)}', bold=True)} in {verdict.state}{asked}", color=True
    )
    head("Intents")
    for intent in verdict.intents:
        click.echo(f"  {_style(intent.name, fg='cyan')}  \"{intent.words}\"  "
                   + _style(f"{intent.how}, score {intent.score:.2f}", dim=True), color=True)  # fmt: skip
    if not verdict.intents:
        click.echo(_style("  none", dim=True), color=True)
    head("Slots")
    for slot in verdict.slots:
        values = " or ".join(_value(value) for value in slot.values)
        mark = _style("✓", fg="green") if slot.fills else _style("·", dim=True)
        click.echo(f"  {mark} {_style(slot.slot, fg='cyan')} = {values}  from \"{slot.words}\"  "
                   + _style(f"{slot.type}, {slot.form}, score {slot.score:.2f}", dim=True)
                   + (f"  {_style(slot.why, fg='yellow')}" if slot.why else ""), color=True)  # fmt: skip
    if not verdict.slots:
        click.echo(_style("  none", dim=True), color=True)
    head("Handlers, in the order they are tried")
    for handler in verdict.handlers:
        won = handler.where == verdict.answered_by
        mark = _style("→", fg="green", bold=True) if won else _style("✓" if handler.holds else "·", dim=True)
        parts = "  ".join(
            _style(("✓ " if held else "✗ ") + text, fg="green" if held else None, dim=not held)
            for text, held in handler.conditions
        )
        click.echo(f"  {mark} {handler.where}  {_style(handler.scope, dim=True)}  {parts or 'always'}  "
                   + _style(handler.move, dim=True), color=True)  # fmt: skip
    head("Answer")
    click.echo(f"  line   {_style(verdict.answered_by, fg='green', bold=True)}", color=True)
    click.echo(
        f"  state  {verdict.state}"
        + (f" → {verdict.new_state}" if verdict.new_state != verdict.state else "")
    )
    for name, value in verdict.filled.items():
        click.echo(f"  slot   {name} = {_value(value)}")
    if verdict.tool:
        click.echo(f"  tool   {verdict.tool}")
    for name, value in verdict.action.items():
        click.echo(f"  frame  {name}: {_value(value)}")
    click.echo(f"  says   {verdict.said or '(nothing)'}")


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _style(text: str, **style: Any) -> str:
    return click.style(text, **style) if colour() else text
