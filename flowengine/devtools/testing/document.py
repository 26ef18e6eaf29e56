"""What a test file looks like: strict models, from which the schema is made as well."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, Tag, model_validator

from flowengine.language.document.base import Duration, Entry, expected, one_of

Texts = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[list[str], Tag("<texts>")],
    one_of("a text or a list of texts", {str: "<text>", list: "<texts>"}),
]
"""One text or several."""

KINDS = (
    "user",
    "agent",
    "then",
    "interrupt",
    "backchannel",
    "silence",
    "mumble",
    "wait",
    "drop",
    "restart",
    "hangup",
    "expect",
)
"""The keys of a step; each step has exactly one."""


class AgentEntry(Entry):
    """What the agent must have said since the caller's last step. All that is given must hold."""

    noun = "agent"

    contains: Texts = Field(default=[])
    """Texts that must occur, in any case of letters."""
    not_contains: Texts = Field(default=[])
    """Texts that must not occur."""
    pattern: str | None = None
    """A regular expression that must be found."""
    exact: str | None = None
    """The whole answer, word for word."""


class InterruptEntry(Entry):
    """The caller speaks before the agent has finished."""

    noun = "an interruption"

    after_words: Annotated[int, Field(ge=0)] = 2
    """So many words of the answer were heard."""
    user: str
    """What the caller says."""


class ToolExpectation(Entry):
    """How often a tool must have run, and with what."""

    noun = "a tool expectation"

    count: Annotated[int, Field(ge=0)] | None = None
    """How often it ran; at least once if left out."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """Arguments that its last run must have had, in canonical form."""


Ran = Annotated[
    Annotated[int, Tag("<count>")] | Annotated[ToolExpectation, Tag("<expectation>")],
    one_of("how often it ran, or {count:, with:}", {int: "<count>", dict: "<expectation>"}),
]
"""How often a tool ran, or more about it."""

Ending = Annotated[
    Annotated[bool, Tag("<over>")] | Annotated[str, Tag("<reason>")],
    one_of("true, false or a reason", {bool: "<over>", str: "<reason>"}),
]
"""Whether the call is over, or how it ended."""


class ExpectEntry(Entry):
    """What must be true now. Values in canonical form: ISO dates, 24-hour times, E.164, seconds."""

    noun = "expect"

    state: str | None = None
    """The active state, by its path or the end of it."""
    slots: dict[str, Any] = Field(default={})
    """Slots and their values; null for an empty one."""
    variables: dict[str, Any] = Field(default={})
    """Variables and saved results; of a mapping only the given keys are compared."""
    tools: dict[str, Ran] = Field(default={})
    """Tool calls: how often each ran, or `{count:, with: {...}}`."""
    metadata: dict[str, Any] | None = None
    """The metadata forwarded last; only the given keys are compared."""
    settings: dict[str, Any] = Field(default={})
    """Agent settings as Retell has them."""
    transfer: str | None = None
    """The number that the call was transferred to."""
    end: Ending = False
    """Whether the call is over, or Retell's reason (`agent_hangup`, `call_transfer`, `user_hangup`)."""
    digits: Texts = Field(default=[])
    """The digits pressed so far."""


Wanted = Annotated[
    Annotated[str, Tag("<text>")]
    | Annotated[list[str], Tag("<texts>")]
    | Annotated[AgentEntry, Tag("<agent>")],
    one_of("a text, a list of texts or {contains:}", {str: "<text>", list: "<texts>", dict: "<agent>"}),
]
"""What the agent must have said."""

Times = Annotated[
    Annotated[int, Tag("<times>")] | Annotated[bool, Tag("<yes>")] | Annotated[None, Tag("<nothing>")],
    one_of("how many reminders", {bool: "<yes>", int: "<times>", type(None): "<nothing>"}),
]
"""How often; once if nothing is said."""


