"""What bare Django and DRF do with the same rows: no rules, no record of who may, nothing settled.

The same middleware, authentication and throttle; one view reads 50 rows with their clocks, the other
writes the rows that a report writes.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from rest_framework.response import Response
from rest_framework.views import APIView

from core.time import now
from customers.models import Site
from notifications.models import Message
from sla.models import Clock, Commitment, PlanVersion
from tickets.models import Event, Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from rest_framework.request import Request

    from accounts.models import User

COLUMNS = (
    "id",
    "number",
    "kind",
    "severity",
    "status",
    "subject",
    "organization_id",
    "organization__name",
    "site_id",
    "site__name",
    "equipment_id",
    "equipment__name",
    "assignee_id",
    "assignee__name",
    "contract__number",
    "in_warranty",
    "is_free",
    "channel",
    "external_id",
    "contact_name",
    "contact_phone",
    "contact_email",
    "created_at",
    "updated_at",
    "resolved_at",
    "closed_at",
    "commitment_id",
)
CLOCK = (
    "commitment_id",
    "promise",
    "measure",
    "state",
    "cycle",
    "is_strictest",
    "started_at",
    "due_at",
    "target_seconds",
    "remaining_seconds",
    "stopped_at",
    "missed_at",
    "paused_at",
)


class Listing(APIView):
    """Read the newest 50 tickets and their clocks as plain values."""

    def get(self, request: Request) -> Response:
        """Answer them."""
        rows = list(Ticket.objects.order_by("-id").values(*COLUMNS)[:50])
        clocks: dict[int, list[dict[str, Any]]] = {}
        for clock in Clock.objects.filter(commitment_id__in=[row["commitment_id"] for row in rows]).values(*CLOCK):
            clocks.setdefault(clock["commitment_id"], []).append(clock)
        for row in rows:
            row["clocks"] = clocks.get(row["commitment_id"], [])
        return Response({"results": rows})


class Writing(APIView):
    """Write the rows of a report: commitment, three clocks, ticket, its history, an event, the messages."""

    def post(self, request: Request) -> Response:
        """Write, and answer the row."""
        at = now()
        with transaction.atomic():
            ticket = _write(cast("User", request.user), cast("dict[str, Any]", request.data), at)
        return Response({"id": ticket.pk, "number": ticket.number, "subject": ticket.subject}, status=201)


def _write(user: User, given: dict[str, Any], at: datetime) -> Ticket:
    version = PlanVersion.objects.only("pk").latest("pk")
    site = Site.objects.select_related("region").get(pk=given["site"])
    commitment = Commitment.objects.create(plan_version=version, calendars={}, situation={}, made_at=at)
    due = at + timedelta(hours=3)
    Clock.objects.bulk_create(
        Clock(commitment=commitment, promise=code, measure=code, state=state, started_at=at, due_at=due, target_seconds=3600)
        for code, state in (("response", "running"), ("diagnosis", "running"), ("onsite", "pending"))
    )
    ticket = Ticket(
        number=f"Y-{uuid.uuid4().hex[:18]}",
        kind="fault",
        severity=2,
        subject=given["subject"],
        channel="api",
        organization_id=site.organization_id,
        site=site,
        commitment=commitment,
        office_id=site.region.office_id,
        created_at=at,
        updated_at=at,
        event_count=1,
        search_text=given["subject"],
    )
    ticket.save()  # with its history row, as the model is
    Event.objects.create(ticket=ticket, seq=1, type="reported", at=at)
    Message.objects.bulk_create(
        Message(
            recipient=user,
            channel=channel,
            kind="ticket_reported",
            context={"subject": ticket.subject},
            created_at=at,
            dedupe_key=f"{ticket.number}/{place}",
            state=state,
            sent_at=sent,
        )
        for place, (channel, state, sent) in enumerate((*[("inbox", "sent", at)] * 3, ("email", "pending", None)))
    )
    return ticket
