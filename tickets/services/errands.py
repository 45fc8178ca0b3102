"""Taking care of escalations by the link of a mail: who, what, and what was done about it before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from core.errors import NotAllowed, NotNow
from notifications import selectors as outbox
from sla.models import Escalation
from tickets import errands
from tickets.errors import DeadLink, LateLink, NoLongerOurs
from tickets.services.escalation import acknowledge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from tickets.errands import Errand


def sent_on(errand: Errand, *, at: datetime) -> User:
    """Answer the person a link was made for; refused when it is too late, or when they work here no longer."""
    person = User.objects.filter(pk=errand.person).first()
    if person is None:
        raise DeadLink(_("This link leads nowhere."))
    if not person.is_active or not person.is_provider:
        raise NoLongerOurs(_("The account this link was made for may no longer take care of tickets."))
    if at >= errand.expires_at:
        raise LateLink(_("This link is no longer valid. Log in to take care of what is still open."))
    return person


def meant(errand: Errand) -> QuerySet[Escalation]:
    """Answer the escalations a link is about, with all that a page about them says."""
    wanted = [errand.pk] if errand.what == errands.ONE else _told_by(errand)
    rows = Escalation.objects.filter(pk__in=wanted, outcome=Escalation.Outcome.FIRED, clock__commitment__ticket__isnull=False)
    return rows.select_related("acknowledged_by", "clock__commitment__ticket").order_by("pk")


def _told_by(errand: Errand) -> list[int]:
    message = outbox.sent_to(errand.person, errand.pk)
    return [item["escalation_id"] for item in outbox.told(message).get("items", ())] if message else []


def run_errand(errand: Errand, *, at: datetime) -> int:
    """Put the person's name to what nobody has taken care of yet; answer how many those were.

    Each is a transaction of its own: two people with a mail each about the same tickets never wait for each other in a circle.
    """
    person = sent_on(errand, at=at)
    with override(settings.LANGUAGE_CODE):  # the record speaks the service desk's language
        text = _("By the link of the mail, without login.")
    return take_care(meant(errand), actor=person, at=at, text=text)


def take_care(rows: Sequence[Escalation] | QuerySet[Escalation], *, actor: User, at: datetime, text: str = "") -> int:
    """Put a name to those that have none; who was first stays. Answers how many those were."""
    taken = 0
    for row in rows:
        if row.acknowledged_at is None:
            try:
                acknowledge(row, actor=actor, at=at, text=text)
            except NotNow:  # somebody was quicker
                continue
            except NotAllowed as refusal:
                if refusal.stable_code == "concerned":  # a complaint about this person is taken care of by somebody else
                    continue
                raise
            taken += 1
    return taken
