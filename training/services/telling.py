"""Who is told what about trainings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts import selectors as accounts
from accounts.models import Role
from customers.models import Membership
from notifications.services import Draft, post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User
    from training.models import Attendee, Certificate, Session


def announced(session: Session, *, at: datetime) -> None:
    """Invite everybody on the list, tell the customer's supervisors that people can sign up, and the trainers that it is settled."""
    people = list(session.attendees.select_related("user"))
    invited(session, people, at=at)
    known = {who.user_id for who in people}
    others = [person for person in _supervisors(session) if person.pk not in known]
    facts = {**_facts(session), "seats": session.capacity - len(people)}
    _post("training_open", session, others, facts, key=f"{_key(session)}:open", at=at)
    _post("training_invited", session, session.trainers.all(), {**_facts(session), "for_trainer": True}, key=_key(session), at=at)


def invited(session: Session, people: Iterable[Attendee], *, at: datetime) -> None:
    """Invite these people."""
    post([_draft("training_invited", session, who, _facts(session), key=f"attendee:{who.pk}") for who in people if _reachable(who)], at=at)


def uninvited(session: Session, attendee: Attendee, *, at: datetime) -> None:
    """Tell somebody that they are not expected any more."""
    if _reachable(attendee):
        facts = {**_facts(session), "off_list": True}
        post([_draft("training_cancelled", session, attendee, facts, key=f"attendee:{attendee.pk}:off")], at=at)


def changed(session: Session, *, at: datetime, why: str = "") -> None:
    """Tell everybody who was invited, and the trainers, of another time or place."""
    _tell_all("training_changed", session, {**_facts(session), "text": why}, key=f"{_key(session)}:{session.sequence}", at=at)


def cancelled(session: Session, *, at: datetime) -> None:
    """Tell everybody who was invited, and the trainers, that it is called off."""
    _tell_all("training_cancelled", session, {**_facts(session), "text": session.reason}, key=_key(session), at=at)


def reminded(session: Session, *, at: datetime) -> None:
    """Remind everybody who is expected tomorrow."""
    _tell_all("training_reminder", session, _facts(session), key=f"{_key(session)}:{session.starts_at.isoformat()}", at=at)


def certified(certificate: Certificate, *, at: datetime) -> None:
    """Send somebody the news of their certificate."""
    _post_certificate("training_certificate", certificate, {}, key=f"certificate:{certificate.pk}", at=at)


def ends(certificate: Certificate, step: int, *, at: datetime) -> None:
    """Remind the person, and who answers for the office, that a certificate ends."""
    key = f"certificate:{certificate.pk}:{step}"
    _post_certificate("training_certificate_ends", certificate, {}, key=key, at=at)
    lead = accounts.office_lead(certificate.session.office)
    if lead is not None:
        facts = {**_certificate_facts(certificate), "for_lead": True}
        link = reverse("training:certificates")
        post([Draft(kind="training_certificate_ends", recipient=lead, context=facts, key=key, link=link)], at=at)


def _tell_all(kind: str, session: Session, facts: dict[str, Any], *, key: str, at: datetime) -> None:
    people = [who for who in session.attendees.select_related("user") if _reachable(who)]
    post([_draft(kind, session, who, facts, key=key) for who in people], at=at)
    _post(kind, session, session.trainers.all(), {**facts, "for_trainer": True}, key=key, at=at)


def _draft(kind: str, session: Session, who: Attendee, facts: dict[str, Any], *, key: str) -> Draft:
    if who.user is not None:
        return Draft(kind=kind, recipient=who.user, context=facts, key=key, link=session.get_absolute_url())
    return Draft(kind=kind, address=who.email, context=facts, key=key)


def _reachable(who: Attendee) -> bool:
    return who.user is not None or bool(who.email)


def _post(kind: str, session: Session, people: Iterable[User], facts: dict[str, Any], *, key: str, at: datetime) -> None:
    link = session.get_absolute_url()
    post([Draft(kind=kind, recipient=person, context=facts, key=key, link=link) for person in people], at=at)


def _post_certificate(kind: str, certificate: Certificate, more: dict[str, Any], *, key: str, at: datetime) -> None:
    who, facts = certificate.attendee, {**_certificate_facts(certificate), **more}
    if who.user is not None:
        post([Draft(kind=kind, recipient=who.user, context=facts, key=key, link=reverse("training:certificates"))], at=at)
    elif who.email:
        proof = reverse("documents:proof", args=[certificate.document.token])
        post([Draft(kind=kind, address=who.email, context=facts, key=key, link=proof)], at=at)


def _certificate_facts(certificate: Certificate) -> dict[str, Any]:
    course = certificate.session.course
    facts = {"course": course.name, "course_en": course.name_en or course.name, "number": certificate.number, "name": certificate.name}
    return {**facts, "valid_on": certificate.valid_until} if certificate.valid_until else facts


def _facts(session: Session) -> dict[str, Any]:
    course = session.course
    return {
        "course": course.name,
        "course_en": course.name_en or course.name,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "place": session.place,
        "trainers": ", ".join(str(person) for person in session.trainers.order_by("name", "pk")),
        "customer": str(session.organization),
        "note": session.note,
    }


def _supervisors(session: Session) -> list[User]:
    rows = Membership.objects.filter(organization=session.organization, user__role=Role.SUPERVISOR, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("pk")]


def _key(session: Session) -> str:
    return f"training:{session.pk}"
