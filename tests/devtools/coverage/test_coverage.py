"""Coverage: what was used is marked, and the rest is listed with its line."""

from pathlib import Path

from flowengine.devtools.coverage import covered, html, probed, table
from flowengine.devtools.table import Table
from flowengine.language import load_flow

FLOW = Path(__file__).parents[3] / "flows" / "order_status.yaml"


def test_marks_are_left_and_the_call_is_the_same() -> None:
    marks: set[str] = set()
    flow = load_flow(FLOW)
    plain, marked = Table(flow).open(), Table(probed(flow, marks)).open()
    for words in ("yes", "one two three four five six", "no"):
        assert plain.user(words).said == marked.user(words).said
    assert "handler:greeting.on.response_required.3" in marks
    assert "guard:lookup.on.done.0:true" in marks
    found = covered(flow, marks)
    assert 0 < found.percent < 100
    missed = {item.name for item in found.missed}
    assert "lookup.on.error.0" in missed
    assert "missed" in table([found])
    assert 'class="missed"' in html([found], {str(FLOW): FLOW.read_text(encoding="utf-8")})
