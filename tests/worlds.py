"""Small worlds for tests, made through the services so that no impossible state exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from accounts.models import Office, Region, Role, User
from customers import services as customers
from customers.models import Contract, Equipment, Organization, Site
from sla.models import Plan
from tests.plans import load_shipped_plans
from tests.remembering import remembered
from tickets import services as tickets

if TYPE_CHECKING:
    from tickets.models import Ticket

PASSWORD = "quiet-otters-sign-plans"
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""A Friday, noon in Shanghai."""

_numbers = count(1)


def _next(word: str) -> str:
    return f"{word}-{next(_numbers)}"


def make_office(code: str = "", **facts: Any) -> Office:
    """An office of the provider; without a parent it is the head office."""
    code = code or _next("office")
    return Office.objects.create(code=code, name=facts.pop("name", f"办事处 {code}"), **facts)


def make_region(office: Office | None = None, code: str = "", **facts: Any) -> Region:
    """A region served by an office."""
    code = code or _next("region")
    return Region.objects.create(code=code, name=facts.pop("name", f"区域 {code}"), office=office or make_office(), **facts)


def make_user(email: str = "", *, role: str = Role.ENGINEER, **facts: Any) -> User:
    """A person who can log in with PASSWORD."""
    email = email or f"{_next(role)}@example.com"
    facts.setdefault("name", email.split("@")[0])
    if role == Role.ADMIN:
        return User.objects.create_superuser(email, PASSWORD, **facts)
    return User.objects.create_user(email, PASSWORD, role=role, **facts)


def make_plan(code: str = "", **facts: Any) -> Plan:
    """A service plan without versions: enough for a contract, not for a clock."""
    code = code or _next("plan")
    return Plan.objects.create(code=code, name=facts.pop("name", f"服务计划 {code}"), **facts)


def make_organization(name: str = "", *, at: datetime = NOON, **facts: Any) -> Organization:
    """A customer."""
    code = facts.pop("code", _next("org"))
    return customers.create_organization(code=code, name=name or f"客户 {code}", actor=None, at=at, **facts)


def make_site(organization: Organization | None = None, *, region: Region | None = None, at: datetime = NOON, **facts: Any) -> Site:
    """A site of a customer."""
    name = facts.pop("name", _next("site"))
    return customers.create_site(organization or make_organization(), name=name, region=region or make_region(), actor=None, at=at, **facts)


def make_equipment(site: Site | None = None, *, at: datetime = NOON, **facts: Any) -> Equipment:
    """A system at a site."""
    return customers.create_equipment(site or make_site(), name=facts.pop("name", _next("equipment")), actor=None, at=at, **facts)


def make_contract(organization: Organization | None = None, *, plan: Plan | None = None, at: datetime = NOON, **facts: Any) -> Contract:
    """A contract accepted on 2026-06-01, a year of warranty, covering all equipment."""
    return customers.create_contract(
        organization or make_organization(),
        number=facts.pop("number", _next("HT")),
        name=facts.pop("name", "运维服务合同"),
        plan=plan or make_plan(),
        accepted_on=facts.pop("accepted_on", date(2026, 6, 1)),
        actor=None,
        at=at,
        **facts,
    )


def make_customer(organization: Organization, *, sites: Any = (), role: str = Role.CUSTOMER, email: str = "", **facts: Any) -> User:
    """A person of a customer, seeing these sites (a supervisor sees all)."""
    user = make_user(email, role=role, **facts)
    customers.create_membership(user, organization, sites=sites, actor=None, at=NOON)
    return user


@dataclass(frozen=True)
class World:
    """One office with a person of each role, a customer with two sites, and a stranger from another customer."""

    office: Office
    region: Region
    engineer: User
    dispatcher: User
    manager: User
    admin: User
    organization: Organization
    site: Site
    other_site: Site
    equipment: Equipment
    other_equipment: Equipment
    contract: Contract
    customer: User
    supervisor: User
    stranger: User

    def person(self, role: str) -> User | None:
        """The person called so, or nobody for "anonymous"."""
        return None if role == "anonymous" else getattr(self, role)


@remembered
def make_world(plan: Plan | None = None) -> World:
    """A world small enough to know by heart."""
    head = make_office(name="总部", name_en="Head office")
    office = make_office(name="华东办事处", name_en="East China office", parent=head)
    region = make_region(office, name="华东", name_en="East China")
    staff = {role: make_user(role=role, office=office) for role in (Role.ENGINEER, Role.DISPATCHER, Role.MANAGER, Role.ADMIN)}
    organization = make_organization("江城第一人民医院", short_name="江城一院")
    site = make_site(organization, region=region, name="门诊楼机房", address="江城市人民路 1 号")
    other_site = make_site(organization, region=region, name="住院楼机房")
    stranger_site = make_site(make_organization("远山水务集团"), region=region)
    equipment = make_equipment(site, name="HIS 数据库", maker="Inspur", model="K1", serial_number="SN-0001")
    return World(
        office=office,
        region=region,
        **{str(role): user for role, user in staff.items()},
        organization=organization,
        site=site,
        other_site=other_site,
        equipment=equipment,
        other_equipment=make_equipment(other_site, name="PACS 存储", kind=Equipment.Kind.HARDWARE),
        contract=make_contract(organization, plan=plan),
        customer=make_customer(organization, sites=[site]),
        supervisor=make_customer(organization, role=Role.SUPERVISOR),
        stranger=make_customer(stranger_site.organization, sites=[stranger_site], role=Role.SUPERVISOR),
    )


@remembered
def make_promising_world(plan: str = "p0") -> World:
    """The same world, its contract under one of the shipped plans: reports there start clocks."""
    load_shipped_plans()
    return make_world(Plan.objects.get(code=plan))


def make_ticket(world: World, *, at: datetime = NOON, actor: User | None = None, **facts: Any) -> Ticket:
    """A fault of severity 2 on the world's equipment, reported by its customer, unless said otherwise."""
    facts = {"kind": "fault", "severity": 2, "subject": "挂号系统打不开", "site": world.site, "equipment": world.equipment, **facts}
    return tickets.report(tickets.Report(**facts), actor=actor or world.customer, at=at)
