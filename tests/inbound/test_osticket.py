"""Scripts that speak to osTicket speak to us."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.test import Client

from core.errors import Invalid
from core.time import now
from inbound import services
from inbound.models import Arrival, Case
from inbound.services import cases
from tests.worlds import make_customer
from tickets.models import Ticket

BODY = {
    "alert": True, "autorespond": True, "source": "API", "name": "王工", "email": "wang@example.com", "phone": "027-88880000",
    "subject": "打印机不工作", "ip": "123.211.233.122", "message": "data:text/html,三楼<br>打印机 <b>卡纸</b> &amp; 报错",
    "topicId": 7, "priority": "3",
    "attachments": [
        {"log.txt": "data:text/plain;charset=utf-8,line one"},
        {"shot.png": "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 40).decode()},
        {"virus.exe": "data:application/octet-stream;base64,TVqQAAMAAAAEAAAA"},
    ],
}  # fmt: skip
XML = """<?xml version="1.0" encoding="UTF-8"?>
<ticket alert="true" autorespond="true" source="API">
  <name>王工</name><email>wang@example.com</email><subject>打印机不工作</subject><phone>318-555-8634</phone>
  <message type="text/plain"><![CDATA[三楼 <打印机> 卡纸]]></message>
  <attachments><file name="file.txt" type="text/plain"><![CDATA[File content]]></file>
  <file name="b.txt" type="text/plain" encoding="base64">bGluZSBvbmU=</file></attachments>
  <ip>123.211.233.122</ip>
