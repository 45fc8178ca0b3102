"""A low answer opens a loop that ends when the same customer says they are satisfied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import selectors as people
from core.record import save_by
from loops.models import Source
from loops.services import Said, open_loop
from notifications.services import Draft, post
from surveys import selectors
from surveys.models import WORST, QuestionKind
from tickets.models import Channel

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Site
    from surveys.models import SurveyAnswer
    from tickets.models import Ticket

SUBJECT_LENGTH = 200
SERIOUS, BAD = 2, 3
"""The level of a loop: very dissatisfied with one thing, or dissatisfied."""


def in_words(said: SurveyAnswer) -> str:
    """Say the answer for the record, in the service desk's own language."""
    with override(settings.LANGUAGE_CODE):
        values = selectors.with_values(type(said).objects.filter(pk=said.pk)).get().values.all()
        lines = [_("Survey answered: %(template)s") % {"template": said.version.template}]
        for row in values:
            of = {QuestionKind.SCORE: "/5", QuestionKind.NPS: "/10"}.get(QuestionKind(row.question.kind), "")
            lines.append(f"{row.question}: {row.said}{of}")
    return "\n".join(lines)


def follow_up(said: SurveyAnswer, *, actor: User | None, at: datetime) -> None:
    """Open the loop and tell who answers for the office; without any site there is nobody to send, and the answer stands among the low."""
    site = said.site or (said.ticket.site if said.ticket else selectors.site_of(said.contract) if said.contract else None)
    if site is None:
        return
    loop = open_loop(_said(said, site), actor=actor, at=at)
    said.follow_up = loop.ticket
    save_by(said, None if said.is_anonymous else actor, at=said.answered_at if said.is_anonymous else at, fields=["follow_up"])
    _tell_managers(said, loop.ticket, at)


def _said(said: SurveyAnswer, site: Site) -> Said:
    first, invited = said.ticket, said.invitation  # of an anonymous answer nobody knows the invitation
    asked = invited.recipient if invited else None
    contact = {name: getattr(first, name) for name in ("contact_name", "contact_phone", "contact_email")} if first else {}
    if not any(contact.values()):
        contact = {
            "contact_name": said.wrote_name or (asked.name if asked else ""),
            "contact_email": asked.email if asked else invited.address if invited else "",
        }
    with override(settings.LANGUAGE_CODE):
        about = first.number if first else said.contract.number if said.contract else str(site)
        subject = _("Not content with the service: %(about)s") % {"about": about}
    return Said(
        source=Source.SURVEY,
        key=f"survey:answer:{said.pk}",
        site=site,
        level=SERIOUS if said.lowest == WORST else BAD,
        subject=subject[:SUBJECT_LENGTH],
        words=in_words(said),
        equipment=first.equipment if first else None,
        channel=Channel.PORTAL,
        about=first,
        complained_about=(said.engineer,) if said.engineer and not said.is_anonymous else (),
        complainant=asked,
        link=said.get_absolute_url(),
        **contact,
    )


def _tell_managers(said: SurveyAnswer, follow_up: Ticket, at: datetime) -> None:
    context = {
        "ticket_number": follow_up.number,
        "subject": follow_up.subject,
        "score": said.lowest or 0,
        "customer": str(said.organization),
        "engineer": str(said.engineer) if said.engineer else "",
        "text": said.words,
    }
    lead = people.office_lead(follow_up.office)
    told = {person.pk: person for person in (*people.managers(follow_up.office), *([lead] if lead else []))}
    key, link = f"survey:{said.pk}", follow_up.get_absolute_url()
    drafts = [Draft(kind="survey_low_score", recipient=person, context=context, key=key, link=link) for person in told.values()]
    post(drafts, at=at)
