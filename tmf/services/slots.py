"""Free times: what a caller asks about is answered by what the dispatch board proposes, and kept for a day."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import NotAllowed
from tmf.appointments.shapes import SEARCH_SAID
from tmf.documents import moment
from tmf.errors import BadDocument
from tmf.models import SlotSearch
from tmf.services.about import check_place, named_visit, ticket_of, windows_of
from visits import selectors as visits
from visits.models import Status, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket
    from visits.selectors import Opening

KEPT, FORGOTTEN = timedelta(days=1), 500
"""How long a search is kept, and how many are removed at a time."""
MOST_WINDOWS, MOST_KEPT = 50, 100
"""Times that one search may ask about, and searches kept of one account."""
AHEAD = timedelta(days=14)


@transaction.atomic
def search(document: Mapping[str, Any], *, actor: User, at: datetime) -> SlotSearch:
    """Find when somebody could come for a ticket, or for a visit that is to be moved. Raises BadDocument, PlaceUnknown, NotAllowed."""
    if not actor.is_provider:
        raise NotAllowed(_("Visits are planned by us. Ask for on-site work on the ticket."))
    asked = document.get("requestedTimeSlot") or []
    if len(asked) > MOST_WINDOWS:
        raise BadDocument(_("At most %(limit)s times at once.") % {"limit": MOST_WINDOWS}, field="requestedTimeSlot")
    entities = document.get("relatedEntity") or ()
    visit = named_visit(entities, actor)
    ticket = visit.ticket if visit is not None else ticket_of(entities, actor)
    thing: Visit | Ticket | None = visit or ticket
    assert thing is not None
    check_place(document.get("relatedPlace"), thing.site)
    windows = windows_of(asked, at) if asked else [(at, at + AHEAD)]
    reason = _refused(thing, windows, at)
    found = [] if reason else [_kept(each) for each in visits.openings(thing, windows, at) if _meant(each, document)]
    words = {name: value for name, value in document.items() if name in SEARCH_SAID and value is not None}
    row = SlotSearch.objects.create(
        account=actor,
        ticket=ticket,
        is_done=not reason,
        said=json.dumps(words),
        found=found,
        reason=reason or ("" if found else _("Nobody is free then.")),
        searched_at=at,
    )
    old = SlotSearch.objects.filter(account=actor).order_by("-id").values_list("pk", flat=True)[MOST_KEPT : MOST_KEPT + FORGOTTEN]
    SlotSearch.objects.filter(pk__in=list(old)).delete()
    return row


def _refused(thing: Visit | Ticket, windows: list[tuple[datetime, datetime]], at: datetime) -> str:
    """Answer why it cannot be searched, if it cannot."""
    if isinstance(thing, Visit) and thing.status != Status.PLANNED:
        return _("This appointment is not moved any more.")
    if not isinstance(thing, Visit) and not thing.is_open:
        return _("The ticket is not open any more.")
    if not windows:
        return _("This time is past.")
    if all(start >= at + AHEAD for start, _end in windows):
        return _("Free times are known for the next two weeks.")
    return ""


def _meant(found: Opening, document: Mapping[str, Any]) -> bool:
    """Whether somebody is who was asked for, where somebody was."""
    party = document.get("relatedParty") or {}
    return str(party.get("role") or "").casefold() != "engineer" or str(party["id"]) == str(found.lead)


def _kept(found: Opening) -> dict[str, Any]:
    return {
        "starts_at": moment(found.starts_at),
        "ends_at": moment(found.ends_at),
        "lead": found.lead,
        "name": found.name,
        "reasons": found.reasons,
        "agreed": found.agreed,
    }


def forget_search(search: SlotSearch) -> None:
    """Remove a search, as who made it wishes."""
    search.delete()


@transaction.atomic
def forget_next_searches(at: datetime) -> int:
    """Remove a batch of searches that were made long ago."""
    keys = list(SlotSearch.objects.filter(searched_at__lt=at - KEPT).order_by("searched_at").values_list("pk", flat=True)[:FORGOTTEN])
    SlotSearch.objects.filter(pk__in=keys).delete()
    return len(keys)
