"""Collecting slots: what is stored, what is rejected, what is asked next, and the read-back.

Source of the form-filling rules: VoiceXML 2.1, form interpretation algorithm, adapted as in docs/reference/language.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flowengine.engine import ambiguity
from flowengine.engine.phrases import phrase
from flowengine.engine.readback import wrong_parts
from flowengine.engine.understand import closed_values, current, open_beside, open_value
from flowengine.engine.world import Choice
from flowengine.language.flow import Collect, Slot
from flowengine.speech.contract import Candidate
from flowengine.speech.types import slot_type

if TYPE_CHECKING:
    from flowengine.engine.run import Run


@dataclass(frozen=True, slots=True)
class Rejection:
    """A value that a `reject` rule refused; `line` is what the rule says, `where` its place."""

    slot: str
    line: str
    where: str


def collect_of(run: Run) -> Collect | None:
    """The form of the active state, None if it has none."""
    return next((action for action in run.state.entry if isinstance(action, Collect)), None)


def clear(run: Run, slot: str) -> None:
    """Empty a slot, switch its default off and start its attempts anew."""
    world = run.world
    world.slots.pop(slot, None)
    world.slot_attempts.pop(slot, None)
    world.choices = [choice for choice in world.choices if choice.slot != slot]
    if slot not in world.cleared:
        world.cleared.append(slot)


def start(run: Run, slots: Sequence[str]) -> None:
    """On entry: take what the same words already said (early answers), then ask for what is missing."""
    form = next(action for action in run.state.entry if isinstance(action, Collect))
    found = closed_values(run, slots, early=True) if run.said is not None else {}
    rejections = take(run, slots, found)
    if rejections:
        _refuse(run, rejections)
    _go_on(run, form, rejections)


def answer(run: Run, form: Collect) -> bool:
    """Closed slots of the active form, then its read-back. False if the words are none of them."""
    found = closed_values(run, form.slots, early=False)
    if found:
        asked = None if run.unasked else run.world.asked
        if asked in form.slots and asked is not None and asked not in found:
            beside = open_beside(run, asked, found)
            found = {**found, asked: beside} if beside else found
        store(run, form, found)
        return True
    return run.world.confirming and not run.unasked and _confirm(run, form)


def answer_open(run: Run, form: Collect) -> bool:
    """The asked slot takes the whole answer if it is open. False if nothing was taken."""
    asked = run.world.asked
    if asked is None or asked not in form.slots or run.unasked:
        return False
    candidate = open_value(run, asked)
    if candidate is None:
        return False
    store(run, form, {asked: candidate})
    return True


def store(run: Run, form: Collect, found: Mapping[str, Candidate]) -> None:
    """Understood: store what may be stored, speak about what may not, ask for the rest."""
    from flowengine.engine.dispatch import rejected, understood

    rejections = take(run, form.slots, found)
    if rejections:
        rejected(run, form, rejections)
    else:
        understood(run)
        _go_on(run, form, ())


def settle_choice(run: Run) -> bool:
    """The caller's word on an ambiguous value: a plain yes or no, or the words that tell the readings apart."""
    world = run.world
    choice = world.choices[0]
    form = collect_of(run)
    if form is None or choice.slot not in form.slots or run.said is None or run.unasked:
        return False
    told = said_yes(run)
    found = ambiguity.settled(run, choice, told)
    if found is not None:
        world.choices = world.choices[1:]
        store(run, form, {choice.slot: found})
        return True
    if told is False and ambiguity.plain(run.said, run.flow.language) and choice.readings[2:]:
        rest = Choice(choice.slot, choice.readings[1:], choice.question, choice.said)
        world.choices = [rest, *world.choices[1:]]
        ask(run, form, choice.slot)  # not this reading; is it the next?
        return True
    return False


def said_yes(run: Run) -> bool | None:
    """True for a yes, False for a no, None for neither."""
    assert run.said is not None
    from flowengine.engine.names import moment
    from flowengine.speech.contract import Context

    context = Context(now=moment(run.flow, run.at), language=run.flow.language, asked=True)
    found = slot_type("yes_no").recognise(run.said, context)
    return bool(found[-1].value) if found else None


def take(run: Run, names: Iterable[str], found: Mapping[str, Candidate]) -> list[Rejection]:
    """Store these values unless a rule refuses them; a refused correction keeps the old value.

    Rules run over all filled slots of the form, since one value can make another impossible.
    """
    world = run.world
    if not found:
        return []
    rejections: dict[str, Rejection] = {}
    old = {name: world.slots.get(name) for name in found}
    for name, candidate in found.items():
        world.choices = [choice for choice in world.choices if choice.slot != name]
        readings = [candidate.value, *candidate.alternatives]
        allowed = [reading for reading in readings if _refusal(run, name, reading) is None]
        if not allowed:
            refusal = _refusal(run, name, readings[0])
            assert refusal is not None
            rejections[name] = refusal
            _put(run, name, old[name])
        elif len(allowed) > 1:
            said = run.said.raw(candidate.start, candidate.end) if run.said is not None else ""
            world.choices = [*world.choices, Choice(name, allowed, candidate.question, said)]
            _put(run, name, old[name])
        else:
            _put(run, name, allowed[0])
            world.slot_attempts.pop(name, None)
            run.taken.append((candidate.start, candidate.end))
    for name in names:
        value = current(run, name)
        if value is None or name in rejections:
            continue
        refusal = _refusal(run, name, value)
        if refusal is not None:
            rejections[name] = refusal
            if name in found:
                _put(run, name, old[name])
            else:
                world.slots.pop(name, None)
                world.cleared = [*world.cleared, name] if name not in world.cleared else world.cleared
    return list(rejections.values())


