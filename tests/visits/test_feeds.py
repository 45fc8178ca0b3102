"""Visits in other people's calendars: read over HTTP by a library that did not write them."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import vobject
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.secrets import new_secret
from core.errors import NotAllowed
from core.time import now
from servicedesk.logs import without_secrets
from tests.visits.worlds import make_visit
from tests.worlds import World, make_office, make_promising_world, make_ticket, make_user
from visits import services
from visits.feeds import reading
from visits.models import CalendarFeed, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_promising_world()


def soon(days: float = 1):
    return now() + timedelta(days=days)


def planned(world: World, days: float = 1, **facts) -> Visit:
    facts = {"starts_at": soon(days), "ends_at": soon(days) + HOUR, **facts}
    return make_visit(world, make_ticket(world, at=now(), contact_name="赵主任", contact_phone="027-1234"), at=now(), **facts)


def fetch(address: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], str]:
    request = urllib.request.Request(address, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, ""


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_subscriber_sees_a_visit_move_and_a_cancelled_one_stay_as_cancelled(live_server, world: World):
    first, second = planned(world), planned(world, 2)
    _feed, secret = services.make_feed(actor=world.engineer, at=now())
    address = f"{live_server.url}/visits/feed/{secret}.ics"

    def events() -> dict[str, vobject.base.Component]:
        return {event.uid.value: event for event in vobject.readOne(fetch(address)[2]).vevent_list}

    before = events()
    host = live_server.url.split("//")[1].split(":")[0]
    uid = f"{first.uid}@{host}"
    assert before.keys() == {uid, f"{second.uid}@{host}"}
    event = before[uid]
    assert (event.dtstart.value, event.dtend.value) == (first.starts_at, first.ends_at)
    assert event.dtstart.value.tzinfo.utcoffset(event.dtstart.value) == timedelta(0)
    assert (event.status.value, event.sequence.value) == ("CONFIRMED", str(first.sequence))
    assert event.location.value == "门诊楼机房, 江城市人民路 1 号"
    for words in (first.ticket.number, "赵主任 027-1234", f"{live_server.url}/visits/{first.pk}/"):
        assert words in event.description.value

    moved = first.starts_at + 3 * HOUR
    services.schedule(first, lead=world.engineer, starts_at=moved, ends_at=moved + HOUR, actor=world.dispatcher, at=now(), helpers=[])
    services.cancel(second, actor=world.dispatcher, at=now(), reason="客户改期")
    after = events()
    assert after[uid].dtstart.value == moved
    assert int(after[uid].sequence.value) > int(event.sequence.value)
    gone = after[f"{second.uid}@{host}"]
    assert gone.status.value == "CANCELLED"
    assert int(gone.sequence.value) > int(before[f"{second.uid}@{host}"].sequence.value)

    _status, headers, _body = fetch(address)
    assert "private" in headers["Cache-Control"]
    for condition in ({"If-None-Match": headers["ETag"]}, {"If-Modified-Since": headers["Last-Modified"]}):
        assert fetch(address, condition)[0] == 304
    services.schedule(first, lead=world.engineer, starts_at=moved + HOUR, ends_at=moved + 2 * HOUR, actor=world.dispatcher, at=now())
    assert fetch(address, {"If-None-Match": headers["ETag"]})[0] == 200


def read(secret: str):
    return Client().get(f"/visits/feed/{secret}.ics")


def test_a_feed_ends_when_it_is_revoked_or_its_person_leaves_or_moves(world: World):
    mine, secret = services.make_feed(actor=world.engineer, at=now())
    _office, other = services.make_feed(actor=world.dispatcher, at=now(), office=world.office)
    assert [read(each).status_code for each in (secret, other, "x", "y" * 500)] == [200, 200, 404, 404]
    services.revoke_feed(mine, actor=world.engineer, at=now())
    assert read(secret).status_code == 404
    User.objects.filter(pk=world.dispatcher.pk).update(office=make_office())
    assert read(other).status_code == 404
    User.objects.filter(pk=world.dispatcher.pk).update(office=world.office, is_active=False)
    assert read(other).status_code == 404


def test_a_feed_holds_what_its_owner_goes_to_and_an_office_what_it_makes(world: World):
    other = make_user(office=world.office)
    own, helped, others = planned(world), planned(world, lead=other, helpers=[world.engineer]), planned(world, lead=other)
    far, old = planned(world, 200), planned(world)
    Visit.objects.filter(pk=old.pk).update(starts_at=soon(-31), ends_at=soon(-30.9))
    unplanned = planned(world, lead=None)
    mine, _secret = services.make_feed(actor=world.engineer, at=now())
    office, _secret = services.make_feed(actor=world.dispatcher, at=now(), office=world.office)
    assert set(reading.visits_of(mine, now())) == {own, helped}
    assert set(reading.visits_of(office, now())) == {own, helped, others, unplanned}
    assert far not in reading.visits_of(office, now())


def test_an_office_is_for_its_staff(world: World):
    for person in (world.engineer, world.customer):
        with pytest.raises(NotAllowed):
            services.make_feed(actor=person, at=now(), office=make_office())
    feed, _secret = services.make_feed(actor=world.engineer, at=now())
    with pytest.raises(NotAllowed):
        services.revoke_feed(feed, actor=world.dispatcher, at=now())
    assert services.make_feed(actor=world.admin, at=now(), office=make_office())


def test_a_visit_nobody_is_sent_to_is_tentative_and_the_secret_is_kept_nowhere(world: World):
    planned(world, lead=None)
    feed, secret = services.make_feed(actor=world.dispatcher, at=now(), office=world.office)
    (event,) = vobject.readOne(read(secret).content.decode()).vevent_list
    assert event.status.value == "TENTATIVE"
    assert secret not in str(CalendarFeed.objects.filter(pk=feed.pk).values())
    feed.refresh_from_db()
    assert feed.last_used_at is not None


def test_the_secret_does_not_stand_in_the_log():
    line = without_secrets(None, "", {"event": "request_started", "request": f"GET /visits/feed/{new_secret()}.ics", "code": 200})
    assert line == {"event": "request_started", "request": "GET /visits/feed/sdk_….ics", "code": 200}


def test_guessing_is_slowed_down(world: World):
    assert [read("guess").status_code for _each in range(41)][-1] == 429


@pytest.mark.parametrize("count", [2, 12])
def test_a_feed_asks_the_same_however_many_visits_there_are(world: World, django_assert_num_queries, count: int):
    for _each in range(count):
        planned(world, helpers=[world.dispatcher])
    feed, secret = services.make_feed(actor=world.engineer, at=now())
    CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=now())
    with django_assert_num_queries(4):
        read(secret)


def test_the_page_shows_the_address_once_and_ends_it(world: World):
    client = Client()
    client.force_login(world.engineer)
    made = client.post("/visits/feeds/", {"office": world.office.pk}).content.decode()
    assert "/visits/feed/sdk_" in made
    assert "/visits/feed/sdk_" not in client.get("/visits/feeds/").content.decode()
    feed = CalendarFeed.objects.get()
    assert client.post(f"/visits/feeds/{feed.pk}/revoke/").status_code == 302
    assert client.post(f"/visits/feeds/{feed.pk}/revoke/").status_code == 404
    assert client.post("/visits/feeds/", {"office": make_office().pk}).status_code == 422


def test_a_visit_for_a_confidential_complaint_is_told_to_who_goes_and_not_to_the_whole_office(world: World):
    complaint = make_ticket(world, at=now(), kind="complaint", is_confidential=True)
    visit = make_visit(world, complaint, at=now(), starts_at=soon(), ends_at=soon() + HOUR)
    own, _secret = services.make_feed(actor=world.engineer, at=now())
    office, _secret = services.make_feed(actor=world.dispatcher, at=now(), office=world.office)
    assert visit in reading.visits_of(own, now())
    assert visit not in reading.visits_of(office, now())
