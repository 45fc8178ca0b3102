"""The feed of changes: in order, nothing missed, nothing told to whom it does not concern, and what is gone is said to be."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from accounts.models import Role, User
from core.queue import drain
from core.record import save_by
from core.time import now
from customers import services as customers
from customers.models import Equipment, HeightenedPeriod, Membership, Site
from integrations import feed, services
from integrations.errors import ChangesForgotten
from integrations.models import Change, Known
from integrations.resources import OURS
from knowledge.models import Article
from loops import services as loops
from obligations.models import Obligation
from tests.care.worlds import make_callback, make_calling_world
from tests.inspections.worlds import make_done_visit
from tests.integrations.test_feed_parts import WRITTEN
from tests.loops.worlds import make_case
from tests.tickets.rest import Program
from tests.visits.worlds import make_visit
from tests.worlds import NOON, make_contract, make_customer, make_equipment, make_promising_world, make_site, make_ticket
from tickets import services as tickets
from tickets.models import Ticket
from training.models import Course, Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.worlds import World

pytestmark = pytest.mark.django_db

Line = tuple[str, str, int, bool]


def number() -> int:
    return drain(services.number_next_changes, at=now())


def told(user: User, after: int | None = 0, limit: int = 500) -> list[Line]:
    user = User.objects.get(pk=user.pk)
    return [(row.type, row.resource, row.thing, row.deleted) for row in feed.read(user, after, limit).changes]


def newest() -> int:
    number()
    return feed.Feed.objects.get().newest


@pytest.fixture
def quiet(world: World) -> int:
    """Whatever made the world is numbered; what comes is new."""
    return newest()


# --- What is told -------------------------------------------------------------------------------


def test_every_line_of_a_ticket_is_told_in_order_with_its_address(world: World, quiet: int) -> None:
    ticket = make_ticket(world, at=now())
    tickets.accept(ticket, actor=world.engineer, at=now())
    number()
    answer = Program(world, "customer").get("changes/", after=quiet)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["results"][0]["type"] == "ticket.reported"
    assert "ticket.accepted" in {row["type"] for row in body["results"]}
    assert [row["sequence"] for row in body["results"]] == sorted(row["sequence"] for row in body["results"])
    assert {row["url"].rsplit("/api/v1/")[1] for row in body["results"]} == {f"tickets/{ticket.number}/"}
    assert (body["last"], body["more"]) == (body["newest"], False)
    assert Program(world, "customer").get("changes/", after=body["last"]).json()["results"] == []


def test_other_things_are_told_when_made_and_changed_and_once_a_step(world: World, quiet: int) -> None:
    visit = make_visit(world)
    world.site.address = "新址"
    save_by(world.site, world.manager, at=now())
    save_by(world.site, world.manager, at=now())
    contract = make_contract(world.organization, at=now(), equipment=[world.equipment])
    number()
    lines = told(world.manager, quiet)
    assert ("visit.created", "visits", visit.pk, False) in lines
    assert [line for line in lines if line[1] == "sites"] in (
        [("site.changed", "sites", world.site.pk, False)], [("site.changed", "sites", world.site.pk, False)] * 2
    )  # fmt: skip
    assert ("contract.created", "contracts", contract.pk, False) in lines


def test_pages_go_on_after_the_last_and_lead_there(world: World, quiet: int) -> None:
    for _each in range(4):
        make_ticket(world, at=now())
    number()
    program, whole = Program(world, "engineer"), told(world.engineer, quiet)
    after, seen, pages = quiet, [], 0
    while True:
        answer = program.get("changes/", after=after, limit=3)
        body = answer.json()
        seen += [(row["type"], row["resource"], row["id"], row["deleted"]) for row in body["results"]]
        after, pages = body["last"], pages + 1
        assert ("Link" in answer.headers) == body["more"]
        if not body["more"]:
            break
        assert f"after={after}" in answer.headers["Link"]
        assert answer.headers["Link"].endswith('rel="next"')
    assert (seen, pages > 1) == (whole, True)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"after": "x"}, 400, "invalid"),
        ({"after": "-1"}, 400, "invalid"),
        ({"after": "1" * 30}, 400, "invalid"),
        ({"limit": "0"}, 400, "invalid"),
        ({"since": "1"}, 400, "invalid"),
        ({"after": "999999999"}, 410, "changes_forgotten"),  # never given: a backup was put back
    ],
)
def test_what_cannot_be_followed_is_refused(world: World, query: dict[str, str], status: int, code: str) -> None:
    answer = Program(world, "engineer").get("changes/", **query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_is_too_old_says_what_to_do(world: World, quiet: int, settings: Any) -> None:
    make_ticket(world, at=now())
    number()
    kept = newest()
    settings.CHANGES_KEPT_DAYS = 30
    assert services.forget_next_changes(now() + timedelta(days=29)) == 0
    make_ticket(world, at=now())
    drain(services.number_next_changes, at=now() + timedelta(days=20))
    drain(services.forget_next_changes, at=now() + timedelta(days=31))
    answer = Program(world, "engineer").get("changes/", after=quiet)
    assert (answer.status_code, answer.json()["code"]) == (410, "changes_forgotten")
    assert str(newest()) in answer.json()["detail"]
    assert told(world.engineer, kept), "who had read all that was forgotten goes on"
    assert told(world.engineer, None) == told(world.engineer, kept), "without a number: from the oldest that is kept"


# --- To whom ------------------------------------------------------------------------------------

ROLES = ("customer", "supervisor", "stranger", "engineer", "manager")


def make_others(world: World) -> None:
    """A thing of each kind that is told to ours alone, or to supervisors alone."""
    at = {"created_at": NOON, "updated_at": NOON, "published_at": NOON}
    Article.objects.create(**dict.fromkeys(WRITTEN, "t"), author=world.engineer, state="published", audience="public", **at)
    owed = {"opens_at": NOON, "due_at": NOON, "created_at": NOON}
    Obligation.objects.create(key="k", kind="care", organization=world.organization, site=world.site, title="t", **owed)
    course = Course.objects.create(code="c", name="c", hours=2)
    sites = ((world.site, NOON), (world.other_site, NOON), (None, None))
    for site, announced in sites:
        span = {"online_link": "https://room.example/", "starts_at": NOON, "ends_at": NOON + timedelta(hours=2), "created_at": NOON}
        Session.objects.create(course=course, organization=world.organization, site=site, announced_at=announced, **span)
    period = HeightenedPeriod.objects.create(name="p", starts_at=NOON, ends_at=NOON + timedelta(hours=2), announced_at=NOON)
    period.organizations.add(world.organization)


def test_nobody_is_told_of_what_their_pages_do_not_show(db: None) -> None:
    """For every resource and role: what the feed tells of is what the lists answer."""
    world = make_calling_world()
    make_ticket(world, at=NOON)
    make_ticket(world, at=NOON, actor=world.supervisor, site=world.other_site, equipment=world.other_equipment)
    make_visit(world)
    make_callback(world)
    make_done_visit(world)
    make_case_of = Program(world, "customer").post("loops/", {"site": world.site.pk, "subject": "s", "words": "w", "key": "k"})
    assert make_case_of.status_code == 201, make_case_of.content
    make_equipment(world.other_site, name="备机")
    customers.follow_terms(NOON)
    make_others(world)
    number()
    for role in ROLES:
        person = User.objects.get(pk=world.person(role).pk)
        for name, resource in feed.RESOURCES.items():
            of_it = [line for line in told(person) if line[1] == name]
            seen = set(resource.visible(person).values_list("pk", flat=True))
            if name in OURS and not person.is_provider:
                seen = set()
            assert {thing for _type, _name, thing, _gone in of_it} == seen, (role, name)
            assert not any(gone for *_line, gone in of_it), (role, name)
        assert told(person) or role == "stranger"


def test_internal_lines_are_told_to_ours_only(world: World, quiet: int) -> None:
    ticket = make_ticket(world, at=now())
    tickets.comment(ticket, actor=world.engineer, at=now(), text="内部", internal=True)
    number()
    assert ("ticket.noted", "tickets", ticket.pk, False) in told(world.engineer, quiet)
    assert "ticket.noted" not in {line[0] for line in told(world.supervisor, quiet)}


def test_what_moves_away_is_gone_for_those_it_leaves_and_nobody_else(world: World, quiet: int) -> None:
    there = make_customer(world.organization, sites=[world.other_site])
    elsewhere = make_customer(world.organization, sites=[make_site(world.organization, region=world.region, name="第三处")])
    save_by(world.equipment, None, at=now())  # made before anybody followed: now it is known where it is
    before = newest()
    device = Equipment.objects.get(pk=world.equipment.pk)
    device.site = world.other_site
    save_by(device, world.manager, at=now())
    number()
    gone, here = ("equipment.removed", "equipment", device.pk, True), ("equipment.changed", "equipment", device.pk, False)
    assert told(world.customer, before) == [gone]
    assert told(there, before) == [here]
    assert told(world.supervisor, before) == [here]
    assert told(world.engineer, before) == [here]
    assert told(elsewhere, before) == told(world.stranger, before) == []
    device.site = world.stranger.membership.organization.sites.get()
    save_by(device, world.manager, at=now())
    number()
    assert told(world.supervisor, before)[-1] == told(there, before)[-1] == gone
    assert told(world.stranger, before) == [here]


def test_what_was_there_before_the_feed_and_moves_is_known_by_its_history(world: World, quiet: int) -> None:
    Known.objects.all().delete()
    device = Equipment.objects.get(pk=world.equipment.pk)
    device.site = world.other_site
    save_by(device, world.manager, at=now())
    number()
    assert told(world.customer, quiet) == [("equipment.removed", "equipment", device.pk, True)]
    assert told(world.supervisor, quiet) == [("equipment.changed", "equipment", device.pk, False)]


def test_a_contract_that_no_longer_covers_a_site_is_gone_there(world: World) -> None:
    contract = make_contract(world.organization, equipment=[world.equipment, world.other_equipment])
    before = newest()
    contract.equipment.remove(world.equipment)
    number()
    assert told(world.customer, before) == [("contract.removed", "contracts", contract.pk, True)]
    assert told(world.supervisor, before) == [("contract.changed", "contracts", contract.pk, False)]


def test_what_hangs_on_a_thing_that_moves_goes_with_it(world: World) -> None:
    contract = make_contract(world.organization, equipment=[world.equipment])
    before = newest()
    device = Equipment.objects.get(pk=world.equipment.pk)
    device.site = world.other_site
    save_by(device, world.manager, at=now())
    number()
    assert ("contract.removed", "contracts", contract.pk, True) in told(world.customer, before)
    site = Site.objects.get(pk=world.other_site.pk)
    site.organization = world.stranger.membership.organization
    save_by(site, world.manager, at=now())
    number()
    gone = [("site.removed", "sites", site.pk, True), ("equipment.removed", "equipment", device.pk, True)]
    assert set(gone) <= set(told(world.supervisor, before))
    assert {("site.changed", "sites", site.pk, False), ("equipment.changed", "equipment", device.pk, False)} <= set(
        told(world.stranger, before)
    )


def test_what_is_forgotten_while_it_is_read_is_not_passed_over(world: World, quiet: int, monkeypatch: Any) -> None:
    make_ticket(world, at=now())
    number()
    addressed = feed._addressed

    def slowly(user: User) -> Any:
        services.forget_next_changes(now() + timedelta(days=31))
        return addressed(user)

    monkeypatch.setattr(feed, "_addressed", slowly)
    with pytest.raises(ChangesForgotten):
        feed.read(world.engineer, quiet, 10)


def test_what_is_deleted_is_told_to_those_who_saw_it(world: World) -> None:
    device = make_equipment(world.site, name="借用设备")
    before, pk = newest(), device.pk
    device.delete()
    number()
    gone = ("equipment.removed", "equipment", pk, True)
    for role in ("customer", "supervisor", "engineer"):
        assert told(world.person(role), before) == [gone], role
    assert told(world.stranger, before) == []


def test_a_complaint_that_becomes_confidential_is_gone_for_whom_it_is_about_if_they_knew_of_it() -> None:
    case = make_case(at=now() - timedelta(hours=30))
    world, loop = case.world, case.loop
    engineer = world.engineer
    before = newest()
    loops.concern(loop, actor=world.manager, at=now(), people=[engineer], confidential=True)
    number()
    assert {line for line in told(engineer, before) if line[3]} == {
        ("ticket.removed", "tickets", loop.ticket_id, True),
        ("loop.removed", "loops", loop.pk, True),
    }
    assert not any(gone for *_line, gone in told(world.manager, before))
    assert loop.ticket_id not in {thing for _type, name, thing, gone in told(engineer, before) if name == "tickets" and not gone}


def test_who_may_see_something_else_as_a_whole_is_told_to_read_anew(world: World, quiet: int) -> None:
    membership = Membership.objects.get(user=world.customer)
    membership.sites.add(world.other_site)
    number()
    assert told(world.customer, quiet) == [("access.changed", "access", world.customer.pk, False)]
    assert told(world.supervisor, quiet) == []
    person = User.objects.get(pk=world.customer.pk)
    person.role = Role.SUPERVISOR
    save_by(person, world.admin, at=now())
    person.phone = "1"
    save_by(person, world.admin, at=now())
    number()
    assert len(told(person, quiet)) == 2, "another phone number is nothing"


def test_more_lines_take_no_more_queries(world: World, quiet: int, django_assert_max_num_queries: Any) -> None:
    make_ticket(world, at=now())
    make_visit(world)
    number()
    for role in ("customer", "engineer"):
        program = Program(world, role)
        program.get("changes/", after=quiet)  # whoever comes for the first time is noted
        with django_assert_max_num_queries(8):
            few = program.get("changes/", after=quiet).json()["results"]
        for _each in range(5):
            make_ticket(world, at=now())
        number()
        with django_assert_max_num_queries(8):
            assert len(program.get("changes/", after=quiet).json()["results"]) > len(few)


# --- Nothing is missed --------------------------------------------------------------------------


def test_what_was_rolled_back_is_not_told(world: World, quiet: int) -> None:
    with transaction.atomic():
        make_ticket(world, at=now())
        transaction.set_rollback(True)
    assert number() == 0
    assert told(world.engineer, quiet) == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_slow_transaction_that_ends_after_a_later_quick_one_is_not_missed(transactional_db: None) -> None:
    world = make_promising_world()
    begun, go_on = threading.Event(), threading.Event()
    made: list[int] = []

    def slow() -> None:
        try:
            with transaction.atomic():
                made.append(make_ticket(world, at=now()).pk)
                begun.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    after = newest()
    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(30)
    world.site.address = "先提交"
    save_by(world.site, world.manager, at=now())  # begins later, is committed first, with a higher id
    number()
    first = feed.read(world.engineer, after, 500)
    assert [row.resource for row in first.changes] == ["sites"]
    go_on.set()
    thread.join()
    number()
    second = feed.read(world.engineer, first.last, 500)
    assert {row.thing for row in second.changes if row.resource == "tickets"} == set(made)
    assert min(row.pk for row in second.changes) < min(row.pk for row in first.changes), "it was written first"


def thread_of(act: Callable[[], None], failures: list[BaseException]) -> threading.Thread:
    """A thread with a connection of its own, begun."""

    def run() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - asserted on
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_reader_among_many_writers_misses_nothing(transactional_db: None) -> None:
    world = make_promising_world()
    after, seen, stop, failures = newest(), [], threading.Event(), list[BaseException]()

    def write() -> None:
        for turn in range(8):
            with transaction.atomic():
                make_ticket(world, at=now())
                time.sleep(0.002 * (turn % 4))

    def count() -> None:
        while not stop.wait(0.001):
            services.number_next_changes(now())

    def follow() -> None:
        place = after
        while not stop.wait(0.001):
            found = feed.read(world.engineer, place, 7)
            seen.extend((row.sequence, row.pk) for row in found.changes)
            place = found.last

    others = [thread_of(act, failures) for act in (count, count, follow)]
    for thread in [thread_of(write, failures) for _each in range(4)]:
        thread.join()
    number()
    time.sleep(0.5)
    stop.set()
    for thread in others:
        thread.join()
    assert failures == []
    rows = list(Change.objects.filter(sequence__gt=after).order_by("sequence").values_list("sequence", "pk"))
    assert (Ticket.objects.count(), seen) == (32, rows)
    assert [sequence for sequence, _pk in rows] == list(range(after + 1, after + 1 + len(rows)))
