"""A mapping says, as data, which column or path of a file becomes which field of ours (docs/transfer.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

import yaml
from django.utils.translation import gettext as _

from transfer.engine.fields import COMMENT, FIELDS, KINDS, TICKET, field_of
from transfer.errors import BadMapping

if TYPE_CHECKING:
    from collections.abc import Mapping


LONGEST = 200_000
"""Characters of a mapping."""
RULE = frozenset({"from", "const", "first", "values", "else", "default", "through", "join", "with", "prefix", "format", "split", "dates"})
OPTIONS = {
    "region": "", "missing": "create", "changed": "update", "clocks": "none", "organization": "", "site": "",
}  # fmt: skip
CHOICES = {"missing": ("create", "refuse"), "changed": ("update", "leave"), "clocks": ("none", "report", "import")}
HOP = frozenset({"table", "key", "take"})


@dataclass(frozen=True, slots=True)
class Hop:
    """A value is looked up in another table of the same file."""

    table: str
    key: str
    take: str
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field is filled."""

    sources: tuple[str, ...] = ()
    const: Any = None
    table: Mapping[str, Any] | None = None
    otherwise: Any = None
    default: Any = None
    through: tuple[Hop, ...] = ()
    joined: str | None = None
    is_html: bool = False
    split: str = ""
    dates: tuple[str, ...] = ()
    prefix: str = ""
    first: tuple[Rule, ...] = ()
    """Rules of which the first that answers something holds."""

    @property
    def hops(self) -> tuple[Hop, ...]:
        """Answer every look-up in other tables."""
        return (*self.through, *(hop for rule in self.first for hop in rule.hops))


@dataclass(frozen=True, slots=True)
class Step:
    """One table and what its rows become."""

    table: str
    kind: str
    rules: Mapping[str, Rule]
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    each: tuple[str, Mapping[str, Rule]] | None = None
    """For tickets: the list inside of a row that holds its messages, and their rules."""


@dataclass(frozen=True)
class Mapping_:  # noqa: N801 - the word is taken by Python
    """A whole mapping."""

    steps: tuple[Step, ...]
    zone: ZoneInfo
    dates: tuple[str, ...]
    options: Mapping[str, str]

    @cached_property
    def hops(self) -> set[Hop]:
        """Answer every look-up in other tables."""
        rules = [rule for step in self.steps for rule in (*step.rules.values(), *(step.each[1].values() if step.each else ()))]
        return {hop for rule in rules for hop in rule.hops}


# --- Reading a mapping --------------------------------------------------------------------------


