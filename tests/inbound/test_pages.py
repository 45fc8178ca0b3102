"""The pages of sources: what is shown once, what is asked for, and what the log says."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from accounts.secrets import PREFIX
from core.time import now
from inbound import services
from inbound.models import Arrival, Case, Source
from tests.inbound.conftest import Sender, alert, group
from tickets.models import Ticket

COMMON = {"name": "监控", "ticket_kind": "fault", "severity": 3, "severities": "critical = 1", "addresses": "", "rate": 60}
WATCHED = {**COMMON, "when_over": "comment", "flap_minutes": 30, "heartbeat_minutes": 0}
GIVEN = {
    "alertmanager": {
        **WATCHED,
        "grouping": "group",
        "labels": "serial_number\ninstance",
        "severity_label": "severity",
        "heartbeat": "Watchdog",
    },
    "webhook": {**WATCHED, "at_title": "{title}", "at_external_id": "{id}", "actions": "bad = open", "each": ""},
    "osticket": {**COMMON, "kinds": "2 = request"},
}


def url(name, *args):
    return reverse(f"inbound:{name}", args=args)


@pytest.fixture
def as_manager(client, world):
    client.force_login(world.manager)
    return client


@pytest.fixture
def given(world):
    return {kind: {**facts, "account": world.dispatcher.email.upper(), "site": world.site.pk} for kind, facts in GIVEN.items()}


def secret_on(page):
    assert "no-store" in page.headers["Cache-Control"]
    return re.search(rf"{PREFIX}[\w-]{{20,}}", page.content.decode()).group()


@pytest.mark.parametrize("kind", GIVEN)
def test_the_secret_is_shown_once_and_opens(as_manager, given, world, kind):
    secret = secret_on(as_manager.post(url("new", kind), given[kind]))
    made = Source.objects.get()
    assert (made.kind, made.account, made.site, made.rate, made.created_by) == (kind, world.dispatcher, world.site, 60, world.manager)
    message = {
        "alertmanager": group(alert()), "webhook": {"title": "x", "id": 1},
        "osticket": {"name": "x", "email": "x@example.com", "subject": "x", "message": "x"},
    }[kind]  # fmt: skip
    assert Sender(made, secret).send(message).status_code in (200, 201)
    page = as_manager.get(url("source", made.pk)).content.decode()
    assert secret not in page
    assert Ticket.objects.get().number in page
    changed = secret_on(as_manager.post(url("rotate", made.pk), {"overlap_hours": 0}))
    assert Sender(made, secret).send(message).status_code == 401
    assert Sender(made, changed).send(message).status_code in (200, 201)
    assert as_manager.post(url("rotate", made.pk), {"overlap_hours": 500}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("alertmanager", {"account": "nobody@example.com"}, "account"),
        ("alertmanager", {"severities": "critical"}, "severities"),
        ("alertmanager", {"severities": "critical = 9"}, "severities"),
        ("alertmanager", {"addresses": "10.0.0.0/99"}, "addresses"),
        ("alertmanager", {"rate": 0}, "rate"),
        ("alertmanager", {"ticket_kind": "complaint"}, "ticket_kind"),
        ("alertmanager", {"labels": ""}, "labels"),
        ("webhook", {"at_title": ""}, "at_title"),
        ("webhook", {"at_title": "{a"}, "at_title"),
        ("webhook", {"each": "a b"}, "each"),
        ("webhook", {"actions": "bad = explode"}, "actions"),
        ("osticket", {"site": ""}, "site"),
        ("osticket", {"kinds": "2 = party"}, "kinds"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(as_manager, given, kind, wrong, field):
    page = as_manager.post(url("new", kind), {**given[kind], **wrong})
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert not Source.objects.exists()


def test_a_site_of_another_customer_is_none_of_a_customers_source(as_manager, given, world):
    other = world.stranger.membership.sites.get()
    page = as_manager.post(url("new", "alertmanager"), {**given["alertmanager"], "account": world.supervisor.email, "site": other.pk})
    assert page.context["form"].errors["site"]


@pytest.mark.parametrize("kind", GIVEN)
def test_what_was_typed_is_there_when_it_is_changed(as_manager, given, kind):
    as_manager.post(url("new", kind), given[kind])
    made = Source.objects.get()
    before = {name: getattr(made, name) for name in ("mapping", "labels", "severities", "heartbeat", "grouping")}
    page = as_manager.get(url("edit", made.pk))
    form = page.context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert as_manager.post(url("edit", made.pk), {**typed, "name": "改名"}).status_code == 302
    made.refresh_from_db()
    assert made.name == "改名"
    assert {name: getattr(made, name) for name in before} == before


def test_a_manager_chooses_no_administrator_and_sees_none_of_theirs(as_manager, given, world):
    page = as_manager.post(url("new", "alertmanager"), {**given["alertmanager"], "account": world.admin.email})
    assert page.context["form"].errors["account"]
    as_manager.force_login(world.admin)
    as_manager.post(url("new", "alertmanager"), {**given["alertmanager"], "account": world.admin.email})
    as_manager.force_login(world.manager)
    assert as_manager.get(url("source", Source.objects.get().pk)).status_code == 404


def test_a_message_is_looked_at_tried_and_worked_on_again(as_manager, make):
    sender = make("webhook", name="ticker")
    sender.send({"id": 1, "state": "odd", "text": "x"})
    row = Arrival.objects.get()
    page = as_manager.get(url("arrival", sender.source.pk, row.pk)).content.decode()
    assert "bad_action" in page
    tried = as_manager.get(url("rehearse", sender.source.pk), {"message": row.pk})
    assert json.loads(tried.context["form"]["payload"].value()) == json.loads(row.text)
    assert "bad_action" in as_manager.post(url("rehearse", sender.source.pk), {"payload": row.text}).content.decode()
    assert Arrival.objects.count() == 1
    as_manager.post(url("again", sender.source.pk, row.pk))
    mapping = {**sender.source.mapping, "actions": {"odd": "open"}}
    Source.objects.update(mapping=mapping)
    page = as_manager.post(url("rehearse", sender.source.pk), {"payload": json.dumps({"id": 1, "state": "odd", "text": "x"})})
    assert [line["what"] for line in page.context["lines"]] == ["opened"]
    assert not Ticket.objects.exists()
    as_manager.post(url("again", sender.source.pk, row.pk))
    row.refresh_from_db()
    assert row.state == "taken"
    assert as_manager.get(url("rehearse", sender.source.pk), {"message": "9" * 30}).status_code == 200
    assert as_manager.post(url("rehearse", sender.source.pk), {"payload": ""}).status_code == 422


def test_the_log_and_the_list_cost_the_same_however_long_they_are(as_manager, make, django_assert_max_num_queries):
    senders = [make("webhook") for _each in range(3)]
    for number in range(8):
        senders[0].send({"id": number, "state": "bad", "text": "x"})
    with django_assert_max_num_queries(8):
        assert as_manager.get(url("list")).status_code == 200
    with django_assert_max_num_queries(7):
        page = as_manager.get(url("source", senders[0].source.pk), {"state": "taken"}).content.decode()
    assert page.count("SD-") >= 8
    assert "SD-" not in as_manager.get(url("source", senders[0].source.pk), {"state": "refused"}).content.decode()


def test_the_tray_asks_and_the_answer_makes_the_ticket(as_manager, make, world, django_assert_max_num_queries):
    sender = make("webhook", site=None, organization=world.organization)
    for number in range(4):
        sender.send({"id": number, "state": "bad", "text": f"磁盘 {number}", "host": {"serial": "node-9"}})
    with django_assert_max_num_queries(7):
        page = as_manager.get(url("tray")).content.decode()
    assert page.count("node-9") == 4
    case = Case.objects.order_by("pk").first()
    assert "HIS 数据库" in as_manager.get(url("case", case.pk)).content.decode()
    assert "PACS" in as_manager.get(url("case", case.pk), {"q": "PACS"}).content.decode()
    assert as_manager.post(url("case", case.pk), {}).status_code == 422
    assert as_manager.post(url("case", case.pk), {"place": "e999999"}).status_code == 422
    answer = as_manager.post(url("case", case.pk), {"place": f"e{world.equipment.pk}", "remember": "on"})
    assert answer.headers["Location"] == Ticket.objects.get().get_absolute_url()
    as_manager.post(url("dismiss", Case.objects.filter(waits=True).first().pk))
    assert Case.objects.filter(waits=True).count() == 2
    assert sender.send({"id": 9, "state": "bad", "text": "x", "host": {"serial": "node-9"}}).json()["outcomes"][0]["what"] == "opened"


def test_pausing_and_going_on(as_manager, make):
    sender = make()
    as_manager.post(url("pause", sender.source.pk))
    assert sender.send(group(alert())).status_code == 503
    as_manager.post(url("resume", sender.source.pk))
    assert sender.send(group(alert())).status_code == 200


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "接入来源"), ("en", "Sources")])
def test_pages_speak_both_languages(as_manager, make, world, language, word):
    sender = make()
    world.manager.language = language
    world.manager.save()
    as_manager.cookies["django_language"] = language
    for address in (url("list"), url("new", "webhook"), url("source", sender.source.pk), url("tray")):
        assert word in as_manager.get(address).content.decode()


def test_the_administration_shows_nothing_that_opens(client, make, world):
    row = make().source
    client.force_login(world.admin)
    assert row.name in client.get("/admin/inbound/source/").content.decode()
    page = client.get(f"/admin/inbound/source/{row.pk}/change/").content.decode()
    assert row.digest not in page
    assert client.get("/admin/inbound/source/add/").status_code == 403


def test_a_message_is_shown_so_that_a_person_can_read_it(as_manager, make):
    sender = make("webhook")
    shown = []
    for body in (b'{"text": "\\u4e3b\\u673a"}', b'{"text": "\\u4e3b\\u673a \\ud800"}'):
        services.receive(sender.source, body, content_type="application/json", sender="10.0.0.1", at=now())
        shown.append(as_manager.get(sender.source.arrivals.latest("id").get_absolute_url()).content.decode())
    assert ["u4e3b" in page for page in shown] == [False, True]
