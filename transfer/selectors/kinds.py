# ruff: noqa: E501 - a table of columns
"""What an export holds: for each kind which rows a person may see of an organization, and which columns of them.

Rows come from the selectors of the pages, so that a file never holds more than its asker could have read one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from care.selectors import calls_for
from catalogue.selectors import requests_for
from customers import selectors as customers
from customers.models import Contract, Equipment, Membership, Site
from documents.selectors import documents_for
from entitlements.selectors import remedies_for
from inspections.models import InspectionResult
from inspections.selectors import findings_for, inspections_for
from integrations.kinds import INTERNAL
from loops.models import Opinion, Round
from loops.selectors import loops_for
from obligations.selectors import obligations_for
from parts.selectors import movements_for
from reports.selectors import reports_for
from sla.models import Clock, Escalation
from surveys.models import SurveyAnswer, SurveyValue
from surveys.selectors import answers_for, surveys_for
from tickets import selectors as tickets
from tickets.models import Event
from training.selectors import sessions_for
from transfer.selectors.agreements import AGREEMENTS
from transfer.selectors.kind import Kind, same, tickets_of
from transfer.selectors.work import WORK
from visits.selectors import visits_for

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Organization


def _events(user: User, organization: Organization) -> QuerySet[Any]:
    rows = Event.objects.filter(ticket__in=tickets_of(user, organization).values("pk"))
    return rows if user.is_provider else rows.filter(is_public=True).exclude(type__in=sorted(INTERNAL))


def _comments(user: User, organization: Organization) -> QuerySet[Any]:
    said = (Event.Type.CONTACTED, Event.Type.REPLIED, Event.Type.NOTED)
    return _events(user, organization).filter(type__in=said).exclude(text="")


def _clocks(user: User, organization: Organization) -> QuerySet[Any]:
    return Clock.objects.filter(commitment__ticket__in=tickets_of(user, organization).values("pk"))


def _escalations(user: User, organization: Organization) -> QuerySet[Any]:
    rows = Escalation.objects.filter(clock__commitment__ticket__in=tickets_of(user, organization).values("pk"))
    return rows if user.is_provider else rows.none()


def _answers(user: User, organization: Organization) -> QuerySet[SurveyAnswer]:
    return answers_for(user).filter(organization=organization)


def _findings(user: User, organization: Organization) -> QuerySet[Any]:
    return findings_for(user).filter(organization=organization)


def _results(user: User, organization: Organization) -> QuerySet[Any]:
    return InspectionResult.objects.filter(inspection__in=_inspections(user, organization).values("pk"))


def _inspections(user: User, organization: Organization) -> QuerySet[Any]:
    return inspections_for(user).filter(organization=organization)


def _loops(user: User, organization: Organization) -> QuerySet[Any]:
    return loops_for(user).filter(ticket__organization=organization)


def _rounds(user: User, organization: Organization) -> QuerySet[Any]:
    return Round.objects.filter(loop__in=_loops(user, organization).values("pk"))


def _opinions(user: User, organization: Organization) -> QuerySet[Any]:
    rows = Opinion.objects.filter(round__loop__in=_loops(user, organization).values("pk"))
    return rows if user.is_provider else rows.none()


def _sites(user: User, organization: Organization) -> QuerySet[Site]:
    return customers.sites_for(user).filter(organization=organization)


def _equipment(user: User, organization: Organization) -> QuerySet[Equipment]:
    return customers.equipment_for(user).filter(site__organization=organization)


def _contracts(user: User, organization: Organization) -> QuerySet[Contract]:
    return customers.contracts_for(user).filter(organization=organization)


def _people(_user: User, organization: Organization) -> QuerySet[Membership]:
    return Membership.objects.filter(organization=organization)


WHO = {"author": "actor__email", "author_name": "actor__name"}
FIRST: tuple[Kind, ...] = (
    Kind("organizations", lambda user, one: customers.organizations_for(user).filter(pk=one.pk), same("id", "code", "name", "short_name", "is_active")),
    Kind(
        "sites", _sites,
        {**same("id", "name", "address", "contact_name", "contact_phone"), "organization": "organization_id", "region": "region__code"},
    ),
    Kind(
        "people", _people,
        {"id": "user_id", "email": "user__email", "name": "user__name", "phone": "user__phone", "role": "user__role",
         "is_active": "user__is_active", "organization": "organization_id"},
        lists={"sites": ("membership__user_id", "site_id", "sites")},
    ),
    Kind(
        "equipment", _equipment,
        {**same("id", "name", "kind", "maker", "model", "serial_number", "accepted_on", "maker_warranty_until", "is_active"),
         "site": "site_id", "organization": "site__organization_id"},
    ),
    Kind(
        "contracts", _contracts,
        {**same("id", "number", "name", "accepted_on", "warranty_months", "free_service_months", "ends_on"),
         "plan": "plan__code", "organization": "organization_id"},
        lists={"equipment": ("contract_id", "equipment_id", "equipment")},
    ),
    Kind(
        "terms", lambda user, one: customers.terms_for(user).filter(organization=one),
        {**same("id", "kind", "scope", "component", "starts_on", "ends_on", "source", "origin", "withdrawn_at"),
         "contract": "contract__number", "equipment": "equipment_id"},
        ours=same("price", "withdrawn_because"),
    ),
    Kind(
        "tickets", tickets_of,
        {**same("id", "kind", "severity", "status", "subject", "description", "channel", "external_id", "contact_name", "contact_phone",
                 "contact_email", "resolution", "created_at", "resolved_at", "closed_at", "in_warranty", "is_free", "wait_cause",
                 "wait_owner"),
         "external_number": "number", "organization": "organization_id", "site": "site_id", "equipment": "equipment_id",
         "contract": "contract__number", "author": "reporter__email", "author_name": "reporter__name", "assignee_name": "assignee__name",
         "team": "team__code", "plan": "commitment__plan_version__plan__code", "plan_version": "commitment__plan_version__number"},
        ours={"assignee": "assignee__email", "is_confidential": "is_confidential", "head_hash": "head_hash", "event_count": "event_count"},
    ),
    Kind(
        "comments", _comments,
        {**same("id", "at", "text", "type", "facts"), "ticket": "ticket_id", "public": "is_public", "role": "actor__role", **WHO},
    ),
    Kind(
        "events", _events,
        {**same("id", "seq", "at", "type", "text", "facts", "hash"), "ticket": "ticket_id", "public": "is_public", **WHO},
    ),
    Kind(
        "attachments", lambda user, one: tickets.attachments_for(user).filter(ticket__organization=one),
        {**same("id", "name", "size", "content_type", "sha256", "uploaded_at"), "ticket": "ticket_id", "event": "event_id",
         "public": "is_public", "author": "uploaded_by__email", "author_name": "uploaded_by__name"},
    ),
    Kind(
        "clocks", _clocks,
        {**same("id", "cycle", "promise", "measure", "state", "is_strictest", "started_at", "due_at", "stopped_at", "missed_at",
                 "paused_at", "target_seconds", "remaining_seconds", "waited_seconds"), "ticket": "commitment__ticket__id"},
    ),
    Kind(
        "escalations", _escalations,
        {**same("id", "level", "rank", "due_at", "planned_at", "fired_at", "outcome", "acknowledged_at"),
         "ticket": "clock__commitment__ticket__id", "clock": "clock_id", "acknowledged_by": "acknowledged_by__name"},
    ),
    Kind(
        "visits", lambda user, one: visits_for(user).filter(organization=one),
        {**same("id", "purpose", "subject", "reason", "status", "starts_at", "ends_at", "departed_at", "arrived_at", "left_at", "work",
                 "parts", "result", "failure", "ended_because", "created_at"),
         "ticket": "ticket_id", "site": "site_id", "engineer": "lead__name"},
    ),
    Kind(
        "inspections", _inspections,
        {**same("id", "period", "planned_on", "due_from", "due_to", "status", "started_at", "finished_at", "late_at", "missed_at", "summary",
                 "advice", "changes", "signed_by_name", "signed_at", "refusal_reason"),
         "site": "site_id", "engineer": "engineer__name", "contract": "plan__contract__number"},
    ),
    Kind(
        "inspection_results", _results,
        {**same("id", "code", "kind", "text", "text_en", "unit", "low", "high", "outcome", "measured", "value", "note", "severity",
                 "recorded_at"), "inspection": "inspection_id", "equipment": "equipment_id", "ticket": "ticket_id"},
    ),
    Kind(
        "findings", _findings,
        {**same("id", "code", "text", "text_en", "advice", "severity", "times_found", "opened_at", "state", "closed_at", "closed_because"),
         "site": "site_id", "equipment": "equipment_id", "ticket": "ticket_id", "first_found": "first_found_id",
         "last_found": "last_found_id"},
    ),
    Kind(
        "surveys", lambda user, one: surveys_for(user).filter(organization=one, version__is_anonymous=False),
        {**same("id", "cause", "period", "about", "language", "created_at", "sent_at", "expires_at", "answered_at"),
         "template": "version__template__code", "ticket": "ticket_id", "visit": "visit_id", "site": "site_id", "recipient": "recipient__name"},
    ),
    Kind(
        "survey_answers", _answers,
        {**same("id", "cause", "period", "is_anonymous", "channel", "mean", "lowest", "is_low", "words", "answered_at"),
         "template": "version__template__code"},
    ),
    Kind(
        "survey_values", lambda user, one: SurveyValue.objects.filter(answer__in=_answers(user, one).values("pk")),
        {**same("id", "value", "words", "is_low"), "answer": "answer_id", "question": "question__code", "label": "question__label",
         "label_en": "question__label_en"},
    ),
    Kind(
        "calls", lambda user, one: calls_for(user).filter(organization=one),
        {**same("id", "kind", "subject", "status", "planned_on", "due_at", "ended_at", "outcome", "came_back", "satisfied", "words",
                 "spoke_with", "minutes"), "ticket": "ticket_id", "site": "site_id", "contract": "contract__number"},
        ours={**same("reason", "answers", "ended_because"), "by": "ended_by__name"},
    ),
    Kind(
        "complaints", _loops,
        {**same("id", "source", "stage", "rounds", "level", "satisfied_at", "ended_at", "created_at"), "ticket": "ticket_id"},
    ),
    Kind(
        "complaint_rounds", _rounds,
        {**same("id", "number", "opened_at", "why_again", "plan", "told_at", "told_how", "objection", "agreed_at", "agreed_name",
                 "agreed_how", "carried_out_at", "result", "close_requested_at", "verdict", "verified_at", "verified_how", "verdict_name",
                 "verdict_words"), "complaint": "loop_id"},
        ours=same("looked_into_at", "cause", "measure_kind", "measure", "treatment"),
    ),
    Kind(
        "complaint_opinions", _opinions,
        {**same("id", "question", "asked_at", "due_at", "answered_at", "text", "late_at"), "round": "round_id",
         "department": "department__name"},
    ),
    Kind(
        "service_requests", lambda user, one: requests_for(user).filter(ticket__organization=one),
        {**same("id", "values", "charge", "approval", "approved_at", "created_at"), "ticket": "ticket_id", "item": "item__code"},
    ),
    Kind(
        "remedies", lambda user, one: remedies_for(user).filter(ticket__organization=one),
        {**same("id", "kind", "what", "day", "basis", "price", "charged", "paid", "status", "approved_at", "agreed_at", "agreed_name",
                 "done_at"), "ticket": "ticket_id", "equipment": "equipment_id"},
        ours=same("why", "refused_because"),
    ),
    Kind(
        "parts", lambda user, one: movements_for(user).filter(ticket__in=tickets_of(user, one).values("pk")),
        {**same("id", "kind", "quantity", "serial_number", "at", "is_free", "free_until", "amount"), "part": "part__code",
         "part_name": "part__name", "ticket": "ticket_id", "equipment": "equipment_id"},
    ),
    Kind(
        "trainings", lambda user, one: sessions_for(user).filter(organization=one),
        {**same("id", "room", "starts_at", "ends_at", "status", "reason", "held_at"), "course": "course__code", "course_name": "course__name",
         "contract": "contract__number", "site": "site_id"},
    ),
    Kind(
        "obligations", lambda user, one: obligations_for(user).filter(organization=one),
        {**same("id", "kind", "code", "title", "title_en", "clause", "period", "opens_at", "due_at", "wanted", "got", "status", "ended_at",
                 "proof", "reason", "late_at"), "contract": "contract__number", "site": "site_id", "equipment": "equipment_id"},
    ),
    Kind(
        "reports", lambda user, one: reports_for(user).filter(organization=one),
        {**same("id", "month", "revision", "is_current", "figures", "kept", "missed", "made_at", "sent_at"), "contract": "contract__number",
         "document": "document_id"},
    ),
    Kind(
        "documents", lambda user, one: documents_for(user).filter(organization=one),
        {**same("id", "kind", "number", "version", "about", "status", "issued_at", "sealed_at", "content_hash"), "site": "site_id",
         "replaces": "replaces_id", "issued_by": "issued_by__name"},
    ),
)  # fmt: skip
ALL: tuple[Kind, ...] = (*FIRST, *WORK, *AGREEMENTS)
"""In the order of the files; the importer reads the first of them back (transfer/mappings/native.yaml)."""


def kinds_for(user: User) -> list[tuple[Kind, dict[str, str]]]:
    """Answer each kind with the columns that a person is given."""
    return [(kind, {**kind.columns, **(kind.ours if user.is_provider else {})}) for kind in ALL]
