"""Checklists from data: what is new becomes a version, what is wrong is said in a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.record import check, save_by
from inspections.errors import ChecklistProblem
from inspections.models import ChecklistItem, ChecklistTemplate, ChecklistVersion, Section

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

KEYS = frozenset({"code", "name", "name_en", "items"})
DEFAULTS: dict[str, Any] = {
    "section": Section.SYSTEM.value, "text": "", "text_en": "", "hint": "", "hint_en": "", "unit": "", "required": True,
}  # fmt: skip


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
    rows = [ChecklistItem(version=version, position=place, **item) for place, item in enumerate(items, 1)]
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
    return [_item(item, place) for place, item in enumerate(items, 1)]


def _item(item: Any, place: int) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        raise _wrong(place, _("is not a mapping"))
    if unknown := sorted(map(str, item.keys() - DEFAULTS.keys())):
        raise _wrong(place, _("there is no “%(keys)s”") % {"keys": ", ".join(unknown)})
    full = DEFAULTS | dict(item)
    for name, default in DEFAULTS.items():
        if not isinstance(full[name], type(default)):
            raise _wrong(place, _("“%(key)s” is not of the right kind") % {"key": name})
    return full


def _check_item(row: ChecklistItem, place: int) -> None:
    try:
        check(row)
    except Exception as error:
        raise _wrong(place, str(error)) from error


def _wrong(place: int, what: str) -> ChecklistProblem:
    return ChecklistProblem(_("Item %(place)s: %(what)s.") % {"place": place, "what": what.rstrip(".。")}, field="items")
