#!/usr/bin/env python3
"""Compare two descriptions of the interface: what would break a program that was written for the first.

    breaking.py OLD NEW     print what breaks, a line each; exit 1 if anything does
    breaking.py --release   keep docs/openapi.yaml as the description that was released

A description speaks in two directions. What programs send may only be asked less of: nothing more is required, nothing that was taken
is refused. What they are answered may only be promised more of: nothing is missing, nothing may be null that was not. A further word
of a list of words in an answer breaks nothing: the guide asks programs to expect it. Descriptions, titles and examples say nothing here.
"""

from __future__ import annotations

import functools
import operator
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
CURRENT = ROOT / "docs" / "openapi.yaml"
RELEASED = ROOT / "docs" / "released" / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SPOKEN = frozenset({"description", "summary", "title", "example", "examples", "tags"})
LOWER = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
HIGHER = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
EXACT = ("pattern", "format", "const", "multipleOf")
DEEPEST = 12
Described = dict[str, Any]
SENT, ANSWERED = True, False


def read(path: Path) -> Described:
    """Answer what a file says."""
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def breaks(old: Described, new: Described) -> list[str]:
    """Answer what breaks, each with its place."""
    return list(dict.fromkeys(_Comparison(old, new).all()))


class _Comparison:
    def __init__(self, old: Described, new: Described) -> None:
        self.old, self.new = old, new

    def all(self) -> Iterator[str]:
        """Yield what breaks of addresses and of messages."""
        yield from self._operations(self.old.get("paths", {}), self.new.get("paths", {}), SENT)
        yield from self._operations(self.old.get("webhooks", {}), self.new.get("webhooks", {}), ANSWERED)

    def _operations(self, old: Described, new: Described, sent: bool) -> Iterator[str]:  # noqa: FBT001 - the direction
        for path, methods in old.items():
            if path not in new:
                yield f"{path}: removed"
                continue
            for method in (name for name in METHODS if name in methods):
                place = f"{method.upper()} {path}"
                if method in new[path]:
                    yield from self._operation(place, methods[method], new[path][method], sent)
                else:
                    yield f"{place}: removed"

    def _operation(self, place: str, old: Described, new: Described, sent: bool) -> Iterator[str]:  # noqa: FBT001
        if old.get("operationId") != new.get("operationId"):
            yield f"{place}: is called {new.get('operationId')}, was {old.get('operationId')}"
        if sent:
            yield from self._parameters(place, old, new)
            yield from self._security(place, old, new)
            yield from self._answers(place, old, new)
        yield from self._body(place, old.get("requestBody"), new.get("requestBody"), sent)

    # --- what is sent ---------------------------------------------------------------------------

    def _parameters(self, place: str, old: Described, new: Described) -> Iterator[str]:
        before, after = self._named(self.old, old), self._named(self.new, new)
        for key, row in before.items():
            where = f"{place} {key[0]} {key[1]}"
            if key not in after:
                yield f"{where}: removed"
                continue
            if after[key].get("required") and not row.get("required"):
                yield f"{where}: has become required"
            yield from self._schema(where, row.get("schema", {}), after[key].get("schema", {}), SENT)
        for key, row in after.items():
            if key not in before and row.get("required"):
                yield f"{place} {key[0]} {key[1]}: is new and required"

    def _named(self, whole: Described, operation: Described) -> dict[tuple[str, str], Described]:
        rows = (_found(whole, row) for row in operation.get("parameters", ()))
        return {(row["in"], row["name"].lower() if row["in"] == "header" else row["name"]): row for row in rows}

    def _security(self, place: str, old: Described, new: Described) -> Iterator[str]:
        for way in old.get("security", ()):
            if not any(_is_enough(way, other) for other in new.get("security", [{}])):
                yield f"{place}: {', '.join(way)} with {sorted(functools.reduce(operator.iadd, way.values(), []))} does not do any more"

    def _body(self, place: str, old: Described | None, new: Described | None, sent: bool) -> Iterator[str]:  # noqa: FBT001
        before, after = _found(self.old, old or {}), _found(self.new, new or {})
        if sent and after.get("required") and not before.get("required"):
            yield f"{place} body: has become required"
        yield from self._content(f"{place} body", before.get("content", {}), after.get("content", {}), sent)

    # --- what is answered -----------------------------------------------------------------------

    def _answers(self, place: str, old: Described, new: Described) -> Iterator[str]:
        for status, row in old.get("responses", {}).items():
            where = f"{place} {status}"
            if status not in new.get("responses", {}):
                yield f"{where}: removed"
                continue
            before, after = _found(self.old, row), _found(self.new, new["responses"][status])
            lost = set(before.get("headers", {})) - set(after.get("headers", {}))
            yield from (f"{where} header {name}: removed" for name in sorted(lost))
            yield from self._content(where, before.get("content", {}), after.get("content", {}), ANSWERED)

    def _content(self, place: str, old: Described, new: Described, sent: bool) -> Iterator[str]:  # noqa: FBT001
        for kind, media in old.items():
            if kind in new:
                yield from self._schema(f"{place} {kind}", media.get("schema", {}), new[kind].get("schema", {}), sent)
            else:
                yield f"{place} {kind}: removed"

    # --- schemas --------------------------------------------------------------------------------

    def _schema(self, place: str, old: Any, new: Any, sent: bool, depth: int = 0) -> Iterator[str]:  # noqa: FBT001
        """Compare alternatives: each that was sent is still taken; each that is answered was answered before."""
        if depth > DEEPEST:
            return
        before, after = _alternatives(self.old, old), _alternatives(self.new, new)
        if len(before) == len(after) == 1:
            yield from self._plain(place, before[0], after[0], sent, depth)
            return
        these, those = (before, after) if sent else (after, before)
        for one in these:
            tries = [list(self._plain(place, *((one, other) if sent else (other, one)), sent, depth)) for other in those]
            if all(tries):
                yield min(tries, key=len)[0]

    def _plain(self, place: str, old: Described, new: Described, sent: bool, depth: int) -> Iterator[str]:  # noqa: FBT001
        wide, narrow = (_types(new), _types(old)) if sent else (_types(old), _types(new))
        if not _holds(wide, narrow):
            yield f"{place}: is {_said(_types(new))}, was {_said(_types(old))}"
            return
        yield from _limits(place, old, new, sent)
        yield from self._properties(place, old, new, sent, depth)
        if "items" in old and "items" in new:
            yield from self._schema(f"{place}[]", old["items"], new["items"], sent, depth + 1)
        kept = [row.get("additionalProperties") for row in (old, new)]
        if all(isinstance(row, dict) for row in kept):
            yield from self._schema(f"{place}{{}}", kept[0], kept[1], sent, depth + 1)

    def _properties(self, place: str, old: Described, new: Described, sent: bool, depth: int) -> Iterator[str]:  # noqa: FBT001
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, needed_before = set(new.get("required", ())), set(old.get("required", ()))
        for name, schema in before.items():
            if name not in after:
                yield f"{place}.{name}: removed"
                continue
            yield from self._schema(f"{place}.{name}", schema, after[name], sent, depth + 1)
        if sent:
            for name in sorted(needed - needed_before):
                yield f"{place}.{name}: {'has become' if name in before else 'is new and'} required"
        else:
            yield from (f"{place}.{name}: may be missing" for name in sorted((needed_before - needed) & set(after)))


