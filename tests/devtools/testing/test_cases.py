"""Test files: what they may hold, what is wrong with them and where, and what a failure shows."""

from pathlib import Path

from flowengine.devtools.testing import Options, read_cases, run
from flowengine.devtools.testing.display import failure, junit

FLOW = """
flow: tiny
start: greeting
intents: {yes: [yes]}
tools: {note: {python: notes:note, example: {ok: true}}}
states:
  greeting:
    ask: Shall I note it?
    on: {response_required: [{intent: yes, goto: noting}]}
  noting: {say: One moment., call: note, save: noted, goto: bye}
  bye: {say: Goodbye!, no_interruption_allowed: true, end_call: true}
"""


def written(folder: Path, cases: str) -> Path:
    (folder / "tiny.yaml").write_text(FLOW, encoding="utf-8")
    (folder / "notes.py").write_text("def note(): return {}\n", encoding="utf-8")
    path = folder / "tiny.test.yaml"
    path.write_text(cases, encoding="utf-8")
    return path


def test_every_kind_of_step_is_played(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
cases:
  - case: All of them
    steps:
      - agent: {contains: Shall I, not_contains: Goodbye, pattern: "note it.$"}
      - mumble:
      - silence:
      - drop:
      - restart:
      - user: well
      - then: not sure
      - backchannel: mm-hmm
      - wait: 1s
      - interrupt: {after_words: 1, user: "yes"}
      - agent: {exact: One moment. Goodbye!}
      - expect: {state: bye, end: agent_hangup, tools: {note: 1}, variables: {noted: {ok: true}}}
""",
    )
    outcomes = run([path], Options(fuzz=10))
    assert outcomes.ok, [failure(played) for played in outcomes.played]


def test_problems_have_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "cases:\n  - case: One\n    steps:\n      - usr: yes\n      - wait: soon\n")
    problems = read_cases(path).problems
    assert [(problem.where.line, problem.code) for problem in problems] == [
        (4, "unknown-key"),
        (5, "wrong-value"),
    ]
    assert "did you mean 'user'?" in problems[0].message


def test_a_failure_shows_the_conversation_and_both_lines(tmp_path: Path) -> None:
    path = written(
        tmp_path, "cases:\n  - case: One\n    steps:\n      - user: yes\n      - expect: {state: greeting}\n"
    )
    outcomes = run([path])
    shown = failure(outcomes.played[0])
    assert "tiny.test.yaml:5:9: state: expected 'greeting', found 'bye'" in shown
    assert "caller: yes" in shown
    assert "tiny.yaml:" in shown
    assert 'failures="1"' in junit(outcomes.played)


def test_a_tool_that_fails_twice_takes_its_answers_in_order(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
cases:
  - case: Fails
    tools: {note: [{error: http, status: 500, after: 2s}]}
    steps:
      - user: yes
      - expect: {tools: {note: 1}, variables: {noted: null}}
""",
    )
    assert run([path]).ok


def test_many_cases_are_shared_out_over_processes(tmp_path: Path) -> None:
    cases = "".join(
        f"  - case: Case {n}\n    steps: [user: 'yes', expect: {{end: true}}]\n" for n in range(30)
    )
    outcomes = run([written(tmp_path, "cases:\n" + cases)], Options(fuzz=0, jobs=2))
    assert [played.case for played in outcomes.played] == [f"Case {n}" for n in range(30)]
    assert outcomes.ok
