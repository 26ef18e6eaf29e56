"""Languages as data: the word lists that recognisers read, one folder of TOML files per language.

`languages/<tag>/<name>.toml` is a section. Adding a language is adding a folder; nothing else in the engine knows
which languages there are. A section that a language lacks is taken from English, so that a new folder may begin
small.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "languages"
DEFAULT = "en"


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Tags of the languages there are ("en", "es")."""
    return tuple(sorted(folder.name for folder in FOLDER.iterdir() if (folder / "core.toml").is_file()))


@lru_cache(maxsize=64)
def base(language: str) -> str:
    """The folder that serves a language tag: "en-US" is served by "en", an unknown tag by English."""
    tag = language.replace("_", "-").lower()
    for known in (tag, tag.split("-")[0]):
        if known in languages():
            return known
    return DEFAULT


@lru_cache(maxsize=256)
def section(language: str, name: str) -> Mapping[str, Any]:
    """The word lists of `languages/<language>/<name>.toml`; English ones if the language has none."""
    path = FOLDER / base(language) / f"{name}.toml"
    if not path.is_file():
        path = FOLDER / DEFAULT / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
