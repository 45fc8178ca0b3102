"""Customers of another system become ours: made and changed by the same services as on the pages, one row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db.models import Q

from accounts.models import Role, User
from core.record import save_by
from customers import services as customers
from customers.models import Contract, Equipment, Organization, Site
from sla.models import Plan
from transfer.engine.fields import CONTRACT, EQUIPMENT, ORGANIZATION, PERSON, SITE
from transfer.services.placing import Refused, Virtual, code_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from transfer.engine.drafting import Draft
    from transfer.services.placing import Places

ROLES = {"customer": Role.CUSTOMER, "supervisor": Role.SUPERVISOR, "staff": Role.ENGINEER}
"""Who worked for the other desk comes as an engineer whose account is switched off: named in the record, told of nothing."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with what it refers to: the row of ours that is it already, what it says, and how it is made and changed."""

    known: Any
    facts: dict[str, Any]
    make: Callable[[], Any]
    change: Callable[[Any], Any]


def _facts(draft: Draft, *names: str) -> dict[str, Any]:
    return {name: draft.said[name] for name in names if name in draft.said}


def _there(rows: list[Any]) -> list[Any]:
    """Answer the rows that are here; a dry run has others, which would be."""
    return [row for row in rows if not isinstance(row, Virtual)]


def _organization(draft: Draft, places: Places) -> Placed:
    said = draft.said
    code = said.get("code", "")
    if code:
        try:
            validate_slug(code)
        except ValidationError as error:
            raise Refused("code", "bad_code", code) from error
    known = Organization.objects.filter(Q(code=code) if code else Q(name=said["name"])).order_by("pk").first()
    facts = _facts(draft, "name", "short_name", "is_active")

    def make() -> Organization:
        return customers.create_organization(code=code or code_of(draft.key), **facts, actor=places.actor, at=places.at)

    return Placed(known, facts, make, lambda row: customers.update_organization(row, **facts, actor=places.actor, at=places.at))


def _site(draft: Draft, places: Places) -> Placed:
    organization = places.organization(draft.said["organization"])
    region = places.region(draft.said.get("region", ""))
    facts = {**_facts(draft, "name", "address", "contact_name", "contact_phone"), "region": region}
    known = Site.objects.filter(organization=organization, name=facts["name"]).first() if organization.pk else None

    def make() -> Site:
        return customers.create_site(places.stand_in(organization), **facts, actor=places.actor, at=places.at)

    def change(row: Site) -> Site:
        named = facts if "region" in draft.said else {name: value for name, value in facts.items() if name != "region"}
        return customers.update_site(row, **named, actor=places.actor, at=places.at)

    return Placed(known, facts, make, change)


def _person(draft: Draft, places: Places) -> Placed:
    email = draft.said["email"].lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("email", "bad_email", email) from error
    role = ROLES[draft.said.get("role", "customer")]
    organization = None
    if role != Role.ENGINEER:
        named = draft.said.get("organization") or places.options["organization"]
        if not named:
            raise Refused("organization", "no_organization")
        organization = places.organization(named)
    facts = _facts(draft, "name", "phone")

    def make() -> User:
        if organization is not None:
            sites = [places.site(organization, name) for name in draft.said.get("sites", ())]
            given = {"email": email, "role": role, "sites": _there(sites), **facts}
            return customers.add_person(places.stand_in(organization), **given, actor=places.actor, at=places.at).user
        person = User(email=email, role=role, is_active=False, **facts)
        person.set_unusable_password()
        save_by(person, places.actor, at=places.at)
        return person

    def change(person: User) -> User:
        for name, value in facts.items():
            setattr(person, name, value)
        save_by(person, places.actor, at=places.at, fields=list(facts))
        return person

    return Placed(User.objects.filter(email__iexact=email).first(), facts, make, change)


def _equipment(draft: Draft, places: Places) -> Placed:
    said = draft.said
    organization = places.organization(said["organization"]) if "organization" in said else None
    site = places.site(organization, said["site"]) if organization is not None else places.site_of_source(said["site"])
    if site is None:
        raise Refused("site", "unknown_site", said["site"])
    facts = _facts(draft, "name", "kind", "maker", "model", "serial_number", "accepted_on", "maker_warranty_until", "is_active")
    known = None
    if not isinstance(site, Virtual):
        same = Q(serial_number=said["serial_number"]) if said.get("serial_number") else Q(site=site, name=said["name"])
        known = Equipment.objects.filter(same, site__organization=site.organization_id).order_by("pk").first()

    def make() -> Equipment:
        return customers.create_equipment(places.stand_in_site(site), **facts, actor=places.actor, at=places.at)

    def change(row: Equipment) -> Equipment:
        moved = row.site if isinstance(site, Virtual) else site
        return customers.update_equipment(row, site=moved, **facts, actor=places.actor, at=places.at)

    return Placed(known, facts, make, change)


def _contract(draft: Draft, places: Places) -> Placed:
    said = draft.said
    organization = places.organization(said["organization"])
    plan = Plan.objects.filter(Q(code=said["plan"]) | Q(name=said["plan"])).first()
    if plan is None:
        raise Refused("plan", "unknown_plan", said["plan"])
    if said.get("ends_on") and said["ends_on"] < said["accepted_on"]:
        raise Refused("ends_on", "ends_too_early", str(said["ends_on"]))
    covered = [places.equipment(organization, name) for name in said.get("equipment", ())]
    if None in covered:
        raise Refused("equipment", "unknown_equipment", said["equipment"][covered.index(None)])
    facts = {**_facts(draft, "number", "name", "accepted_on", "warranty_months", "free_service_months", "ends_on"), "plan": plan}
    known = Contract.objects.filter(number=said["number"]).first()
    if known is not None and known.organization_id != organization.pk:
        raise Refused("number", "taken", said["number"])

    def make() -> Contract:
        mine = places.stand_in(organization)
        return customers.create_contract(mine, **facts, equipment=_there(covered), actor=places.actor, at=places.at)

    def change(row: Contract) -> Contract:
        return customers.update_contract(row, **facts, equipment=_there(covered), actor=places.actor, at=places.at)

    return Placed(known, facts, make, change)


PLACE: dict[str, Callable[[Draft, Places], Placed]] = {
    ORGANIZATION: _organization, SITE: _site, PERSON: _person, EQUIPMENT: _equipment, CONTRACT: _contract,
}  # fmt: skip
MODELS: dict[str, Any] = {ORGANIZATION: Organization, SITE: Site, PERSON: User, EQUIPMENT: Equipment, CONTRACT: Contract}
