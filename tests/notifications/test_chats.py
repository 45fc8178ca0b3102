"""Chats are told what the inbox is told: once, in time, side by side, and no secret leaves its place."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Team
from core.addresses import BadAddress
from core.errors import NotNow
from core.time import now
from notifications import chat, services
from notifications.models import ADDRESSES, ChatChannel, ChatDelivery, Message
from notifications.services import Draft, post
from tests.processes import ROOT, environment
from tests.worlds import make_world

DELIVER = """
import django
django.setup()
from core.time import now
from notifications.services import deliver_chats
deliver_chats(now())
"""
TICKET = {"ticket_number": "SD-1", "subject": "挂号系统打不开"}


class Chats(ThreadingHTTPServer):
    """A chat service: a path is a chat, and says what a test wants."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.says, self.got = {}, []

    def url(self, path="room"):
        return f"json://127.0.0.1:{self.server_address[1]}/{path}"

    def texts(self, path="room"):
        return [(body["title"], body["message"]) for where, body in self.got if where == f"/{path}"]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.got.append((self.path, body))
        says = self.server.says.get(self.path, 200)
        if callable(says):
            says()
            return
        self.send_response(says)
        if says == 302:
            self.send_header("Location", self.server.url("elsewhere").replace("json://", "http://"))
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def server(settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    server = Chats()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def make(world, server):
    def make(path="room", *, team=None, actor=None, tried=True, **facts):
        actor = actor or (world.manager if team else world.engineer)
        row = services.make_channel(url=server.url(path), team=team, actor=actor, at=now(), **{"name": path, **facts})
        return services.try_channel(row, actor=actor, at=now()) if tried else row

    return make


@pytest.fixture
def team(world):
    team = Team.objects.create(code="t1", name="一线", office=world.office)
    world.engineer.teams.add(team)
    world.dispatcher.teams.add(team)
    return team


def tell(*people, key="k", at=None, **facts):
    given = {"kind": "ticket_resolved", "context": TICKET, "key": key, "link": "/tickets/SD-1/", **facts}
    post([Draft(recipient=person, **given) for person in people], at=at or now())


def test_nothing_is_told_before_a_test_has_arrived(world, make, server):
    row = make(tried=False)
    tell(world.engineer)
    assert not ChatDelivery.objects.exists()
    server.says["/room"] = 500
    with pytest.raises(NotNow):
        services.try_channel(row, actor=world.engineer, at=now())
    row.refresh_from_db()
    assert (row.state, "500" in row.last_error) == ("untried", True)
    server.says.clear()
    services.try_channel(row, actor=world.engineer, at=now())
    tell(world.engineer, key="k2")
    assert services.deliver_chats(now()) == 1
    title, body = server.texts()[-1]
    assert "SD-1" in title
    assert body.endswith("/tickets/SD-1/")
    assert services.deliver_chats(now()) == 0


def test_a_teams_chat_is_told_once_and_no_subject(world, make, server, team):
    make(team=team)
    tell(world.engineer, world.dispatcher)
    tell(world.manager, key="other")
    services.deliver_chats(now())
    told = server.texts()[1:]
    assert len(told) == 1
    assert "SD-1" in told[0][0]
    assert TICKET["subject"] not in "".join(told[0])


@pytest.mark.parametrize(("what", "told"), [("all", 3), ("urgent", 2), ("severe", 1)])
def test_which_messages(world, make, what, told):
    make(what=what)
    tell(world.engineer, key="a")
    tell(world.engineer, key="b", urgent=True)
    tell(world.engineer, key="c", urgent=True, at_once=True)
    assert ChatDelivery.objects.count() == told


def test_a_digest_is_one_text_and_severity_1_does_not_wait(world, make, server):
    make(digest_minutes=15)
    for number in range(12):
        tell(world.engineer, key=str(number))
    assert services.deliver_chats(now()) == 0
    assert services.deliver_chats(now() + timedelta(minutes=15)) == 1
    assert server.texts()[-1][1].count("SD-1") >= 10
    tell(world.engineer, key="bad", at_once=True)
    assert services.deliver_chats(now()) == 1


def test_quiet_hours_are_waited_for(world, make, server):
    from tests.worlds import NOON

    make(quiet_from="11:00", quiet_until="13:00")  # noon in Shanghai
    ChatChannel.objects.get().refresh_from_db()
    tell(world.engineer, at=NOON)
    assert ChatDelivery.objects.get().next_try_at == NOON + timedelta(hours=1)
    tell(world.engineer, key="bad", at=NOON, at_once=True)
    assert services.deliver_chats(NOON) == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_what_comes_again_waits_for_the_end_of_quiet_hours(world, make, server, at_once):
    from tests.worlds import NOON

    make(quiet_from="12:00", quiet_until="13:00")  # in Shanghai; it begins at once
    early = NOON - timedelta(seconds=30)
    server.says["/room"] = 503
    tell(world.engineer, at=early, at_once=at_once)
    services.deliver_chats(early)
    assert ChatDelivery.objects.get().next_try_at == (early + timedelta(minutes=1) if at_once else NOON + timedelta(hours=1))
    server.says.clear()
    assert services.deliver_chats(NOON + timedelta(minutes=30)) == (1 if at_once else 0)
    services.deliver_chats(NOON + timedelta(hours=1))
    assert ChatDelivery.objects.get().state == "sent"


def test_what_no_worker_sent_in_time_is_not_sent_in_quiet_hours(world, make, server):
    from tests.worlds import NOON

    make(quiet_from="12:00", quiet_until="13:00")
    tell(world.engineer, at=NOON - timedelta(seconds=30))
    assert services.deliver_chats(NOON + timedelta(minutes=1)) == 0
    assert services.deliver_chats(NOON + timedelta(hours=1)) == 1


def test_whoever_has_left_is_told_nothing_in_a_private_chat_and_managers_see_why(client, world, make, server):
    make(digest_minutes=15)
    make("other", actor=world.dispatcher)
    tell(world.engineer, world.dispatcher)
    world.engineer.is_active = False
    world.engineer.save()
    told = len(server.texts())
    assert services.deliver_chats(now() + timedelta(minutes=15)) == 1
    assert len(server.texts()) == told
    row = ChatDelivery.objects.get(channel__name="room")
    assert (row.state, bool(row.last_error)) == ("failed", True)
    client.force_login(world.manager)
    page = client.get(reverse("notifications:outbox")).content.decode()
    assert row.last_error.split("'")[0] in page
    assert str(world.engineer) in page


def test_dead_chats_keep_no_other_waiting(world, make, server):
    server.says["/dead"] = 503
    rows = [make("room", name=f"dead {number}", actor=world.engineer) for number in range(20)]
    for row in rows:
        row.sealed_url = ADDRESSES.seal(server.url("dead"))
        row.save()
    make("good", actor=world.dispatcher)
    for number in range(12):
        tell(world.engineer, key=str(number))
    tell(world.dispatcher, key="good")
    at = now()
    assert services.deliver_chats(at) == 16
    assert services.deliver_chats(at) == 5, "those that were not tried yet"
    assert len(server.texts("good")) == 2
    for number in range(3):
        tell(world.engineer, key=f"more {number}", at=at)
        tell(world.dispatcher, key=f"good {number}", at=at)
        assert services.deliver_chats(at + timedelta(seconds=15 * (number + 1))) == 1, "a dead one waits with all that it has"
    assert len(server.texts("good")) == 5
    later = at + timedelta(minutes=2)
    tell(world.dispatcher, key="last", at=later)
    tried = services.deliver_chats(later) + services.deliver_chats(later)
    assert tried == 21
    assert len(server.texts("good")) == 6


def test_one_that_is_dead_comes_again_later_and_is_given_up_after_a_day(world, make, server):
    make()
    make("other", actor=world.dispatcher)
    server.says["/room"] = 503
    tell(world.engineer, world.dispatcher)
    at = now()
    assert services.deliver_chats(at) == 2
    dead, fine = ChatDelivery.objects.order_by("channel_id")
    assert (fine.state, dead.state, dead.attempts) == ("sent", "pending", 1)
    assert dead.next_try_at > at
    assert "503" in dead.last_error
    for _each in range(6):
        at = ChatDelivery.objects.get(pk=dead.pk).next_try_at
        services.deliver_chats(at)
    assert ChatChannel.objects.get(name="room").state == "active"
    tell(world.engineer, key="later", at=at)
    services.deliver_chats(at + timedelta(days=1))
    assert ChatChannel.objects.get(name="room").state == "disabled"
    assert set(Message.objects.filter(kind="channel_disabled").values_list("recipient", flat=True)) == {world.engineer.pk}
    assert set(ChatDelivery.objects.filter(channel__name="room").values_list("state", flat=True)) == {"failed"}


def test_a_slow_one_keeps_no_other_waiting_and_is_cut(world, make, server, monkeypatch):
    monkeypatch.setattr(chat, "TOTAL_SECONDS", 1.0)
    make()
    make("other", actor=world.dispatcher)
    came = threading.Event()
    server.says["/room"] = lambda: time.sleep(3)
    server.says["/other"] = came.set
    tell(world.engineer, world.dispatcher)
    started = time.monotonic()
    services.deliver_chats(now())
    assert time.monotonic() - started < 2.5
    assert came.is_set()
    assert "1 s" in ChatDelivery.objects.get(channel__name="room").last_error


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_process_killed_before_marking_leaves_a_lease_and_another_tells_the_same(world, make, server):
    channel = make()
    tell(world.engineer)
    env = environment(WEBHOOKS_ALLOW_PRIVATE="true")
    with subprocess.Popen([sys.executable, "-c", DELIVER], cwd=ROOT, env=env) as process:

        def kill():
            process.kill()  # the words are here, and their sender does not hear so
            process.wait(30)

        server.says["/room"] = kill
        assert process.wait(timeout=60) == -signal.SIGKILL
    server.says.clear()
    left = ChatChannel.objects.get(pk=channel.pk).leased_until
    assert services.deliver_chats(now()) == 0
    assert services.deliver_chats(left) == 1
    _test, first, second = server.texts()
    assert first == second
    assert ChatDelivery.objects.get().state == "sent"


def test_redirections_are_not_followed(world, make, server):
    make()
    server.says["/room"] = 302
    tell(world.engineer)
    services.deliver_chats(now())
    assert ChatDelivery.objects.get().state == "pending"
    assert not server.texts("elsewhere")


def test_what_is_taken_back_from_the_inbox_is_not_told(world, make):
    make()
    tell(world.engineer)
    services.withdraw([world.engineer], "SD-1")
    assert not ChatDelivery.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "", "nonsense", "mailto://x:y@example.com", "file:///etc/passwd", "syslog://", "dbus://", "https://example.com/hook", "json://example.com/",
        "jsons://127.0.0.1/x", "jsons://localhost/x", "jsons://10.0.0.1/", "jsons://[::1]/", "wecombot://", "slack://a", "jsons://a b/",
        "x" * 600, "jsons://chat.example.com/room?verify=no", "slack://TXXXXXXXX/BXXXXXXXX/XXXXXXXXXXXXXXXXXXXXXXXX?verify=0", "exec://ls", "schan://token",
    ],
)  # fmt: skip
def test_only_what_is_known_and_outside_is_sent_to(url):
    with pytest.raises(BadAddress):
        chat.plugin_for(url, allow_private=False)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("wecombot://abcdefgh-1234", "wecombot"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=aaaa", "wecombot"),
        ("dingtalk://tok12345678901234", "dingtalk"),
        ("feishu://abc-def-123", "feishu"),
        ("slack://TXXXXXXXX/BXXXXXXXX/XXXXXXXXXXXXXXXXXXXXXXXX", "slack"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "tgram"),
    ],
)
def test_the_usual_chats_are_known(url, kind):
    assert chat.plugin_for(url, allow_private=False)
    assert chat.scheme_of(url) == kind


