"""Rows of a file as they would be ours, by the rules of a mapping, with what is wrong about them."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.chain import canonical
from transfer.engine import values
from transfer.engine.fields import BOOL, CHOICE, COMMENT, DAY, FIELDS, FILES, LIST, LONG, MOMENT, NATURAL, NUMBER, PERSON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from transfer.engine.fields import Field
    from transfer.engine.mapping import Hop, Mapping_, Rule, Step

    Reader = Callable[[Mapping_, Field, Rule, Any], Any]

LONG_TEXT = 100_000
"""Characters of a long text; what is longer is cut, and says so by its end."""
EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass(slots=True)
class Problem:
    """What is wrong with a field of a row, as a code that is put into words when it is shown."""

    field: str
    code: str
    value: str = ""


@dataclass(slots=True)
class Draft:
    """A row as it would be ours."""

    kind: str
    key: str
    said: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    says: list[Draft] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Answer what changes when anything of it does."""
        return hashlib.sha256(canonical(self.said).encode()).hexdigest()


def at_path(data: Any, path: str) -> Any:
    """Answer what stands in a column, or at a path with dots inside of objects."""
    if isinstance(data, dict) and path in data:
        return data[path]
    for name in path.split("."):
        if isinstance(data, dict):
            data = data.get(name)
        elif isinstance(data, list) and name.isdecimal() and int(name) < len(data):
            data = data[int(name)]
        else:
            return None
    return data


def meant(step: Step, data: Mapping[str, Any]) -> bool:
    """Whether a row is one of those that a table is about."""
    return all(values.words(at_path(data, path)) in wanted for path, wanted in step.where.items())


def draft_of(mapping: Mapping_, step: Step, data: Mapping[str, Any], look: Callable[[Hop, str], Any]) -> Draft:
    """Answer a row as it would be ours, with what is wrong about it."""
    draft = _draft(mapping, step.kind, step.rules, data, look)
    if step.each is not None:
        inside = at_path(data, step.each[0])
        for one in inside if isinstance(inside, list) else ():
            if isinstance(one, dict):
                draft.says.append(_draft(mapping, COMMENT, step.each[1], {**one, "ticket": draft.key}, look, ticket=draft.key))
    return draft


def _draft(
    mapping: Mapping_, kind: str, rules: Mapping[str, Rule], data: Mapping[str, Any], look: Callable[[Hop, str], Any], *, ticket: str = ""
) -> Draft:
    draft = Draft(kind, "", {"ticket": ticket} if ticket else {})
    for one in FIELDS[kind]:
        rule = rules.get(one.name)
        if rule is None:
            continue
        try:
            value = _value(mapping, one, rule, data, look)
        except values.Unreadable as error:
            draft.problems.append(Problem(one.name, error.code, _shown(_raw(rule, data, look))))
            continue
        if value is None or value in ("", []):
            if one.required:
                draft.problems.append(Problem(one.name, "required"))
            continue
        draft.said[one.name] = value
    draft.key = _key(draft)
    if not draft.key and not draft.problems:
        draft.problems.append(Problem("id", "required"))
    return draft


def _key(draft: Draft) -> str:
    if own := draft.said.get("id"):
        return str(own)[:200]
    for names in NATURAL[draft.kind]:
        parts = [draft.said.get(name) for name in names]
        if draft.kind == COMMENT or all(parts):
            text = "|".join("" if part is None else str(part) for part in parts)
            plain = draft.kind != COMMENT and len(text) <= 200  # noqa: PLR2004 - the column's length
            text = text.lower() if draft.kind == PERSON else text
            return text if plain else hashlib.sha256(text.encode()).hexdigest()
    return ""


def _raw(rule: Rule, data: Mapping[str, Any], look: Callable[[Hop, str], Any]) -> Any:
    if rule.joined is not None:
        return rule.joined.join(filter(None, (values.words(at_path(data, path)) for path in rule.sources)))
    found = next((value for path in rule.sources if (value := at_path(data, path)) not in EMPTY), None)
    for hop in rule.through:
        if found in (None, ""):
            break
        found = look(hop, values.words(found))
    return found


def _found(rule: Rule, data: Mapping[str, Any], look: Callable[[Hop, str], Any]) -> Any:
    """Answer what stands there after the tables of values, before it is read."""
    if rule.first:
        found = next((value for one in rule.first if (value := _found(one, data, look)) not in EMPTY), None)
    else:
        found = rule.const if rule.const is not None else _raw(rule, data, look)
    if rule.table is not None and found is not None:
        found = rule.table.get(values.words(found).lower(), rule.otherwise if rule.otherwise is not None else found)
    if found in EMPTY or (isinstance(found, str) and not found.strip()):
        return rule.default
    return f"{rule.prefix}{values.words(found)}" if rule.prefix else found


def _value(mapping: Mapping_, one: Field, rule: Rule, data: Mapping[str, Any], look: Callable[[Hop, str], Any]) -> Any:
    found = _found(rule, data, look)
    if found is None:
        return None
    read: Reader = READERS.get(one.type, _text)
    return read(mapping, one, rule, found)


def _text(_mapping: Mapping_, one: Field, rule: Rule, found: Any) -> str:
    text = values.words(found)
    text = values.plain(text) if rule.is_html else text
    most = LONG_TEXT if one.type == LONG else one.most
    if len(text) > most:
        if one.type == LONG or one.name in ("subject", "author_name", "contact_name"):
            return text[: most - 1] + "…"
        raise values.Unreadable("too_long")
    return text if one.type == LONG else re.sub(r"\s+", " ", text)


def _moment(mapping: Mapping_, _one: Field, rule: Rule, found: Any) -> Any:
    return values.moment(found, rule.dates or mapping.dates, mapping.zone)


def _day(mapping: Mapping_, _one: Field, rule: Rule, found: Any) -> Any:
    return values.day(found, rule.dates or mapping.dates, mapping.zone)


def _number(_mapping: Mapping_, one: Field, _rule: Rule, found: Any) -> int:
    return values.number(found, one.least, one.most)


def _truth(_mapping: Mapping_, _one: Field, _rule: Rule, found: Any) -> bool:
    return values.truth(found)


def _choice(_mapping: Mapping_, one: Field, _rule: Rule, found: Any) -> Any:
    known = one.values or {}
    if found in known.values():
        return found
    word = values.words(found).lower()
    if word not in known:
        raise values.Unreadable("unknown_value")
    return known[word]


def _list(_mapping: Mapping_, _one: Field, rule: Rule, found: Any) -> list[str]:
    parts = found if isinstance(found, list) else re.split(re.escape(rule.split) if rule.split else r"[;；|]", str(found))
    return [text for part in parts if (text := values.words(part))]


def _files(_mapping: Mapping_, _one: Field, rule: Rule, found: Any) -> list[dict[str, Any]]:
    parts = found if isinstance(found, list) else re.split(re.escape(rule.split) if rule.split else r"[;；|]", str(found))
    named = [part if isinstance(part, dict) else {"path": values.words(part)} for part in parts]
    return [
        {"path": path, "name": values.words(one.get("name")) or path.rsplit("/", 1)[-1]}
        for one in named
        if (path := values.words(one.get("path")))
    ]


READERS: dict[str, Reader] = {
    MOMENT: _moment, DAY: _day, NUMBER: _number, BOOL: _truth, CHOICE: _choice, LIST: _list, FILES: _files,
}  # fmt: skip


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text[:120]
