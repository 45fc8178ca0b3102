"""A calendar's draft, what it would do, publishing it, and the tickets that follow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Invalid, NotNow
from core.queue import drain
from sla.calendars import content
from sla.models import Calendar, CalendarChange, CalendarDraft, CalendarVersion, Clock
from sla.services import calendars as hours
from tests.races import at_once
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services
from tickets.calendar_preview import preview
from tickets.models import Event, Ticket
from tickets.services.auditing import audit
from tickets.services.calendars import move_next_batch

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
"""14:00 in Shanghai; the office is open 09:00-12:00 and 13:30-18:00, Monday to Friday."""
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
LATER = FRIDAY + timedelta(minutes=5)


@pytest.fixture
def world() -> World:
    return make_promising_world("p3")


@pytest.fixture
def calendar(world) -> Calendar:
    return Calendar.objects.get(code="office-cn")


def close(calendar: Calendar, world: World, first: date = MONDAY, last: date | None = None) -> CalendarDraft:
    return hours.set_days(calendar, first=first, last=last or first, what="closed", name="停电", actor=world.manager, at=FRIDAY)


def publish(draft: CalendarDraft, world: World, way: str = "carry", at: datetime = LATER, **given) -> CalendarChange:
    return hours.publish(draft.calendar, revision=draft.revision, way=way, actor=world.manager, at=at, **given)


def in_office(ticket: Ticket) -> list[Clock]:
    return list(Clock.objects.filter(commitment=ticket.commitment, calendar_version__calendar__code="office-cn").order_by("pk"))


def dues(ticket: Ticket) -> dict[str, tuple[str, datetime | None]]:
    return {clock.promise: (clock.state, clock.due_at) for clock in Clock.objects.filter(commitment=ticket.commitment)}


def test_the_first_change_begins_a_draft_and_the_version_stays(world, calendar):
    before = CalendarVersion.objects.values_list("pk", "checksum", "data")
    kept = list(before)
    draft = close(calendar, world)
    assert (draft.begun_by, draft.revision, draft.base.number) == (world.manager, 1, 1)
    again = hours.set_days(calendar, first=TUESDAY, last=TUESDAY, what="open", hours=[["10:00", "11:00"]], actor=world.admin, at=LATER)
    assert (again.pk, again.begun_by, again.changed_by, again.revision) == (draft.pk, world.manager, world.admin, 2)
    assert "2026-11-23" in again.data["holidays"]
    assert {"date": "2026-11-24", "hours": [["10:00", "11:00"]]} in again.data["extra"]
    assert again.data["names"] == {"2026-11-23": "停电"}
    opened = hours.set_days(calendar, first=MONDAY, last=TUESDAY, what="week", actor=world.admin, at=LATER)
    assert opened.data == content.normal(kept[[row[0] for row in kept].index(draft.base_id)][2])
    assert list(before.all()) == kept
    hours.discard(calendar, actor=world.manager, at=LATER)
    assert not CalendarDraft.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"first": TUESDAY, "last": MONDAY, "what": "closed"}, "last"),
        ({"first": MONDAY, "last": date(2028, 1, 1), "what": "closed"}, "last"),
        ({"first": MONDAY, "last": MONDAY, "what": "open"}, "hours"),
    ],
)
def test_days_that_make_no_sense_are_refused_at_their_field(world, calendar, given, field):
    with pytest.raises(Invalid) as refusal:
        hours.set_days(calendar, **given, actor=world.manager, at=FRIDAY)
    assert refusal.value.field == field
    assert not CalendarDraft.objects.exists()


def test_a_calendar_that_never_opens_is_refused(world, calendar):
    with pytest.raises(Invalid):
        hours.set_week(calendar, timezone="Asia/Shanghai", weekly=[], unconfirmed=[], actor=world.manager, at=FRIDAY)


def test_what_is_published_is_what_was_looked_at(world, calendar):
    draft = close(calendar, world)
    close(calendar, world, TUESDAY)
    with pytest.raises(NotNow) as refusal:
        publish(draft, world)
    assert refusal.value.stable_code == "draft_changed"
    hours.discard(calendar, actor=world.manager, at=FRIDAY)
    with pytest.raises(NotNow) as refusal:
        publish(draft, world)
    assert refusal.value.stable_code == "no_draft"


@pytest.mark.parametrize(
    ("valid_from", "code"), [(FRIDAY - timedelta(days=1), "in_the_past"), (datetime(2023, 1, 1, tzinfo=UTC), "in_the_past")]
)
def test_a_version_does_not_begin_in_the_past(world, calendar, valid_from, code):
    with pytest.raises(Invalid) as refusal:
        publish(close(calendar, world), world, valid_from=valid_from)
    assert (refusal.value.stable_code, refusal.value.field) == (code, "valid_from")


def test_a_draft_that_says_the_same_is_not_published(world, calendar):
    close(calendar, world)
    draft = hours.set_days(calendar, first=MONDAY, last=MONDAY, what="week", actor=world.manager, at=FRIDAY)
    with pytest.raises(NotNow) as refusal:
        publish(draft, world)
    assert refusal.value.stable_code == "nothing_changed"


def test_only_new_tickets_count_in_it_when_so_chosen(world, calendar):
    old = make_ticket(world, at=FRIDAY, severity=3)
    before = dues(old)
    change = publish(close(calendar, world), world, way="new")
    assert change.finished_at == LATER
    drain(move_next_batch, at=LATER)
    assert dues(old) == before
    new = make_ticket(world, at=LATER, severity=3)
    assert {clock.calendar_version.number for clock in in_office(old)} == {1}
    assert {clock.calendar_version.number for clock in in_office(new)} == {2}


def test_running_clocks_carry_over_and_the_record_says_so(world, calendar):
    ticket, ended = make_ticket(world, at=FRIDAY, severity=3), make_ticket(world, at=FRIDAY, severity=3)
    services.cancel(ended, actor=world.customer, at=FRIDAY + timedelta(minutes=1))
    before, gone = dues(ticket), dues(ended)
    assert in_office(ticket), "the plan counts in the office's hours"
    change = publish(close(calendar, world), world)
    assert drain(move_next_batch, at=LATER) == 1
    change.refresh_from_db()
    assert (change.moved, change.finished_at) == (1, None)
    assert drain(move_next_batch, at=LATER + timedelta(minutes=2)) == 0
    change.refresh_from_db()
    assert change.finished_at == LATER + timedelta(minutes=2)
    ticket.refresh_from_db()
    event = ticket.events.get(type=Event.Type.CALENDAR_CHANGED)
    assert (event.actor, event.at, event.facts["calendar"], event.facts["before"], event.facts["after"]) == (
        world.manager, LATER, "office-cn", "1", 2,
    )  # fmt: skip
    assert {clock.calendar_version.number for clock in in_office(ticket)} == {2}
    moved = {promise for promise, stand in dues(ticket).items() if stand != before[promise]}
    assert moved, "what was due on Monday or later is due a day later"
    for promise in moved:
        assert dues(ticket)[promise][1] > before[promise][1]
    assert ticket.queue_at == min(due for state, due in dues(ticket).values() if state == "running" and due)
    assert dues(ended) == gone
    assert not ended.events.filter(type=Event.Type.CALENDAR_CHANGED).exists()
    assert list(audit(LATER)) == [], "replay equals live"


def test_settled_again_the_time_before_is_looked_at_too(world, calendar):
    ticket = make_ticket(world, at=FRIDAY - timedelta(hours=4), severity=3)
    before = dues(ticket)
    publish(close(calendar, world, date(2026, 11, 20)), world, way="again")
    drain(move_next_batch, at=LATER)
    after = dues(ticket)
    later = {promise for promise in before if before[promise][1] and after[promise][1] and after[promise][1] > before[promise][1]}
    assert later, "Friday never was a working day"
    assert list(audit(LATER)) == []
    event = ticket.events.get(type=Event.Type.CALENDAR_CHANGED)
    assert event.facts["again"] is True


@pytest.mark.parametrize(("way", "state"), [("carry", "missed"), ("again", "running")])
def test_what_was_recorded_as_missed_stays_in_the_record(world, calendar, way, state):
    """It was due on Wednesday at 14:00; with Monday closed from the start on it would be due on Thursday."""
    ticket = make_ticket(world, at=FRIDAY, severity=3)
    wednesday = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    services.escalate_due(wednesday)
    late = [event.facts["level"] for event in ticket.events.filter(type="escalated", facts__promise="restore").order_by("seq")]
    assert "due" in late
    assert dues(ticket)["restore"][0] == "missed"
    publish(close(calendar, world), world, way=way, at=wednesday)
    drain(move_next_batch, at=wednesday)
    assert dues(ticket)["restore"][0] == state
    after = [event.facts["level"] for event in ticket.events.filter(type="escalated", facts__promise="restore").order_by("seq")]
    assert after[: len(late)] == late
    assert list(audit(wednesday)) == []


def test_a_version_that_holds_later_moves_nothing_before(world, calendar):
    ticket = make_ticket(world, at=FRIDAY, severity=3)
    before, begins = dues(ticket), FRIDAY + timedelta(days=2)
    publish(close(calendar, world), world, valid_from=begins)
    assert move_next_batch(begins - timedelta(seconds=1)) == 0
    assert dues(ticket) == before
    assert move_next_batch(begins) == 1
    assert dues(ticket) != before


def test_a_worker_that_was_killed_goes_on_where_it_was(world, calendar):
    tickets = [make_ticket(world, at=FRIDAY, severity=3) for _number in range(5)]
    change = publish(close(calendar, world), world)
    assert move_next_batch(LATER, limit=2) == 2
    assert hours.left_of(change).values("commitment").distinct().count() == 3
    assert drain(move_next_batch, at=LATER, limit=2) == 3
    assert Event.objects.filter(type=Event.Type.CALENDAR_CHANGED).count() == len(tickets)
    change.refresh_from_db()
    assert change.moved == len(tickets)


def test_two_versions_one_after_another(world, calendar):
    ticket = make_ticket(world, at=FRIDAY, severity=3)
    first = publish(close(calendar, world), world)
    second = publish(close(calendar, world, TUESDAY), world, at=LATER + timedelta(minutes=5))
    assert hours.change_to_go_on(LATER + timedelta(hours=1)) == first
    drain(move_next_batch, at=LATER + timedelta(hours=1))
    drain(move_next_batch, at=LATER + timedelta(hours=1))
    second.refresh_from_db()
    assert second.finished_at is not None
    assert [event.facts["after"] for event in ticket.events.filter(type=Event.Type.CALENDAR_CHANGED).order_by("seq")] == [2, 3]
    assert list(audit(LATER + timedelta(hours=1))) == []


def test_moving_takes_as_many_queries_for_many_as_for_one(world, calendar):
    make_ticket(world, at=FRIDAY, severity=3)
    publish(close(calendar, world), world)
    with CaptureQueriesContext(connection) as one:
        assert move_next_batch(LATER) == 1
    for _number in range(6):
        make_ticket(world, at=LATER, severity=3)
    later = LATER + timedelta(minutes=5)
    publish(close(calendar, world, TUESDAY), world, at=later)
    drain(move_next_batch, at=later)
    hours.finish(CalendarChange.objects.get(version__number=2), at=later)
    with CaptureQueriesContext(connection) as many:
        assert move_next_batch(later) == 7
    assert len(many) <= len(one) + 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_move_each_ticket_once(world, calendar):
    tickets = [make_ticket(world, at=FRIDAY, severity=3) for _number in range(6)]
    change = publish(close(calendar, world), world)
    outcomes = at_once(2, lambda: drain(move_next_batch, at=LATER, limit=2))
    assert all(isinstance(done, int) for done in outcomes), outcomes
    drain(move_next_batch, at=LATER)
    moves = Event.objects.filter(type=Event.Type.CALENDAR_CHANGED).values_list("ticket", flat=True)
    assert sorted(moves) == [ticket.pk for ticket in tickets]
    change.refresh_from_db()
    assert change.moved == len(tickets)
    assert list(audit(LATER)) == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_draft_is_published_once_whoever_presses(world, calendar):
    draft = close(calendar, world)
    outcomes = at_once(2, lambda: publish(draft, world))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CalendarChange", "NotNow"], outcomes
    assert calendar.versions.count() == 2


# --- The preview --------------------------------------------------------------------------------------------


def test_the_preview_tells_what_publishing_does(world, calendar):
    ticket = make_ticket(world, at=FRIDAY, severity=3)
    untouched = make_ticket(world, at=FRIDAY, severity=1)
    draft = close(calendar, world)
    found = preview(calendar, draft.data, world.manager, at=LATER)
    before = dues(ticket)
    mine = [row for row in found.rows if row.ticket.pk == ticket.pk]
    assert mine
    assert found.carry.tickets == {row.ticket.pk for row in found.rows if row.carry != row.now}
    assert found.carry.later == sum(row.carry.due_at > row.now.due_at for row in found.rows if row.carry.due_at and row.now.due_at)
    assert CalendarDraft.objects.count() == 1
    assert dues(ticket) == before, "looking changes nothing"
    publish(draft, world)
    drain(move_next_batch, at=LATER)
    after = dues(ticket)
    assert {(row.carry.state, row.carry.due_at) for row in mine} <= set(after.values())
    assert len(mine) == sum(after[promise] != before[promise] for promise in before)
    assert not Event.objects.filter(ticket=untouched, type=Event.Type.CALENDAR_CHANGED, facts__after=3).exists()


def test_settled_again_in_the_preview(world, calendar):
    make_ticket(world, at=FRIDAY - timedelta(hours=4), severity=3)
    found = preview(calendar, close(calendar, world, date(2026, 11, 20)).data, world.manager, at=LATER)
    assert any(row.again != row.carry for row in found.rows)
    assert found.again.later >= found.carry.later


def test_the_preview_takes_as_many_queries_for_many_as_for_one(world, calendar):
    data = close(calendar, world).data
    counts = []
    for number in (1, 6):
        for _each in range(number):
            make_ticket(world, at=FRIDAY, severity=3)
        with CaptureQueriesContext(connection) as queries:
            found = preview(calendar, data, world.manager, at=LATER)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
    assert found.total == 7


def test_the_preview_is_paged_by_key(world, calendar, monkeypatch):
    monkeypatch.setattr("tickets.calendar_preview.LOOKED_AT", 2)
    data = close(calendar, world).data
    tickets = {make_ticket(world, at=FRIDAY, severity=3).pk for _number in range(5)}
    seen, cursor = [], ""
    while True:
        found = preview(calendar, data, world.manager, at=LATER, cursor=cursor)
        seen += [ticket.pk for ticket in found.page]
        cursor = found.page.next_cursor
        if not cursor:
            break
    assert len(seen) == 5
    assert set(seen) == tickets


def test_why_this_time_names_the_change(client, world, calendar):
    ticket = make_ticket(world, at=FRIDAY, severity=3)
    publish(close(calendar, world), world)
    drain(move_next_batch, at=LATER)
    clock = next(clock for clock in in_office(ticket) if clock.due_at)
    client.force_login(world.customer)
    client.cookies["django_language"] = "en"
    page = client.get(f"/tickets/{ticket.number}/clocks/{clock.pk}/").content.decode()
    assert "the calendar changed: “Office hours (Chinese official holidays and make-up workdays)”, version 2" in page
    assert "What was counted stays counted; from here on these hours count." in page
    record = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert "version 2 instead of 1; what was counted stays counted" in record
