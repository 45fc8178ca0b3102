"""The figures of a contract's month as plain data: what is counted here is stored with the report and never counted again.

The conditions are those of the dashboard (``tickets.figures.behind``, ``surveys.selectors``), narrowed to a contract, so the two
cannot disagree. Words are kept in both languages, instants as ISO 8601, lengths in seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import override

from accounts import selectors as accounts
from inspections.models import Inspection
from inspections.models import Status as Visit
from reports import misses, waits
from reports.models import MonthlyReport, month_of
from sla import selectors as sla
from sla.models import PlanVersion
from surveys import selectors as surveys
from surveys.models import SurveyInvitation
from tickets.figures.behind import BY_DISPUTE, MET, MISSED, PROMISES, REPORTED, RESOLVED, Wanted, rows
from tickets.figures.period import DAY, day_of
from tickets.models import Event, Kind, Ticket
from tickets.services import log
from tickets.turns import totals_of
from tickets.workflow import OPEN
from tickets.workflow import RESOLVED as RESOLVED_STATUS

if TYPE_CHECKING:
    from datetime import datetime

    from customers.models import Contract
    from sla.models import Plan
    from tickets.figures.period import Period

    Figures = dict[str, Any]

LANGUAGES = ("zh-hans", "en")
OVER = (Event.Type.RESOLVED, Event.Type.CONFIRMED, Event.Type.CLOSED, Event.Type.CANCELLED)
AGAIN = (Event.Type.REPORTED, Event.Type.REJECTED, Event.Type.REOPENED)
"""Events that end a ticket's work and those that open it (again)."""


def count(contract: Contract, month: Period, at: datetime) -> Figures:
    """Answer everything that a report of the month says; ``at`` is the moment up to which what is still open is looked at."""
    found = {**_part(contract, month, at), "before": _before(contract, month, at)}
    return {
        "month": f"{month.first:%Y-%m}",
        "first": month.first.isoformat(),
        "last": month.last.isoformat(),
        "zone": settings.TIME_ZONE,
        "until": at.isoformat(),
        "head": _head(contract, month),
        **found,
        "missed": misses.of(contract, month, at),
    }


def in_both(value: object) -> dict[str, str]:
    """Answer what something is called in both languages."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(value)
    return found


def _head(contract: Contract, month: Period) -> Figures:
    office = surveys.office_of(contract)
    return {
        "provider": _provider(),
        "office": in_both(office) if office else None,
        "phone": office.phone if office else "",
        "customer": contract.organization.name,
        "contract": contract.number,
        "contract_name": contract.name,
        "plan": in_both(contract.plan),
        "versions": [version.number for version in _in_force(contract.plan, month)],
    }


def _provider() -> dict[str, str]:
    head, found = accounts.head_office(), {}
    for language in LANGUAGES:
        with override(language):
            found[language] = accounts.company(head)
    return found


def _in_force(plan: Plan, month: Period) -> list[PlanVersion]:
    """Answer the versions of a plan that held at any time of a month, the oldest first."""
    versions = list(PlanVersion.objects.filter(plan=plan).defer("data").order_by("valid_from", "number"))
    begun = [version for version in versions if version.valid_from < month.ends]
    until = [version.valid_from for version in begun[1:]] + [month.ends]
    return [version for version, end in zip(begun, until, strict=False) if end > month.starts] or versions[:1]


def _before(contract: Contract, month: Period, at: datetime) -> Figures | None:
    """Answer the month before: as its own report says it, else counted now; None where the contract did not hold yet."""
    before = month_of(month.first - DAY)
    made = MonthlyReport.objects.filter(contract=contract, month=before.first, is_current=True).first()
    if made is not None:
        return {"month": made.figures["month"], "totals": made.figures["totals"], "promises": made.figures["promises"]}
    if contract.accepted_on > before.last:
        return None
    return {"month": f"{before.first:%Y-%m}", **_part(contract, before, at)}


def _part(contract: Contract, month: Period, at: datetime) -> Figures:
    promises = _promises(contract, month)
    totals = {
        **_tickets(contract, month),
        "kept": sum(row["kept"] for row in promises),
        "missed": sum(row["missed"] for row in promises),
        "disputed": sum(row["disputed"] for row in promises),
        "waits": waits.of(contract, month, at),
        "parties": _parties(contract, month, at),
        "inspections": _inspections(contract, month, at),
        "surveys": _surveys(contract, month),
    }
    return {"totals": totals, "promises": promises}


def _tickets(contract: Contract, month: Period) -> Figures:
    mine = (("contract", contract.pk),)
    reported = rows(Wanted(REPORTED, month, facts=mine)).order_by()
    counted = reported.aggregate(reported=Count("pk"), complaints=Count("pk", filter=Q(kind=Kind.COMPLAINT)))
    solved = rows(Wanted(RESOLVED, month, facts=mine)).count()
    return {**counted, "solved": solved, "open": open_at(contract, month.ends)}


def open_at(contract: Contract, instant: datetime) -> int:
    """Answer how many of a contract's tickets were open at an instant: by their record, whatever happened since."""
    last = Event.objects.filter(ticket=OuterRef("pk"), at__lt=instant, type__in=[*OVER, *AGAIN]).order_by("-seq")
    told = Ticket.objects.filter(contract=contract, created_at__lt=instant).filter(Q(resolved_at=None) | Q(resolved_at__gte=instant))
    return told.order_by().annotate(last=Subquery(last.values("type")[:1])).filter(last__in=AGAIN).count()


