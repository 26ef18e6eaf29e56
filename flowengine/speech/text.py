"""Words: what a recogniser wrote becomes normalised tokens that keep their place in the raw text.

Everything that reads callers' words starts here, so normalisation exists once: lower case, accents folded, curly
apostrophes made plain, punctuation dropped, hyphenated words split ("twenty-five" is two tokens). What carries
meaning inside a token stays: "3:30", "11/30", "2.5", "$20.50", "50%", "+1", "555-2671", "john@example.com".

Cost is linear in the capped length: text is cut at whitespace and every piece is looked at once.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from flowengine.speech.contract import Said, Token
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section

CAP = 2000
"""Characters of one utterance that are looked at; what is beyond is not heard."""

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ＇`´", "'"))
_UNHEARD = re.compile(
    r"[(\[<][^()\[\]<>]{0,20}(?:unintelligible|inaudible)[^()\[\]<>]{0,20}[)\]>]", re.IGNORECASE
)
_CHUNK = re.compile(r"\S+")
_EMAIL = re.compile(r"[^\s@(),;:<>\[\]\"]{1,64}@[^\s@(),;:<>\[\]\"]{1,190}")
_PIECE = re.compile(
    r"[$£€]?\d{1,3}(?:\.\d{3})*,\d{1,2}(?![,\d])"  # 20,50 and 1.250,50 with a decimal comma
    r"|[$£€#+]?(?:(?<!\w)-)?\d+(?:,\d{3})+(?:\.\d+)?(?![\d,]*\d)%?[^\W\d_]*"  # 1,250 and $1,250.50
    r"|[$£€#+]?(?:(?<!\w)-)?[$£€]?\d+(?:[.:/\-]\d+)*(?:%|[^\W\d_]*)"  # 3:30pm, 11/30, 2.5, 555-2671, 30th
    r"|[^\W_]+(?:'[^\W_]+)*'?"  # words, don't
    r"|[$£€¥¢#@&+%_*/=.\-]"  # marks that stand alone
)
_DOTTED = re.compile(r"(?:[^\W\d_]\.){2,}|(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])")
_HOST = re.compile(
    r"[^\W_](?:[\w\-]{0,60}[^\W_])?(?:\.[^\W_][\w\-]{0,60})*\.(?:[a-z]{2,3}|info|email)", re.IGNORECASE
)
_HOST_ENDS = frozenset(
    """com net org edu gov io co uk us ca es mx fr de it info biz email me dev app ai tv eu au nz""".split()  # noqa: SIM905
)
_CURRENCY = frozenset("$£€¥¢")
_LONE_MARKS = frozenset("@&_+*=#%/") | _CURRENCY


def fold(word: str) -> str:
    """`word` in lower case, accents folded and apostrophes made plain ("Sí" is "si")."""
    if word.isascii():
        return word.lower() if "`" not in word else word.translate(_APOSTROPHES).lower()
    word = word.translate(_APOSTROPHES).lower()
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def hear(text: str, cap: int = CAP) -> Said:
    """Make tokens of `text`, of which no more than `cap` characters are looked at.

    An utterance without words, or the recogniser's "(unintelligible audio)", has no tokens.
    """
    return _hear(text[:cap])


@lru_cache(maxsize=256)
def _hear(text: str) -> Said:
    plain = text.translate(_APOSTROPHES)
    if ("(" in plain or "[" in plain or "<" in plain) and _UNHEARD.search(plain):
        plain = _UNHEARD.sub(lambda found: " " * len(found.group()), plain)
    tokens: list[Token] = []
    for chunk in _CHUNK.finditer(plain):
        word, start = chunk.group(), chunk.start()
        if word.isalpha():
            tokens.append(Token(fold(word), start, start + len(word)))
        else:
            _split(word, start, tokens)
    return Said(text, tuple(tokens))


def _split(chunk: str, offset: int, out: list[Token]) -> None:
    """Cut one piece without whitespace into tokens."""
    if "@" in chunk and len(chunk) <= 260:
        found = _EMAIL.search(chunk)
        if found and "." in found.group().split("@", 1)[1].rstrip(".!?"):
            kept = found.group().rstrip(".!?,;:'")
            out.append(Token(fold(kept), offset + found.start(), offset + found.start() + len(kept)))
            return
    at = 0
    while at < len(chunk):
        if chunk[at].isalpha() and "." in chunk[at + 1 : at + 64]:
            dotted = _DOTTED.match(chunk, at)
            if dotted:  # p.m., U.S.
                out.append(Token(fold(dotted.group().replace(".", "")), offset + at, offset + dotted.end()))
                at = dotted.end()
                continue
            host = _HOST.match(chunk[: at + 128], at)
            if host and host.group().rsplit(".", 1)[1].lower() in _HOST_ENDS and _ends(chunk, host.end()):
                out.append(Token(fold(host.group()), offset + at, offset + host.end()))
                at = host.end()
                continue
        found = _PIECE.match(chunk, at)
        if found is None:
            at += 1
            continue
        piece, end = found.group(), found.end()
        if len(piece) == 1 and not piece.isalnum():
            if piece in _LONE_MARKS and (
                len(chunk) == 1 or piece in "@_&" or piece in _CURRENCY or (piece == "#" and at == 0)
            ):
                out.append(Token(piece, offset + at, offset + end))
            at = end
            continue
        spelled = at > 0 and chunk[at - 1] == "-"  # the E of "W-E-double-B"
        if piece[0].isalpha() and len(piece) == 1 and chunk[end : end + 1] == "-" and not spelled:
            joined = re.compile(r"-[^\W\d_]{3,}").match(chunk, end)
            if joined:  # e-mail, x-ray, t-shirt
                out.append(Token(fold(piece + joined.group()[1:]), offset + at, offset + joined.end()))
                at = joined.end()
                continue
        text = fold(piece).rstrip("'") if piece[-1] == "'" else fold(piece)
        if "," in text:
            whole, comma, part = text.rpartition(",")
            decimal = bool(comma) and len(part) < 3 and part.isdigit()
            text = f"{whole.replace('.', '')}.{part}" if decimal else text.replace(",", "")
        out.append(Token(text, offset + at, offset + end))
        at = end


def _ends(chunk: str, at: int) -> bool:
    return at >= len(chunk) or not (chunk[at].isalnum() or chunk[at] in "@_")


_WORD = re.compile(r"[^\W_]+")
_QUOTES = str.maketrans("", "", "'’‘ʼ＇`´")


def words_of(text: str) -> list[str]:
    """Normalised words only, fast: for comparing what was sent with what a transcript shows."""
    return _WORD.findall(text.lower().translate(_QUOTES))


def inaudible(text: str) -> bool:
    """True for an utterance without words, the recogniser's "(unintelligible audio)" included."""
    return not any(token.text.isalnum() or len(token.text) > 1 for token in hear(text).tokens)


