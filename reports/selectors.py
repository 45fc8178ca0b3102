"""Which reports there are, and who may see and get them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Office, Role, User
from reports.models import MonthlyReport
from surveys import selectors as surveys

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from customers.models import Contract
    from tickets.figures.period import Period


def may_read(user: User) -> bool:
    """Whether a person reads reports at all: staff, and the supervisors of customers."""
    return user.is_provider or user.role == Role.SUPERVISOR


def reports_for(user: User) -> QuerySet[MonthlyReport]:
    """Answer the reports a person may see: staff all, a supervisor those of their organization."""
    rows = MonthlyReport.objects.select_related("contract", "organization")
    if user.is_provider:
        return rows
    return rows.filter(organization__memberships__user=user) if user.role == Role.SUPERVISOR else rows.none()


def listed(user: User) -> QuerySet[MonthlyReport]:
    """Answer the current reports a person may see, as a list shows them: without their figures."""
    return reports_for(user).filter(is_current=True).defer("figures")


def revisions_of(report: MonthlyReport) -> QuerySet[MonthlyReport]:
    """Answer every revision of a report, the newest first, without their figures."""
    rows = MonthlyReport.objects.filter(contract=report.contract_id, month=report.month).defer("figures")
    return rows.select_related("contract", "made_by").order_by("-revision")


def current(contract: Contract, month: date) -> MonthlyReport | None:
    """Answer the report of a contract's month that holds."""
    return MonthlyReport.objects.filter(contract=contract, month=month, is_current=True).first()


def in_force_in(contract: Contract, month: Period) -> bool:
    """Whether a contract's promises held on any day of a month."""
    return contract.accepted_on <= month.last and contract.in_force_until >= month.first


def recipients(report: MonthlyReport) -> list[User]:
    """Answer who gets a report: the customer's supervisors, and those who answer for the contract's office."""
    theirs = User.objects.filter(role=Role.SUPERVISOR, is_active=True, membership__organization=report.organization_id).order_by("pk")
    return list({person.pk: person for person in (*theirs, *_responsible(report.contract))}.values())


def _responsible(contract: Contract) -> list[User]:
    """Answer the lead and the managers of the office that serves a contract; where it has none, of the one above it."""
    office = surveys.office_of(contract)
    while office is not None:
        managers = User.objects.filter(role=Role.MANAGER, is_active=True, office=office).order_by("pk")
        lead = [office.lead] if office.lead and office.lead.is_active and office.lead.is_provider else []
        if found := [*lead, *managers]:
            return found
        office = Office.objects.select_related("lead").filter(branches=office).first()
    return []
