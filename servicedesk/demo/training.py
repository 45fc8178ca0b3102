"""The demo world's part of: training. Three courses; an advanced and a yearly training that were held, others to come, one called off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Skill
from documents import services as documents
from training import services
from training.services import papers

if TYPE_CHECKING:
    from accounts.models import User
    from servicedesk.demo.world import Customer, World
    from training.models import Course, Session

COURSES: tuple[dict[str, Any], ...] = (
    {
        "code": "system-basics", "name": "系统运维基础培训", "name_en": "System operation basics", "kind": "basic", "hours": 6,
        "goals": "能完成日常巡查、备份检查和常见告警的初步处理。",
        "goals_en": "Carry out daily rounds, check backups, handle common alarms first.",
        "outline": "系统结构与登录\n日常巡查要点\n备份与恢复演练\n告警分级与报修流程",
        "outline_en": "How the system is built\nDaily rounds\nBackup and restore drill\nLevels of alarms, how to report a fault",
        "products": "DM8, InCloud Sphere", "valid_months": 24,
    },
    {
        "code": "yearly-refresher", "name": "年度技术人员培训",
        "name_en": "Yearly refresher for technicians", "kind": "yearly", "hours": 7.5,
        "goals": "掌握一年来的变更与典型故障处理。", "goals_en": "Know the year's changes and how its typical faults were solved.",
        "outline": "一年故障回顾\n版本变更\n应急预案演练\n测试",
        "outline_en": "The year's faults\nChanges of versions\nEmergency drill\nTest",
        "products": "DM8, S12700E, OceanStor 5500", "valid_months": 12, "pass_mark": 60,
    },
    {
        "code": "database-advanced", "name": "数据库高级调优", "name_en": "Advanced database tuning", "kind": "advanced", "hours": 12,
        "goals": "能读懂执行计划并给出索引与参数建议。", "goals_en": "Read plans of execution, advise on indexes and settings.",
        "outline": "执行计划\n索引设计\n内存与并发参数\n案例",
        "outline_en": "Plans of execution\nDesign of indexes\nMemory and concurrency\nCases",
        "products": "DM8", "valid_months": 36, "pass_mark": 70,
    },
)  # fmt: skip
NAMES = ("钱程", "孔令辉", "邹婷", "陶勇", "贺兰")
PAPERS = (
    ("项目管理专业人士", "PMP", "PMI", "PMP-3310482"),
    ("注册信息安全专业人员", "CISP", "中国信息安全测评中心", "CISP-2024-0071"),
    ("达梦数据库认证工程师", "DCP", "达梦数据库", "DCP-88213"),
)
STROKES = [[[120, 210], [300, 120], [480, 260], [690, 150]], [[720, 290], [850, 180], [900, 220]]]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Story:
    """One training: for whom, which course, how many days from today it begins, how many names come beside the accounts."""

    customer: Customer
    course: Course
    days: int
    names: int = 3
    seats: int = 12


def fill(made: World, at: datetime) -> None:
    """Tell what happened up to now, after all tickets have been told."""
    courses = [_course(facts, made, at - timedelta(days=500)) for facts in COURSES]
    basic, yearly, advanced = courses
    first, second, third, fourth, *_rest = made.customers
    _taught(made, Story(second, advanced, -60, 3), at)
    _taught(made, Story(first, yearly, -12), at)
    _waits_for_signature(made, Story(fourth, yearly, -1, 2), at)
    _announced(made, Story(first, basic, 9, 2, 6), at)
    _announced(made, Story(third, advanced, 16, 0, 20), at)
    off = _announced(made, Story(second, basic, 20, 1), at)
    services.cancel(off, actor=made.manager, at=at - timedelta(days=1), reason="客户当周有重要保障任务，另行约定时间。")
    _planned(made, Story(third, basic, 40, 0), at - timedelta(days=2))
    _people(made, at)


def _people(made: World, at: datetime) -> None:
    """Papers of our own people, whom the first contract names (one paper ends soon, one is missing), who represents us where."""
    customer, today = made.customers[0], timezone.localdate(at)
    region, dispatcher = customer.sites[0].region, made.dispatchers[customer.sites[0].region.office_id]
    first, second, *_others = made.engineers[region.office_id]
    for person, days, (name, english, issuer, number) in zip((first, first, second), (20, 700, 60), PAPERS, strict=True):
        services.save_staff_certificate(
            None, actor=dispatcher, at=at, person=person, name=name, name_en=english, issuer=issuer, number=number,
            issued_on=today - timedelta(days=365), expires_on=today + timedelta(days=days), upload=SimpleUploadedFile("scan.pdf", PDF),
        )  # fmt: skip
    starts_on = today - timedelta(days=90)
    for person, role, english, required in (
        (first, "项目经理", "Project manager", "PMP"),
        (second, "驻场工程师", "On-site engineer", "OCP"),
    ):
        services.name_engineer(
            customer.contract, actor=dispatcher, at=at, person=person, role=role, role_en=english, required=required, starts_on=starts_on
        )
    services.check_named_engineers(at)
    services.save_representative(
        None, actor=made.manager, at=at, region=region, person=made.manager, deputy=dispatcher, phone="13800001000", starts_on=starts_on
    )


def _course(facts: dict[str, Any], made: World, at: datetime) -> Course:
    course = services.save_course(None, actor=made.manager, at=at, **facts)
    course.skills.set(Skill.objects.filter(code__in=["database", "application"]))
    for note in ("", "更新案例"):
        upload = SimpleUploadedFile(f"{course.code}.pdf", PDF)
        services.add_material(course, upload, actor=made.manager, at=at, title="讲义", note=note)
    return course


def _clock(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _planned(made: World, story: Story, at: datetime) -> Session:
    site, hours = story.customer.sites[0], float(story.course.hours)
    starts_at = _clock(timezone.localdate(at) + timedelta(days=story.days), 9)
    draft = services.Draft(
        course=story.course, organization=story.customer.organization, contract=story.customer.contract, site=site, room="三楼培训教室",
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=min(hours, 8)), trainers=made.engineers[site.region.office_id][:2],
        capacity=story.seats, note="请携带笔记本电脑；教室提供网络。",
    )  # fmt: skip
    return services.plan(draft, actor=_dispatcher(made, story), at=at)


def _dispatcher(made: World, story: Story) -> User:
    return made.dispatchers[story.customer.sites[0].region.office_id]


def _announced(made: World, story: Story, at: datetime) -> Session:
    """Planned and announced two weeks ago, or three weeks before it was held."""
    told = at - timedelta(days=14) + min(timedelta(days=story.days), timedelta(0))
    later = Story(story.customer, story.course, story.days + (at - told).days, story.names, story.seats)
    session = _planned(made, later, told)
    services.announce(session, actor=_dispatcher(made, story), at=told)
    services.invite(session, actor=story.customer.supervisor, at=told, user=story.customer.person)
    for place, name in enumerate(NAMES[: story.names]):
        services.invite(session, actor=story.customer.supervisor, at=told, name=name, phone=f"1380000100{place}")
    return session


def _waits_for_signature(made: World, story: Story, at: datetime) -> Session:
    session = _announced(made, story, at)
    trainer = session.trainers.order_by("pk")[0]
    for place, who in enumerate(session.attendees.order_by("pk")):
        if place == story.names and story.names:
            continue  # the last of them was ill
        services.sign(who, actor=trainer, at=session.starts_at, strokes=STROKES)
    services.hold(session, actor=trainer, at=session.ends_at)
    return session


def _taught(made: World, story: Story, at: datetime) -> None:
    session = _waits_for_signature(made, story, at)
    paper = papers.sheet_of(session)
    if paper is None:
        raise LookupError(session)
    trainer, ended = session.trainers.order_by("pk")[0], session.ends_at
    name = story.customer.person.name
    documents.sign(paper, name=name, strokes=STROKES, seen=paper.content_hash, actor=trainer, at=ended)
    if story.course.pass_mark is not None:
        points = {who.pk: Decimal(92 - 9 * place) for place, who in enumerate(session.attendees.order_by("pk"))}
        services.score(session, points, actor=trainer, at=ended)
    services.close(session, actor=trainer, at=ended + timedelta(hours=1))
