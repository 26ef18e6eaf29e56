"""The domain of an address read aloud: "gmail dot com", "u c l a dot e d u", "acme dash corp dot co dot uk"."""

from __future__ import annotations

from flowengine.speech.addresses.words import address_words, alike, mark_at, spelled_letter
from flowengine.speech.contract import Said
from flowengine.speech.corrections import correction_before
from flowengine.speech.dictation.items import dictation
from flowengine.speech.figures.numerals import read_number

LONGEST = 14
"""Words that a domain may have."""


def read_domain(said: Said, words: list[str], at: int, language: str, asked: bool) -> tuple[str, int] | None:
    """The domain that begins at `at` and the place after it. When `asked`, a provider's name will do ("gmail")."""
    found = _read(said, words, at, language, asked)
    if found and found[0].split(".", 1)[0] in address_words(language).websites:
        return None
    return found


def _read(said: Said, words: list[str], at: int, language: str, asked: bool) -> tuple[str, int] | None:
    table = address_words(language)
    start = at
    labels: list[str] = [""]
    last_word = at
    while at < len(words) and at - start < LONGEST:
        if words[at] in dictation(language).hesitation:
            at += 1
            continue
        if table.at.at(words, at) and not (len(labels) > 1 and not labels[-1]):
            if len(labels) > 1:
                return (_whole(labels), last_word) if labels[-1] in table.ends else None
            again = asked and correction_before(said, at, language, start) is not None
            return provider(words, start, language) if again else None  # "at g mail, no, at i cloud"
        if len(labels[-1]) > 1 and (spelled := _spelled_again(words, at, labels[-1], language)):
            labels[-1], at = spelled
            last_word = at
            continue
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
        labels[-1] += piece
        if "." in piece and piece.rsplit(".", 1)[1] in table.ends:
            return _whole(labels), at
        last_word = at
        if len(labels) > 1 and labels[-1] in table.ends and not _dot_follows(words, at, language):
            return _whole(labels), at
    if len(labels) > 1 and labels[-1] in table.ends:
        return _whole(labels), last_word
    return provider(words, start, language) if asked else None


def _spelled_again(words: list[str], at: int, label: str, language: str) -> tuple[str, int] | None:
    """The label spelled out after it was said ("miller, that's m i l l e r"), and the place after that."""
    at += address_words(language).spelled.at(words, at)
    letters = ""
    while at < len(words) and len(words[at]) == 1 and words[at].isalpha():
        letters += words[at]
        at += 1
    return (letters, at) if len(letters) > 2 and alike(label, letters) else None


def _dot_follows(words: list[str], at: int, language: str) -> bool:
    return at < len(words) and words[at] in address_words(language).dot


def read_ending(words: list[str], at: int, language: str) -> tuple[str, int] | None:
    """The last labels of a domain said by themselves ("dot net", "dot co dot uk"), and the place after them."""
    table = address_words(language)
    labels: list[str] = []
    while at + 1 < len(words) and words[at] in table.dot:
        after, piece = _label_piece(words, at + 1, language)
        while piece and len(piece) == 1 and after < len(words) and len(words[after]) == 1:
            piece, after = piece + words[after], after + 1  # "dot c o m"
        if piece not in table.ends:
            break
        labels.append(piece)
        at = after
    return (".".join(labels), at) if labels else None


def _whole(labels: list[str]) -> str:
    return ".".join(label for label in labels if label)


def _label_piece(words: list[str], at: int, language: str) -> tuple[int, str | None]:
    table = address_words(language)
    if size := table.heard.at(words, at):
        meant = table.heard_as[tuple(words[at : at + size])]
        if size > 1 or (at and words[at - 1] in table.dot) or len(meant) > 1:
            return at + size, "".join(meant) if len(meant) == 1 else ".com"
    word = words[at]
    if word in table.dot:
        return at + 1, "."
    if mark := mark_at(words, at, language, at + 1):
        return at + 1, mark[0] if mark[0] == "-" else None
    if (size := table.ignored.at(words, at)) and at + size < len(words):
        return _label_piece(words, at + size, language)
    if letter := spelled_letter(words, at, language):
        return letter[1], letter[0]
    if number := read_number(words, at, language, dictated=True):
        return number.end, number.figures
    bare = word.replace("'", "")
    if not all(c.isalnum() or c in ".-" for c in bare) or not bare.isascii():
        return at + 1, None
    return at + 1, bare


def provider(words: list[str], at: int, language: str) -> tuple[str, int] | None:
    """The domain of the provider named at `at` ("hot mail") and the place after it."""
    table = address_words(language)
    size = table.heard.at(words, at)
    meant = "".join(table.heard_as[tuple(words[at : at + size])]) if size else ""
    if meant in table.providers:
        return table.providers[meant], at + size
    if at < len(words) and words[at] in table.providers:
        return table.providers[words[at]], at + 1
    return None
