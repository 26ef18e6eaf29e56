"""Rules of what is read aloud."""

from __future__ import annotations

import re

from flowengine.devtools.simulate.observed import Observed
from flowengine.devtools.simulate.rules.base import PRACTICE, Findings, Rule

_MARKUP = re.compile(
    r"\*\*|__|```|`[^`]+`|^\s{0,3}#{1,6}\s|^\s*[-*•]\s|^\s*\d+\.\s+\S+.*\n\s*\d+\.|\[[^\]]+\]\([^)]+\)|</?[a-z]+>",
    re.MULTILINE,
)
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]")


class Speakable(Rule):
    """Content is read aloud as it is. Markdown, lists, headings, links and emoji become noise or nonsense in the
    caller's ear.
    """

    id = "speakable"
    title = "Content can be read aloud"
    reference = PRACTICE
    level = "warning"

    def check(self, call: Observed) -> Findings:
        for event in call.frames():
            content = (event.value or {}).get("content")
            kind = (event.value or {}).get("response_type")
            if kind not in ("response", "agent_interrupt") or not isinstance(content, str):
                continue
            for name, pattern in (("markup", _MARKUP), ("an emoji", _EMOJI)):
                if pattern.search(content):
                    yield event.at, f"{name} in {content:.60}"
