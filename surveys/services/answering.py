"""An answer counts once; one that is not content opens a follow-up in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import selectors as people
from core.record import save_by
from notifications.services import Draft, post
from surveys import selectors
from surveys.errors import AlreadyAnswered, BadScore, Expired, NotYourSurvey
from surveys.models import BEST, LOW, WORST, SurveyAnswer, SurveyInvitation
from tickets import services as tickets
from tickets.models import Channel, Kind, TicketLink

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Site
    from tickets.models import Ticket

SUBJECT_LENGTH = 200
COPIED = ("organization", "ticket", "contract", "office", "engineer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What the customer says: three scores from 1 to 5, and words."""

    speed: int
    quality: int
    manner: int
    words: str = ""


@transaction.atomic
def answer(invitation: SurveyInvitation, scores: Scores, *, actor: User | None, at: datetime) -> SurveyAnswer:
    """Take the answer, the first and only one; a score of 2 or less opens a follow-up and tells the manager.

    ``actor`` is None for who came by the one-time link.
    """
    _check(scores)
    row = SurveyInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if actor is not None and not selectors.may_answer(actor, row):
        raise NotYourSurvey(_("This survey is answered by the customer who was asked."))
    if row.answered_at is not None:
        raise AlreadyAnswered(_("This survey has been answered already. Thank you!"))
    if at >= row.expires_at:
        raise Expired(_("The time to answer this survey is over."))
    said = _save(row, scores, actor, at)
    if row.ticket is not None:
        tickets.note(row.ticket, actor=actor, at=at, text=_in_words(said))
    if said.lowest <= LOW:
        _follow_up(said, actor=actor, at=at)
    return said


def _check(scores: Scores) -> None:
    for name in ("speed", "quality", "manner"):
        if not WORST <= getattr(scores, name) <= BEST:
            raise BadScore(_("A score is a number from 1 to 5."), field=name)


def _save(row: SurveyInvitation, scores: Scores, actor: User | None, at: datetime) -> SurveyAnswer:
    said = SurveyAnswer(
        invitation=row,
        speed=scores.speed,
        quality=scores.quality,
        manner=scores.manner,
        words=scores.words.strip(),
        answered_at=at,
        answered_by=actor,
        **{name: getattr(row, name) for name in COPIED},
    )
    save_by(said, actor, at=at)
    row.answered_at = at
    save_by(row, actor, at=at, fields=["answered_at"])
    return said


def _in_words(said: SurveyAnswer) -> str:
    """Say the answer for the record, in the service desk's own language."""
    facts = {"speed": said.speed, "quality": said.quality, "manner": said.manner}
    with override(settings.LANGUAGE_CODE):
        line = _("Survey answered: speed %(speed)s, quality %(quality)s, engineer %(manner)s (of 5).") % facts
    return f"{line}\n{said.words}".strip()


def _follow_up(said: SurveyAnswer, *, actor: User | None, at: datetime) -> None:
    site = said.ticket.site if said.ticket else selectors.site_of(said.contract) if said.contract else None
    if site is None:
        return  # a customer without any site: the answer stands among the low ones all the same
    said.follow_up = tickets.report(_complaint(said, site), actor=actor, at=at)
    save_by(said, actor, at=at, fields=["follow_up"])
    if said.ticket is not None:
        tickets.link(said.follow_up, said.ticket, TicketLink.Kind.CAUSED_BY, actor=actor, at=at)
    _tell_managers(said, said.follow_up, at)


def _complaint(said: SurveyAnswer, site: Site) -> tickets.Report:
    first = said.ticket
    with override(settings.LANGUAGE_CODE):
        about = first.number if first else said.contract.number if said.contract else ""
        subject = _("Not content with the service: %(about)s") % {"about": about}
    return tickets.Report(
        kind=Kind.COMPLAINT,
        severity=2 if said.lowest == WORST else 3,
        subject=subject[:SUBJECT_LENGTH],
        description=_in_words(said),
        site=site,
        equipment=first.equipment if first else None,
        channel=Channel.PORTAL,
        contact_name=first.contact_name if first else "",
        contact_phone=first.contact_phone if first else "",
        contact_email=first.contact_email if first else "",
    )


def _tell_managers(said: SurveyAnswer, follow_up: Ticket, at: datetime) -> None:
    context = {
        "ticket_number": follow_up.number,
        "subject": follow_up.subject,
        "score": said.lowest,
        "customer": str(said.organization),
        "engineer": str(said.engineer) if said.engineer else "",
        "text": said.words,
    }
    lead = people.office_lead(follow_up.office)
    told = {person.pk: person for person in (*people.managers(follow_up.office), *([lead] if lead else []))}
    key, link = f"survey:{said.pk}", follow_up.get_absolute_url()
    drafts = [Draft(kind="survey_low_score", recipient=person, context=context, key=key, link=link) for person in told.values()]
    post(drafts, at=at)