class StepEntry(Entry):
    """One step of a conversation: one key."""

    noun = "a step"

    user: str | None = None
    """The caller hears the agent out, then says this."""
    agent: Wanted = ""
    """What the agent must have said: a text that it contains, or `{contains:, not_contains:, pattern:, exact:}`."""
    then: str | None = None
    """The caller goes on talking: the ask before is discarded, its answer never heard."""
    interrupt: InterruptEntry | None = None
    """The caller cuts the agent short, or speaks while a tool is running."""
    backchannel: str | None = None
    """A sound of listening while the agent speaks; it stops nobody."""
    silence: Times = None
    """The caller says nothing until a reminder came, or so many."""
    mumble: bool | None = None
    """A sound that nobody understands."""
    wait: Duration | None = None
    """Nothing new is said for so long; what the agent says meanwhile is heard."""
    drop: bool | None = None
    """The connection dies and Retell dials again."""
    restart: bool | None = None
    """The server dies and another takes the call over; running tools are lost."""
    hangup: bool | None = None
    """The caller hangs up."""
    expect: ExpectEntry | None = None
    """What must be true now."""

    @model_validator(mode="after")
    def _one_key(self) -> StepEntry:
        if not self.model_fields_set:
            return self  # said by the reader, unless an unknown key was named already
        if len(self.model_fields_set) != 1:
            raise expected(f"one key, out of {', '.join(KINDS)}")
        key = next(iter(self.model_fields_set))
        bare = ("silence", "mumble", "drop", "restart", "hangup")
        if getattr(self, key) is None and key not in bare:
            raise expected(f"a value after `{key}:`")
        return self


class StubEntry(Entry):
    """One scripted answer of a tool."""

    noun = "a tool's answer"

    done: Any = None
    """What the tool returns."""
    error: str | None = None
    """The kind of its failure: `http`, `timeout`, `exception` ..."""
    status: int | None = None
    """The HTTP status of a failure."""
    after: Duration = "0ms"
    """How long it takes, in virtual time; more than the tool's time-out makes it a time-out."""


Answers = Annotated[
    Annotated[StubEntry, Tag("<answer>")] | Annotated[list[StubEntry], Tag("<answers>")],
    one_of("an answer or a list of answers", {dict: "<answer>", list: "<answers>"}),
]
"""One answer for every call, or answers in order, of which the last repeats."""


class Surroundings(Entry):
    """What a call begins with; a case adds to and overrides what its file says."""

    now: str | None = None
    """The moment that the call begins, ISO 8601; without an offset in the flow's time zone."""
    call: dict[str, Any] = Field(default={})
    """Fields of `call` in Retell's call details (`from_number`, `metadata` ...)."""
    variables: dict[str, str] = Field(default={})
    """Retell's dynamic variables; they are always text."""
    tools: dict[str, Answers] = Field(default={})
    """Scripted answers of tools; a tool without any answers with its `example`."""
    fuzz: bool = True
    """Whether the case is replayed under random schedules."""


class CaseEntry(Surroundings):
    """One conversation and what must come of it."""

    noun = "a case"

    case: str
    """What it shows, in a sentence."""
    steps: Annotated[list[StepEntry], Field(min_length=1)]
    """The conversation, step by step."""
    schedule: list[str] = Field(default=[])
    """A schedule that the fuzzer found: the case is replayed under it as well. Each: `step kind number`."""


class TestFile(Surroundings):
    """Test cases of one flow."""

    __test__ = False
    noun = "a test file"

    flow: str | None = None
    """The flow file, relative to this one; `booking.yaml` for `booking.test.yaml` if left out."""
    cases: Annotated[list[CaseEntry], Field(min_length=1)]
    """The conversations."""


def test_schema() -> dict[str, Any]:
    """The JSON Schema of test files, for editors."""
    schema = TestFile.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "flowengine test file",
    }


test_schema.__test__ = False  # type: ignore[attr-defined]
