"""The people, places, things and contracts of the demo world."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Office, Region, Role, Skill, Team, User
from customers import services as customers
from inspections import services as inspections
from inspections.models import ChecklistTemplate, Every
from servicedesk.demo import ACCOUNTS, PASSWORD, words
from sla import loading
from sla.models import Plan

if TYPE_CHECKING:
    from datetime import date, datetime

    from customers.models import Contract, Equipment, Organization, Site

MONTHS = 24


@dataclass(slots=True)
class Customer:
    """One customer with all that stories need."""

    organization: Organization
    contract: Contract
    supervisor: User
    person: User
    sites: list[Site] = field(default_factory=list)
    equipment: list[Equipment] = field(default_factory=list)


@dataclass(slots=True)
class World:
    """Everybody and everything."""

    offices: dict[str, Office]
    engineers: dict[int, list[User]]
    dispatchers: dict[int, User]
    manager: User
    customers: list[Customer]


def build(at: datetime) -> World:
    """Make the world as it stood before its first ticket; ``at`` is today."""
    loading.load(loading.shipped_files(), actor=None, at=at - timedelta(days=31 * (MONTHS + 12)))
    skills = {code: Skill.objects.create(code=code, name=name, name_en=english) for code, name, english in words.SKILLS}
    offices, regions = _offices()
    engineers, dispatchers = _people(offices, skills)
    manager = _user("刘洋", Role.MANAGER, office=offices["beijing"])
    _user("系统管理员", Role.ADMIN, office=offices["beijing"], is_staff=True, is_superuser=True)
    made = World(offices, engineers, dispatchers, manager, [_customer(row, regions, skills, at) for row in words.CUSTOMERS])
    _plan_inspections(made, at)
    return made


def _plan_inspections(made: World, at: datetime) -> None:
    """Each site is inspected every quarter (P0), from the quarter after the acceptance on."""
    call_command("load_checklists", stdout=StringIO())
    template = ChecklistTemplate.objects.get(code="quarterly-system")
    start = at - timedelta(days=31 * MONTHS)
    for place, customer in enumerate(made.customers):
        for turn, site in enumerate(customer.sites):
            draft = inspections.PlanDraft(
                contract=customer.contract,
                site=site,
                template=template,
                engineer=made.engineers[site.region.office_id][turn % 3],
                starts_on=_first_visit(customer, place, turn, at),
            )
            inspections.create_plan(draft, actor=None, at=start)
    _plan_health_check(made, start, at)


def _plan_health_check(made: World, start: datetime, at: datetime) -> None:
    """The first site has its servers looked at each month between the 15th and the 20th (P1)."""
    customer = made.customers[0]
    site = customer.sites[0]
    draft = inspections.PlanDraft(
        contract=customer.contract,
        site=site,
        template=ChecklistTemplate.objects.get(code="monthly-health"),
        engineer=made.engineers[site.region.office_id][0],
        every=Every.MONTH,
        starts_on=(timezone.localdate(at) - relativedelta(months=8)).replace(day=15),
        window_from=15,
        window_to=20,
        lead_days=10,
    )
    inspections.create_plan(draft, actor=None, at=start)


def _first_visit(customer: Customer, place: int, turn: int, at: datetime) -> date:
    """A month after the acceptance; the first site of all is due today, so that there is a visit to try."""
    if place == turn == 0:
        return timezone.localdate(at) - relativedelta(months=18)
    return customer.contract.accepted_on + relativedelta(months=1, days=3 * place + turn)


def _offices() -> tuple[dict[str, Office], dict[str, Region]]:
    offices: dict[str, Office] = {}
    regions: dict[str, Region] = {}
    for code, name, english, parts in words.OFFICES:
        head = {} if offices else dict(zip(("letterhead", "letterhead_en", "address"), words.LETTERHEAD, strict=True))
        parent = offices.get("beijing")
        offices[code] = Office.objects.create(code=code, name=name, name_en=english, parent=parent, phone="400-800-0000", **head)
        for region, label, label_en in parts:
            regions[region] = Region.objects.create(code=region, name=label, name_en=label_en, office=offices[code])
    return offices, regions


def _people(offices: dict[str, Office], skills: dict[str, Skill]) -> tuple[dict[int, list[User]], dict[int, User]]:
    engineers: dict[int, list[User]] = {}
    dispatchers: dict[int, User] = {}
    for code, office in offices.items():
        teams = [
            Team.objects.create(code=f"{code}-systems", name="系统组", name_en="Systems", office=office),
            Team.objects.create(code=f"{code}-devices", name="设备组", name_en="Devices", office=office),
        ]
        teams[0].skills.set([skills["database"], skills["application"]])
        teams[1].skills.set([skills["network"], skills["storage"], skills["av"]])
        office.lead = _user(words.LEADS[code], Role.MANAGER, office=office)
        office.save()
        dispatchers[office.pk] = _user(words.DISPATCHERS[code], Role.DISPATCHER, office=office)
        engineers[office.pk] = [_user(name, Role.ENGINEER, office=office) for name in words.ENGINEERS[code]]
        for place, engineer in enumerate(engineers[office.pk]):
            engineer.teams.set(teams if place == 0 else [teams[place % 2]])
            engineer.skills.set(skills.values() if place == 0 else teams[place % 2].skills.all())
    return engineers, dispatchers


def _user(name: str, role: str, **facts: object) -> User:
    known = {label: email for _role, email, label in ACCOUNTS}
    email = known.get(name) or f"{role}-{User.objects.count() + 1}@demo.example"
    return User.objects.create(email=email, password=_password(), name=name, role=role, phone="13900000000", **facts)


@cache
def _password() -> str:
    """Hash the one password once: a good hash is slow on purpose."""
    return make_password(PASSWORD)


def _customer(row: words.CustomerWords, regions: dict[str, Region], skills: dict[str, Skill], at: datetime) -> Customer:
    accepted = at.date() - relativedelta(months=row.months)
    organization = customers.create_organization(code=row.code, name=row.name, short_name=row.short, actor=None, at=at)
    contract = customers.create_contract(
        organization,
        number=f"HT-{accepted:%Y%m}-{row.code[:4].upper()}",
        name=f"{row.short}信息化运维服务合同",
        plan=Plan.objects.get(code=row.plan),
        accepted_on=accepted,
        warranty_months=12,
        free_service_months=12,
        ends_on=_end(accepted, at),
        actor=None,
        at=at,
    )
    supervisor, person = row.people
    made = Customer(organization, contract, _user(supervisor, Role.SUPERVISOR), _user(person, Role.CUSTOMER))
    for place, label in enumerate(row.sites):
        made.sites.append(
            customers.create_site(
                organization,
                name=label,
                region=regions[row.region],
                address=f"{row.name}{label}",
                contact_name=person,
                contact_phone="027-88880000",
                actor=None,
                at=at,
            )
        )
        _equip(made, place, skills, at)
    customers.create_membership(made.supervisor, organization, sites=[], actor=None, at=at)
    customers.create_membership(made.person, organization, sites=made.sites[:1], actor=None, at=at)
    return made


def _end(accepted: date, at: datetime) -> date:
    """Long-served customers have a paid contract that still runs."""
    return max(accepted + relativedelta(months=36), at.date() + relativedelta(months=3))


def _equip(made: Customer, place: int, skills: dict[str, Skill], at: datetime) -> None:
    """Put two or three things into the customer's newest site."""
    site = made.sites[-1]
    for name, maker, model, kind, skill in words.EQUIPMENT[place * 2 : place * 2 + 3] or words.EQUIPMENT[:2]:
        serial = f"SN{made.organization.pk:02d}{site.pk:03d}{len(made.equipment):02d}"
        made.equipment.append(
            customers.create_equipment(
                site,
                name=name,
                maker=maker,
                model=model,
                kind=kind,
                skill=skills[skill],
                serial_number=serial,
                accepted_on=made.contract.accepted_on,
                actor=None,
                at=at,
            )
        )


def agree(made: World, at: datetime) -> None:
    """What is agreed beside the plan from now on: one contract's tighter time, and days of heightened service to come."""
    first = made.customers[0]
    who: Any = {"actor": made.manager, "at": at}
    customers.agree_target(first.contract, measure="response", severity=1, target="20min", clause="补充协议第二条", **who)
    begins = timezone.localtime(at).replace(hour=8, minute=0, second=0) + timedelta(days=5)
    period = customers.save_period(
        None,
        name="门诊高峰重保",
        name_en="Outpatient peak season",
        starts_at=begins,
        ends_at=begins + timedelta(days=3),
        organizations=[first.organization],
        targets={"response": "15min", "onsite": "2h"},
        note="工程师驻场值守，备件前置到机房。",
        **who,
    )
    for day, person in enumerate(made.engineers[first.sites[0].region.office_id][:3]):
        shift: Any = {"starts_at": begins + timedelta(days=day), "ends_at": begins + timedelta(days=day + 1)}
        customers.put_on_duty(period, person=person, phone="", **shift, **who)
    customers.announce_period(period, **who)
