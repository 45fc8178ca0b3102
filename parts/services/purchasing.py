"""Parts bought from their makers: asked for, ordered, tracked, received; a ticket may wait for them (rule 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import Invalid
from core.record import save_by
from parts import selectors
from parts.errors import OrderNotNow
from parts.models import Depot, Purchase, StockLevel
from parts.services import telling
from parts.services.ledger import LARGEST, book, must_dispatch, must_serve, said
from parts.services.moving import arrivals
from parts.services.waiting import keep_waiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from parts.models import PartType
    from tickets.models import Ticket

Status = Purchase.Status


@transaction.atomic
def order(
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    depot: Depot,
    quantity: int = 1,
    ticket: Ticket | None = None,
    pauses: bool = False,
    is_urgent: bool = False,
    expected_at: datetime | None = None,
    carrier: str = "",
    tracking_number: str = "",
    reason: str = "",
) -> Purchase:
    """Order a part from its maker; with ``pauses`` the ticket's clocks stand still until it has come."""
    must_dispatch(actor)
    row = _new(part, depot, quantity, ticket, actor=actor, at=at)
    row.is_urgent, row.reason = is_urgent, reason.strip()
    return _order(row, actor, at, pauses=pauses, expected_at=expected_at, carrier=carrier, tracking_number=tracking_number)


def _new(part: PartType, depot: Depot, quantity: int, ticket: Ticket | None, *, actor: User | None, at: datetime) -> Purchase:
    if not 0 < quantity <= LARGEST:
        raise Invalid(_("Enter a whole number from 1 on."), field="quantity")
    return Purchase(part=part, depot=depot, quantity=quantity, ticket=ticket, created_at=at, created_by=actor)


def _order(
    row: Purchase, actor: User | None, at: datetime, *, pauses: bool, expected_at: datetime | None, carrier: str, tracking_number: str
) -> Purchase:
    if pauses and (row.ticket is None or expected_at is None):
        raise Invalid(_("A ticket can wait only for something that is expected at a known time."), field="expected_at")
    row.status, row.ordered_at, row.pauses, row.expected_at = Status.ORDERED, at, pauses, expected_at
    row.carrier, row.tracking_number = carrier.strip(), tracking_number.strip()
    save_by(row, actor, at=at)
    if pauses and row.ticket:
        keep_waiting(row.ticket, _why(row), actor=actor, at=at, must=True)
    return row


@transaction.atomic
def request(part: PartType, *, actor: User | None, at: datetime, ticket: Ticket, quantity: int = 1, reason: str) -> Purchase:
    """Ask that a part be bought in a hurry, since no depot has it; keeper and managers are told."""
    must_serve(actor)
    depot = _depot_of(ticket)
    row = _new(part, depot, quantity, ticket, actor=actor, at=at)
    row.status, row.is_urgent = Status.REQUESTED, True
    row.reason = said(reason, "reason", _("Write why it is urgent."))
    save_by(row, actor, at=at)
    telling.requested(row, at=at)
    return row


def _depot_of(ticket: Ticket) -> Depot:
    """Answer the depot of a ticket's region, else any of ours."""
    depots = Depot.objects.filter(is_active=True).order_by("code")
    depot = depots.filter(office=ticket.office).first() or depots.first()
    if depot is None:
        raise OrderNotNow(_("There is no depot yet; a manager sets one up."))
    return depot


@transaction.atomic
def place(
    purchase: Purchase,
    *,
    actor: User | None,
    at: datetime,
    pauses: bool = False,
    expected_at: datetime | None = None,
    carrier: str = "",
    tracking_number: str = "",
) -> Purchase:
    """Order what was asked for."""
    must_dispatch(actor)
    row = _locked(purchase)
    _must_be(row, Status.REQUESTED)
    return _order(row, actor, at, pauses=pauses, expected_at=expected_at, carrier=carrier, tracking_number=tracking_number)


