"""Plans and visits for tests, made through the services."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from inspections import services
from inspections.models import ChecklistTemplate, Every, Inspection, InspectionPhoto, InspectionPlan, Outcome
from sla import loading
from sla.models import Plan
from tests.worlds import NOON

if TYPE_CHECKING:
    from tests.worlds import World

CHECKLIST: dict[str, Any] = {
    "code": "short",
    "name": "简要巡检",
    "name_en": "Short inspection",
    "items": [
        {"text": "应用服务正常", "text_en": "Services are running", "hint": "查看服务清单", "hint_en": "See the list"},
        {"text": "磁盘使用率", "text_en": "Disk in use", "unit": "%"},
        {"section": "general", "text": "机房清洁", "text_en": "The room is clean"},
        {"section": "general", "text": "已了解客户意见", "text_en": "The customer was heard", "required": False},
    ],
}

KINDS: dict[str, Any] = {
    "code": "kinds",
    "items": [
        {"code": "services", "text": "应用服务正常", "text_en": "Services are running", "part": "software"},
        {"code": "disk", "kind": "number", "text": "磁盘使用率", "text_en": "Disk in use", "unit": "%", "high": 85, "part": "hardware"},
        {
            "code": "backup",
            "kind": "choice",
            "text": "数据库备份",
            "text_en": "Database backup",
            "options": [
                {"code": "done", "text": "成功", "text_en": "Done"},
                {"code": "failed", "text": "失败", "text_en": "Failed", "bad": True},
            ],
        },
        {"code": "remarks", "kind": "text", "text": "日志审阅", "text_en": "Review of the logs", "section": "general", "required": False},
        {"code": "room", "kind": "photo", "text": "机房照片", "text_en": "Photo of the room", "section": "general"},
    ],
}
"""An item of each kind, for ``make_checklist``."""


def load_shipped_plan(code: str = "p0", at: datetime = NOON) -> Plan:
    """The service plan of that code, with its calendars, as it ships."""
    loading.load(loading.shipped_files(), actor=None, at=at)
    return Plan.objects.get(code=code)


def make_checklist(at: datetime = NOON, **facts: Any) -> ChecklistTemplate:
    """A checklist of four items."""
    version, _is_new = services.load_checklist({**CHECKLIST, **facts}, actor=None, at=at)
    return version.template


def make_plan(world: World, at: datetime = NOON, **facts: Any) -> InspectionPlan:
    """A quarterly plan for the world's site, the first visit two weeks from now."""
    given = {
        "contract": world.contract,
        "site": world.site,
        "engineer": world.engineer,
        "starts_on": date(2026, 12, 4),
        "every": Every.QUARTER,
        **facts,
    }
    given.setdefault("template", ChecklistTemplate.objects.filter(code="short").first() or make_checklist(at))
    return services.create_plan(services.PlanDraft(**given), actor=None, at=at)


def make_visit(world: World, at: datetime = NOON, **facts: Any) -> Inspection:
    """A planned visit."""
    plan = make_plan(world, at, **facts)
    services.plan_next_batch(at)
    return plan.inspections.latest("id")


def start(visit: Inspection, world: World, at: datetime = NOON) -> Inspection:
    """A visit under way."""
    return services.start(visit, actor=world.engineer, at=at, admitted_by="赵主任")


def fill(visit: Inspection, world: World, at: datetime = NOON, *, failed: tuple[int, ...] = ()) -> None:
    """Record every item, those in `failed` as not in order; what was found before is still there."""
    for result in visit.results.all():
        outcome = Outcome.FAILED if result.position in failed else Outcome.OK
        note = "已超过 90%" if result.position in failed else ""
        answer = services.Answer(position=result.position, outcome=outcome, note=note, measured="91" if result.unit else "")
        services.record_result(visit, answer, actor=world.engineer, at=at)
    still = [services.Verdict(finding=row.finding_id, verdict="still") for row in visit.carried.all()]
    services.record_verdicts(visit, still, actor=world.engineer, at=at)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)
"""The smallest picture there is."""


def picture(name: str = "foto.png", content: bytes = PNG) -> SimpleUploadedFile:
    """A picture as a phone sends it."""
    return SimpleUploadedFile(name, content, "image/png")


def take_photo(visit: Inspection, world: World, position: int = 1, at: datetime = NOON) -> InspectionPhoto:
    """A picture at an item."""
    return services.keep_photos(visit, position, [picture()], actor=world.engineer, at=at)[0]


def make_done_visit(
    world: World, at: datetime = NOON, *, failed: tuple[int, ...] = (), with_photo: bool = False, **facts: Any
) -> Inspection:
    """A finished visit that waits for a signature."""
    visit = start(make_visit(world, at, **facts), world, at)
    if with_photo:
        take_photo(visit, world, at=at)
    fill(visit, world, at, failed=failed)
    return services.finish(visit, actor=world.engineer, at=at, said=services.Conclusion(summary="运行平稳", advice="建议年内扩容"))
