"""How a ticket reads."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.reverse import reverse

from sla import selectors as promises
from sla.models import ClockState
from tickets import words
from tickets.models import Attachment, Channel, Event, Kind, Status, Tier, WaitOwner

if TYPE_CHECKING:
    from datetime import datetime

    from tickets import selectors


def moment(at: datetime | None) -> str | None:
    """Write an instant (the database answers in UTC) in whole seconds."""
    return None if at is None else f"{at.isoformat()[:19]}Z"


class ClockOutput(serializers.Serializer[Any]):
    """A promise and how it stands; durations in seconds of the promise's own calendar, negative when late."""

    id = serializers.IntegerField()
    promise = serializers.CharField(help_text="The promise's code in the service plan.")
    measure = serializers.CharField(help_text="What is promised; several promises may speak of the same.")
    name = serializers.CharField(help_text="In the language asked for.")
    state = serializers.ChoiceField(choices=ClockState.values)
    cycle = serializers.IntegerField(help_text="Counts up when a closed ticket is opened again.")
    is_strictest = serializers.BooleanField(help_text="Whether it is the one to keep among those of the same measure.")
    started_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Null while it is pending, paused or void.")
    target_seconds = serializers.IntegerField(allow_null=True)
    remaining_seconds = serializers.IntegerField(allow_null=True, help_text="While paused, the rest that stands still; negative when late.")
    gross_seconds = serializers.IntegerField(allow_null=True, help_text="Time used in all, with no pause taken out.")
    net_seconds = serializers.IntegerField(
        allow_null=True, help_text="Time used as both sides agree: without pauses nobody disputes, and those that stand after an objection."
    )
    disputed_seconds = serializers.IntegerField(
        help_text="Time in pauses that are under an objection, or were withdrawn after the clock had ended."
    )
    is_kept_by_dispute = serializers.BooleanField(help_text="Whether it was kept only thanks to such a pause.")
    met_at = serializers.DateTimeField(allow_null=True, help_text="When it was kept; null for one that was missed.")
    missed_at = serializers.DateTimeField(allow_null=True, help_text="The due time that passed.")
    stopped_at = serializers.DateTimeField(allow_null=True, help_text="When what was promised was delivered, in time or late.")
    paused_at = serializers.DateTimeField(allow_null=True)
    clause = serializers.CharField(help_text="Where the plan promises it.")

    def to_representation(self, instance: selectors.ClockView) -> dict[str, Any]:
        """Write the clock (by hand: lists hold hundreds of them)."""
        return {
            "id": instance.id,
            "promise": instance.promise,
            "measure": instance.measure,
            "name": instance.name,
            "state": instance.state,
            "cycle": instance.cycle,
            "is_strictest": instance.is_strictest,
            "started_at": moment(instance.started_at),
            "due_at": moment(instance.due_at),
            "target_seconds": instance.target_seconds,
            "remaining_seconds": instance.remaining_seconds,
            "gross_seconds": instance.gross_seconds,
            "net_seconds": instance.net_seconds,
            "disputed_seconds": instance.disputed_seconds,
            "is_kept_by_dispute": instance.is_kept_by_dispute,
            "met_at": moment(instance.met_at) if instance.state == "met" else None,
            "missed_at": moment(instance.missed_at),
            "stopped_at": moment(instance.met_at),
            "paused_at": moment(instance.paused_at),
            "clause": instance.clause,
        }


class ContactOutput(serializers.Serializer[Any]):
    """Whom to talk to."""

    name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()


