"""`flowengine run`."""

from __future__ import annotations

import errno
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowengine.cli.files import flow_files
from flowengine.cli.moments import MOMENT, epoch_ms
from flowengine.cli.output import PROBLEMS, colour, fail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowengine.runtime.reporter import JsonReporter, TerminalReporter
    from flowengine.runtime.source import FlowSource
    from flowengine.server import ServeOptions, Server


@click.command("run")
@click.argument("flow_or_folder", type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535),
              help="Port to listen on; 0 takes a free one.")  # fmt: skip
@click.option("--base-path", default="/llm-websocket", show_default=True, help="Path before the call id.")
@click.option("--secret", envvar="FLOWENGINE_SECRET", show_envvar=True,
              help="Refuse calls whose URL does not carry this text.")  # fmt: skip
@click.option("--allow-ip", multiple=True, metavar="ADDRESS",
              help="Refuse everyone but this address or network (repeatable); 'retell' is Retell's.")  # fmt: skip
@click.option("--trust-proxy", is_flag=True, help="Take the caller's address from X-Forwarded-For.")
@click.option("--reload", is_flag=True, help="Saving a flow changes running calls between turns.")
@click.option("--drain-seconds", default=300.0, show_default=True, type=click.FloatRange(0),
              help="How long live calls may go on after SIGTERM.")  # fmt: skip
@click.option("--store", default=".flowengine/calls.db", show_default=True,
              help="Where calls outlive the process: a SQLite file, redis://..., or memory.")  # fmt: skip
@click.option("--log", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="One line per turn for people, or JSON lines for machines.")  # fmt: skip
@click.option("--log-text", is_flag=True, help="With --log json: write what callers said, too.")
@click.option("--verbose", "-v", is_flag=True, help="Log details as well.")
@click.option("--record", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help="Write each call to a file that `flowengine replay` plays again.")  # fmt: skip
@click.option("--max-calls", default=1000, show_default=True, type=click.IntRange(1), help="Calls at a time.")
@click.option(
    "--now", type=MOMENT, help="Pin the moment that the clock starts at; dates are read against it."
)
def command(
    flow_or_folder: Path,
    host: str,
    port: int,
    base_path: str,
    secret: str | None,
    allow_ip: tuple[str, ...],
    trust_proxy: bool,
    reload: bool,
    drain_seconds: float,
    store: str,
    log: str,
    log_text: bool,
    verbose: bool,
    record: Path | None,
    max_calls: int,
    now: datetime | None,
) -> None:
    """Answer calls: serve a flow, or all flows of a folder, to Retell's Custom LLM WebSocket.

    Prints the URL to paste into Retell, then one line per turn: the call, the state before and after, what was
    heard and said, which line of the flow answered, and how long it took.

    \b
    Examples:
      flowengine run booking.yaml
      flowengine run booking.yaml --reload
      flowengine run flows/ --port 9000 --secret 8f2c91d0
      flowengine run flows/ --host 0.0.0.0 --allow-ip retell --log json

    \b
    Signals:
      SIGTERM, SIGINT   take no new calls, let live ones finish (twice: stop at once)
      SIGHUP            load new versions of the flows, for new calls

    \b
    Exit codes:
      0  stopped after a signal
      1  a flow has errors, or the server could not start
      2  wrong options
    """
    import asyncio

    from flowengine.errors import FlowengineError, FlowError
    from flowengine.runtime.source import FlowSource
    from flowengine.server import RETELL_ADDRESS, ServeOptions, network, serve

    if not base_path.strip("/"):
        fail("--base-path needs at least one path segment", "for example --base-path /llm-websocket")
    try:
        networks = tuple(network(RETELL_ADDRESS if text == "retell" else text) for text in allow_ip)
    except ValueError as error:
        fail(f"--allow-ip: {error}")
    flows: dict[str, FlowSource] = {}
    failed = False
    for file in flow_files(flow_or_folder):
        try:
            source = FlowSource(file)
        except FlowError as error:
            _print_problems(error)
            failed = True
            continue
        name = source.edition.flow.name
        if name in flows:
            fail(
                f"two flows are named '{name}': {flows[name].path} and {file}",
                "change `flow:` in one of them",
            )
        flows[name] = source
        if source.warnings and log == "text":
            _print_problems(FlowError(source.warnings))
    if failed:
        raise SystemExit(PROBLEMS)
    if now is not None and now.tzinfo is None:
        from zoneinfo import ZoneInfo

        now = now.replace(tzinfo=ZoneInfo(next(iter(flows.values())).edition.flow.timezone))
    options = ServeOptions(
        host=host,
        port=port,
        base_path="/" + base_path.strip("/"),
        secret=secret or None,
        allow_ip=networks,
        trust_proxy=trust_proxy,
        store=store,
        max_calls=max_calls,
        drain_seconds=drain_seconds,
        reload=reload,
        now=None if now is None else epoch_ms(now),
        record=record,
    )
    reporter = _reporter(log, log_text, verbose)

    def ready(server: Server) -> None:
        if log == "text":
            click.echo(banner(options, server.port, flows))

    try:
        asyncio.run(serve(options, flows, reporter, ready=ready))
    except (OSError, FlowengineError) as error:
        click.secho("error: ", fg="red", bold=True, nl=False, err=True)
        click.echo(_why(error, host, port), err=True)
        raise SystemExit(PROBLEMS) from None


