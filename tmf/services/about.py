"""What a document of TMF646 is about: which ticket, which place, who is to come and when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from tickets import selectors as tickets
from tmf import selectors
from tmf.appointments.documents import ENGINEER
from tmf.appointments.shapes import window_of
from tmf.errors import BadDocument, PlaceUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from customers.models import Site
    from tickets.models import Ticket
    from visits.engine import Span
    from visits.models import Visit

LONGEST_DAYS, AHEAD_DAYS = 14, 731
"""How long a visit may be planned for, and how far ahead."""
_TICKETS = frozenset({"troubleticket", "ticket"})
_APPOINTMENTS = frozenset({"appointment", "visit"})
_LONGEST_ID = 15
_HREF = re.compile(r"/troubleTicket/([^/?#]+)/?$")


def ticket_of(entities: Sequence[Mapping[str, Any]], actor: User) -> Ticket:
    """Answer the ticket that is named, by our number or by its address. Raises BadDocument where there is none that the caller sees."""
    found = named_ticket(entities, actor)
    if found is None:
        raise BadDocument(
            _("Name the trouble ticket in relatedEntity, by its number, with @referredType TroubleTicket."),
            field="relatedEntity",
            code="ticket_unknown",
        )
    return found


def named_ticket(entities: Sequence[Mapping[str, Any]], actor: User) -> Ticket | None:
    """Answer the ticket that is named, if one is. Raises BadDocument for one that the caller does not see."""
    for item in entities:
        if str(item.get("@referredType")).casefold() not in _TICKETS:
            continue
        known = tickets.tickets_for(actor).select_related("organization", "site__region", "office", "equipment__skill", "commitment")
        ticket = known.filter(number__in=list(_numbers(item))).first()
        if ticket is None:
            raise BadDocument(_("There is no such ticket."), field="relatedEntity", code="ticket_unknown")
        return ticket
    return None


def _numbers(item: Mapping[str, Any]) -> list[str]:
    words = [str(item.get(name) or "").replace("\0", "") for name in ("id", "href")]
    addresses = [found[1] for word in words if (found := _HREF.search(word))]
    return [*filter(None, words[:1]), *addresses]


def named_visit(entities: Sequence[Mapping[str, Any]], actor: User) -> Visit | None:
    """Answer the visit that is named, if one is. Raises BadDocument for one that the caller does not see."""
    for item in entities:
        if str(item.get("@referredType")).casefold() not in _APPOINTMENTS:
            continue
        rows = selectors.appointments(actor).select_related("ticket__commitment", "site__region", "skill", "organization")
        found = rows.filter(pk=selectors.key_of(str(item["id"])) or 0).first()
        if found is None:
            raise BadDocument(_("There is no such appointment."), field="relatedEntity", code="appointment_unknown")
        return found
    return None


def check_place(place: Mapping[str, Any] | None, site: Site) -> None:
    """Refuse a place that is not where the visit goes: nobody is to be sent elsewhere than the caller believes. Raises PlaceUnknown.

    A name is what people read, so it decides; an id alone is ours.
    """
    if place is None:
        return
    key, name = (str(place.get(word) or "").strip() for word in ("id", "name"))
    if name != site.name if name else key != str(site.pk):
        sentence = _("A visit goes to the site of its ticket: “%(site)s”, id %(id)s. Name that one, or none.")
        raise PlaceUnknown(sentence % {"site": site.name, "id": site.pk}, field="relatedPlace")


def lead_of(parties: Sequence[Mapping[str, Any]]) -> User | None:
    """Answer who is named as the engineer. Raises Invalid for one that is none of ours; the services say who may be sent by whom."""
    for party in parties:
        if str(party.get("role") or "").casefold() == ENGINEER:
            key = str(party["id"])
            known = key.isascii() and key.isdecimal() and len(key) <= _LONGEST_ID
            found = User.objects.filter(pk=int(key), is_active=True).first() if known else None
            if found is None or not found.is_provider:
                raise Invalid(_("There is no such engineer."), field="relatedParty", code="engineer_unknown")
            return found
    return None


def times_of(window: Mapping[str, Any], at: datetime) -> tuple[datetime, datetime]:
    """Answer from when until when a visit is wanted. Raises BadDocument, Invalid."""
    start, end = window_of(window)
    if start is None or end is None:
        raise BadDocument(_("Give both: from when until when."), field="validFor")
    if end <= start:
        raise Invalid(_("The visit ends after it begins."), field="validFor", code="ends_before")
    if (end - start).days >= LONGEST_DAYS or (start - at).days >= AHEAD_DAYS:
        raise Invalid(_("A visit is planned for two weeks at most, and two years ahead at most."), field="validFor", code="out_of_range")
    return start, end


def windows_of(slots: Sequence[Mapping[str, Any]], at: datetime) -> list[Span]:
    """Answer the times that are asked about, without what is over. Raises Invalid."""
    found = []
    for slot in slots:
        start, end = window_of(slot["validFor"])
        if start is None or end is None or end <= start:
            raise Invalid(_("The visit ends after it begins."), field="requestedTimeSlot", code="ends_before")
        if end > at:
            found.append((max(start, at), end))
    return found
