"""Definitions and answers: what is understood, what is refused, and in which words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from jsonschema import Draft202012Validator

from catalogue import engine
from catalogue.engine import Definition, DefinitionError, Known, Standing
from catalogue.management.commands.load_catalogue import SHIPPED
from tests.catalogue.worlds import SMALL

pytestmark = pytest.mark.once

TODAY = date(2026, 11, 20)
WORDS = {"zh-hans": "字", "en": "words"}


def a_field(kind: str, **facts: Any) -> dict[str, Any]:
    return {"code": "asked", "kind": kind, "label": WORDS, **facts}


def defined(*fields: dict[str, Any], **facts: Any) -> Definition:
    return Definition.from_dict({**yaml.safe_load(SMALL), "fields": list(fields), **facts})


def known(**facts: Any) -> Known:
    return Known(
        today=TODAY, zone=ZoneInfo("Asia/Shanghai"), **{"sites": {3: "机房"}, "equipment": {7: "数据库", 8: "存储"}, "files": {}, **facts}
    )


OPTIONS = [{"code": "one", "label": WORDS}, {"code": "two", "label": WORDS}]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_ships_is_sound_and_describes_itself_to_programs(path):
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = Definition.from_dict(data)
    assert found.code == path.stem
    for language in ("zh-hans", "en"):
        Draft202012Validator.check_schema(engine.schema(found, language))


@pytest.mark.parametrize(
    ("change", "where", "says"),
    [
        ({"colour": "red"}, "colour", "not known here"),
        ({"code": "Desk!"}, "code", "short code"),
        ({"group": "other"}, "group", "choose from"),
        ({"name": {"en": "only"}}, "name", "both languages"),
        ({"name": {"zh-hans": "", "en": "x"}}, "name.zh-hans", "write words"),
        ({"charge": [{"is": "cheap"}]}, "charge.0.is", "choose from"),
        ({"charge": [{"is": "charged"}]}, "charge.0.price", "needs its price"),
        ({"charge": [{"is": "free", "price": 3}]}, "charge.0.price", "only what is charged"),
        ({"charge": [{"is": "charged", "price": -3}]}, "charge.0.price", "not negative"),
        ({"charge": {"is": "free"}}, "charge", "list"),
        ({"steps": []}, "steps", "needed"),
        ({"ticket": {"severity": 9}}, "ticket.severity", "1 (worst) to 4"),
        ({"ticket": {"kind": "fault"}}, "ticket.kind", "choose from"),
        ({"subject": "nowhere"}, "subject", "kind text"),
        ({"fields": [a_field("colour")]}, "fields.0.kind", "choose from"),
        ({"fields": [a_field("text", unit=WORDS)]}, "fields.0.unit", "only for fields of kind number"),
        ({"fields": [a_field("number", min=5, max=3)]}, "fields.0.max", "below the lower"),
        ({"fields": [a_field("number", min="many")]}, "fields.0.min", "a number"),
        ({"fields": [a_field("choice", options=OPTIONS[:1])]}, "fields.0.options", "at least two"),
        ({"fields": [a_field("choice", options=[OPTIONS[0], OPTIONS[0]])]}, "fields.0.options.1.code", "twice"),
        ({"fields": [a_field("text"), a_field("text")]}, "fields.1.code", "twice"),
        ({"fields": [a_field("text", required="maybe")]}, "fields.0.required", "true or false"),
        ({"fields": [a_field("text", length=0)]}, "fields.0.length", "from 1"),
        ({"fields": [a_field("date", ahead=-1)]}, "fields.0.ahead", "days"),
        ({"fields": [a_field("text", when={"field": "later", "is": "one"})]}, "fields.0.when.field", "earlier field"),
        (
            {
                "fields": [
                    a_field("choice", options=OPTIONS),
                    {**a_field("text"), "code": "more", "when": {"field": "asked", "is": "three"}},
                ]
            },
            "fields.1.when.is",
            "choose from",
        ),
    ],
)
def test_a_definition_is_refused_with_the_place_and_a_sentence(change, where, says):
    with pytest.raises(DefinitionError) as refusal:
        Definition.from_dict({**yaml.safe_load(SMALL), **change})
    assert refusal.value.where == where
    assert says in refusal.value.text % refusal.value.values


@pytest.mark.parametrize(
    ("field", "given", "meant"),
    [
        (a_field("text"), "  词 ", "词"),
        (a_field("long"), "一\n二", "一\n二"),
        (a_field("number"), "12.50", 12.5),
        (a_field("number", min=1, max=5), "5", 5),
        (a_field("choice", options=OPTIONS), "two", "two"),
        (a_field("many", options=OPTIONS), ["two", "one", "two"], ["two", "one"]),
        (a_field("date"), "2026-12-01", "2026-12-01"),
        (a_field("date", ahead=5), "2026-11-25", "2026-11-25"),
        (a_field("moment"), "2026-12-01T20:00", "2026-12-01T20:00+08:00"),
        (a_field("moment"), "2026-12-01T12:00Z", "2026-12-01T20:00+08:00"),
        (a_field("equipment"), "7", 7),
        (a_field("equipment", several=True), ["8", "7", "8"], [8, 7]),
        (a_field("site"), 3, 3),
        (a_field("yes"), "on", True),
    ],
)
def test_an_answer_is_understood(field, given, meant):
    checked = engine.check(defined(field), {"asked": given}, known())
    assert checked.errors == {}
    assert checked.values == {"asked": meant}


@pytest.mark.parametrize(
    ("field", "given", "says"),
    [
        (a_field("text", required=True), "  ", "This is needed."),
        (a_field("text", length=3), "四个字了", "at most"),
        (a_field("text"), "一\n二", "one line"),
        (a_field("text"), ["list"], "Write words."),
        (a_field("number"), "many", "a number"),
        (a_field("number"), True, "a number"),
        (a_field("number"), "NaN", "a number"),
        (a_field("number"), "1e40", "a number"),
        (a_field("number", whole=True), "1.5", "whole number"),
        (a_field("number", min=1), 0, "or more"),
        (a_field("number", max=5), 5.1, "or less"),
        (a_field("choice", options=OPTIONS), "three", "Choose one of"),
        (a_field("many", options=OPTIONS, required=True), [], "This is needed."),
        (a_field("many", options=OPTIONS), ["one"] * 51, "at most"),
        (a_field("date"), "tomorrow", "a day"),
        (a_field("date", ahead=5), "2026-11-24", "earliest day"),
        (a_field("moment"), "2026-13-01T20:00", "a time"),
        (a_field("moment", ahead=1), "2026-11-20T23:00", "earliest day"),
        (a_field("equipment"), "9", "not one of yours"),
        (a_field("equipment"), "7; DROP", "not one of yours"),
        (a_field("site"), True, "not one of yours"),
        (a_field("file", required=True), None, "This is needed."),
        (a_field("yes", required=True), "off", "This is needed."),
        (a_field("yes"), "perhaps", "true or false"),
    ],
)
def test_an_answer_is_refused_with_a_sentence(field, given, says):
    checked = engine.check(defined(field), {"asked": given}, known())
    text, values = checked.errors["asked"]
    assert says in text % values
    assert not checked.is_fine


def test_what_is_not_shown_is_neither_needed_nor_kept():
    first = a_field("choice", options=OPTIONS)
    more = {**a_field("text", required=True), "code": "more", "when": {"field": "asked", "is": ["two"]}}
    definition = defined(first, more)
    assert engine.check(definition, {"asked": "one", "more": "typed before"}, known()).values == {"asked": "one"}
    assert list(engine.check(definition, {"asked": "two"}, known()).errors) == ["more"]
    schema = engine.schema(definition, "en")
    judge = Draft202012Validator(schema)
    assert judge.is_valid({"asked": "one"})
    assert not judge.is_valid({"asked": "two"})
    assert not judge.is_valid({"asked": "three"})
    assert judge.is_valid({"asked": "two", "more": "x"})


def test_a_field_behind_a_hidden_field_is_hidden_too():
    first, second = a_field("yes"), {**a_field("choice", options=OPTIONS), "code": "second", "when": {"field": "asked", "is": True}}
    third = {**a_field("text", required=True), "code": "third", "when": {"field": "second", "is": "one"}}
    assert engine.check(defined(first, second, third), {"second": "one"}, known()).values == {}


def test_what_is_not_asked_is_refused():
    assert "asked" in engine.check(defined(a_field("text")), {"colour": "red"}, known()).errors["colour"][1]["choices"]


def test_files_are_not_needed_where_they_cannot_be_sent():
    definition = defined(a_field("file", required=True))
    assert engine.check(definition, {}, known(files=None)).is_fine
    assert engine.check(definition, {}, known(files={"asked": ["a.png"]})).values == {"asked": ["a.png"]}
    assert not engine.check(definition, {}, known(files={"asked": ["a.png", "b.png"]})).is_fine


RULES = [
    {"if": "warranty", "is": "free"},
    {"if": "contract", "plans": ["p1"], "is": "free"},
    {"if": "contract", "is": "charged", "price": 2400},
]


@pytest.mark.parametrize(
    ("standing", "outcome"),
    [
        (Standing(warranty=True), "free"),
        (Standing(covered=True, plan="p1"), "free"),
        (Standing(covered=True, plan="p0"), "charged"),
        (Standing(plan="p1"), "quotation"),  # the contract is over
        (Standing(), "quotation"),
    ],
)
def test_the_first_rule_that_holds_decides(standing, outcome):
    found = engine.charge(defined(charge=RULES), standing)
    assert found.outcome == outcome
    assert found.price == (Decimal("2400.00") if outcome == "charged" else None)


@pytest.mark.parametrize(
    ("version", "patterns", "concerned"),
    [
        ("", [], True),  # nobody knows: somebody has to look
        ("5.1", [], True),
        ("V5.1.9", [], True),
        ("5.2", [], False),
        ("5.2.0", [], False),
        ("5.10", [], False),  # ten is after two
        ("4.7", ["4.*"], True),
        ("5.0", ["4.*"], False),
        ("5.0", ["4.*", "5.0"], True),
        ("4.9", [">= 4, < 5"], True),
        ("5", [">= 4, < 5"], False),
        ("5.2-rc1", [], True),
        ("v3", ["<= 3.0"], True),
    ],
)
def test_versions_are_compared_as_people_mean_them(version, patterns, concerned):
    assert engine.concerns(version, patterns, "5.2") is concerned
