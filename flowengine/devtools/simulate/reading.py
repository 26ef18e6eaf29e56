"""Scripts from files: conversation tests (`*.test.yaml`), or plain text with one utterance per line."""

from __future__ import annotations

from pathlib import Path

from flowengine.devtools.simulate.script import Script, ScriptError, from_steps, parse_text
from flowengine.devtools.testing.cases import Case, Step, read_cases
from flowengine.errors import FlowError


def read_scripts(path: str | Path) -> tuple[Script, ...]:
    """All scripts of a file: every case of a test file, or the one that plain text is.

    Raises ScriptError for what cannot be read, FlowError with all problems of a test file.
    """
    path = Path(path)
    if path.suffix in (".yaml", ".yml"):
        found = read_cases(path)
        if found.problems:
            raise FlowError(found.problems)
        return tuple(script_of(case) for case in found.cases)
    try:
        return (parse_text(path.read_text(encoding="utf-8"), path.name),)
    except OSError as error:
        raise ScriptError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScriptError(f"{path}: not UTF-8 text") from error


def script_of(case: Case) -> Script:
    """The part of a test case that can be played over a socket. Tool stubs and `now` stay behind."""
    call = dict(case.call)
    if case.variables:
        call["retell_llm_dynamic_variables"] = dict(case.variables)
    return from_steps([_plain(step) for step in case.steps], case.name, call)


def _plain(step: Step) -> dict[str, object]:
    value = step.value
    return {
        step.kind: value.model_dump(by_alias=True, exclude_unset=True, warnings=False)
        if hasattr(value, "model_dump")
        else value
    }
