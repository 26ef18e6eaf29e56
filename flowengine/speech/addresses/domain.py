"""The domain of an address read aloud: "gmail dot com", "u c l a dot e d u", "acme dash corp dot co dot uk"."""

from __future__ import annotations

from flowengine.speech.addresses.words import address_words, phrase_at, spelled_letter
from flowengine.speech.contract import Said
from flowengine.speech.corrections import correction_before
from flowengine.speech.numerals import read_number


def read_domain(words: list[str], at: int, language: str, asked: bool, said: Said) -> tuple[str, int] | None:
    """The domain that begins at `at` and the place after it."""
    table = address_words(language)
    start = at
    labels: list[str] = [""]
    last_word = at
    while at < len(words) and at - start < 14:
        if phrase_at(words, at, table.at) and not (len(labels) > 1 and not labels[-1]):
            return (
                None
                if len(labels) == 1
                else (_whole(labels), last_word)
                if labels[-1] in table.ends
                else None
            )
        at, piece = _label_piece(words, at, language)
        if piece is None:
            break
        if piece == ".":
            if not labels[-1]:
                break
            labels.append("")
            continue
        if labels[-1] and len(labels) > 1 and labels[-1] in table.ends:
            at = last_word
            break
        if correction_before(said, at - 1, language, start) is not None and labels != [""]:
            labels = [""]  # "at gmail, no, yahoo dot com"
        if "." in piece:
            labels[-1] += piece
            if piece.rsplit(".", 1)[1] in table.ends:
                return _whole(labels), at
        else:
            labels[-1] += piece
        last_word = at
        if len(labels) > 1 and labels[-1] in table.ends and not (at < len(words) and words[at] in table.dot):
            return _whole(labels), at
    if len(labels) > 1 and labels[-1] in table.ends:
        return _whole(labels), last_word
    return _provider(words, start, language) if asked else None


def _whole(labels: list[str]) -> str:
    return ".".join(label for label in labels if label)


def _label_piece(words: list[str], at: int, language: str) -> tuple[int, str | None]:
    table = address_words(language)
    for phrase, meant in table.heard_as.items():
        if tuple(words[at : at + len(phrase)]) == phrase and (
            len(phrase) > 1 or (at and words[at - 1] in table.dot) or len(meant) > 1
        ):
            return at + len(phrase), "".join(meant) if len(meant) == 1 else ".com"
    word = words[at]
    if word in table.dot:
        return at + 1, "."
    if mark := table.marks.get((word,)):
        return at + 1, mark if mark == "-" else None
    for phrase in table.ignored:
        if tuple(words[at : at + len(phrase)]) == phrase and at + len(phrase) < len(words):
            return _label_piece(words, at + len(phrase), language)
    if letter := spelled_letter(words, at, language):
        return letter[1], letter[0]
    if number := read_number(words, at, language, dictated=True):
        return number.end, number.figures
    bare = word.replace("'", "")
    if not all(c.isalnum() or c in ".-" for c in bare) or not bare.isascii():
        return at + 1, None
    return at + 1, bare


def _provider(words: list[str], at: int, language: str) -> tuple[str, int] | None:
    table = address_words(language)
    for phrase, meant in table.heard_as.items():
        if tuple(words[at : at + len(phrase)]) == phrase and "".join(meant) in table.providers:
            return table.providers["".join(meant)], at + len(phrase)
    if at < len(words) and words[at] in table.providers:
        return table.providers[words[at]], at + 1
    return None
