"""What must not be written anywhere: values of slots marked `sensitive`, and secrets from the environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flowengine.engine.snapshot import Snapshot
from flowengine.engine.world import World
from flowengine.language.flow import Flow
from flowengine.speech.speaking import digits, spell, spoken
from flowengine.speech.values import plain

REDACTED = "[redacted]"

_FORMS = (spoken, spell, digits)


def secrets_of(flow: Flow, snapshot: Snapshot) -> Sequence[str]:
    """Texts of this call that must not be written, as far as they are known now."""
    found = [value for value in flow.env.values() if len(value) > 3]
    for slot in flow.slots.values():
        for world in _worlds(snapshot) if slot.sensitive else ():
            value = world.slots.get(slot.name)
            if value is not None:
                found += _forms(value, flow.language)
    return found


def private_turn(
    flow: Flow, before: World, snapshot: Snapshot, facts: Mapping[str, object]
) -> Mapping[str, object]:
    """The facts of a turn without sensitive words.

    What was heard is left out whole where a sensitive slot was asked (`before` is the base of the ask) or filled:
    an attempt that was not understood may hold half of a secret. In what was said, known values are replaced.
    """
    sensitive = {name for name, slot in flow.slots.items() if slot.sensitive}
    if not sensitive:
        return facts
    told = dict(facts)
    worlds = _worlds(snapshot)
    asked = before.asked in sensitive or any(choice.slot in sensitive for choice in before.choices)
    filled = any(world.slots.get(name) != before.slots.get(name) for world in worlds for name in sensitive)
    if told.get("heard") and (asked or filled):
        told["heard"] = REDACTED
    secrets = sorted(secrets_of(flow, snapshot), key=len, reverse=True)
    for field in ("heard", "said"):
        text = str(told.get(field, ""))
        for secret in secrets:
            text = text.replace(secret, REDACTED) if secret else text
        told[field] = text
    return told


def _worlds(snapshot: Snapshot) -> list[World]:
    worlds = [snapshot.base]
    if snapshot.turn is not None:
        worlds += [segment.draft for segment in snapshot.turn.segments]
    return worlds


def _forms(value: object, language: str) -> list[str]:
    forms = [str(plain(value))]
    for form in _FORMS:
        try:
            forms.append(form(value, language))
        except (TypeError, ValueError):
            continue
    return forms
