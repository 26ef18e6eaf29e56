"""Models to the flow: names, targets, sub-flows, includes, entry order, keys."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from flowengine.language import load, load_flow
from flowengine.language.flow import (
    Ask,
    CallFlow,
    CallTool,
    ChangeAgent,
    ClearSlots,
    Collect,
    EndCall,
    Flow,
    Goto,
    PressDigits,
    PushMetadata,
    Reprompt,
    Return,
    Say,
    SetValues,
    Transfer,
    Visit,
)
from flowengine.language.python_code import load_function
from flowengine.language.templates import Template
from flowengine.speech.text import hear

BYE = "  bye: {say: Goodbye., no_interruption_allowed: true, end_call: true}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        suffix = ".py" if name.startswith("module_") else ".yaml"
        (folder / f"{name}{suffix}").write_text(dedent(text), encoding="utf-8")
    return folder / "flow.yaml"


def made(folder: Path, body: str, head: str = "", environ: dict[str, str] | None = None) -> Flow:
    path = folder / "flow.yaml"
    path.write_text(f"flow: f\nstart: a\n{dedent(head)}states:\n{body}{BYE}", encoding="utf-8")
    loaded = load(path, environ=environ or {})
    assert loaded.flow is not None, loaded.render()
    return loaded.flow


def test_entry_keeps_the_written_order(tmp_path: Path) -> None:
    body = """
  a:
    metadata: {stage: one}
    ask: Ready?
    set: {tries: 1}
    say: Hello.
    digit_to_press: "1"
    clear: name
    on: {response_required: [{goto: bye}]}
"""
    head = "variables: {tries: 0}\nslots: {name: {type: text, ask: Name?}}\n"
    state = made(tmp_path, body, head).states["a"]
    assert [type(action) for action in state.entry] == [
        PushMetadata,
        Ask,
        SetValues,
        Say,
        PressDigits,
        ClearSlots,
    ]
    assert state.waits


def test_handler_actions_conditions_and_move(tmp_path: Path) -> None:
    body = """
  a:
    ask: Ready?
    on:
      response_required:
        - {match: [yes], if: tries > 1, say: Good., reprompt: true, update_agent: {responsiveness: 0.5}}
        - {slot: name, silent: true, no_interruption_allowed: false, visit: b}
        - {intent: [repeat, hold_on], transfer_number: "+15550100", show_transferee_as_caller: true}
        - {digit_to_press: "{{ tries }}", end_call: true}
      nomatch: [{count: 2, goto: bye}]
    after: {6s: {say: Hm.}, 500ms: {say: Well.}}
  b: {say: Help., return: true}
"""
    head = """
        variables: {tries: 0}
        update_agent: {responsiveness: 1}
        slots: {name: {type: text, ask: Name?}}
    """
    flow = made(tmp_path, body, head)
    first, second, third, fourth = flow.states["a"].on["response_required"]
    assert [type(action) for action in first.actions] == [Say, Reprompt, ChangeAgent]
    assert first.condition.match is not None
    assert first.condition.match.search(hear("yes!"))
    assert first.condition.test is not None
    assert first.condition.test.test({"tries": 2})
    assert (second.condition.slots, second.silent, second.no_interruption_allowed) == (("name",), True, False)
    assert second.move == Visit("b")
    assert third.condition.intents == ("repeat", "hold_on")
    assert isinstance(third.move, Transfer)
    assert third.move.show_transferee_as_caller is True
    assert isinstance(fourth.move, EndCall)
    assert flow.states["a"].on["nomatch"][0].count == 2
    assert [timer.delay_ms for timer in flow.states["a"].after] == [500, 6000]
    assert flow.states["b"].move == Return()
    assert not flow.states["b"].waits
    assert first.key == "a.on.response_required.0"
    assert flow.states["a"].after[1].key == flow.states["a"].after[1].handler.key == "a.after.6s"


def test_targets_siblings_then_outward(tmp_path: Path) -> None:
    body = """
  a:
    start: b
    states:
      b: {ask: Ready?, on: {response_required: [{match: [x], goto: c}, {match: [y], goto: d}]}}
      c: {goto: d}
  c: {say: Outer., goto: bye}
  d: {ask: Done?, on: {response_required: [{goto: a.c}]}}
