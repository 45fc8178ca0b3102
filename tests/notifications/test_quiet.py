"""Quiet hours delay a mail, never the row of the inbox, and nothing of severity 1."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail as sent_mail
from django.db import IntegrityError, transaction

from accounts import services as people
from core.errors import Invalid, NotNow
from notifications.models import AT_ONCE, Message, State, Wait
from notifications.services import choose_quiet_hours, deliver_next_batch, resend
from notifications.services.delivery import LADDER
from tests.notifications.conftest import draft, post_mail
from tests.notifications.samples import TICKET

NIGHT = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # 02:00 in Shanghai
MORNING = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)  # 07:00


@pytest.fixture
def sleeper(engineer):
    return people.change_quiet_hours(engineer, quiet_from=time(22), quiet_until=time(7), time_zone="", actor=engineer)


def post_at(at, recipient, **more):
    from notifications.services import post

    post([draft(recipient, **more)], at=at)
    return {message.channel: message for message in Message.objects.all()}


def test_a_mail_of_the_night_waits_for_the_morning_and_the_inbox_has_it_at_once(sleeper):
    posted = post_at(NIGHT, sleeper)
    assert (posted["inbox"].state, posted["inbox"].sent_at) == (State.SENT, NIGHT)
    assert (posted["email"].waits, posted["email"].next_try_at) == (Wait.QUIET, MORNING)
    assert deliver_next_batch(MORNING - timedelta(seconds=1)) == 0
    assert deliver_next_batch(MORNING) == 1
    assert len(sent_mail.outbox) == 1


@pytest.mark.parametrize(
    ("at", "more", "why"),
    [
        (MORNING, {}, "the night is over"),
        (NIGHT, {"at_once": True}, "severity 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_wait(sleeper, at, more, why):
    posted = post_at(at, sleeper, **more)["email"]
    assert (posted.waits, posted.next_try_at) == ("", AT_ONCE), why
    assert deliver_next_batch(at) == 1


def test_the_hours_are_those_of_the_persons_own_zone(sleeper):
    sleeper.time_zone = "America/New_York"  # 13:00 there
    assert post_at(NIGHT, sleeper)["email"].waits == ""


def test_an_address_without_account_has_no_quiet_hours(db):
    post_mail(None, address="guest@hospital.example", language="en")
    assert Message.objects.get().waits == ""


def test_a_failed_try_does_not_come_back_in_the_night(sleeper, smtp):
    evening = NIGHT - timedelta(hours=4, minutes=1)  # 21:59
    message = post_at(evening, sleeper)["email"]
    deliver_next_batch(evening)  # the server is away
    message.refresh_from_db()
    assert evening + LADDER[0] < message.next_try_at == MORNING
    assert message.waits == Wait.QUIET


def test_a_change_of_the_hours_holds_for_what_waits(sleeper):
    message = post_at(NIGHT, sleeper)["email"]
    for hours, end, waits in (((time(23), time(5)), MORNING - timedelta(hours=2), Wait.QUIET), ((None, None), AT_ONCE, "")):
        choose_quiet_hours(sleeper, quiet_from=hours[0], quiet_until=hours[1], time_zone="", actor=sleeper, at=NIGHT)
        message.refresh_from_db()
        assert (message.next_try_at, message.waits) == (end, waits)
    assert deliver_next_batch(NIGHT) == 1


def test_a_manager_wakes_nobody_by_sending_again(sleeper, manager):
    message = post_at(NIGHT, sleeper)["email"]
    with pytest.raises(NotNow):
        resend(message, actor=manager, at=NIGHT)


@pytest.mark.parametrize(
    ("hours", "zone", "why"),
    [
        ((time(22), None), "", "no end"),
        ((None, time(7)), "", "no beginning"),
        ((time(7), time(7)), "", "no time between"),
        ((time(22), time(7)), "Asia/Atlantis", "no such zone"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_hours_that_make_no_sense_are_refused(engineer, hours, zone, why):
    with pytest.raises(Invalid):
        people.change_quiet_hours(engineer, quiet_from=hours[0], quiet_until=hours[1], time_zone=zone, actor=engineer)


def test_the_database_refuses_half_of_them_too(engineer):
    engineer.quiet_from = time(22)
    with pytest.raises(IntegrityError), transaction.atomic():
        engineer.save()


def test_a_zone_that_is_no_longer_known_is_the_service_desks_own(sleeper):
    sleeper.time_zone = "Asia/Atlantis"
    assert sleeper.quiet_hours.until(NIGHT) == MORNING


# --- pages


def test_a_person_chooses_their_hours(client, engineer):
    client.force_login(engineer)
    answer = client.post("/inbox/quiet/", {"quiet_from": "22:00", "quiet_until": "07:00", "time_zone": "Europe/Berlin"})
    engineer.refresh_from_db()
    assert answer.status_code == 302
    assert (engineer.quiet_from, engineer.quiet_until, engineer.time_zone) == (time(22), time(7), "Europe/Berlin")
    assert engineer.history.first().history_user == engineer
    assert 'value="22:00"' in client.get("/inbox/quiet/").content.decode()


def test_what_is_refused_stands_there_to_be_mended(client, engineer):
    client.force_login(engineer)
    answer = client.post("/inbox/quiet/", {"quiet_from": "22:00", "quiet_until": ""})
    assert answer.status_code == 422
    assert 'value="22:00"' in answer.content.decode()
    engineer.refresh_from_db()
    assert engineer.quiet_from is None


def test_the_page_of_waiting_mail_says_until_when_and_why(client, sleeper, manager):
    post_at(NIGHT, sleeper, context={**TICKET, "subject": "x"})
    client.force_login(manager)
    page = client.get("/inbox/outbox/?state=pending").content.decode()
    assert "等待至" in page
    assert "11-22 07:00" in page
    assert "收件人免打扰时段" in page
    assert "重新发送" not in page, "a manager wakes nobody"
