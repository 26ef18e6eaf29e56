"""`python -m tests.benchmarks [turns|memory|understanding|phrases|loading|chat] [calls]`: what this machine reaches."""

from __future__ import annotations

import sys

from tests.benchmarks import chat, loading, memory, phrases, turns, understanding


def main() -> None:
    names = sys.argv[1:2] or ["turns", "memory", "understanding", "phrases", "loading", "chat"]
    calls = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    if "turns" in names:
        turns.main(calls)
    if "memory" in names:
        memory.main(max(calls, 500))
    if "understanding" in names:
        understanding.main()
    if "phrases" in names:
        phrases.main()
    if "loading" in names:
        loading.main()
    if "chat" in names:
        chat.main()


if __name__ == "__main__":
    main()