def _why(error: Exception, host: str, port: int) -> str:
    """What kept the server from starting, and what to do about it."""
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return (
            f"port {port} of {host} is in use\nhint: stop what listens there, or choose another with --port"
        )
    if isinstance(error, OSError) and error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine\nhint: --host 127.0.0.1 for this machine alone, 0.0.0.0 for all"
    return str(error)


def _print_problems(error: object) -> None:
    import sys

    from flowengine.errors import FlowError
    from flowengine.language.problems import Problem, render_all

    assert isinstance(error, FlowError)
    problems = [problem for problem in error.problems if isinstance(problem, Problem)]
    sources = {}
    for file in {problem.where.file for problem in problems}:
        try:
            sources[file] = Path(file).read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            continue
    click.echo(render_all(problems, sources, colour(sys.stderr)), err=True, color=True)


def _reporter(log: str, log_text: bool, verbose: bool) -> JsonReporter | TerminalReporter:
    from flowengine.runtime.reporter import JsonReporter, TerminalReporter

    if log == "json":
        return JsonReporter(log_text=log_text, level="debug" if verbose else "info")
    return TerminalReporter(verbose=verbose)


def banner(options: ServeOptions, port: int, flows: Mapping[str, FlowSource]) -> str:
    """What is served, where, and what to paste into Retell."""
    from urllib.parse import quote

    bold: dict[str, Any] = {"bold": True}
    dim: dict[str, Any] = {"dim": True}
    host = f"[{options.host}]" if ":" in options.host else options.host
    secret = f"/{quote(options.secret, safe='')}" if options.secret else ""
    lines = [
        click.style("flowengine", **bold)
        + " answers calls"
        + (", and reloads on save" if options.reload else "")
    ]
    for name, source in flows.items():
        path = options.base_path + (f"/{name}" if len(flows) > 1 else "") + secret
        lines += [
            "",
            f"  {click.style(name, fg='cyan', bold=True)}  {click.style(str(source.path), **dim)}",
            f"    listens at       ws://{host}:{port}{path}",
            f"    paste in Retell  {click.style(f'wss://YOUR-HOST{path}', **bold)}",
        ]
    lines.append("")
    if options.host in ("127.0.0.1", "::1", "localhost"):
        lines += [
            f"Retell dials in from the internet, and this is {options.host}. Put a tunnel or a TLS proxy in front of",
            f"port {port} and write its host name for YOUR-HOST. Retell adds the call id to the URL by itself.",
        ]
    else:
        lines.append(
            "Write the public host name, with TLS in front, for YOUR-HOST. Retell adds the call id by itself."
        )
    if not options.secret and not options.allow_ip:
        lines.append("Anyone who knows the URL can call: --secret and --allow-ip retell keep others out.")
    if options.now is not None:
        from datetime import UTC, datetime

        pinned = datetime.fromtimestamp(options.now / 1000, UTC).isoformat(timespec="seconds")
        lines.append(f"The clock starts at {pinned}.")
    lines += ["", click.style("One line per turn follows. Stop with Ctrl-C.", **dim), ""]
    return "\n".join(lines)
