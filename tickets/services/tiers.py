"""The three tiers of support (P3: on-site engineer, technical expert, vendor): a ticket is handed up with what was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from tickets.errors import MoveNotAllowed
from tickets.models import Event, Tier
from tickets.services import telling
from tickets.services.assigning import check_person
from tickets.services.directory import Directory
from tickets.services.moves import said
from tickets.services.record import locked, move

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from accounts.models import User
    from tickets.models import Ticket

ORDER = (Tier.ENGINEER, Tier.EXPERT, Tier.VENDOR)
HIGHER = (Tier.EXPERT, Tier.VENDOR)


@transaction.atomic
def raise_tier(ticket: Ticket, *, actor: User | None, at: datetime, tier: str, text: str, person: User | None = None) -> Ticket:
    """Hand the ticket to an expert or the vendor: what was tried and what is asked, among us.

    Whoever has it keeps it until it is taken over. The expert named is told, or the leads of the team and office where none is;
    the plan's hand-over clocks start.
    """
    note = said(text, "text", _("Write what was tried and what is asked."))
    row = locked(ticket)
    if tier not in HIGHER:
        raise Invalid(_("Choose the technical expert or the vendor."), field="tier", code="invalid_choice")
    if ORDER.index(Tier(tier)) <= ORDER.index(Tier(row.tier)):
        raise MoveNotAllowed(_("It is with this tier already, or with a higher one."), code="same_tier")
    if person is not None:
        check_person(row, person)
    before = row.tier
    facts = {"tier": tier, "before": before, "person": person.name if person else ""}
    row, event = move(row, "raise-tier", actor=actor, at=at, text=note, facts=facts, public=False, tier=tier, raised_at=at)
    people = [person] if person else Directory.load(at, [row]).people_of(["team_lead", "office_lead"], row)
    telling.raised(row, event, people, actor=actor, at=at)
    return row


@transaction.atomic
def take_over(ticket: Ticket, *, actor: User | None, at: datetime, text: str = "", reference: str = "") -> Ticket:
    """The expert who says so has the ticket from now on; of the vendor one of us says under which number they took it up."""
    row = locked(ticket)
    if row.raised_at is None:
        raise MoveNotAllowed(_("Nothing waits to be taken over here."), code="not_raised")
    columns: dict[str, Any] = {"raised_at": None}
    if row.tier == Tier.VENDOR:
        reference = said(reference, "reference", _("Write under which number the vendor took it up."))[:80]
    elif actor is not None:
        check_person(row, actor)
        if row.events.filter(type=Event.Type.TIER_RAISED).order_by("-seq").values_list("actor", flat=True).first() == actor.pk:
            raise MoveNotAllowed(_("You handed it up yourself; an expert takes it over from you."), code="same_person")
        columns["assignee"] = actor
    facts = {"tier": row.tier, "reference": reference}
    words = f"{reference} {text}".strip() if reference else text.strip()
    return move(row, "take-over", actor=actor, at=at, text=words, facts=facts, public=False, **columns)[0]
