"""One tap on a phone: the link of a mail names a person and what they take care of, and a look at it does nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail as sent_mail
from django.core.cache import cache
from django.core.signing import Signer
from django.test import Client

from accounts.models import Role
from core.queue import drain
from core.time import epoch, now
from notifications.models import Message
from notifications.services import deliver_next_batch
from sla.models import Escalation
from tests.worlds import World, make_promising_world, make_ticket, make_user
from tickets import errands, services

if TYPE_CHECKING:
    from tickets.models import Ticket

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://localhost:8000(/take/[\w.-]+/)")
BUTTON = "我来处理"


@pytest.fixture(autouse=True)
def _nobody_was_here_before() -> None:
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_promising_world()


def late(world: World, count: int = 1) -> list[Ticket]:
    """Tickets whose response is late by now, and the manager told so by one mail."""
    made = [make_ticket(world, at=now() - timedelta(minutes=61)) for _each in range(count)]
    Message.objects.all().delete()
    drain(services.escalate_next_batch, at=now())
    return made


def mail_to(person: Any) -> Message:
    return Message.objects.get(kind="escalation", channel="email", recipient=person)


def links(person: Any) -> list[str]:
    """The addresses in the mail that the person gets, as the mail server hands it on."""
    deliver_next_batch(now())
    (got,) = [mail for mail in sent_mail.outbox if mail.to == [person.email]]
    html = got.alternatives[0][0]
    assert LINK.findall(got.body) == LINK.findall(html)
    return LINK.findall(got.body)


def taken() -> list[tuple[str, str | None]]:
    rows = Escalation.objects.filter(outcome="fired").order_by("pk")
    return [(row.level, row.acknowledged_by and row.acknowledged_by.email) for row in rows]


def told_person(world: World) -> Any:
    """Who is told of what is due now in this world: nobody leads the office, so the dispatcher of the first rung."""
    return Message.objects.filter(kind="escalation", channel="email").earliest("pk").recipient


def test_the_mail_of_one_ticket_carries_one_link_and_the_tap_puts_the_name_to_it(client: Client, world: World) -> None:
    (ticket,) = late(world)
    person = told_person(world)
    (link,) = set(links(person))
    assert BUTTON in client.get(link).content.decode()
    answer = client.post(link, follow=True)
    assert answer.redirect_chain == [(link, 302)]
    page = answer.content.decode()
    assert "由您处理" in page
    assert BUTTON not in page, "nothing is left to press"
    row = Escalation.objects.get(acknowledged_by=person)
    event = ticket.events.get(type="acknowledged")
    assert (event.actor, event.facts["escalation"]) == (person, row.pk)
    assert "邮件" in event.text, "the record tells that it was by the mail"


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_every_link_acknowledges_nothing(client: Client, world: World, method: str) -> None:
    late(world, 2)
    for link in links(told_person(world)):
        assert getattr(client, method)(link).status_code == 200
    assert not Escalation.objects.exclude(acknowledged_at=None).exists()


def test_a_mail_of_several_takes_each_by_itself_or_all_in_one_tap(client: Client, world: World) -> None:
    late(world, 3)
    person = told_person(world)
    everything, first, *others = dict.fromkeys(links(person))
    assert len(others) == 2
    client.post(first)
    assert Escalation.objects.filter(acknowledged_by=person).count() == 1
    assert "全部 2 项由我处理" in client.get(everything).content.decode()
    client.post(everything)
    told = [item["escalation_id"] for item in mail_to(person).context["items"]]
    assert set(Escalation.objects.filter(pk__in=told).values_list("acknowledged_by", flat=True)) == {person.pk}


def test_who_comes_second_reads_who_was_first_and_changes_nothing(client: Client, world: World) -> None:
    late(world)
    person = told_person(world)
    (link,) = set(links(person))
    row = Escalation.objects.get(pk=mail_to(person).context["items"][0]["escalation_id"])
    services.acknowledge(row, actor=world.admin, at=now() - timedelta(minutes=1))
    for answer in (client.get(link), client.post(link, follow=True)):
        assert answer.status_code == 200
        assert f"{world.admin.name} 正在处理" in answer.content.decode()
    row.refresh_from_db()
    assert row.acknowledged_by == world.admin


@pytest.mark.parametrize(
    ("change", "why"),
    [({"is_active": False}, "was switched off"), ({"role": Role.CUSTOMER}, "lost their role")],
    ids=lambda value: str(value)[:20],
)
def test_who_no_longer_works_here_is_refused(client: Client, world: World, change: dict[str, Any], why: str) -> None:
    late(world)
    person = told_person(world)
    (link,) = set(links(person))
    for name, value in change.items():
        setattr(person, name, value)
    person.save()
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 403, why
        assert "挂号系统" not in answer.content.decode(), "nor do they read what it is about"
    assert not Escalation.objects.exclude(acknowledged_at=None).exists()


def test_a_link_ends_a_week_after_its_mail(client: Client, world: World) -> None:
    late(world)
    message = mail_to(told_person(world))
    message.created_at = now() - errands.LIVES
    link = f"/take/{errands.of(message).token}/"
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 410
    message.created_at += timedelta(minutes=5)
    assert client.get(f"/take/{errands.of(message).token}/").status_code == 200


def forged(message: Message, escalation: int) -> dict[str, str]:
    good = errands.of(message, escalation).token
    words, signature = good.split(".")
    later = f"{epoch(now() + timedelta(days=300)):x}"
    person, what, _expires = words.split("-")
    return {
        "cut off": good[:-3],
        "another person": f"{message.recipient_id + 1}-{what}-{_expires}.{signature}",
        "another escalation": f"{person}-e{escalation + 1}-{_expires}.{signature}",
        "a longer life": f"{person}-{what}-{later}.{signature}",
        "signed for another purpose": Signer(salt="something.else", sep=".").sign(words),
        "not ours": "x",
    }


def test_a_link_that_we_did_not_make_leads_nowhere(client: Client, world: World) -> None:
    late(world)
    message = mail_to(told_person(world))
    for why, token in forged(message, message.context["items"][0]["escalation_id"]).items():
        for answer in (client.get(f"/take/{token}/"), client.post(f"/take/{token}/")):
            assert answer.status_code == 404, why
    assert not Escalation.objects.exclude(acknowledged_at=None).exists()


def test_a_link_is_good_for_its_own_mail_only(client: Client, world: World) -> None:
    """The link "all of this mail" of one person names nothing when it is about a mail to somebody else."""
    late(world)
    message = mail_to(told_person(world))
    message.recipient_id = make_user(role=Role.ENGINEER).pk
    client.post(f"/take/{errands.of(message).token}/")
    assert not Escalation.objects.exclude(acknowledged_at=None).exists()


def test_every_answer_is_discreet_and_nobody_tries_links_out(client: Client, world: World) -> None:
    late(world)
    (link,) = set(links(told_person(world)))
    answer = client.get(link)
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    statuses = [client.get(f"/take/{place}/").status_code for place in range(45)]
    assert (statuses[0], statuses[-1]) == (404, 429)
    assert client.post(link).status_code == 429, "from that address nothing more for a while"
    assert Client(REMOTE_ADDR="203.0.113.9").get(link).status_code == 200, "others are not held up"


def test_the_button_needs_its_own_token_as_any_form(world: World) -> None:
    late(world)
    (link,) = set(links(told_person(world)))
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link).status_code == 403
    token = strict.get(link).cookies["csrftoken"].value
    assert strict.post(link, {"csrfmiddlewaretoken": token}).status_code == 302
    assert Escalation.objects.exclude(acknowledged_at=None).exists()


def test_the_page_speaks_the_persons_language_or_the_one_chosen_here(world: World) -> None:
    late(world)
    person = told_person(world)
    person.language = "en"
    person.save()
    (link,) = set(links(person))
    client = Client(headers={"accept-language": "zh-CN"})
    assert "I take care of it" in client.get(link).content.decode()
    client.cookies["django_language"] = "zh-hans"
    assert BUTTON in client.get(link).content.decode()


# --- in the inbox


def test_the_inbox_has_a_button_for_each_item_until_somebody_took_it(client: Client, world: World) -> None:
    late(world, 2)
    person = told_person(world)
    client.force_login(person)
    page = client.get("/inbox/").content.decode()
    told = [item["escalation_id"] for item in mail_to(person).context["items"]]
    assert all(f'action="/escalations/{pk}/acknowledge/"' in page for pk in told)
    answer = client.post(f"/escalations/{told[0]}/acknowledge/", {"next": "/inbox/"})
    assert answer.headers["Location"] == "/inbox/"
    page = client.get("/inbox/").content.decode()
    assert f'action="/escalations/{told[0]}/acknowledge/"' not in page
    assert f"{person.name} 正在处理" in page


def test_one_button_of_the_inbox_takes_all_of_a_message(client: Client, world: World) -> None:
    late(world, 3)
    person = told_person(world)
    told = [item["escalation_id"] for item in mail_to(person).context["items"]]
    services.acknowledge(Escalation.objects.get(pk=told[0]), actor=world.admin, at=now())
    client.force_login(person)
    client.post("/escalations/acknowledge/", {"escalation": [*told, "x", "9" * 30], "next": "/inbox/"})
    rows = Escalation.objects.filter(pk__in=told).order_by("pk")
    assert [row.acknowledged_by for row in rows] == [world.admin, person, person], "who was first stays"


def test_the_inbox_takes_as_many_queries_for_one_digest_as_for_many(client: Client, world: World, django_assert_max_num_queries) -> None:
    late(world, 2)
    person = told_person(world)
    client.force_login(person)
    with django_assert_max_num_queries(6):  # session, person, their office, messages, what they offer, the bell
        client.get("/inbox/")
    for minutes in (30, 60, 120):
        drain(services.escalate_next_batch, at=now() + timedelta(minutes=minutes))
    with django_assert_max_num_queries(6):
        client.get("/inbox/")
