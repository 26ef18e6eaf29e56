"""The pytest plugin, in a pytest of its own."""

import subprocess
import sys
from pathlib import Path

FLOWS = Path(__file__).parents[3] / "flows"


def test_cases_are_collected_as_test_items(tmp_path: Path) -> None:
    flow = FLOWS / "order_status.yaml"
    (tmp_path / "some.test.yaml").write_text(
        f"flow: {flow}\ncases:\n"
        "  - case: Passes\n    steps: [user: 'no', expect: {end: call_transfer}]\n"
        "  - case: Fails\n    steps: [user: 'no', expect: {end: agent_hangup}]\n",
        encoding="utf-8",
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    order = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:flowengine",
        "-p",
        "flowengine.devtools.pytest_plugin",
        "-q",
        str(tmp_path),
    ]
    done = subprocess.run(order, capture_output=True, text=True, timeout=60, cwd=FLOWS.parent, check=False)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "end: expected 'agent_hangup', found 'call_transfer'" in done.stdout
