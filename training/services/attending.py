"""Who is invited, who says they come, who came and signed, and how many points they reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import check, save_by
from core.record import sign as sign_row
from customers.models import Membership
from documents.services import checked_strokes
from training import selectors
from training.errors import NotYourTraining, SessionFull, SessionNotNow
from training.models import Attendee, Presence, Session, Status
from training.services import telling
from training.services.rights import locked, must_allow, must_teach

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from accounts.models import User

    Strokes = Sequence[Sequence[Sequence[float]]]


@transaction.atomic
def invite(
    session: Session, *, actor: User | None, at: datetime, user: User | None = None, name: str = "", phone: str = "", email: str = ""
) -> Attendee:
    """Put somebody of the customer on the list while a seat is free; announced already, they are told at once.

    A person of the customer signs up colleagues of their own organization; trainers and dispatchers anybody of it.
    Raises SessionFull, SessionNotNow after the beginning (except for the trainers, who add who turns up).
    """
    row = locked(session)
    _must_invite(row, actor, at)
    if row.attendees.count() >= row.capacity:
        raise SessionFull(_("All %(seats)s seats are taken.") % {"seats": row.capacity}, field="name")
    who = Attendee(session=row, user=user, name=name.strip(), phone=phone.strip(), email=email.strip(), added_at=at, added_by=actor)
    if user is not None:
        _must_belong(row, user)
        who.name, who.phone, who.email = user.name, user.phone, user.email
    if not who.name:
        raise Invalid(_("Choose a colleague, or write a name."), field="name", code="required")
    _add(who, actor, at)
    if row.status == Status.ANNOUNCED and not row.has_begun(at):
        telling.invited(row, [who], at=at)
    return who


def _add(who: Attendee, actor: User | None, at: datetime) -> None:
    known = Attendee.objects.filter(session=who.session_id)
    known = known.filter(user=who.user) if who.user else known.filter(name=who.name, user=None)
    if known.exists():
        raise Invalid(_("%(name)s is on the list already.") % {"name": who.name}, field="name")
    who.full_clean(exclude=["session", "strokes"], validate_constraints=False)
    try:
        with transaction.atomic():
            save_by(who, actor, at=at)
    except IntegrityError as error:
        raise Invalid(_("%(name)s is on the list already.") % {"name": who.name}, field="name") from error


def _must_invite(row: Session, actor: User | None, at: datetime) -> None:
    must_allow(row, "invite")
    if actor is None or selectors.may_teach(actor, row):
        return
    if actor.is_provider or not selectors.sessions_for(actor).filter(pk=row.pk).exists():
        raise NotYourTraining(_("People are invited by their own organization, a trainer or a dispatcher."))
    if row.has_begun(at):
        raise SessionNotNow(_("It has begun; ask the trainer to add somebody."))


def _must_belong(row: Session, user: User) -> None:
    if not Membership.objects.filter(user=user, organization=row.organization).exists():
        raise Invalid(_("This person does not belong to the customer."), field="user")


@transaction.atomic
def uninvite(attendee: Attendee, *, actor: User | None, at: datetime) -> None:
    """Take somebody off the list before the beginning; the seat is free again, and they are told."""
    row = locked(attendee.session)
    _must_invite(row, actor, at)
    who = _locked(attendee)
    if who.presence in {Presence.PRESENT, Presence.ABSENT}:
        raise SessionNotNow(_("Attendance is noted already."))
    if row.status == Status.ANNOUNCED and not row.has_begun(at):
        telling.uninvited(row, who, at=at)
    sign_row(who, actor, at)
    who.delete()


@transaction.atomic
def confirm(attendee: Attendee, *, actor: User, at: datetime) -> Attendee:
    """Say that somebody comes: they themselves, a colleague of their organization, or ours."""
    row = locked(attendee.session)
    _must_invite(row, actor, at)
    who = _locked(attendee)
    if who.presence == Presence.INVITED:
        who.presence = Presence.CONFIRMED
        save_by(who, actor, at=at, fields=["presence"])
    return who


@transaction.atomic
def mark(attendee: Attendee, *, actor: User | None, at: datetime, present: bool) -> Attendee:
    """Note that somebody is there, or is not; who is not has signed nothing."""
    who = _on_the_day(attendee, actor)
    who.presence = Presence.PRESENT if present else Presence.ABSENT
    if not present:
        who.strokes, who.signed_at, who.signed_on = [], None, None
    save_by(who, actor, at=at, fields=["presence", "strokes", "signed_at", "signed_on"])
    return who


@transaction.atomic
def sign(attendee: Attendee, *, actor: User, at: datetime, strokes: Strokes = ()) -> Attendee:
    """Sign the attendance on a screen; without strokes the typed name stands for it. Who signs is present."""
    who = _on_the_day(attendee, actor, own=True)
    if not selectors.may_teach(actor, who.session) and not who.session.has_begun(at):
        raise SessionNotNow(_("It has not begun yet."))
    who.strokes, who.presence = checked_strokes(strokes), Presence.PRESENT
    who.signed_at, who.signed_on = at, actor
    save_by(who, actor, at=at, fields=["presence", "strokes", "signed_at", "signed_on"])
    return who


def _on_the_day(attendee: Attendee, actor: User | None, *, own: bool = False) -> Attendee:
    row = locked(attendee.session)
    if not (own and actor is not None and attendee.user_id == actor.pk):
        must_teach(row, actor)
    must_allow(row, "mark")
    return _locked(attendee)


def _locked(attendee: Attendee) -> Attendee:
    found = Attendee.objects.select_for_update(of=("self",)).select_related("session__course").filter(pk=attendee.pk).first()
    if found is None:
        raise SessionNotNow(_("This person is not on the list any more."))
    return found


@transaction.atomic
def score(session: Session, points: Mapping[int, Decimal | None], *, actor: User | None, at: datetime) -> None:
    """Enter the points of the test by attendee (0 to 100); who was absent has none."""
    row = locked(session)
    must_teach(row, actor)
    must_allow(row, "score")
    for who in row.attendees.filter(pk__in=points, presence=Presence.PRESENT).order_by("pk"):
        who.score = points[who.pk]
        check(who)
        save_by(who, actor, at=at, fields=["score"])
