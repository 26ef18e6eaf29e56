"""Where `survey.yaml` keeps its answers and `take_message.yaml` its messages: JSON lines in one file."""

from __future__ import annotations

import json
import os
from pathlib import Path


def store(score: int | None, best: str | None, wish: str | None, callback: bool | None) -> dict[str, bool]:
    """Append the answers of one call. What was skipped is None."""
    _append({"kind": "survey", "score": score, "best": best, "wish": wish, "callback": callback})
    return {"stored": True}


def leave_message(name: str, phone: str, email: str | None, message: str) -> dict[str, bool]:
    """Append one message. `phone` is E.164."""
    _append({"kind": "message", "name": name, "phone": phone, "email": email, "message": message})
    return {"stored": True}


def _append(record: dict[str, object]) -> None:
    path = Path(os.environ.get("ANSWERS_FILE", "answers.jsonl"))
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")
