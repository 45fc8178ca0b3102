"""What a file becomes: with its own times and authors, once however often it is read, and nobody is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import User
from care.services import consider_next_batch
from core import chain
from core.errors import Invalid
from customers import services as customers
from customers.models import Equipment, Organization, Site
from integrations import services as webhooks
from integrations.models import Change, WebhookDelivery
from notifications.models import Message
from sla.models import Clock, Escalation
from surveys import selectors as surveys
from tests.transfer.files import OSTICKET, OSTICKET_CSV, TICKETS, ZAMMAD, packed
from tests.transfer.worlds import AT, begin, brought, tried, work
from tests.worlds import make_promising_world, make_ticket
from tickets import services as tickets
from tickets import words
from tickets.models import Event, Ticket
from transfer import services
from transfer.engine import mapping as mappings
from transfer.errors import BadMapping, Busy
from transfer.models import DataImport, Imported
from transfer.services import taking, working

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world():
    return make_promising_world()


def line(ticket: Ticket) -> list[tuple[str, str]]:
    return [(event.type, event.text) for event in ticket.events.order_by("seq")]


# --- CSV ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "sign"), [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", "\t"), ("utf-16", ",")])
def test_a_table_is_known_by_its_chinese_heads_however_it_is_written(world, encoding, sign):
    row = begin(world.manager, "工单.csv", TICKETS.replace(",", sign).encode(encoding))
    (table,) = row.mapping["tables"]
    assert table["kind"] == "ticket"
    assert table["fields"] == {
        "number": "工单号", "subject": "标题", "created_at": "创建时间", "status": "状态", "severity": "优先级", "organization": "客户名称",
        "site": "站点", "author": "报修人", "resolution": "处理结果", "closed_at": "关闭时间",
    }  # fmt: skip


def test_a_dry_run_writes_nothing_and_tells_every_problem_with_its_line(world):
    before = (Ticket.objects.count(), Organization.objects.count(), Event.objects.count())
    row = tried(world.manager, "t.csv", TICKETS)
    assert (Ticket.objects.count(), Organization.objects.count(), Event.objects.count()) == before
    assert (row.state, row.total, row.refused) == ("checked", 5, 2)
    assert row.counts == {"ticket": {"created": 3, "refused": 2}, "organization": {"created": 1}, "site": {"created": 1}}
    found = list(row.problems.values_list("line", "key", "field", "code", "value"))
    assert found == [(5, "A-4", "created_at", "bad_date", "昨天"), (6, "A-5", "status", "unknown_value", "飞走了")]
    assert [one["key"] for one in row.sample] == ["A-1", "A-2", "A-3", "A-4", "A-5"]


def test_tickets_keep_their_times_numbers_and_authors(world):
    row = brought(world.manager, "t.csv", TICKETS)
    assert (row.state, row.counts["ticket"]) == ("done", {"created": 3, "refused": 2})
    ticket = Ticket.objects.get(external_id="A-1")
    assert ticket.number.startswith("SD-20250301-")
    assert (ticket.status, ticket.severity, ticket.site, ticket.organization) == ("closed", 1, world.site, world.organization)
    assert ticket.created_at == datetime(2025, 3, 1, 0, 30, tzinfo=UTC)
    assert ticket.closed_at == ticket.resolved_at == datetime(2025, 3, 2, 2, 0, tzinfo=UTC)
    assert [event.type for event in ticket.events.order_by("seq")] == ["reported", "resolved", "closed", "noted"]
    assert ticket.events.get(seq=1).facts["author"] == "old@example.com"
    assert Organization.objects.get(name="新客户公司").sites.get().region == world.region


def test_the_record_says_by_whom_from_where_and_holds(world):
    row = brought(world.manager, "t.csv", TICKETS)
    ticket = Ticket.objects.get(external_id="A-1")
    last = ticket.events.order_by("seq").last()
    assert (last.actor, last.at, last.is_public) == (world.manager, AT, False)
    assert last.facts["imported"] == {"source": "old", "import": row.pk, "id": "A-1", "number": "A-1"}
    assert list(chain.breaks(ticket.events.order_by("seq").select_related("ticket"), count=ticket.event_count, head=ticket.head_hash)) == []
    history = ticket.history.get()
    assert (history.history_user, history.history_change_reason) == (world.manager, f"import {row.pk}: old")


def test_nobody_is_told(world, django_capture_on_commit_callbacks):
    hook = {
        "name": "h",
        "url": "https://example.com/h",
        "payload": "thin",
        "types": ["reported", "closed", "replied"],
        "organization": None,
    }
    webhooks.create_endpoint(**hook, actor=world.manager, at=AT)
    late = TICKETS.replace("2025/03/02 10:00", "2026/11/20 10:00").replace("2025/03/06 12:00", "2026/11/20 12:00")
    with django_capture_on_commit_callbacks(execute=False):
        row = brought(world.manager, "t.csv", late, options={"clocks": "report"})
    assert row.counts["ticket"]["created"] == 3
    assert (Message.objects.count(), WebhookDelivery.objects.count()) == (0, 0)
    tickets.escalate_due(AT + timedelta(seconds=1))
    while consider_next_batch(AT):
        pass
    assert Message.objects.count() == 0
    assert not surveys.tickets_to_ask_about(AT).exists()
    told = Change.objects.filter(resource="tickets").values_list("type", "thing")
    assert sorted(told) == sorted(("ticket.reported", pk) for pk in Ticket.objects.values_list("pk", flat=True)), (
        "but the feed sees each once"
    )


# --- Again ----------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(world):
    brought(world.manager, "t.csv", TICKETS)
    counted = (Ticket.objects.count(), Event.objects.count(), Organization.objects.count())
    again = brought(world.manager, "t.csv", TICKETS)
    assert again.counts == {"ticket": {"unchanged": 3, "refused": 2}}
    assert (Ticket.objects.count(), Event.objects.count(), Organization.objects.count()) == counted


def test_a_newer_file_brings_tickets_to_where_they_are_now(world):
    brought(world.manager, "t.csv", TICKETS)
    newer = TICKETS.replace(
        "A-2,打印机卡纸,江城第一人民医院,住院楼机房,处理中,低,2025/03/05 09:00,",
        "A-2,打印机修好了,江城第一人民医院,住院楼机房,已关闭,低,2025/03/05 09:00,2025/03/08 09:00",
    )
    row = brought(world.manager, "t.csv", newer)
    assert row.counts["ticket"] == {"unchanged": 2, "updated": 1, "refused": 2}
    ticket = Ticket.objects.get(external_id="A-2")
    assert (ticket.subject, ticket.status, ticket.closed_at) == ("打印机修好了", "closed", datetime(2025, 3, 8, 1, 0, tzinfo=UTC))
    assert list(chain.breaks(ticket.events.order_by("seq").select_related("ticket"), count=ticket.event_count, head=ticket.head_hash)) == []


FACTS = {"number": "D-1", "subject": "Down", "organization": "江城第一人民医院", "site": "门诊楼机房", "status": "closed",
         "severity": "low", "kind": "fault", "description": "before", "created_at": "2025-01-01T00:00:00Z",
         "closed_at": "2025-01-02T00:00:00Z"}  # fmt: skip


def holds(ticket: Ticket) -> bool:
    rows = ticket.events.order_by("seq").select_related("ticket")
    return not list(chain.breaks(rows, count=ticket.event_count, head=ticket.head_hash))


@pytest.mark.parametrize("status", ["closed", "open"])
def test_everything_that_a_newer_file_says_otherwise_is_brought_over_and_nobody_is_told(world, status):
    device = customers.create_equipment(world.site, name="HIS-2", kind="system", actor=world.manager, at=AT)
    brought(world.manager, "t.json", json.dumps([FACTS]))
    newer = {**FACTS, "status": status, "severity": "urgent", "kind": "request", "description": "after", "equipment": "HIS-2"}
    if status == "open":
        del newer["closed_at"]
    tried_, row = tried(world.manager, "t.json", json.dumps([newer])), brought(world.manager, "t.json", json.dumps([newer]))
    assert tried_.counts == row.counts == {"ticket": {"updated": 1}}
    assert not row.problems.exists()
    ticket = Ticket.objects.get(external_id="D-1")
    assert (ticket.severity, ticket.kind, ticket.description, ticket.equipment) == (1, "request", "after", device)
    assert (ticket.is_open, ticket.closed_at is None) == (status == "open", status == "open")
    last = ticket.events.order_by("seq").last()
    assert (last.actor, last.at, last.is_public, last.facts["imported"]["import"]) == (world.manager, AT, False, row.pk)
    assert {"severity", "kind", "description", "equipment"} <= set(last.facts["followed"])
    with translation.override("en"):
        assert "by import from old: " in words.line(last, ticket).title
    types = [event.type for event in ticket.events.order_by("seq")]
    assert types[4:] == (["reopened", "severity_changed", "noted"] if status == "open" else ["noted"])
    assert holds(ticket)
    assert Message.objects.count() == 0
    assert brought(world.manager, "t.json", json.dumps([newer])).counts == {"ticket": {"unchanged": 1}}


def test_what_cannot_follow_is_told_by_field_each_time(world):
    rows = [{**FACTS, "status": "open", "closed_at": "", "created_at": "2026-11-20T03:00:00Z"}]
    brought(world.manager, "t.json", json.dumps(rows), options={"clocks": "report"})
    newer = [{**rows[0], "kind": "request", "created_at": "2026-11-20T04:00:00Z", "severity": "urgent"}]
    for became in ("updated", "left"):
        promised = tried(world.manager, "t.json", json.dumps(newer), options={"clocks": "report"})
        row = work(services.run(promised, actor=world.manager, at=AT))
        assert row.counts == {"ticket": {became: 1}}
        assert sorted(row.problems.values_list("field", "code", "is_refused")) == [
            ("created_at", "not_followed", False), ("kind", "not_followed", False),
        ]  # fmt: skip
    ticket = Ticket.objects.get(external_id="D-1")
    assert (ticket.kind, ticket.severity) == ("fault", 1)
    assert ticket.events.get(type="severity_changed").facts["situation"] == {"severity": 1}, "the clocks read it"
    assert holds(ticket)
    assert Message.objects.count() == 0


@pytest.mark.parametrize("why", ["worked on here", "by rule"])
def test_what_is_worked_on_here_and_what_the_rule_says_is_left(world, why):
    brought(world.manager, "t.csv", TICKETS)
    ticket = Ticket.objects.get(external_id="A-2")
    if why == "worked on here":
        tickets.note(ticket, actor=world.engineer, at=AT, text="seen")
    options = {} if why == "worked on here" else {"changed": "leave"}
    row = brought(world.manager, "t.csv", TICKETS.replace("打印机卡纸", "别的"), options=options)
    assert row.counts["ticket"] == {"unchanged": 2, "left": 1, "refused": 2}
    ticket.refresh_from_db()
    assert ticket.subject == "打印机卡纸"


def test_the_database_holds_each_thing_of_a_source_once(world):
    brought(world.manager, "t.csv", TICKETS)
    one = Imported.objects.filter(kind="ticket").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Imported.objects.create(source=one.source, kind="ticket", key=one.key, thing=1, digest="", at=AT)


def test_two_imports_at_once_are_refused_by_service_and_database(world):
    first, second = tried(world.manager, "t.csv", TICKETS), tried(world.manager, "u.csv", TICKETS, source="other")
    services.run(first, actor=world.manager, at=AT)
    with pytest.raises(Busy):
        services.run(second, actor=world.manager, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataImport.objects.filter(pk=second.pk).update(state="running")


def test_a_killed_worker_loses_nothing_and_nothing_is_there_twice(world, monkeypatch):
    monkeypatch.setitem(taking.BATCH, "ticket", 1)
    row = services.run(tried(world.manager, "t.csv", TICKETS), actor=world.manager, at=AT)
    began, batch = [], working._batch

    def killed(*given):
        if len(began) == 2:
            raise SystemExit
        began.append(1)
        return batch(*given)

    monkeypatch.setattr(working, "_batch", killed)
    with pytest.raises(SystemExit):
        services.work_next(lambda: AT)
    row.refresh_from_db()
    assert (row.state, row.row, Ticket.objects.count()) == ("running", 2, 2)
    monkeypatch.undo()
    assert services.work_next(lambda: AT + working.LEASE / 2) == 0, "it is still held"
    services.work_next(lambda: AT + working.LEASE)
    row.refresh_from_db()
    assert row.counts["ticket"] == {"created": 3, "refused": 2}
    assert sorted(Ticket.objects.values_list("external_id", flat=True)) == ["A-1", "A-2", "A-3"]


def test_a_dry_run_that_was_killed_begins_anew(world, monkeypatch):
    monkeypatch.setitem(taking.BATCH, "ticket", 1)
    mapping = {
        "tables": [
            {
                "table": "t",
                "kind": "ticket",
                "fields": {"number": "工单号", "subject": "标题", "created_at": "创建时间", "organization": "客户名称"},
            }
        ]
    }
    row = services.check(begin(world.manager, "t.csv", TICKETS, mapping=mapping), actor=world.manager, at=AT)
    held = working._claimed(AT)
    hold = taking.Taking(held, AT)
    working._batch(hold, held, AT)
    hold.close()
    services.work_next(lambda: AT + working.LEASE)
    row.refresh_from_db()
    assert (row.state, row.total, row.counts["ticket"]) == ("checked", 5, {"created": 4, "refused": 1})


def test_messages_find_their_tickets_when_it_takes_longer_than_a_task(world, monkeypatch):
    monkeypatch.setattr(working, "BUDGET", 0.0)
    row = tried(world.manager, "z.json", json.dumps(ZAMMAD), source="zammad", options={"region": world.region.code})
    assert row.counts["comment"] == {"created": 3}
    services.run(row, actor=world.manager, at=AT)
    while services.work_next(lambda: AT, 0.0):
        pass
    row.refresh_from_db()
    assert (row.state, row.counts["ticket"], row.counts["comment"]) == ("done", {"created": 2}, {"created": 3})


@pytest.mark.parametrize("rows", [1, 2])
def test_an_id_that_comes_twice_is_refused_whichever_task_reads_it(world, monkeypatch, rows):
    monkeypatch.setitem(taking.BATCH, "ticket", rows)
    twice = TICKETS + "A-1,又是它,江城第一人民医院,门诊楼机房,已关闭,紧急,2025/03/01 08:30,2025/03/02 10:00,,\n"
    row = tried(world.manager, "t.csv", twice)
    promised = row.counts
    services.run(row, actor=world.manager, at=AT)
    while (held := DataImport.objects.select_related("asked_by").get(pk=row.pk)).is_live:
        hold = taking.Taking(held, AT)
        working._batch(hold, held, AT)
        hold.close()
    assert held.counts["ticket"] == promised["ticket"] == {"created": 3, "refused": 3}
    assert Ticket.objects.get(external_id="A-1").subject == "挂号系统打不开"
    assert row.problems.get(key="A-1").code == "twice_in_file"


def test_a_worker_that_was_only_slow_stops(world, monkeypatch):
    monkeypatch.setitem(taking.BATCH, "ticket", 1)
    row = services.run(tried(world.manager, "t.csv", TICKETS), actor=world.manager, at=AT)
    slow = DataImport.objects.select_related("asked_by").get(pk=row.pk)
    services.work_next(lambda: AT)
    with pytest.raises(working.Lost):
        working._work(slow, lambda: AT, 60)
    assert Ticket.objects.count() == 3


def test_stopped_it_keeps_what_is_in_and_goes_on_when_it_is_started_again(world, monkeypatch):
    monkeypatch.setitem(taking.BATCH, "ticket", 2)
    row = services.run(tried(world.manager, "t.csv", TICKETS), actor=world.manager, at=AT)
    monkeypatch.setattr(working, "BUDGET", 0)
    hold = taking.Taking(DataImport.objects.select_related("asked_by").get(pk=row.pk), AT)
    working._batch(hold, DataImport.objects.select_related("asked_by").get(pk=row.pk), AT)
    hold.close()
    services.cancel(row, actor=world.manager, at=AT)
    assert services.work_next(lambda: AT) == 0
    assert Ticket.objects.count() == 2
    monkeypatch.undo()
    row.refresh_from_db()
    assert work(services.run(row, actor=world.manager, at=AT)).counts["ticket"] == {"created": 3, "refused": 2}


# --- Open tickets ---------------------------------------------------------------------------------


OPEN = "number,subject,organization,site,status,priority,created at\nB-1,Down,江城第一人民医院,门诊楼机房,open,high,2026-11-20 11:00\n"


@pytest.mark.parametrize(("clocks", "starts"), [("none", None), ("report", datetime(2026, 11, 20, 3, 0, tzinfo=UTC)), ("import", AT)])
def test_what_is_open_is_owed_as_the_options_say(world, clocks, starts):
    brought(world.manager, "t.csv", OPEN, options={"clocks": clocks})
    ticket = Ticket.objects.get(external_id="B-1")
    assert ticket.created_at == datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    if starts is None:
        assert ticket.commitment is None
        return
    started = set(Clock.objects.filter(commitment=ticket.commitment, started_at__isnull=False).values_list("started_at", flat=True))
    assert started == {starts}
    reached = Escalation.objects.filter(clock__commitment=ticket.commitment)
    assert set(reached.values_list("outcome", flat=True)) <= {"skipped"}
    assert bool(reached) == (clocks == "report")
    assert Message.objects.count() == 0
    tickets.accept(ticket, actor=world.engineer, at=AT + timedelta(minutes=1))
    ticket.refresh_from_db()
    assert ticket.status == "accepted"


# --- Other systems --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["one JSON", "a ZIP"])
def test_zammad(world, form):
    name, content = (
        ("z.json", json.dumps(ZAMMAD)) if form == "one JSON" else ("z.zip", packed({f"{key}.json": rows for key, rows in ZAMMAD.items()}))
    )
    row = brought(world.manager, name, content, source="zammad", options={"region": world.region.code})
    assert not row.problems.exists(), list(row.problems.values())
    assert row.counts == {
        "organization": {"created": 1}, "person": {"created": 2}, "ticket": {"created": 2}, "site": {"created": 1},
        "comment": {"created": 3},
    }  # fmt: skip
    ticket = Ticket.objects.get(external_id="22001")
    anna, otto = User.objects.get(email="anna@nordwind.example"), User.objects.get(email="agent@old.example")
    assert (anna.has_usable_password(), anna.is_active, anna.membership.organization.name) == (False, True, "Nordwind GmbH")
    assert (otto.role, otto.is_active, otto.has_usable_password()) == ("engineer", False, False)
    assert (ticket.reporter, ticket.assignee, ticket.status, ticket.severity) == (anna, otto, "closed", 3)
    said = [(event.type, event.text, event.actor, event.is_public) for event in ticket.events.order_by("seq")][1:4]
    assert said == [
        ("replied", "It is broken\nsince noon", anna, True), ("contacted", "Restarted.", otto, True),
        ("noted", "Tell nobody.", otto, False),
    ]  # fmt: skip
    assert ticket.events.get(seq=3).at == datetime(2021, 11, 4, 8, 0, tzinfo=UTC)


def test_osticket_as_csv(world):
    row = brought(world.manager, "Open-20190504.csv", OSTICKET_CSV, source="osticket", options={"region": world.region.code})
    assert row.counts["ticket"] == {"created": 2}
    ticket = Ticket.objects.get(external_id="100001")
    assert (ticket.severity, ticket.status, ticket.channel, ticket.contact_email) == (1, "closed", "email", "jo@example.org")
    assert ticket.organization.name == "osTicket"
    assert Ticket.objects.get(external_id="100002").status == "in_progress"


def test_osticket_as_tables(world):
    row = brought(world.manager, "ost.zip", packed(OSTICKET), source="osticket", options={"region": world.region.code})
    assert row.counts["ticket"] == {"created": 2}
    assert row.counts["comment"] == {"created": 3, "refused": 1}, "what belongs to a task is no message of a ticket"
    ticket = Ticket.objects.get(external_id="700123")
    assert (ticket.subject, ticket.severity, ticket.status) == ("Crane stuck", 1, "closed")
    assert ticket.organization.name == "Harbour Ltd"
    assert [kind for kind, _text in line(ticket)] == ["reported", "replied", "contacted", "noted", "resolved", "closed", "noted"]
    assert ticket.events.get(seq=3).actor == User.objects.get(email="otto@old.example")
    assert Ticket.objects.get(external_id="700124").organization.name == "osTicket"


def test_messages_that_come_later_are_added_once(world):
    source = {"source": "zammad", "options": {"region": world.region.code}}
    brought(world.manager, "z.json", json.dumps(ZAMMAD), **source)
    more = {**ZAMMAD, "ticket_articles": [*ZAMMAD["ticket_articles"], {**ZAMMAD["ticket_articles"][1], "id": 13, "body": "Again."}]}
    for created in (1, 0):
        row = brought(world.manager, "z.json", json.dumps(more), **source)
        assert row.counts["comment"].get("created", 0) == created
    ticket = Ticket.objects.get(external_id="22001")
    assert [text for _kind, text in line(ticket)].count("Again.") == 1
    assert list(chain.breaks(ticket.events.order_by("seq").select_related("ticket"), count=ticket.event_count, head=ticket.head_hash)) == []


def test_files_of_a_zip_are_kept_by_the_rules_of_every_upload(world):
    rows = [
        {"number": "C-1", "subject": "Files", "organization": "江城第一人民医院", "site": "门诊楼机房",
         "created_at": "2025-01-01T00:00:00Z", "files": ["log.txt", "evil.exe", "gone.txt"]},
    ]  # fmt: skip
    row = brought(
        world.manager, "c.zip", packed({"tickets.json": rows, "log.txt": "a,b\n1,2\n", "evil.exe": b"MZ\x00\x90", "attachments/x": "x"})
    )
    ticket = Ticket.objects.get(external_id="C-1")
    assert [file.name for file in ticket.attachments.all()] == ["log.txt"]
    assert sorted(row.problems.values_list("code", "is_refused")) == [("file_refused", False), ("no_such_file", False)]


BROKEN = [
    {"id": "1", "organization": "江城第一人民医院", "site": "门诊楼机房", "name": "HIS"},
    {"id": "2", "organization": "新客户公司", "site": "新站点", "name": "PACS", "serial_number": "SN-9"},
]  # fmt: skip


def test_a_dry_run_tells_what_services_will_refuse_and_of_files_that_will_not_be_kept(world, monkeypatch):
    made = customers.create_equipment

    def refusing(site, **facts):
        if facts["name"] == "HIS":
            raise Invalid("没有这样的设备", field="name")
        return made(site, **facts)

    monkeypatch.setattr(customers, "create_equipment", refusing)
    rows = [
        {"number": "C-1", "subject": "Files", "organization": "江城第一人民医院", "site": "门诊楼机房",
         "created_at": "2025-01-01T00:00:00Z", "files": ["log.txt", "evil.exe", "gone.txt"]},
        {"number": "C-2", "subject": "Of one that comes with it", "organization": "江城第一人民医院", "site": "门诊楼机房",
         "created_at": "2025-01-01T00:00:00Z", "equipment": "SN-9"},
    ]  # fmt: skip
    files = {"equipment.json": BROKEN, "tickets.json": rows, "log.txt": "a,b\n1,2\n", "evil.exe": b"MZ\x00\x90"}
    there = [model.objects.count() for model in (Organization, Site, Equipment, Ticket)]
    row = tried(world.manager, "c.zip", packed(files))
    promised = sorted(row.problems.values_list("kind", "code", "is_refused"))
    assert promised == [
        ("equipment", "not_taken", True), ("ticket", "file_refused", False), ("ticket", "no_such_file", False),
    ]  # fmt: skip
    assert set(row.problems.filter(kind="ticket").values_list("line", flat=True)) == {1}
    assert [model.objects.count() for model in (Organization, Site, Equipment, Ticket)] == there
    work(services.run(row, actor=world.manager, at=AT))
    assert sorted(row.problems.values_list("kind", "code", "is_refused")) == promised


def test_a_dry_run_tries_people_and_contracts_of_what_would_be_made(world):
    row = {"plan": world.contract.plan.code, "accepted_on": "2020-01-01", "organization": "新客户公司", "name": "x"}
    files = {
        "organizations.json": [{"id": "9", "name": "新客户公司"}],
        "sites.json": [{"id": "90", "organization": "9", "name": "新站点"}],
        "users.json": [{"id": "91", "email": "p@new.example", "name": "P", "organization": "9", "sites": "90"}],
        "equipment.json": [{"id": "92", "organization": "9", "site": "90", "name": "E"}],
        "contracts.json": [
            {"id": "93", "number": "N-1", **row, "equipment": "92"}, {"id": "94", "number": "N-2", **row, "equipment": "unknown"},
        ],
    }  # fmt: skip
    row = tried(world.manager, "c.zip", packed(files), options={"region": world.region.code})
    promised = row.counts
    assert list(row.problems.values_list("kind", "key", "code")) == [("contract", "94", "unknown_equipment")]
    row = work(services.run(row, actor=world.manager, at=AT))
    assert row.counts == promised


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda tables: tables[0].update(kind="cow"), "tables[0].kind"),
        (lambda tables: tables[0]["fields"].pop("subject"), "subject"),
        (lambda tables: tables[0]["fields"].update(colour="x"), "colour"),
        (lambda tables: tables[0]["fields"].update(status={"values": {}}), "tables[0].fields.status"),
        (lambda tables: tables[0].update(where=["x"]), "tables[0].where"),
        (lambda tables: tables[0]["fields"].update(status={"from": 5}), "tables[0].fields.status"),
        (lambda tables: tables.clear(), "tables"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_with_its_place(world, change, says):
    row = begin(world.manager, "t.csv", TICKETS)
    change(row.mapping["tables"])
    with pytest.raises(BadMapping) as refused:
        services.change_mapping(row, mapping=row.mapping, actor=world.manager, at=AT)
    assert says in str(refused.value)


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\ntables: [*b, *b]"


@pytest.mark.parametrize("text", [BOMB, "tables: [", "- 1", "tables: .nan", "{? [1]: 2}", "[" * 5000])
def test_a_text_that_is_no_mapping_is_refused(text):
    with pytest.raises(BadMapping):
        mappings.read(mappings.parsed(text))


def test_days_and_numbers_of_a_mapping_are_kept_as_words():
    assert mappings.parsed("a: 2020-01-01\nb: {2: x, true: y}") == {"a": "2020-01-01", "b": {"2": "x", "true": "y"}}


def test_signs_that_no_database_takes_refuse_nothing(world):
    rows = [
        {"number": "N-1", "subject": "a\x00b", "organization": "江城第一人民医院", "site": "门诊楼机房", "created_at": "2025-01-01"},
        {"number": "N-2", "subject": "x", "organization": "江城第一人民医院", "site": "门诊楼机房", "created_at": "\ud800\x00"},
    ]
    row = brought(world.manager, "n.json", json.dumps(rows))
    assert row.counts["ticket"] == {"created": 1, "refused": 1}
    assert Ticket.objects.get(external_id="N-1").subject == "ab"


def test_a_row_that_the_database_refuses_is_told_of_and_takes_no_other_with_it(world, monkeypatch):
    from transfer.services import tickets as ticketing

    bring = ticketing.tickets.bring_in

    def broken(pasts, **given):
        if any(past.external_id == "A-2" for past in pasts):
            raise IntegrityError
        return bring(pasts, **given)

    row = tried(world.manager, "t.csv", TICKETS)
    monkeypatch.setattr(ticketing.tickets, "bring_in", broken)
    row = work(services.run(row, actor=world.manager, at=AT))
    assert row.counts["ticket"] == {"created": 2, "refused": 3}
    assert row.problems.get(key="A-2").code == "not_stored"


def test_who_is_no_manager_imports_nothing(world):
    from core.errors import NotAllowed

    for person in (world.engineer, world.dispatcher, world.supervisor):
        with pytest.raises(NotAllowed):
            begin(person, "t.csv", TICKETS)


def test_a_complaint_of_before_is_in_no_ones_inbox(world):
    make_ticket(world)
    messages = Message.objects.count()
    brought(world.manager, "t.csv", OPEN.replace("B-1", "B-2"))
    assert Message.objects.count() == messages
