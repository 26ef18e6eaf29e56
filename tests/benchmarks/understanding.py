"""What understanding an utterance costs with all slot types on: the public phrases, growing lengths, hostile input."""

from __future__ import annotations

import gc
import statistics
import time
from pathlib import Path

from flowengine.speech.contract import Context
from flowengine.speech.text import hear
from flowengine.speech.types import TYPE_NAMES, slot_type
from tests.speech.calendar.phrasebook import NOW, phrases
from tests.speech.unseen import kinds, lines

LISTS = Path(__file__).parents[1] / "speech" / "phrases"
OPTIONS = {"choices": {"morning": ["early"], "evening": ["late"], "noon": ["midday"]}}
SENTENCE = "yes it's Ann Lee and I would like a week from Thursday at half past three for four people please "
HOSTILE = {
    "1 MB of letters": "a" * 1_000_000,
    "1 MB of sentences": SENTENCE * (1_000_000 // len(SENTENCE)),
    "only digits": "1234567890 " * 180,
    "only no": "no " * 660,
    "only number words": "twenty two hundred and " * 90,
    "only weekdays": "monday no sorry tuesday not wednesday " * 52,
    "only dots and ats": "a at b dot c dot d at " * 90,
}


def utterances() -> list[str]:
    """All public phrases, each once."""
    texts = [phrase.words for phrase in phrases()]
    texts += [line.words for kind in kinds() for line in lines(kind)]
    for file in sorted(LISTS.glob("*.tsv")):
        rows = file.read_text(encoding="utf-8").splitlines()
        texts += [row.split("\t")[0] for row in rows if row and not row.startswith("#")]
    return list(dict.fromkeys(texts))


def understand(text: str, *, asked: bool = True) -> float:
    """Ms for one utterance, all types on."""
    began = time.perf_counter()
    said = hear(text)
    for name in TYPE_NAMES:
        slot_type(name).recognise(said, Context(now=NOW, asked=asked, options=OPTIONS))
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print p50 and p99 over the phrases, then ms by length and for hostile input."""
    texts = utterances()
    for text in texts[:50]:
        understand(text)
    gc.collect()
    gc.freeze()
    cuts = statistics.quantiles([understand(text) for text in texts], n=100)
    print(f"{len(TYPE_NAMES)} types, {len(texts)} utterances: p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms")
    for length in (100, 200, 500, 1000, 2000):
        text = (SENTENCE * 25)[: length - 2]  # with the number that makes each new to what is remembered
        took = min(understand(f"{text} {n}") for n in range(5))
        print(f"{length:5} characters: {took:7.2f} ms, {took / length * 1000:5.1f} us a character")
    for name, text in HOSTILE.items():
        print(f"{name:20} {min(understand(text) for _ in range(2)):8.1f} ms")


if __name__ == "__main__":
    main()