"""
    flow = made(tmp_path, body)
    assert flow.states["a.b"].on["response_required"][0].move == Goto("a.c")
    assert flow.states["a.c"].move == Goto("d")
    assert flow.states["d"].on["response_required"][0].move == Goto("a.c")
    assert flow.states["a"].start == "a.b"
    assert flow.states["a"].children == ("a.b", "a.c")
    assert list(flow.states) == ["a", "a.b", "a.c", "c", "d", "bye"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Hello."), ("en-US", "Howdy."), ("es", "Hola."), ("es-MX", "Hola.")]
)
def test_texts_by_language(tmp_path: Path, language: str, said: str) -> None:
    body = "  a: {say: {en: Hello., en-US: Howdy., es: Hola.}, goto: bye}\n"
    flow = made(tmp_path, body, f"language: {language}\n")
    action = flow.states["a"].entry[0]
    assert isinstance(action, Say)
    assert [line.source for line in action.lines] == [said]
    assert "{" not in flow.fallback[0].source


def test_tapered_lists_by_language(tmp_path: Path) -> None:
    body = """
  a: {ask: [{en: One?, es: ¿Uno?}, Two?], on: {response_required: [{match: {en: [yes], es: [sí]}, goto: b}]}}
  b: {ask: {en: [Three?, Four?], es: ¿Tres?}, on: {response_required: [{intent: yes, goto: bye}]}}
"""
    flow = made(tmp_path, body, "intents: {yes: {en: [yes], es: [sí]}}\n")
    asks = [action.lines for name in "ab" for action in flow.states[name].entry if isinstance(action, Ask)]
    assert [[line.source for line in lines] for lines in asks] == [["One?", "Two?"], ["Three?", "Four?"]]
    assert flow.intents["yes"].pattern.search(hear("yes"))


def test_block_texts_lose_their_line_breaks(tmp_path: Path) -> None:
    flow = made(tmp_path, "  a:\n    say: |\n      Hello\n      there.\n    goto: bye\n")
    action = flow.states["a"].entry[0]
    assert isinstance(action, Say)
    assert action.lines[0].source == "Hello there."


def test_collect_and_confirm(tmp_path: Path) -> None:
    head = """
        slots:
          day: {type: date, ask: [Which day?, Which date?], hours: [8:00, 19:00], prefer: this_week, sensitive: true}
          size:
            {type: choice, choices: {small: [little], large: big}, ask: Which size?, cues: [size], default: small}
    """
    flow = made(
        tmp_path,
        "  a: {collect: [day, size], confirm: 'So {{ day | spoken }}, {{ size }}?', goto: bye}\n",
        head,
    )
    (collect,) = flow.states["a"].entry
    assert isinstance(collect, Collect)
    assert collect.slots == ("day", "size")
    assert collect.confirm is not None
    assert flow.slots["day"].hours == ("08:00", "19:00")
    assert flow.slots["day"].sensitive
    assert flow.slots["size"].options == {"choices": {"small": ["little"], "large": "big"}, "cues": ("size",)}
    assert flow.slots["size"].default == "small"


def test_tools(tmp_path: Path) -> None:
    head = """
        env: [TOKEN]
        tools:
          order:
            http:
              method: POST
              url: https://api.example.com/orders/{{ number }}
              headers: {Authorization: "Bearer {{ env.TOKEN }}"}
              query: {page: 1}
              json: {number: "{{ number }}", lines: [1, "{{ number }}"]}
            timeout: 1500ms
            effect: read
            settle: 2s
            retries: 2
            hosts: [api.example.com]
            example: {status: sent}
        variables: {number: 7}
    """
    flow = made(
        tmp_path,
        "  a: {call: order, with: {number: 7}, save: result, goto: bye}\n",
        head,
        {"TOKEN": "secret", "OTHER": "x"},
    )
    tool = flow.tools["order"]
    assert (tool.timeout_ms, tool.settle_ms, tool.effect, tool.retries, tool.example) == (
        1500,
        2000,
        "read",
        2,
        {"status": "sent"},
    )
    assert flow.env == {"TOKEN": "secret"}
    assert flow.states["a"].entry == (CallTool("order", {"number": 7}, "result"),)
    assert flow.scopes[""].saved == {"result": "result"}


SUB_FLOW = """
    flow: verify
    start: ask
    intents: {again: [again]}
    slots: {pin: {type: digits, length: 4, ask: Your PIN?}}
    tools: {check: {http: {url: "https://api.example.com/{{ pin }}/{{ customer }}"}, effect: read}}
    global:
      on:
        response_required: [{intent: again, goto: ask}]
        error: [{return: {error: unreachable}}]
      after: {30s: {return: {error: slow}}}
    states:
      ask: {collect: [pin], goto: check}
      check:
        say: One moment.
        call: check
        with: {pin: "{{ pin }}", customer: "{{ customer }}"}
        save: found
        on: {done: [{if: found.good, return: {name: "{{ found.name }}"}}, {goto: ask}]}