</ticket>"""


def test_a_ticket_is_made_and_its_number_is_all_that_is_answered(world, make):
    sender = make("osticket")
    answer = sender.send(BODY)
    assert (answer.status_code, answer.headers["Content-Type"]) == (201, "text/plain; charset=utf-8")
    ticket = Ticket.objects.get()
    assert answer.content.decode() == ticket.number
    assert (ticket.kind, ticket.severity, ticket.site, ticket.subject) == ("consultation", 2, world.site, "打印机不工作")
    assert (ticket.contact_name, ticket.contact_phone, ticket.contact_email) == ("王工", "027-88880000", "wang@example.com")
    assert ticket.description.startswith("三楼\n打印机 卡纸 & 报错")
    assert set(ticket.attachments.values_list("name", "content_type")) == {("log.txt", "text/plain"), ("shot.png", "image/png")}
    assert "virus.exe" in ticket.description, "what was not kept is named"


def test_the_same_message_again_is_the_same_ticket(make):
    sender = make("osticket")
    first = sender.send(BODY)
    again = sender.send(BODY)
    assert (again.status_code, again.content) == (201, first.content)
    assert sender.send({**BODY, "subject": "又一次"}).content != first.content
    assert Ticket.objects.count() == 2


def test_xml_says_the_same(make):
    sender = make("osticket")
    way = {"content_type": "application/xml", "headers": {"X-API-Key": sender.secret}}
    answer = Client().post("/api/tickets.xml", XML, **way)
    assert answer.status_code == 201, answer.content.decode()
    ticket = Ticket.objects.get()
    assert ticket.description == "三楼 <打印机> 卡纸"
    assert set(ticket.attachments.values_list("name", "size")) == {("file.txt", 12), ("b.txt", 8)}


def test_xml_is_taken_as_it_stands(world, make):
    sender = make("osticket")
    text = XML.replace(
        '<message type="text/plain"><![CDATA[三楼 <打印机> 卡纸]]>', '<message type="text/html"><![CDATA[GET /%41%42 <b>失败</b>]]>'
    )
    text = text.replace("File content", "GET /%41")
    Client().post("/api/tickets.xml", text, content_type="application/xml", headers={"X-API-Key": sender.secret})
    ticket = Ticket.objects.get()
    assert ticket.description == "GET /%41%42 失败"
    with ticket.attachments.get(name="file.txt").file.open() as file:
        assert file.read() == b"GET /%41"


def test_what_waits_for_a_place_keeps_its_files_and_is_not_sent_again(world, make, monkeypatch):
    def refuse(*_given, **_more):
        raise Invalid("not now")

    large, sender, report = "line\n" * 80_000, make("osticket"), cases.tickets.report
    monkeypatch.setattr(cases.tickets, "report", refuse)
    answer = sender.send({**BODY, "attachments": [{"log.txt": "data:text/plain," + large}]})
    assert (answer.status_code, b"waits" in answer.content) == (202, True)
    case, arrival = Case.objects.get(), Arrival.objects.get()
    assert len(arrival.body) == arrival.size > 300_000
    assert services.forget_next_arrivals(now() + timedelta(days=60)) == 0
    monkeypatch.setattr(cases.tickets, "report", report)
    ticket = services.place(case, site=world.site, actor=world.manager, at=now())
    assert list(ticket.attachments.values_list("name", "size")) == [("log.txt", len(large.encode()))]
    arrival.refresh_from_db()
    assert len(arrival.body) < 300_000
    assert services.forget_next_arrivals(now() + timedelta(days=60)) == 1
    monkeypatch.setattr(cases.tickets, "report", refuse)
    assert sender.send({**BODY, "subject": "别的"}).status_code == 202
    services.dismiss(Case.objects.get(waits=True), actor=world.manager, at=now())
    assert not Case.objects.filter(arrival__isnull=False).exists()


def test_a_sender_who_is_known_by_one_site_is_heard_there(world, make):
    make_customer(world.organization, sites=[world.other_site], email="nurse@example.com")
    sender = make("osticket")
    sender.send({**BODY, "email": "Nurse@example.com"})
    assert Ticket.objects.get().site == world.other_site


BROKEN = [
    ("{", 400, "bad_json"),
    ("[]", 400, "not_an_object"),
    (b"\xff{}", 400, "bad_encoding"),
    ({**BODY, "name": ""}, 400, "required"),
    ({**BODY, "email": None}, 400, "required"),
    ({**BODY, "subject": {"a": 1}}, 400, "required"),
    ({**BODY, "message": "data:text/html,<b></b>"}, 400, "required"),
    ({**BODY, "email": "nobody"}, 400, "invalid"),
    ({**BODY, "ip": "1.2.3"}, 400, "invalid"),
    ({**BODY, "message": "data:text/plain;base64,%%%"}, 400, "bad_data_url"),
    ({**BODY, "message": "data:text/plain;charset=klingon,x"}, 400, "bad_encoding"),
    ({**BODY, "message": "data:nothing"}, 400, "bad_data_url"),
    ({**BODY, "message": "data:text/html," + "<a" * 5000}, 400, "bad_html"),
    ({**BODY, "attachments": "x"}, 400, "bad_type"),
    ({**BODY, "attachments": [{"a": 1}]}, 400, "bad_type"),
    ({**BODY, "attachments": [{"a": "data:x;base64,?"}]}, 400, "bad_data_url"),
    ("[" * 5000, 400, "too_deep"),
]


@pytest.mark.parametrize(("body", "status", "code"), BROKEN)
def test_what_is_wrong_is_said_in_plain_words(make, body, status, code):
    answer = make("osticket").send(body)
    assert (answer.status_code, answer.headers["X-Problem-Code"]) == (status, code)
    assert answer.content.decode().startswith("Unable to create new ticket")
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "<ticket><name>", "<other/>", "<ticket/>", '<!DOCTYPE t [<!ENTITY a "b">]><ticket>&a;</ticket>',
        '<?xml version="1.0" encoding="klingon"?><ticket/>', "<ticket>&undefined;</ticket>", "",
    ],
)  # fmt: skip
def test_xml_that_is_none_or_wants_too_much_is_refused(make, body):
    sender = make("osticket")
    answer = Client().post("/api/tickets.xml", body, content_type="text/xml", headers={"X-API-Key": sender.secret})
    assert answer.status_code == 400
    assert not Ticket.objects.exists()


def test_a_key_is_wanted_and_the_right_one(make):
    sender = make("osticket")
    for headers in ({"X-Other": "x"}, {"X-API-Key": "wrong"}, {"X-API-Key": make().secret}):
        answer = sender.send(BODY, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"]
        assert b"API key" in answer.content


def test_a_key_may_be_bound_to_addresses(make):
    assert make("osticket", addresses=["10.0.0.0/8", "2001:db8::1"]).send(BODY).status_code == 401
    assert make("osticket", addresses=["127.0.0.0/24"]).send(BODY).status_code == 201


def test_far_too_much_is_refused_before_it_is_read(make, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = make("osticket").send({**BODY, "message": "x" * 2000})
    assert (answer.status_code, answer.headers["X-Problem-Code"]) == (413, "too_large")


def test_other_methods_are_none(make):
    make("osticket")
    assert Client().get("/api/tickets.json").status_code == 405