def _put(run: Run, name: str, value: object) -> None:
    if value is None:
        run.world.slots.pop(name, None)
    else:
        run.world.slots[name] = value


def _refusal(run: Run, name: str, value: object) -> Rejection | None:
    """The first rule of the slot that refuses `value`; its line is rendered while the value stands."""
    slot = run.flow.slots[name]
    before = run.world.slots.get(name)
    run.world.slots[name] = value
    try:
        for rule in slot.reject:
            if run.test(rule.test, slot.scope):
                line = run.render(rule.lines, slot.scope, run.world.slot_attempts.get(name, 0))
                return Rejection(name, line, str(rule.where))
        return None
    finally:
        _put(run, name, before)


def _refuse(run: Run, rejections: Sequence[Rejection]) -> None:
    run.world.counts["rejected"] = run.world.counts.get("rejected", 0) + 1
    run.world.attempts += 1
    for rejection in rejections:
        run.output.say(rejection.line)
        run.output.answered_by = rejection.where
        run.world.slot_attempts[rejection.slot] = run.world.slot_attempts.get(rejection.slot, 0) + 1


def _go_on(run: Run, form: Collect, rejections: Sequence[Rejection]) -> None:
    """Ask for the next thing, or read back, or leave a form that is complete."""
    world = run.world
    target = rejections[0].slot if rejections else _next(run, form)
    if target is not None or world.choices or (form.confirm is not None):
        world.confirming = False
        world.readback_heard = False
        _ask(run, form, target)
        return
    _complete(run)


def _complete(run: Run) -> None:
    run.world.asked = None
    run.world.confirming = False
    state = run.state
    if state.move is not None:
        run.move(state.move, state.scope)


def _next(run: Run, form: Collect) -> str | None:
    return next((name for name in form.slots if current(run, name) is None), None)


def ask(run: Run, form: Collect, target: str | None = None) -> None:
    """The form's question once more."""
    asked = run.world.asked
    if target is None and asked in form.slots and asked is not None and not run.world.confirming:
        target = asked if current(run, asked) is None else None
    _ask(run, form, target or _next(run, form))


def _ask(run: Run, form: Collect, target: str | None) -> None:
    world = run.world
    choice = next(
        (c for c in world.choices if target is None or c.slot == target or c.slot in form.slots), None
    )
    if choice is not None:
        world.asked = choice.slot
        run.output.ask(ambiguity.question(run, choice))
    elif target is not None:
        world.asked = target
        slot = run.flow.slots[target]
        run.output.ask(_slot_question(run, slot))
    elif form.confirm is not None:
        world.asked = None
        world.confirming = True
        world.readback_heard = False
        run.output.ask(run.render(form.confirm, run.state.scope, world.attempts))


def _slot_question(run: Run, slot: Slot) -> str:
    if slot.ask is not None:
        return run.render(slot.ask, slot.scope, run.world.slot_attempts.get(slot.name, 0))
    return phrase("ask", run.flow.language).format(name=_spoken_name(slot))


def _spoken_name(slot: Slot) -> str:
    return slot.name.rpartition(":")[2].replace("_", " ")


def _confirm(run: Run, form: Collect) -> bool:
    """The answer to a read-back: which part is wrong, yes, or no. A yes counts once it was heard to its end."""
    from flowengine.engine.dispatch import understood

    assert run.said is not None
    world = run.world
    told = said_yes(run)
    if told is not True and (wrong := wrong_parts(run, form.slots)):
        understood(run)
        for name in wrong:
            clear(run, name)
        _go_on(run, form, ())
        return True
    if told is None:
        return False
    if told and not world.readback_heard:
        run.output.again = True
        _ask(run, form, None)
        return True
    understood(run)
    if told:
        _complete(run)
    else:
        world.readback_heard = False
        run.output.say(phrase("change", run.flow.language))  # no question that a yes could answer
    return True


def fill_outside(run: Run, found: Mapping[str, Candidate]) -> list[Rejection]:
    """A `slot:` handler outside a form stores what it was triggered by. With no form to ask which of several readings
    was meant, it is the most likely one that no rule refuses."""
    likely = {}
    for name, candidate in found.items():
        readings = (candidate.value, *candidate.alternatives)
        value = next((reading for reading in readings if _refusal(run, name, reading) is None), readings[0])
        likely[name] = replace(candidate, value=value, alternatives=())
    return take(run, list(found), likely)
