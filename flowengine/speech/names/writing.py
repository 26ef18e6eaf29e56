"""How a name is written: title case where the recogniser gave one case only, otherwise as it was written."""

from __future__ import annotations

from flowengine.speech.text import fold


def cased(raw: str) -> str:
    """A word as it stands in a name: "o'brien" is "O'Brien", "mcdonald" is "McDonald", "DeShawn" stays."""
    if not (raw.islower() or raw.isupper()):
        return raw
    text = "'".join(part[:1].upper() + part[1:].lower() for part in raw.split("'"))
    if text.endswith("'S"):
        text = text[:-1] + "s"
    if text.startswith("Mc") and len(text) > 3:
        text = "Mc" + text[2].upper() + text[3:]
    return text


def particle(raw: str) -> str:
    """A particle inside a name is small ("de la Cruz") unless the recogniser wrote it otherwise."""
    return raw.lower() if raw.islower() or (raw.isupper() and len(raw) > 1) else cased(raw)


def once(names: list[str]) -> list[str]:
    """A name said again counts once: "Ann, Ann Lee", "Bond, James Bond"."""
    low = [name.lower() for name in names]
    for size in range(len(names) // 2, 0, -1):
        if low[:size] == low[size : 2 * size]:
            return names[size:]
    for size in range((len(names) - 1) // 2, 0, -1):
        if any(low[:size] == low[at : at + size] for at in range(size, len(low) - size + 1)):
            return names[size:]
    return names


def bare(name: str) -> str:
    """Letters only, in lower case and without accents: what a spelling is compared with."""
    return "".join(c for c in fold(name) if c.isalpha())
