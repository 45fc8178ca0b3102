"""``python -m bench.archive``: how quickly the two-year archive of a large customer opens on PostgreSQL.

A customer with BENCH_TICKETS (default 5000) tickets, a visit for every third, papers for each, answers to surveys, calls, remedies,
parts, changes of configuration and downtimes, releases for all its equipment and trainings, beside BENCH_OTHERS (default 20000)
tickets of other customers, each with the same. Pages are asked for as a browser does, through the whole stack, in one process;
prints the median and the worst of BENCH_ROUNDS (default 15), and how many queries each took.
Works in a database of its own, ``servicedesk_bench_archive``.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg2

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.test import Client

DATABASE = "servicedesk_bench_archive"
GIVEN = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
TICKETS, OTHERS = int(os.environ.get("BENCH_TICKETS", "5000")), int(os.environ.get("BENCH_OTHERS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
CONTENT_LINES = 60
os.environ.update(
    DATABASE_URL=urlsplit(GIVEN)._replace(path=f"/{DATABASE}").geturl(),
    REDIS_URL=os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/9",
    DJANGO_SETTINGS_MODULE="bench.settings",
    LOG_LEVEL="ERROR",
    ALLOWED_HOSTS="testserver",
)


def admin(*statements: str) -> None:
    """Run statements on the server's own database."""
    link = psycopg2.connect(GIVEN.replace("postgres://", "postgresql://"))
    link.autocommit = True
    with link.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    link.close()