"""


def test_sub_flows_are_compiled_in(tmp_path: Path) -> None:
    write(tmp_path, verify=SUB_FLOW)
    body = """
  a:
    call: verify.yaml
    with: {customer: "{{ number }}"}
    save: verified
    on:
      done: [{goto: bye}]
      error: [{if: error.kind == 'slow', goto: bye}, {say: "Sorry, {{ verified.name }}.", goto: bye}]
"""
    flow = made(tmp_path, body, "variables: {number: 7}\n")
    state = flow.states["a"]
    assert state.children == ("a.ask", "a.check")
    assert state.start == "a.ask"
    assert state.entry == (
        CallFlow("a", {"customer": Template("{{ number }}", "")}, "verified"),
    ) or isinstance(state.entry[0], CallFlow)
    assert set(flow.slots) == {"a:pin"}
    assert set(flow.tools) == {"a:check"}
    assert flow.scopes["a"].variables == {"customer": "a:customer"}
    assert flow.scopes["a"].saved == {"found": "a:found"}
    assert flow.states["a.ask"].scope == "a"
    assert flow.states["a.ask"].move == Goto("a.check")
    # the sub-flow's globals: before the caller's handlers, its own done and error one level in
    assert [handler.scope for handler in state.on["response_required"]] == ["a"]
    assert state.on["response_required"][0].move == Goto("a.ask")
    assert [handler.scope for handler in state.on["error"]] == ["", ""]
    assert [handler.scope for handler in flow.states["a.check"].on["error"]] == ["a"]
    assert state.after[0].delay_ms == 30_000
    assert {Path(file.path).name for file in flow.files} == {"flow.yaml", "verify.yaml"}


def test_a_sub_flow_twice_has_two_scopes(tmp_path: Path) -> None:
    write(tmp_path, verify=SUB_FLOW)
    body = """
  a: {call: verify.yaml, with: {customer: 1}, on: {done: [{goto: b}], error: [{goto: bye}]}}
  b: {call: verify.yaml, with: {customer: 2}, on: {done: [{goto: bye}], error: [{goto: bye}]}}
