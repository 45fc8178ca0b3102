"""Alerts become faults: one for a group, told once however often they are sent, over when they are over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.time import now
from inbound import services
from inbound.models import Arrival, Case
from tests.inbound.conftest import alert, group
from tickets import services as tickets
from tickets.models import Ticket, TicketLink


def lines(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return [line["what"] for line in answer.json()["outcomes"]]


def texts(ticket):
    return list(ticket.events.order_by("seq").values_list("type", flat=True))


def test_an_alert_is_a_fault_on_its_equipment(world, make):
    sender = make()
    assert lines(sender.send(group(alert(instance="10.0.0.9:9100", serial_number="SN-0001")))) == ["opened"]
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.severity, ticket.channel, ticket.reporter) == ("fault", 1, "api", world.dispatcher)
    assert (ticket.equipment, ticket.site) == (world.equipment, world.site)
    assert ticket.commitment.clocks.exists()
    assert "五分钟没有应答" in ticket.description
    assert "serial_number=SN-0001" in ticket.description


def test_sent_again_it_is_the_same_ticket_and_nothing_is_written(world, make):
    sender = make()
    first = group(alert(instance="a"))
    assert [lines(sender.send(first)) for _each in range(4)] == [["opened"], ["known"], ["known"], ["known"]]
    ticket = Ticket.objects.get()
    assert texts(ticket) == ["reported"]
    assert Case.objects.get().heard == 4
    assert Arrival.objects.filter(state="taken").count() == 4


def test_more_alerts_of_the_group_are_lines_of_one_ticket(world, make):
    sender = make()
    sender.send(group(alert(instance="a")))
    assert lines(sender.send(group(alert(instance="a"), alert(instance="b")))) == ["told"]
    assert lines(sender.send(group(alert(instance="a", on=False), alert(instance="b")))) == ["told"]
    ticket = Ticket.objects.get()
    assert texts(ticket) == ["reported", "noted", "noted"]
    assert not ticket.events.filter(type="noted", is_public=True).exists(), "an automatic line is nobody's first response"
    assert {clock.state for clock in ticket.commitment.clocks.filter(promise="response")} == {"running"}


def test_a_group_as_large_as_may_be_is_no_news_when_it_is_sent_again(make):
    from inbound.engine.alertmanager import MOST
    from inbound.engine.merging import KEPT

    assert KEPT >= MOST
    sender = make()
    large = group(*(alert(instance=f"{each}") for each in range(300)))
    assert lines(sender.send(large)) == ["opened"]
    assert lines(sender.send(large)) == ["known"]
    others = group(*(alert(instance=f"x{each}") for each in range(MOST)))
    sender.send(others)
    assert lines(sender.send(others)) == ["known"]


def test_each_alert_may_be_a_ticket_of_its_own(make):
    sender = make(grouping="alert")
    assert lines(sender.send(group(alert(instance="a"), alert(instance="b")))) == ["opened", "opened"]
    assert lines(sender.send(group(alert(instance="a", on=False), alert(instance="b")))) == ["told", "known"]
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(("rule", "what", "status"), [("comment", "told", "new"), ("resolve", "resolved", "resolved")])
def test_when_it_is_over_the_rule_decides(make, rule, what, status):
    sender = make(when_over=rule)
    sender.send(group(alert()))
    assert lines(sender.send(group(alert(on=False)))) == [what]
    assert Ticket.objects.get().status == status
    assert lines(sender.send(group(alert(on=False)))) == ["known"]


def test_what_comes_back_soon_opens_the_same_ticket_and_later_a_new_one(world, make):
    sender = make(when_over="resolve", flap_minutes=30)
    sender.send(group(alert()))
    sender.send(group(alert(on=False)))
    assert lines(sender.send(group(alert(starts="2026-11-20T06:00:00Z")))) == ["reopened"]
    sender.send(group(alert(on=False, starts="2026-11-20T06:00:00Z")))
    Case.objects.update(over_at=now() - timedelta(minutes=40))
    Ticket.objects.update(resolved_at=now() - timedelta(minutes=40))
    assert lines(sender.send(group(alert(starts="2026-11-20T08:00:00Z")))) == ["opened"]
    first, second = Ticket.objects.order_by("pk")
    assert (first.status, second.status) == ("resolved", "new")
    link = TicketLink.objects.get()
    assert (link.source, link.target) == (second, first)


def test_the_end_may_come_before_the_beginning(make):
    sender = make()
    assert lines(sender.send(group(alert(on=False)))) == ["over"]
    assert lines(sender.send(group(alert()))) == ["late"]
    assert not Ticket.objects.exists()
    assert lines(sender.send(group(alert(starts="2026-11-20T06:00:00Z")))) == ["opened"]
    assert lines(sender.send(group(alert(on=False)))) == ["late"], "the end of what was before is no end of this"
    assert Case.objects.get().is_on


def test_a_beginning_that_never_changes_is_believed_after_a_while(make):
    sender = make()
    sender.send(group(alert(on=False)))
    case = Case.objects.get()
    for row in case.known.values():
        row["over"] = (now() - timedelta(minutes=11)).isoformat()
    case.save()
    assert lines(sender.send(group(alert()))) == ["opened"]


def test_a_group_that_is_over_is_over_even_where_an_alert_was_lost(make):
    sender = make()
    sender.send(group(alert(instance="a"), alert(instance="b")))
    assert lines(sender.send(group(alert(instance="a", on=False)))) == ["told"]
    assert not Case.objects.get().is_on


def test_what_is_resolved_and_still_on_is_opened_again_after_a_while(world, make):
    sender = make(flap_minutes=30)
    sender.send(group(alert()))
    ticket = Ticket.objects.get()
    tickets.resolve(ticket, actor=world.engineer, at=now(), cause="风扇", solution="更换")
    assert lines(sender.send(group(alert()))) == ["known"]
    Ticket.objects.update(resolved_at=now() - timedelta(minutes=31))
    assert lines(sender.send(group(alert()))) == ["reopened"]
    tickets.cancel(Ticket.objects.get(), actor=world.engineer, at=now())
    assert lines(sender.send(group(alert()))) == ["known"], "what a person called off is not brought back by a repetition"


def test_what_gets_worse_is_worse(make):
    sender = make()
    sender.send(group(alert(severity="warning")))
    assert Ticket.objects.get().severity == 3
    sender.send(group(alert(severity="critical"), alert(instance="b", severity="warning")))
    assert Ticket.objects.get().severity == 1


def test_the_alert_that_is_always_on_is_a_sign_of_life_and_its_end_is_told_once(world, make, mailoutbox):
    from notifications.models import Message

    sender = make(heartbeat_minutes=10)
    assert lines(sender.send(group(alert("Watchdog")))) == ["heartbeat"]
    assert not Ticket.objects.exists()
    at = now()
    assert services.listen(at + timedelta(minutes=10)) == 0
    assert services.listen(at + timedelta(minutes=11)) == 1
    assert services.listen(at + timedelta(minutes=12)) == 0
    assert set(Message.objects.filter(kind="heartbeat_missed").values_list("recipient", flat=True)) == {world.manager.pk}
    sender.send(group(alert("Watchdog")))
    sender.source.refresh_from_db()
    assert sender.source.silent_since is None


def test_a_customers_monitoring_speaks_for_that_customer_only(world, make):
    sender = make(account=world.supervisor, site=None, labels=["serial_number"])
    assert sender.source.organization == world.organization
    assert lines(sender.send(group(alert(serial_number="SN-0001")))) == ["opened"]
    assert lines(sender.send(group(alert(on=False, serial_number="SN-0001")))) == ["told"]
    assert Ticket.objects.get().events.filter(type="replied", is_public=True).exists()
    from tests.worlds import make_equipment, make_site

    other = make_equipment(make_site(world.stranger.membership.organization, region=world.region), serial_number="SN-FAR")
    assert lines(sender.send(group(alert(serial_number="SN-FAR"), key="far"))) == ["waits"]
    assert not Ticket.objects.filter(equipment=other).exists()
