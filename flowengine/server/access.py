"""Who may open which call: decided from the request line alone, before the handshake ends."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote

from flowengine.server.options import ServeOptions

ALIAS = "custom_llm"
"""The path that Retell's AsyncAPI document names the channel by."""

CALL_ID = re.compile(r"[A-Za-z0-9._~:@+=-]{1,200}")
"""What a call id may look like. Retell's are like `call_4d1f...`; none of these characters means anything in a path."""


@dataclass(frozen=True, slots=True)
class Target:
    """The call that a request wants to open."""

    flow: str
    call_id: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the handshake is refused: HTTP status and a line of text for whoever sets it up."""

    status: int
    text: str


def peer_address(remote: object, forwarded: str | None, trust_proxy: bool) -> str:
    """The address of who connects. Behind a trusted proxy: the one it saw, which is the last it added."""
    if trust_proxy and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(remote[0]) if isinstance(remote, tuple) and remote else ""


def may_connect(address: str, options: ServeOptions) -> bool:
    """Whether this address is in one of the allowed networks."""
    if not options.allow_ip:
        return True
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return any(ip in allowed for allowed in options.allow_ip)


def locate(
    path: str,
    flows: Collection[str],
    options: ServeOptions,
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> Target | Refusal:
    """The call that `path` (with its query) names, or why it is refused.

    `{base}[/{flow}][/{secret}]/{call_id}`, flow and secret in any order; the flow may be left out when there is one.
    `aliases` are other names of flows: the names of their files.
    """
    bare, _, query = path.partition("?")
    segments = [unquote(segment) for segment in bare.split("/") if segment]
    base = [segment for segment in options.base_path.split("/") if segment]
    if segments[:1] == [ALIAS] and base[:1] != [ALIAS] and len(segments) > 1:
        rest = segments[1:]
    elif segments[: len(base)] == base and len(segments) > len(base):
        rest = segments[len(base) :]
    else:
        return Refusal(
            404, f"Nothing is here. Calls are answered at {options.base_path.rstrip('/')}/{{call_id}}\n"
        )
    *middle, call_id = rest
    if options.secret is not None:
        found = _take_secret(middle, options.secret)
        given = [value for name, value in parse_qsl(query) if name == "secret"]
        if not found and not any(_same(value, options.secret) for value in given):
            return Refusal(401, "The secret is missing or wrong.\n")
    middle = [segment if segment in flows else aliases.get(segment, segment) for segment in middle]
    if len(middle) > 1 or (middle and middle[0] not in flows):
        return Refusal(404, "No such flow is served here.\n")
    if not middle and len(flows) != 1:
        return Refusal(404, "Several flows are served here: put the flow's name before the call id.\n")
    if CALL_ID.fullmatch(call_id) is None:
        return Refusal(400, "This is no call id.\n")
    return Target(middle[0] if middle else next(iter(flows)), call_id)


def _take_secret(segments: list[str], secret: str) -> bool:
    for index, segment in enumerate(segments):
        if _same(segment, secret):
            del segments[index]
            return True
    return False


def _same(given: str, secret: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())
