"""`email`: an address, as written or read aloud: "john dot smith at gmail dot com", "j as in juliet". Closed.

An address is found by its "at" and the domain after it. The part before is read backwards to the word where an address
cannot go on ("my email is ..."): words, spelled letters, the NATO alphabet, figures and marks. A word that is then
spelled out counts once, as spelled ("Jon, J-O-N"). The value is in lower case and checked by email-validator.
"""

from __future__ import annotations

from collections.abc import Sequence

from flowengine.speech.addresses.domain import read_domain
from flowengine.speech.addresses.local import read_glued, read_local
from flowengine.speech.addresses.mending import mended
from flowengine.speech.addresses.words import address_words
from flowengine.speech.alternatives import either
from flowengine.speech.clauses.moods import clauses
from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.corrections import correction_before, surviving
from flowengine.speech.tables import base, section


class EmailType:
    """See the module's text."""

    name = "email"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        language = base(context.language)
        words = [token.text for token in said.tokens]
        found: list[Candidate] = []
        floor = 0
        at = 0
        while at < len(words):
            read = self._address(said, words, floor, at, context, found)
            if read is None:
                at += 1
                continue
            start, address, end = read
            if address:
                address, end = mended(said, words, address, end, language)
                if checked := _checked(address):
                    found.append(Candidate(checked, start, end))
                    floor = end
            at = end
        found = [one for one in found if not clauses(said, language).quotes(one.start, one.end)]
        kept = surviving(said, [(one.start, one.end) for one in found], language)
        return either(said, [found[index] for index in kept], language)

    def _address(
        self, said: Said, words: list[str], floor: int, at: int, context: Context, found: list[Candidate]
    ) -> tuple[int, str, int] | None:
        """Where the address begins whose "at" stands at `at`, the address ("" if it is none) and the place after it."""
        language = base(context.language)
        table = address_words(language)
        if "@" in words[at] and len(words[at]) > 3:
            start, local = read_glued(said, words, floor, at, language)
            return start, f"{local}@{words[at].split('@', 1)[1]}", at + 1
        size = table.at.at(words, at)
        domain = read_domain(said, words, at + size, language, context.asked) if size else None
        if domain is None:
            return None
        start, local = read_local(said, words, floor, at, language)
        if local:
            return start, f"{local}@{domain[0]}", domain[1]
        if at > floor and words[at - 1] in table.mailboxes:
            if at - 1 > floor and words[at - 2] in table.determiners | table.subjects:
                return start, "", domain[1]  # "my mail at gmail dot com"
            return at - 1, f"{words[at - 1]}@{domain[0]}", domain[1]  # "hello at acme dot com"
        if found and correction_before(said, at, language, found[-1].end) is not None:
            last = found.pop()  # "at gmail, no sorry, at yahoo dot com": only the domain is said again
            return last.start, f"{str(last.value).split('@')[0]}@{domain[0]}", domain[1]
        return start, "", domain[1]

    def spoken(self, value: object, language: str) -> str:
        return say_email(str(value), language)


def _checked(address: str) -> str | None:
    """`address` in its canonical form, None if it cannot be one."""
    from email_validator import EmailNotValidError, validate_email  # slow to import, rarely needed

    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return None


def say_email(value: str, language: str) -> str:
    """ "john dot smith at gmail dot com"; figures digit by digit."""
    marks = section(language, "speaking")["marks"]
    digits = section(language, "numbers")["digits"]
    out: list[str] = []
    word = ""
    for mark in value:
        if mark.isalpha():
            word += mark
            continue
        if word:
            out.append(word)
            word = ""
        out.append(digits[int(mark)] if mark.isdigit() and mark.isascii() else marks.get(mark, mark))
    return " ".join([*out, word] if word else out)


TYPE = EmailType()
