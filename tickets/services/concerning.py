"""Whom a complaint is about: they neither handle nor judge it, and read nothing of it while it is confidential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import save_by, sign
from notifications.services import withdraw
from tickets import workflow
from tickets.models import Concerned, Event, Ticket
from tickets.services import log

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from accounts.models import User


def check(people: Sequence[User], kind: str) -> None:
    """Refuse people who are not ours, and anybody at all where nobody complains."""
    if people and kind not in workflow.LOOPED:
        raise Invalid(_("Only a complaint or feedback names the people it is about."), field="concerned", code="no_complaint")
    for person in people:
        if not person.is_provider:
            raise Invalid(_("%(name)s does not work for us.") % {"name": person.name}, field="concerned", code="not_ours")


def enter(ticket: Ticket, people: Iterable[User], *, actor: User | None, at: datetime) -> list[Concerned]:
    """Enter those who are not entered yet; the caller has checked them and holds the ticket."""
    people = list(people)
    if not people:
        return []
    known = set(ticket.concerned.values_list("person_id", flat=True))
    rows = [Concerned(ticket=ticket, person=each, created_at=at, created_by=actor) for each in people if each.pk not in known]
    for row in rows:
        save_by(row, actor, at=at)
    return rows


def barred(tickets: Iterable[Ticket]) -> dict[int, set[int]]:
    """Answer for each of these tickets the ids of the people it is about; asks nothing where no ticket can have any."""
    keys = [ticket.pk for ticket in tickets if ticket.kind in workflow.LOOPED]
    found: dict[int, set[int]] = {}
    if keys:
        for ticket, person in Concerned.objects.filter(ticket__in=keys).values_list("ticket_id", "person_id"):
            found.setdefault(ticket, set()).add(person)
    return found


def is_barred(ticket: Ticket, person: User | None) -> bool:
    """Whether a complaint is about this person, who therefore has no hand in it."""
    return person is not None and person.is_provider and person.pk in barred([ticket]).get(ticket.pk, ())


def refuse(ticket: Ticket, person: User | None) -> None:
    """Refuse somebody whom the complaint is about."""
    if is_barred(ticket, person):
        raise NotAllowed(_("You are concerned by this complaint yourself; somebody else handles it."), code="concerned")


@transaction.atomic
def concern(ticket: Ticket, people: Sequence[User], *, actor: User | None, at: datetime, confidential: bool | None = None) -> Ticket:
    """Say whom a complaint is about, and whether they may not know of it; who was entered before and is not named is taken out.

    Whoever is entered no longer has the ticket in hand and watches it no more; what they were told of a confidential one is
    taken back. Raises Invalid for people who do not work for us.
    """
    row = Ticket.objects.select_for_update(of=("self",)).select_related("commitment").get(pk=ticket.pk)
    check(people, row.kind)
    keys = [person.pk for person in people]
    for gone in row.concerned.exclude(person__in=keys):
        sign(gone, actor, at)
        gone.delete()
    enter(row, people, actor=actor, at=at)
    row.is_confidential = row.is_confidential if confidential is None else confidential
    if row.assignee_id in keys:
        row.assignee = None
    row.watchers.remove(*people)
    facts = {"concerned": [person.name for person in people], "confidential": row.is_confidential}
    log.append(row, Event.Type.NOTED, actor=actor, at=at, facts=facts, public=False)
    save_by(row, actor, at=at)
    if row.is_confidential:
        withdraw(people, row.number)
    return row
