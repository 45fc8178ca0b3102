"""What becomes of mail: who may write where, what is proved by what, and what waits for a person."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr

import pytest

from core.time import now
from mailroom import services
from mailroom.models import IncomingMail, Mailbox
from mailroom.services import processing, receiving, taking
from notifications import threads
from notifications.models import Message, State
from tests.mailroom.conftest import REPLY, came, what, written
from tests.mailroom.made import PNG, composed, head
from tests.worlds import make_customer, make_ticket, make_user
from tickets import services as tickets
from tickets.models import Event, Status, Ticket, TicketLink


def said_to(ticket):
    return [(event.type, event.actor, event.text) for event in ticket.events.order_by("seq")][1:]


@pytest.fixture
def ticket(world):
    return make_ticket(world, at=now())


def solved(ticket, world):
    at = now()
    tickets.accept(ticket, actor=world.engineer, at=at)
    return tickets.resolve(ticket, actor=world.engineer, at=at, cause="电源", solution="换了")


# --- new mail


def test_a_customers_mail_becomes_a_ticket_by_them_once(world):
    raw = written(world.customer.email, "空调停了，温度 35 度。\n", files=(("log.txt", b"error 42\n"), ("virus.exe", b"MZ\x90\x00\x03")))
    row = came(raw)
    assert what(row) == ("taken", "opened")
    ticket = Ticket.objects.get()
    assert (ticket.reporter, ticket.channel, ticket.subject, ticket.description) == (
        world.customer,
        "email",
        "机房空调报警",
        "空调停了，温度 35 度。",
    )
    assert (ticket.site, ticket.equipment) == (world.site, world.equipment)  # they see one site with one equipment
    assert [file.name for file in ticket.attachments.all()] == ["log.txt"]
    assert ticket.events.get(seq=1).facts == {"mail": row.pk, "left_out": 1, "channel": "email"}
    assert came(b"Received: again\r\n" + raw).pk == row.pk
    assert Ticket.objects.count() == 1


def test_the_place_is_the_one_the_mail_names_else_the_first_with_a_note(world):
    came(written(world.supervisor.email, "设备 sn-0001 报错"))
    named = Ticket.objects.latest("pk")
    assert (named.equipment, named.site) == (world.equipment, world.site)
    came(written(world.supervisor.email, "都很慢"))
    first = Ticket.objects.latest("pk")
    assert (first.equipment, first.site) == (None, world.site)
    assert first.events.filter(type=Event.Type.NOTED, is_public=False).exists()


def test_a_mailbox_says_of_what_kind_new_tickets_are(world):
    at = now()
    facts = {"name": "咨询", "address": "ask@desk.example", "host": "imap.example.com", "port": 993, "security": "tls", "username": "ask"}
    box = services.create_mailbox(
        **facts, folder="INBOX", done_folder="", kind="consultation", severity=4, password="x", actor=world.manager, at=at
    )
    came(written(world.customer.email), mailbox=box)
    assert list(Ticket.objects.values_list("kind", "severity")) == [("consultation", 4)]
    assert what(came(written("ask@desk.example"))) == ("ignored", "loop")
    assert Mailbox.objects.get().secret != "x"


@pytest.mark.parametrize(
    ("who", "reason"), [("nobody@elsewhere.example", "stranger"), ("engineer", "colleague"), ("homeless", "no_place"), ("gone", "stranger")]
)
def test_who_may_not_open_a_ticket_waits_for_a_person(world, who, reason):
    people = {
        "engineer": world.engineer,
        "homeless": make_user(role="customer"),
        "gone": make_customer(world.organization, sites=[world.site], is_active=False),
    }
    sender = people[who].email if who in people else who
    row = came(written(sender))
    assert what(row) == ("review", reason)
    assert row.text == "正文"
    assert not Ticket.objects.exists()


def test_a_forwarded_mail_is_taken_whole(world):
    came(
        written(
            world.customer.email,
            "请看：\n\n---------- 转发邮件 ----------\n发件人: 王工 <w@x.example>\n主题: 交换机\n\n端口全断。",
            subject="Fwd: 交换机",
        )
    )
    ticket = Ticket.objects.get()
    assert ticket.subject == "交换机"
    assert "端口全断。" in ticket.description


# --- answers


def test_an_answer_to_our_mail_is_the_readers_and_only_what_is_new(world, ticket, mail_to):
    tickets.contact(ticket, actor=world.engineer, at=now(), text="请问重启过吗？")
    ours = mail_to(world.customer)
    row = came(
        written(
            world.customer.email,
            "重启过了。\n\n在 2026-11-23，服务台 写道：\n> 请问重启过吗？",
            subject="Re: 随便什么",
            to=ours.extra_headers["Reply-To"],
        )
    )
    assert what(row) == ("taken", "replied")
    assert said_to(ticket)[-1] == ("replied", world.customer, "重启过了。")
    assert "请问重启过吗" in row.whole
    assert ticket.events.latest("seq").facts == {"mail": row.pk}
    assert Message.objects.filter(kind="ticket_replied", recipient=world.engineer, channel="inbox").exists()


def test_our_mails_are_one_conversation(world, ticket, mail_to):
    first = mail_to(world.customer)
    row = came(
        written(world.customer.email, "还有一点。", to=first.extra_headers["Reply-To"], In_Reply_To=first.extra_headers["Message-ID"])
    )
    tickets.contact(ticket, actor=world.engineer, at=now(), text="好的")
    second = mail_to(world.customer)
    assert first.subject == second.subject == f"[{ticket.number}] {ticket.subject}"
    assert second.extra_headers["In-Reply-To"] == f"<{row.message_id}>"
    root = threads.root(ticket.number)
    assert first.extra_headers["References"] == root
    assert second.extra_headers["References"].split() == [root, f"<{row.message_id}>"]
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]
    assert len(parseaddr(first.extra_headers["Reply-To"])[1].rpartition("@")[0]) <= 64
    assert "##-" in second.body.split("\n")[0]


@pytest.mark.parametrize("by", ["subject", "references", "ours"])
def test_a_customers_account_is_believed_where_it_may_read_the_ticket(world, ticket, mail_to, by):
    ours = mail_to(world.customer).extra_headers["Message-ID"]
    how = {
        "subject": {"subject": f"回复：[{ticket.number.lower()}] x"},
        "references": {"References": threads.root(ticket.number)},
        "ours": {"In_Reply_To": ours},
    }[by]
    assert what(came(written(world.supervisor.email, "补充", **how))) == ("taken", "replied")
    assert said_to(ticket)[-1][1:] == (world.supervisor, "补充")


def test_what_the_mail_server_refutes_waits_where_it_is_trusted(world, ticket, settings):
    fails = {"subject": f"[{ticket.number}]", "Authentication_Results": "mx.desk.example; spf=pass; dmarc=fail"}
    assert what(came(written(world.supervisor.email, "没有设置", **fails))) == ("taken", "replied")
    settings.MAIL_AUTHSERV_IDS = {"mx.desk.example"}
    assert what(came(written(world.supervisor.email, "伪造", **fails))) == ("review", "forged")
    assert said_to(ticket)[-1][2] == "没有设置"


def test_an_encrypted_mail_that_opens_a_ticket_says_so(world):
    from tests.mailroom.made import FOLDER

    raw = (FOLDER / "smime-sealed.eml").read_bytes().replace(b"zhao@hospital.example", world.customer.email.encode())
    assert what(came(raw)) == ("taken", "opened")
    assert "加密" in Ticket.objects.get().description


def test_a_signed_address_among_several_of_the_envelope_is_found(world, ticket, mail_to):
    signed = parseaddr(mail_to(world.customer).extra_headers["Reply-To"])[1]
    row = came(written(world.customer.email, "密送", subject="x"), envelope_to=f"{signed} {REPLY}")
    assert (what(row), row.ticket) == (("taken", "replied"), ticket)


def test_an_answer_to_a_mail_of_theirs_finds_its_ticket(world):
    raw = written(world.customer.email, message_id="<first@hospital.example>")
    ticket = came(raw).ticket
    came(written(world.customer.email, "忘了说型号", subject="Re: 机房空调报警", References="<first@hospital.example>"))
    assert said_to(ticket)[-1][2] == "忘了说型号"
    assert Ticket.objects.count() == 1


def test_another_tenant_gets_nowhere_whatever_it_names(world, ticket, mail_to):
    signed = mail_to(world.customer).extra_headers["Reply-To"]
    for how in ({"subject": f"[{ticket.number}]"}, {"References": threads.root(ticket.number)}, {"to": signed}):
        assert what(came(written(world.stranger.email, "给我看看", **how))) == ("review", "no_right")
    assert said_to(ticket) == []
    forged = signed.replace(ticket.number.lower(), make_ticket(world, at=now()).number.lower())
    assert threads.holder(forged) is None
    assert threads.holder(signed) is not None
    assert threads.holder(signed.upper()) == threads.holder(signed)


def test_who_holds_the_signed_address_writes_under_the_name_of_the_mail(world, ticket, mail_to):
    signed = mail_to(world.customer).extra_headers["Reply-To"]
    row = came(written("王工 <wang@home.example>", "我是王工，代赵敏回复", to=signed))
    assert what(row) == ("taken", "replied")
    event = ticket.events.latest("seq")
    assert (event.actor, event.facts["from"]) == (None, "王工 <wang@home.example>")
    world.customer.is_active = False
    world.customer.save()
    assert what(came(written("wang@home.example", "再来", to=signed))) == ("review", "stranger")


def test_a_contact_without_an_account_answers_while_the_ticket_names_them(world, mail_to):
    contact = {"contact_name": "李护士", "contact_email": "li@ward.example"}
    ticket = make_ticket(world, at=now(), actor=world.dispatcher, channel="phone", **contact)
    signed = mail_to("li@ward.example").extra_headers["Reply-To"]
    assert what(came(written("li@ward.example", "还在响", to=signed))) == ("taken", "replied")
    assert what(came(written("li@ward.example", "只有编号", subject=f"[{ticket.number}]"))) == ("review", "stranger")
    Ticket.objects.filter(pk=ticket.pk).update(contact_email="other@ward.example")
    assert what(came(written("li@ward.example", "还在响吗", to=signed))) == ("review", "stranger")


def test_our_people_write_to_the_customer_only_with_their_own_signed_address(world, ticket, mail_to):
    tickets.assign(ticket, actor=world.dispatcher, at=now(), assignee=world.engineer)
    mine = mail_to(world.engineer).extra_headers["Reply-To"]
    assert what(came(written(world.engineer.email, "冒充", subject=f"[{ticket.number}]"))) == ("review", "unproved")
    assert what(came(written(world.dispatcher.email, "别人的", to=mine))) == ("review", "no_right")
    assert what(came(written("x@home.example", "外人", to=mine))) == ("review", "stranger")
    row = came(written(world.engineer.email, "我十点到。", to=mine))
    assert what(row) == ("taken", "replied")
    event = ticket.events.latest("seq")
    assert (event.type, event.actor, event.text, event.facts["mail"]) == ("contacted", world.engineer, "我十点到。", row.pk)


@pytest.mark.parametrize("by", ["address", "id", "an address of the time before"])
def test_a_colleagues_answer_to_what_is_among_us_stays_among_us(world, ticket, mail_to, by, monkeypatch):
    tickets.note(ticket, actor=world.dispatcher, at=now(), text=f"@{world.engineer.name} 客户自己改过配置吗？")
    ours = mail_to(world.engineer)
    assert "内部备注" in ours.body.rpartition("--")[2]
    how = {"to": ours.extra_headers["Reply-To"]} if by != "id" else {"References": ours.extra_headers["Message-ID"]}
    if by == "an address of the time before":
        with monkeypatch.context() as before:
            before.setattr(threads, "INTERNAL_KINDS", frozenset())
            how = {"to": mail_to(world.engineer).extra_headers["Reply-To"], "In_Reply_To": ours.extra_headers["Message-ID"]}
        assert not threads.holder(parseaddr(how["to"])[1]).is_internal
    row = came(written(world.engineer.email, "是他们改的，别说出去。", **how))
    assert what(row) == ("taken", "replied")
    event = ticket.events.latest("seq")
    assert (event.type, event.actor, event.is_public, event.facts["mail"]) == ("noted", world.engineer, False, row.pk)


def test_every_mail_says_who_reads_its_answer(world, ticket, mail_to):
    tickets.assign(ticket, actor=world.dispatcher, at=now(), assignee=world.engineer)
    assert "发送给客户" in mail_to(world.engineer).body.rpartition("--")[2]
    assert "服务台" in mail_to(world.customer).body.rpartition("由系统")[2]


def test_whose_account_was_switched_off_writes_nowhere(world, ticket, mail_to):
    signed = mail_to(world.customer).extra_headers["Reply-To"]
    world.supervisor.is_active = False
    world.supervisor.save()
    assert what(came(written(world.supervisor.email, "我离职了，但是", to=signed))) == ("review", "no_right")
    assert said_to(ticket) == []


def test_a_colleagues_mail_that_is_put_to_a_ticket_is_a_note(world, ticket):
    solved(ticket, world)
    row = came(written(f"李工 <{world.engineer.email}>", "现场照片晚点补", subject=f"[{ticket.number}]"))
    services.attach(row, ticket=ticket, actor=world.dispatcher, at=now())
    event = ticket.events.latest("seq")
    assert (event.type, event.is_public, event.facts["from"]) == ("noted", False, f"李工 <{world.engineer.email}>")
    assert Ticket.objects.get().status == Status.RESOLVED


def test_whom_a_complaint_is_about_gets_nowhere(world, mail_to):
    ticket = make_ticket(world, at=now(), kind="complaint")
    tickets.assign(ticket, actor=world.dispatcher, at=now(), assignee=world.engineer)
    mine = mail_to(world.engineer).extra_headers["Reply-To"]
    tickets.concern(ticket, [world.engineer], actor=world.manager, at=now(), confidential=True)
    row = came(written(world.engineer.email, "我没有", to=mine))
    assert row.state == "review"
    assert not ticket.events.filter(type=Event.Type.CONTACTED).exists()


def test_what_it_carries_is_kept_and_logos_are_not(world, ticket):
    parts = ["Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n见图".encode()]
    import base64

    for name, size in (("logo.png", 0), ("shot.png", 20_000)):
        body = base64.encodebytes(PNG + b"\0" * size)
        top = f"Content-Type: image/png; name={name}\nContent-ID: <{name}>\nContent-Disposition: inline\n"
        parts.append(f"{top}Content-Transfer-Encoding: base64\n\n".encode() + body)
    came(head(f"[{ticket.number}]", world.customer.email) + composed(*parts, kind="related"))
    assert [file.name for file in ticket.attachments.all()] == ["shot.png"]


# --- what has ended


@pytest.mark.parametrize(
    ("text", "opens"),
    [("谢谢，已经好了。", False), ("收到", False), ("还是打不开", True), ("谢谢，但是又坏了", True), ("Thanks, but it still fails", True)],
)
def test_an_answer_to_what_is_solved_opens_it_again_unless_it_says_thanks(world, ticket, text, opens):
    solved(ticket, world)
    came(written(world.customer.email, text, subject=f"[{ticket.number}]"))
    assert Ticket.objects.get().status == (Status.REOPENED if opens else Status.RESOLVED)
    assert ticket.events.filter(type=Event.Type.REPLIED, text=text).exists()


def test_what_was_closed_long_ago_or_cancelled_is_followed_by_a_new_ticket(world, ticket):
    solved(ticket, world)
    tickets.confirm(ticket, actor=world.customer, at=now())
    came(written(world.customer.email, "还是不行", subject=f"[{ticket.number}]"))
    assert Ticket.objects.get().status == Status.REOPENED
    tickets.cancel(ticket, actor=world.customer, at=now())
    row = came(written(world.customer.email, "又出现了", subject=f"[{ticket.number}]"))
    assert what(row) == ("taken", "followed")
    link = TicketLink.objects.get()
    assert (link.source, link.target, link.kind) == (row.ticket, ticket, "follows")
    assert (row.ticket.subject, row.ticket.equipment, row.ticket.description) == (ticket.subject, ticket.equipment, "又出现了")


def test_grace_ends(world, ticket):
    solved(ticket, world)
    tickets.confirm(ticket, actor=world.customer, at=now())
    late = now() + timedelta(days=taking.GRACE_DAYS, minutes=1)
    assert what(came(written(world.customer.email, "坏了", subject=f"[{ticket.number}]"), at=late)) == ("taken", "followed")


# --- machines


@pytest.mark.parametrize(
    ("more", "known", "stranger"),
    [
        ({"Auto_Submitted": "auto-replied"}, ("ignored", "auto_reply"), ("ignored", "auto_reply")),
        ({"subject": "自动回复: 机房"}, ("review", "auto_reply"), ("ignored", "auto_reply")),
        ({"subject": "自动回复功能失效，请处理"}, ("taken", "opened"), ("review", "stranger")),
        ({"Auto_Submitted": "auto-generated"}, ("review", "machine"), ("ignored", "machine")),
        ({"List_Id": "<all.hospital.example>"}, ("review", "list"), ("ignored", "list")),
        ({"Precedence": "bulk"}, ("review", "list"), ("ignored", "list")),
        ({"Return_Path": "<>"}, ("review", "machine"), ("ignored", "machine")),
        ({"Auto_Submitted": "no"}, ("taken", "opened"), ("review", "stranger")),
    ],
)
def test_what_no_person_wrote_opens_nothing(world, more, known, stranger):
    assert what(came(written(world.customer.email, **more))) == known
    assert what(came(written("who@elsewhere.example", **more))) == stranger


def test_our_own_mail_that_comes_back_does_nothing(world, ticket, mail_to):
    ours = mail_to(world.customer)
    assert what(came(ours.message().as_bytes())) == ("ignored", "loop")
    assert what(came(written(REPLY))) == ("ignored", "loop")
    assert what(came(written("other@x.example", message_id=ours.extra_headers["Message-ID"]))) == ("ignored", "loop")
    hops = b"Received: from a by b\n" * 60 + written(world.customer.email)
    assert what(came(hops)) == ("ignored", "loop")


def test_a_bounce_stands_at_the_message_that_bounced(world, ticket, mail_to):
    message = Message.objects.get(recipient=world.customer, channel="email")
    Message.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=now())
    ours = mail_to(world.customer).extra_headers["Message-ID"].encode()
    from tests.mailroom.made import FOLDER

    def report(name):
        return (FOLDER / f"{name}.eml").read_bytes().replace(b"<ours@desk.example>", ours).replace(b"Message-ID: <bounce", b"X: <")

    row = came(report("bounce-delayed"))
    assert what(row) == ("ignored", "bounce")
    assert Message.objects.get(pk=message.pk).state == State.SENT
    row = came(report("bounce"))
    assert (what(row), row.ticket) == (("ignored", "bounce"), ticket)
    bounced = Message.objects.get(pk=message.pk)
    assert (bounced.state, bounced.sent_at) == (State.FAILED, None)
    assert "User unknown" in bounced.last_error
    forged = ours.replace(b"<", b"<0")
    assert what(came(report("bounce-qq").replace(ours, forged))) == ("ignored", "bounce")
    assert said_to(ticket) == []


def test_a_bomb_waits_in_the_tray_and_managers_are_told_once(world, settings):
    settings.MAIL_SENDER_LIMIT = 3
    rows = [came(written(world.customer.email, f"第 {each} 封")) for each in range(6)]
    assert [row.reason for row in rows] == ["opened"] * 3 + ["flood"] * 3
    assert Message.objects.filter(kind="mail_flood", recipient=world.manager, channel="inbox").count() == 1
    settings.MAIL_TOTAL_LIMIT = 3
    assert what(came(written(world.supervisor.email))) == ("review", "flood")


def test_junk_keeps_nobodys_mail_and_no_bomb_keeps_an_answer_to_a_signed_address(world, ticket, mail_to, settings):
    settings.MAIL_TOTAL_LIMIT = 3
    services.block("@spam.example", actor=world.dispatcher, at=now())
    signed = mail_to(world.customer).extra_headers["Reply-To"]
    for each in range(4):
        came(written(f"{each}@spam.example"))
        came(written("system@x.example", subject="自动回复"))
    assert not Message.objects.filter(kind="mail_flood").exists(), "what was set aside is no flood"
    for each in range(4):
        came(written(f"{each}@elsewhere.example"))
    assert Message.objects.filter(kind="mail_flood").exists()
    assert [what(came(written(world.customer.email, f"{each}"))) for each in range(3)] == [("taken", "opened")] * 3
    assert what(came(written(world.supervisor.email))) == ("review", "flood")
    assert what(came(written(world.customer.email, "还在响", to=signed))) == ("taken", "replied")
    settings.MAIL_SENDER_LIMIT = 4
    assert what(came(written(world.customer.email, "又响", to=signed))) == ("review", "flood")


def test_who_is_blocked_is_set_aside(world):
    services.block("@spam.example", actor=world.dispatcher, at=now())
    assert what(came(written("a@spam.example"))) == ("ignored", "blocked")
    assert what(came(written("a@notspam.example"))) == ("review", "stranger")


# --- bad input, and what fails


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("nest-bomb", "unreadable"),
        ("no-head", "stranger"),
        ("no-from", "stranger"),
        ("long-head", "stranger"),
        ("odd-from", "stranger"),
        ("two-froms", "stranger"),
        ("nul-bytes", "stranger"),
        ("many-parts", "stranger"),
    ],
)
def test_a_hard_message_ends_in_the_tray_whole(world, name, wanted):
    from tests.mailroom.made import FOLDER

    raw = (FOLDER / f"{name}.eml").read_bytes()
    row = came(raw)
    assert what(row) == ("review", wanted)
    with row.raw.open() as file:
        assert file.read() == raw


def test_what_says_nothing_and_what_nothing_can_be_made_of_is_put_before_a_person(world, ticket):
    assert what(came(written(world.customer.email, "> 只有引用", subject=f"[{ticket.number}]"))) == ("review", "empty")
    cancelled = make_ticket(world, at=now())
    tickets.assign(cancelled, actor=world.dispatcher, at=now(), assignee=world.engineer)
    assert said_to(ticket) == []


def test_what_fails_is_tried_again_and_at_last_put_before_a_person(world, monkeypatch):
    at = now()
    row, _new = services.receive(written(world.customer.email), way="pipe", at=at)

    def fail(*_given, **_more):
        raise RuntimeError("the database has gone")

    monkeypatch.setattr(taking, "open_ticket", fail)
    for _time in range(processing.TRIES):
        assert services.process_next(at) == 1
        assert IncomingMail.objects.get().state == "new"
        assert services.process_next(at) == 0
        at += timedelta(hours=1)
    services.process_next(at)
    assert what(IncomingMail.objects.get(pk=row.pk)) == ("review", "failed")


def test_a_refusal_of_the_ticket_is_told(world, ticket, mail_to):
    solved(ticket, world)
    tickets.confirm(ticket, actor=world.customer, at=now())
    mine = mail_to(world.engineer).extra_headers["Reply-To"]
    row = came(written(world.engineer.email, "补一句", to=mine))
    assert what(row) == ("review", "refused")
    assert row.note


def test_mail_of_long_ago_goes_with_its_file_but_not_what_waits(world, settings):
    gone = came(written(world.customer.email))
    waits = came(written("who@elsewhere.example"))
    later = now() + timedelta(days=settings.MAIL_KEPT_DAYS, hours=1)
    assert services.forget_next(later) == 1
    assert list(IncomingMail.objects.all()) == [waits]
    assert not gone.raw.storage.exists(gone.raw.name)
    assert Ticket.objects.exists()


def test_too_much_and_nothing_are_refused(settings):
    from mailroom.errors import EmptyMail, TooLargeMail

    settings.MAIL_MAX_BYTES = 1000
    with pytest.raises(TooLargeMail):
        services.receive(b"x" * 1001, way="pipe", at=now())
    with pytest.raises(EmptyMail):
        services.receive(b"\n \n", way="pipe", at=now())


@pytest.mark.django_db
def test_a_row_that_cannot_be_written_leaves_no_file(monkeypatch):
    def fail(*_given, **_more):
        raise RuntimeError("gone")

    kept = []
    monkeypatch.setattr(IncomingMail, "save", fail)
    monkeypatch.setattr(receiving.IncomingMail.raw.field.storage, "delete", kept.append)
    with pytest.raises(RuntimeError):
        services.receive(written("a@b.example"), way="pipe", at=now())
    assert len(kept) == 1
