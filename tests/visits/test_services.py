"""A visit from plan to check-out: what it records, whom it tells, and that it alone moves the ticket's clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import chain
from core.errors import DomainError, Invalid, NotAllowed
from notifications.models import Channel, Message
from sla.models import Clock
from tests.races import at_once
from tests.visits.worlds import HOUR, TOMORROW, approve, make_done, make_on_site, make_visit, photo
from tests.worlds import NOON, make_promising_world, make_ticket, make_user
from tickets import services as tickets
from tickets.errors import BadUpload, MoveNotAllowed
from visits import selectors, services, workflow
from visits.errors import NotApproved, NotYourVisit, StepNotAllowed
from visits.models import OPEN, Status, Visit

if TYPE_CHECKING:
    from tests.worlds import World
    from tickets.models import Ticket

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world("p3")


def types(visit: Visit) -> list[str]:
    return list(visit.events.values_list("type", flat=True))


def clock(ticket: Ticket, promise: str) -> Clock:
    return Clock.objects.get(commitment=ticket.commitment, promise=promise)


def told(person, *kinds: str) -> list[str]:
    rows = Message.objects.filter(recipient=person, channel=Channel.INBOX, kind__startswith="visit").order_by("id")
    return [row.kind for row in rows]


def test_the_states_are_the_same_for_the_arithmetic_and_the_table():
    assert set(workflow.STATUSES) == set(Status.values)
    assert workflow.OPEN == OPEN


def test_a_visit_from_plan_to_check_out_leaves_a_record_nobody_can_change(world: World):
    visit = make_done(world)
    assert types(visit) == [
        *("planned", "told", "plan_proposed", "told", "plan_approved", "departed", "told", "checked_in", "checked_out"),
    ]
    assert (visit.status, visit.result, visit.work) == ("done", "solved", "更换了电源模块")
    assert (visit.departed_at, visit.arrived_at, visit.left_at) == (NOON, NOON + HOUR, NOON + 2 * HOUR)
    row = Visit.objects.get(pk=visit.pk)
    assert list(chain.breaks(row.events.order_by("seq"), count=row.event_count, head=row.head_hash)) == []
    row.events.filter(type="checked_in").update(at=NOON)
    assert list(chain.breaks(row.events.order_by("seq"), count=row.event_count, head=row.head_hash))
    assert told(world.customer) == ["visit_planned", "visit_plan", "visit_departed"]
    assert told(world.engineer) == ["visit_planned", "visit_plan_answered"]


def test_the_tickets_clocks_are_moved_by_its_visits(world: World):
    ticket = make_ticket(world)
    assert clock(ticket, "departure").state == "pending"
    visit = approve(make_visit(world, ticket, at=NOON + MINUTE), world)
    assert clock(ticket, "departure").started_at == NOON + MINUTE
    services.depart(visit, actor=world.engineer, at=NOON + HOUR)
    assert (clock(ticket, "departure").state, clock(ticket, "departure").stopped_at) == ("met", NOON + HOUR)
    assert clock(ticket, "onsite").state == "running"
    services.check_in(visit, actor=world.engineer, at=NOON + 2 * HOUR)
    assert (clock(ticket, "onsite").state, clock(ticket, "onsite").stopped_at) == ("met", NOON + 2 * HOUR)
    facts = ticket.events.get(type="checked_in").facts
    assert (facts["visit"], facts["place"]) == (visit.number, "门诊楼机房")
    services.check_out(visit, actor=world.engineer, at=NOON + 3 * HOUR, work="等待备件", result="unfinished")
    assert ticket.events.filter(type="left", text="等待备件").count() == 1

    again = make_visit(world, ticket, at=NOON + 3 * HOUR, reason="备件到货")
    assert ticket.events.filter(type="onsite_requested").count() == 1, "the promise began with the first visit"
    services.depart(again, actor=world.engineer, at=NOON + 4 * HOUR)
    services.check_in(again, actor=world.engineer, at=NOON + 5 * HOUR)
    assert clock(ticket, "departure").stopped_at == NOON + HOUR
    assert clock(ticket, "onsite").stopped_at == NOON + 2 * HOUR


def test_the_first_to_arrive_of_several_stops_the_clock(world: World):
    ticket = make_ticket(world)
    make_visit(world, ticket)
    second = make_visit(world, ticket, lead=make_user())
    services.check_in(second, actor=second.lead, at=NOON + HOUR)
    assert clock(ticket, "departure").stopped_at == NOON + HOUR, "whoever is there has departed"
    assert clock(ticket, "onsite").stopped_at == NOON + HOUR


def test_a_visit_that_fails_before_anybody_arrived_keeps_the_promise_running(world: World):
    ticket = make_ticket(world)
    visit = make_visit(world, ticket)
    services.depart(visit, actor=world.engineer, at=NOON + HOUR)
    services.fail(visit, actor=world.engineer, at=NOON + 2 * HOUR, failure="no_access", text="门禁未开通")
    assert clock(ticket, "onsite").state == "running"
    assert told(world.customer)[-1] == told(world.dispatcher)[-1] == "visit_failed"
    with pytest.raises(StepNotAllowed) as refusal:
        services.check_in(visit, actor=world.engineer, at=NOON + 3 * HOUR)
    assert "未成功" in str(refusal.value)
    assert not ticket.events.filter(type="checked_in").exists()


def test_who_fails_on_site_has_left_it(world: World):
    visit = make_on_site(world)
    visit = services.fail(visit, actor=world.engineer, at=NOON + 2 * HOUR, failure="not_ready")
    assert visit.left_at == NOON + 2 * HOUR
    assert visit.ticket.events.filter(type="left").exists()


def test_who_travels_does_not_wait(world: World):
    ticket = make_ticket(world)
    visit = make_visit(world, ticket)
    tickets.hold(ticket, actor=world.engineer, at=NOON, owner="customer", cause="等待机房开放")
    services.depart(visit, actor=world.engineer, at=NOON + HOUR)
    ticket.refresh_from_db()
    assert ticket.status == "in_progress"


def test_a_ticket_solved_meanwhile_is_not_travelled_to_but_can_be_left(world: World):
    waiting, under_way = make_visit(world), make_on_site(world)
    for visit in (waiting, under_way):
        tickets.resolve(visit.ticket, actor=world.engineer, at=NOON + HOUR, cause="电源", solution="更换")
    with pytest.raises(MoveNotAllowed):
        services.depart(waiting, actor=world.engineer, at=NOON + 2 * HOUR)
    waiting.refresh_from_db()
    assert waiting.status == "planned", "all or nothing"
    services.check_out(under_way, actor=world.engineer, at=NOON + 2 * HOUR, work="更换", result="solved")
    with pytest.raises(StepNotAllowed):
        make_visit(world, waiting.ticket)


# --- Planning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"starts_at": None}, "starts_at"),
        ({"ends_at": None}, "ends_at"),
        ({"ends_at": TOMORROW}, "ends_at"),
        ({"starts_at": NOON - 2 * HOUR, "ends_at": NOON - HOUR}, "starts_at"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_by_the_field(world: World, facts, field):
    with pytest.raises(Invalid) as refusal:
        make_visit(world, **facts)
    assert refusal.value.field == field


def test_only_our_own_staff_is_sent_and_only_by_who_may_send(world: World):
    ticket, other = make_ticket(world), make_user()
    with pytest.raises(Invalid):
        make_visit(world, ticket, lead=world.customer)
    draft = services.VisitDraft(ticket=ticket, reason="需要现场", lead=other)
    with pytest.raises(NotAllowed):
        services.plan(draft, actor=world.engineer, at=NOON)
    own = services.plan(services.VisitDraft(ticket=ticket, reason="需要现场", lead=world.engineer), actor=world.engineer, at=NOON)
    assert types(own) == ["planned"], "nobody is told before the time is known"
    moved = {"starts_at": TOMORROW, "ends_at": TOMORROW + HOUR, "at": NOON}
    with pytest.raises(NotAllowed):
        services.schedule(own, actor=world.engineer, lead=other, **moved)
    with pytest.raises(NotYourVisit):
        services.schedule(own, actor=other, lead=other, **moved)
    services.schedule(own, actor=world.engineer, lead=world.engineer, **moved)
    assert told(world.customer) == ["visit_planned"]


def test_who_knew_of_a_visit_is_told_what_changes(world: World):
    visit = make_visit(world)
    helper = make_user()
    sooner = {"starts_at": TOMORROW - HOUR, "ends_at": TOMORROW + HOUR}
    visit = services.schedule(visit, actor=world.dispatcher, at=NOON, lead=world.engineer, helpers=[helper], **sooner)
    assert visit.sequence == 1
    same = services.schedule(visit, actor=world.dispatcher, at=NOON, lead=world.engineer, **sooner)
    assert (same.sequence, types(same)[-2:]) == (1, ["scheduled", "told"])
    assert told(world.customer) == ["visit_planned", "visit_changed"]
    assert told(helper) == ["visit_changed"]
    with pytest.raises(Invalid):
        services.cancel(visit, actor=world.dispatcher, at=NOON, reason="")
    services.cancel(visit, actor=helper, at=NOON, reason="已远程解决")
    assert told(world.customer)[-1] == told(world.engineer)[-1] == "visit_cancelled"
    assert selectors.still_open(selectors.mine(helper)).count() == 0


def test_an_inspection_is_a_visit_without_a_ticket(world: World):
    draft = services.VisitDraft(site=world.site, subject="季度巡检", lead=world.engineer, starts_at=TOMORROW, ends_at=TOMORROW + HOUR)
    visit = services.plan(draft, actor=world.dispatcher, at=NOON)
    assert (visit.purpose, visit.office, visit.organization) == ("inspection", world.office, world.organization)
    assert told(world.customer) == told(world.supervisor) == ["visit_planned"]
    services.check_in(visit, actor=world.engineer, at=TOMORROW)
    assert services.check_out(visit, actor=world.engineer, at=TOMORROW + HOUR, work="巡检完成").status == "done"
    with pytest.raises(Invalid):
        services.plan(services.VisitDraft(subject="?"), actor=world.dispatcher, at=NOON)


# --- On site --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "facts"),
    [
        ("note_work", {"text": "?"}),
        ("check_out", {"work": "?", "result": "solved"}),
        ("override_approval", {"reason": "?"}),
    ],
)
def test_what_is_done_on_site_is_done_on_site(world: World, step, facts):
    with pytest.raises(StepNotAllowed):
        getattr(services, step)(make_visit(world), actor=world.engineer, at=NOON, **facts)


def test_strangers_to_a_visit_do_nothing_with_it(world: World):
    visit = make_visit(world)
    for person in (make_user(), world.customer):
        with pytest.raises(NotYourVisit):
            services.depart(visit, actor=person, at=NOON)
    services.depart(visit, actor=world.manager, at=NOON)


def test_nobody_departs_before_it_is_known_who(world: World):
    visit = make_visit(world, lead=None, starts_at=None, ends_at=None)
    with pytest.raises(StepNotAllowed) as refusal:
        services.depart(visit, actor=world.dispatcher, at=NOON)
    assert refusal.value.stable_code == "no_lead"


def test_a_check_in_keeps_place_picture_and_the_phones_own_time(world: World):
    visit = make_visit(world)
    pressed = NOON - 5 * MINUTE
    place = services.Place(31.2304161, 121.4737011, 18.4)
    sent = services.Sent(key=uuid4(), pressed_at=pressed)
    services.check_in(visit, actor=world.engineer, at=NOON, place=place, files=[photo()], sent=sent)
    event = visit.events.get(type="checked_in")
    kept = visit.photos.get()
    assert event.at == NOON, "the clock stops by the server's time"
    assert event.facts["on_device_at"] == pressed.isoformat()
    assert (event.facts["latitude"], event.facts["longitude"], event.facts["accuracy_m"]) == (31.230416, 121.473701, 18)
    assert (kept.event, kept.sha256, kept.content_type) == (event, event.facts["photos"][0]["sha256"], "image/png")
    assert "room" not in kept.file.name
    with pytest.raises(Invalid):
        services.check_in(make_visit(world), actor=world.engineer, at=NOON, place=services.Place(91, 0))


def test_what_is_sent_twice_is_kept_once(world: World):
    visit = approve(make_visit(world), world)
    person = {"actor": world.engineer, "at": NOON}
    keys = {name: services.Sent(key=uuid4()) for name in ("depart", "in", "note", "photo", "out")}
    for _ in range(2):
        services.depart(visit, sent=keys["depart"], **person)
    for _ in range(2):
        services.check_in(visit, sent=keys["in"], files=[photo()], **person)
    for _ in range(2):
        services.note_work(visit, text="更换电源", sent=keys["note"], files=[photo()], **person)
        services.add_photo(visit, photo(), caption="铭牌", sent=keys["photo"], **person)
    done = [services.check_out(visit, result="solved", sent=keys["out"], **person) for _ in range(2)]
    assert [each.status for each in done] == ["done", "done"]
    assert [types(visit).count(name) for name in ("departed", "checked_in", "worked", "photo", "checked_out")] == [1, 1, 1, 1, 1]
    assert visit.photos.count() == 3
    assert done[0].work == "更换电源", "the notes taken on site say what was done"


@pytest.mark.parametrize(
    "upload",
    [SimpleUploadedFile("a.png", b"no picture"), SimpleUploadedFile("a.txt", b"words"), SimpleUploadedFile("a.png", b"")],
)
def test_a_photo_is_a_picture(world: World, upload):
    visit = make_on_site(world)
    with pytest.raises(BadUpload):
        services.add_photo(visit, upload, actor=world.engineer, at=NOON)
    assert "photo" not in types(visit)


def test_a_visit_comes_to_something(world: World):
    visit = make_on_site(world)
    for facts, field in [({"work": "", "result": "solved"}, "work"), ({"work": "更换", "result": ""}, "result")]:
        with pytest.raises(Invalid) as refusal:
            services.check_out(visit, actor=world.engineer, at=NOON, **facts)
        assert refusal.value.field == field


# --- The plan of work -----------------------------------------------------------------------------


def test_nothing_is_done_before_the_customer_has_approved_the_plan(world: World):
    visit = make_visit(world)
    person = {"actor": world.engineer, "at": NOON}
    services.check_in(visit, **person)
    with pytest.raises(NotApproved):
        services.note_work(visit, text="更换", **person)
    services.propose_plan(visit, text="更换电源", **person)
    first, _none = selectors.plan_of_work(visit)
    with pytest.raises(Invalid):
        services.reject_plan(visit, actor=world.customer, at=NOON, proposal=first.seq, text="")
    services.reject_plan(visit, actor=world.customer, at=NOON, proposal=first.seq, text="白天不能停机")
    with pytest.raises(NotApproved):
        services.check_out(visit, work="更换", result="solved", **person)
    services.propose_plan(visit, text="晚上更换", minutes=90, **person)
    second, _none = selectors.plan_of_work(visit)
    with pytest.raises(StepNotAllowed) as refusal:
        services.approve_plan(visit, actor=world.customer, at=NOON, proposal=first.seq)
    assert refusal.value.stable_code == "newer_plan"
    with pytest.raises(Invalid):
        services.approve_plan(visit, proposal=second.seq, **person)
    services.approve_plan(visit, proposal=second.seq, name="赵主任", **person)
    approved = selectors.plan_of_work(visit)[1]
    assert (approved.facts["name"], approved.facts["how"], approved.actor) == ("赵主任", "phone", world.engineer)
    services.note_work(visit, text="更换", **person)
    with pytest.raises(StepNotAllowed):
        services.approve_plan(visit, actor=world.customer, at=NOON, proposal=second.seq)


def test_a_plan_is_the_word_of_the_tickets_own_customer(world: World):
    visit = make_visit(world)
    services.propose_plan(visit, actor=world.engineer, at=NOON, text="更换电源")
    proposed, _none = selectors.plan_of_work(visit)
    with pytest.raises(NotYourVisit):
        services.approve_plan(visit, actor=world.stranger, at=NOON, proposal=proposed.seq)
    services.approve_plan(visit, actor=world.supervisor, at=NOON, proposal=proposed.seq)


def test_danger_does_not_wait_but_says_why(world: World):
    visit = make_visit(world)
    person = {"actor": world.engineer, "at": NOON}
    services.check_in(visit, **person)
    with pytest.raises(Invalid):
        services.override_approval(visit, reason=" ", **person)
    services.override_approval(visit, reason="电源冒烟", **person)
    services.note_work(visit, text="断电", **person)
    assert told(world.customer)[-1] == "visit_overridden"
    with pytest.raises(StepNotAllowed):
        services.override_approval(visit, reason="再次", **person)


def test_a_newer_plan_needs_its_own_word(world: World):
    visit = make_on_site(world)
    assert selectors.may_begin(visit)
    services.propose_plan(visit, actor=world.engineer, at=NOON, text="另外更换主板")
    assert not selectors.may_begin(visit)


def test_customers_see_their_own_visits(world: World):
    visit = make_visit(world)
    inspection = services.plan(services.VisitDraft(site=world.other_site, subject="巡检"), actor=None, at=NOON)
    seen = {name: set(selectors.visits_for(getattr(world, name))) for name in ("customer", "supervisor", "stranger", "engineer")}
    assert seen == {"customer": {visit}, "supervisor": {visit, inspection}, "stranger": set(), "engineer": {visit, inspection}}


def test_every_refusal_is_a_sentence(world: World):
    with pytest.raises(DomainError) as refusal:
        services.depart(make_done(world), actor=world.engineer, at=NOON)
    assert str(refusal.value).endswith(("。", "."))


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_sending_that_arrives_three_times_at_once_is_taken_once():
    world = make_promising_world("p3")
    visit, sent = make_on_site(world), services.Sent(key=uuid4())
    outcomes = at_once(3, lambda: services.note_work(visit, actor=world.engineer, at=NOON, text="更换", sent=sent))
    assert [type(outcome) for outcome in outcomes] == [Visit] * 3, outcomes
    assert types(visit).count("worked") == 1
    row = Visit.objects.get(pk=visit.pk)
    assert list(chain.breaks(row.events.order_by("seq"), count=row.event_count, head=row.head_hash)) == []


def test_who_a_complaint_is_about_is_not_sent_to_it(world):
    complaint = make_ticket(world, kind="complaint", concerned=[world.engineer])
    for people in ({"lead": world.engineer}, {"lead": make_user(), "helpers": [world.engineer]}):
        with pytest.raises(Invalid) as refused:
            make_visit(world, complaint, **people)
        assert refused.value.stable_code == "concerned"
    visit = make_visit(world, complaint, lead=make_user())
    with pytest.raises(Invalid):
        services.schedule(visit, lead=world.engineer, starts_at=visit.starts_at, ends_at=visit.ends_at, actor=world.dispatcher, at=NOON)


def test_a_note_stands_in_the_record_and_is_the_word_of_those_concerned(world):
    visit = make_visit(world)
    theirs = (world.engineer, world.customer, world.dispatcher)
    for person in theirs:
        services.remark(visit, actor=person, at=NOON, text=" gate 4 ")
    notes = visit.events.filter(type="noted")
    assert [(note.text, note.actor) for note in notes] == [("gate 4", person) for person in theirs]
    for person in (world.stranger, make_user()):
        with pytest.raises(NotYourVisit):
            services.remark(visit, actor=person, at=NOON, text="x")
    visit.refresh_from_db()
    assert (visit.status, visit.updated_at) == ("planned", NOON)
