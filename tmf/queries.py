"""What lists of TMF621 are asked with (TMF630): conditions, fields, order, place. Pure: words in, words out.

``a=1&b=2`` is both, ``a=1;a=2`` is either, ``a=1,2`` either value. Operators are a suffix (``a.gt=1``) or a sign (``a>1``, encoded).
A subscription's query is of the same grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from tmf.shapes import V5

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SUFFIXES = ("eq", "ne", "gte", "gt", "lte", "lt", "regex")
_SIGNS = {"==": "eq", "=": "eq", "!=": "ne", ">=": "gte", "<=": "lte", ">": "gt", "<": "lt", "*=": "regex"}
_CONDITION = re.compile(
    rf"(?P<path>[@\w]+(?:\.[@\w]+)*?)(?:\.(?P<suffix>{'|'.join(SUFFIXES)}))?(?P<sign>==|>=|<=|!=|\*=|=|>|<)(?P<value>.*)", re.DOTALL
)
LONGEST, MOST = 1000, 40
"""Characters of a value, and conditions, that are looked at."""
LONGEST_PATTERN, MOST_GAPS = 200, 5


class BadWords(ValueError):
    """The query cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An attribute, how it is compared, and with what: any of several values."""

    path: str
    operator: str
    values: tuple[str, ...]

    @property
    def head(self) -> str:
        """Answer the attribute of the first level."""
        return self.path.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query taken apart: all of the groups hold, of each group any condition; the rest by its names."""

    groups: tuple[tuple[Condition, ...], ...]
    named: dict[str, str]


def parsed(text: str, names: Iterable[str] = ()) -> Asked:
    """Answer the conditions of a raw query string, apart from the parameters with these names. Raises BadWords."""
    groups: list[tuple[Condition, ...]] = []
    named: dict[str, str] = {}
    wanted = frozenset(names)
    for part in text.split("&"):
        conditions = []
        for words in filter(None, part.split(";")):
            condition = _condition(unquote_plus(words))
            if condition.path in wanted and condition.operator == "eq":
                named[condition.path] = ",".join(condition.values)
            else:
                conditions.append(condition)
        if conditions:
            groups.append(tuple(conditions))
    if sum(len(group) for group in groups) > MOST:
        raise BadWords(f"at most {MOST} conditions")
    return Asked(tuple(groups), named)


def _condition(words: str) -> Condition:
    found = _CONDITION.fullmatch(words)
    if found is None or len(words) > LONGEST:
        raise BadWords(f"“{words[:80]}” is no condition: write attribute=value, attribute.gt=value")
    operator = found["suffix"] or _SIGNS[found["sign"]]
    value = found["value"].replace("\0", "")
    if found["suffix"] and found["sign"] not in {"=", "=="}:
        raise BadWords(f"“{words[:80]}” compares twice")
    parts = value.split(",") if operator in {"eq", "ne"} else [value]
    return Condition(found["path"], operator, tuple(parts))


def safe_pattern(words: str) -> str | None:
    """Answer a pattern that no text makes slow, for one made of plain words, ``.``, ``.*``, ``^`` and ``$``; None for any other."""
    if len(words) > LONGEST_PATTERN:
        return None
    begins, ends = words.startswith("^"), words.endswith("$") and not words.endswith("\\$")
    middle = words[1 if begins else 0 : len(words) - 1 if ends else len(words)]
    pieces = re.findall(r"\.\*|\\.|[^\\]", middle, re.DOTALL)
    if pieces.count(".*") > MOST_GAPS or "".join(pieces) != middle:
        return None
    written = []
    for piece in pieces:
        if piece in {".*", "."}:
            written.append(piece)
        elif len(piece) == 2:  # noqa: PLR2004 - a backslash and what it takes the meaning from
            if piece[1].isalnum():
                return None
            written.append(piece)
        elif piece in "*+?()[]{}|^$":
            return None
        else:
            written.append(re.escape(piece))
    return f"{'^' if begins else ''}{''.join(written)}{'$' if ends else ''}"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription's query: which events, of which tickets, and how much of each."""

    groups: tuple[tuple[Condition, ...], ...]
    fields: tuple[str, ...]

    def wants(self, type_: str) -> bool:
        """Whether a type of event is among those it names; all, where it names none."""
        told = {"eventType": type_}
        return all(any(_met(told, condition) for condition in group) for group in self._about_types())

    def takes(self, event: dict[str, Any]) -> bool:
        """Whether an event meets every group."""
        return all(any(_met(event, condition) for condition in group) for group in self.groups)

    def cut(self, event: dict[str, Any], version: str) -> dict[str, Any]:
        """Answer only what of an event is asked for; its id and type are always there."""
        if not self.fields:
            return event
        always = ("eventId", "eventTime", "eventType", *(("@type", "event.troubleTicket.@type") if version == V5 else ()))
        return _cut(event, [name.split(".") for name in (*always, *self.fields)])

    def _about_types(self) -> list[tuple[Condition, ...]]:
        return [group for group in self.groups if all(condition.path == "eventType" for condition in group)]


def subscription(query: str) -> Subscription:
    """Read a subscription's query. Raises BadWords."""
    asked = parsed(query.removeprefix("?"), ("fields",))
    return Subscription(asked.groups, tuple(name for name in asked.named.get("fields", "").split(",") if name))


def _cut(value: Any, paths: Sequence[Sequence[str]]) -> Any:
    if any(not path for path in paths):
        return value
    if isinstance(value, list):
        return [_cut(each, paths) for each in value]
    if not isinstance(value, dict):
        return value
    kept: dict[str, Any] = {}
    for name, part in value.items():
        below = [path[1:] for path in paths if path[0] == name]
        if below:
            kept[name] = _cut(part, below)
    return kept


def _met(document: Any, condition: Condition) -> bool:
    found = list(_at(document, condition.path.split(".")))
    if condition.operator == "ne":
        return not any(_compared(value, "eq", wanted) for value in found for wanted in condition.values)
    return any(_compared(value, condition.operator, wanted) for value in found for wanted in condition.values)


def _at(value: Any, path: Sequence[str]) -> Iterable[str]:
    if isinstance(value, list):
        for each in value:
            yield from _at(each, path)
    elif path and isinstance(value, dict):
        yield from _at(value.get(path[0]), path[1:])
    elif not path and value is not None and not isinstance(value, dict):
        yield str(value)


def _compared(value: str, operator: str, wanted: str) -> bool:
    if operator == "regex":
        pattern = safe_pattern(wanted)
        return pattern is not None and re.search(pattern, value[:LONGEST]) is not None
    return {
        "eq": value == wanted, "gt": value > wanted, "gte": value >= wanted, "lt": value < wanted, "lte": value <= wanted,
    }[operator]  # fmt: skip
