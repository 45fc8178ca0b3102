"""What the database promises, what sweeps do once, and how many queries lists take."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.queue import drain
from notifications.models import Message
from obligations.models import Obligation
from tests.races import at_once
from tests.training.worlds import STARTS, close, invite, make_course, make_session, owe
from tests.worlds import NOON, make_world
from training import selectors, services, workflow
from training.models import Attendee, Certificate, Course, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def sent(kind: str) -> int:
    return Message.objects.filter(kind=kind, channel="email").count()


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "unknown"},
        {"ends_at": STARTS - timedelta(hours=1)},
        {"site": None, "online_link": ""},
        {"capacity": 0},
        {"status": "cancelled", "ended_at": NOON, "reason": ""},
        {"status": "closed", "held_at": NOON, "ended_at": None},
        {"status": "held", "held_at": None},
    ],
    ids="-".join,
)
def test_the_database_refuses_a_session_that_cannot_be(world, facts):
    session = make_session(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(**facts)


@pytest.mark.parametrize(
    "facts", [{"name": ""}, {"presence": "late"}, {"score": 101}, {"signed_at": NOON}], ids=lambda facts: next(iter(facts))
)
def test_the_database_refuses_an_attendee_that_cannot_be(world, facts):
    who = invite(world, make_session(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendee.objects.filter(pk=who.pk).update(**facts)


def test_the_database_keeps_people_names_and_versions_apart(world):
    session = make_session(world)
    one, two = invite(world, session, name="甲"), invite(world, session, name="乙")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendee.objects.filter(pk=two.pk).update(name=one.name)
    Attendee.objects.filter(pk=one.pk).update(user=world.customer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendee.objects.filter(pk=two.pk).update(user=world.customer)


def test_the_database_refuses_a_course_without_hours(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.filter(pk=make_course(world).pk).update(hours=0)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=20)])
def test_everybody_is_reminded_the_day_before_once(world, late):
    session = make_session(world)
    invite(world, session)
    assert drain(services.remind_of_sessions, at=STARTS - timedelta(days=1, minutes=1)) == 0
    for _run_twice in range(2):
        drain(services.remind_of_sessions, at=STARTS - timedelta(days=1) + late)
    assert sent("training_reminder") == 2  # the attendee and the trainer


def test_what_has_begun_is_not_reminded_of_after_an_outage(world):
    session = make_session(world)
    invite(world, session)
    drain(services.remind_of_sessions, at=STARTS + timedelta(days=3))
    assert sent("training_reminder") == 0
    session.refresh_from_db()
    assert session.remind_at is None


def test_a_session_put_to_another_time_reminds_of_that_one(world):
    session = make_session(world)
    invite(world, session)
    drain(services.remind_of_sessions, at=STARTS - timedelta(days=1))
    later = STARTS + timedelta(days=5)
    services.move(
        session, actor=world.dispatcher, at=STARTS - timedelta(hours=3), starts_at=later, ends_at=later + timedelta(hours=2), reason="改期"
    )
    drain(services.remind_of_sessions, at=later - timedelta(days=1))
    assert sent("training_reminder") == 4


def certified(world) -> Certificate:
    session = make_session(world)
    close(world, session, invite(world, session))
    return Certificate.objects.get()


def on(row: Certificate, days_before: int):
    """Noon so many days before a certificate ends."""
    return NOON + (row.valid_until - timedelta(days=days_before) - NOON.date())


@pytest.mark.parametrize(
    ("days_before", "told"),
    [
        ((61,), 0),
        ((60,), 1),
        ((60, 60), 1),  # run twice
        ((57, 57), 1),  # three days late
        ((60, 30), 2),
        ((60, 45, 30, 29, 1), 2),
        ((20,), 1),  # both passed during an outage: only the nearest is told
        ((-5,), 0),  # it has ended: too late to remind
    ],
)
def test_the_end_of_a_certificate_is_told_at_sixty_and_thirty_days_each_once(world, days_before, told):
    row = certified(world)
    for days in days_before:
        drain(services.remind_of_ends, at=on(row, days))
    assert Message.objects.filter(kind="training_certificate_ends", recipient=world.customer, channel="email").count() == told


def test_a_certificate_that_was_renewed_is_not_reminded_of(world):
    row = certified(world)
    newer = make_session(world, row.session.course)
    close(world, newer, invite(world, newer))
    drain(services.remind_of_ends, at=on(row, 59))
    assert not Message.objects.filter(kind="training_certificate_ends", context__number=row.number).exists()


def test_a_certificate_without_an_end_is_never_reminded_of(world):
    session = make_session(world, make_course(world, valid_months=None))
    close(world, session, invite(world, session))
    row = Certificate.objects.get()
    assert (row.valid_until, row.remind_on) == (None, None)


@pytest.mark.parametrize(("left", "step"), [(61, None), (60, 60), (45, 60), (30, 30), (0, 30)])
def test_the_nearest_step_that_has_come_counts(left, step):
    assert workflow.reminder(left, (60, 30)) == step


def test_how_what_is_owed_stands(world):
    owed = owe(world, days=30)

    def state(at=NOON):
        return selectors.with_state(Obligation.objects.filter(pk=owed.pk), at).get().state

    assert state() == "open"
    session = make_session(world)
    assert state() == "planned"
    assert state(NOON + timedelta(days=31)) == "late"
    close(world, session, invite(world, session))
    assert state() == "held"
    Obligation.objects.filter(pk=owed.pk).update(ended_at=owed.due_at + timedelta(days=1))
    assert state() == "held_late"
    sums = selectors.summed_by_office(Obligation.objects.all(), NOON)
    assert [(row["office"], row["held_late"], row["open"]) for row in sums] == [(world.office.pk, 1, 0)]


def test_a_course_of_another_kind_does_not_make_it_planned(world):
    owe(world)
    make_session(world, make_course(world, kind="yearly"))
    assert selectors.with_state(Obligation.objects.all(), NOON).get().state == "open"


def test_the_figures_count_by_office_what_was_held_and_owed(world):
    owe(world)
    session = make_session(world)
    close(world, session, invite(world, session), invite(world, session, name="王工"))
    found = selectors.by_office(NOON, NOON + timedelta(days=40), at=NOON + timedelta(days=40))
    row = found[world.office.pk]
    assert (row.sessions, row.people, row.owed, row.in_time, row.share) == (1, 2, 1, 1, 1.0)
    assert selectors.by_office(NOON, NOON + timedelta(days=40), at=NOON, of={"organization": world.stranger.pk + 999}) == {}


@pytest.mark.parametrize(
    "address", ["/training/?show=all", "/training/owed/", "/training/certificates/", "/training/courses/", "/api/v1/training/sessions/"]
)
def test_lists_take_the_same_few_queries_however_long_they_are(world, client, address):
    client.force_login(world.manager)
    counts = []
    for more in (1, 3):
        for number in range(more):
            course = make_course(world)
            session = make_session(world, course)
            invite(world, session)
            close(world, session, invite(world, session, name="王工"))
            owe(world, period=f"{len(counts)}-{number}")
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14, counts


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_one_last_seat():
    world = make_world()
    session = make_session(world, capacity=1)
    names = iter(["甲", "乙"])
    outcomes = at_once(2, lambda: invite(world, session, name=next(names)))
    assert Attendee.objects.filter(session=session).count() == 1
    assert sum(isinstance(one, Exception) for one in outcomes) == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_once():
    world = make_world()
    session = make_session(world)
    invite(world, session)
    at_once(2, lambda: drain(services.remind_of_sessions, at=STARTS - timedelta(hours=5)))
    assert sent("training_reminder") == 2
    assert date(2026, 11, 30) == STARTS.date()
