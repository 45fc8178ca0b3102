"""Checklists from data: what is new becomes a version, what is wrong is said in a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import check, save_by
from inspections.errors import ChecklistProblem
from inspections.models import ChecklistItem, ChecklistTemplate, ChecklistVersion, Kind, Section

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

KEYS = frozenset({"code", "name", "name_en", "items"})
DEFAULTS: dict[str, Any] = {
    "code": "", "kind": Kind.CHECK.value, "section": Section.SYSTEM.value, "part": "", "text": "", "text_en": "", "hint": "", "hint_en": "",
    "unit": "", "low": None, "high": None, "options": [], "required": True,
}  # fmt: skip
LIMITS = ("low", "high")
OPTION: dict[str, Any] = {"code": "", "text": "", "text_en": "", "bad": False}
FEWEST_OPTIONS = 2


@transaction.atomic
def load_checklist(data: Any, *, actor: User | None, at: datetime) -> tuple[ChecklistVersion, bool]:
    """Make a version of a checklist from its data; answer it, and whether it is new. The same content makes none."""
    items = _items(data)
    template = _template(data, actor, at)
    checksum = sha256(json.dumps(items, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    newest = template.versions.select_for_update().order_by("-number").first()
    if newest is not None and newest.checksum == checksum:
        return newest, False
    number = newest.number + 1 if newest else 1
    version = ChecklistVersion(template=template, number=number, checksum=checksum, created_at=at, created_by=actor)
    check(version)
    save_by(version, actor, at=at)
    rows = [ChecklistItem(version=version, position=place, **_columns(item)) for place, item in enumerate(items, 1)]
    for place, row in enumerate(rows, 1):
        _check_item(row, place)
    ChecklistItem.objects.bulk_create(rows)
    return version, True


def _template(data: Mapping[str, Any], actor: User | None, at: datetime) -> ChecklistTemplate:
    names = {"name": data["name"], "name_en": data.get("name_en", "")}
    template = ChecklistTemplate.objects.select_for_update().filter(code=data["code"]).first()
    if template is None:
        template = ChecklistTemplate(code=data["code"], **names)
    elif (template.name, template.name_en) == (names["name"], names["name_en"]):
        return template
    template.name, template.name_en = names["name"], names["name_en"]
    check(template)
    save_by(template, actor, at=at)
    return template


def _items(data: Any) -> list[dict[str, Any]]:
    """Answer the items with nothing left out, or say what is wrong and where."""
    if not isinstance(data, Mapping):
        raise ChecklistProblem(_("A checklist is a mapping with code, name and items."))
    if unknown := sorted(map(str, data.keys() - KEYS)):
        raise ChecklistProblem(_("A checklist has no “%(keys)s”.") % {"keys": ", ".join(unknown)})
    for name in ("code", "name"):
        if not isinstance(data.get(name), str) or not data[name].strip():
            raise ChecklistProblem(_("The checklist lacks its %(key)s.") % {"key": name}, field=name)
    items = data.get("items")
    if not isinstance(items, list) or not items:
        raise ChecklistProblem(_("The checklist “%(code)s” has no items.") % {"code": data["code"]}, field="items")
    full = [_item(item, place) for place, item in enumerate(items, 1)]
    codes = [item["code"] for item in full]
    for place, code in enumerate(codes, 1):
        if code in codes[: place - 1]:
            raise _wrong(place, _("the code “%(code)s” is taken by an item before") % {"code": code}, "code")
    return full


def _item(item: Any, place: int) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        raise _wrong(place, _("is not a mapping"))
    if unknown := sorted(map(str, item.keys() - DEFAULTS.keys())):
        raise _wrong(place, _("there is no “%(keys)s”") % {"keys": ", ".join(unknown)}, unknown[0])
    full = DEFAULTS | dict(item)
    for name, default in DEFAULTS.items():
        right = _is_limit(full[name]) if name in LIMITS else isinstance(full[name], type(default))
        if not right:
            raise _wrong(place, _("“%(key)s” is not of the right kind") % {"key": name}, name)
    full["code"] = full["code"] or f"item-{place}"
    full["options"] = [_option(option, number, place) for number, option in enumerate(full["options"], 1)]
    _fits_its_kind(full, place)
    return full


def _is_limit(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _option(option: Any, number: int, place: int) -> dict[str, Any]:
    """Answer one option of a choice; its code is its number unless it is given."""
    if not isinstance(option, Mapping) or option.keys() - OPTION.keys():
        raise _wrong(place, _("an option has a text, and may have text_en, code and bad"), "options")
    full = OPTION | dict(option)
    full["code"] = full["code"] or str(number)
    if not all(isinstance(full[name], type(default)) for name, default in OPTION.items()) or not full["text"].strip():
        raise _wrong(place, _("option %(number)s is not of the right kind") % {"number": number}, "options")
    return full


def _fits_its_kind(item: Mapping[str, Any], place: int) -> None:
    """Refuse limits without a number, options without a choice, and limits the wrong way round."""
    limits = [name for name in LIMITS if item[name] is not None]
    if limits and item["kind"] != Kind.NUMBER:
        raise _wrong(place, _("only a number has limits"), limits[0])
    if len(limits) == len(LIMITS) and item["low"] > item["high"]:
        raise _wrong(place, _("the lower limit is above the upper one"), "low")
    codes = [option["code"] for option in item["options"]]
    if item["kind"] == Kind.CHOICE and (len(codes) < FEWEST_OPTIONS or len(set(codes)) < len(codes)):
        raise _wrong(place, _("a choice has at least two options with different codes"), "options")
    if codes and item["kind"] != Kind.CHOICE:
        raise _wrong(place, _("only a choice has options"), "options")
    if item["part"] and item["section"] != Section.SYSTEM:
        raise _wrong(place, _("only the system check has parts"), "part")


def _columns(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**item, **{name: None if item[name] is None else Decimal(str(item[name])) for name in LIMITS}}


def _check_item(row: ChecklistItem, place: int) -> None:
    try:
        check(row)
    except Invalid as error:
        raise _wrong(place, str(error), error.field) from error


def _wrong(place: int, what: str, key: str = "") -> ChecklistProblem:
    sentence = _("Item %(place)s: %(what)s.") % {"place": place, "what": what.rstrip(".。")}
    if key and key not in what:
        sentence = _("Item %(place)s, “%(key)s”: %(what)s.") % {"place": place, "key": key, "what": what.rstrip(".。")}
    return ChecklistProblem(sentence, field="items", path=("items", place - 1, key))
