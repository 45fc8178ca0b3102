"""Planning a session: when, where, by whom; announcing, moving and calling it off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import check, save_by
from training.models import Course, Move, Session, Status
from training.models.sessions import REMIND_BEFORE
from training.services import telling
from training.services.rights import locked, must_allow, must_dispatch, said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Office, User
    from customers.models import Contract, Organization, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a session is to be. Without an office it is that of the site's region, else the first trainer's."""

    course: Course
    organization: Organization
    starts_at: datetime
    ends_at: datetime
    trainers: Sequence[User]
    contract: Contract | None = None
    site: Site | None = None
    room: str = ""
    online_link: str = ""
    capacity: int = 20
    note: str = ""
    office: Office | None = None


PLAIN = ("course", "organization", "contract", "site", "room", "online_link", "capacity", "note")


@transaction.atomic
def plan(draft: Draft, *, actor: User | None, at: datetime) -> Session:
    """Plan a session; nobody outside is told before it is announced."""
    must_dispatch(actor)
    row = Session(created_at=at, created_by=actor, starts_at=draft.starts_at, ends_at=draft.ends_at)
    return _save(row, draft, actor, at)


@transaction.atomic
def change(session: Session, draft: Draft, *, actor: User | None, at: datetime) -> Session:
    """Correct where it is, who teaches and how many may come; its time is changed by :func:`move`."""
    must_dispatch(actor)
    row = locked(session)
    must_allow(row, "change")
    if draft.organization.pk != row.organization_id and row.attendees.exists():
        raise Invalid(_("People of the customer are invited already; plan another session instead."), field="organization")
    if draft.capacity < row.attendees.count():
        raise Invalid(_("More people than that are invited already."), field="capacity")
    before = (row.place, {person.pk for person in row.trainers.all()})
    row.sequence += 1
    _save(row, draft, actor, at)
    if row.status == Status.ANNOUNCED and before != (row.place, {person.pk for person in draft.trainers}):
        telling.changed(row, at=at)
    return row


def _save(row: Session, draft: Draft, actor: User | None, at: datetime) -> Session:
    _check(draft)
    for name in PLAIN:
        setattr(row, name, getattr(draft, name))
    row.office = draft.office or (draft.site.region.office if draft.site else None) or draft.trainers[0].office
    check(row)
    save_by(row, actor, at=at)
    row.trainers.set(draft.trainers)
    return row


def _check(draft: Draft) -> None:
    if not draft.trainers:
        raise Invalid(_("Say who teaches."), field="trainers", code="required")
    if any(not person.is_provider for person in draft.trainers):
        raise Invalid(_("Trainers are our own staff."), field="trainers")
    if draft.contract and draft.contract.organization_id != draft.organization.pk:
        raise Invalid(_("The contract is another customer's."), field="contract")
    if draft.site and draft.site.organization_id != draft.organization.pk:
        raise Invalid(_("The site is another customer's."), field="site")


@transaction.atomic
def announce(session: Session, *, actor: User | None, at: datetime) -> Session:
    """Invite everybody on the list and show the session to its customer."""
    must_dispatch(actor)
    row = locked(session)
    must_allow(row, "announce")
    if row.has_begun(at):
        raise Invalid(_("Its time has passed; move it first."), field="starts_at")
    row.status, row.announced_at, row.remind_at = Status.ANNOUNCED, at, row.starts_at - REMIND_BEFORE
    save_by(row, actor, at=at)
    telling.announced(row, at=at)
    return row


@transaction.atomic
def move(session: Session, *, actor: User | None, at: datetime, starts_at: datetime, ends_at: datetime, reason: str) -> Session:
    """Put it to another time and say why; everybody who was told is told again."""
    must_dispatch(actor)
    row = locked(session)
    must_allow(row, "move")
    why = said(reason, "reason", _("Write why it is moved: those invited read it."))
    if starts_at <= at:
        raise Invalid(_("Choose a time to come."), field="starts_at")
    Move.objects.create(session=row, from_starts_at=row.starts_at, to_starts_at=starts_at, reason=why, at=at, by=actor)
    row.starts_at, row.ends_at = starts_at, ends_at
    row.sequence += 1
    check(row)
    if row.status == Status.ANNOUNCED:
        row.remind_at = starts_at - REMIND_BEFORE
    save_by(row, actor, at=at)
    if row.status == Status.ANNOUNCED:
        telling.changed(row, at=at, why=why)
    return row


@transaction.atomic
def cancel(session: Session, *, actor: User | None, at: datetime, reason: str) -> Session:
    """Call it off and say why; what it would have fulfilled stays owed."""
    must_dispatch(actor)
    row = locked(session)
    must_allow(row, "cancel")
    was_announced = row.status == Status.ANNOUNCED
    row.reason = said(reason, "reason", _("Write why it is called off."))
    row.status, row.ended_at, row.remind_at = Status.CANCELLED, at, None
    row.sequence += 1
    save_by(row, actor, at=at)
    if was_announced:
        telling.cancelled(row, at=at)
    return row
