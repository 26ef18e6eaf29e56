"""What is said about an address after it: "at bluesky dot net, I mean dot com", "..., without an h"."""

from __future__ import annotations

from flowengine.speech.addresses.domain import provider, read_domain, read_ending
from flowengine.speech.addresses.pieces import read_pieces
from flowengine.speech.addresses.remarks import remark_at, respelled
from flowengine.speech.addresses.words import address_words, mark_at
from flowengine.speech.contract import Said
from flowengine.speech.corrections import correction_before
from flowengine.speech.text import filler_run

REACH = 7
"""Words after an address in which the correction must begin."""


def mended(said: Said, words: list[str], address: str, end: int, language: str) -> tuple[str, int]:
    """`address`, which ends at token `end`, as what follows corrects it, and the place after that."""
    while end < len(words):
        found = _remarked(words, address, end, language) or _corrected(said, words, address, end, language)
        if found is None:
            break
        address, end = found
    return address, end


def _remarked(words: list[str], address: str, end: int, language: str) -> tuple[str, int] | None:
    remark = remark_at(words, end, language)
    if remark is None or not remark.letter:
        return None
    local, _, domain = address.partition("@")
    word = respelled(local, remark, language)
    return (f"{word}@{domain}", end + remark.size) if word else None


def _corrected(said: Said, words: list[str], address: str, end: int, language: str) -> tuple[str, int] | None:
    table = address_words(language)
    local, _, domain = address.partition("@")
    for start in range(end + 1, min(end + REACH, len(words))):
        if correction_before(said, start, language, end) is None:
            continue
        if ending := read_ending(words, start, language):
            labels = domain.split(".")
            kept = labels[: -2 if len(labels) > 2 and labels[-2] in table.ends else -1]
            return f"{local}@{'.'.join(kept)}.{ending[0]}", ending[1]
        whole = read_domain(said, words, start, language, asked=False) or provider(words, start, language)
        if whole and not table.at.at(words, whole[1]) and "." in whole[0]:
            return f"{local}@{whole[0]}", whole[1]
        if again := _local_again(said, words, local, start, language):
            return f"{again}@{domain}", len(words)
    return None


def _local_again(said: Said, words: list[str], local: str, start: int, language: str) -> str | None:
    """Nothing but a mark or figures is said to the end: it stands for the last one of the address."""
    end = len(words)
    while end > start and filler_run(words, end - 1, language):
        end -= 1
    mark = mark_at(words, start, language)
    if mark and start + mark[1] == end:
        place = max(local.rfind(other) for other in "._-+")
        return local[:place] + mark[0] + local[place + 1 :] if place > 0 else None
    pieces = read_pieces(said, words, start, end, language)
    figures = "".join(piece.text for piece in pieces or ())
    if not figures.isdigit() or not local[-1:].isdigit():
        return None
    bare = local.rstrip("0123456789")
    old = local[len(bare) :]
    return bare + (old[: len(old) - len(figures)] if len(figures) < len(old) else "") + figures
