"""What a place is entitled to on a day: which contract, which plan, warranty, free or not, whose office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from customers import engine
from customers.models import AgreedTarget, Contract, Equipment, Site, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.models import Office
    from sla.models import Plan

SIGNED = """
    SELECT contract.*,
        EXISTS (SELECT 1 FROM customers_contract_equipment AS named WHERE named.contract_id = contract.id) AS names_some,
        EXISTS (
            SELECT 1 FROM customers_contract_equipment AS named JOIN customers_equipment AS thing ON thing.id = named.equipment_id
            WHERE named.contract_id = contract.id AND (thing.id = %s OR thing.site_id = %s)
        ) AS names_it,
        EXISTS (SELECT 1 FROM customers_agreedtarget AS agreed WHERE agreed.contract_id = contract.id) AS tightens,
        EXISTS (
            SELECT 1 FROM customers_heightenedperiod AS period
            JOIN customers_heightenedperiod_organizations AS whose ON whose.heightenedperiod_id = period.id
            WHERE whose.organization_id = contract.organization_id AND period.announced_at IS NOT NULL
                AND period.starts_at <= %s AND period.ends_at > %s
        ) AS heightened,
        EXISTS (
            SELECT 1 FROM customers_term AS term
            WHERE (term.contract_id = contract.id OR term.equipment_id = %s) AND term.withdrawn_at IS NULL
                AND term.origin NOT IN ('contract', 'equipment')
        ) AS has_terms
    FROM customers_contract AS contract WHERE contract.organization_id = %s AND contract.accepted_on <= %s
"""
"""A statement, since every report asks it and making it anew costs several times what running it does.

An equipment is named itself; a site through the equipment that stands there.
"""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The answer for one place and day.

    `covered`: a contract is in force, so its plan's promises hold. `free`: the work is not charged.
    """

    day: date
    office: Office
    contract: Contract | None
    warranty_until: date | None
    agreed: tuple[dict[str, Any], ...] = ()
    """Targets tighter than the plan's that hold now: of the contract, and of a period of heightened service."""
    spans: tuple[engine.Span, ...] = ()
    """What makes work free or agreed, over, running or still to come."""

    def ruling(self, work: str, component: str = "") -> engine.Ruling:
        """Answer what a kind of work (`engine.WORKS`) costs on the day, and why."""
        return engine.rule(self.spans, self.day, work, component)

    @property
    def covered(self) -> bool:
        """Whether a contract is in force on the day."""
        return self.contract is not None and self.day <= self.contract.in_force_until

    @property
    def plan(self) -> Plan | None:
        """Answer the service plan whose promises hold, if any do."""
        return self.contract.plan if self.contract and self.covered else None

    @property
    def plan_id(self) -> int | None:
        """Answer the id of that plan, which costs no query."""
        return self.contract.plan_id if self.contract and self.covered else None

    @property
    def warranty(self) -> bool:
        """Whether the day is inside the warranty."""
        return self.warranty_until is not None and self.day <= self.warranty_until

    @property
    def free_until(self) -> date | None:
        """Answer the last day without charge, over or not."""
        return _last(self.spans, self.day, lambda span: span.includes(engine.ONSITE))

    @property
    def free(self) -> bool:
        """Whether work on the day is not charged: inside warranty or the free-service term."""
        return self.ruling(engine.ONSITE).is_free

    @property
    def sentences(self) -> list[str]:
        """Say it to a person, in the language of the page."""
        return [self._contract_sentence(), *self._warranty_sentence(), self._money_sentence()]

    def _contract_sentence(self) -> str:
        if self.contract is None:
            return _("No contract covers this place; a report is taken up, but no times are promised.")
        facts = {"number": self.contract.number, "plan": self.contract.plan, "day": f"{self.contract.in_force_until:%Y-%m-%d}"}
        if self.covered:
            return _("Contract %(number)s is in force until %(day)s: service plan “%(plan)s”.") % facts
        return _("Contract %(number)s ended on %(day)s; a report is taken up, but its times are no longer promised.") % facts

    def _warranty_sentence(self) -> list[str]:
        if self.warranty_until is None:
            return []
        facts = {"day": f"{self.warranty_until:%Y-%m-%d}"}
        return [_("In warranty until %(day)s.") % facts if self.warranty else _("The warranty ended on %(day)s.") % facts]

    def _money_sentence(self) -> str:
        if self.free:
            return _("The work is free of charge until %(day)s.") % {"day": f"{self.free_until:%Y-%m-%d}"}
        if self.covered:
            return _("The work is charged as the service contract says.")
        return _("The work is charged; you are given a quotation before it begins.")