def test_what_is_wrong_with_an_address_reaches_no_log(capfd, caplog):
    chat._watch.cache_clear()
    with pytest.raises(BadAddress):
        chat.plugin_for("wecombot://a-secret&of-mine", allow_private=False)
    assert "a-secret" not in caplog.text + "".join(capfd.readouterr())


REST = st.text(max_size=40) | st.from_regex(r"[a-z0-9:/@?&=%._-]{0,60}", fullmatch=True)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([*chat.SENDERS, "https", "http", "file"]), REST)
def test_any_address_is_known_or_refused(scheme, rest):
    with suppress(BadAddress):
        chat.plugin_for(f"{scheme}://{rest}", allow_private=False)


def test_a_name_that_leads_inside_is_not_called(server, monkeypatch):
    import socket

    port = server.server_address[1]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_more: [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))])
    assert chat.send(f"jsons://chat.example:{port}/room", "a", "b", allow_private=False)
    assert not server.got


def test_the_address_is_kept_encrypted_and_shown_nowhere(client, world, make, server):
    row = make("room-of-secrets")
    assert "room-of-secrets" not in ChatChannel.objects.get().sealed_url
    client.force_login(world.engineer)
    page = client.get(reverse("notifications:channel", args=[row.pk])).content.decode()
    assert server.url("room-of-secrets") not in page
    assert row.sealed_url not in page