# --- fillers -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _fillers(language: str) -> tuple[frozenset[str], PhraseList]:
    made = {
        tuple(token.text for token in hear(entry).tokens) for entry in section(language, "core")["fillers"]
    }
    return frozenset(phrase[0] for phrase in made if len(phrase) == 1), PhraseList(made)


@lru_cache(maxsize=16)
def small_words(language: str) -> frozenset[str]:
    """Words that add nothing to what they stand before ("the", "my", "just", "please")."""
    return frozenset(map(fold, section(language, "core")["intents"]["light"]))


@lru_cache(maxsize=16)
def _leads(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in section(language, "core")["leads"])


def is_filler(token: Token | str, language: str = "en") -> bool:
    """A word that says nothing by itself ("um", "please", "well")."""
    return (token if isinstance(token, str) else token.text) in _fillers(language)[0]


def filler_run(words: list[str] | tuple[str, ...], at: int, language: str) -> int:
    """Length of the filler that starts at `at` (0 if none): "um" is 1, "let me see" is 3."""
    return _fillers(language)[1].at(words, at)


def strip_fillers(said: Said, language: str = "en") -> tuple[int, int]:
    """The token span that is left when fillers are taken off both ends; empty if there is nothing else."""
    words = [token.text for token in said.tokens]
    start, end = 0, len(words)
    phrases = _fillers(language)[1]
    while start < end and (run := phrases.at(words, start)):
        start += run
    while end > start and (run := phrases.before(words, end, start)):
        end -= run
    return start, max(start, end)


def gap_before(said: Said, at: int) -> str:
    """What stands between token `at` and the one before it: a space, a comma ... ; empty for the first."""
    return said.text[said.tokens[at - 1].end : said.tokens[at].start] if at else ""


def covers(said: Said, start: int, end: int, language: str = "en") -> bool:
    """The span [start, end) is the whole utterance apart from fillers (and a leading "yes", "no" or "okay")."""
    words = [token.text for token in said.tokens]
    leads = _leads(language)
    at = 0
    leading = True
    while at < start:
        run = filler_run(words, at, language)
        if run and at + run <= start:
            at += run
        elif leading and words[at] in leads:
            at += 1
        else:
            return False
    at = end
    while at < len(words):
        run = filler_run(words, at, language)
        if not run:
            return False
        at += run
    return True