def _found(whole: Described, row: Described, depth: int = 0) -> Described:
    """Follow a reference."""
    while "$ref" in row and depth <= DEEPEST:
        kept = {name: value for name, value in row.items() if name != "$ref"}
        found: Any = whole
        for step in row["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        row, depth = {**found, **kept}, depth + 1
    return row


def _alternatives(whole: Described, schema: Any) -> list[Described]:
    """Answer the plain schemas that a schema leaves the choice of."""
    if not isinstance(schema, dict):
        return [{}]
    schema = _found(whole, schema)
    if "allOf" in schema:
        schema = _merged(whole, schema)
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return [row for each in schema[word] for row in _alternatives(whole, each)]
    return [schema]


def _merged(whole: Described, schema: Described) -> Described:
    """Answer what all the parts say together."""
    parts = [row for each in schema["allOf"] for row in _alternatives(whole, each)]
    whole_of: Described = {name: value for name, value in schema.items() if name != "allOf"}
    for part in parts:
        whole_of["properties"] = {**part.get("properties", {}), **whole_of.get("properties", {})}
        whole_of["required"] = [*part.get("required", ()), *whole_of.get("required", ())]
        whole_of = {**part, **whole_of}
    return {name: value for name, value in whole_of.items() if value or name not in {"properties", "required"}}


def _types(schema: Described) -> frozenset[str] | None:
    """Answer the types a value may have; None for any."""
    given = schema.get("type")
    if given is None:
        return frozenset({"object"}) if "properties" in schema else None
    return frozenset([given] if isinstance(given, str) else given)


def _holds(wide: frozenset[str] | None, narrow: frozenset[str] | None) -> bool:
    if wide is None:
        return True
    return narrow is not None and narrow <= (wide | {"integer"} if "number" in wide else wide)


def _said(types: frozenset[str] | None) -> str:
    return "anything" if types is None else " or ".join(sorted(types))


def _limits(place: str, old: Described, new: Described, sent: bool) -> Iterator[str]:  # noqa: FBT001 - the direction
    """Yield limits that were drawn tighter around what is sent; and a list of words that answers are not held to any more."""
    if not sent:
        if "enum" in old and "enum" not in new and "const" not in new:
            yield f"{place}: is not one of a few words any more"
        return
    if "enum" in new:
        lost = [word for word in old["enum"] if word not in new["enum"]] if "enum" in old else ["anything else"]
        yield from (f"{place}: {word!r} is not taken any more" for word in lost)
    for name in (*LOWER, *HIGHER):
        limit, before = new.get(name), old.get(name)
        if limit is not None and (before is None or (limit < before if name in LOWER else limit > before)):
            yield f"{place}: {name} is {limit}, was {'none' if before is None else before}"
    for name in EXACT:
        if name in new and new[name] != old.get(name):
            yield f"{place}: {name} is {new[name]}, was {old.get(name, 'none')}"


def _is_enough(shown: Described, needed: Described) -> bool:
    """Whether who shows this is let in where that is needed."""
    return all(name in shown and set(scopes) <= set(shown[name]) for name, scopes in needed.items())


def silent(said: Any, *, names: bool = False) -> Any:
    """Answer a description without what is only for people; ``names`` where the keys are names of things."""
    if isinstance(said, list):
        return [silent(row) for row in said]
    if not isinstance(said, dict):
        return said
    kept = {name: value for name, value in said.items() if names or name not in SPOKEN or isinstance(value, bool)}
    return {name: silent(value, names=name in {"properties", "schemas", "paths", "webhooks", "headers"}) for name, value in kept.items()}


def release() -> None:
    """Keep today's description as the one that programs are written for."""
    RELEASED.parent.mkdir(exist_ok=True)
    told = "# The description as it was released; `make released` writes it. Nothing may break against it (scripts/breaking.py).\n"
    RELEASED.write_text(told + yaml.dump(silent(read(CURRENT)), Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=140))


def main(given: list[str]) -> int:
    """Answer 1 when something breaks."""
    if given == ["--release"]:
        release()
        return 0
    old, new = (Path(name) for name in given) if given else (RELEASED, CURRENT)
    found = breaks(read(old), read(new))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
