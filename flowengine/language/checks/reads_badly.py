"""Text that reads badly aloud.

What: markdown, lists, headings, emoji, links and long runs of digits in what is spoken, and values that are put into
a text without `| spoken`, `| spell` or `| digits` although their written form is not how people say them.

Why: every character is read aloud: "asterisk asterisk", "2026 dash 11 dash 24".

Bad:

    slots: {day: {type: date, ask: "**Which** day? See https://example.com/days"}}
    states:
      ask_day: {collect: [day], goto: bye}
      bye: {say: "See you on {{ day }}!", no_interruption_allowed: true, end_call: true}

Good:

    slots: {day: {type: date, ask: Which day?}}
    states:
      ask_day: {collect: [day], goto: bye}
      bye: {say: "See you on {{ day | spoken }}!", no_interruption_allowed: true, end_call: true}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowengine.language.compile.build import Case, Reading
from flowengine.language.flow import Source
from flowengine.language.problems import Problem
from flowengine.language.templates import Template

CODES = ("reads-badly", "unspoken-value")

_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_RULES = (
    (
        re.compile(r"https?://\S+|www\.\S+"),
        "a link",
        "say the name of the site, or send the link by other means",
    ),
    (re.compile(r"\[[^\]]+\]\([^)]*\)"), "a markdown link", "write it as it is said"),
    (re.compile(r"\*\*|__|`|~~|(?<!\w)\*\w[^*]*\w\*(?!\w)"), "markdown", "write plain words"),
    (re.compile(r"(?m)^\s{0,3}#{1,6}\s"), "a heading", "write plain words"),
    (re.compile(r"(?m)^\s*(?:[-*•]|\d{1,2}[.)])\s+\S"), "a list", "say it in a sentence: first, second, and"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), "markup", "write plain words"),
    (re.compile(r"[\U0001F000-\U0001FAFF☀-➿⬀-⯿️]"), "an emoji", "leave it out"),
    (re.compile(r"\d{5,}"), "a long run of digits", "write {{ '12345' | digits }}, or the number in words"),
)
_WRITTEN_FORMS = frozenset({"date", "time", "datetime", "duration", "money", "phone", "email", "digits"})


def check(case: Case) -> Iterator[Problem]:
    for reading in case.build.readings:
        if reading.spoken and isinstance(reading.code, Template):
            yield from _text(reading)
            yield from _values(case, reading, reading.code)


def _text(reading: Reading) -> Iterator[Problem]:
    written = _JINJA.sub(" ", str(reading.node.value))
    for rule, what, hint in _RULES:
        found = rule.search(written)
        if found is not None:
            where = reading.unit.text_of(reading.node).find(reading.node, found.group().strip())
            yield Problem("warning", "reads-badly", f"{what} reads badly aloud", where, hint)


def _values(case: Case, reading: Reading, template: Template) -> Iterator[Problem]:
    for name in sorted(template.unspoken):
        slot = case.flow.slots.get(reading.unit.slots.get(name, ""))
        if slot is not None and slot.type.name in _WRITTEN_FORMS:
            message = f"the {slot.type.name} '{name}' would be read as it is written"
            hint = f"write {{{{ {name} | spoken }}}}" + (
                ", or | spell" if slot.type.name in ("email", "phone") else ""
            )
            yield Problem("warning", "unspoken-value", message, _place(reading, name), hint)


def _place(reading: Reading, name: str) -> Source:
    return reading.unit.text_of(reading.node).find(reading.node, name)
