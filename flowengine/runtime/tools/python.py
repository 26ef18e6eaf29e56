"""A Python function as a tool: its signature checks the arguments before it is called."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

from pydantic import (
    ConfigDict,
    PydanticSchemaGenerationError,
    PydanticUserError,
    TypeAdapter,
    ValidationError,
)

from flowengine.engine.events import Outcome
from flowengine.language.python_code import load_function
from flowengine.runtime.tools.telling import told
from flowengine.runtime.tools.threads import ThreadPool
from flowengine.speech.values import plain


class PythonFunction:
    """`module:function` of the flow's folder; synchronous ones run in a thread, coroutines on the loop.

    Arguments are bound to the signature; annotated ones are converted the way pydantic does in lax mode ("3" for
    an int). A parameter annotated `str` gets a date as its ISO text. PythonCodeError when it cannot be loaded.
    """

    def __init__(self, reference: str, folder: str, threads: ThreadPool) -> None:
        self.reference = reference
        self._function = load_function(reference, folder)
        self._threads = threads
        self._coroutine = inspect.iscoroutinefunction(self._function) or inspect.iscoroutinefunction(
            getattr(self._function, "__call__", None)  # noqa: B004 - an object whose call is a coroutine
        )
        self._signature = _signature(self._function)
        self._adapters = _adapters(self._function, self._signature)

    def check(self, names: tuple[str, ...]) -> str | None:
        """What is wrong with calling it with these argument names; None if nothing is."""
        if self._signature is None:
            return None
        try:
            self._signature.bind(**dict.fromkeys(names))
        except TypeError as error:
            return str(error)
        return None

    async def run(self, arguments: Mapping[str, object], seconds: float) -> Outcome:
        """Call it; `seconds` are all it may take. Never raises, but for being cancelled from outside."""
        try:
            bound = self._bind(arguments)
        except (TypeError, ValidationError) as error:
            return Outcome("error", kind="arguments", message=told(error))
        ticket = None
        try:
            async with asyncio.timeout(seconds):
                if self._coroutine:
                    value = await self._function(*bound.args, **bound.kwargs)
                else:
                    ticket = self._threads.submit(lambda: self._function(*bound.args, **bound.kwargs))
                    value = await ticket.result()
                    if inspect.isawaitable(value):
                        value = await value
        except TimeoutError as error:
            if ticket is not None and not ticket.started:
                message = f"all {self._threads.limit} tool threads are busy; it was not started"
                return Outcome("error", kind="overloaded", message=message)
            if error.args:  # the tool's own
                return Outcome("error", kind="exception", message=told(error))
            return Outcome("error", kind="timeout", message=f"no result within {seconds:g} s")
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            return Outcome("error", kind="exception", message="CancelledError")
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            return Outcome("error", kind="exception", message=told(error))
        return Outcome("done", value=value)

    def _bind(self, arguments: Mapping[str, object]) -> inspect.BoundArguments:
        if self._signature is None:
            return inspect.Signature([inspect.Parameter("arguments", inspect.Parameter.VAR_KEYWORD)]).bind(
                **arguments
            )
        bound = self._signature.bind(**arguments)
        for name, adapter in self._adapters.items():
            if name in bound.arguments:
                bound.arguments[name] = _converted(adapter, bound.arguments[name])
        return bound


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):  # a built-in without one
        return None


def _adapters(
    function: Callable[..., Any], signature: inspect.Signature | None
) -> dict[str, TypeAdapter[Any]]:
    if signature is None:
        return {}
    try:
        hints = get_type_hints(function if inspect.isroutine(function) else type(function).__call__)
    except Exception:  # annotations may name what cannot be resolved; such a function is called unchecked
        return {}
    adapters: dict[str, TypeAdapter[Any]] = {}
    for name, parameter in signature.parameters.items():
        if name not in hints or parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        try:
            adapters[name] = _adapter(hints[name])
        except (PydanticSchemaGenerationError, PydanticUserError):
            continue
    return adapters


def _adapter(hint: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(hint, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:  # a model or dataclass brings its own configuration
        return TypeAdapter(hint)


def _converted(adapter: TypeAdapter[Any], value: object) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        if (text := plain(value)) is value:
            raise
        return adapter.validate_python(text)
