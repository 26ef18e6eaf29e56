"""`phone`: a telephone number in E.164 ("+14155552671"), as written or read aloud. Closed.

Options: `country` (two letters, default US): where a number without a country code belongs.

Numbers must be valid by the numbering plan (the phonenumbers library); in North America the fictional 555 exchanges
pass as well. An extension is left out: E.164 has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from flowengine.speech.alternatives import either
from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.corrections import corrected
from flowengine.speech.dictation.items import JOINED, PAUSE, STOP, Run, dictation
from flowengine.speech.dictation.parts import code_between
from flowengine.speech.dictation.runs import read_runs
from flowengine.speech.speaking import digits as read_aloud
from flowengine.speech.tables import base, section

SHORTEST, LONGEST = 6, 17
MOMENT = 2
"""Digits of an hour that may stand before a number ("after two, 469 ...")."""


class PhoneType:
    """See the module's text."""

    name = "phone"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        if not said.tokens:
            return ()
        language = base(context.language)
        country = str(context.options.get("country") or "US").upper()
        if sum(len(run.text) for run in read_runs(said, language)) < SHORTEST:
            return ()
        found = _found(said, language, country, pauses=False) or _found(said, language, country, pauses=True)
        # What is refused was left out by `read_runs`.
        kept = corrected(said, [(one.start, one.end) for one in found], language)
        return either(said, [found[index] for index in kept], language)

    def spoken(self, value: object, language: str) -> str:
        return say_phone(str(value), language)


def _found(said: Said, language: str, country: str, pauses: bool) -> list[Candidate]:
    found: list[Candidate] = []
    runs = read_runs(said, language, pauses=pauses)
    for index, run in enumerate(runs):
        start, end = run.start, run.end
        number = _number(run.text, country) or _first_valid(run.others, country) or _within(run, country)
        if number is None and index + 1 < len(runs) and run.end == runs[index + 1].start:
            number, end = _number(run.text + runs[index + 1].text, country), runs[index + 1].end
        elif number is None and index and code_between(said, runs[index - 1], run, language):
            number, start = _number(run.text + runs[index - 1].text, country), runs[index - 1].start
        if number is not None and not _other(said, start, language):
            others = tuple(other for text in run.either if (other := _number(text, country)))
            found.append(Candidate(number, start, end, "full", others, "which" if others else None))
    return found


def _other(said: Said, start: int, language: str) -> bool:
    """The number at token `start` is called an account number, a member ID or the like."""
    table = dictation(language)
    at = start
    while at and (
        said.tokens[at - 1].text in table.other_light or said.tokens[at - 1].text in table.hesitation
    ):
        at -= 1
    return bool(at) and at < start and said.tokens[at - 1].text in table.other_numbers


def _first_valid(readings: Sequence[str], country: str) -> str | None:
    """The first of the less likely readings that is a number of the same country."""
    if not readings:
        return None
    import phonenumbers

    home = f"+{phonenumbers.country_code_for_region(country)}"
    numbers = (_number(text, country) for text in readings)
    return next((number for number in numbers if number and number.startswith(home)), None)


def _within(run: Run, country: str) -> str | None:
    """A number at the end of a run after a false start, or at its start with something short after it.

    "Two one two ... two one two, six six four, ...", "it's 2672 at the end. So 415 555 2672", "... and unit 12".
    """
    if len(run.text) <= SHORTEST or run.text.startswith("+") or len(run.items) > 3 * LONGEST:
        return None
    text, size = run.text, 0
    for item in run.items:
        if item.gap != JOINED and size:
            before, after = text[:size], text[size:]
            told = item.gap == PAUSE and size <= MOMENT and run.start > 0
            restarted = item.gap >= STOP or told or after.startswith(before)
            if restarted and (number := _number(after, country)):
                return number
            if item.gap >= STOP and len(after) < 5 and (number := _number(before, country)):
                return number
        size += len(item.text)
    return None


@lru_cache(maxsize=1024)
def _number(text: str, country: str) -> str | None:
    if not SHORTEST <= len(text) <= LONGEST or not text.lstrip("+").isdigit():
        return None
    import phonenumbers  # its tables take a tenth of a second to load

    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(parsed) or _fictional(parsed.country_code, str(parsed.national_number)):
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return None


# Numbers that regulators keep for films and examples (Ofcom, ARCEP, ACMA): no plan calls them valid.
FICTIONAL = {
    44: ("7700900", "1632960", "1134960", "1144960", "1154960", "1164960", "1174960", "1184960", "1214960"),
    33: ("199000", "261910", "353010", "465710", "536490", "639980"),
    61: ("255501", "255506", "355501", "491570"),
}


def _fictional(code: int | None, national: str) -> bool:
    if national.startswith(FICTIONAL.get(code or 0, ("-",))) and len(national) in (9, 10):
        return True
    return (
        code == 1
        and len(national) == 10
        and "555" in (national[:3], national[3:6])
        and national[0] not in "01"
    )


def say_phone(value: str, language: str) -> str:
    """A number in groups, the country code first: "plus one, four one five, five five five, two six seven one"."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(value, None)
        shown = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return read_aloud(value, language)
    plus = section(language, "speaking")["marks"]["+"]
    code, _, rest = shown.lstrip("+").partition(" ")
    return f"{plus} {read_aloud(code, language)}, {read_aloud(rest, language)}"


TYPE = PhoneType()
