"""Who answers: the order in which handlers and slots get their chance at one event.

For one utterance, the first that applies is the only one that runs: inaudible; global `first`; an ambiguous value
that waits for the caller's word; the state's handlers, top to bottom; closed slots of its form; enclosing states,
nearest first; the other globals; built-in intents; the asked slot if it is open; nomatch.
For counted events the highest `count` reached wins across all scopes, ties going to the innermost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from flowengine.engine import forms
from flowengine.engine.phrases import phrase
from flowengine.engine.understand import new_values
from flowengine.engine.world import LADDERS
from flowengine.language.flow import Collect, Goto, Handler, State, Visit
from flowengine.speech.contract import Candidate
from flowengine.speech.intents import best_intents
from flowengine.speech.patterns import Match
from flowengine.speech.text import covers, inaudible

if TYPE_CHECKING:
    from flowengine.engine.run import Run


def understood(run: Run) -> None:
    """An utterance was understood: the ladders of misunderstanding start anew."""
    for event in LADDERS:
        run.world.counts.pop(event, None)


def spoke(run: Run) -> None:
    """The caller spoke: silence is over."""
    run.world.counts.pop("reminder_required", None)


def applies(run: Run) -> bool:
    """Answer the caller's words, as far as handlers and slots apply. False if nothing did.

    Also used for words said over a greeting that was not heard.
    """
    world = run.world
    if world.over is not None and world.over.get("ends"):
        return _globals(run)
    if _handlers(run, _first_handlers(run)):
        return True
    if world.choices and forms.settle_choice(run):
        return True
    leaf, *enclosing = run.active
    if _handlers(run, leaf.on.get("response_required", ()), skip_first=True):
        return True
    form = forms.collect_of(run)
    if form is not None and forms.answer(run, form):
        return True
    for state in enclosing:
        if _handlers(run, state.on.get("response_required", ()), skip_first=True):
            return True
    if _handlers(run, run.flow.on.get("response_required", ()), skip_first=True):
        return True
    if _built_in(run):
        return True
    return form is not None and forms.answer_open(run, form)


def first_applies(run: Run) -> bool:
    """Answer the caller's words if a handler that goes before everything else wants them."""
    assert run.said is not None
    return not inaudible(run.said.text) and _handlers(run, _first_handlers(run))


def utterance(run: Run) -> None:
    """Answer the caller's words, whatever they are."""
    assert run.said is not None
    if inaudible(run.said.text):
        ladder(run, "inaudible")
    elif not applies(run):
        if run.world.over is not None:
            run.output.again = True
            run.reprompt()
        elif run.world.work is not None:
            run.output.again = True
            run.output.say(phrase("wait", run.flow.language))
        else:
            ladder(run, "nomatch")


def _globals(run: Run) -> bool:
    """In a state that ends the call only the globals apply; a line of theirs is followed by the ending again."""
    handlers = [*_first_handlers(run), *run.flow.on.get("response_required", ())]
    ending = run.world.over
    if not _handlers(run, handlers):
        return False
    _end_again(run, ending)
    return True


def _end_again(run: Run, ending: Mapping[str, object] | None) -> None:
    """A handler that left a state that ends the call where it was is followed by the ending, unless it said it."""
    line = None if ending is None else str(ending["text"])
    if line is not None and run.world.over is ending and line not in run.output.texts:
        run.reprompt()


def _first_handlers(run: Run) -> Iterator[Handler]:
    for state in run.active:
        yield from (h for h in state.on.get("response_required", ()) if h.first)
    yield from (h for h in run.flow.on.get("response_required", ()) if h.first)


def _handlers(run: Run, handlers: Iterable[Handler], *, skip_first: bool = False) -> bool:
    for handler in handlers:
        if skip_first and handler.first:
            continue
        found = holds(run, handler)
        if found is not None:
            _fire(run, handler, found)
            return True
    return False


def holds(run: Run, handler: Handler) -> dict[str, Candidate] | None:
    """None if a condition fails; else the new slot values that the handler was waiting for (often none)."""
    condition = handler.condition
    captured: dict[str, str] = {}
    if condition.intents and not any(_intent(run, name) for name in condition.intents):
        return None
    if condition.match is not None:
        match = condition.match.search(run.said) if run.said is not None else None
        if match is None:
            return None
        captured = dict(match.captured)
    found: dict[str, Candidate] = {}
    if condition.slots:
        found = new_values(run, condition.slots)
        if not found:
            return None
    run.special["captured"] = captured
    if condition.test is not None and not run.test(condition.test, handler.scope):
        return None
    return found


def _intent(run: Run, name: str) -> bool:
    """An intent said in these words. While a text slot is asked it counts only if it covers the utterance."""
    assert run.said is not None
    key = ("intent", name)
    if key not in run.matches:
        found = run.flow.intents[name].pattern.search(run.said)
        run.matches[key] = None if found and found.how == "fuzzy" and not _nearest(run, name) else found
    match: Match | None = run.matches[key]
    if match is None:
        return False
    asked = run.world.asked
    if asked is not None and run.flow.slots[asked].type.name == "text":
        return covers(run.said, match.start, match.end, run.flow.language)
    return True


