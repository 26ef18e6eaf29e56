"""The calendar words and rules of one language, compiled from its `calendar.toml`.

Every word belongs to a set of classes ("may" is a MONTH and a MODAL). Each distinct set is one character, so that a
sentence becomes a short string and a rule a regular expression over it: matching is bounded and fast, and a rule
never sees spelling. The notation of rules (one per list entry, its key names the action):

    CLASS        a word of that class, captured under the class's name in lower case
    name:CLASS   the same, captured as `name`
    word         that very word
    (a | b)?     groups, alternatives, options
    $NAME        a macro
    ...          up to four words that are no values of the first pass
    <!CLASS      the word before is not of that class
    <CLASS       the word before is of that class
    !CLASS       the next word is not of that class
    =CLASS       the next word is of that class, but no part of this value
    >            the sentence ends here, or goes on with a word that may follow a value ("the first | is fine", but
                 not "the first | floor")
    ^ and $      begin and end of the sentence
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from flowengine.speech.calendar.classes import number_classes, ordinal_classes
from flowengine.speech.calendar.rules import ANY, Rule, Stage, is_word, opening, parts_of
from flowengine.speech.tables import base, section
from flowengine.speech.text import fold

UNKNOWN = "x"
_NODES = tuple(
    tuple(names.split())
    for names in (
        "STOP",
        "CLOCK",
        "HCLOCK",
        "NUMDATE",
        "MERIDIEM",
        "DECIMAL",
        "SPAN",
        "SPAN DASHED",
        "DASHED",
        "PRICE",
        "TIME",
        "DATE",
        "DATE ONDATE",
        "DATE SHORTDAY",
        "DATE SHORTDAY ONDATE",
        "DATE BAREDAY",
        "DATE BAREDAY ONDATE",
        "DATE RELDATE",
        "DATE RELDATE ONDATE",
        "LENGTH BRIEF",
        "LENGTH LONG",
        "LENGTH LONG WEEKLY",
    )
)
"""Class sets of what is no word: written numbers, and the findings of the first pass."""
_FOUND = tuple(" ".join(names) for names in _NODES if names[0] in ("STOP", "TIME", "DATE", "LENGTH"))


class Lexicon:
    """Words, numbers and rules of one language."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.words: dict[str, dict[str, Any]] = {}
        self.phrases: dict[str, list[tuple[tuple[str, ...], dict[str, Any]]]] = {}
        self._chars: dict[frozenset[str], str] = {frozenset(): UNKNOWN}
        self.macros: dict[str, str] = dict(data.get("macros", {}))
        self.literal_numbers: set[int] = set()
        self._read_words()
        self.stop = self.char(frozenset(("STOP",)))
        self.word_chars = {word: self.char(frozenset(payload)) for word, payload in self.words.items()}
        self.hesitations = frozenset(data["hesitations"])
        self.softeners = frozenset(data.get("softeners", ()))
        self.softened = frozenset(data.get("softened", ()))
        self.apart = {word: frozenset(before) for word, before in data.get("apart", {}).items()}
        self.abbreviations = frozenset(data["abbreviations"])
        numbers = data["numbers"]
        named = (numbers["units"], numbers["tens"], numbers["hundreds"], numbers.get("points", ()))
        self.openers = frozenset(self.phrases).union(
            *named, [numbers.get("article", ""), numbers["lone_thousand"]]
        )
        """Words that a phrase or a number may begin with."""
        self._number_chars: dict[tuple[int, str], str] = {}
        for value in [*range(2401), 10_000]:
            for kind in ("word", "digits", "short", "padded", "apart"):
                self.number_char(value, kind)
        for ordinal in range(1, 32):
            self.char(ordinal_classes(ordinal))
        for names in _NODES:
            self.char(frozenset(names))
        self._dull = {
            char: self.char(self._words_only(classes)) for classes, char in list(self._chars.items())
        }
        self._nodes = "".join(self.char(frozenset(names.split())) for names in _FOUND)
        self._follow = self._follow_chars()
        self.first = self._stage(data["first"])
        self.second = self._stage(data["second"])
        self.before = self._any_of("before", data["negation"]["before"], r"\Z")
        self.asks = self._any_of("asks", data["negation"]["asks"], r"\Z")
        self.joins = self._any_of("joins", data["negation"]["joins"])
        self.after_time = self._any_of("after_time", data["negation"].get("after_time", []))
        self.that = self._set("THAT")
        self.explained = self._any_of("explained", data["negation"].get("explained", []), r"\Z")
        self.after = self._any_of("after", data["negation"]["after"])
        alternative = data.get("alternative", {})
        self.either = self._any_of("either", alternative.get("before", []), r"\Z")
        self.alternatives = self._any_of("alternative", alternative.get("joins", []))
        self.past = self._any_of("past", data.get("past", {}).get("before", []), r"\Z")
        self.aside = self._any_of("aside", data.get("aside", {}).get("before", []), r"\Z")
        self.explains = self._any_of("explains", data.get("past", {}).get("explains", []))
        self.but = self._any_of("but", alternative.get("but", []))
        self.also = self._any_of("also", alternative.get("also", []))
        self.markers = self._any_of("marker", data["correction"]["markers"])

    # --- words ---------------------------------------------------------------------------------------------

    def _read_words(self) -> None:
        for name, entries in self.data["words"].items():
            for key, value in (
                entries.items() if isinstance(entries, Mapping) else ((word, word) for word in entries)
            ):
                self._add(key, name, value)
        for word in self.data["words"]["FOLLOW"]:
            for clitic in self.data["guard"].get("clitics", ()):
                self._add(word + clitic, "FOLLOW", word)
        for word, value in self.data["numbers"]["ordinals"].items():
            for name in ordinal_classes(value):
                self._add(word, name, value)
        literals = {
            part
            for notation in self._notations()
            for part in parts_of(notation, self.macros)
            if is_word(part)
        }
        for word in sorted(literals):
            number = self._number_word(word)
            if number is not None:
                self.literal_numbers.add(number)
            elif word in self.words:
                self.words[word]["=" + word] = word
            else:
                self.words[word] = {"=" + word: word}
        for payload in self.words.values():
            self.char(frozenset(payload))
        for found in self.phrases.values():
            found.sort(key=lambda entry: -len(entry[0]))
            for _, payload in found:
                self.char(frozenset(payload))

    def _number_word(self, word: str) -> int | None:
        numbers = self.data["numbers"]
        found: int | None = numbers["units"].get(word, numbers["tens"].get(word))
        return int(word) if word.isdigit() else found

    def _literal(self, word: str) -> str:
        """The class of one literal word; number words are known by their value."""
        number = self._number_word(word)
        return f"={word}" if number is None else f"=#{number}"

    def _add(self, key: str, name: str, value: Any) -> None:
        parts = tuple(fold(part) for part in key.split())
        if len(parts) == 1:
            self.words.setdefault(parts[0], {})[name] = value
            return
        listed = self.phrases.setdefault(parts[0], [])
        for words, payload in listed:
            if words == parts:
                payload[name] = value
                return
        listed.append((parts, {name: value}))

    def _notations(self) -> Iterator[str]:
        for stage in ("first", "second"):
            for rules in self.data[stage].values():
                for notations in rules.values():
                    yield from notations
        for notations in self.data["negation"].values():
            yield from notations
        for name in ("alternative", "aside", "past"):
            for notations in self.data.get(name, {}).values():
                yield from notations
        yield from self.data["correction"]["markers"]

    # --- characters ----------------------------------------------------------------------------------------

    def char(self, classes: frozenset[str]) -> str:
        """The character that stands for a set of classes."""
        found = self._chars.get(classes)
        if found is None:
            found = self._chars[classes] = chr(0x100 + len(self._chars))
        return found

    @staticmethod
    def _words_only(classes: frozenset[str]) -> frozenset[str]:
        return frozenset(name for name in classes if name[0] == "=" or name in ("FOLLOW", "STOP", "PRONOUN"))

    def dull(self, char: str) -> str:
        """The character of the same word without its calendar meaning."""
        return self._dull.get(char, UNKNOWN)

    def number_char(self, value: int, kind: str) -> str:
        """The character of a number.

        `kind` is word, digits (four of them), padded ("05", "0830"), short, or apart (after a number and a comma).
        """
        key = (value if value <= 2400 else 10_000, kind)
        found = self._number_chars.get(key)
        if found is None:
            found = self._number_chars[key] = self.char(
                number_classes(value, kind, value in self.literal_numbers)
            )
        return found

    def _set(self, name: str) -> str:
        return "".join(sorted(char for classes, char in self._chars.items() if name in classes))

    def may_follow(self, chars: str, at: int) -> bool:
        """A value may end before item `at`: the sentence does, or goes on with a word that may follow one."""
        return at >= len(chars) or chars[at] in self._follow

    def _follow_chars(self) -> str:
        wanted, never = set(self.data["guard"]["follow"]), set(self.data["guard"]["never"])
        return "".join(
            sorted(char for classes, char in self._chars.items() if classes & wanted and not classes & never)
        )

    # --- rules ---------------------------------------------------------------------------------------------

    def _stage(self, sections: Mapping[str, Mapping[str, list[str]]]) -> Stage:
        stage = Stage()
        rules: list[Rule] = []
        for name, actions in sections.items():
            for action, notations in actions.items():
                rules.extend(self._compile(name, action, notation) for notation in notations)
        for rule in rules:
            begins = opening(parts_of(rule.notation, self.macros), self._class_of)
            firsts = self._chars_of(begins.firsts)
            stage.rules.append((rule, firsts, None if begins.one else self._chars_of(begins.seconds)))
        return stage

    def _class_of(self, part: str) -> str:
        """The class that a literal word or a capture stands for."""
        return self._literal(part) if is_word(part) else part.rpartition(":")[2]

    def _chars_of(self, names: frozenset[str]) -> frozenset[str]:
        if ANY in names:
            return frozenset((*self._chars.values(), UNKNOWN))
        return frozenset(char for name in names for char in self._set(name))

    def _any_of(self, name: str, notations: list[str], end: str = "") -> re.Pattern[str]:
        """One pattern that matches where any of the rules does; one that never matches if there are none."""
        rules = [f"(?:{self._compile(name, name, notation).pattern.pattern})" for notation in notations]
        return re.compile(f"(?:{'|'.join(rules) or '(?!)'}){end}")

    def _compile(self, name: str, action: str, notation: str) -> Rule:
        captures: list[tuple[str, str]] = []
        out: list[str] = []
        for part in parts_of(notation, self.macros):
            if part == "(":
                out.append("(?:")
            elif part in (")", "|", "?", "$", "^"):
                out.append({"$": r"\Z", "^": r"\A"}.get(part, part))
            elif part == "...":
                out.append(f"[^{self._nodes}]{{0,4}}?")
            elif part == ">":
                out.append(rf"(?=[{self._follow}]|\Z)")
            elif part.startswith("<!"):
                out.append(f"(?<![{self._known(part[2:], notation)}])")
            elif part.startswith("<"):
                out.append(f"(?<=[{self._known(part[1:], notation)}])")
            elif part.startswith("!"):
                out.append(f"(?![{self._known(part[1:], notation)}])")
            elif part.startswith("="):
                out.append(f"(?=[{self._known(part[1:], notation)}])")
            elif is_word(part):
                out.append(f"[{self._known(self._literal(part), notation)}]")
            else:
                label, _, cls = part.rpartition(":")
                captures.append((label or cls.lower(), cls))
                out.append(f"([{self._known(cls, notation)}])")
        return Rule(name, action, re.compile("".join(out)), tuple(captures), notation)

    def _known(self, name: str, notation: str) -> str:
        found = self._set(name)
        if not found:
            raise ValueError(f"no word of class {name} in rule {notation!r}")
        return found


@lru_cache(maxsize=8)
def _load(tag: str) -> Lexicon:
    return Lexicon(section(tag, "calendar"))


def lexicon(language: str) -> Lexicon:
    """The compiled lexicon of a language tag ("en-GB" is served by "en")."""
    return _load(base(language))
