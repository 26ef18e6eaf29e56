"""Numbers that count: which figures of an utterance are a count, and which a moment, a label or a thing.

`counts` finds them in words and figures, left to right, `named_counts` what names a number without one ("just me").
What is refused, corrected, bounded or quoted is the type's matter.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flowengine.speech.builtin import held
from flowengine.speech.clauses.moods import clauses
from flowengine.speech.contract import Said
from flowengine.speech.corrections import negated, opens_correction
from flowengine.speech.figures.labels import idiomatic, labelled
from flowengine.speech.figures.numberwords import number_words
from flowengine.speech.figures.numerals import Numeral, read_number
from flowengine.speech.phraselists import PhraseList
from flowengine.speech.tables import section
from flowengine.speech.text import covers, filler_run, fold, gap_before, hear, is_filler

LONGEST_RUN = 6
"""More digits than this in one run are an identifier, not a number, unless they are one word in figures."""
FRAME = 8
"""Words that may stand before "just me"."""
REACH = 4
"""Words before a number in which a wait is looked for."""
SCALES, PARTS = (5, 10, 20, 100), (2, 3, 4, 8)
"""What "7/10" may be counted on, and what "3/4" may be parts of."""


@lru_cache(maxsize=16)
def count_tables(language: str) -> dict[str, Any]:
    """The words around counts by the names of their lists, folded, made once."""
    read = section(language, "numbers")["read"]
    sets: dict[str, Any] = {
        name: frozenset(fold(word) for word in read[name])
        for name in (
            "one_before",
            "one_after",
            "not_before",
            "not_after",
            "times",
            "months",
            "spoken_like",
        )
    }
    for name in (
        "roughly_after",
        "moment_before",
        "lengths",
        "moment_in",
        "ago",
        "waiting",
        "talk",
        "hyperbole",
        "clock_joints",
        "half",
        "code_joints",
        "article",
        "one_only",
        "the",
        "or",
        "quarter",
    ):
        sets[name] = frozenset(fold(word) for word in read.get(name, ()))
    sets["alone_before"] = frozenset(fold(word) for word in read.get("alone_before", ()))
    sets["at_end"] = {fold(word): value for word, value in read.get("at_end", {}).items()}
    sets["round"] = frozenset(fold(word) for word in (*read["hundred"], *read["scales"]))
    sets["scale_before"] = PhraseList(
        tuple(t.text for t in hear(words).tokens) for words in read.get("scale_before", ())
    )
    sets["language"] = language
    sets["openers"] = (
        number_words(language).first | number_words(language).oh
    )  # words a number may begin with
    sets["roughly_ends"] = tuple(sets["roughly_after"])
    core = section(language, "core")
    sets["leading"] = frozenset(
        (*map(fold, core["leads"]), *map(fold, core["fillers"]), *number_words(language).joints)
    )
    money = section(language, "money")
    sets["currencies"] = frozenset(fold(word) for word in (*money["units"], *money["cents"]))
    sets["alone"] = {
        tuple(t.text for t in hear(words).tokens): Decimal(str(n)) for words, n in read["alone"].items()
    }
    return sets


def counts(said: Said, words: list[str], language: str, asked: bool) -> list[Numeral]:
    """The numbers that count, left to right; figures read aloud in a row are one when `asked`."""
    table = count_tables(language)
    runs = _runs(said, words, language, table)
    found: list[Numeral] = []
    for run in runs:
        while len(run) > 1 and negated(said, run[0].start, run[0].end, language):
            del run[0]  # "not five, six"
        if _other(said, words, run, table, language) or (
            _after(words, run) in table["roughly_after"] and not asked
        ):
            continue
        if len(run) > 1:
            if asked and (joined := _joined(run)):
                found.append(joined)
            continue
        number = run[0]
        if number.kind == "group" and not asked:
            continue
        one = number.kind == "unit" and number.exact == 1 and words[number.start] != "1"
        if not one or _counts(said, words, number, language):
            found.append(number)
    return found


def _after(words: list[str], run: list[Numeral]) -> str:
    end = run[-1].end
    return words[end] if end < len(words) else ""


def _other(said: Said, words: list[str], run: list[Numeral], table: dict[str, Any], language: str) -> bool:
    """A time, a date, what another number is counted on, or a label."""
    start, end = run[0].start, run[-1].end
    before, after = words[start - 1] if start else "", _after(words, run)
    if after in table["not_after"] or (before in table["not_before"] and run[0].exact <= 31):
        return True
    if before in table["months"] or after in table["months"] or _passing(words, run, table):
        return True
    if "-" in after and after[:1].isdigit():
        return True  # "(415) 555-0132"
    return table["scale_before"].before(words, start) > 0 or (
        labelled(said, start, end, language) or idiomatic(said, start, end, language)
    )


def _runs(said: Said, words: list[str], language: str, table: dict[str, Any]) -> list[list[Numeral]]:
    """The numbers, those in a row together; without the moments of "one second, please"."""
    runs: list[list[Numeral]] = []
    hold: tuple[int, int] | None = None
    openers, rough = table["openers"], table["roughly_ends"]
    at = 0
    while at < len(words):
        word = words[at]
        if word.isalpha() and word not in openers and not word.endswith(rough):
            at += 1
            continue
        number = (
            _marked(words, at, table)
            or read_number(words, at, language)
            or _oh(said, words, at, runs, language)
        )
        if number is None:
            at += 1
            continue
        at = number.end
        hold = held(said, language) if hold is None else hold
        if number.start < hold[1] and hold[0] < number.end:
            continue
        if runs and runs[-1][-1].end == number.start and not _anew(said, runs[-1][-1], number, language):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _oh(said: Said, words: list[str], at: int, runs: list[list[Numeral]], language: str) -> Numeral | None:
    """The zero in "one oh five": right after a digit, without a pause; not the "oh" of "five, oh wait"."""
    if words[at] not in number_words(language).oh or not runs or runs[-1][-1].end != at:
        return None
    if (
        words[at] in count_tables(language)["or"]
        or gap_before(said, at).strip()
        or runs[-1][-1].exact > 9
        or opens_correction(words, at, language)
    ):
        return None
    return Numeral(Decimal(0), at, at + 1, "unit")


def _passing(words: list[str], run: list[Numeral], table: dict[str, Any]) -> bool:
    """A moment, a wait or a turn of phrase: "give me two minutes", "in two weeks", "I have two quick questions"."""
    start, end = run[0].start, run[-1].end
    before = words[start - 1] if start else ""
    after = words[end] if end < len(words) else ""
    last = words[end + 1] if end + 1 < len(words) else ""
    if before in table["clock_joints"] and start > 1 and words[start - 2] in table["quarter"]:
        return True  # "quarter to five"
    if after in table["clock_joints"] and words[end - 1] in table["half"] | table["quarter"]:
        return True  # "half past five"
    if after in table["talk"] or last in table["talk"]:
        return True
    if before in table["code_joints"] or after in table["code_joints"]:
        return True
    if after in table["article"] and words[end - 1] in table["half"]:
        after, last = last, words[end + 2] if end + 2 < len(words) else ""  # "in half an hour"
    if after in table["hyperbole"] and words[end - 1] in table["round"]:
        return True
    if after not in table["lengths"] and after not in table["times"]:
        return False
    if before in table["moment_in"] or last in table["ago"]:
        return True
    if after in table["times"] and before in table["moment_before"]:
        return True
    return any(word in table["waiting"] for word in words[max(0, start - REACH) : start])


def _anew(said: Said, before: Numeral, number: Numeral, language: str) -> bool:
    """A new sentence, a range, the same number once more or two amounts after one another: "ten. Ten out of ten",
    "10–15", "five, five", "sixty, seventy this month"."""
    gap = gap_before(said, number.start)
    if "," in gap and clauses(said, language).remembers(before.start, number.start):
        return True  # "last time we were six, eight this time"
    return (
        gap.strip() in ("-", "–")
        or any(mark in gap for mark in ".!?;")
        or ("," in gap and (before.exact == number.exact or min(before.exact, number.exact) >= 10))
    )


def _marked(words: list[str], at: int, table: dict[str, Any]) -> Numeral | None:
    """ "$20", "50%", "7/10" (seven out of ten), "2 1/2" and "twentyish" name a number too."""
    word = words[at]
    if not word.isascii() or len(word) > 30:
        return None
    if "/" in word:
        return _ratio(words, at, at)
    if word.isdigit():
        following = words[at + 1] if at + 1 < len(words) else ""
        part = _ratio(words, at + 1, at) if "/" in following else None
        return part and (replace(part, exact=part.exact + int(word)) if part.exact < 1 else None)
    for ending in table["roughly_after"]:
        if word.endswith(ending) and len(word) > len(ending):
            rough = read_number([word[: -len(ending)]], 0, table["language"])
            return rough and replace(rough, start=at, end=at + 1)
    bare = word.strip("$£€%#+")
    if (
        bare == word
        or word[-1] not in "%0123456789"
        or word[0] == "+"
        or not bare.replace(".", "", 1).isdigit()
    ):
        return None
    return Numeral(Decimal(bare), at, at + 1, "figures")


def _ratio(words: list[str], at: int, start: int) -> Numeral | None:
    """ "7/10" is a mark on a scale, "3/4" a fraction; "11/30" is a date."""
    count, _, size = words[at].partition("/")
    if not (count.isdigit() and size.isdigit()) or len(size) > 3:
        return None
    if start == at and int(size) in SCALES and int(count) <= int(size):
        return Numeral(Decimal(int(count)), at, at + 1, "words")
    if int(size) in PARTS and 0 < int(count) < int(size):
        return Numeral(Decimal(int(count)) / int(size), start, at + 1, "words")
    return None


def _counts(said: Said, words: list[str], number: Numeral, language: str) -> bool:
    """This "one" is a number, not a thing ("that one") or a moment ("one second")."""
    table = count_tables(language)
    before = words[number.start - 1] if number.start and not gap_before(said, number.start).strip() else ""
    if before in table["the"] and number.start > 1 and words[number.start - 2] in table["one_only"]:
        before = words[number.start - 2]
    if before not in table["one_before"] and covers(said, number.start, number.end, language):
        return True
    end = number.end
    while end < len(words) and (run := filler_run(words, end, language)):
        end += run
    after = words[end] if end < len(words) else ""
    if after in table["times"] or before in table["one_before"]:
        return False
    return after not in table["one_after"] if after else number.start == 0 or before in table["spoken_like"]


def _joined(run: list[Numeral]) -> Numeral | None:
    """Numbers in a row are figures read aloud: "one eighty" is 180, "nineteen eighty five" is 1985."""
    if any(n.exact != n.exact.to_integral_value() or n.exact < 0 or n.kind == "group" for n in run):
        return None
    figures = "".join(n.figures for n in run)
    first = run[0].figures
    if len(first) > 1 and len(run) > len(first) and figures == first * 2:  # "sixteen, one six"
        return Numeral(run[0].exact, run[0].start, run[-1].end, "words")
    if len(figures) > LONGEST_RUN:
        return None
    return Numeral(Decimal(figures), run[0].start, run[-1].end, "words")


def named_counts(words: list[str], language: str) -> list[Numeral]:
    """Whole answers that name a number without a number word: "just me", "none"."""
    table = count_tables(language)
    stop = len(words)
    while stop and is_filler(words[stop - 1], language):
        stop -= 1
    for start in range(min(FRAME, stop)):
        if (value := table["alone"].get(tuple(words[start:stop]))) is not None:
            return [Numeral(value, start, stop, "words")]
        word = words[start]
        if word not in table["leading"] and word not in table["alone_before"]:
            break
    if stop and (times := table["at_end"].get(words[stop - 1])) is not None:
        return [Numeral(Decimal(times), stop - 1, stop, "words")]
    return []
