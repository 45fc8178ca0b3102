# ruff: noqa: E501 - a table of columns
"""What an export holds of tickets, visits, inspections and calls beyond what reads back: links, pictures, mail, quotations, tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from care.models import Attempt, CallItem
from care.selectors import calls_for
from catalogue.models import Quotation, QuotationLine
from catalogue.selectors import items_for, requests_for
from documents.models import Signature
from documents.selectors import documents_for
from entitlements.models import Charge
from entitlements.models import QuotationLine as RenewalLine
from entitlements.selectors import quotations_for
from inspections import selectors as inspections
from inspections.models import CarriedFinding, InspectionEvent
from mailroom.selectors import mails_for
from tickets.models import Ticket, TicketLink
from transfer.selectors.kind import Kind, same, staff_only, tickets_of
from visits import selectors as visits
from visits.models import VisitEvent

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Organization


def _links(user: User, one: Organization) -> QuerySet[Any]:
    known = tickets_of(user, one).values("pk")
    return TicketLink.objects.filter(source__in=known, target__in=known)


def _tags(user: User, one: Organization) -> QuerySet[Any]:
    return Ticket.tags.through.objects.filter(ticket__in=tickets_of(user, one).values("pk"))


def _visits(user: User, one: Organization) -> QuerySet[Any]:
    return visits.visits_for(user).filter(organization=one)


def _inspections(user: User, one: Organization) -> QuerySet[Any]:
    return inspections.inspections_for(user).filter(organization=one)


def _calls(user: User, one: Organization) -> QuerySet[Any]:
    return calls_for(user).filter(organization=one)


def _quotations(user: User, one: Organization) -> QuerySet[Any]:
    return Quotation.objects.filter(request__in=requests_for(user).filter(ticket__organization=one).values("pk"))


def _renewals(user: User, one: Organization) -> QuerySet[Any]:
    return quotations_for(user).filter(organization=one)


PHOTO = same("id", "taken_at", "size", "sha256", "content_type")
WORK: tuple[Kind, ...] = (
    Kind("ticket_links", _links, {**same("id", "kind", "created_at"), "source": "source_id", "target": "target_id"}),
    Kind("ticket_tags", staff_only(_tags), {"ticket": "ticket_id", "tag": "tag__name"}),
    Kind(
        "mails", lambda user, one: mails_for(user).filter(ticket__in=tickets_of(user, one).values("pk")),
        {**same("id", "message_id", "sender", "sender_name", "subject", "text", "came_at", "size", "state"), "ticket": "ticket_id"},
        folder="mails", file="raw",
    ),
    Kind(
        "quotations", _quotations,
        {**same("id", "number", "plan", "hours", "valid_until", "total", "status", "written_at", "answered_at", "answer_name", "answer_text"),
         "request": "request_id", "ticket": "request__ticket_id", "document": "document_id"},
        ours={"written_by": "written_by__name"},
    ),
    Kind(
        "quotation_lines", lambda user, one: QuotationLine.objects.filter(quotation__in=_quotations(user, one).values("pk")),
        {**same("id", "position", "text", "quantity", "unit", "price"), "quotation": "quotation_id"},
    ),
    Kind(
        "renewal_quotations", _renewals,
        {**same("id", "status", "asked_at", "wish", "kind", "scope", "starts_on", "ends_on", "amount", "valid_until", "quoted_at",
                "answered_at", "answered_name", "how", "reason"), "term": "term_id", "renewal": "renewal_id", "document": "document_id"},
        ours=same("is_automatic"),
    ),
    Kind(
        "renewal_quotation_lines", lambda user, one: RenewalLine.objects.filter(quotation__in=_renewals(user, one).values("pk")),
        {**same("id", "text", "amount"), "quotation": "quotation_id"},
    ),
    Kind(
        "visit_charges", lambda user, one: Charge.objects.filter(visit__in=_visits(user, one).values("pk")),
        {**same("id", "state", "rule", "until", "about", "decided_at", "name", "how", "reason", "answered_at"), "visit": "visit_id"},
    ),
    Kind(
        "visit_events", staff_only(lambda user, one: VisitEvent.objects.filter(visit__in=_visits(user, one).values("pk"))),
        {**same("id", "seq", "at", "type", "text", "facts", "hash"), "visit": "visit_id", "by": "actor__name"},
    ),
    Kind(
        "visit_photos", lambda user, one: visits.photos_for(user).filter(visit__organization=one),
        {**PHOTO, "caption": "caption", "visit": "visit_id", "by": "taken_by__name"}, folder="photos/visits", file="file",
    ),
    Kind(
        "inspection_plans", lambda user, one: inspections.plans_for(user).filter(site__organization=one),
        {**same("id", "every", "window_from", "window_to", "starts_on", "is_active"), "contract": "contract__number", "site": "site_id",
         "template": "template__code", "engineer": "engineer__name"},
    ),
    Kind(
        "inspection_events", staff_only(lambda user, one: InspectionEvent.objects.filter(inspection__in=_inspections(user, one).values("pk"))),
        {**same("id", "seq", "at", "type", "text", "facts", "hash"), "inspection": "inspection_id", "by": "actor__name"},
    ),
    Kind(
        "inspection_photos", lambda user, one: inspections.photos_for(user).filter(result__inspection__organization=one),
        {**PHOTO, "result": "result_id", "inspection": "result__inspection_id", "by": "taken_by__name"}, folder="photos/inspections", file="file",
    ),
    Kind(
        "carried_findings", lambda user, one: CarriedFinding.objects.filter(inspection__in=_inspections(user, one).values("pk")),
        {**same("id", "verdict", "note", "recorded_at"), "inspection": "inspection_id", "finding": "finding_id"},
    ),
    Kind(
        "call_attempts", staff_only(lambda user, one: Attempt.objects.filter(call__in=_calls(user, one).values("pk"))),
        {**same("id", "number", "at", "result", "phone", "words"), "call": "call_id", "by": "by__name"},
    ),
    Kind(
        "call_items", lambda user, one: CallItem.objects.filter(call__in=_calls(user, one).values("pk")),
        {**same("id", "period", "state", "level", "words", "asked_at"), "call": "call_id", "equipment": "equipment_id",
         "contract": "contract__number"},
    ),
    Kind(
        "campaign_items", lambda user, one: items_for(user).filter(organization=one),
        {**same("id", "version_before", "version_after", "state", "risk", "told_at", "answered_at", "answer_text", "wanted_on", "planned_on",
                "done_at", "verified_at"), "equipment": "equipment_id", "ticket": "ticket_id", "contract": "contract__number",
         "maker": "campaign__release__maker", "product": "campaign__release__product", "version": "campaign__release__version"},
        ours={"assessed_at": "assessed_at", "reminded": "reminded"},
    ),
    Kind(
        "signatures", lambda user, one: Signature.objects.filter(document__in=documents_for(user).filter(organization=one).values("pk")),
        {**same("id", "name", "refusal", "at"), "document": "document_id"},
    ),
)  # fmt: skip
