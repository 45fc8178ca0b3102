"""Programs that were written for the released description still work; and the comparison that says so sees what would break them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import yaml

from scripts import breaking
from tests.test_openapi import DESCRIBED

pytestmark = pytest.mark.once

OLD: dict[str, Any] = yaml.safe_load("""
paths:
  /things/:
    get:
      operationId: things_list
      security: [{oauth2: ["things:read"]}, {token: [read]}]
      parameters:
        - {name: kind, in: query, required: false, schema: {type: string, enum: [a, b]}}
        - {name: If-None-Match, in: header, schema: {type: string}}
      responses:
        "200":
          headers: {Link: {schema: {type: string}}}
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Thing"}}}}
        "429": {content: {application/problem+json: {schema: {type: object}}}}
    post:
      operationId: things_create
      security: [{oauth2: ["things:write"]}]
      requestBody:
        required: false
        content:
          application/json: {schema: {$ref: "#/components/schemas/ThingInput"}}
          multipart/form-data: {schema: {$ref: "#/components/schemas/ThingInput"}}
      responses: {"201": {content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}}
webhooks:
  thing-made:
    post: {operationId: thing_made, requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}}
components:
  schemas:
    Kind: {type: string, enum: [a, b]}
    Thing:
      type: object
      required: [id, kind, note]
      properties:
        id: {type: integer}
        kind: {$ref: "#/components/schemas/Kind"}
        note: {type: [string, "null"]}
        owner: {oneOf: [{$ref: "#/components/schemas/Owner"}, {type: "null"}]}
        counts: {type: object, additionalProperties: {type: integer}}
        maker: {allOf: [{$ref: "#/components/schemas/Owner"}]}
    Owner: {type: object, required: [name], properties: {name: {type: string}, parent: {$ref: "#/components/schemas/Owner"}}}
    ThingInput:
      type: object
      required: [kind]
      properties:
        kind: {$ref: "#/components/schemas/Kind"}
        size: {type: [integer, "null"], minimum: 1, maximum: 9}
        words: {type: string, maxLength: 80}
        email: {anyOf: [{type: string, format: email}, {type: string, maxLength: 0}]}
