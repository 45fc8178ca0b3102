"""What an item asks, as JSON Schema: programs read there what they may send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalogue.engine.words import spoken

if TYPE_CHECKING:
    from catalogue.engine.definition import Definition, Field


def schema(definition: Definition, language: str) -> dict[str, Any]:
    """Answer a JSON Schema (2020-12) of the values. Files are not among them: they follow as attachments of the ticket."""
    asked = [each for each in definition.fields if each.kind != "file"]
    conditions = [_condition(each) for each in asked if each.required and each.when is not None]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": spoken(definition.name, language),
        "type": "object",
        "properties": {each.code: _property(each, language) for each in asked},
        "required": [each.code for each in asked if each.required and each.when is None],
        "additionalProperties": False,
        **({"allOf": conditions} if conditions else {}),
    }


def _property(each: Field, language: str) -> dict[str, Any]:
    told = {"title": spoken(each.label, language), **_shape(each)}
    if each.help:
        told["description"] = spoken(each.help, language)
    if each.unit:
        told["x-unit"] = spoken(each.unit, language)
    return told


def _shape(each: Field) -> dict[str, Any]:
    codes = [option.code for option in each.options]
    shapes: dict[str, dict[str, Any]] = {
        "text": {"type": "string", "maxLength": each.length},
        "long": {"type": "string", "maxLength": each.length},
        "number": {"type": "integer" if each.whole else "number"},
        "choice": {"type": "string", "enum": codes},
        "many": {"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": codes}},
        "date": {"type": "string", "format": "date"},
        "moment": {"type": "string", "format": "date-time"},
        "equipment": {"type": "integer", "x-names": "equipment"},
        "site": {"type": "integer", "x-names": "site"},
        "yes": {"type": "boolean"},
    }
    shape = shapes[each.kind]
    if each.several:
        shape = {"type": "array", "uniqueItems": True, "items": shape}
    limits = {"minimum": each.least, "maximum": each.most}
    return shape | {name: limit for name, limit in limits.items() if limit is not None}


def _condition(each: Field) -> dict[str, Any]:
    """Say when a field that is only sometimes asked is needed."""
    if each.when is None:
        return {}
    values: list[Any] = [True if value == "yes" else value for value in each.when.values]
    either = {"anyOf": [{"enum": values}, {"type": "array", "contains": {"enum": values}}]}
    return {"if": {"properties": {each.when.field: either}, "required": [each.when.field]}, "then": {"required": [each.code]}}
