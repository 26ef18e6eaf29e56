"""`--update`: rewrite `exact:` expectations in place to what the agent says now; nothing else of a file changes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from flowengine.devtools.testing.play import Played
from flowengine.language.reader import Node, read_path


def update(played: Iterable[Played]) -> int:
    """Rewrite them in their files; returns how many. One for each failed case: its first."""
    edits: dict[str, list[tuple[Node, str]]] = {}
    for one in played:
        found = one.failure
        if (
            found is None
            or not found.said
            or not any("did not say exactly" in wrong for wrong in found.wrong)
        ):
            continue
        text, _ = read_path(Path(one.file))
        line = int(found.where.rsplit(":", 2)[-2])
        for node in _exact(text.root) if text.root else ():
            if node.start.line >= line:
                edits.setdefault(one.file, []).append((node, found.said))
                break
    for file, some in edits.items():
        path = Path(file)
        content = path.read_text(encoding="utf-8")
        for node, said in sorted(some, key=lambda edit: -edit[0].start.index):
            content = (
                content[: node.start.index] + json.dumps(said, ensure_ascii=False) + content[node.end.index :]
            )
        path.write_text(content, encoding="utf-8")
    return sum(map(len, edits.values()))


def _exact(node: Node) -> list[Node]:
    """All values of `exact:` keys, in the order of the file."""
    found = []
    for key, child in node.pairs.items():
        found += [child] if key == "exact" and child.kind == "scalar" else _exact(child)
    for item in node.items:
        found += _exact(item)
    return found
