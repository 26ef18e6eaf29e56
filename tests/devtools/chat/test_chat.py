"""The chat by lines, as a terminal or a pipe gives them."""

from pathlib import Path

from flowengine.devtools.chat import Chat
from flowengine.devtools.table import START
from flowengine.devtools.testing import run
from flowengine.language import load_flow

FLOW = Path(__file__).parents[3] / "flows" / "order_status.yaml"


def chat(**options: bool) -> Chat:
    return Chat(load_flow(FLOW), FLOW, now=START, **options)  # type: ignore[arg-type]


def test_what_the_agent_says_and_what_changes_is_shown() -> None:
    talk = chat()
    assert "Are you calling about an order?" in talk.open()[0]
    lines = talk.line("yes")
    assert "order number" in lines[0]
    assert "· state number" in lines
    lines = talk.line("one two three four five six")
    assert (
        "· tool find_order (orders_api https://api.northwind.example, order 123456): "
        "status shipped, carrier Parcel Express, arrives Tuesday"
    ) in lines
    assert "· slot order: 123456" in lines
    assert "· the call is over: agent_hangup" in talk.line("no thanks")


def test_what_an_action_would_do_on_a_phone_is_said() -> None:
    talk = chat()
    talk.open()
    assert any("transferred to +15550140" in line for line in talk.line("a human"))


def test_an_interruption_cuts_the_answer_before_it_was_heard() -> None:
    path = FLOW.with_name("take_message.yaml")
    talk = Chat(load_flow(path), path, now=START)
    talk.open()
    for line in ("yes", "Ann Lee"):
        talk.line(line)
    read_back = talk.line("303 555 0199")[0]
    assert read_back.endswith("Is that right?")
    assert talk.line("/interrupt 1 uh-huh")[0] == read_back  # a half-heard read-back is not confirmed
    assert "· state mail" in talk.line("yes")


def test_a_saved_chat_is_a_test_case_that_passes(tmp_path: Path) -> None:
    talk = chat(partial=True)
    talk.open()
    for line in ("/mumble", "/drop", "yes", "/interrupt 2 one two three four five six", "/silence", "no"):
        talk.line(line)
    file = tmp_path / "saved.test.yaml"
    assert talk.line(f"/save {file} Saved from a chat") == [f"· saved to {file}"]
    outcomes = run([file])
    assert outcomes.ok, [played.failure for played in outcomes.played]


def test_an_edit_changes_the_chat(tmp_path: Path) -> None:
    path = tmp_path / "order_status.yaml"
    text = FLOW.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    talk = Chat(load_flow(path), path, now=START, reload=True)
    talk.open()
    path.write_text(text.replace("It has six digits.", "Six digits, please."), encoding="utf-8")
    lines = talk.line("yes")
    assert lines[0] == "· reloaded"
    assert "Six digits, please." in lines[1]
