"""`email`: an address, as written or read aloud: "john dot smith at gmail dot com", "j as in juliet". Closed.

An address is found by its "at" and the domain after it. The part before is read backwards to the word where an address
cannot go on ("my email is ..."): words, spelled letters, the NATO alphabet, figures and marks. A word that is then
spelled out counts once, as spelled ("Jon, J-O-N"). The value is in lower case and checked by email-validator.
"""

from __future__ import annotations

from collections.abc import Sequence

from flowengine.speech.addresses.domain import read_domain
from flowengine.speech.addresses.local import read_local
from flowengine.speech.addresses.words import address_words, phrase_at
from flowengine.speech.contract import Candidate, Context, Said
from flowengine.speech.corrections import correction_before, surviving
from flowengine.speech.tables import base, section


class EmailType:
    """See the module's text."""

    name = "email"
    open = False

    def recognise(self, said: Said, context: Context) -> Sequence[Candidate]:
        language = base(context.language)
        table = address_words(language)
        words = [token.text for token in said.tokens]
        found: list[Candidate] = []
        floor = 0
        at = 0
        while at < len(words):
            if "@" in words[at] and len(words[at]) > 3:
                if address := _checked(words[at]):
                    found.append(Candidate(address, at, at + 1))
                    floor = at + 1
                at += 1
                continue
            size = phrase_at(words, at, table.at)
            domain = read_domain(words, at + size, language, context.asked, said) if size else None
            if domain is None:
                at += 1
                continue
            start, local = read_local(said, words, floor, at, language)
            if not local and at > floor and words[at - 1] in table.mailboxes:
                start, local = at - 1, words[at - 1]  # "hello at acme dot com"
            address = _checked(f"{local}@{domain[0]}") if local else None
            if address:
                found.append(Candidate(address, start, domain[1]))
                floor = domain[1]
            elif found and not local:
                # "at gmail, no sorry, at yahoo dot com": only the domain is said again
                last = found[-1]
                if correction_before(said, at, language, last.end) is not None:
                    again = _checked(f"{str(last.value).split('@')[0]}@{domain[0]}")
                    if again:
                        found[-1] = Candidate(again, last.start, domain[1])
                        floor = domain[1]
            at = domain[1]
        kept = surviving(said, [(one.start, one.end) for one in found], language)
        return [found[index] for index in kept]

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
