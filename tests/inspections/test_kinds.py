"""Items of every kind: what is typed, chosen or photographed says whether it is in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.errors import DomainError, Invalid
from customers import services as customers
from inspections import selectors, services
from inspections.errors import ChecklistProblem, Unfinished
from inspections.management.commands.load_checklists import Command
from inspections.models import Inspection
from tests.inspections.worlds import KINDS, NOON, make_checklist, make_visit, picture, start
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.worlds import World


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


@pytest.fixture
def visit(world: World) -> Inspection:
    return start(make_visit(world, template=make_checklist(**KINDS)), world)


def record(visit: Inspection, world: World, **given: Any) -> Any:
    return services.record_result(visit, services.Answer(**given), actor=world.engineer, at=NOON)


@pytest.mark.parametrize(
    ("position", "given", "outcome", "why"),
    [
        (2, {"measured": "85"}, "ok", "the limit itself is in order"),
        (2, {"measured": "85,1 %"}, "failed", "above the upper limit"),
        (2, {"measured": ""}, "", "nothing was measured yet"),
        (2, {"measured": "", "outcome": "not_applicable"}, "not_applicable", "there is no disk"),
        (2, {"measured": "12", "outcome": "failed"}, "ok", "the figure decides, not the opinion"),
        (3, {"measured": "done"}, "ok", "a good option"),
        (3, {"measured": "failed"}, "failed", "a bad one"),
        (4, {"note": "一切正常"}, "ok", "words are there"),
        (4, {"note": ""}, "", "none are"),
        (4, {"note": "值班缺勤", "outcome": "failed"}, "failed", "words that say what is wrong"),
    ],
)
def test_the_outcome_follows_from_what_is_there(
    world: World, visit: Inspection, position: int, given: dict[str, Any], outcome: str, why: str
):
    assert record(visit, world, position=position, **given).outcome == outcome, why


@pytest.mark.parametrize(
    ("position", "measured", "why"), [(2, "sehr viel", "no number"), (2, "1e99", "no column holds it"), (3, "x", "no such option")]
)
def test_what_it_cannot_be_is_refused(world: World, visit: Inspection, position: int, measured: str, why: str):
    with pytest.raises(Invalid) as refusal:
        record(visit, world, position=position, measured=measured)
    assert refusal.value.field == "measured", why


def test_a_photo_item_is_done_once_it_has_a_picture(world: World, visit: Inspection):
    for upload, why in ((picture("a.txt", b"just words"), "words are no picture"), (picture(content=b"%PDF-1.4 x"), "neither is a paper")):
        with pytest.raises(DomainError):
            services.keep_photos(visit, 5, [upload], actor=world.engineer, at=NOON)
        assert not visit.results.get(position=5).photos.exists(), why
    with pytest.raises(Invalid, match="12"):
        services.keep_photos(visit, 5, [picture() for _i in range(13)], actor=world.engineer, at=NOON)
    photo = services.keep_photos(visit, 5, [picture()], actor=world.engineer, at=NOON)[0]
    assert (visit.results.get(position=5).outcome, photo.content_type, len(photo.sha256)) == ("ok", "image/png", 64)
    services.drop_photo(photo, actor=world.engineer, at=NOON)
    assert visit.results.get(position=5).outcome == ""


def test_a_figure_out_of_limits_needs_no_note_and_its_fault_says_them(world: World, visit: Inspection):
    record(visit, world, position=1, outcome="ok")
    record(visit, world, position=2, measured="91", equipment=world.equipment, severity=2)
    record(visit, world, position=3, measured="done")
    with pytest.raises(Unfinished, match=r"5[^0-9]"):
        services.finish(visit, actor=world.engineer, at=NOON, said=services.Conclusion(summary="磁盘将满"))
    services.keep_photos(visit, 5, [picture()], actor=world.engineer, at=NOON)
    services.finish(visit, actor=world.engineer, at=NOON, said=services.Conclusion(summary="磁盘将满"))
    ticket = visit.results.get(position=2).ticket
    assert (ticket.severity, ticket.equipment) == (2, world.equipment)
    for words in ("91 %", "≤ 85 %", world.contract.number, visit.number):
        assert words in ticket.description


def test_a_change_of_configuration_is_kept_with_the_equipment(world: World, visit: Inspection):
    for position, given in ((1, {"outcome": "ok"}), (2, {"measured": "40"}), (3, {"measured": "done"}), (5, {"outcome": "not_applicable"})):
        record(visit, world, position=position, **given)
    change = services.Change(equipment=world.equipment, what="内存", before="64 GB", after="128 GB")
    foreign = services.Change(equipment=world.other_equipment, what="内存", after="1 GB")
    with pytest.raises(Invalid):
        services.finish(visit, actor=world.engineer, at=NOON, said=services.Conclusion(summary="扩容", configuration=[foreign]))
    services.finish(visit, actor=world.engineer, at=NOON, said=services.Conclusion(summary="扩容", configuration=[change]))
    row = world.equipment.configuration_changes.get()
    assert (row.what, row.before, row.after, row.source, row.by) == ("内存", "64 GB", "128 GB", visit.number, world.engineer)
    for empty in ({"what": ""}, {"what": "内存", "after": " "}):
        with pytest.raises(Invalid):
            customers.record_configuration(world.equipment, **empty, actor=world.engineer, at=NOON)


def test_figures_are_drawn_against_the_earlier_inspections_of_the_plan(world: World):
    from datetime import timedelta

    template = make_checklist(**KINDS)
    visit = make_visit(world, template=template, every="month")
    for month, measured in enumerate(("60", "70", "88")):
        at = NOON + timedelta(days=31 * month)
        services.plan_next_batch(at)
        visit = start(visit.plan.inspections.order_by("period")[month], world, at)
        for position, given in (
            (1, {"outcome": "ok"}),
            (2, {"measured": measured}),
            (3, {"measured": "done"}),
            (5, {"outcome": "not_applicable"}),
        ):
            services.record_result(visit, services.Answer(position=position, **given), actor=world.engineer, at=at)
        services.finish(visit, actor=world.engineer, at=at, said=services.Conclusion(summary="正常"))
    trend = selectors.trends(selectors.with_results(Inspection.objects.all()).get(pk=visit.pk))[0]
    assert [(f"{point.value:.0f}", point.is_ok) for point in trend.points] == [("60", True), ("70", True), ("88", False)]
    assert trend.is_worse


ITEM = {"text": "温度", "kind": "number"}


@pytest.mark.parametrize(
    ("item", "key", "why"),
    [
        ({**ITEM, "kind": "guess"}, "kind", "no such kind"),
        ({**ITEM, "low": 30, "high": 20}, "low", "limits the wrong way round"),
        ({**ITEM, "high": "27"}, "high", "words are no limit"),
        ({**ITEM, "high": True}, "high", "neither is yes"),
        ({"text": "x", "high": 3}, "high", "a check has no limits"),
        ({"text": "x", "options": [{"text": "a"}, {"text": "b"}]}, "options", "a check has no options"),
        ({"text": "x", "kind": "choice", "options": [{"text": "a"}]}, "options", "one option is no choice"),
        ({"text": "x", "kind": "choice", "options": [{"text": "a", "bad": "no"}, {"text": "b"}]}, "options", "bad is yes or no"),
        ({"text": "x", "section": "general", "part": "power"}, "part", "the general check has no parts"),
        ({"text": "x", "part": "roof"}, "part", "no such part"),
        ({"text": "x", "code": "a b"}, "code", "a code is a slug"),
        ({"text": "x", "code": "twin"}, "code", "two items of one code"),
    ],
)
@pytest.mark.django_db
def test_a_wrong_item_is_named_with_its_field(item: dict[str, Any], key: str, why: str):
    with pytest.raises(ChecklistProblem) as refusal:
        make_checklist(items=[{"text": "first", "code": "twin"}, item])
    assert refusal.value.path == ("items", 1, key), why


@pytest.mark.django_db
def test_the_command_names_the_line(tmp_path: Path):
    path = tmp_path / "list.yaml"
    path.write_text("code: x\nname: y\nitems:\n  - text: a\n  - text: b\n    kind: number\n    low: 9\n    high: 3\n")
    with pytest.raises(Exception, match=r"list\.yaml, line 7: "):
        Command().handle(files=[path])