def main() -> None:
    """Make the database, measure, print."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections

    admin(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}")
    try:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        organization = fill()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        measure(organization)
    finally:
        connections.close_all()
        if not os.environ.get("BENCH_KEEP"):
            admin(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


# --- The world ----------------------------------------------------------------------------------


def fill() -> Any:
    """Write the tickets and what hangs on them; answer the large customer."""
    from bench.load import Loader
    from core.time import now
    from customers.models import Equipment
    from servicedesk.demo import world as demo

    at, rng = now(), random.Random(7)
    made = demo.build(at)
    plans = {row.organization.pk: row.contract.plan for row in made.customers}
    equipment = list(Equipment.objects.select_related("site__organization", "site__region"))
    for row in equipment:
        row.plan = plans[row.site.organization_id]  # type: ignore[attr-defined]
    engineers = [person for people in made.engineers.values() for person in people]
    for person in engineers:
        person.team = person.teams.values_list("pk", flat=True)[0]  # type: ignore[attr-defined]
    large = next(row.organization for row in made.customers if row.organization.memberships.filter(user__role="supervisor").exists())
    for count, ours in ((TICKETS, True), (OTHERS, False)):
        things = [row for row in equipment if (row.site.organization_id == large.pk) == ours]
        Loader(at, things, engineers, rng).write(count)
    _hang(rng, engineers[0], at)
    return large


def _hang(rng: random.Random, engineer: Any, at: datetime) -> None:
    """Write what hangs on tickets and equipment."""
    from customers.models import ConfigurationChange, Downtime, Equipment
    from documents.models import Document
    from parts.models import Depot, PartType, StockMovement
    from surveys.models import SurveyAnswer, SurveyInvitation, SurveyValue, SurveyVersion
    from tickets.models import Ticket
    from visits.models import Visit

    tickets = list(Ticket.objects.filter(status="closed", number__startswith="SD-B-").order_by("pk"))
    Visit.objects.bulk_create((_visit(ticket) for ticket in tickets[::3]), batch_size=2000)
    Document.objects.bulk_create((_paper(ticket, kind) for ticket in tickets for kind in ("diagnosis", "fault_report")), batch_size=1000)
    version = SurveyVersion.objects.filter(template__code="close")[0]
    asked = SurveyInvitation.objects.bulk_create((_asked(ticket, version) for ticket in tickets[::2]), batch_size=2000)
    said = SurveyAnswer.objects.bulk_create((_answer(invitation) for invitation in asked), batch_size=2000)
    scores = list(version.questions.filter(kind="score"))
    values = (SurveyValue(answer=answer, question=question, value=rng.randint(2, 5)) for answer in said for question in scores)
    SurveyValue.objects.bulk_create(values, batch_size=5000)
    _hang_care(tickets, engineer, at)
    part = PartType.objects.first() or PartType.objects.create(code="psu", name="电源模块", price=1200)
    depot = Depot.objects.first() or Depot.objects.create(code="depot", name="备件库", office=engineer.office)
    StockMovement.objects.bulk_create((_used(ticket, part, depot) for ticket in tickets[::5]), batch_size=2000)
    span = timedelta(days=720) / 100
    for thing in Equipment.objects.all():
        moments = [at - place * span for place in range(1, 101)]
        ConfigurationChange.objects.bulk_create(
            ConfigurationChange(equipment=thing, what="补丁", after=f"{when:%m%d}", at=when) for when in moments
        )
        Downtime.objects.bulk_create(
            Downtime(equipment=thing, starts_at=when, ends_at=when + timedelta(hours=2), reason="例行维护", entered_at=when)
            for when in moments[::10]
        )


def _visit(ticket: Any) -> Any:
    from visits.models import Visit

    began = ticket.created_at + timedelta(hours=1)
    return Visit(
        ticket=ticket, subject=ticket.subject, organization_id=ticket.organization_id, site_id=ticket.site_id, office_id=ticket.office_id,
        lead_id=ticket.assignee_id, starts_at=began, ends_at=began + timedelta(hours=2), status="done", departed_at=began,
        arrived_at=began, left_at=began + timedelta(hours=1), work="更换电源模块并测试，恢复正常。", result="solved",
        created_at=ticket.created_at, updated_at=began,
    )  # fmt: skip


def _paper(ticket: Any, kind: str) -> Any:
    from documents.models import Document

    sheet = {"title": kind, "facts": [], "blocks": [{"type": "text", "title": "经过", "text": "检查系统日志并核对配置。" * CONTENT_LINES}]}
    return Document(
        kind=kind, number=f"{ticket.number}-{kind[:2].upper()}", about=f"ticket/{ticket.pk}", organization_id=ticket.organization_id,
        site_id=ticket.site_id, content={"sheets": {"zh-hans": sheet, "en": sheet}}, content_hash="0" * 64, issued_at=ticket.resolved_at,
        issued_by_id=ticket.assignee_id, sealed_at=ticket.resolved_at,
    )  # fmt: skip


def _asked(ticket: Any, version: Any) -> Any:
    from surveys.models import SurveyInvitation

    return SurveyInvitation(
        key=f"bench/{ticket.pk}", version=version, organization_id=ticket.organization_id, ticket=ticket, site_id=ticket.site_id,
        office_id=ticket.office_id, engineer_id=ticket.assignee_id, cause="close", token_hash=f"{ticket.pk:064d}",
        created_at=ticket.closed_at, sent_at=ticket.closed_at, expires_at=ticket.closed_at + timedelta(days=30),
        answered_at=ticket.closed_at + timedelta(hours=5),
    )  # fmt: skip


def _answer(invitation: Any) -> Any:
    from surveys.models import SurveyAnswer

    names = ("version_id", "cause", "organization_id", "ticket_id", "site_id", "office_id", "engineer_id")
    served = {name: getattr(invitation, name) for name in names}
    return SurveyAnswer(invitation=invitation, words="处理及时，谢谢。", mean=4.0, lowest=3, answered_at=invitation.answered_at, **served)


def _hang_care(tickets: list[Any], engineer: Any, at: datetime) -> None:
    """Write calls, remedies, releases and trainings."""
    from care.models import Call
    from care.services.scripts import script_for
    from catalogue.models import Campaign, CampaignItem, Release
    from customers.models import Equipment, Organization
    from entitlements.models import Remedy
    from training.models import Course, Session

    script = script_for("callback", at)
    Call.objects.bulk_create((_called(ticket, script, engineer) for ticket in tickets[::2]), batch_size=2000)
    Remedy.objects.bulk_create((_remedy(ticket, engineer) for ticket in tickets[::10]), batch_size=2000)
    things = list(Equipment.objects.select_related("site"))
    for number in range(8):
        told = at - timedelta(days=80 * number + 5)
        release = Release.objects.create(
            maker="浪潮", product=f"BMC-{number}", version="2.0", notes="修复安全漏洞", published_on=date(2024, 1, 1)
        )
        campaign = Campaign.objects.create(release=release, opened_at=told)
        stands = {"state": "told", "assessed_at": told, "told_at": told, "updated_at": told}
        CampaignItem.objects.bulk_create(
            CampaignItem(campaign=campaign, equipment=thing, organization_id=thing.site.organization_id, **stands) for thing in things
        )
    course = Course.objects.first() or Course.objects.create(code="bench", name="基础培训", name_en="Basics", hours=4)
    for organization in Organization.objects.all():
        site = organization.sites.order_by("pk")[0]
        days = [at - timedelta(days=30 * number + 3) for number in range(24)]
        Session.objects.bulk_create(
            Session(
                course=course, organization=organization, site=site, starts_at=day, ends_at=day + timedelta(hours=4), status="held",
                created_at=day, held_at=day + timedelta(hours=4),
            )
            for day in days
        )  # fmt: skip


def _called(ticket: Any, script: Any, engineer: Any) -> Any:
    from care.models import Call

    at = ticket.resolved_at + timedelta(hours=4)
    return Call(
        key=f"bench/{ticket.pk}", kind="callback", subject=ticket.subject, organization_id=ticket.organization_id, site_id=ticket.site_id,
        ticket=ticket, office_id=ticket.office_id, script=script, planned_on=at.date(), opens_at=ticket.resolved_at,
        due_at=ticket.resolved_at + timedelta(hours=24), next_at=at, status="done", outcome="fine", words="已恢复正常，客户满意。",
        spoke_with="李工", ended_at=at, ended_by=engineer, created_at=ticket.resolved_at,
    )  # fmt: skip


def _remedy(ticket: Any, engineer: Any) -> Any:
    from entitlements.models import Remedy

    at = ticket.resolved_at
    return Remedy(
        ticket=ticket, kind="exchange", equipment_id=ticket.equipment_id, what="电源模块 SN-1", day=at.date(), basis="free",
        rule="warranty", price=1200, charged=0, paid=0, status="done", proposed_at=at, proposed_by=engineer, approved_at=at,
        approved_by=engineer, agreed_at=at, agreed_name="李工", done_at=at,
    )  # fmt: skip


def _used(ticket: Any, part: Any, depot: Any) -> Any:
    from parts.models import StockMovement

    return StockMovement(
        kind="used", part=part, depot=depot, quantity=1, at=ticket.resolved_at, actor_id=ticket.assignee_id, ticket=ticket,
        site_id=ticket.site_id, equipment_id=ticket.equipment_id, is_free=True, rule="warranty", amount=0, unit_price=0,
    )  # fmt: skip


# --- Measuring ----------------------------------------------------------------------------------


def measure(organization: Any) -> None:
    """Ask for the pages that somebody new would open."""
    from django.test import Client

    from accounts.models import User
    from archive import selectors
    from archive.scope import Scope
    from core.time import now

    engineer = User.objects.get(email="engineer@demo.example")
    supervisor = User.objects.filter(role="supervisor", membership__organization=organization)[0]
    at = now()
    asked = selectors.Asked((at - timedelta(days=730)).date(), at.date())
    count = selectors.count(engineer, Scope.of(organization), asked, at)
    print(f"\n{organization}: {TICKETS} tickets, {count} entries of two years beside {OTHERS} tickets of others", flush=True)
    site = organization.sites.order_by("pk")[0]
    thing = site.equipment.order_by("pk")[0]
    pages = {
        "first page, summary and all": f"/archive/organization/{organization.pk}/",
        "a page in the middle": f"/archive/organization/{organization.pk}/?cursor={_middle(engineer, organization, asked, at)}",
        "words in Chinese": f"/archive/organization/{organization.pk}/?q=数据库连接",
        "a word that is nowhere": f"/archive/organization/{organization.pk}/?q=zzzz",
        "one kind": f"/archive/organization/{organization.pk}/?kind=part",
        "a site": f"/archive/site/{site.pk}/",
        "an equipment": f"/archive/equipment/{thing.pk}/",
    }
    for person in (engineer, supervisor):
        client = Client()
        client.force_login(person)
        print(f"as {person.role}", flush=True)
        for name, address in pages.items():
            say(name, client, address)


def _middle(person: Any, organization: Any, asked: Any, at: datetime) -> str:
    """Answer the place a year ago."""
    from archive import selectors
    from archive.engine import Key, Place

    return selectors.encoded(Place(Key(at - timedelta(days=365), "ticket", 0)))


def say(name: str, client: Client, address: str) -> None:
    """Ask for a page so many times and print what it took."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as counted:
        answer = client.get(address)
    assert answer.status_code == 200, answer
    asked = list(counted.captured_queries)
    slowest = max(asked, key=lambda query: float(query["time"]))
    times = list(_timed(client, address))
    queries = f"{len(asked)} queries, the slowest {float(slowest['time']) * 1000:.0f} ms"
    print(f"  {name:30} median {statistics.median(times) * 1000:6.0f} ms   worst {max(times) * 1000:6.0f} ms   {queries}", flush=True)


def _timed(client: Client, address: str) -> Iterable[float]:
    for _round in range(ROUNDS):
        began = time.perf_counter()
        client.get(address)
        yield time.perf_counter() - began


if __name__ == "__main__":
    main()
