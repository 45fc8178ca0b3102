"""The tray: cases of which nobody could tell what they are about, until somebody does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import Invalid, NotAllowed
from inbound import selectors
from inbound.errors import NotWaiting
from inbound.models import Case, Name
from inbound.services import cases
from inbound.services.receiving import locked

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Equipment, Site
    from tickets.models import Ticket


@transaction.atomic
def place(
    case: Case, *, site: Site | None = None, equipment: Equipment | None = None, remember: bool = False, actor: User, at: datetime
) -> Ticket:
    """Say what a case is about: its ticket is made. With ``remember`` the sender's name means that equipment from now on."""
    row = _waiting(case, actor)
    source, signal = row.source, cases.signal_of(row.draft)
    where = equipment.site if equipment is not None else site
    if where is None:
        raise Invalid(_("Choose the equipment, or the site."), field="equipment", code="required")
    if not selectors.sites_of(source).filter(pk=where.pk).exists():
        raise Invalid(_("This site is not one that the source can speak of."), field="equipment" if equipment else "site")
    with override(source.account.language or settings.LANGUAGE_CODE):
        signal = replace(signal, files=cases.files_that_wait(source, row))
        ticket = cases.report(source, row, signal, at, site=where, equipment=equipment)
        if not row.is_on and row.known:
            cases.over(source, row, at)
            ticket.refresh_from_db()
    cases.let_go(row)
    row.save()
    if remember and equipment is not None and signal.names:
        Name.objects.update_or_create(source=source, name=signal.names[0], defaults={"equipment": equipment})
    return ticket


@transaction.atomic
def dismiss(case: Case, *, actor: User, at: datetime) -> Case:
    """Make no ticket of it; if it ends and begins again it is a new question."""
    row = _waiting(case, actor)
    row.waits = False
    cases.let_go(row)
    row.save(update_fields=["waits", "arrival"])
    return row


def _waiting(case: Case, actor: User) -> Case:
    if not selectors.sources_for(actor).filter(pk=case.source_id).exists():
        raise NotAllowed(_("Sources are for managers and administrators."))
    source = locked(case.source_id)
    row = Case.objects.select_related("ticket", "arrival").get(pk=case.pk)
    if not row.waits:
        raise NotWaiting(_("This has been settled meanwhile."))
    row.source = source
    return row
