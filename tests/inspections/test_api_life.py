"""Inspections over REST, from the plan to the customer's word; whoever may not, or too early, is told why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from core.time import now
from inspections import services
from inspections.models import Finding, Inspection, InspectionPlan
from tests.inspections import worlds
from tests.interface.changing import change, patch, refused, told
from tests.tickets.rest import Program
from tests.worlds import make_promising_world
from tickets.models import Ticket

if TYPE_CHECKING:
    from tests.worlds import World

pytestmark = pytest.mark.django_db
PLANS = "inspection-plans/"


@pytest.fixture
def world() -> World:
    return make_promising_world()


def draft(world: World, **more: Any) -> dict[str, Any]:
    """What a program sends to make a plan whose first inspection is in two weeks."""
    worlds.make_checklist(now())
    first = timezone.localdate(now()) + timedelta(days=14)
    return {
        "contract": world.contract.pk,
        "site": world.site.pk,
        "checklist": "short",
        "engineer": world.engineer.pk,
        "starts_on": first.isoformat(),
        **more,
    }


def planned(world: World, **facts: Any) -> Inspection:
    """An inspection that is planned from today on."""
    return worlds.make_visit(world, now(), starts_on=timezone.localdate(now()) + timedelta(days=14), **facts)


def under_way(world: World, **facts: Any) -> Inspection:
    return worlds.start(planned(world, **facts), world, now())


# --- Plans --------------------------------------------------------------------------------------


def test_a_plan_is_made_once_under_its_external_id(world: World):
    ours, theirs = Program(world, "dispatcher"), Program(world, "engineer")
    sent = draft(world, external_id="CMDB-1", helpers=[world.manager.pk])
    made = ours.post(PLANS, sent)
    body = told(made, 201)
    assert made.headers["Location"].endswith(f"/api/v1/{PLANS}{body['id']}/")
    assert (body["checklist"], body["helpers"], body["external_id"]) == ("short", [world.manager.pk], "CMDB-1")
    assert body["attend_on"]
    assert told(ours.post(PLANS, sent))["id"] == body["id"]
    assert InspectionPlan.objects.count() == 1
    refused(ours.post(PLANS, {**sent, "external_id": "CMDB-2"}), 400, "invalid")
    assert [row["id"] for row in told(theirs.get(PLANS, external_id="CMDB-1"))["results"]] == [body["id"]]
    refused(theirs.post(PLANS, sent), 403)
    refused(Program(world, "supervisor").get(PLANS), 403)


def test_a_plan_is_changed_by_who_has_read_it(world: World):
    ours = Program(world, "dispatcher")
    made = told(ours.post(PLANS, draft(world, every="rule", rule="FREQ=MONTHLY;BYDAY=2TU")), 201)
    path = f"{PLANS}{made['id']}/"
    before = ours.get(path).headers["ETag"]
    refused(patch(ours, path, {"lead_days": 10}), 428, "precondition_required")
    body = told(change(ours, path, {"lead_days": 10}))
    assert (body["lead_days"], body["rule"], body["every"]) == (10, made["rule"], "rule")
    refused(patch(ours, path, {"lead_days": 11}, before), 412, "stale")
    worlds.make_checklist(now(), code="other")
    assert told(change(ours, path, {"checklist": "other"}))["checklist"] == "other"
    paused = told(change(ours, path, {"is_active": False}))
    assert (paused["is_active"], paused["attend_on"]) == (False, None)
    assert told(change(ours, path, {"is_active": True}))["attend_on"]
    refused(change(Program(world, "engineer"), path, {"is_active": False}), 403)
    refused(patch(ours, f"{PLANS}999999/", {}, before), 404)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"rule": "FREQ=HOURLY", "every": "rule"}, "/rule"),
        ({"window_from": 20, "window_to": 15}, "/window_to"),
        ({"window_from": 20}, "/window_to"),
        ({"checklist": "nothing"}, "/checklist"),
        ({"calendar": "moon"}, "/calendar"),
        ({"engineer": 999_999}, "/engineer"),
        ({"starts_on": "1999-01-01"}, "/starts_on"),
        ({"lead_days": 0}, "/lead_days"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused_at_its_field(world: World, wrong: dict[str, Any], pointer: str):
    for path in (PLANS, f"{PLANS}preview/"):
        body = refused(Program(world, "dispatcher").post(path, draft(world, **wrong)), 400)
        assert [row["pointer"] for row in body["errors"]] == [pointer]
    assert not InspectionPlan.objects.exists()


def test_the_next_days_are_shown_before_and_after_a_plan_is_made(world: World):
    ours = Program(world, "dispatcher")
    sent = draft(world, every="month")
    shown = told(ours.post(f"{PLANS}preview/", sent))
    assert len(shown) == 6
    assert not InspectionPlan.objects.exists()
    made = told(ours.post(PLANS, sent), 201)
    assert told(Program(world, "engineer").get(f"{PLANS}{made['id']}/coming/")) == shown


def test_checklists_are_read_with_what_they_ask_now(world: World):
    worlds.make_checklist(name="旧", items=[{"text": "旧"}])
    worlds.make_checklist(**worlds.KINDS)
    body = told(Program(world, "engineer").get("checklists/kinds/"))
    assert (body["version"], [item["code"] for item in body["items"]][:3]) == (1, ["services", "disk", "backup"])
    worlds.make_checklist()
    rows = {row["code"]: row for row in told(Program(world, "engineer").get("checklists/"))["results"]}
    assert (rows["short"]["version"], len(rows["short"]["items"])) == (2, 4)


def test_lists_cost_the_same_however_long_they_are(world: World, django_assert_num_queries: Any):
    for code in ("a", "b", "c"):
        worlds.make_plan(world, template=worlds.make_checklist(code=code))
    ours = Program(world, "engineer")
    ours.get(PLANS)
    for path, rows, queries in ((PLANS, 3, 3), ("checklists/", 4, 4)):  # the person by token, the rows; helpers; versions and items
        with django_assert_num_queries(queries):
            assert len(told(ours.get(path))["results"]) == rows


# --- Its life -----------------------------------------------------------------------------------


def test_an_inspection_is_lived_through_by_a_program(world: World):
    template = worlds.make_checklist(now(), **worlds.KINDS)
    visit = planned(world, template=template)
    ours, theirs = Program(world, "engineer"), Program(world, "supervisor")
    path = f"inspections/{visit.pk}/"
    asked = told(ours.post(f"{path}ask-consent/"))["papers"][0]
    assert (asked["kind"], asked["status"]) == ("inspection_request", "awaiting")
    told(theirs.post(f"documents/{asked['id']}/sign/", {"name": "赵主任", "seen": asked["hash"]}))
    begun = told(ours.post(f"{path}start/"))
    assert (begun["status"], begun["admitted_by_name"], len(begun["results"])) == ("under_way", "赵主任", 5)
    rows = [
        {"code": "services", "outcome": "ok"},
        {"position": 2, "measured": "91", "note": "上月起", "severity": 2, "equipment": world.equipment.pk},
        {"code": "backup", "measured": "done"},
    ]
    said = told(ours.post(f"{path}results/", {"results": rows}))["results"]
    assert [row["outcome"] for row in said] == ["ok", "failed", "ok", "", ""]
    sent = ours.client.post(f"/api/v1/{path}photos/", {"position": 5, "file": worlds.picture()})
    photo = told(sent)["results"][4]["photos"][0]
    kept = ours.client.get(f"/api/v1/{path}photos/{photo['id']}/")
    assert (b"".join(kept.streaming_content), kept.headers["ETag"]) == (worlds.PNG, f'"{photo["sha256"]}"')
    change_ = {"equipment": world.equipment.pk, "what": "固件", "before": "1", "after": "2"}
    done = told(ours.post(f"{path}finish/", {"summary": "一块磁盘将满", "configuration": [change_]}))
    ticket = Ticket.objects.get()
    assert (done["status"], done["results"][1]["ticket"], ticket.severity) == ("done", ticket.number, 2)
    paper = done["papers"][0]
    refused(theirs.post(f"{path}sign/", {"name": "赵主任", "seen": "0" * 64}), 409, "document_changed")
    signed = told(theirs.post(f"{path}sign/", {"name": "赵主任", "seen": paper["hash"]}))
    assert (signed["signed_by_name"], signed["papers"][0]["status"]) == ("赵主任", "signed")
    types = [line["type"] for line in told(theirs.get(f"{path}events/"))]
    assert types[-4:] == ["consented", "started", "finished", "signed"]


def test_what_was_found_before_is_asked_about_and_closed(world: World):
    template = worlds.make_checklist(now())
    worlds.make_done_visit(world, now(), failed=(2,), template=template, every="month")
    found = Finding.objects.get()
    again = under_way(world, template=worlds.make_checklist(now(), code="other"))
    ours = Program(world, "engineer")
    path = f"inspections/{again.pk}/verdicts/"
    told(ours.post(path, {"verdicts": [{"finding": found.pk, "verdict": "still", "note": "还在"}]}))
    body = told(ours.get(f"inspections/{again.pk}/"))
    assert [(row["finding"], row["verdict"]) for row in body["carried"]] == [(found.pk, "still")]
    wrong = refused(ours.post(path, {"verdicts": [{"finding": found.pk, "verdict": "gone"}, {"finding": 999, "verdict": "gone"}]}), 400)
    assert wrong["errors"][0]["pointer"] == "/verdicts/1/finding"
    assert told(ours.get(f"inspections/{again.pk}/"))["carried"][0]["verdict"] == "still", "none was taken"
    refused(Program(world, "customer").post(f"findings/{found.pk}/close/", {"reason": "好了"}), 403)
    refused(Program(world, "stranger").post(f"findings/{found.pk}/close/", {"reason": "好了"}), 404)
    assert told(ours.post(f"findings/{found.pk}/close/", {"reason": "已更换"}))["closed_because"] == "已更换"
    refused(ours.post(f"findings/{found.pk}/close/", {"reason": "已更换"}), 409, "inspection_not_now")


def test_a_finding_left_as_advice_is_raised_as_a_fault_once(world: World):
    visit = under_way(world)
    worlds.fill(visit, world, now(), failed=(2,))
    said = services.Conclusion(summary="一处超限", becomes={2: "advice"})
    services.finish(visit, actor=world.engineer, at=now(), said=said)
    found, ours = Finding.objects.get(), Program(world, "engineer")
    path = f"findings/{found.pk}/raise/"
    refused(Program(world, "customer").post(path), 403)
    assert not Ticket.objects.exists()
    body = told(ours.post(path))
    ticket = Ticket.objects.get()
    assert (body["ticket"], body["state"], ticket.site, ticket.severity) == (ticket.number, "open", world.site, found.severity)
    assert visit.number in ticket.description
    refused(ours.post(path), 409, "inspection_not_now")
    ours.client.force_login(world.engineer)
    assert ticket.number in ours.client.get(f"/inspections/findings/{found.pk}/").content.decode()
    told(ours.post(f"findings/{found.pk}/close/", {"reason": "已更换"}))
    refused(ours.post(path), 409, "inspection_not_now")


def test_of_several_answers_the_wrong_one_is_named_and_none_is_taken(world: World):
    visit = under_way(world, template=worlds.make_checklist(now(), **worlds.KINDS))
    ours, path = Program(world, "engineer"), f"inspections/{visit.pk}/results/"
    good = {"code": "services", "outcome": "ok"}
    for row, pointer in (
        ({"position": 99, "outcome": "ok"}, "/results/1/position"),
        ({"code": "nothing", "outcome": "ok"}, "/results/1/position"),
        ({"code": "disk", "measured": "much"}, "/results/1/measured"),
        ({"code": "backup", "measured": "maybe"}, "/results/1/measured"),
        ({"outcome": "ok"}, "/results/1"),
        ({"position": 1, "code": "services"}, "/results/1"),
        ({"position": 1, "severity": 9}, "/results/1/severity"),
        ({"position": 1, "equipment": world.other_equipment.pk}, "/results/1/equipment"),
    ):
        body = refused(ours.post(path, {"results": [good, row]}), 400)
        assert [each["pointer"] for each in body["errors"]] == [pointer], row
    assert not visit.results.exclude(outcome="").exists()


def test_a_picture_is_taken_away_again_and_what_is_none_is_refused(world: World):
    visit = under_way(world, template=worlds.make_checklist(now(), **worlds.KINDS))
    photo, ours = worlds.take_photo(visit, world, 5, now()), Program(world, "engineer")
    path = f"/api/v1/inspections/{visit.pk}/photos/"
    body = refused(ours.client.post(path, {"position": 5, "file": worlds.picture("a.png", b"words")}), 400)
    assert body["errors"][0]["pointer"] == "/file"
    assert told(ours.post(f"inspections/{visit.pk}/drop-photo/", {"photo": photo.pk}))["results"][4]["outcome"] == ""
    refused(ours.post(f"inspections/{visit.pk}/drop-photo/", {"photo": photo.pk}), 404)


STEPS = [
    ("start", {}, 400, "invalid"),
    ("start", {"admitted_by": "x" * 81}, 400, "invalid"),
    ("results", {"results": [{"position": 1, "outcome": "ok"}]}, 409, "inspection_not_now"),
    ("results", {"results": []}, 400, "invalid"),
    ("verdicts", {"verdicts": [{"finding": 1, "verdict": "gone"}]}, 409, "inspection_not_now"),
    ("finish", {"summary": "好"}, 409, "inspection_not_now"),
    ("finish", {}, 400, "invalid"),
    ("sign", {"name": "赵", "seen": "0" * 64}, 409, "inspection_not_now"),
    ("decline", {"reason": "不在"}, 409, "inspection_not_now"),
    ("reschedule", {"planned_on": "2020-01-01"}, 400, "invalid"),
    ("reschedule", {"planned_on": "soon"}, 400, "invalid"),
    ("cancel", {}, 400, "invalid"),
    ("cancel", {"reason": " "}, 400, "invalid"),
]


def test_what_cannot_be_done_with_a_planned_inspection_says_why(world: World):
    visit, ours = planned(world), Program(world, "dispatcher")
    for name, sent, status, code in STEPS:
        refused(ours.post(f"inspections/{visit.pk}/{name}/", sent), status, code)
    assert Inspection.objects.get(pk=visit.pk).event_count == visit.event_count


def test_an_inspection_is_planned_anew_called_off_and_refused(world: World):
    visit, ours = planned(world), Program(world, "dispatcher")
    path, day = f"inspections/{visit.pk}/", (timezone.localdate(now()) + timedelta(days=20)).isoformat()
    assert told(ours.post(f"{path}reschedule/", {"planned_on": day}))["planned_on"] == day
    off = told(ours.post(f"{path}cancel/", {"reason": "停电"}))
    assert (off["status"], off["cancel_reason"]) == ("cancelled", "停电")
    told(ours.post(f"{path}reschedule/", {"planned_on": day, "engineer": world.manager.pk}))
    paper = told(ours.post(f"{path}ask-consent/"))["papers"][0]
    told(ours.post(f"documents/{paper['id']}/refuse/", {"reason": "科室搬迁", "name": "赵主任"}))
    assert told(ours.get(path))["status"] == "refused"
    done = worlds.make_done_visit(world, now(), template=worlds.make_checklist(now(), code="b"))
    said = told(Program(world, "customer").post(f"inspections/{done.pk}/decline/", {"reason": "主任不在"}))
    assert said["refusal_reason"] == "主任不在"
    refused(Program(world, "customer").post(f"inspections/{done.pk}/decline/", {"reason": "主任不在"}), 409)


def test_a_step_may_name_what_was_read(world: World):
    visit, ours = planned(world), Program(world, "dispatcher")
    path = f"inspections/{visit.pk}/"
    tag = ours.get(path).headers["ETag"]
    services.reschedule(visit, actor=None, at=now(), planned_on=visit.planned_on + timedelta(days=1))
    late = ours.client.post(f"/api/v1/{path}cancel/", {"reason": "停电"}, content_type="application/json", headers={"If-Match": tag})
    refused(late, 412, "stale")
    assert Inspection.objects.get(pk=visit.pk).status == "planned"
