"""YAML text to nodes with positions: the only file that touches PyYAML.

The events of libyaml (PyYAML's C parser) are built into nodes here, so that duplicate keys, tags, merge keys,
aliases and depth are all under control and every node knows its line and column. Scalars follow YAML 1.2's core
schema with one tightening, so that what looks like a word, a time or a phone number stays as written: `on`, `yes`,
`no`, `10:30`, `012` and `+15550100` are text. Keys are always text.

Nothing that a file holds raises: what is wrong comes back as problems.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from flowengine.language.flow import Source
from flowengine.language.problems import Problem

SIZE_CAP = 1_048_576
"""Largest file that is read, in bytes."""
DEPTH_CAP = 60
"""Deepest nesting of mappings and lists."""
NODE_CAP = 100_000
"""Most nodes in one file once its aliases are written out."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,300})\Z|0o[0-7]{1,100}\Z|0x[0-9a-fA-F]{1,100}\Z")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)?(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?\Z|-?(?:0|[1-9][0-9]*)\.\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")

_NO_BREAKS = dict.fromkeys((0x85, 0x2028, 0x2029), " ")
"""Characters that libyaml takes for ends of lines, as YAML 1.1 did; editors and YAML 1.2 do not."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text: line and column from 1, index from 0."""

    line: int
    column: int
    index: int


@dataclass(slots=True)
class Node:
    """One value of the file. `keys` are the marks of a mapping's keys, in written order."""

    kind: Literal["scalar", "mapping", "list"]
    file: str
    start: Mark
    end: Mark
    value: bool | int | float | str | None = None
    written: str = ""
    plain: bool = False
    keys: dict[str, Mark] = field(default_factory=dict)
    pairs: dict[str, Node] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    size: int = 1

    @property
    def where(self) -> Source:
        return Source(self.file, self.start.line, self.start.column)

    def key_where(self, key: str) -> Source:
        """The place of a mapping's key; of the mapping itself when it has no such key."""
        mark = self.keys.get(key)
        return self.where if mark is None else Source(self.file, mark.line, mark.column)

    def at(self, *path: str | int) -> Node:
        """The node at a path of keys and indices; as far as it exists."""
        node = self
        for part in path:
            child = node.child(part)
            if child is None:
                return node
            node = child
        return node

    def child(self, part: str | int) -> Node | None:
        if isinstance(part, str):
            return self.pairs.get(part)
        return self.items[part] if self.kind == "list" and part < len(self.items) else None

    def data(self) -> Any:
        """Plain data: dicts, lists and scalars."""
        if self.kind == "mapping":
            return {key: child.data() for key, child in self.pairs.items()}
        if self.kind == "list":
            return [child.data() for child in self.items]
        return self.value


@dataclass(frozen=True, slots=True)
class Text:
    """A file as it was read. `root` is None when there is nothing to go on with."""

    file: str
    text: str
    root: Node | None
    problems: tuple[Problem, ...]

    def find(self, node: Node, word: str) -> Source:
        """The place of a word inside a scalar, else the scalar's own."""
        piece = self.text[node.start.index : node.end.index]
        pattern = re.escape(word)
        if word[:1].isalnum() or word[:1] == "_":
            pattern = rf"(?<![\w.]){pattern}(?!\w)"
        found = re.search(pattern, piece)
        if found is None:
            return node.where
        index = node.start.index + found.start()
        line_start = self.text.rfind("\n", 0, index) + 1
        return Source(self.file, self.text.count("\n", 0, index) + 1, index - line_start + 1)


def read(file: str, data: bytes) -> Text:
    """The nodes of a YAML file with the name `file` and these bytes."""
    if len(data) > SIZE_CAP:
        message = f"the file has {len(data):,} bytes; a flow file may have {SIZE_CAP:,}"
        return _refused(
            file, "", "file-too-large", message, Source(file, 1, 1), "split it with include: or sub-flows"
        )
    text = ""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").translate(_NO_BREAKS)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        where = Source(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        return _refused(
            file, "", "not-utf-8", "the file is not UTF-8 text", where, "save it with the encoding UTF-8"
        )
    if (found := _CONTROL.search(text)) is not None:
        where = _where(file, text, found.start())
        message = f"the control character U+{ord(found.group()):04X} may not stand in YAML"
        return _refused(file, text, "yaml-syntax", message, where, "delete the character")
    if not hasattr(yaml, "CSafeLoader"):
        message = "PyYAML was installed without its C parser (libyaml), which flow files need"
        hint = "install a PyYAML wheel: pip install --force-reinstall PyYAML"
        return _refused(file, text, "no-c-parser", message, Source(file, 1, 1), hint)
    return _Builder(file, text).build()


