"""What loading costs: the example flows, first and again (as a reload does), and the words of a language."""

from __future__ import annotations

import time
from pathlib import Path

from flowengine.language.loading import load
from flowengine.speech.calendar.lexicon import Lexicon
from flowengine.speech.tables import section

FLOWS = Path(__file__).parents[2] / "flows"


def main() -> None:
    """Print ms."""
    for language in ("en", "es"):
        print(
            f"calendar words, {language}: {_ms(lambda tag=language: Lexicon(section(tag, 'calendar'))):6.1f} ms"
        )
    for file in sorted(FLOWS.glob("*.yaml")):
        if not file.name.endswith(".test.yaml"):
            first = _ms(lambda path=file: load(path))
            again = min(_ms(lambda path=file: load(path)) for _ in range(5))
            print(f"{file.name:20} {first:6.1f} ms, again {again:6.1f} ms")


def _ms(run: object) -> float:
    assert callable(run)
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