def _nearest(run: Run, name: str) -> bool:
    """A slip of the recogniser means this intent only if no intent of the flow matches as said and no other is
    nearly as near. Looked up once a run, and only when some intent matched as a slip."""
    assert run.said is not None
    key = ("intents", "")
    if key not in run.matches:
        patterns = {each: intent.pattern for each, intent in run.flow.intents.items()}
        run.matches[key] = best_intents(run.said, patterns)
    return name in run.matches[key]


def _fire(run: Run, handler: Handler, found: dict[str, Candidate]) -> None:
    """Run a handler that applies. The values it waited for are stored here unless a form that it leads to takes
    them; if all of them are refused and no form takes them, it is a rejection and the handler does not run."""
    if found:
        ahead = _form_ahead(run, handler)
        waiting = [name for name in found if ahead is None or name not in ahead.slots]
        rejections = forms.fill_outside(run, {name: found[name] for name in waiting}) if waiting else []
        if rejections and len(rejections) == len(found):
            form = forms.collect_of(run) or Collect(())
            rejected(run, form, rejections)
            return
        for rejection in rejections:
            run.output.say(rejection.line)
        accepted = [name for name in found if name not in waiting]
        forms.fill_outside(run, {name: found[name] for name in accepted if not found[name].alternatives})
    understood(run)
    run.handle(handler)


def _form_ahead(run: Run, handler: Handler) -> Collect | None:
    if not isinstance(handler.move, Goto | Visit):
        return None
    state = run.flow.states[handler.move.target]
    while state.start is not None:
        state = run.flow.states[state.start]
    return next((action for action in state.entry if isinstance(action, Collect)), None)


def _built_in(run: Run) -> bool:
    """`repeat` and `hold_on`, where the flow says nothing about them."""
    for name in ("repeat", "hold_on"):
        if name in run.flow.intents and _intent(run, name):
            asked = run.world.asked
            if asked is not None and run.flow.slots[asked].type.open and not _covers(run, name):
                continue
            run.output.again = True
            told, ask_at = run.world.told
            if name == "repeat" and told:
                run.output.say(told)
                run.again_at = ask_at
            elif name == "repeat":
                run.reprompt()
            else:
                run.output.say(phrase("hold_on", run.flow.language))
            return True
    return False


def _covers(run: Run, name: str) -> bool:
    match: Match | None = run.matches[("intent", name)]
    assert run.said is not None
    return match is not None and covers(run.said, match.start, match.end, run.flow.language)


# --- counted events ------------------------------------------------------------------------------------------


def ladder(run: Run, event: str) -> None:
    """A counted event: the handler with the highest count reached, else the built-in answer."""
    count = step_count(run, event)
    if event in LADDERS:
        _raise_attempts(run)
    if not counted(run, event, count):
        _built_in_answer(run, event)


def counted(run: Run, event: str, count: int, scopes: Sequence[State] | None = None) -> bool:
    """Run the handler for this count, of `scopes` (the active states) or global. False if the flow has none."""
    run.special["count"] = count
    best: Handler | None = None
    scopes = run.active if scopes is None else scopes
    for on in (*(state.on for state in scopes), run.flow.on):
        for handler in on.get(event, ()):
            reached = handler.count or 1
            if reached > count or (best is not None and reached <= (best.count or 1)):
                continue
            if holds(run, handler) is not None:
                best = handler
    if best is None:
        return False
    ending = run.world.over
    holds(run, best)  # once more, so that `captured` is this handler's
    run.handle(best)
    _end_again(run, ending)
    return True


def step_count(run: Run, event: str) -> int:
    count = run.world.counts.get(event, 0) + 1
    run.world.counts[event] = count
    return count


def _raise_attempts(run: Run) -> None:
    world = run.world
    world.attempts += 1
    if world.asked is not None:
        world.slot_attempts[world.asked] = world.slot_attempts.get(world.asked, 0) + 1


def _built_in_answer(run: Run, event: str) -> None:
    language = run.flow.language
    if run.world.over is not None:
        run.reprompt()
    elif event == "reminder_required":
        run.output.say(phrase("reminder", language))
    else:
        run.output.say(phrase(event, language))
        run.reprompt()


def rejected(run: Run, form: Collect, rejections: Sequence[forms.Rejection]) -> None:
    """Values were refused: their lines, then the slot again; from the third time in a row the nomatch ladder."""
    world = run.world
    count = step_count(run, "rejected")
    world.attempts += 1
    for rejection in rejections:
        run.output.say(rejection.line)
        world.slot_attempts[rejection.slot] = world.slot_attempts.get(rejection.slot, 0) + 1
    run.output.answered_by = rejections[0].where
    before = (world.state, dict(world.entered), run.output.question)
    world.asked = rejections[0].slot if rejections[0].slot in form.slots else world.asked
    world.confirming = False
    handled = counted(run, "rejected", count) or (count >= 3 and counted(run, "nomatch", count))
    if handled and (world.state, dict(world.entered), run.output.question) != before:
        return
    if world.over is None and form.slots:
        forms.ask(run, form, rejections[0].slot)
    elif world.over is None:
        run.reprompt()
