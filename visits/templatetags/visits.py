"""How visits are shown, and which visits a ticket has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from visits import selectors
from visits.models import VisitEvent

if TYPE_CHECKING:
    from accounts.models import User
    from documents.models import Document
    from tickets.models import Ticket
    from visits.models import Visit

register = template.Library()

TYPE = VisitEvent.Type
LOOKS = {
    TYPE.PLANNED: ("calendar-event", "info"),
    TYPE.SCHEDULED: ("calendar-event", "info"),
    TYPE.TOLD: ("mail", "none"),
    TYPE.PLAN_PROPOSED: ("clipboard-list", "info"),
    TYPE.PLAN_APPROVED: ("thumb-up", "met"),
    TYPE.PLAN_REJECTED: ("thumb-down", "risk"),
    TYPE.PLAN_OVERRIDDEN: ("alert-triangle", "late"),
    TYPE.DEPARTED: ("car", "info"),
    TYPE.CHECKED_IN: ("map-pin", "info"),
    TYPE.REQUEST_SIGNED: ("signature", "met"),
    TYPE.REQUEST_REFUSED: ("signature", "risk"),
    TYPE.WORKED: ("tool", "info"),
    TYPE.PHOTO: ("camera", "none"),
    TYPE.CHECKED_OUT: ("walk", "info"),
    TYPE.CONFIRMED: ("signature", "met"),
    TYPE.NOT_CONFIRMED: ("signature", "risk"),
    TYPE.FAILED: ("x", "late"),
    TYPE.CANCELLED: ("ban", "none"),
    TYPE.NOTED: ("message", "none"),
}


@register.filter
def sign_of(event: VisitEvent) -> str:
    """Answer the icon of a line of the record."""
    return LOOKS[TYPE(event.type)][0]


@register.filter
def tone_of(event: VisitEvent) -> str:
    """Answer the tone of a line of the record."""
    return LOOKS[TYPE(event.type)][1]


@register.filter
def map_link(visit: Visit) -> str:
    """Answer an address that opens the phone's own map (RFC 5870)."""
    return "geo:0,0?" + urlencode({"q": " ".join(filter(None, (visit.site.address, visit.site.name)))})


@register.filter
def fact_lines(event: VisitEvent) -> list[tuple[str, str]]:
    """Answer the facts of a line that a person reads, with their labels."""
    facts = event.facts
    found = [
        (_("Risk"), facts.get("risk")),
        (_("Minutes"), facts.get("minutes")),
        (_("Said by"), _said_by(facts)),
        (_("Engineer"), facts.get("lead")),
        (_("Told"), ", ".join(facts.get("to", ()))),
        (_("Place"), _place(facts)),
        (_("Parts used"), facts.get("parts")),
        (_("Document"), facts.get("document")),
        (_("Photos"), len(facts.get("photos", ())) or ""),
    ]
    return [(str(label), str(value)) for label, value in found if value]


def _said_by(facts: dict[str, Any]) -> str:
    name = facts.get("name", "")
    return _("%(name)s, on the phone") % {"name": name} if facts.get("how") == "phone" else name


def _place(facts: dict[str, Any]) -> str:
    if "latitude" not in facts:
        return ""
    about = f" ±{facts['accuracy_m']} m" if "accuracy_m" in facts else ""
    return f"{facts['latitude']}, {facts['longitude']}{about}"


@register.simple_tag
def visits_of(ticket: Ticket, user: User) -> list[Visit]:
    """Answer the visits of a ticket: {% visits_of ticket user as visits %}."""
    return list(selectors.of_ticket(user, ticket))


@register.simple_tag
def papers_of(visits: list[Visit]) -> list[Document]:
    """Answer the papers of visits: {% papers_of visits as papers %}."""
    return selectors.papers_of(visits)


@register.simple_tag
def visit_words(user: User) -> dict[str, Any]:
    """Answer what the scripts of a visit's page say, and where they ask."""
    return {
        "person": user.pk,
        "token": reverse("visits:token"),
        "worker": reverse("visits:worker"),
        "waiting": _("Waiting to be sent (%(count)s)"),
        "photos": _("%(count)s photos"),
        "offline": _("No network. Nothing is lost: it is sent by itself as soon as there is network."),
        "loggedOut": _("You are logged out. What you pressed is kept; log in again and it is sent."),
        "edit": _("Correct"),
        "again": _("Send again"),
        "drop": _("Throw away"),
        "sure": _("Throw away what you typed?"),
        "open": _("Open the visit"),
    }
