"""Reading plans and calendars as people write them: YAML in, data and the line of every part out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from django.utils.translation import gettext as _

from sla.engine import Calendar, CalendarError, Plan, PlanError
from sla.engine.calendar.hours import FIELDS
from sla.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sla import models

Path = tuple[str | int, ...]

CALENDAR_KEYS = ("code", "name", "unconfirmed", *FIELDS, "names")
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
NAME_LENGTH = 120
_RESOLVED = {"bool", "int", "float", "null"}


class _Loader(yaml.SafeLoader):
    """Plain YAML: 13:30 is a time and not the number 810, 2026-10-01 and "on" are words, no key stands twice, no aliases."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.get_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem=_("aliases (*name) are not read here; write it out"), problem_mark=mark)
        return super().compose_node(parent, index)


_BOOL = re.compile(r"true|false")
_INT = re.compile(r"0|-?[1-9][0-9]*")
_FLOAT = re.compile(r"-?[0-9]+\.[0-9]+")
_NULL = re.compile(r"null|~|")
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", _BOOL, "tf"), ("int", _INT, "-0123456789"), ("float", _FLOAT, "-0123456789"), ("null", _NULL, ["n", "~", ""]),
):  # fmt: skip
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern.pattern})$"), list(_first))


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: its name for messages, what it says, and on which line each part of it begins."""

    name: str
    data: dict[str, Any]
    lines: Mapping[Path, int] = field(default_factory=dict)

    @property
    def is_calendar(self) -> bool:
        """Whether it is a calendar; all else is read as a plan."""
        return "timezone" in self.data or "weekly" in self.data

    def refusal(self, path: Path, sentence: str) -> Unreadable:
        """Say where in the file something is wrong, and what: “p0.yaml, line 31: promises.2.target: …”."""
        place = path
        while place and place not in self.lines:
            place = place[:-1]
        line = self.lines.get(place, 1)
        where = ".".join(str(step) for step in path)
        return refusal(self.name, line, f"{where}: {sentence}" if where else sentence)


def refusal(name: str, line: int, sentence: str) -> Unreadable:
    """Put file and line before the sentence."""
    return Unreadable(_("%(file)s, line %(line)s: %(sentence)s") % {"file": name, "line": line, "sentence": sentence}, field="content")


def read_document(text: str, name: str) -> Document:
    """Read the text of a plan or calendar; raises `Unreadable` where it is not YAML or no mapping."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = dict(_lines(loader, node, ())) if node else {}
        data = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refusal(name, mark.line + 1 if mark else 1, _("this is not YAML: %(problem)s") % {"problem": error.problem}) from None
    except yaml.YAMLError as error:
        raise refusal(name, 1, _("this is not YAML: %(problem)s") % {"problem": str(error).splitlines()[0]}) from None
    finally:
        loader.dispose()
    if not isinstance(data, dict):
        raise refusal(name, 1, _("a plan or calendar is a mapping of keys to values, such as “code: p0”"))
    return Document(name, data, lines)


def _lines(loader: _Loader, node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    """Yield on which line each part stands; a value stands where its key does."""
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _lines(loader, child, (*path, index))
    elif isinstance(node, yaml.MappingNode):
        seen = set()
        for key_node, child in node.value:
            key = loader.construct_object(key_node, deep=True) if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or key in seen:
                problem = _("“%(key)s” stands here twice") % {"key": key} if key in seen else _("a key must be a word or a number")
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key_node.start_mark)
            seen.add(key)
            yield from _lines(loader, child, (*path, key))
            yield (*path, key), key_node.start_mark.line + 1


def plan_of(document: Document) -> Plan:
    """Answer the plan a document describes; raises `Unreadable` with the line."""
    try:
        plan = Plan.from_dict(document.data)
    except PlanError as error:
        raise document.refusal(error.path, _(error.text) % error.values) from None
    _check_catalogued(document)
    return plan


def calendar_of(document: Document) -> tuple[Calendar, dict[str, Any]]:
    """Answer the calendar a document describes, and its content in normal form; raises `Unreadable` with the line."""
    for key in document.data:
        if key not in CALENDAR_KEYS:
            choices = ", ".join(CALENDAR_KEYS)
            raise document.refusal(
                (str(key),), _("“%(key)s” is not known here; choose from %(choices)s") % {"key": key, "choices": choices}
            )
    _check_catalogued(document)
    try:
        calendar = Calendar.from_content(document.data)
    except CalendarError as error:
        raise document.refusal(_steps(error.where), error.sentence) from None
    content = calendar.to_dict()
    if not content["weekly"]:
        raise document.refusal(("weekly",), _("name at least one range of weekly hours; without any, a promise would never come due"))
    names = _day_names(document)
    return calendar, content | {"unconfirmed": _years(document)} | ({"names": names} if names else {})


