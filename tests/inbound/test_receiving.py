"""Whatever is sent is kept or refused with a code, never lost and never a failure of ours."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from core.time import now
from inbound import services
from inbound.engine import alertmanager, mapping, osticket
from inbound.engine.merging import merge
from inbound.engine.signals import Part
from inbound.errors import Unreadable
from inbound.models import Arrival, Case, Source
from inbound.services import receiving
from tests.inbound.conftest import GIVEN, alert, group
from tests.races import at_once
from tests.worlds import NOON, make_promising_world
from tickets.models import Ticket

ONE = group(alert())


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "bad_json"),
        ("{", 400, "bad_json"),
        ("[1]", 400, "not_an_object"),
        ("NaN", 400, "bad_json"),
        (b"\xff\xfe{}", 400, "bad_encoding"),
        ("[" * 100_000, 400, "too_deep"),
        ('{"a":' * 40 + "1" + "}" * 40, 400, "too_deep"),
        ('{"a": 1e999}', 400, "bad_number"),
        (json.dumps([0] * 60_000), 400, "too_many"),
        ({**ONE, "version": "3"}, 400, "bad_version"),
        ({**ONE, "version": None}, 400, "bad_version"),
        ({**ONE, "groupKey": ""}, 400, "required"),
        ({**ONE, "groupKey": 7}, 400, "required"),
        ({**ONE, "alerts": []}, 400, "required"),
        ({**ONE, "alerts": {"a": 1}}, 400, "bad_type"),
        ({**ONE, "alerts": [7]}, 400, "bad_type"),
        ({**ONE, "alerts": [alert()] * 501}, 400, "too_many"),
        ({**ONE, "truncatedAlerts": "many"}, 400, "bad_type"),
        ({**ONE, "commonLabels": []}, 400, "bad_type"),
        (group({**alert(), "status": "odd"}), 400, "invalid_choice"),
        (group({**alert(), "fingerprint": None}), 400, "required"),
        (group({**alert(), "startsAt": "yesterday"}), 400, "bad_time"),
        (group({**alert(), "startsAt": "2026-11-20T04:00:00"}), 400, "bad_time"),
        (group({**alert(), "startsAt": "9999-12-31T23:59:59-14:00"}), 400, "bad_time"),
        (group({**alert(), "startsAt": 5}), 400, "bad_time"),
        (group({**alert(), "startsAt": "0001-01-01T00:00:00Z"}), 400, "required"),
        (group({**alert(), "labels": "x"}), 400, "bad_type"),
        ("x" * (1024 * 1024 + 1), 413, "too_large"),
    ],
)
def test_a_message_that_is_none_is_refused_by_a_code(make, body, status, code):
    sender = make()
    answer = sender.send(body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Ticket.objects.exists()
    sender.source.refresh_from_db()
    assert (sender.source.received, sender.source.refused) == (1 - (status == 413), 1 - (status == 413))


def test_odd_words_are_taken_as_they_are(make):
    odd = alert(instance="\0\ud800'\"<script>")
    odd["labels"]["n"], odd["annotations"]["summary"] = 7, "x" * 5000 + "\0"
    assert make().send(json.dumps(group(odd, key="\0\ud800"))).status_code == 200
    ticket = Ticket.objects.get()
    assert len(ticket.subject) == 200
    assert "\0" not in ticket.description


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer {}"}, 200),
        ({"Authorization": "Basic {basic}"}, 200),
        ({"X-API-Key": "{}"}, 200),
        ({"Authorization": "Bearer sdk_wrong"}, 401),
        ({"Authorization": "Basic ???"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"X-None": "x"}, 401),
    ],
)
def test_the_secret_comes_in_one_of_the_usual_headers(make, headers, status):
    sender = make()
    basic = base64.b64encode(f"desk:{sender.secret}".encode()).decode()
    answer = sender.send(ONE, headers={name: value.format(sender.secret, basic=basic) for name, value in headers.items()})
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["code"] == "not_authenticated"
        assert answer.headers["WWW-Authenticate"]


def test_another_sources_secret_opens_nothing(make):
    one, other = make(), make()
    assert one.send(ONE, headers={"X-API-Key": other.secret}).status_code == 401
    assert not Arrival.objects.exists()


def test_the_secret_before_holds_for_a_while(world, make):
    sender = make()
    _row, new = services.rotate(sender.source, overlap_hours=1, actor=world.manager, at=now())
    assert sender.send(ONE).status_code == sender.send(ONE, headers={"X-API-Key": new}).status_code == 200
    Source.objects.update(old_until=now() - timedelta(seconds=1))
    assert sender.send(ONE).status_code == 401
    services.rotate(sender.source, overlap_hours=0, actor=world.manager, at=now())
    assert sender.send(ONE, headers={"X-API-Key": new}).status_code == 401


def test_a_paused_source_and_one_whose_account_is_off_take_nothing(world, make):
    sender = make()
    services.pause(sender.source, actor=world.manager, at=now())
    answer = sender.send(ONE)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "source_paused", "300")
    services.resume(sender.source, actor=world.manager, at=now())
    assert sender.send(ONE).status_code == 200
    world.dispatcher.is_active = False
    world.dispatcher.save()
    assert sender.send(ONE).status_code == 401


def test_each_source_has_a_rate_of_its_own(make):
    quick, slow = make(rate=100), make(rate=2)
    assert [slow.send(ONE).status_code for _each in range(3)] == [200, 200, 429]
    answer = quick.send(ONE)
    assert (answer.status_code, answer.headers["RateLimit-Policy"]) == (200, '"source";q=100;w=60')


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"content_type": "application/x-www-form-urlencoded"}, 200),
        ({"content_type": "application/cloudevents+json; charset=utf-8"}, 200),
        ({"content_type": "multipart/form-data; boundary=x"}, 415),
        ({"content_type": "image/png"}, 415),
        ({"headers": {"Content-Encoding": "gzip"}}, 415),
    ],
)
def test_the_form_of_a_message(make, given, status):
    sender = make()
    headers = {"X-API-Key": sender.secret, **given.pop("headers", {})}
    assert sender.send(ONE, headers=headers, **given).status_code == status


def test_what_fails_on_our_side_is_kept_and_taken_later(make, monkeypatch):
    sender = make()

    def fails(*args, **more):
        raise RuntimeError("a secret of ours")

    with monkeypatch.context() as broken:
        broken.setattr(receiving.cases, "apply", fails)
        answer = sender.send(ONE)
    assert (answer.status_code, answer.json()["outcomes"]) == (202, [])
    kept = Arrival.objects.get()
    assert (kept.state, kept.error) == ("failed", "RuntimeError")
    assert services.take_next_left(now()) == 0, "its own process may still be at it"
    assert services.take_next_left(now() + timedelta(minutes=3)) == 1
    kept.refresh_from_db()
    assert kept.state == "taken"
    assert Ticket.objects.count() == 1
    assert services.take_next_left(now() + timedelta(minutes=3)) == 0


def test_what_a_killed_process_left_is_taken_once(make):
    sender = make()
    body = json.dumps(ONE).encode()
    Arrival.objects.create(source=sender.source, at=now() - timedelta(minutes=5), size=len(body), body=body, digest="x")
    assert services.take_next_left(now()) == 1
    assert Ticket.objects.count() == 1


def test_long_ago_is_forgotten_and_what_is_on_is_not(make):
    sender = make()
    sender.send(ONE)
    sender.send(group(alert("Other", on=False), key="other"))
    far = now() + timedelta(days=91)
    assert services.forget_next_arrivals(far) == 2
    assert services.forget_next_cases(far) == 1
    assert Case.objects.get().is_on


# --- anything at all ----------------------------------------------------------------------------

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=20
)
ALERTS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["firing", "resolved"]) | ANYTHING, "labels": st.dictionaries(st.text(max_size=5), ANYTHING, max_size=3),
        "annotations": ANYTHING, "startsAt": st.datetimes().map(lambda at: f"{at.isoformat()}Z") | ANYTHING, "endsAt": ANYTHING,
        "fingerprint": st.text(max_size=5) | ANYTHING, "generatorURL": ANYTHING,
    },
)  # fmt: skip
GROUPS = st.fixed_dictionaries(
    {"version": st.just("4") | ANYTHING, "groupKey": st.text(max_size=5) | ANYTHING, "alerts": st.lists(ALERTS, max_size=3) | ANYTHING},
    optional={"commonLabels": ANYTHING, "status": ANYTHING, "truncatedAlerts": ANYTHING},
)
TICKETS = st.fixed_dictionaries(
    {}, optional={name: st.text(max_size=20) | ANYTHING for name in ("name", "email", "subject", "message", "topicId", "attachments", "ip")}
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _read(read, body):
    """Either it is understood, as text that the database can hold, or it is refused as the caller's mistake."""
    try:
        reading = read(body)
    except Unreadable:
        return
    for signal in reading.signals:
        for text in (signal.subject, signal.description, signal.external_id, signal.contact_name, *signal.names):
            assert "\0" not in text
            text.encode()
        assert len(signal.subject) <= 200