def entitlement(place: Equipment | Site, at: datetime) -> Entitlement:
    """Answer what an equipment or a site is entitled to at an instant; two queries at most, a third where more was agreed.

    The day is the local one of the product's time zone. Among the contracts signed by then that name the
    equipment, or name none and so cover all, one in force goes before one that ended, then one that names
    the equipment, then the newer.
    """
    day = timezone.localdate(at, timezone.get_default_timezone())
    equipment = place if isinstance(place, Equipment) else None
    site = _site(place)
    contract = _contract(site, equipment, day, at)
    spans = _spans(equipment, contract)
    return Entitlement(
        day=day,
        office=site.region.office,
        contract=contract,
        warranty_until=_last(spans, day, lambda span: span.kind in engine.WARRANTY),
        spans=spans,
        agreed=_agreed(contract, at) if contract is not None and day <= contract.in_force_until else (),
    )


def _site(place: Equipment | Site) -> Site:
    """Answer the site with its office: as it was read with the place, else read now."""
    known = _known(place, "site") if isinstance(place, Equipment) else place
    if known is not None and _known(known, "region") and _known(known.region, "office"):
        return known
    site_id = place.site_id if isinstance(place, Equipment) else place.pk
    return Site.objects.select_related("region__office").get(pk=site_id)


def _known(row: Any, relation: str) -> Any:
    """Answer what a row refers to if it was read together with it."""
    return row._state.fields_cache.get(relation)  # noqa: SLF001 - there is no public question for it


def _agreed(contract: Contract, at: datetime) -> tuple[dict[str, Any], ...]:
    """Answer what was agreed beside the plan, as the engine reads it (`sla.engine.plan.tightened`)."""
    if not (contract.tightens or contract.heightened):  # type: ignore[attr-defined]
        return ()
    running = Q(period__announced_at__isnull=False, period__starts_at__lte=at, period__ends_at__gt=at)
    mine = Q(contract=contract) | running & Q(period__organizations=contract.organization_id)
    return tuple(stated(row, contract) for row in AgreedTarget.objects.filter(mine).select_related("period").order_by("pk"))


def stated(row: AgreedTarget, contract: Contract) -> dict[str, Any]:
    """Answer an agreed target with where it stands, as a commitment keeps it."""
    names = {"name": contract.number, "name_en": contract.number}
    if row.period is not None:
        names = {"name": row.period.name, "name_en": row.period.name_en or row.period.name}
    by = "contract" if row.period is None else "period"
    return {"measure": row.measure, "severity": row.severity, "target": row.target, "by": by, "clause": row.clause, **names}


def _contract(site: Site, equipment: Equipment | None, day: date, at: datetime) -> Contract | None:
    now = connection.ops.adapt_datetimefield_value(at)
    asked_id = equipment.pk if equipment else None
    asked = [asked_id, None if equipment else site.pk, now, now, asked_id, site.organization_id, day]
    signed: Iterable[Any] = Contract.objects.raw(SIGNED, asked)
    found: list[Contract] = [row for row in signed if row.names_it or not row.names_some]
    return max(found, key=lambda contract: _rank(contract, day), default=None)


def _rank(contract: Contract, day: date) -> tuple[bool, bool, date, int]:
    names_it: bool = contract.names_it  # type: ignore[attr-defined]
    return day <= contract.in_force_until, names_it, contract.accepted_on, contract.pk


def _spans(equipment: Equipment | None, contract: Contract | None) -> tuple[engine.Span, ...]:
    """Answer what makes work free here: the contract's own dates, the maker's, and the terms entered beside them."""
    found = derived(equipment, contract)
    if contract is None and equipment is None:
        return tuple(found)
    if contract is None or contract.has_terms:  # type: ignore[attr-defined]
        whose = Q(equipment=equipment) if equipment else Q(pk=None)
        whose |= Q(contract=contract) if contract else Q(pk=None)
        found += [term.span() for term in standing(Term.objects.filter(whose)).select_related("contract").order_by("pk")]
    return tuple(found)


def standing(terms: QuerySet[Term]) -> QuerySet[Term]:
    """Answer the terms that the rules read: not withdrawn, and not only repeating a contract's or an equipment's dates."""
    return terms.filter(withdrawn_at=None).exclude(origin__in=[Term.Origin.CONTRACT, Term.Origin.EQUIPMENT])


def derived(equipment: Equipment | None, contract: Contract | None) -> list[engine.Span]:
    """Answer the spans that follow from a contract's dates, and of hardware from its maker's terms."""
    hardware = equipment is not None and equipment.kind == Equipment.Kind.HARDWARE
    maker = equipment.maker_warranty_until if equipment and hardware else None
    since = equipment.accepted_on if equipment else None
    if contract is None:
        return [engine.made(maker, since)] if maker else []
    months = (contract.warranty_months, contract.free_service_months)
    return engine.signed(contract.number, contract.accepted_on, *months, contract.ends_on, maker=maker, since=since)


def _last(spans: Iterable[engine.Span], day: date, wanted: Callable[[engine.Span], bool]) -> date | None:
    """Answer the last day of the wanted spans that have begun by a day."""
    return max((span.ends for span in spans if not span.component and span.starts <= day and wanted(span)), default=None)