def _parties(contract: Contract, month: Period, at: datetime) -> dict[str, int]:
    """Answer for how long each party had the ball, as far as it lies in the month: the parts add up to the time tickets were open."""
    told = Ticket.objects.filter(contract=contract, created_at__lt=month.ends).filter(
        Q(updated_at__gte=month.starts) | Q(status__in=[*OPEN, RESOLVED_STATUS])
    )
    return totals_of(log.logs(told.order_by().only("pk")).values(), month.starts, min(month.ends, max(at, month.starts)))


def _promises(contract: Contract, month: Period) -> list[Figures]:
    """Answer each promise that was decided in the month, in the order of its plan, by the words of its newest version."""
    decided: Any = rows(Wanted(PROMISES, month, facts=(("contract", contract.pk),)))
    counted = decided.order_by().values("commitment__plan_version", "commitment__plan_version__plan", "promise", "state")
    found: dict[tuple[int, str], Figures] = {}
    by_dispute = Count("pk", filter=Q(state=MET) & BY_DISPUTE)
    for row in counted.annotate(n=Count("pk"), disputed=by_dispute).order_by("-commitment__plan_version__number"):
        plan, code = row["commitment__plan_version__plan"], row["promise"]
        line = found.setdefault((plan, code), _line(row["commitment__plan_version"], code))
        line[{MET: "kept", MISSED: "missed"}[row["state"]]] += row["n"]
        line["disputed"] += row["disputed"]
    order = sorted(found, key=lambda key: (key[0] != contract.plan_id, key[0], found[key]["place"]))
    return [{name: value for name, value in found[key].items() if name != "place"} for key in order]


def _line(version: int, code: str) -> Figures:
    promises = sla.engine_plan(version).promises
    place = next((place for place, promise in enumerate(promises) if promise.code == code), len(promises))
    known = promises[place] if place < len(promises) else None
    words = {language: known.name[language] if known else code for language in LANGUAGES}
    return {"code": code, "name": words, "clause": known.clause if known else "", "kept": 0, "missed": 0, "disputed": 0, "place": place}


def _inspections(contract: Contract, month: Period, at: datetime) -> Figures:
    """Answer the visits planned for the month: done by now, late (begun after their day, or not yet), called off."""
    visits = Inspection.objects.filter(plan__contract=contract, planned_on__gte=month.first, planned_on__lte=month.last).order_by()
    today = min(day_of(at), month.last + DAY)
    found = {"planned": 0, "done": 0, "late": 0, "cancelled": 0}
    for status, planned_on, started_at in visits.values_list("status", "planned_on", "started_at"):
        if status == Visit.CANCELLED:
            found["cancelled"] += 1
            continue
        begun_on = day_of(started_at) if started_at else today
        found["planned"] += 1
        found["done"] += status == Visit.DONE
        found["late"] += begun_on > planned_on
    return found


def _surveys(contract: Contract, month: Period) -> Figures:
    """Answer the surveys sent in the month and what was answered to them."""
    asked = SurveyInvitation.objects.filter(contract=contract, created_at__gte=month.starts, created_at__lt=month.ends).order_by()
    found = surveys.figures(asked)
    mean = None if found["mean"] is None else round(float(found["mean"]), 4)
    return {"asked": found["asked"], "answered": found["answered"], "mean": mean, "satisfied": found["satisfied"]}