@pytest.mark.once
@QUICK
@given(
    st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()) | GROUPS.map(lambda value: json.dumps(value).encode())
)
def test_anything_is_read_as_alerts_or_refused(body):
    _read(lambda given: alertmanager.read(given, alertmanager.Rules(severities={"critical": 1}, heartbeat="Watchdog")), body)


@pytest.mark.once
@QUICK
@given(st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_anything_is_mapped_or_refused(body):
    rules = mapping.Way(templates={"title": "{title|a|$.x[0]}", "external_id": "{id}", "action": "{b}"})
    _read(lambda given: mapping.read(given, rules), body)


@pytest.mark.once
@QUICK
@given(TICKETS.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=100))
def test_anything_is_read_as_a_ticket_or_refused(body):
    _read(lambda given: osticket.read_json(given, osticket.Rules()), body)
    _read(lambda given: osticket.read_xml(given, osticket.Rules()), body)


@pytest.mark.once
@QUICK
@given(st.text(max_size=40))
def test_any_template_is_filled_or_refused(template):
    try:
        mapping.check(template)
    except DomainError:
        return
    mapping.filled(template, {"a": [1, {"b": None}]})


@pytest.mark.once
@QUICK
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=8), st.randoms())
def test_in_whatever_order_alerts_arrive_the_newest_is_what_is_known(episodes, random):
    """Each episode of an alert has a beginning and, once over, never goes on; the end that is known is that of the last one."""
    parts = []
    for hour, ends in episodes:
        at = NOON + timedelta(hours=hour)
        parts.append(Part("a", is_on=True, starts_at=at))
        if ends:
            parts.append(Part("a", is_on=False, starts_at=at, ends_at=at + timedelta(minutes=30)))
    random.shuffle(parts)
    known = {}
    for part in parts * 2:
        known = merge(known, [part], NOON).known
    last = max(hour for hour, _ends in episodes)
    assert known["a"]["on"] == (not any(ends for hour, ends in episodes if hour == last))


# --- at once ------------------------------------------------------------------------------------


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_same_alert_from_several_at_once_is_one_ticket():
    world = make_promising_world()
    facts = {"name": "Prometheus", "account": world.dispatcher, "site": world.site, "actor": world.manager, "at": now()}
    source, _secret = services.create_source(kind="alertmanager", **facts, **GIVEN["alertmanager"])
    body = json.dumps(ONE).encode()

    def post():
        return services.receive(source, body, content_type="application/json", sender="127.0.0.1", at=now())

    outcomes = [arrival.outcomes[0]["what"] for arrival in at_once(6, post)]
    assert sorted(outcomes) == ["known"] * 5 + ["opened"]
    assert Ticket.objects.count() == Case.objects.count() == 1
    source.refresh_from_db()
    assert (source.received, source.opened) == (6, 1)
