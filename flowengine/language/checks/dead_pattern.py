"""A pattern that cannot match.

What: words that contradict each other: `all` of two different `exact` utterances, or a phrase together with `not` the
same phrase.

Why: the handler can never run.

Bad:

    - {match: {all: [refund, {not: refund}]}, goto: refunds}

Good:

    - {match: {all: [refund, {not: no refund}]}, goto: refunds}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Case
from flowengine.language.problems import Problem
from flowengine.language.reader import Node
from flowengine.speech.patterns import All, Not, Pattern, Regex
from flowengine.speech.text import hear

CODES = ("dead-pattern",)


def check(case: Case) -> Iterator[Problem]:
    places: list[tuple[Pattern, Node]] = [
        (intent.pattern, case.build.nodes[f"intent {intent.name}"])
        for intent in case.flow.intents.values()
        if intent.where is not None
    ]
    for _, handler in case.handlers():
        if handler.condition.match is not None:
            places.append((handler.condition.match, case.build.nodes[handler.key].at("match")))
    seen: set[int] = set()
    for pattern, node in places:
        if id(node) not in seen and isinstance(pattern, All) and not _possible(pattern):
            message = "this pattern cannot match: its parts contradict each other"
            yield Problem(
                "warning", "dead-pattern", message, node.where, "every part of `all` must hold at once"
            )
        seen.add(id(node))


def _possible(pattern: All) -> bool:
    """Try the pattern on its own phrases: all of them in one utterance, and each alone."""
    if any(
        isinstance(part, Regex) or (isinstance(part, Not) and isinstance(part.part, Regex))
        for part in pattern.parts
    ):
        return True
    phrases = pattern.phrases
    if not phrases:
        return True
    tries = [" ".join(phrases), " ".join(reversed(phrases)), *phrases, *_one_of_each(pattern)]
    return any(pattern.search(hear(words)) is not None for words in tries)


def _one_of_each(pattern: All) -> list[str]:
    """Utterances with one phrase of every part, a few of them."""
    found = [""]
    for part in pattern.parts:
        if part.phrases:
            found = [f"{words} {phrase}".strip() for words in found for phrase in part.phrases][:200]
    return found
