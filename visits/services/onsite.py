"""On the way and on site: depart, check in, note what is done, check out. Each step is one transaction, kept once per key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from visits import selectors
from visits.errors import NotApproved, StepNotAllowed
from visits.models import Purpose, Result, Visit, VisitEvent
from visits.services import coupling, gates, photos, record, telling
from visits.services.record import HERE, Sent, locked, must_work, said, take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User


POLE, DATE_LINE = 90, 180
"""The farthest degrees of latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phone says it is, and how far it may be off."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None

    def facts(self) -> dict[str, float]:
        """Answer what the record keeps of it."""
        if abs(self.latitude) > POLE or abs(self.longitude) > DATE_LINE:
            raise Invalid(_("This is no place on earth."), field="latitude", code="no_place")
        exact = {"latitude": round(self.latitude, 6), "longitude": round(self.longitude, 6)}
        return exact | ({"accuracy_m": round(self.accuracy_m)} if self.accuracy_m is not None else {})


def begin(visit: Visit, actor: User | None, sent: Sent) -> Visit | None:
    """Answer the visit, locked, for somebody who may work on it; nothing if the step was made by the same sending before."""
    row = locked(visit)
    must_work(row, actor)
    return None if record.is_known(row, sent) else row


@transaction.atomic
def depart(visit: Visit, *, actor: User | None, at: datetime, sent: Sent = HERE) -> Visit:
    """The engineer is on the way: the departure clock of the ticket stops, the customer is told."""
    row = begin(visit, actor, sent)
    if row is None:
        return locked(visit)
    record.check(row, "depart")
    _must_be_led(row)
    gates.pass_all(row, actor=actor, at=at)
    take(row, "depart", actor=actor, at=at, sent=sent, departed_at=at)
    coupling.departed(row, actor=actor, at=at)
    telling.departed(row, actor=actor, at=at)
    return row


@transaction.atomic
def check_in(
    visit: Visit, *, actor: User | None, at: datetime, place: Place | None = None, files: Sequence[UploadedFile] = (), sent: Sent = HERE
) -> Visit:
    """The engineer is on site: the on-site clock of the ticket stops. The place is kept if the phone tells it."""
    row = begin(visit, actor, sent)
    if row is None:
        return locked(visit)
    record.check(row, "check-in")
    _must_be_led(row)
    if row.departed_at is None:
        gates.pass_all(row, actor=actor, at=at)
    looked = photos.look(files)
    facts: dict[str, Any] = {**(place.facts() if place else {}), **photos.facts(looked)}
    event = take(row, "check-in", actor=actor, at=at, facts=facts, sent=sent, arrived_at=at)
    photos.keep(row, looked, event=event, actor=actor, at=at)
    coupling.arrived(row, actor=actor, at=at, place=row.site.name)
    return row


@transaction.atomic
def note_work(visit: Visit, *, actor: User | None, at: datetime, text: str, files: Sequence[UploadedFile] = (), sent: Sent = HERE) -> Visit:
    """Put down what is done on site, with pictures; not before the customer has approved the plan of work."""
    row = begin(visit, actor, sent)
    if row is None:
        return locked(visit)
    record.check(row, "note")
    must_be_approved(row)
    words = said(text, "text", _("Write what was done."))
    looked = photos.look(files)
    event = take(row, "note", actor=actor, at=at, text=words, facts=photos.facts(looked), sent=sent)
    photos.keep(row, looked, event=event, actor=actor, at=at)
    return row


@transaction.atomic
def add_photo(visit: Visit, file: UploadedFile, *, actor: User | None, at: datetime, caption: str = "", sent: Sent = HERE) -> Visit:
    """Keep one picture: the room as it was found, the door that was locked."""
    row = begin(visit, actor, sent)
    if row is None:
        return locked(visit)
    looked = photos.look([file])
    event = take(row, "photo", actor=actor, at=at, text=caption, facts=photos.facts(looked), sent=sent)
    photos.keep(row, looked, event=event, actor=actor, at=at, caption=caption)
    return row


@transaction.atomic
def check_out(
    visit: Visit,
    *,
    actor: User | None,
    at: datetime,
    work: str = "",
    result: str = "",
    parts: str = "",
    files: Sequence[UploadedFile] = (),
    sent: Sent = HERE,
) -> Visit:
    """The engineer leaves: what was done (else the notes taken on site), what was used, what it came to."""
    row = begin(visit, actor, sent)
    if row is None:
        return locked(visit)
    record.check(row, "check-out")
    must_be_approved(row)
    words = said(work or _noted(row), "work", _("Write what was done."))
    _check_result(row, result)
    looked = photos.look(files)
    columns: dict[str, Any] = {"left_at": at, "work": words, "result": result, "parts": parts.strip()}
    facts = {"result": result, "parts": parts.strip(), **photos.facts(looked)}
    event = take(row, "check-out", actor=actor, at=at, text=words, facts=facts, sent=sent, **columns)
    photos.keep(row, looked, event=event, actor=actor, at=at)
    coupling.left(row, actor=actor, at=at, outcome=words)
    return row


def must_be_approved(visit: Visit) -> None:
    """Refuse work that the customer has not approved; an inspection is asked for by its own paper."""
    if visit.purpose == Purpose.SUPPORT and not selectors.may_begin(visit):
        raise NotApproved(_("The customer has not approved the plan of work yet. Ask for it, or put down why the work cannot wait."))


def _must_be_led(visit: Visit) -> None:
    if visit.lead_id is None:
        raise StepNotAllowed(_("Say first who leads the visit."), code="no_lead")


def _noted(visit: Visit) -> str:
    notes = visit.events.filter(type=VisitEvent.Type.WORKED).order_by("seq")
    return "\n".join(notes.values_list("text", flat=True))


def _check_result(visit: Visit, result: str) -> None:
    if result not in Result.values and (result or visit.purpose == Purpose.SUPPORT):
        raise Invalid(_("Choose what the visit came to."), field="result", code="invalid_choice")
