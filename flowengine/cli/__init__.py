"""The command line: wires everything, decides nothing.

Each command is one file here and is imported only when it is used, so that `flowengine --help` stays fast.
Exit codes: 0 all is well, 1 problems were found, 2 the command was used wrongly.
"""

from flowengine.cli.group import main

__all__ = ["main"]