"""
    flow = made(tmp_path, body)
    assert set(flow.slots) == {"a:pin", "b:pin"}
    assert set(flow.scopes) == {"", "a", "b"}


def test_a_sub_flow_does_not_see_its_caller(tmp_path: Path) -> None:
    write(tmp_path, verify=SUB_FLOW.replace("Your PIN?", "'Your PIN, {{ number }}?'"))
    path = tmp_path / "flow.yaml"
    state = "  a: {call: verify.yaml, with: {customer: '{{ number }}'}, goto: bye}\n"
    text = f"flow: f\nstart: a\nvariables: {{number: 7}}\nstates:\n{state}{BYE}"
    path.write_text(text, encoding="utf-8")
    (problem,) = load(path).problems
    assert problem.code == "unknown-name"
    assert problem.where.file.endswith("verify.yaml")


def test_sub_flows_that_call_each_other(tmp_path: Path) -> None:
    other = "flow: o\nstart: x\nstates: {x: {call: flow.yaml, on: {done: [{return: {ok: true}}]}}}\n"
    write(
        tmp_path, other=other, flow=f"flow: f\nstart: a\nstates:\n  a: {{call: other.yaml, goto: bye}}\n{BYE}"
    )
    assert [problem.code for problem in load(tmp_path / "flow.yaml").problems] == ["recursive-call"]


def test_include_comes_last(tmp_path: Path) -> None:
    write(
        tmp_path,
        common="""
            intents: {help: [help]}
            variables: {shop: Ours}
            global: {on: {response_required: [{intent: help, goto: bye}]}, after: {1m: {say: Still there?}}}
        """,
    )
    body = "  a: {ask: 'Ready, {{ shop }}?', on: {response_required: [{match: [yes], goto: bye}]}}\n"
    flow = made(
        tmp_path,
        body,
        "include: [common.yaml]\nglobal: {on: {response_required: [{match: [stop], goto: bye}]}}\n",
    )
    handlers = flow.on["response_required"]
    assert [handler.condition.intents for handler in handlers] == [(), ("help",)]
    assert len({handler.key for handler in handlers}) == 2
    assert handlers[1].where.file.endswith("common.yaml")
    assert flow.after[0].delay_ms == 60_000
    assert {Path(file.path).name for file in flow.files} == {"common.yaml", "flow.yaml"}


def test_files_that_include_each_other(tmp_path: Path) -> None:
    write(tmp_path, one="include: [two.yaml]\n", two="include: [one.yaml]\n")
    write(tmp_path, flow=f"flow: f\nstart: bye\ninclude: [one.yaml]\nstates:\n{BYE}")
    assert [problem.code for problem in load(tmp_path / "flow.yaml").problems] == ["bad-include"]


def test_python_files_that_a_tool_imports(tmp_path: Path) -> None:
    write(
        tmp_path,
        module_tool="import module_helper\n\n\ndef run():\n    return module_helper.ANSWER\n",
        module_helper="ANSWER = 1\n",
    )
    head = "tools: {t: {python: 'module_tool:run', effect: read}}\n"
    body = "  a: {say: Hm., call: t, goto: bye}\n"
    first = made(tmp_path, body, head)
    assert {Path(file.path).name for file in first.files} == {
        "flow.yaml",
        "module_tool.py",
        "module_helper.py",
    }
    assert load_function("module_tool:run", tmp_path)() == 1
    write(tmp_path, module_helper="ANSWER = 22\n")
    assert made(tmp_path, body, head).version != first.version
    assert load_function("module_tool:run", tmp_path)() == 22


@pytest.mark.parametrize(
    ("body", "head", "needed"),
    [
        ("  a: {say: Hello., goto: bye}\n", "", False),
        ("  a: {say: 'Hello {{ name }}.', goto: bye}\n", "variables: {name: Ann}\n", True),
        ("  a: {say: 'You call from {{ call.from_number }}.', goto: bye}\n", "", True),
        (
            "  a: {say: 'Hello {{ name }}.', goto: bye}\n",
            "config: {call_details: false}\nvariables: {name: Ann}\n",
            False,
        ),
        (
            "  a: {collect: [who], goto: bye}\n",
            "slots: {who: {type: text, ask: Who?, default: '{{ name }}'}}\nvariables: {name: ''}\n",
            True,
        ),
        (
            "  a: {ask: Ready?, on: {response_required: [{goto: b}]}}\n  b: {say: '{{ name }}', goto: bye}\n",
            "variables: {name: ''}\n",
            False,
        ),
        (
            "  a: {say: Hello., goto: b}\n  b: {ask: '{{ name }}?', on: {response_required: [{goto: bye}]}}\n",
            "variables: {name: ''}\n",
            True,
        ),
        ("  a: {ask: Ready?, on: {call_details: [{goto: bye}]}}\n", "", True),
    ],
)
def test_whether_the_greeting_waits(tmp_path: Path, body: str, head: str, needed: bool) -> None:
    assert made(tmp_path, body, head).needs_details is needed


def test_built_in_intents_can_be_replaced(tmp_path: Path) -> None:
    body = "  a: {ask: Ready?, on: {response_required: [{intent: repeat, goto: bye}]}}\n"
    assert made(tmp_path, body).intents["repeat"].pattern.search(hear("could you say that again please"))
    own = made(tmp_path, body, "intents: {repeat: [encore]}\n")
    assert own.intents["repeat"].pattern.search(hear("encore"))
    assert not own.intents["repeat"].pattern.search(hear("could you say that again please"))
    assert "hold_on" in own.intents


def test_fuzzy_intents(tmp_path: Path) -> None:
    body = "  a: {ask: Ready?, on: {response_required: [{intent: book, goto: bye}]}}\n"
    strict = made(tmp_path, body, "intents: {book: [appointment]}\n")
    fuzzy = made(tmp_path, body, "intents: {book: {match: [appointment], fuzzy: true}}\n")
    misheard = hear("an apointmant")
    assert strict.intents["book"].pattern.search(misheard) is None
    assert fuzzy.intents["book"].pattern.search(misheard) is not None


def test_a_flow_is_one_value(tmp_path: Path) -> None:
    path = tmp_path / "flow.yaml"
    made(tmp_path, "  a: {say: Hello., goto: bye}\n")
    one, two = load_flow(path), load_flow(path)
    assert one.version == two.version
    assert hash(one) != hash(two) or one is not two
    with pytest.raises(AttributeError):
        one.name = "other"  # type: ignore[misc]