class _Plain(yaml.SafeLoader):
    """Reads no references: a few lines of them unfold into more than any memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError
        return super().compose_node(parent, index)


def parsed(text: str) -> dict[str, Any]:
    """Answer what a mapping in YAML or JSON says. Raises BadMapping."""
    if len(text) > LONGEST:
        raise BadMapping(_("The mapping is too long."), field="mapping")
    try:
        found = plain(yaml.load(text, _Plain))  # noqa: S506 - it is a SafeLoader
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise BadMapping(_("The mapping cannot be read; look at line %(line)s.") % {"line": line}, field="mapping") from error
    if not isinstance(found, dict):
        raise BadMapping(_("A mapping begins with “tables:”."), field="mapping")
    return found


def plain(found: Any) -> Any:
    """Answer data as JSON keeps it, days as they were written; a database takes it. Raises TypeError and ValueError."""
    text = json.dumps(found, default=str, allow_nan=False)
    if "\\u0000" in text or "\\ud8" in text.lower():
        text = json.dumps(json.loads(text.replace("\\u0000", "")), ensure_ascii=False).encode("utf-8", "replace").decode()
    return json.loads(text)


def read(given: Mapping[str, Any]) -> Mapping_:
    """Answer a mapping that can be used. Raises BadMapping, naming the place and what to do."""
    try:
        return _read(given)
    except RecursionError as error:
        raise BadMapping(_("The mapping is too long."), field="mapping") from error


def _read(given: Mapping[str, Any]) -> Mapping_:
    unknown = set(given) - {"version", "tables", "time_zone", "dates", "options"}
    if unknown:
        _refuse(_("“%(name)s” is not known here.") % {"name": min(unknown)}, "")
    zone = str(given.get("time_zone") or "Asia/Shanghai")
    if zone not in available_timezones():
        _refuse(_("There is no time zone of this name."), "time_zone")
    tables = given.get("tables")
    if not isinstance(tables, list) or not tables or len(tables) > 50:  # noqa: PLR2004 - nobody has so many
        _refuse(_("Name at least one table."), "tables")
    steps = [_step(one, f"tables[{place}]") for place, one in enumerate(tables or ())]
    steps.sort(key=lambda step: KINDS.index(step.kind))
    return Mapping_(tuple(steps), ZoneInfo(zone), _texts(given.get("dates"), "dates"), _options(given.get("options")))


def _refuse(sentence: str, place: str) -> None:
    raise BadMapping(f"{place}: {sentence}" if place else sentence, field="mapping")


def _texts(given: Any, place: str) -> tuple[str, ...]:
    if given in (None, ""):
        return ()
    found = [given] if isinstance(given, str) else given
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        _refuse(_("A list of words belongs here."), place)
    return tuple(one for one in found if one.lower() != "iso")


def _options(given: Any) -> dict[str, str]:
    found = {**OPTIONS}
    for name, value in (given or {}).items() if isinstance(given or {}, dict) else [("", "")]:
        if name not in OPTIONS:
            _refuse(_("“%(name)s” is not known here.") % {"name": name}, "options")
        word = {True: "create", False: "refuse"}.get(value, value) if isinstance(value, bool) else value
        if name in CHOICES and word not in CHOICES[name]:
            _refuse(_("Choose one of: %(choices)s.") % {"choices": ", ".join(CHOICES[name])}, f"options.{name}")
        found[name] = str(word or "")
    return found


def _step(given: Any, place: str) -> Step:
    if not isinstance(given, dict) or set(given) - {"table", "kind", "where", "fields", "each"}:
        _refuse(_("A table has: table, kind, where, fields, each."), place)
    kind = given.get("kind")
    if kind not in KINDS:
        _refuse(_("Choose one of: %(choices)s.") % {"choices": ", ".join(KINDS)}, f"{place}.kind")
    rules = _rules(given.get("fields"), str(kind), f"{place}.fields")
    if not isinstance(given.get("where") or {}, dict):
        _refuse(_("“values” is a table: theirs: ours."), f"{place}.where")
    where = {
        str(name): frozenset(str(one) for one in (value if isinstance(value, list) else [value]))
        for name, value in (given.get("where") or {}).items()
    }
    each = given.get("each")
    inner = None
    if each is not None:
        if kind != TICKET or not isinstance(each, dict) or not isinstance(each.get("from"), str):
            _refuse(_("Only tickets have messages inside of them: each has “from” and “fields”."), f"{place}.each")
        inner = (each["from"], _rules(each.get("fields"), COMMENT, f"{place}.each.fields", missing={"ticket"}))
    return Step(str(given.get("table") or "*"), str(kind), rules, where, inner)


def _rules(given: Any, kind: str, place: str, missing: set[str] | None = None) -> dict[str, Rule]:
    if not isinstance(given, dict) or not given:
        _refuse(_("Say which columns become which fields."), place)
    rules = {}
    for name, said in given.items():
        if field_of(kind, str(name)) is None:
            known = ", ".join(one.name for one in FIELDS[kind])
            _refuse(_("“%(name)s” is no field of ours; known are: %(known)s.") % {"name": name, "known": known}, place)
        rules[str(name)] = _rule(said, f"{place}.{name}")
    for one in FIELDS[kind]:
        if one.required and one.name not in rules and one.name not in (missing or ()):
            _refuse(_("“%(name)s” is missing: every one of these needs it.") % {"name": one.name}, place)
    return rules


def _rule(said: Any, place: str) -> Rule:
    if isinstance(said, str | int):
        return Rule((str(said),))
    if isinstance(said, list) and said and all(isinstance(one, str) for one in said):
        return Rule(tuple(said))
    if not isinstance(said, dict) or set(said) - RULE or not {"from", "const", "join", "first"} & set(said):
        _refuse(_("A field is the name of a column, or has: %(known)s.") % {"known": ", ".join(sorted(RULE))}, place)
    sources = said.get("join", said.get("from", []))
    if not isinstance(sources, str | list):
        _refuse(_("A list of words belongs here."), place)
    table = said.get("values")
    if table is not None and not isinstance(table, dict):
        _refuse(_("“values” is a table: theirs: ours."), place)
    hops = said.get("through") or []
    hops = hops if isinstance(hops, list) else [hops]
    if not all(isinstance(hop, dict) and set(hop) - {"where"} == HOP and isinstance(hop.get("where", {}), dict) for hop in hops):
        _refuse(_("“through” has: table, key, take."), place)
    first = said.get("first") or []
    if not isinstance(first, list):
        _refuse(_("“first” is a list of rules."), place)
    return Rule(
        (sources,) if isinstance(sources, str) else tuple(str(one) for one in sources),
        said.get("const"),
        {str(name).strip().lower(): value for name, value in table.items()} if table is not None else None,
        said.get("else"),
        said.get("default"),
        tuple(_hop(hop) for hop in hops),
        str(said.get("with", " ")) if "join" in said else None,
        said.get("format") == "html",
        str(said.get("split") or ""),
        _texts(said.get("dates"), f"{place}.dates"),
        str(said.get("prefix") or ""),
        tuple(_rule(one, f"{place}.first[{number}]") for number, one in enumerate(first)),
    )


def _hop(given: Mapping[str, Any]) -> Hop:
    where = tuple((str(path), str(value)) for path, value in given.get("where", {}).items())
    return Hop(str(given["table"]), str(given["key"]), str(given["take"]), where)


def no_table(name: str, known: str) -> str:
    """Say that a file has no table of that name."""
    return _("This file has no table “%(name)s”; it has: %(known)s.") % {"name": name, "known": known}
