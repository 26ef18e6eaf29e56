"""The flow that the turn benchmark runs: 20 states, slots, guards, templates, globals, as real flows have them."""

from __future__ import annotations

HEAD = """\
flow: benchmark
start: greeting
variables: {clinic: Bright Smile Dental, visits: 0}
update_agent: {responsiveness: 0.9, interruption_sensitivity: 0.8}
intents:
  no: [no, nope, not quite, that's wrong]
  yes: [yes, yeah, correct, that's right]
  next_one: [go on, next, continue, carry on]
  operator: [operator, receptionist, speak to someone]
  goodbye: [goodbye, bye, hang up]
slots:
  party:
    type: number
    ask: ["For how many people?", How many of you will come?]
    reject:
      - {if: party > 12, say: We have room for twelve at most.}
  part:
    type: choice
    choices: {morning: [early], evening: [late, night]}
    ask: "Morning or evening?"
global:
  on:
    response_required:
      - {intent: operator, first: true, goto: operator}
      - {intent: goodbye, goto: goodbye}
    nomatch:
      - {count: 1, say: "Sorry, I didn't follow.", reprompt: true}
      - {count: 9, goto: operator}
states:
  greeting:
    say: Hello, this is {{ clinic }}.
    ask: Shall we go through the questions?
    on:
      response_required:
        - {intent: no, goto: goodbye}
        - {intent: [next_one, yes], goto: form}
  form: {collect: [party, part], goto: step_1}
"""

STATE = """\
  step_{n}:
    ask: So far {{{{ visits }}}} done, and this is question number {n} for {{{{ party }}}} of you. Shall I go on?
    on:
      response_required:
        - {{if: visits > 1000, goto: goodbye}}
        - {{match: [start again, from the beginning], goto: form}}
        - {{intent: no, say: All right, reprompt: true}}
        - {{intent: [yes, next_one], set: {{visits: "{{{{ visits + 1 }}}}"}}, goto: {target}}}
"""

TAIL = """\
  operator: {say: I'm putting you through., no_interruption_allowed: true, transfer_number: "+15550100"}
  goodbye: {say: Thank you for calling. Goodbye!, no_interruption_allowed: true, end_call: true}
"""

STEPS = 16

ANSWERS = (
    "um yes please go on then",
    "four people I think",
    "in the evening would be best for us",
    *("yes that would be great thank you",) * 400,
)
"""What the caller of the benchmark says, turn by turn."""


def flow_text() -> str:
    """The YAML of the flow; its steps go round, so a call can be of any length."""
    steps = [STATE.format(n=n, target=f"step_{n % STEPS + 1}") for n in range(1, STEPS + 1)]
    return HEAD + "".join(steps) + TAIL
