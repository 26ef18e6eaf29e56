"""Everything that can be set about serving, with its defaults."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

RETELL_ADDRESS = "100.20.5.228"
"""The address that Retell dials from (its Custom LLM set-up guide)."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Options of `serve`.

    host, port           where to listen; port 0 takes a free one
    base_path            path before the call id; `/custom_llm` answers too
    secret               a text that the path or the query (`secret=`) must carry, None for none
    allow_ip             networks that may connect; empty: all
    trust_proxy          take the caller's address from the last entry of X-Forwarded-For
    store                "memory", "redis://...", or the path of a SQLite file
    max_calls            open sockets at a time; a redial of a live call is let in over it
    frames_per_second    of one call; more are thinned, see `limits`; 0: no limit
    max_frame_bytes      a larger frame ends the socket (not the call); a long call's transcript must fit
    send_seconds         a peer that takes nothing off us for so long is dropped
    drain_seconds        how long live calls may go on after SIGTERM
    reload               watch the flow's files and move running calls over to new versions
    now                  the moment the clock starts at, ms since the epoch; None is the real one
    record               folder for recordings of calls, None for none
    forget_seconds       how long an ended call is remembered for a late redial
    """

    host: str = "127.0.0.1"
    port: int = 8080
    base_path: str = "/llm-websocket"
    secret: str | None = None
    allow_ip: tuple[Network, ...] = field(default=())
    trust_proxy: bool = False
    store: str = ".flowengine/calls.db"
    max_calls: int = 1_000
    frames_per_second: int = 500
    max_frame_bytes: int = 16 * 1024 * 1024
    send_seconds: float = 10.0
    drain_seconds: float = 300.0
    reload: bool = False
    now: int | None = None
    record: Path | None = None
    forget_seconds: float = 60.0


def network(text: str) -> Network:
    """A network from "10.0.0.0/8" or an address. ValueError if it is neither."""
    return ipaddress.ip_network(text.strip(), strict=False)
