"""What came of a run, for people and for CI servers."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import ndiff
from xml.etree import ElementTree

from flowengine.devtools.testing.play import Played
from flowengine.devtools.testing.running import Outcomes

_COLOURS = {"red": "\x1b[31m", "green": "\x1b[32m", "dim": "\x1b[2m", "bold": "\x1b[1m", "cyan": "\x1b[36m"}


def failure(played: Played, colour: bool = False) -> str:
    """One failed case: the conversation with the lines that made it, then what is wrong, with a diff."""

    def paint(name: str, text: str) -> str:
        return f"{_COLOURS[name]}{text}\x1b[0m" if colour else text

    found = played.failure
    assert found is not None
    out = [paint("bold", f"{played.where}: {paint('red', 'FAILED')} {played.case}")]
    for line in played.lines:
        who = paint("cyan" if line.who == "caller" else "green", f"{line.who:>8}:")
        state = f"  [{line.state}]" if line.state else ""
        out.append(f"  {who} {line.text}{paint('dim', state + ('  ' + line.where if line.where else ''))}")
    for wrong in found.wrong:
        out.append(f"  {paint('red', found.where)}: {wrong}")
        out += [f"      {line}" for line in _diff(wrong, found.said)]
    return "\n".join(out)


def _diff(wrong: str, said: str) -> list[str]:
    """Expected against found where both are texts."""
    exact = "the agent did not say exactly "
    if wrong.startswith(exact):
        wanted = wrong.removeprefix(exact)[1:-1]
        return [line.rstrip() for line in ndiff([wanted], [said])]
    head, _, rest = wrong.partition(": expected ")
    expected, comma, found = rest.partition(", found ")
    return [f"- {expected}", f"+ {found}"] if head and comma else []


def summary(outcomes: Outcomes, seconds: float) -> str:
    """One line: how many passed, failed, under how many schedules."""
    failed = sum(not played.passed for played in outcomes.played)
    schedules = sum(played.schedules for played in outcomes.played)
    parts = [f"{len(outcomes.played) - failed} passed"]
    if failed:
        parts.append(f"{failed} failed")
    if schedules:
        parts.append(f"{schedules} schedules")
    return f"{', '.join(parts)} in {seconds:.2f} s"


def junit(played: Sequence[Played]) -> str:
    """The results as JUnit XML."""
    root = ElementTree.Element("testsuites")
    for file in dict.fromkeys(one.file for one in played):
        mine = [one for one in played if one.file == file]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=file,
            tests=str(len(mine)),
            failures=str(sum(not one.passed for one in mine)),
            time=f"{sum(one.ms for one in mine) / 1000:.3f}",
        )
        for one in mine:
            line = one.where.rsplit(":", 2)[-2]
            case = ElementTree.SubElement(
                suite,
                "testcase",
                name=one.case,
                classname=file,
                file=file,
                line=line,
                time=f"{one.ms / 1000:.3f}",
            )
            if one.failure is not None:
                text = _printable(failure(one))
                ElementTree.SubElement(
                    case, "failure", message=_printable("; ".join(one.failure.wrong))
                ).text = text
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    """XML 1.0 has no control characters."""
    return "".join(c for c in text if c in "\n\t" or ord(c) >= 32)
