"""Intents that overlap: the same phrase in two of them, or a phrase that an intent tried earlier takes away.

What: two intents list the same phrase; or, in one list of handlers, an intent higher up also matches a phrase of an
intent further down.

Why: the first handler wins, so the phrase never means what its own intent says.

Bad:

    intents:
      yes: [yes, sure]
      more: [yes please more, sure]

Good:

    intents:
      yes: [yes, sure]
      more: [more please]
"""

from __future__ import annotations

from collections.abc import Iterator

from flowengine.language.compile.build import Build, Case
from flowengine.language.flow import Handler, Source
from flowengine.language.problems import Problem
from flowengine.speech.canon import words
from flowengine.speech.text import hear

CODES = ("same-phrase", "shadowed-intent")


def check(case: Case) -> Iterator[Problem]:
    yield from _same(case)
    yield from _hidden(case)


def _same(case: Case) -> Iterator[Problem]:
    owners: dict[tuple[str, tuple[str, ...]], str] = {}
    for intent in case.flow.intents.values():
        if intent.where is None:
            continue
        scope, _, name = intent.name.rpartition(":")
        for phrase in intent.pattern.phrases:
            key = (scope, tuple(words(phrase, case.flow.language)))
            owner = owners.setdefault(key, name)
            if owner != name:
                message = f"the intents '{owner}' and '{name}' both have the phrase '{phrase}'"
                where = _phrase_place(case.build, intent.name, phrase)
                yield Problem("warning", "same-phrase", message, where, "keep it in one of them")


def _phrase_place(build: Build, intent: str, phrase: str) -> Source:
    waiting = [build.nodes[f"intent {intent}"]]
    while waiting:
        node = waiting.pop(0)
        if node.kind == "scalar" and node.written == phrase:
            return node.where
        waiting += [*node.items, *node.pairs.values()]
    return build.nodes[f"intent {intent}"].where


def _hidden(case: Case) -> Iterator[Problem]:
    told: set[tuple[str, str]] = set()
    lists = [case.flow.on.get("response_required", ())]
    lists += [state.on.get("response_required", ()) for state in case.flow.states.values()]
    for handlers in lists:
        for index, later in enumerate(handlers):
            for earlier in handlers[:index]:
                if _plain(earlier) and _plain(later) and earlier.first == later.first:
                    yield from _taken(case, earlier, later, told)


def _plain(handler: Handler) -> bool:
    condition = handler.condition
    return bool(condition.intents) and not (condition.match or condition.slots or condition.test)


def _taken(case: Case, earlier: Handler, later: Handler, told: set[tuple[str, str]]) -> Iterator[Problem]:
    for name in later.condition.intents:
        intent = case.flow.intents.get(name)
        if intent is None or intent.where is None or name in earlier.condition.intents:
            continue
        for other in earlier.condition.intents:
            first = case.flow.intents.get(other)
            if first is None or (other, name) in told:
                continue
            mine = {tuple(words(phrase, case.flow.language)) for phrase in first.pattern.phrases}
            taken = [
                phrase
                for phrase in intent.pattern.phrases
                if first.pattern.search(hear(phrase)) is not None
                and tuple(words(phrase, case.flow.language)) not in mine
            ]
            if taken:
                told.add((other, name))
                bare = (other.rpartition(":")[2], name.rpartition(":")[2])
                message = f"'{taken[0]}' of the intent '{bare[1]}' is taken by '{bare[0]}' in line {earlier.where.line}"
                hint = "put the handler with the longer phrases first"
                yield Problem("warning", "shadowed-intent", message, later.where, hint)
