"""Inquiries and care calls planned for what is owed, spread over working days and people, followed as equipment comes and goes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from care import engine, selectors
from care.models import Call, CallItem, Kind, Status, Way
from care.selectors.calls import people_of
from care.services import owing
from care.services.making import contact_of, made
from care.services.timing import on_workday
from care.services.working import end_unmade, open_row
from core import periods
from core.errors import NotAllowed
from core.queue import claim
from core.record import save_by
from customers.models import Equipment
from inspections.models import Inspection
from inspections.models import Status as Stage
from obligations.models import Obligation
from tickets.models import Ticket
from visits import services as board
from visits.models import Status as Journey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from accounts.models import Office, User
    from customers.models import Contract, Site

MORNING = time(9, 30)
LATELY = timedelta(days=92)


def plan_next_batch(at: datetime) -> int:
    """Plan calls for what is owed by now and follow its equipment; answer how much was changed, 0 when nothing is left to do."""
    return sum(_planned(pk, at) for pk in [*owing.to_ask_about(at), *owing.to_plan(at)])


@transaction.atomic
def _planned(pk: int, at: datetime) -> int:
    related = Obligation.objects.filter(pk=pk).select_related("contract__organization", "contract__plan", "organization")
    rows = claim(related, 1, of=("self",))
    if not rows:
        return 0  # another worker has it
    return _inquiries(rows[0], at) if rows[0].kind == Kind.INQUIRY else _as_owed(rows[0], at)


# --- Inquiries: each equipment in service, site by site -------------------------------------------


def in_service(contract: Contract) -> list[Equipment]:
    """Answer the equipment in service that a contract covers: what it names, else all of the customer's; by site."""
    named = contract.equipment.exists()
    rows = contract.equipment.all() if named else Equipment.objects.filter(site__organization=contract.organization_id)
    return list(rows.filter(is_active=True).select_related("site__region__office").order_by("site_id", "pk"))


def _inquiries(owed: Obligation, at: datetime) -> int:
    contract = owed.contract
    assert contract is not None
    period = owed.period or periods.key(periods.QUARTER, timezone.localdate(owed.opens_at))
    items = {item.equipment_id: item for item in CallItem.objects.filter(contract=contract, period=period).select_related("call")}
    if items and owed.due_at < at:
        return 0  # over: what was owed stays as it was
    here = in_service(contract)
    added = [equipment for equipment in here if equipment.pk not in items]
    gone = [item for pk, item in items.items() if pk not in {each.pk for each in here} and not item.asked_at]
    changed = _ask_about(owed, contract, period, added, at) + _retire(gone, at)
    if changed or not here:
        owing.count_again(owed.key, at=at, reason=_("No equipment is in service."))
    return changed


def _retire(items: Sequence[CallItem], at: datetime) -> int:
    """Take what is out of service from the calls; a call about nothing is not made. Of one that is being made it is left for later."""
    done = 0
    for item in items:
        call = _waiting(Call.objects.filter(pk=item.call_id))
        if call is None or not call.items.filter(pk=item.pk, asked_at=None).exists():
            continue
        item.delete()
        done += 1
        if not call.items.exists():
            end_unmade(call, actor=None, at=at, reason=_("No equipment is in service."))
    return done


def _waiting(calls: QuerySet[Call]) -> Call | None:
    """Answer the first of these calls that is still to be made, locked; one that somebody is writing to at this moment is left alone."""
    rows = claim(calls.filter(status=Status.WAITING).select_related("contract", "organization").order_by("pk"), 1, of=("self",))
    return rows[0] if rows else None


def _ask_about(owed: Obligation, contract: Contract, period: str, added: Sequence[Equipment], at: datetime) -> int:
    for _pk, each in groupby(added, key=lambda equipment: equipment.site_id):
        things = list(each)
        call = _call_of_site(owed, contract, period, things[0].site, at)
        CallItem.objects.bulk_create([CallItem(call=call, contract=contract, period=period, equipment=thing) for thing in things])
    return len(added)


def _call_of_site(owed: Obligation, contract: Contract, period: str, site: Site, at: datetime) -> Call:
    """Answer the call that is still to be made to a site, or a new one: where the site was asked already, for what came since."""
    known = Call.objects.filter(contract=contract, period=period, site=site, kind=Kind.INQUIRY)
    if waiting := _waiting(known):
        return waiting
    key, turn = f"{owed.key}:site:{site.pk}", known.count()
    subject = _("Inquiry %(period)s: %(site)s") % {"period": period, "site": site.name}
    return _planned_call(
        owed, key=f"{key}:{turn + 1}" if turn else key, kind=Kind.INQUIRY, subject=subject, site=site, period=period, at=at
    )


