"""How much of the phrase lists is understood: each type apart, and the worst cases."""

from __future__ import annotations

import json

from tests.speech.unseen import Line, kinds, lines

SHOWN = 12
"""Wrong lines of a type that are printed."""


def main() -> None:
    """Print a table, then what went wrong; a value where there is none comes first."""
    wrong: dict[str, list[tuple[Line, list[object]]]] = {}
    print(f"{'type':10} {'right':>13} {'silent where there is none':>28}")
    for kind in kinds():
        listed = list(lines(kind))
        bad = wrong[kind] = [(line, got) for line in listed if (got := line.understood()) != line.values]
        none = [line for line in listed if not line.values]
        alarms = sum(not line.values for line, _ in bad)
        right = len(listed) - len(bad)
        print(f"{kind:10} {right:5} of {len(listed):4} {len(none) - alarms:20} of {len(none):4}")
    for kind, bad in wrong.items():
        for line, got in sorted(bad, key=lambda entry: bool(entry[0].values))[:SHOWN]:
            print(f"{kind:10} {line.words!r}: {json.dumps(got)}, meant {json.dumps(line.values)}")


if __name__ == "__main__":
    main()