class TicketOutput(serializers.Serializer[Any]):
    """A ticket with its clocks. Organization, site, equipment, assignee, office and team are ids; their names stand beside them."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.values)
    severity = serializers.IntegerField(min_value=1, max_value=4)
    status = serializers.ChoiceField(choices=Status.values)
    subject = serializers.CharField()
    description = serializers.CharField()
    organization = serializers.IntegerField()
    organization_name = serializers.CharField()
    site = serializers.IntegerField()
    site_name = serializers.CharField()
    equipment = serializers.IntegerField(allow_null=True)
    equipment_name = serializers.CharField(allow_null=True)
    assignee = serializers.IntegerField(allow_null=True)
    assignee_name = serializers.CharField(allow_null=True)
    contract = serializers.CharField(allow_null=True)
    in_warranty = serializers.BooleanField()
    is_free = serializers.BooleanField()
    channel = serializers.ChoiceField(choices=Channel.values)
    external_id = serializers.CharField(allow_blank=True)
    contact = ContactOutput()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    office = serializers.IntegerField(help_text="Who handles it.")
    office_name = serializers.CharField(allow_null=True)
    team = serializers.IntegerField(allow_null=True, help_text="Null for customers.")
    team_name = serializers.CharField(allow_null=True)
    tier = serializers.ChoiceField(choices=Tier.values, allow_null=True, help_text="The tier of support; null for customers.")
    wait_owner = serializers.ChoiceField(choices=["", *WaitOwner.values], help_text="In whose hands it waits; empty: it does not.")
    wait_cause = serializers.CharField(help_text="What it waits for, in words.")
    wait_until = serializers.DateTimeField(allow_null=True, help_text="When the wait ends by itself.")
    resolution = serializers.CharField(help_text="The solution, as the customer was told.")
    clocks = ClockOutput(many=True)

    def __init__(self, *args: Any, for_staff: bool = False, **given: Any) -> None:
        super().__init__(*args, **given)
        self.for_staff = for_staff
        """Whether what only our own pages show is told."""

    def to_representation(self, instance: selectors.TicketRow) -> dict[str, Any]:
        """Write the ticket (by hand: lists hold fifty of them)."""
        row = {**_ticket(instance.ticket), **_handling(instance, for_staff=self.for_staff)}
        row["clocks"] = [_CLOCK.to_representation(view) for view in instance.clocks]
        return row


_CLOCK = ClockOutput()


def _ticket(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "kind": row.kind,
        "severity": row.severity,
        "status": row.status,
        "subject": row.subject,
        "description": row.description,
        "organization": row.organization_id,
        "organization_name": row.organization__name,
        "site": row.site_id,
        "site_name": row.site__name,
        "equipment": row.equipment_id,
        "equipment_name": row.equipment__name,
        "assignee": row.assignee_id,
        "assignee_name": row.assignee__name,
        "contract": row.contract__number,
        "in_warranty": row.in_warranty,
        "is_free": row.is_free,
        "channel": row.channel,
        "external_id": row.external_id,
        "contact": {"name": row.contact_name, "phone": row.contact_phone, "email": row.contact_email},
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "resolved_at": moment(row.resolved_at),
        "closed_at": moment(row.closed_at),
    }


def _handling(shown: selectors.TicketRow, *, for_staff: bool) -> dict[str, Any]:
    """Answer who handles it, what it waits for and how it was solved: as the pages of either side show it."""
    row = shown.ticket
    plan = promises.engine_plan(shown.plan_version) if row.wait_code and shown.plan_version is not None else None
    return {
        "office": row.office_id,
        "office_name": shown.office,
        "team": row.team_id if for_staff else None,
        "team_name": shown.team if for_staff else None,
        "tier": row.tier if for_staff else None,
        "wait_owner": row.wait_owner,
        "wait_cause": words.waits_for(plan, row.wait_code, row.wait_cause),
        "wait_until": moment(row.wait_until),
        "resolution": row.resolution,
    }


class AttachmentOutput(serializers.Serializer[Attachment]):
    """A file of the record."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    content_type = serializers.CharField()
    sha256 = serializers.CharField()
    uploaded_at = serializers.DateTimeField(default_timezone=UTC)
    url = serializers.SerializerMethodField()

    def get_url(self, file: Attachment) -> str:
        """Answer where to fetch it, with the same token."""
        return reverse("ticket-file", args=[file.ticket_id, file.pk], request=self.context.get("request"))


class EventOutput(serializers.Serializer[Event]):
    """A line of the record."""

    seq = serializers.IntegerField()
    type = serializers.ChoiceField(choices=Event.Type.values)
    at = serializers.DateTimeField(default_timezone=UTC)
    actor = serializers.SerializerMethodField()
    mine = serializers.SerializerMethodField(help_text="Whether the account that asks wrote it: a program need not take back what it sent.")
    is_public = serializers.BooleanField()
    text = serializers.CharField()
    facts = serializers.JSONField()
    attachments = AttachmentOutput(many=True)

    def get_actor(self, event: Event) -> str | None:
        """Answer the name of who did it; nobody for the system."""
        return event.actor.name if event.actor else None

    def get_mine(self, event: Event) -> bool:
        """Tell whether it is the caller's own."""
        request = self.context.get("request")
        return request is not None and event.actor_id is not None and event.actor_id == request.user.pk