def read_path(path: Path, file: str | None = None) -> tuple[Text, bytes]:
    """Read a file; what the system refuses is a problem too."""
    name = file or str(path)
    try:
        if path.is_dir():
            raise IsADirectoryError
        with path.open("rb") as stream:
            data = stream.read(SIZE_CAP + 1)
    except (OSError, ValueError) as error:
        reason = "is a folder" if isinstance(error, IsADirectoryError) else _reason(error)
        hint = "give the path of a YAML file"
        return _refused(name, "", "no-file", f"the file '{name}' {reason}", Source(name, 1, 1), hint), b""
    return read(name, data), data


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "may not be read"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _refused(file: str, text: str, code: str, message: str, where: Source, hint: str) -> Text:
    return Text(file, text, None, (Problem("error", code, message, where, hint),))


def _where(file: str, text: str, index: int) -> Source:
    return Source(file, text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1)


class _Stop(Exception):
    """Building cannot go on; the problem is noted."""


class _Builder:
    """Builds nodes from the events of one text."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self._problems: list[Problem] = []
        self._anchors: dict[str, Node] = {}
        self._open: set[str] = set()
        self._nodes = 0

    def build(self) -> Text:
        root: Node | None = None
        try:
            self._parser = yaml.CSafeLoader(self._text)
            root = self._document()
        except _Stop:
            root = None
        except yaml.YAMLError as error:
            root = None
            self._syntax(error)
        return Text(self._file, self._text, root, tuple(self._problems))

    def _document(self) -> Node | None:
        self._next()  # the start of the stream
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            self._note(
                "empty-file", "the file is empty", Source(self._file, 1, 1), "begin with `flow: a_name`"
            )
            return None
        root = self._node(self._next(), 0)
        self._next()  # the end of the document
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            where = self._source(event.start_mark)
            self._note(
                "several-documents",
                "a second YAML document begins here",
                where,
                "one file holds one flow; delete the `---`",
            )
            return root
        if root.kind == "scalar" and root.value is None:
            self._note(
                "empty-file", "the file is empty", Source(self._file, 1, 1), "begin with `flow: a_name`"
            )
            return None
        if root.kind != "mapping":
            what = "a list" if root.kind == "list" else "a single value"
            self._note(
                "not-a-mapping",
                f"the file holds {what}, not keys with values",
                root.where,
                "begin with `flow: a_name`",
            )
            return None
        return root

    def _next(self) -> Any:
        return self._parser.get_event()

    def _node(self, event: Any, depth: int) -> Node:
        start = self._mark(event.start_mark)
        self._nodes += 1
        if depth > DEPTH_CAP:
            self._stop(
                "too-deep",
                f"nested more than {DEPTH_CAP} levels deep",
                self._source(event.start_mark),
                "flatten it",
            )
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        anchor = event.anchor
        if anchor is not None:
            self._open.add(anchor)
        self._check_tag(event)
        if isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event, start)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Node("list", self._file, start, start)
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                node.items.append(self._node(event, depth + 1))
                node.size += node.items[-1].size
            node.end = self._mark(event.end_mark)
        else:
            node = Node("mapping", self._file, start, start)
            while not isinstance(event := self._next(), yaml.MappingEndEvent):
                self._pair(node, event, depth)
            node.end = self._mark(event.end_mark)
        if node.size > NODE_CAP or self._nodes > NODE_CAP:
            self._stop(
                "too-many-nodes",
                f"the file holds more than {NODE_CAP:,} values",
                node.where,
                "aliases count each time; split the file",
            )
        if anchor is not None:
            self._open.discard(anchor)
            self._anchors[anchor] = node
        return node

    def _pair(self, node: Node, event: Any, depth: int) -> None:
        where = self._source(event.start_mark)
        mark = self._mark(event.start_mark)
        key_node = self._node(event, depth + 1)
        value = self._node(self._next(), depth + 1)
        node.size += key_node.size + value.size
        if key_node.kind != "scalar":
            self._note(
                "bad-key",
                "a key must be a word, not a list or mapping",
                where,
                "put texts that begin with { or [ in quotes",
            )
            return
        key = key_node.written
        if key_node.plain and key == "<<":
            self._note(
                "merge-key",
                "`<<` is not part of YAML 1.2",
                where,
                "write the keys out, or share them with include:",
            )
        elif key_node.plain and key == "":
            self._note("bad-key", "a key is missing before the colon", where, "write `key: value`")
        elif key in node.pairs:
            first = node.keys[key]
            message = f"the key '{key}' stands here twice; the first is in line {first.line}"
            self._note("duplicate-key", message, where, "rename or delete one of them")
        else:
            node.keys[key] = mark
            node.pairs[key] = value

    def _scalar(self, event: Any, start: Mark) -> Node:
        written = event.value
        plain = event.style is None or event.style == ""
        node = Node("scalar", self._file, start, self._mark(event.end_mark), written, written, plain)
        # `! 12` is the text 12; so is anything in quotes
        if plain and event.tag is None:
            node.value = self._resolve(written, node)
        return node

    def _resolve(self, written: str, node: Node) -> bool | int | float | str | None:
        if written in _WORDS:
            return _WORDS[written]
        if written[0] not in "-.0123456789+":
            return written
        if _INTEGER.match(written):
            return int(written, 0)
        if _NOT_FINITE.match(written):
            self._note(
                "not-a-number",
                f"{written} is no number that a flow can use",
                node.where,
                "write a number, or quotes for text",
            )
        elif _FLOAT.match(written) and any(character.isdigit() for character in written):
            value = float(written)
            if abs(value) != float("inf"):
                return value
            self._note(
                "not-a-number",
                f"{written} is too large a number",
                node.where,
                "put it in quotes if it is text",
            )
        return written

    def _alias(self, event: Any) -> Node:
        found = self._anchors.get(event.anchor)
        where = self._source(event.start_mark)
        if event.anchor in self._open and found is None:
            self._stop(
                "bad-alias", f"the alias *{event.anchor} stands inside itself", where, "write the value out"
            )
        if found is None:
            self._stop(
                "bad-alias",
                f"nothing above is marked &{event.anchor}",
                where,
                f"mark a value with &{event.anchor}, or put the text in quotes",
            )
        return found  # type: ignore[return-value]

    def _check_tag(self, event: Any) -> None:
        if event.tag is not None and event.tag != "!":
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            hint = "put the text in quotes if it begins with `!`; else delete the tag"
            self._note(
                "unknown-tag", f"the tag {tag} has no meaning in a flow", self._source(event.start_mark), hint
            )

    def _syntax(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        context_mark = getattr(error, "context_mark", None)
        if context_mark is not None and "quoted scalar" in str(getattr(error, "context", "")):
            mark = context_mark if "end of stream" in str(getattr(error, "problem", "")) else mark
        raw = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        context = str(getattr(error, "context", None) or "")
        where = Source(self._file, 1, 1) if mark is None else self._source(mark)
        character = self._text[mark.index : mark.index + 1] if mark is not None else ""
        message, hint = _explained(raw, context, character, self._line(where.line))
        if (
            message.endswith("is missing")
            and context_mark is not None
            and context_mark.line + 1 != where.line
        ):
            message += f" in what begins in line {context_mark.line + 1}"
        self._note("yaml-syntax", message, where, hint)

    def _line(self, number: int) -> str:
        lines = self._text.split("\n")
        return lines[number - 1] if number <= len(lines) else ""

    def _mark(self, mark: Any) -> Mark:
        return Mark(mark.line + 1, mark.column + 1, mark.index)

    def _source(self, mark: Any) -> Source:
        return Source(self._file, mark.line + 1, mark.column + 1)

    def _note(self, code: str, message: str, where: Source, hint: str) -> None:
        self._problems.append(Problem("error", code, message, where, hint))

    def _stop(self, code: str, message: str, where: Source, hint: str) -> None:
        self._note(code, message, where, hint)
        raise _Stop


def _explained(raw: str, context: str, character: str, line: str) -> tuple[str, str]:
    """libyaml's words in ours, and what to do."""
    if character == "\t" or (
        "cannot start any token" in raw and "\t" in line[: len(line) - len(line.lstrip())]
    ):
        return "a tab stands where YAML wants spaces", "indent with spaces"
    if "cannot start any token" in raw:
        return f"a text may not begin with {character or 'this character'}", "put the text in quotes"
    if "mapping values are not allowed" in raw:
        return "a second colon, or a wrong indentation, makes this no key with a value", (
            "put a text that holds `: ` in quotes, and write the keys of one mapping in one column"
        )
    if "could not find expected ':'" in raw:
        return "a colon is missing after the key", "write `key: value`"
    if "did not find expected ',' or '}'" in raw or "did not find expected ',' or ']'" in raw:
        closing = "}" if "}" in raw else "]"
        return f"a comma or {closing} is missing", (
            f"put a text that holds a comma, `: ` or {closing} in quotes, and close every bracket"
        )
    if "found unexpected end of stream" in raw and "quoted scalar" in context:
        return "the quotes are never closed", "close the text with the same quote that opened it"
    if "did not find expected key" in raw:
        return "this stands in no column where a key could be", (
            "write the keys of one mapping in one column; in quoted text, write '' for ' (or use the other quotes)"
        )
    if "did not find expected '-' indicator" in raw:
        return "this is no item of the list above it", "begin each item with `- ` in one column"
    if "escape" in raw or "escape" in context:
        return (
            "an unknown escape in a text with double quotes",
            "write \\\\ for a backslash, or use single quotes",
        )
    told = f"{context}: {raw}" if context else raw
    return told, "see the line above, too: YAML often notices late"
