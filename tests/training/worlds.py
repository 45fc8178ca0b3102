"""Courses and sessions for tests, made through the services."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from documents import services as documents
from obligations import services as obligations
from tests.documents.worlds import STROKES
from tests.worlds import NOON
from training import services
from training.services import papers

if TYPE_CHECKING:
    from obligations.models import Obligation
    from tests.worlds import World
    from training.models import Attendee, Course, Material, NamedEngineer, RegionalRepresentative, Session, StaffCertificate

STARTS = NOON + timedelta(days=10)
"""When the world's training begins."""
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_numbers = count(1)


def make_course(world: World, **facts: Any) -> Course:
    """A basic course of six hours, its certificate valid for a year."""
    given = {
        "code": f"course-{next(_numbers)}", "name": "数据库基础培训", "name_en": "Database basics", "kind": "basic", "hours": 6,
        "goals": "会做日常维护。", "goals_en": "Do the daily upkeep.", "outline": "备份与恢复", "valid_months": 12, **facts,
    }  # fmt: skip
    return services.save_course(None, actor=world.manager, at=NOON, **given)


def make_draft(world: World, course: Course | None = None, **facts: Any) -> services.Draft:
    """A training at the world's site, taught by its engineer."""
    given = {
        "organization": world.organization, "contract": world.contract, "site": world.site, "trainers": [world.engineer],
        "starts_at": STARTS, "ends_at": STARTS + timedelta(hours=6), "capacity": 5, "room": "3 楼会议室", **facts,
    }  # fmt: skip
    return services.Draft(course=course or make_course(world), **given)


def make_session(world: World, course: Course | None = None, *, announced: bool = True, **facts: Any) -> Session:
    """A session that is announced, unless said otherwise."""
    row = services.plan(make_draft(world, course, **facts), actor=world.dispatcher, at=NOON)
    return services.announce(row, actor=world.dispatcher, at=NOON) if announced else row


def invite(world: World, session: Session, *, at: datetime = NOON, **facts: Any) -> Attendee:
    """The world's customer, or somebody by name, on the list."""
    return services.invite(session, actor=world.dispatcher, at=at, **(facts or {"user": world.customer}))


def hold(world: World, session: Session, *present: Attendee) -> Session:
    """The session held with these people there, its sheet signed by the customer."""
    for who in present:
        services.sign(who, actor=world.engineer, at=session.starts_at, strokes=STROKES)
    paper = services.hold(session, actor=world.engineer, at=session.ends_at)
    documents.sign(paper, name="赵主任", strokes=STROKES, seen=paper.content_hash, actor=world.engineer, at=session.ends_at)
    session.refresh_from_db()
    return session


def close(world: World, session: Session, *present: Attendee) -> Session:
    """The session held and closed."""
    hold(world, session, *present)
    return services.close(session, actor=world.engineer, at=session.ends_at)


def owe(world: World, code: str = "training-basic", *, opens: datetime = NOON, days: int = 30, period: str = "") -> Obligation:
    """What the world's contract owes, from a moment on for so many days."""
    owed = obligations.Owed(
        key=f"{code}:contract:{world.contract.pk}:{period}", kind="training", code=code, title="基础培训", title_en="Basic training",
        organization=world.organization, contract=world.contract, office=world.office, period=period, opens_at=opens,
        due_at=opens + timedelta(days=days),
    )  # fmt: skip
    return obligations.owe(owed, at=opens)[0]


def make_material(world: World, course: Course, *, title: str = "讲义", content: bytes = PDF) -> Material:
    """A PDF that goes with a course."""
    upload = SimpleUploadedFile("handout.pdf", content)
    return services.add_material(course, upload, actor=world.dispatcher, at=NOON, title=title)


def sheet(session: Session) -> Any:
    """The attendance sheet."""
    return papers.sheet_of(session)


def day(*date: int) -> datetime:
    """Noon in Shanghai on a day."""
    return datetime(*date, 4, 0, tzinfo=UTC)  # type: ignore[misc]


def make_paper(world: World, *, at: datetime = NOON, **facts: Any) -> StaffCertificate:
    """A certificate of the world's engineer, valid for more than a year from noon on, with its scan."""
    given = {
        "person": world.engineer, "name": "项目管理专业人士", "name_en": "PMP", "issuer": "PMI", "number": f"PMP-{next(_numbers)}",
        "issued_on": date(2025, 1, 1), "expires_on": date(2028, 1, 1), "upload": SimpleUploadedFile("scan.pdf", PDF), **facts,
    }  # fmt: skip
    return services.save_staff_certificate(None, actor=world.dispatcher, at=at, **given)


def make_named(world: World, *, at: datetime = NOON, **facts: Any) -> NamedEngineer:
    """The world's engineer, named in its contract as project manager who is to hold a PMP."""
    given = {
        "person": world.engineer, "role": "项目经理", "role_en": "Project manager", "required": "PMP",
        "starts_on": date(2026, 6, 1), **facts,
    }  # fmt: skip
    return services.name_engineer(world.contract, actor=world.dispatcher, at=at, **given)


def make_representative(world: World, *, at: datetime = NOON, **facts: Any) -> RegionalRepresentative:
    """The world's manager, who represents us in its region."""
    given = {"region": world.region, "person": world.manager, "phone": "13800001000", "starts_on": date(2026, 1, 1), **facts}
    return services.save_representative(None, actor=world.manager, at=at, **given)
