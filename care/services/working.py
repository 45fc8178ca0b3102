"""Taking a call, so that two people never call the same customer at once; what is typed meanwhile; handing over, calling off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from care import selectors
from care.errors import CallEnded, Claimed, NotClaimed, Served
from care.models import Call, Status
from care.services import owing
from core.errors import Invalid, NotAllowed
from core.record import save_by
from tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User

LONGEST_DRAFT = 40_000
"""Characters; a script with all its words is far shorter."""


def locked(call: Call) -> Call:
    """Answer the call's row, locked, with what is needed to go on with it."""
    rows = Call.objects.select_for_update(of=("self",))
    return rows.select_related("organization", "site__region", "contract__plan", "ticket", "visit", "event", "office", "script").get(
        pk=call.pk
    )


def open_row(call: Call) -> Call:
    """Answer the locked row of a call that is still to be made; refuse one that is over."""
    row = locked(call)
    if row.status != Status.WAITING:
        raise CallEnded(_("%(number)s is “%(status)s” already.") % {"number": row.number, "status": row.get_status_display()})
    return row


def held_row(call: Call, actor: User | None) -> Call:
    """Answer the locked row of a call that the person has taken; nobody (the system) needs not take one."""
    if call.ticket_id is not None:  # the ticket before its calls, as whoever moves the ticket locks them: nobody waits in a circle
        list(Ticket.objects.select_for_update(of=("self",)).filter(pk=call.ticket_id).values_list("pk"))
    row = open_row(call)
    if actor is not None and row.claimed_by_id != actor.pk:
        raise NotClaimed(_("Take the call first, so that nobody else calls the customer at the same time."))
    return row


def hold_customer(call: Call) -> None:
    """Lock all waiting calls of the call's customer, and itself, always in one order: whoever takes one at the same moment waits."""
    rows = Call.objects.select_for_update(of=("self",)).filter(Q(organization=call.organization_id, status=Status.WAITING) | Q(pk=call.pk))
    list(rows.order_by("pk"))


@transaction.atomic
def claim(call: Call, *, actor: User, at: datetime) -> Call:
    """Take a call: for a while nobody else calls this customer, about anything. Another call that was held is released."""
    # All calls of the customer under one lock: two people who take two of them at the same moment do it one after the other.
    hold_customer(call)
    row = open_row(call)
    if sentence := selectors.why_not(actor, row):
        raise Served(sentence)
    if other := selectors.busy_with(row, actor, at):
        raise Claimed(_("%(name)s is calling this customer right now.") % {"name": other.name})
    for held in Call.objects.filter(claimed_by=actor, status=Status.WAITING).exclude(pk=row.pk):
        _free(held)
    row.claimed_by, row.claimed_at = actor, at
    # Who has a call in hand for some minutes is not part of its history.
    Call.objects.filter(pk=row.pk).update(claimed_by=actor, claimed_at=at)
    return row


def _free(row: Call) -> None:
    row.claimed_by = row.claimed_at = None
    Call.objects.filter(pk=row.pk).update(claimed_by=None, claimed_at=None)


@transaction.atomic
def release(call: Call, *, actor: User, at: datetime) -> Call:
    """Put a call back onto the list; what was typed stays for whoever takes it next."""
    row = open_row(call)
    if row.claimed_by_id is not None and row.claimed_by_id != actor.pk and not actor.dispatches:
        raise NotAllowed(_("A dispatcher takes a call away from somebody else."))
    _free(row)
    return row


@transaction.atomic
def keep_draft(call: Call, *, actor: User, at: datetime, typed: Mapping[str, Any]) -> Call:
    """Keep what is typed, and the call taken for longer; not in the history, which begins with what was sent."""
    row = held_row(call, actor)
    draft = {str(name)[:80]: str(value) for name, value in typed.items()}
    if len(json.dumps(draft)) > LONGEST_DRAFT:
        raise Invalid(_("This is too long to be kept."), field="words")
    Call.objects.filter(pk=row.pk).update(draft=draft, claimed_at=at)
    row.draft, row.claimed_at = draft, at
    return row


@transaction.atomic
def hand_over(call: Call, *, actor: User, at: datetime, person: User) -> Call:
    """Have somebody else make the call; dispatchers decide that, and who it is planned for or has taken it."""
    row = open_row(call)
    if not (actor.dispatches or actor.pk in {row.person_id, row.claimed_by_id} or row.person_id is None):
        raise NotAllowed(_("A dispatcher, or who the call is planned for, hands it over."))
    if sentence := selectors.why_not(person, row):
        raise Invalid(_("%(name)s cannot make this call: %(why)s") % {"name": person.name, "why": sentence}, field="person")
    row.person = person
    row.claimed_by = row.claimed_at = None
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def drop(call: Call, *, actor: User, at: datetime, reason: str) -> Call:
    """Say that a call is not made: a manager decides that of one that is owed, a dispatcher of the rest; the reason stays in view."""
    row = open_row(call)
    if not reason.strip():
        raise Invalid(_("Say why the customer is not called."), field="reason", code="required")
    if row.owed_key and not actor.manages:
        raise NotAllowed(_("The plan promises this call. Only a manager decides that it is not made."))
    if not actor.dispatches:
        raise NotAllowed(_("A dispatcher or manager calls a call off."))
    return end_unmade(row, actor=actor, at=at, reason=reason.strip())


def end_unmade(row: Call, *, actor: User | None, at: datetime, reason: str) -> Call:
    """End a locked call that was not made, and what it was owed for."""
    row.status, row.ended_at, row.ended_by, row.ended_because = Status.DROPPED, at, actor, reason[:300]
    row.claimed_by = row.claimed_at = None
    row.draft = {}
    save_by(row, actor, at=at)
    owing.let_go(row, actor=actor, at=at, reason=reason)
    return row
