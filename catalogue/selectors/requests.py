"""Requests: who may see and answer them, what they cost, what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role
from catalogue import engine
from catalogue.engine import Known, Standing, spoken
from catalogue.models import Charge, Quotation, QuotationLine, Request
from core import languages
from customers import selectors as customers
from customers.models import Equipment, Organization, Site
from tickets import selectors as tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from accounts.models import User
    from catalogue.engine import Definition, Field
    from customers.selectors import Entitlement


@dataclass(frozen=True, slots=True)
class Terms:
    """What a request for a place costs on a day, and why."""

    charge: engine.Charge
    entitled: Entitlement

    @property
    def label(self) -> str:
        """Answer it in a word or two."""
        return str(Charge(self.charge.outcome).label)

    @property
    def needs_approval(self) -> bool:
        """Whether plan and costs have to be approved before work begins."""
        return not self.charge.is_free

    @property
    def note(self) -> str:
        """Answer what the item says about it."""
        return spoken(self.charge.note, languages.active())

    @property
    def unit(self) -> str:
        """Answer what the price is for."""
        return spoken(self.charge.unit, languages.active())

    @property
    def sentence(self) -> str:
        """Say from what it follows."""
        contract = self.entitled.contract
        facts = {"number": contract.number if contract else "", "day": f"{self.entitled.day:%Y-%m-%d}"}
        if self.charge.condition == "warranty":
            return _("On %(day)s the equipment is inside the warranty.") % facts
        if self.charge.condition == "free_service":
            return _("On %(day)s the free service still runs.") % facts
        if self.charge.condition == "contract" or self.charge.plans:
            return _("Contract %(number)s is in force on %(day)s.") % facts
        return _("Nothing that holds on %(day)s includes it.") % facts


def standing(entitled: Entitlement) -> Standing:
    """Answer what a place is entitled to as the rules of charge ask it."""
    plan = entitled.plan.code if entitled.plan else ""
    return Standing(warranty=entitled.warranty, free_service=entitled.free, covered=entitled.covered, plan=plan)


def terms_at(definition: Definition, place: Equipment | Site, at: datetime) -> Terms:
    """Answer what an item costs for a place if it is asked for now."""
    entitled = customers.entitlement(place, at)
    return Terms(engine.charge(definition, standing(entitled)), entitled)


def known_for(organization: Organization | None, user: User | None, at: datetime, files: Mapping[str, list[str]] | None) -> Known:
    """Answer what may be named in answers: the organization's places, those of its own people as far as they see them."""
    sites, things = Site.objects.none(), Equipment.objects.none()
    if user is not None and user.is_customer:
        sites, things = customers.sites_for(user), customers.equipment_for(user)
    elif organization is not None:
        sites, things = Site.objects.filter(organization=organization), Equipment.objects.filter(site__organization=organization)
    zone = timezone.get_default_timezone()
    return Known(
        today=timezone.localdate(at, zone),
        zone=zone,
        sites={row.pk: row.name for row in sites.order_by("name")},
        equipment={
            row.pk: _called(row) for row in things.filter(is_active=True).select_related("site").order_by("site__name", "name", "pk")
        },
        files=files,
    )


def _called(row: Equipment) -> str:
    return " · ".join(filter(None, (row.name, row.model, row.site.name)))


def requests_for(user: User) -> QuerySet[Request]:
    """Answer the requests whose tickets a person may see."""
    return Request.objects.filter(ticket__in=tickets.tickets_for(user).values("pk"))


def with_everything(rows: QuerySet[Request]) -> QuerySet[Request]:
    """Add what a line of a list shows, in a fixed number of queries."""
    newest = Quotation.objects.exclude(status=Quotation.Status.REPLACED).select_related("document").prefetch_related("lines")
    newest = newest.order_by("-number")
    wide = rows.select_related("ticket__site", "ticket__organization", "ticket__assignee", "ticket__office", "item", "version")
    return wide.prefetch_related(Prefetch("quotations", newest, to_attr="offers"))


def current_quotation(request: Request) -> Quotation | None:
    """Answer the quotation that counts: the newest that was not replaced."""
    if hasattr(request, "offers"):
        return request.offers[0] if request.offers else None
    return quotations_of(request).exclude(status=Quotation.Status.REPLACED).first()


def quotations_of(request: Request) -> QuerySet[Quotation]:
    """Answer every version, the newest first, with its lines."""
    rows = request.quotations.select_related("written_by", "answered_by", "document")
    return rows.prefetch_related(Prefetch("lines", QuotationLine.objects.order_by("position"))).order_by("-number")


def may_answer(user: User, request: Request) -> bool:
    """Whether a person decides about costs: a supervisor of the customer."""
    if user.role != Role.SUPERVISOR:
        return False
    return customers.organizations_for(user).filter(pk=request.ticket.organization_id).exists()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as people read it."""

    label: str
    value: str


def answers(request: Request) -> list[Answer]:
    """Answer what was asked and answered, in the language that is active."""
    return shown_values(request.version.definition, request.values, request.names)


def shown_values(definition: Definition, values: Mapping[str, Any], names: Mapping[str, str]) -> list[Answer]:
    """Write values the way people read them; ``names``: what equipment and sites are called, by kind and key."""
    language = languages.active()
    return [
        Answer(spoken(each.label, language), _written(each, values[each.code], names, language))
        for each in definition.fields
        if each.code in values
    ]


def _written(each: Field, value: Any, names: Mapping[str, str], language: str) -> str:
    chosen = value if isinstance(value, list) else [value]
    written: dict[str, Callable[[], str]] = {
        "choice": lambda: _listed([spoken(each.option(one), language) for one in chosen], language),
        "equipment": lambda: _listed([names.get(f"{each.kind}:{one}", str(one)) for one in chosen], language),
        "file": lambda: _listed(chosen, language),
        "yes": lambda: _("yes") if value else _("no"),
        "moment": lambda: f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}",
    }
    written |= {"many": written["choice"], "site": written["equipment"]}
    plain = " ".join(filter(None, (str(value), spoken(each.unit, language))))
    return written.get(each.kind, lambda: plain)()


def _listed(words: list[str], language: str) -> str:
    return ("、" if language == languages.CHINESE else ", ").join(words)