""")
LIST, MAKE = "paths./things/.get", "paths./things/.post"
THING, INPUT = "components.schemas.Thing", "components.schemas.ThingInput"
GONE = object()


def changed(where: str, value: Any) -> dict[str, Any]:
    """The description with one place set, or taken away."""
    new = deepcopy(OLD)
    *way, last = [int(step) if step.isdecimal() and len(step) < 3 else step for step in where.split(".")]  # a status is a name
    place: Any = new
    for step in way:
        place = place[step]
    if value is GONE:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return new


BREAKING = [
    ("an address is gone", "paths./things/", GONE, "/things/: removed"),
    ("a method is gone", MAKE, GONE, "POST /things/: removed"),
    ("an operation is called otherwise", f"{MAKE}.operationId", "make", "is called make"),
    ("a filter is gone", f"{LIST}.parameters.0", GONE, "query kind: removed"),
    ("a filter is new and required", f"{LIST}.parameters.2", {"name": "of", "in": "query", "required": True}, "query of: is new"),
    ("a filter has become required", f"{LIST}.parameters.0.required", True, "query kind: has become required"),
    ("a filter takes fewer words", f"{LIST}.parameters.0.schema.enum", ["a"], "'b' is not taken any more"),
    ("another scope is needed", f"{MAKE}.security", [{"oauth2": ["things:admin"]}], "does not do any more"),
    ("one way in is gone", f"{LIST}.security", [{"oauth2": ["things:read"]}], "token"),
    ("a body has become required", f"{MAKE}.requestBody.required", True, "body: has become required"),
    ("forms are not taken any more", f"{MAKE}.requestBody.content.multipart/form-data", GONE, "multipart/form-data: removed"),
    ("a status is gone", f"{LIST}.responses.429", GONE, "429: removed"),
    ("a header is gone", f"{LIST}.responses.200.headers", {}, "header Link: removed"),
    ("a form of the answer is gone", f"{LIST}.responses.200.content", {"text/csv": {}}, "application/json: removed"),
    ("a field of the answer is gone", f"{THING}.properties.note", GONE, "[].note: removed"),
    ("a field of the answer may be missing", f"{THING}.required", ["id", "kind"], "[].note: may be missing"),
    ("a field of the answer may be null", f"{THING}.properties.id.type", ["integer", "null"], "[].id: is integer or null"),
    ("a field of the answer is of another type", f"{THING}.properties.id.type", "string", "[].id: is string, was integer"),
    ("a word of a few is any word", f"{THING}.properties.kind", {"type": "string"}, "not one of a few words"),
    ("deep in an answer a field is gone", "components.schemas.Owner.properties.name", GONE, "name: removed"),
    ("an answer may be something new", f"{THING}.properties.owner.oneOf.2", {"type": "integer"}, "owner: is integer"),
    ("figures are words", f"{THING}.properties.counts.additionalProperties.type", "string", "counts{}: is string"),
    ("a field that is sent is gone, and unknown ones are refused", f"{INPUT}.properties.words", GONE, "words: removed"),
    ("a field that is sent is new and required", f"{INPUT}.required", ["kind", "size"], "size: has become required"),
    ("null is not taken any more", f"{INPUT}.properties.size.type", "integer", "size: is integer, was"),
    ("a word is not taken any more", "components.schemas.Kind.enum", ["b"], "'a' is not taken any more"),
    ("any word is one of a few", f"{INPUT}.properties.words.enum", ["x"], "'anything else' is not taken"),
    ("less may be said", f"{INPUT}.properties.words.maxLength", 40, "maxLength is 40, was 80"),
    ("the smallest is larger", f"{INPUT}.properties.size.minimum", 2, "minimum is 2, was 1"),
    ("a form is asked for", f"{INPUT}.properties.words.pattern", "^a", "pattern is ^a"),
    ("an alternative is gone", f"{INPUT}.properties.email.anyOf.1", GONE, "email: format is email"),
    ("a message is gone", "webhooks.thing-made", GONE, "thing-made: removed"),
]
HARMLESS = [
    ("an address is new", "paths./others/", {"get": {"operationId": "others_list", "responses": {}}}),
    ("a method is new", "paths./things/.patch", {"operationId": "things_update", "responses": {}}),
    ("a filter is new", f"{LIST}.parameters.2", {"name": "of", "in": "query", "schema": {"type": "string"}}),
    ("a filter takes more words", f"{LIST}.parameters.0.schema.enum", ["a", "b", "c"]),
    ("another way in", f"{MAKE}.security", [{"oauth2": ["things:write"]}, {"cookie": []}]),
    ("less is needed", f"{LIST}.security", [{"oauth2": []}, {"token": []}]),
    ("a status is new", f"{MAKE}.responses.429", {"content": {}}),
    ("a field of the answer is new", f"{THING}.properties.more", {"type": "string"}),
    ("a field of the answer is never null any more", f"{THING}.properties.note.type", "string"),
    ("a field of the answer is always there", f"{THING}.required", ["id", "kind", "note", "owner"]),
    ("an answer has an alternative less", f"{THING}.properties.owner.oneOf.1", GONE),
    ("a field that may be sent is new", f"{INPUT}.properties.more", {"type": "string"}),
    ("less has to be sent", f"{INPUT}.required", []),
    ("more may be said", f"{INPUT}.properties.words.maxLength", 160),
    ("no limit any more", f"{INPUT}.properties.size", {"type": ["integer", "null"]}),
    ("numbers with fractions are taken too", f"{INPUT}.properties.size.type", ["number", "null"]),
    ("an alternative is new", f"{INPUT}.properties.email.anyOf.2", {"type": "null"}),
    ("another description", f"{THING}.description", "A thing."),
]


@pytest.mark.parametrize(("why", "where", "value", "said"), BREAKING, ids=[row[0] for row in BREAKING])
def test_what_breaks_a_program_is_seen(why, where, value, said):
    found = breaking.breaks(OLD, changed(where, value))
    assert any(said in line for line in found), found


@pytest.mark.parametrize(("why", "where", "value"), HARMLESS, ids=[row[0] for row in HARMLESS])
def test_what_breaks_nothing_is_let_be(why, where, value):
    assert breaking.breaks(OLD, changed(where, value)) == []


def test_a_description_does_not_break_itself():
    assert breaking.breaks(OLD, OLD) == []
    assert breaking.breaks(DESCRIBED, DESCRIBED) == []


def test_what_is_kept_of_a_release_says_the_same():
    assert breaking.breaks(DESCRIBED, breaking.silent(DESCRIBED)) == []
    assert breaking.breaks(breaking.silent(DESCRIBED), DESCRIBED) == []


def test_nothing_breaks_what_was_released():
    found = breaking.breaks(breaking.read(breaking.RELEASED), DESCRIBED)
    assert not found, "programs in use would break; if that is meant, it is a new version of the interface (docs/api.md)"
