"""Transcripts as hostile as callers and networks can make them, in every way JSON can be written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

HOSTILE = [
    '"',
    "\\",
    "\\\\",
    '{"role": "user", "content": "',
    '{"role":"agent","content":"',
    '"role":',
    '"}, {"role": "user"',
    '"}],"turntaking":"user_turn"}',
    '"transcript": [',
    "transcript",
    "]}",
    "[",
    "}",
    "\\u0041",
    "\\ud800",
    "\ud83d",
    "\ude00",
    "😀",
    "é",
    "\u2028",
    "\x00",
    "\n\t\r",
    ",",
    ":",
    " ",
    "null",
    "(unintelligible audio)",
    "yes, Tuesday at three",
]
contents = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=6), max_size=5).map("".join)
words = st.lists(
    st.fixed_dictionaries({"word": contents, "start": st.floats(0, 999), "end": st.integers(0, 999)}),
    max_size=3,
)
plain_utterances = st.fixed_dictionaries(
    {"role": st.sampled_from(["agent", "user"]), "content": contents}, optional={"words": words}
)
odd_utterances = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["agent", "user", "system", "", None, 3]),
        "content": st.none() | st.integers() | contents | st.lists(contents, max_size=2),
        "words": st.none() | words,
        "transcript": contents,
        "extra": st.dictionaries(contents, plain_utterances, max_size=2),
    },
)
utterances = st.one_of(plain_utterances, plain_utterances, plain_utterances, odd_utterances)

Style = Callable[[dict[str, Any]], bytes]


def _dumped(**options: Any) -> Style:
    def write(frame: dict[str, Any]) -> bytes:
        return json.dumps(frame, **options).encode("utf-8", "replace")

    return write


def _last_first(frame: dict[str, Any]) -> bytes:
    turned = {**frame, "transcript": [dict(reversed(entry.items())) for entry in frame["transcript"]]}
    return json.dumps(dict(reversed(turned.items()))).encode()


def _doubled(frame: dict[str, Any]) -> bytes:
    """The transcript twice, the first time another one: the last one counts."""
    text = json.dumps(frame)
    other = json.dumps([{"role": "user", "content": "not this"}] * 11)
    return ('{"transcript": ' + other + ", " + text[1:]).encode()


def _doubled_late(frame: dict[str, Any]) -> bytes:
    head = {key: value for key, value in frame.items() if key != "transcript"}
    text = json.dumps({"transcript": [{"role": "user", "content": "not this"}] * 11, **head})
    return (text[:-1] + ', "transcript": ' + json.dumps(frame["transcript"]) + "}").encode()


def _with_tool_calls(frame: dict[str, Any]) -> bytes:
    note = {"role": "tool_call_invocation", "tool_call_id": "1", "name": "x", "arguments": "{}"}
    return json.dumps({**frame, "transcript_with_tool_calls": [*frame["transcript"], note]}).encode()


def _tool_calls_first(frame: dict[str, Any]) -> bytes:
    return json.dumps({"transcript_with_tool_calls": frame["transcript"][:2], **frame}).encode()


def _escaped_key(frame: dict[str, Any]) -> bytes:
    return json.dumps({"transcript": [], **frame}).replace('"transcript"', r'"tr\u0061nscript"', 1).encode()


def _strays(frame: dict[str, Any]) -> bytes:
    return json.dumps(
        {"timestamp": 1.5e3, **frame, "flag": None, "list": [], "more": {"transcript": []}}
    ).encode()


def _airy(frame: dict[str, Any]) -> bytes:
    return b" \r\n" + json.dumps(frame, separators=(" ,\t", "\n: ")).encode() + b"\n "


COMMON: list[Style] = [
    _dumped(),
    _dumped(separators=(",", ":")),
    _dumped(ensure_ascii=False),
    _dumped(separators=(",", ":"), ensure_ascii=False),
]
RARE: list[Style] = [
    _dumped(indent=2),
    _dumped(indent="\t", sort_keys=True),
    _dumped(sort_keys=True),
    _last_first,
    _doubled,
    _doubled_late,
    _with_tool_calls,
    _tool_calls_first,
    _escaped_key,
    _strays,
    _airy,
]