@transaction.atomic
def track(
    purchase: Purchase,
    *,
    actor: User | None,
    at: datetime,
    expected_at: datetime | None,
    carrier: str = "",
    tracking_number: str = "",
    reason: str = "",
) -> Purchase:
    """Put down where it is and when it comes; a ticket that waits for it waits until then."""
    must_dispatch(actor)
    row = _locked(purchase)
    _must_be(row, Status.ORDERED)
    if row.pauses and expected_at is None:
        raise Invalid(_("A ticket can wait only for something that is expected at a known time."), field="expected_at")
    if row.pauses and expected_at != row.expected_at:
        reason = said(reason, "reason", _("Write why it comes at another time."))
    row.expected_at, row.carrier, row.tracking_number = expected_at, carrier.strip(), tracking_number.strip()
    save_by(row, actor, at=at)
    if row.pauses and row.ticket:
        keep_waiting(row.ticket, _why(row), actor=actor, at=at, reason=reason)
    return row


@transaction.atomic
def take_in(
    purchase: Purchase, *, actor: User | None, at: datetime, quantity: int, serial_numbers: Sequence[str] = (), note: str = ""
) -> Purchase:
    """Receive what has come of a purchase; when all has come, a ticket that waited for it goes on."""
    must_dispatch(actor)
    row = _locked(purchase)
    _must_be(row, Status.ORDERED)
    if not 0 < quantity <= row.outstanding:
        raise Invalid(_("%(left)s are still to come.") % {"left": row.outstanding}, field="quantity")
    book(arrivals(row.part, row.depot, quantity, serial_numbers, purchase=row, ticket=row.ticket, note=note.strip()), actor=actor, at=at)
    row.received += quantity
    if not row.outstanding:
        row.status, row.ended_at = Status.RECEIVED, at
    save_by(row, actor, at=at)
    telling.arrived(row, quantity, at=at)
    if row.pauses and row.ticket and row.status == Status.RECEIVED:
        keep_waiting(row.ticket, _why(row), actor=actor, at=at)
    return row


@transaction.atomic
def call_off(purchase: Purchase, *, actor: User | None, at: datetime, reason: str) -> Purchase:
    """Cancel what has not come; a ticket does not wait for it any more."""
    must_dispatch(actor)
    row = _locked(purchase)
    _must_be(row, Status.REQUESTED, Status.ORDERED)
    row.reason = said(reason, "reason", _("Write why it is called off."))
    row.status, row.ended_at = Status.CANCELLED, at
    save_by(row, actor, at=at)
    if row.pauses and row.ticket:
        keep_waiting(row.ticket, _why(row), actor=actor, at=at)
    return row


@transaction.atomic
def order_missing(levels: Sequence[StockLevel], *, actor: User | None, at: datetime) -> list[Purchase]:
    """Order, for each stock below its minimum, what brings it back; what is on its way counts."""
    must_dispatch(actor)
    # Locked, so that two presses at once order once.
    rows = StockLevel.objects.filter(pk__in=[level.pk for level in levels])
    locked = [row.pk for row in rows.select_for_update().order_by("pk")]
    wanted = [row for row in selectors.missing(rows.filter(pk__in=locked)) if row.to_order]
    reason = _("back to the minimum")
    return [order(row.level.part, actor=actor, at=at, depot=row.level.depot, quantity=row.to_order, reason=reason) for row in wanted]


def _locked(purchase: Purchase) -> Purchase:
    rows = Purchase.objects.select_for_update(of=("self",))
    return rows.select_related("part", "depot__office", "depot__keeper", "ticket__assignee", "created_by").get(pk=purchase.pk)


def _must_be(row: Purchase, *states: str) -> None:
    if row.status not in states:
        raise OrderNotNow(
            _("This is not possible: purchase %(number)s is “%(state)s”.") % {"number": row.number, "state": row.get_status_display()}
        )


def _why(row: Purchase) -> str:
    """Say what shows that the part is on its way."""
    sent = " ".join(filter(None, (row.carrier, row.tracking_number)))
    day = f"{timezone.localtime(row.expected_at):%Y-%m-%d %H:%M}" if row.expected_at else ""
    with override(settings.LANGUAGE_CODE):  # one record, many readers: the service desk's own language
        facts = {"number": row.number, "part": row.part, "sent": sent or _("not on its way yet"), "day": day}
        return _("Purchase %(number)s: %(part)s, %(sent)s, expected %(day)s") % facts
