"""What the lines of a sheet count: each rule reads the record of a contract and a period and answers its cases with their evidence."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from inspections.models import Inspection
from inspections.models import Status as Visit
from loops.models import Loop, Source
from obligations.models import Obligation
from obligations.models import Status as Owed
from scoresheets.engine import Case
from sla import selectors as sla
from tickets.figures.behind import MISSED, PROMISES, RESOLVED, Wanted, rows
from tickets.models import Event, Kind, Ticket
from tickets.workflow import LOOPED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from customers.models import Contract
    from sla.models import Clock
    from tickets.figures.period import Period

    Rule = Callable[[Contract, Period, Mapping[str, Any]], list[Case]]

LANGUAGES = ("zh-hans", "en")
ASKED_FOR = (Source.SURVEY, Source.TRAINING)
"""Where what was said is an answer to a survey of ours: its loop goes by the promises for complaints and is none."""
SHOWN = 200
"""Cases of a line whose evidence is kept one by one; what is more is counted in the last."""


def cases_of(rule: str, contract: Contract, period: Period, options: Mapping[str, Any]) -> list[Case]:
    """Answer the cases of a rule, the oldest first."""
    return _shortened(REGISTRY[rule](contract, period, options))


def _shortened(cases: list[Case]) -> list[Case]:
    if len(cases) <= SHOWN:
        return cases
    rest = cases[SHOWN - 1 :]
    times = sum(case.times for case in rest)
    return [*cases[: SHOWN - 1], Case(_both(lambda: _("… and %(count)s more") % {"count": len(rest)}), times=times)]


def missed_promise(contract: Contract, period: Period, options: Mapping[str, Any]) -> list[Case]:
    """Answer the promises of a measure, or of a code, that were missed in the period: late response, late arrival, late repair."""
    found: Any = rows(Wanted(PROMISES, period, MISSED, promise=options.get("promise", ""), facts=(("contract", contract.pk),)))
    if "measure" in options:
        found = found.filter(measure=options["measure"], is_strictest=True)
    return [_missed(clock) for clock in found.select_related("commitment__ticket").order_by("missed_at", "pk")]


def _missed(clock: Clock) -> Case:
    ticket = clock.commitment.ticket
    promise = sla.engine_plan(clock.commitment.plan_version_id).promise(clock.promise)
    names = promise.name if promise else dict.fromkeys(LANGUAGES, clock.promise)
    label = {language: f"{_called(ticket)} · {names[language]}" for language in LANGUAGES}
    return Case(label, ticket.get_absolute_url(), _iso(clock.missed_at))


def missed_inspection(contract: Contract, period: Period, _options: Mapping[str, Any]) -> list[Case]:
    """Answer the inspections whose last possible day was in the period and that were not begun by then; called off is not owed."""
    owed = Inspection.objects.filter(plan__contract=contract, due_to__gte=period.first, due_to__lte=period.last)
    late = Q(started_at=None) | Q(started_at__date__gt=F("due_to"))
    found = owed.filter(late).exclude(status__in=[Visit.CANCELLED, Visit.REFUSED]).select_related("site").order_by("due_to", "pk")
    return [
        Case(dict.fromkeys(LANGUAGES, f"{row.number} {row.site.name}"), reverse("inspections:visit", args=[row.pk]), str(row.due_to))
        for row in found
    ]


def followup_share(contract: Contract, period: Period, options: Mapping[str, Any]) -> list[Case]:
    """Answer one case where fewer of the faults solved in the period were followed up than promised."""
    followed = Exists(Event.objects.filter(ticket=OuterRef("pk"), type=Event.Type.FOLLOWED_UP))
    solved = _solved(contract, period)
    said = lambda: _("Followed up: %(share)s %% (%(done)s of %(all)s), promised %(below)s %%")  # noqa: E731 - said twice, once a language
    return _share(solved.count(), solved.filter(followed).count(), options["below"], said)


def remote_share(contract: Contract, period: Period, options: Mapping[str, Any]) -> list[Case]:
    """Answer one case where fewer of the faults solved in the period were solved remotely than promised."""
    known = _solved(contract, period).filter(solved_remotely__isnull=False)
    said = lambda: _("Solved remotely: %(share)s %% (%(done)s of %(all)s), promised %(below)s %%")  # noqa: E731
    return _share(known.count(), known.filter(solved_remotely=True).count(), options["below"], said)


def _solved(contract: Contract, period: Period) -> Any:
    return rows(Wanted(RESOLVED, period, facts=(("contract", contract.pk), ("kind", Kind.FAULT))))


def _share(whole: int, done: int, below: int, said: Callable[[], str]) -> list[Case]:
    if not whole or 100 * done >= below * whole:
        return []
    facts = {"share": 100 * done // whole, "done": done, "all": whole, "below": below}
    return [Case(_both(lambda: said() % facts))]


def missing_report(contract: Contract, period: Period, _options: Mapping[str, Any]) -> list[Case]:
    """Answer the reports that were owed in the period and not given in time."""
    return _overdue(contract, period, kind="report")


def overdue_obligation(contract: Contract, period: Period, options: Mapping[str, Any]) -> list[Case]:
    """Answer what was owed in the period, of one kind or any, and not done in time."""
    return _overdue(contract, period, **options)


def _overdue(contract: Contract, period: Period, **facts: Any) -> list[Case]:
    due = Obligation.objects.filter(contract=contract, due_at__gte=period.starts, due_at__lt=period.ends, **facts)
    late = due.exclude(status=Owed.WAIVED).exclude(status=Owed.DONE, ended_at__lte=F("due_at")).order_by("due_at", "pk")
    return [Case(_titled(row), row.get_absolute_url(), _iso(row.due_at)) for row in late]


def _titled(row: Obligation) -> dict[str, str]:
    return {"zh-hans": f"{row.title} {row.period}".strip(), "en": f"{row.title_en or row.title} {row.period}".strip()}


def unsatisfied_survey(contract: Contract, period: Period, _options: Mapping[str, Any]) -> list[Case]:
    """Answer the dissatisfied answers to surveys that were given in the period."""
    said = Loop.objects.filter(source__in=ASKED_FOR, created_at__gte=period.starts, created_at__lt=period.ends)
    # the survey knows which contract it asked about; what became of its answer is a ticket of the place
    of = Q(ticket__follows_answer__contract=contract) | Q(ticket__follows_answer__contract=None, ticket__contract=contract)
    found = said.filter(of).select_related("ticket").order_by("created_at", "pk")
    return [_numbered(row.ticket, row.created_at) for row in found]


def complaint(contract: Contract, period: Period, _options: Mapping[str, Any]) -> list[Case]:
    """Answer the complaints of the period; what was asked of the customer in a survey has a rule of its own."""
    answers = Loop.objects.filter(source__in=ASKED_FOR).values("ticket")
    found = _reported(contract, period, Kind.COMPLAINT).exclude(status="cancelled").exclude(pk__in=answers).order_by("created_at", "pk")
    return [_numbered(ticket, ticket.created_at) for ticket in found]


def repeated_fault(contract: Contract, period: Period, options: Mapping[str, Any]) -> list[Case]:
    """Answer the equipment that failed again and again in the period, one case for each fault from the second (``from``) on."""
    limit = options.get("from", 2)
    by_equipment: defaultdict[int, list[Ticket]] = defaultdict(list)
    faults = _reported(contract, period, Kind.FAULT).filter(equipment__isnull=False).exclude(status="cancelled")
    for ticket in faults.order_by("created_at", "pk"):
        by_equipment[ticket.equipment_id].append(ticket)
    again = [ticket for found in by_equipment.values() for ticket in found[limit - 1 :]]
    return [_of_ticket(ticket, ticket.created_at) for ticket in sorted(again, key=lambda ticket: (ticket.created_at, ticket.pk))]


def reopened_fault(contract: Contract, period: Period, _options: Mapping[str, Any]) -> list[Case]:
    """Answer how often the customer found a solution of ours to be none."""
    types = [Event.Type.REJECTED, Event.Type.REOPENED]
    within = {"at__gte": period.starts, "at__lt": period.ends}
    faults = {"ticket__contract": contract, "ticket__kind": Kind.FAULT, "ticket__is_canary": False}
    found = Event.objects.filter(type__in=types, **within, **faults).select_related("ticket").order_by("at", "pk")
    return [_of_ticket(event.ticket, event.at) for event in found]


def _reported(contract: Contract, period: Period, kind: str) -> Any:
    return rows(Wanted("reported", period, facts=(("contract", contract.pk), ("kind", kind))))


def _of_ticket(ticket: Ticket, at: datetime) -> Case:
    return Case(dict.fromkeys(LANGUAGES, _called(ticket)), ticket.get_absolute_url(), _iso(at))


def _called(ticket: Ticket) -> str:
    """Answer number and subject; of complaints and feedback the number alone, since what was said in confidence is not for all."""
    return ticket.number if ticket.kind in LOOPED else f"{ticket.number} {ticket.subject}"


def _numbered(ticket: Ticket, at: datetime) -> Case:
    """Answer a case by its number alone: what was said in confidence stays on its own page."""
    return Case(dict.fromkeys(LANGUAGES, ticket.number), ticket.get_absolute_url(), _iso(at))


def _both(say: Callable[[], str]) -> dict[str, str]:
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = say()
    return said


def _iso(at: datetime | None) -> str:
    """Answer a moment as the desk's clocks show it."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


REGISTRY: dict[str, Rule] = {
    "missed_promise": missed_promise,
    "missed_inspection": missed_inspection,
    "followup_share": followup_share,
    "remote_share": remote_share,
    "missing_report": missing_report,
    "overdue_obligation": overdue_obligation,
    "unsatisfied_survey": unsatisfied_survey,
    "complaint": complaint,
    "repeated_fault": repeated_fault,
    "reopened_fault": reopened_fault,
}