def test_the_pages(client, world, server, team, django_assert_max_num_queries):
    client.force_login(world.manager)
    given = {"name": "值班群", "team": team.pk, "url": server.url(), "what": "urgent", "digest_minutes": 0}
    client.post(reverse("notifications:new_channel"), given)
    row = ChatChannel.objects.get()
    assert (row.team, row.person, row.state) == (team, None, "untried")
    client.post(reverse("notifications:test_channel", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "active"
    page = client.post(reverse("notifications:channel", args=[row.pk]), {**given, "url": "", "name": "改名"}, follow=True)
    assert "改名" in page.content.decode()
    row.refresh_from_db()
    assert row.state == "active", "without another address it need not be tried again"
    wrong = client.post(reverse("notifications:new_channel"), {**given, "url": "exec://ls"})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors["url"]
    for number in range(3):
        services.make_channel(url=server.url(), actor=world.manager, at=now(), name=str(number))
    with django_assert_max_num_queries(6):
        assert client.get(reverse("notifications:channels")).status_code == 200
    client.post(reverse("notifications:pause_channel", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "paused"
    client.post(reverse("notifications:remove_channel", args=[row.pk]))
    assert ChatChannel.objects.count() == 3
    client.force_login(world.engineer)
    assert client.get(reverse("notifications:channel", args=[ChatChannel.objects.first().pk])).status_code == 404
    assert client.post(reverse("notifications:new_channel"), given).status_code == 302
    assert ChatChannel.objects.latest("pk").person == world.engineer, "an engineer makes none of a team"
