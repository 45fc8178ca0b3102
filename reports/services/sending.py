"""Mailing a report to those who get it, each once a sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import NotAllowed
from notifications.services import Draft, post
from reports import selectors
from reports.enclosing import KIND
from reports.errors import Superseded
from reports.models import MonthlyReport

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def send(report: MonthlyReport, *, sendings: int, actor: User | None, at: datetime) -> int:
    """Post a report to its recipients; ``sendings`` is how often it had been sent when this was asked for.

    Asked for twice it is sent once: answers how many messages were handed over, 0 when somebody was quicker.
    Raises Superseded for an old revision and NotAllowed for a person who is no manager.
    """
    if actor is not None and not actor.manages:
        raise NotAllowed(_("Monthly reports are made and sent by managers."))
    row = MonthlyReport.objects.select_for_update(of=("self",)).select_related("contract", "organization").get(pk=report.pk)
    if not row.is_current:
        raise Superseded(_("A newer revision stands in its place; send that one."))
    if row.sendings != sendings:
        return 0
    row.sendings, row.sent_at = sendings + 1, at
    row.save(update_fields=["sendings", "sent_at"])
    return post([_draft(row, person) for person in selectors.recipients(row)], at=at)


def _draft(row: MonthlyReport, person: User) -> Draft:
    context = {
        "report": row.pk,
        "month": f"{row.month:%Y-%m}",
        "customer": row.organization.name,
        "contract": f"{row.contract.number} {row.contract.name}",
        "decided": row.kept + row.missed,
        "kept": row.kept,
        "missed": row.missed,
        "revision": row.revision,
        "reason": row.reason,
        "for_customer": person.is_customer,
    }
    return Draft(kind=KIND, recipient=person, context=context, key=f"report:{row.pk}:{row.sendings}", link=row.get_absolute_url())