def _steps(where: str) -> Path:
    """Take a place like ``extra[0].hours[1]`` apart."""
    return tuple(int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", where))


def _check_catalogued(document: Document) -> None:
    """Check what plans and calendars have in common: a code that can stand in a URL, a name in both languages."""
    code, name = document.data.get("code"), document.data.get("name")
    if not CODE.fullmatch(str(code or "")):
        raise document.refusal(("code",), _("write a short code of small letters, digits and hyphens, such as p0"))
    if not isinstance(name, dict) or set(name) != {"zh-hans", "en"} or not all(name.values()):
        raise document.refusal(("name",), _("needs words in both languages: {zh-hans: …, en: …}"))
    for language, words in name.items():
        if len(str(words)) > NAME_LENGTH:
            raise document.refusal(("name", language), _("a name has at most %(length)s characters") % {"length": NAME_LENGTH})


def _years(document: Document) -> list[int]:
    years = document.data.get("unconfirmed", [])
    if not isinstance(years, list) or not all(type(year) is int for year in years):
        raise document.refusal(("unconfirmed",), _("write a list of years, such as [2027]"))
    return sorted(set(years))


def _day_names(document: Document) -> dict[str, str]:
    """Read what days are called; a name of a day that is not listed is dropped."""
    names = document.data.get("names", {})
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise document.refusal(("names",), _("write dates and what they are called, such as {2026-10-01: 国庆节}"))
    rows = document.data.get("extra", ())
    listed = {str(day) for day in document.data.get("holidays", ())} | {str(row["date"]) for row in rows}
    return {str(day): name for day, name in sorted(names.items()) if str(day) in listed and name}


FILE_ORDER = (
    "code",
    "name",
    "source",
    "calendar",
    "timezone",
    "weekly",
    "unconfirmed",
    "holidays",
    "extra",
    "names",
    "severities",
    "ladder",
    "causes",
    "objection",
    "promises",
)
PART_ORDER = (
    "code", "measure", "name", "clause", "quote", "zh-hans", "en", "means", "when", "from", "until", "again", "void", "target",
    "limit", "calendar", "pausable", "levels", "at", "tell", "ack", "do", "owner", "evidence", "ends", "date", "hours",
)  # fmt: skip
ONE_LINE = 100
"""A part of up to so many characters stands on one line."""


def written(data: Mapping[str, Any]) -> str:
    """Write what a version holds the way people write it; reading it again gives the same."""
    text: str = yaml.dump(_ordered(data, FILE_ORDER), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=130)
    return text


def content_of(row: models.Plan | models.Calendar) -> str:
    """Answer the text of the newest version of a plan or calendar."""
    newest = row.versions.order_by("-number").first()
    names = {"code": row.code, "name": {"zh-hans": row.name, "en": row.name_en}}
    return written(names | (newest.data if newest else {}))


def _ordered(value: Any, order: tuple[str, ...] = PART_ORDER) -> Any:
    """Put keys into the order of a file: the database does not keep it; numbers become numbers again."""
    if isinstance(value, dict):
        rank = {key: (order.index(key) if key in order else len(order), str(key)) for key in value}
        return {int(key) if str(key).isdigit() else key: _ordered(value[key]) for key in sorted(value, key=rank.__getitem__)}
    return [_ordered(item) for item in value] if isinstance(value, list) else value


class _Dumper(yaml.SafeDumper):
    """Quotes only what this reader would not read as words; short parts stand on one line, the rest line by line."""

    def represent_sequence(self, tag: Any, sequence: Any, flow_style: Any = None) -> Any:
        short = len(str(sequence)) <= ONE_LINE or not any(isinstance(item, list) for item in sequence)
        return super().represent_sequence(tag, sequence, flow_style=short and not any(isinstance(item, dict) for item in sequence))

    def represent_mapping(self, tag: Any, mapping: Any, flow_style: Any = None) -> Any:
        short = len(str(mapping)) <= ONE_LINE and not any(isinstance(value, dict) for value in mapping.values())
        return super().represent_mapping(tag, mapping, flow_style=short)


_Dumper.yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers
