"""What an export holds of what was agreed with a customer and how it was kept: targets, periods, downtimes, people, training, scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from customers import selectors as customers
from customers.models import AgreedTarget, ConfigurationChange, Downtime, Duty
from scoresheets.models import Agreement, Dispute, Line
from scoresheets.selectors import may_read, scores_for
from training.models import Move
from training.selectors import attendees_for, certificates_for, named_for, sessions_for
from transfer.selectors.kind import Kind, same

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Organization


def _equipment(user: User, one: Organization) -> QuerySet[Any]:
    return customers.equipment_for(user).filter(site__organization=one)


def _contracts(user: User, one: Organization) -> QuerySet[Any]:
    return customers.contracts_for(user).filter(organization=one)


def _periods(user: User, one: Organization) -> QuerySet[Any]:
    return customers.periods_for(user).filter(organizations=one)


def _targets(user: User, one: Organization) -> QuerySet[Any]:
    return AgreedTarget.objects.filter(Q(contract__in=_contracts(user, one).values("pk")) | Q(period__in=_periods(user, one).values("pk")))


def _sessions(user: User, one: Organization) -> QuerySet[Any]:
    return sessions_for(user).filter(organization=one)


def _agreements(user: User, one: Organization) -> QuerySet[Any]:
    rows = Agreement.objects.filter(contract__in=_contracts(user, one).values("pk"))
    return rows if may_read(user) else rows.none()


def _scores(user: User, one: Organization) -> QuerySet[Any]:
    return scores_for(user).filter(organization=one)


def _lines(user: User, one: Organization) -> QuerySet[Any]:
    return Line.objects.filter(score__in=_scores(user, one).values("pk"))


AGREEMENTS: tuple[Kind, ...] = (
    Kind(
        "configuration_changes", lambda user, one: ConfigurationChange.objects.filter(equipment__in=_equipment(user, one).values("pk")),
        {**same("id", "what", "before", "after", "source", "at"), "equipment": "equipment_id", "by": "by__name"},
    ),
    Kind(
        "downtimes", lambda user, one: Downtime.objects.filter(equipment__in=_equipment(user, one).values("pk")),
        {**same("id", "starts_at", "ends_at", "reason"), "equipment": "equipment_id"},
        ours={"entered_at": "entered_at", "entered_by": "entered_by__name"},
    ),
    Kind(
        "heightened_periods", _periods, same("id", "name", "name_en", "starts_at", "ends_at", "note", "announced_at"),
    ),
    Kind(
        "duties", lambda user, one: Duty.objects.filter(period__in=_periods(user, one).values("pk")),
        {**same("id", "starts_at", "ends_at", "phone"), "period": "period_id", "person": "person__name"},
    ),
    Kind(
        "agreed_targets", _targets,
        {**same("id", "measure", "severity", "target", "clause"), "contract": "contract__number", "period": "period_id"},
    ),
    Kind(
        "training_moves", lambda user, one: Move.objects.filter(session__in=_sessions(user, one).values("pk")),
        {**same("id", "from_starts_at", "to_starts_at", "reason", "at"), "training": "session_id"},
    ),
    Kind(
        "attendees", lambda user, one: attendees_for(user).filter(session__organization=one),
        {**same("id", "name", "presence", "signed_at"), "training": "session_id", "person": "user_id"},
        ours=same("phone", "email", "score"),
    ),
    Kind(
        "certificates", lambda user, one: certificates_for(user).filter(organization=one),
        {**same("id", "number", "name", "issued_on", "valid_until"), "training": "session_id", "attendee": "attendee_id",
         "document": "document_id"},
    ),
    Kind(
        "named_engineers", lambda user, one: named_for(user).filter(contract__organization=one),
        {**same("id", "role", "role_en", "required", "starts_on", "ends_on", "consented_by", "consented_how", "consented_at"),
         "contract": "contract__number", "person": "person__name", "deputy": "deputy__name"},
        ours=same("gap_since"),
    ),
    Kind("score_agreements", _agreements, {**same("id", "starts_on", "ends_on"), "contract": "contract__number", "sheet": "sheet__code"}),
    Kind(
        "scores", _scores,
        {**same("id", "every", "period", "first", "total", "score", "state", "made_at", "signed_name", "signed_at"), "sheet": "sheet__code",
         "contract": "contract__number", "document": "document_id"},
    ),
    Kind(
        "score_lines", _lines,
        {**same("id", "place", "code", "name", "name_en", "clause", "group", "each", "most", "cases", "own", "counted", "evidence"),
         "score": "score_id"},
    ),
    Kind(
        "score_disputes", lambda user, one: Dispute.objects.filter(line__in=_lines(user, one).values("pk")),
        {**same("id", "side", "reason", "raised_at", "before", "after", "answer", "answered_at"), "line": "line_id",
         "raised_by": "raised_by__name"},
    ),
)  # fmt: skip
