# ruff: noqa: RUF012 - pydantic copies mutable defaults
"""Slots: values that callers speak."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Tag

from flowengine.language.document.base import Entry, Names, Text, one_of

OPTION_KEYS = ("choices", "min", "max", "length", "letters", "whole", "currency", "country", "region")
"""Keys that are handed to the slot's type as they are."""


Choices = Annotated[
    Annotated[list[str], Tag("<list>")] | Annotated[dict[str, Any], Tag("<synonyms>")],
    one_of("a list of choices, or choices with their synonyms", {list: "<list>", dict: "<synonyms>"}),
]
Length = Annotated[
    Annotated[int, Tag("<number>")] | Annotated[list[int], Tag("<lengths>")],
    one_of("a whole number or a list of them", {int: "<number>", list: "<lengths>"}),
]


class RejectEntry(Entry):
    """A rule that refuses a value."""

    noun = "a reject rule"

    if_: str = Field(alias="if")
    """The value is refused when this Jinja2 expression holds."""
    say: Text
    """Said when the value is refused; then the slot is asked again."""


class SlotEntry(Entry):
    """A value that the caller speaks."""

    noun = "a slot"

    type: str
    """text, name, yes_no, choice, number, digits, money, phone, email, date, time, datetime, duration, or
    `python:module:object`."""
    ask: Text | None = None
    """The question. A list is tapered: the nth attempt takes the nth text."""
    reject: list[RejectEntry] = []
    """Rules, tried from top to bottom whenever a slot of the form changes."""
    default: Any = None
    """The value until the caller gives one or it is cleared; usually a template."""
    hours: Annotated[list[str], Field(min_length=2, max_length=2)] | None = None
    """From and until when a bare hour is meant: `[08:00, 19:00]`."""
    prefer: Literal["past", "this_week", "next_week", "morning", "afternoon"] | None = None
    """Settles an ambiguous date (past, this_week, next_week) or time (morning, afternoon) without asking."""
    cues: Names | None = None
    """Words that mark a value as this slot's ("my name is"); they override the order of filling."""
    sensitive: bool = False
    """Never written to logs, recordings or reports."""
    choices: Choices | None = None
    """For `choice`: a list, or each choice with its synonyms: `{small: [little, tiny], large: [big]}`."""
    min: int | float | None = None
    """For number and money: the smallest value that counts; for digits the least length."""
    max: int | float | None = None
    """For number and money: the largest value that counts; for digits the greatest length."""
    length: Length | None = None
    """For digits: how many there must be; a list if there are several possibilities."""
    letters: bool = False
    """For digits: letters count too, as in a booking reference."""
    whole: bool = False
    """For number: only whole numbers count."""
    currency: str | None = None
    """For money: the currency (ISO 4217) when none is said."""
    country: str | None = None
    """For phone: the country (ISO 3166) of a number said without its country code."""
    region: str | None = None
    """For date: the region (us, gb, es ...) that decides how 11/30 is read and which holidays there are."""
