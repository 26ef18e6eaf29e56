"""Test cases in YAML beside the flows, and from Python:

from flowengine.devtools.testing import run

assert run(["flows/"]).ok
"""

from flowengine.devtools.testing.cases import Case, Step, read_cases
from flowengine.devtools.testing.play import Played, play
from flowengine.devtools.testing.running import Options, Outcomes, find, run, run_case

__all__ = ["Case", "Options", "Outcomes", "Played", "Step", "find", "play", "read_cases", "run", "run_case"]
