"""An item of the catalogue as data: what it is, what it asks, whom it goes to, what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from catalogue.engine.charging import Charge, charge_of
from catalogue.engine.words import DefinitionError, Path, Words, code, gettext_noop, mapping, number, one_of, rows, words, yes

_ = gettext_noop

GROUPS = ("change", "tuning", "advice", "supply", "people")
KINDS = ("text", "long", "number", "choice", "many", "date", "moment", "equipment", "site", "file", "yes")
CHOOSING = ("choice", "many")
TICKETS = ("request", "consultation")
LEADS = ("", "emergency", "training")
"""What a request goes on to beside its ticket: an emergency supply of spare parts; a course."""
TEXT_LENGTH, LONG_LENGTH = 200, 4000
KEYS = (
    "code", "group", "name", "description", "icon", "keywords", "charge", "who", "skill", "ticket", "steps", "leads_to", "subject",
    "fields",
)  # fmt: skip
FIELD_KEYS = (
    "code", "kind", "label", "help", "required", "when", "unit", "min", "max", "whole", "length", "options", "several", "ahead",
)  # fmt: skip
ONLY_FOR = {
    "unit": ("number",),
    "min": ("number",),
    "max": ("number",),
    "whole": ("number",),
    "length": ("text", "long"),
    "options": CHOOSING,
    "several": ("equipment", "file"),
    "ahead": ("date", "moment"),
}
FEWEST_OPTIONS = 2


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    code: str
    label: Words


@dataclass(frozen=True, slots=True)
class When:
    """A field is shown only while an earlier one has one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked. ``ahead``: a day or moment at least so many days from today; limits include their ends."""

    code: str
    kind: str
    label: Words
    help: Words = field(default_factory=dict)
    required: bool = False
    when: When | None = None
    unit: Words = field(default_factory=dict)
    least: float | None = None
    most: float | None = None
    whole: bool = False
    length: int = TEXT_LENGTH
    options: tuple[Option, ...] = ()
    several: bool = False
    ahead: int | None = None

    def option(self, value: str) -> Words:
        """Answer the words of a choice."""
        return next((option.label for option in self.options if option.code == value), {})


@dataclass(frozen=True, slots=True)
class Definition:
    """All of an item. ``skill``: whose team the ticket goes to; ``subject``: the field that names the ticket more closely."""

    code: str
    group: str
    name: Words
    description: Words
    fields: tuple[Field, ...]
    charges: tuple[Charge, ...]
    who: Words
    steps: tuple[Words, ...]
    icon: str = "clipboard-list"
    keywords: str = ""
    skill: str = ""
    kind: str = "request"
    severity: int = 3
    leads_to: str = ""
    subject: str = ""

    @classmethod
    def from_dict(cls, value: Any) -> Definition:
        """Read a definition; raises DefinitionError with the path of what is wrong."""
        data = mapping(value, (), KEYS, ("code", "group", "name", "description", "charge", "who", "steps"))
        ticket = mapping(data.get("ticket", {}), ("ticket",), ("kind", "severity"))
        fields = _fields(data.get("fields", []))
        return cls(
            code=code(data["code"], ("code",)),
            group=one_of(data["group"], ("group",), GROUPS),
            name=words(data["name"], ("name",)),
            description=words(data["description"], ("description",)),
            fields=fields,
            charges=tuple(charge_of(row, ("charge", place)) for place, row in enumerate(rows(data["charge"], ("charge",)))),
            who=words(data["who"], ("who",)),
            steps=tuple(words(row, ("steps", place)) for place, row in enumerate(rows(data["steps"], ("steps",)))),
            icon=code(data.get("icon", "clipboard-list"), ("icon",)),
            keywords=str(data.get("keywords", "")),
            skill=str(data.get("skill", "")),
            kind=one_of(ticket.get("kind", "request"), ("ticket", "kind"), TICKETS),
            severity=_severity(ticket.get("severity", 3)),
            leads_to=one_of(data.get("leads_to", ""), ("leads_to",), LEADS),
            subject=_subject(data.get("subject", ""), fields),
        )

    def field(self, name: str) -> Field | None:
        """Answer a field by its code."""
        return next((each for each in self.fields if each.code == name), None)


def _severity(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= 4:  # noqa: PLR2004 - the severities of plans
        raise DefinitionError(("ticket", "severity"), _("the severity is a number from 1 (worst) to 4"))
    return value


def _subject(value: Any, fields: tuple[Field, ...]) -> str:
    if value and value not in [each.code for each in fields if each.kind == "text"]:
        raise DefinitionError(("subject",), _("name a field of kind text"))
    return str(value)


def _fields(value: Any) -> tuple[Field, ...]:
    found: dict[str, Field] = {}
    for place, row in enumerate(rows(value, ("fields",))):
        each = _field(row, ("fields", place), found)
        if each.code in found:
            raise DefinitionError(("fields", place, "code"), _("the code “%(code)s” stands here twice"), code=each.code)
        found[each.code] = each
    return tuple(found.values())


def _field(value: Any, path: Path, before: dict[str, Field]) -> Field:
    data = mapping(value, path, FIELD_KEYS, ("code", "kind", "label"))
    kind = one_of(data["kind"], (*path, "kind"), KINDS)
    for key, kinds in ONLY_FOR.items():
        if key in data and kind not in kinds:
            raise DefinitionError((*path, key), _("only for fields of kind %(kinds)s"), kinds=", ".join(kinds))
    least, most = number(data.get("min"), (*path, "min")), number(data.get("max"), (*path, "max"))
    if least is not None and most is not None and least > most:
        raise DefinitionError((*path, "max"), _("the upper limit is below the lower one"))
    return Field(
        code=code(data["code"], (*path, "code")),
        kind=kind,
        label=words(data["label"], (*path, "label")),
        help=words(data["help"], (*path, "help")) if data.get("help") else {},
        required=yes(data.get("required", False), (*path, "required")),
        when=_when(data["when"], (*path, "when"), before) if data.get("when") else None,
        unit=words(data["unit"], (*path, "unit")) if data.get("unit") else {},
        least=least,
        most=most,
        whole=yes(data.get("whole", False), (*path, "whole")),
        length=_length(data.get("length"), kind, (*path, "length")),
        options=_options(data.get("options", []), kind, (*path, "options")),
        several=yes(data.get("several", False), (*path, "several")),
        ahead=_ahead(data.get("ahead"), (*path, "ahead")),
    )


def _ahead(value: Any, path: Path) -> int | None:
    if value is None or (type(value) is int and 0 <= value <= 366):  # noqa: PLR2004 - a year
        return value
    raise DefinitionError(path, _("write a number of days, from 0 to 366"))


def _length(value: Any, kind: str, path: Path) -> int:
    limit = LONG_LENGTH if kind == "long" else TEXT_LENGTH
    if value is None:
        return limit
    if type(value) is not int or not 1 <= value <= limit:
        raise DefinitionError(path, _("write a number from 1 to %(limit)s"), limit=limit)
    return value


def _options(value: Any, kind: str, path: Path) -> tuple[Option, ...]:
    found: list[Option] = []
    for place, row in enumerate(rows(value, path)):
        data = mapping(row, (*path, place), ("code", "label"), ("code", "label"))
        name = code(data["code"], (*path, place, "code"))
        if name in [option.code for option in found]:
            raise DefinitionError((*path, place, "code"), _("the code “%(code)s” stands here twice"), code=name)
        found.append(Option(name, words(data["label"], (*path, place, "label"))))
    if kind in CHOOSING and len(found) < FEWEST_OPTIONS:
        raise DefinitionError(path, _("name at least two options"))
    return tuple(found)


def _when(value: Any, path: Path, before: dict[str, Field]) -> When:
    data = mapping(value, path, ("field", "is"), ("field", "is"))
    name = str(data["field"])
    asked = before.get(name)
    if asked is None or asked.kind not in (*CHOOSING, "yes"):
        raise DefinitionError((*path, "field"), _("name an earlier field of kind choice, many or yes"))
    given = data["is"] if isinstance(data["is"], list) else [data["is"]]
    values = tuple("yes" if value is True else str(value) for value in given)
    known = ["yes"] if asked.kind == "yes" else [option.code for option in asked.options]
    for each in values:
        one_of(each, (*path, "is"), known)
    return When(name, values)
