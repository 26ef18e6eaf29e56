"""The flows that are shipped: every case passes, fuzzed, and what they hold is covered."""

from pathlib import Path

import pytest

from flowengine.devtools.coverage import covered
from flowengine.devtools.testing import Options, run
from flowengine.devtools.testing.display import failure

NETS = ("global.on.error.0",)
"""Safety nets below tools that have error handlers of their own."""

FLOWS = Path(__file__).parents[3] / "flows"


@pytest.mark.parametrize("file", sorted(FLOWS.glob("*.test.yaml")), ids=lambda path: path.name)
def test_a_shipped_flow_passes_its_cases(file: Path) -> None:
    outcomes = run([file], Options(fuzz=4, jobs=1, coverage=True))
    assert outcomes.ok, "\n".join(failure(played) for played in outcomes.played if not played.passed)
    for path, flow in outcomes.flows.items():
        found = covered(flow, outcomes.marks[path])
        missed = [
            item for item in found.missed if item.kind in ("state", "handler") and item.name not in NETS
        ]
        assert not missed, missed