def _planned_call(owed: Obligation, *, key: str, kind: str, subject: str, site: Site, period: str, at: datetime) -> Call:
    office = site.region.office
    served = _served_lately(owed, at) if kind == Kind.CALLBACK else []
    day = _day_for(office, kind, owed, at)
    here = timezone.localtime(at)
    soonest = on_workday(lambda days: engine.hour_to_call(here, is_workday=days), at=at, due_at=owed.due_at)
    next_at = max(datetime.combine(day, MORNING, timezone.get_current_timezone()), soonest)
    return made(
        key, kind, at=at, code=owed.code or kind, subject=subject, reason=owed.title, organization=owed.organization, site=site,
        contract=owed.contract, office=office, person=_least_loaded(office, kind, owed, served), served=served,
        contact=contact_of(site), period=period,
        opens_at=owed.opens_at, due_at=owed.due_at, planned_on=day, next_at=next_at, owed_key=owed.key,
    )  # fmt: skip


def _day_for(office: Office, kind: str, owed: Obligation, at: datetime) -> date:
    """Answer the working day on which the office has least to do of this kind, spread evenly over what is left of the period."""
    last = timezone.localdate(owed.due_at - timedelta(seconds=1))
    first = min(max(timezone.localdate(at), timezone.localdate(owed.opens_at)), last)
    if last < timezone.localdate(at):
        return timezone.localdate(at)
    days = engine.workdays(first, last, selectors.workday_at(at))
    planned = Call.objects.filter(office=office, kind=kind, planned_on__range=(first, last)).order_by().values("planned_on")
    loads = {row["planned_on"]: row["calls"] for row in planned.annotate(calls=Count("pk"))}
    return engine.spread(days, loads, 1)[0]


def _served_lately(owed: Obligation, at: datetime) -> list[User]:
    """Answer who worked for the contract since the period before: they do not ask how it was."""
    since = min(owed.opens_at, at) - LATELY
    return selectors.people_who_served(Ticket.objects.filter(contract=owed.contract_id, resolved_at__gte=since))


def _least_loaded(office: Office, kind: str, owed: Obligation, served: Sequence[User]) -> User | None:
    """Answer who of the office has least calls of this kind in the period, of those who did not serve."""
    people = [person for person in people_of(office) if person not in served]
    planned = Call.objects.filter(person__in=people, kind=kind, due_at=owed.due_at).order_by().values("person")
    loads = {row["person"]: row["calls"] for row in planned.annotate(calls=Count("pk"))}
    return min(people, key=lambda person: (loads.get(person.pk, 0), person.pk), default=None)


# --- Care calls and regular call-backs -----------------------------------------------------------------------------------


def _as_owed(owed: Obligation, at: datetime) -> int:
    """Plan as many calls as are owed."""
    site = owed.site or _site_of(owed)
    if site is None:
        return 0
    done = Call.objects.filter(owed_key=owed.key).count()
    for turn in range(done, owed.wanted):
        key = owed.key if owed.wanted == 1 else f"{owed.key}:{turn + 1}"
        said = _("Customer care: %(customer)s") if owed.kind == Kind.CARE else _("Regular call-back: %(customer)s")
        subject = said % {"customer": owed.organization.name}
        _planned_call(owed, key=key, kind=owed.kind, subject=subject, site=site, period=owed.period, at=at)
    return max(owed.wanted - done, 0)


def _site_of(owed: Obligation) -> Site | None:
    return owed.organization.sites.select_related("region__office").order_by("pk").first()


# --- By visit -------------------------------------------------------------------------------------


@transaction.atomic
def by_visit(
    call: Call, *, actor: User, at: datetime, person: User | None = None, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> Call:
    """Ask on site and not by phone: on the next planned inspection of the site within the time, else on a visit of its own."""
    row = open_row(call)
    if row.kind == Kind.CALLBACK or row.site is None:
        raise NotAllowed(_("Only inquiries and care calls are made on a visit."))
    planned = Inspection.objects.filter(site=row.site, status=Stage.PLANNED, visit__status=Journey.PLANNED)
    inspection = (
        planned.filter(planned_on__lte=timezone.localdate(row.due_at)).select_related("visit", "engineer").order_by("planned_on").first()
    )
    if inspection is not None and starts_at is None:
        row.asked_on, row.person = inspection.visit, inspection.engineer
    else:
        draft = board.VisitDraft(site=row.site, subject=row.subject, lead=person, starts_at=starts_at, ends_at=ends_at)
        row.asked_on, row.person = board.plan(draft, actor=actor, at=at), person or row.person
    row.way = Way.VISIT
    begins = row.asked_on.starts_at if row.asked_on else None
    if begins is not None:
        row.planned_on, row.next_at = timezone.localdate(begins), begins
    save_by(row, actor, at=at)
    return row
