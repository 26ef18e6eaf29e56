"""From Enter to the answer on the screen: `flowengine chat` at a pseudo-terminal."""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

import pexpect

FLOW = Path(__file__).parents[2] / "flows" / "order_status.yaml"


def main(lines: int = 30) -> None:
    """Print the median and the slowest of some lines, ms."""
    command = [sys.executable, "-m", "flowengine", "chat", str(FLOW)]
    # nobody answers where the cursor is, as a terminal would at once
    environment = {**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm"}
    child = pexpect.spawn(
        command[0], command[1:], env=environment, encoding="utf-8", timeout=30, dimensions=(50, 200)
    )
    child.expect("you:")
    taken = []
    for _ in range(lines):
        begun = time.perf_counter()
        child.send("/wait 1\r")
        child.expect("agent: ")
        taken.append((time.perf_counter() - begun) * 1000)
        child.expect("you:")
    child.close(force=True)
    print(
        f"chat: an answer {statistics.median(taken):.0f} ms after Enter, the slowest of {lines} {max(taken):.0f} ms"
    )


if __name__ == "__main__":
    main()
