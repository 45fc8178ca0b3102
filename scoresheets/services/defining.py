"""Sheets as they are written: text becomes a version, and a contract agrees to be scored by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core import periods
from core.errors import Invalid, NotAllowed
from core.record import check, save_by
from scoresheets.engine import Definition, SheetError
from scoresheets.errors import BadSheet
from scoresheets.models import Agreement, Sheet, SheetVersion
from sla.errors import Unreadable
from sla.reading import read_document

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from customers.models import Contract

SHIPPED = Path(__file__).parent.parent / "sheets"


def checked(text: str, name: str = "sheet.yaml") -> Definition:
    """Read a sheet as people write it; raises BadSheet with the line or the place and what is wrong there."""
    try:
        return Definition.read(read_document(text.replace("\r\n", "\n"), name).data)
    except Unreadable as error:
        raise BadSheet(str(error)) from error
    except SheetError as error:
        raise BadSheet(f"{error.place}: {_(error.text) % error.values}") from error


@transaction.atomic
def save_sheet(text: str, *, actor: User | None, at: datetime, of: Sheet | None = None) -> SheetVersion:
    """Make the text the newest version of its sheet; the same content again makes none. Raises BadSheet and NotAllowed."""
    _by_manager(actor)
    definition = checked(text)
    if of is not None and definition.code != of.code:
        raise BadSheet(_("the code stays “%(code)s”: agreements and scores go by it") % {"code": of.code})
    data = json.loads(json.dumps(read_document(text.replace("\r\n", "\n"), "sheet.yaml").data))
    sheet = Sheet.objects.select_for_update().filter(code=definition.code).first() or Sheet(code=definition.code)
    if of is None and sheet.pk and actor is not None:
        raise BadSheet(_("“%(code)s” is there already; change that one") % {"code": definition.code})
    sheet.name, sheet.name_en = definition.name["zh-hans"], definition.name["en"]
    sheet.save()
    latest = sheet.versions.first()
    if latest and latest.data == data:
        return latest
    if latest and latest.data["every"] != definition.every and sheet.agreements.exists():
        raise BadSheet(_("contracts are scored by this sheet for each period it has; for other periods write another sheet"))
    facts = {"data": data, "text": text, "created_at": at, "created_by": actor}
    return SheetVersion.objects.create(sheet=sheet, number=latest.number + 1 if latest else 1, **facts)


def load_shipped(*, at: datetime) -> list[SheetVersion]:
    """Load the sheets that come with the product; changed content becomes a version, the same content nothing."""
    return [save_sheet(path.read_text(encoding="utf-8"), actor=None, at=at) for path in sorted(SHIPPED.glob("*.yaml"))]


@transaction.atomic
def agree(contract: Contract, sheet: Sheet, starts_on: date, *, actor: User | None, at: datetime) -> Agreement:
    """Have a contract scored by a sheet, from the period of a day on; every period since then is filled as soon as it is over."""
    _by_manager(actor)
    version = sheet.versions.first()
    if version is None:
        raise Invalid(_("This sheet says nothing yet; write it first."), field="sheet")
    row = Agreement(contract=contract, sheet=sheet, starts_on=periods.first_day(version.data["every"], starts_on))
    check(row)
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def end_agreement(agreement: Agreement, ends_on: date, *, actor: User, at: datetime) -> Agreement:
    """Score no period that begins after a day."""
    _by_manager(actor)
    row = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    row.ends_on = ends_on
    check(row)
    save_by(row, actor, at=at)
    return row


def _by_manager(actor: User | None) -> None:
    if actor is not None and not actor.manages:
        raise NotAllowed(_("Sheets of assessment are kept by managers."))
