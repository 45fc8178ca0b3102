"""The pages of webhooks: what is shown once, what is asked for, and what nobody else sees."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from core.time import now
from integrations import services
from integrations.models import WebhookDelivery, WebhookEndpoint
from tests.worlds import make_ticket

GIVEN = {"name": "同步", "url": "https://example.com/hook", "payload": "full", "types": ["reported", "noted", "resolved"]}


def url(name, *args):
    return reverse(f"integrations:{name}", args=args)


@pytest.fixture
def as_manager(client, world):
    client.force_login(world.manager)
    return client


def test_the_secret_is_shown_once_when_it_is_made_and_when_it_is_changed(as_manager, world):
    page = as_manager.post(url("new"), GIVEN)
    made = WebhookEndpoint.objects.get()
    assert made.secret in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert made.secret not in as_manager.get(url("endpoint", made.pk)).content.decode()
    page = as_manager.post(url("rotate", made.pk), {"overlap_hours": 24})
    changed = WebhookEndpoint.objects.get()
    assert changed.secret in page.content.decode()
    assert (changed.old_secret, changed.secret != made.secret) == (made.secret, True)
    assert as_manager.post(url("rotate", made.pk), {"overlap_hours": 500}).status_code == 422


def test_a_supervisor_makes_one_of_their_own_and_hears_of_nothing_internal(client, world):
    client.force_login(world.supervisor)
    form = client.get(url("new")).content.decode()
    assert 'name="organization"' not in form
    assert "ticket.noted" not in form
    assert client.post(url("new"), GIVEN).status_code == 422  # "noted" is not offered
    assert client.post(url("new"), {**GIVEN, "types": ["reported"], "organization": ""}).status_code == 200
    assert WebhookEndpoint.objects.get().organization == world.organization
    client.force_login(world.stranger)
    assert b"example.com" not in client.get(url("list")).content


def test_a_manager_who_makes_one_for_a_customer_leaves_out_what_is_internal(as_manager, world):
    as_manager.post(url("new"), {**GIVEN, "organization": world.organization.pk})
    assert WebhookEndpoint.objects.get().types == ["reported", "resolved"]


@pytest.mark.parametrize(
    ("wrong", "field"), [({"url": "http://example.com"}, "url"), ({"url": "https://10.0.0.1/"}, "url"), ({"types": []}, "types")]
)
def test_what_is_wrong_is_said_at_the_field(as_manager, wrong, field):
    page = as_manager.post(url("new"), {**GIVEN, **wrong})
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert not WebhookEndpoint.objects.exists()


def test_what_was_sent_and_answered_can_be_read_and_sent_again(as_manager, world, receiver, make):
    endpoint = make()
    receiver.says["/hook"] = 500
    ticket = make_ticket(world, at=now())
    services.deliver(now())
    row = endpoint.deliveries.get()
    page = as_manager.get(url("delivery", endpoint.pk, row.pk)).content.decode()
    assert ticket.number in page
    assert "500" in page
    assert "thanks" in page
    refused = as_manager.post(url("replay", endpoint.pk, row.pk), follow=True)
    assert "等待" in refused.content.decode()
    WebhookDelivery.objects.update(state="failed")
    as_manager.post(url("replay", endpoint.pk, row.pk))
    assert WebhookDelivery.objects.get().state == "waiting"
    WebhookDelivery.objects.update(state="failed")
    since = (now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    as_manager.post(url("replay_lost", endpoint.pk), {"since": since})
    assert WebhookDelivery.objects.get().state == "waiting"


def test_it_is_paused_goes_on_and_is_tried(as_manager, world, make):
    endpoint = make()
    as_manager.post(url("pause", endpoint.pk))
    assert WebhookEndpoint.objects.get().state == "paused"
    as_manager.post(url("test", endpoint.pk))
    assert not endpoint.deliveries.exists()
    as_manager.post(url("resume", endpoint.pk))
    as_manager.post(url("test", endpoint.pk))
    assert endpoint.deliveries.get().type == "desk.test"
    as_manager.post(url("edit", endpoint.pk), {**GIVEN, "url": "https://example.com/other"})
    assert WebhookEndpoint.objects.get().url == "https://example.com/other"


def test_the_log_goes_on_by_key_by_state_and_with_as_many_queries_for_many(as_manager, world, make, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    endpoint = make()
    address = url("endpoint", endpoint.pk)

    def counted():
        with CaptureQueriesContext(connection) as seen:
            page = as_manager.get(address).context["page"]
        return len(seen), page

    make_ticket(world, at=now())
    few, _page = counted()
    for _each in range(30):
        make_ticket(world, at=now())
    many, page = counted()
    assert many == few
    assert (len(page.rows), page.has_next) == (25, True)
    assert len(as_manager.get(f"{address}?cursor={page.next_cursor}").context["page"].rows) == 6
    assert not as_manager.get(f"{address}?state=delivered").context["page"].rows
    with CaptureQueriesContext(connection) as one:
        as_manager.get(url("list"))
    for place in range(3):
        make(f"/more-{place}")
    with django_assert_max_num_queries(len(one)):
        assert as_manager.get(url("list")).status_code == 200


def test_the_administration_shows_no_secret(client, world, make):
    endpoint = make()
    client.force_login(world.admin)
    for name in ("webhookendpoint", "webhookdelivery"):
        assert client.get(reverse(f"admin:integrations_{name}_changelist")).status_code == 200
    page = client.get(reverse("admin:integrations_webhookendpoint_change", args=[endpoint.pk])).content.decode()
    assert not re.search(r"whsec_", page)
    assert endpoint.history.count() == 1
    assert not hasattr(endpoint.history.get(), "secret")


def test_the_log_hides_what_complains_in_confidence_about_who_looks(client, world, receiver, make):
    from tests.worlds import make_user
    from tickets import services as tickets

    endpoint, who = make("/all", payload="full"), make_user(role="manager", office=world.office)
    complaint = make_ticket(world, at=now(), kind="complaint", subject="经理态度差")
    services.deliver(now())
    tickets.concern(complaint, [who], actor=world.manager, at=now(), confidential=True)
    row = endpoint.deliveries.filter(ticket=complaint).first()
    for person, code in ((world.manager, 200), (who, 404)):
        client.force_login(person)
        assert client.get(url("delivery", endpoint.pk, row.pk)).status_code == code
        assert (complaint.number in client.get(endpoint.get_absolute_url()).content.decode()) is (code == 200)
        assert client.post(url("replay", endpoint.pk, row.pk)).status_code == (302 if code == 200 else 404)
