"""Templates: what they give, what they refuse, what they cost."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowengine.errors import EvaluationError
from flowengine.language.templates import (
    OUTPUT_CAP,
    Expression,
    Template,
    TemplateError,
    Value,
    evaluate,
    templates_in,
)


class Lazy(Mapping[str, object]):
    """A scope that counts what is looked up."""

    def __init__(self, values: dict[str, object]) -> None:
        self.values_ = values
        self.looked_up: list[str] = []

    def __getitem__(self, name: str) -> object:
        self.looked_up.append(name)
        return self.values_[name]

    def __contains__(self, name: object) -> bool:
        return name in self.values_

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a scope is never walked")

    def __len__(self) -> int:
        raise AssertionError("a scope is never counted")


def test_text() -> None:
    template = Template("Hello{% if name %} {{ name }}{% endif %}!")
    assert template.render({"name": "Ann"}) == "Hello Ann!"
    assert template.render({"name": ""}) == "Hello!"
    assert template.names == {"name"}


def test_plain_text_is_itself() -> None:
    template = Template("No { braces } here.")
    assert template.is_plain
    assert template.render({}) is template.source


def test_only_names_that_are_read_are_looked_up() -> None:
    scope = Lazy({"a": 1, "b": 2})
    assert Template("{{ a }}!").render(scope) == "1!"
    assert scope.looked_up == ["a"]


@pytest.mark.parametrize("source", ["{{ day }}", " {{ day }} ", "{{- day -}}", "{{ day }}\n"])
def test_one_expression_keeps_its_type(source: str) -> None:
    assert Template(source).value({"day": date(2026, 11, 24)}) == date(2026, 11, 24)


def test_anything_more_is_text() -> None:
    assert Template("{{ day }}.").value({"day": date(2026, 11, 24)}) == "2026-11-24."
    assert Template("{{ a }}{{ b }}").value({"a": 1, "b": 2}) == "12"


def test_none_is_nothing_and_true_is_lower_case() -> None:
    assert Template("[{{ a }}|{{ b }}]").render({"a": None, "b": True}) == "[|true]"


def test_items_come_before_attributes() -> None:
    scope = {"booking": {"items": 3, "status": "booked"}}
    assert Expression("booking.items == 3 and booking.status == 'booked'").test(scope)
    assert Expression("booking.get('none') is none").test(scope)


def test_the_design_s_guards() -> None:
    assert Expression("day <= today").test({"day": date(2026, 1, 1), "today": date(2026, 1, 2)})
    assert Expression("day.weekday() >= 5").test({"day": date(2026, 11, 22)})
    assert not Expression("time.hour < 9 or time.hour >= 17").test({"time": time(16, 30)})


def test_spoken_filters_know_the_language() -> None:
    assert Template("{{ n | spoken }}").render({"n": 25}) == "twenty-five"
    assert Template("{{ n | spoken }}", language="es").render({"n": 25}) == "veinticinco"
    assert "November" in Template("{{ day | spoken }}").render({"day": date(2026, 11, 24)})
    assert Template("{{ none | spoken }}{{ none | spell }}{{ none | digits }}").render({}) == ""


@pytest.mark.parametrize(
    "source",
    [
        *["missing", "d.missing", "d['missing']", "1 / 0", "none + 1", "none < 1"],
        *[
            "'a' * 10**9",
            "'a' * 9",
            "[1] * 9",
            "9 ** 9",
            "2 ** d.n",
            "'%99999999d' % 1",
            "'{:>99999999}'.format(1)",
        ],
        *[
            "'a'.center(99999999)",
            "'a'.ljust(9)",
            "'a'.zfill(99999999)",
            "'a'.replace('a', 'b')",
            "','.join(d)",
        ],
        *[
            "range(100000)",
            "range(1, 2).__class__",
            "''.__class__.__mro__",
            "d.__class__",
            "(1).__class__",
            "d._x",
        ],
        *[
            "d.clear()",
            "d.update({'a': 1})",
            "d.pop('n')",
            "d.items",
            "[].append(1)",
            "day.strftime('%99999999d')",
        ],
        *[
            "(1).to_bytes(99999999)",
            "lipsum()",
            "cycler('a')",
            "dict(a=1)",
            "namespace(a=1)",
            "('a' | upper)()",
        ],
    ],
)
def test_refused_while_running(source: str) -> None:
    scope = {"d": {"n": 10**6}, "day": date(2026, 11, 24)}
    with pytest.raises(EvaluationError) as caught:
        Expression(source, "f.yaml:1:2").value(scope)
    assert caught.value.where == "f.yaml:1:2"
    assert scope["d"] == {"n": 10**6}


@pytest.mark.parametrize(
    "source",
    [
        *[
            "{{",
            "{{ a b }}",
            "{% if a %}",
            "{{ a | shout }}",
            "{{ a is odd_looking }}",
            "{% endif %}",
            "{{ }}",
        ],
        *["{% include 'x' %}", "{% import 'x' as y %}", "{% from 'x' import y %}", "{% extends 'x' %}"],
        *["{% macro m() %}{% endmacro %}", "{% block b %}{% endblock %}", "{% set x %}a{% endset %}"],
        *["{% filter upper %}a{% endfilter %}", "{{ self }}", "{% call f() %}{% endcall %}"],
        *[
            "{% for a in b %}{% for c in a %}{% endfor %}{% endfor %}",
            "{% for a in b recursive %}{% endfor %}",
        ],
        *["{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "{{ a }}" * 5000],
    ],
)
def test_refused_when_loading(source: str) -> None:
    with pytest.raises(TemplateError):
        Template(source)


@pytest.mark.parametrize(
    "source", ["{{ a }}", "a b", "a ==", "", "a }} {{ b", "a) or (b", "(a", "a, b) , (c"]
)
def test_no_expression(source: str) -> None:
    with pytest.raises(TemplateError):
        Expression(source)


def test_output_is_capped() -> None:
    scope = {"words": "x" * OUTPUT_CAP}
    for source in (
        "{{ words }}{{ words }}",
        "{{ words ~ words }}!",
        "{{ words + words }}!",
        "{{ [words, words] | join }}!",
    ):
        with pytest.raises(EvaluationError):
            Template(source).render(scope)
    doubling = "{% set a = words %}" + "{% set a = a ~ a %}" * 40 + "{{ a | length }}"
    with pytest.raises(EvaluationError):
        Template(doubling).render({"words": "x"})


@given(st.text())
def test_a_caller_s_words_are_data(words: str) -> None:
    assert Template("You said: {{ said }}").render({"said": words}) == f"You said: {words}"
    assert Template("{{ said }}").value({"said": "{{ 1 + 1 }}" + words}) == "{{ 1 + 1 }}" + words


@given(st.text(alphabet="{}%#ab|.()[]'\"+-*/ =<>~,:\n0", max_size=40))
def test_any_text_is_a_template_or_refused(source: str) -> None:
    scope = {"a": "x", "b": [1, 2]}
    with suppress(TemplateError, EvaluationError):
        Template(source).render(scope)
    with suppress(TemplateError, EvaluationError):
        Expression(source).value(scope)


def test_names_and_attributes_are_known_at_load() -> None:
    template = Template(
        "{% for line in order.lines %}{{ line.name }}{% endfor %}{{ env.KEY }}{{ call['id'] }}"
    )
    assert template.names == {"order", "env", "call"}
    assert {("env", "KEY"), ("call", "id"), ("order", "lines")} <= template.attributes


def test_trees() -> None:
    tree: Value = {"a": Template("{{ x }}"), "b": (1, "plain", Template("{{ x }}!")), "c": None}
    assert evaluate(tree, {"x": 3}) == {"a": 3, "b": [1, "plain", "3!"], "c": None}
    assert len(list(templates_in(tree))) == 2


def test_templates_are_values() -> None:
    template = Template("{{ x }}", "f.yaml:1:1")
    for twin in (copy.deepcopy(template), pickle.loads(pickle.dumps(template))):
        assert twin == template
        assert twin.render({"x": 1}) == "1"
    guard = Expression("x > 1", "f.yaml:1:1")
    assert pickle.loads(pickle.dumps(guard)) == guard


NEST = "{% set a = ['xxxxxxxxxx'] %}" + "{% set a = [a,a,a,a,a,a,a,a,a,a] %}" * 12


@pytest.mark.parametrize(
    "source",
    [
        "{{ 1.5 | round(n, 'ceil') }}",
        "{{ 1.5 | round(-n, 'floor') }}",
        "{{ [1] | tojson(indent=n) }}",
        NEST + "{{ a }}",
        NEST + "{{ a | string }}",
        NEST + "{{ a | tojson }}",
        NEST + "{{ a | join }}",
        "{{ exponent | int }}",
    ],
)
def test_no_argument_makes_a_template_costly(source: str) -> None:
    with pytest.raises(EvaluationError):
        Template(source).render({"n": 10**9, "exponent": Decimal("1E+900000")})


def test_what_is_bounded_works_as_before() -> None:
    scope = {"price": Decimal("12.345"), "booking": {"name": "Zoë", "seats": [1, 2]}}
    assert (
        Template("{{ price | round(1) }} {{ 7.1 | round | int }} {{ '12' | int }}").render(scope)
        == "12.3 7 12"
    )
    assert Template("{{ booking | tojson }}").render(scope) == '{"name": "Zoë", "seats": [1, 2]}'
    assert Template("{{ booking.seats }}").render(scope) == "[1, 2]"
