"""Loading plans and calendars: files or text become versions, all of them or none."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from core.record import save_by
from core.time import epoch
from sla import selectors
from sla.engine import CalendarError
from sla.models import Calendar, CalendarVersion, Plan, PlanVersion
from sla.reading import calendar_of, plan_of, read_document, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from accounts.models import User
    from sla import engine
    from sla.reading import Document

Row = TypeVar("Row", Calendar, Plan)

SHIPPED = Path(__file__).parent / "plans"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did with one file: which version holds now, and whether it is a new one."""

    document: str
    subject: Calendar | Plan
    version: CalendarVersion | PlanVersion
    is_new: bool


def shipped_files() -> list[Path]:
    """Answer the files of the plans and calendars that come with the product."""
    return sorted(SHIPPED.rglob("*.yaml"))


def read_files(paths: Iterable[Path]) -> list[Document]:
    """Read files; raises `Unreadable` with file and line."""
    return [read_document(_text(path), path.name) for path in paths]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise refusal(path.name, 1, _("this is not text in UTF-8")) from None
    except OSError as error:
        raise refusal(path.name, 1, error.strerror or str(error)) from None


def load(paths: Iterable[Path], *, actor: User | None, at: datetime) -> list[Loaded]:
    """Load plan and calendar files: changed content becomes a new version valid from ``at``, the same content nothing."""
    return load_documents(read_files(paths), actor=actor, at=at)


@transaction.atomic
def load_documents(documents: Iterable[Document], *, actor: User | None, at: datetime) -> list[Loaded]:
    """Load documents that were read; calendars first, since plans count in them."""
    given = list(documents)
    _check_once(given)
    ordered = sorted(given, key=lambda document: not document.is_calendar)
    try:
        return [(_load_calendar if document.is_calendar else _load_plan)(document, actor=actor, at=at) for document in ordered]
    finally:
        # what was looked at may be rolled back, and its ids used again
        selectors.forget_versions()


def _check_once(documents: Iterable[Document]) -> None:
    seen: dict[tuple[bool, Any], str] = {}
    for document in documents:
        key = (document.is_calendar, str(document.data.get("code")))
        if key in seen:
            raise document.refusal(("code",), _("“%(code)s” is already given by %(file)s") % {"code": key[1], "file": seen[key]})
        seen[key] = document.name


def _load_calendar(document: Document, *, actor: User | None, at: datetime) -> Loaded:
    _calendar, content = calendar_of(document)
    row = _catalogue(Calendar, document, actor, at)
    return _next_version(document, row, CalendarVersion(calendar=row), content, actor=actor, at=at)


def _load_plan(document: Document, *, actor: User | None, at: datetime) -> Loaded:
    plan = plan_of(document)
    _check_calendars(document, plan, at)
    row = _catalogue(Plan, document, actor, at)
    return _next_version(document, row, PlanVersion(plan=row), _as_json(document.data), actor=actor, at=at)


def checked_plan(document: Document, at: datetime) -> dict[str, Any]:
    """Answer what a version would hold of a plan's text, checked as loading checks it; nothing is stored."""
    _check_calendars(document, plan_of(document), at)
    return _as_json(document.data)


def _check_calendars(document: Document, plan: engine.Plan, at: datetime) -> None:
    """Refuse a promise whose calendar is not there, or in which it would never come due."""
    versions = selectors.current_calendar_versions(plan.calendar_codes(), at)
    rows = {row["code"]: index for index, row in enumerate(document.data["promises"])}
    for promise in plan.promises:
        index = rows[promise.limit_of or promise.code]
        for severity, code in promise.calendars.items():
            own = "calendar" in document.data["promises"][index]
            place: tuple[str | int, ...] = ("promises", index, "calendar", severity) if own else ("calendar",)
            if code not in versions:
                raise document.refusal(place, _("there is no calendar “%(code)s”; load it first or name another") % {"code": code})
            target = promise.targets.get(severity)
            calendar = selectors.engine_calendar(versions[code])
            try:
                calendar.deadline_s(epoch(at), target.seconds if target else 0)
                calendar.add_workdays_s(epoch(at), target.workdays if target else 0)
            except CalendarError as error:
                part = "limit" if promise.limit_of else "target"
                raise document.refusal(("promises", index, part, severity), error.sentence) from None


def _catalogue(model: type[Row], document: Document, actor: User | None, at: datetime) -> Row:
    """Answer the calendar or plan of that code, locked, with the names the document gives."""
    names = {"name": document.data["name"]["zh-hans"], "name_en": document.data["name"]["en"]}
    row = model.objects.select_for_update().filter(code=document.data["code"]).first() or model(code=document.data["code"])
    if row.pk is None or any(getattr(row, field) != words for field, words in names.items()):
        row.name, row.name_en = names["name"], names["name_en"]
        save_by(row, actor, at=at)
    return row


def _next_version(
    document: Document,
    row: Calendar | Plan,
    version: CalendarVersion | PlanVersion,
    content: Mapping[str, Any],
    *,
    actor: User | None,
    at: datetime,
) -> Loaded:
    """Save the version if it says something new; the same content makes none."""
    latest: CalendarVersion | PlanVersion | None = row.versions.order_by("-number").first()
    version.checksum = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    if latest and latest.checksum == version.checksum:
        return Loaded(document.name, row, latest, is_new=False)
    if latest and at < latest.valid_from:
        since = latest.valid_from.isoformat()
        raise document.refusal(
            (), _("version %(number)s holds from %(since)s; a later one cannot hold before it") % {"number": latest.number, "since": since}
        )
    version.number = latest.number + 1 if latest else 1
    version.data, version.valid_from, version.created_at, version.created_by = content, at, at, actor
    version.save()
    return Loaded(document.name, row, version, is_new=True)


def _as_json(data: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the data as the database keeps it: words as keys."""
    plain: dict[str, Any] = json.loads(json.dumps(data))
    return plain
