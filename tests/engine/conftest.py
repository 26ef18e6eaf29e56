"""The flow that the turn's tests play: a greeting, a form, a write, a read, a live handler, timers, an ending."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowengine.language.flow import Flow
from tests.engine.rig import Rig, flow_of

TOOLS = """
def save(party, part):
    return {"ok": True, "ref": "B47"}

def look(party):
    return {"free": 3}

def log(state):
    return {}

def careful():
    return {}
"""

FLOW = """
flow: small
start: greeting
variables: {clinic: Bright Smile}
update_agent: {responsiveness: 0.9, interruption_sensitivity: 0.8}
fallback: Something failed on our side. Could you say that again?
intents:
  no: [no, nope]
  yes: [yes, yeah]
  book: [book, appointment]
  check: [check, how many are free]
  press: [press it]
  hush: [be quiet]
  operator: [operator]
  help: [help]
slots:
  party:
    type: number
    ask: ["How many people?", "How many of you will come?"]
    reject:
      - {if: party > 12, say: Twelve at most.}
  part:
    type: choice
    choices: {morning: [early], evening: [late]}
    ask: "Morning or evening?"
  note: {type: text, ask: What should I note down?}
tools:
  save: {python: "tool:save", effect: write, timeout: 10s}
  look: {python: "tool:look", effect: read, timeout: 10s}
  log: {python: "tool:log", effect: write}
  careful: {python: "tool:careful", effect: write, idempotent: true}
global:
  on:
    response_required:
      - {intent: operator, first: true, goto: operator}
      - {intent: help, visit: help}
    nomatch:
      - {count: 1, say: "Sorry, I didn't follow.", reprompt: true}
      - {count: 3, say: Let me find someone., goto: operator}
    inaudible:
      - {count: 1, say: The line is bad., reprompt: true}
    reminder_required:
      - {count: 1, say: Are you still there?}
      - {count: 3, say: Call again any time., end_call: true}
    error:
      - {say: Our system is down., goto: operator}
    update_only:
      - {match: [chest pain], say: "Please hang up and dial 911 now."}
    closed:
      - {if: "party", goto: note_it}
states:
  greeting:
    say: Hello, this is {{ clinic }}.
    ask: Would you like to book?
    on:
      response_required:
        - {slot: [party], goto: details}
        - {intent: no, goto: goodbye}
        - {intent: [book, yes], goto: details}
        - {intent: check, goto: free}
        - {intent: press, goto: menu}
        - {intent: hush, silent: true, set: {clinic: Hush}}
        - {match: [take a note], goto: notes}
        - {match: [break it], say: "{{ found.nothing.at_all }}"}
        - {match: [carefully], goto: careful}
    after:
      20s: {say: Take your time.}
  details: {collect: [party, part], goto: confirm}
  confirm:
    metadata: {stage: confirm}
    update_agent: {interruption_sensitivity: 0.3}
    ask: So that is {{ party }} of you in the {{ part }}. Is that right?
    on:
      response_required:
        - {slot: [party, part], say: All right., goto: details}
        - {intent: yes, goto: book}
        - {intent: no, say: What should I change?}
  book:
    say: One moment while I book that.
    call: save
    with: {party: "{{ party }}", part: "{{ part }}"}
    save: booking
    on:
      done:
        - {if: booking.ok, goto: booked}
        - {say: That is taken., clear: [party], goto: details}
      response_required:
        - {say: Still booking it.}
    after:
      6s: {say: Thanks for waiting.}
  booked:
    say: You're booked. Your number is {{ booking.ref }}.
    goto: goodbye
  free:
    say: Let me look.
    call: look
    with: {party: 2}
    save: found
    on:
      done:
        - {say: "There are {{ found.free }} free.", goto: greeting}
      error:
        - {if: error.kind == 'timeout', say: That took too long., goto: greeting}
        - {say: I cannot see that., goto: greeting}
  careful:
    say: Carefully now.
    call: careful
    on:
      done: [{say: Done with care., goto: greeting}]
  menu:
    digit_to_press: "1"
    on:
      response_required:
        - {match: [sales], say: Hello sales., digit_to_press: "2"}
  notes:
    collect: [note]
    goto: noted
  noted:
    say: Noted.
    on:
      response_required:
        - {intent: no, goto: goodbye}
  note_it: {call: log, with: {state: "{{ party }}"}}
  help: {say: You can book or check., return: true}
  operator: {say: Putting you through now., no_interruption_allowed: true, transfer_number: "+15550100"}
  goodbye: {say: Thank you for calling. Goodbye!, no_interruption_allowed: true, end_call: true}
"""


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Flow:
    """The flow above, loaded once."""
    return flow_of(tmp_path_factory.mktemp("small"), FLOW, tool_py=TOOLS)


@pytest.fixture
def rig(small: Flow) -> Rig:
    """A call of it, answered, its greeting heard."""
    return Rig(small).open()


def flow(folder: Path, text: str, **files: str) -> Flow:
    return flow_of(folder, text, **files)
