"""Rehearsals: a draft tried on the record of a period says what would have been missed and kept, and leaves the record as it is."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Invalid, NotNow
from core.queue import drain
from notifications.models import Message
from servicedesk.schedule import SCHEDULE
from sla import loading
from sla.models import Calendar, CalendarDraft, CalendarVersion, Clock, Commitment, Escalation, Plan, PlanVersion
from sla.reading import content_of, read_document
from sla.services import calendars as hours
from tests.tickets.test_dashboard import read_xlsx
from tests.worlds import (
    NOON,
    World,
    make_contract,
    make_customer,
    make_equipment,
    make_organization,
    make_promising_world,
    make_site,
    make_ticket,
)
from tickets import services
from tickets.models import Event, Rehearsal, RehearsalCount, RehearsalFinding, Ticket
from tickets.services import rehearsing
from tickets.services.calendars import move_next_batch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.test import Client

pytestmark = pytest.mark.django_db
AT = NOON + timedelta(hours=5)
"""When rehearsals are asked for; the tickets were reported before."""
LIVE = (Ticket, Commitment, Clock, Event, Escalation, Message, PlanVersion, CalendarVersion, Plan, Calendar)


@pytest.fixture
def world() -> World:
    return make_promising_world()


def answered(world: World, minutes: float | None, *, at: datetime = NOON - timedelta(days=3), **facts: Any) -> Ticket:
    """A report that somebody answered after so many minutes, or nobody yet."""
    ticket = make_ticket(world, at=at, **facts)
    if minutes is not None:
        services.contact(ticket, actor=world.engineer, at=at + timedelta(minutes=minutes), text="已联系")
    return ticket


@pytest.fixture
def tickets(world: World) -> dict[str, Ticket]:
    """Under P0 a response is owed within an hour: two kept, one late, two still waiting, and one from long ago."""
    return {
        "quick": answered(world, 20),
        "slow": answered(world, 45),
        "late": answered(world, 90),
        "open": answered(world, None, at=AT - timedelta(minutes=40)),
        "fresh": answered(world, None, at=AT - timedelta(minutes=10)),
        "old": answered(world, 45, at=NOON - timedelta(days=60)),
    }


def content(target: str = "30min", code: str = "p0", promise: str = "response") -> dict[str, Any]:
    """The plan with another target for one promise."""
    data = copy.deepcopy(PlanVersion.objects.filter(plan__code=code).latest("number").data)
    next(row for row in data["promises"] if row["code"] == promise)["target"] = target
    return data


def begin(world: World, draft: dict[str, Any], *, at: datetime = AT, days: int = 10, **more: Any) -> Rehearsal:
    plan = Plan.objects.get(code=draft["code"])
    given = {"calendars": {}, "first": (at - timedelta(days=days)).date(), "last": at.date(), "actor": world.manager, **more}
    return services.begin_rehearsal(plan, base=plan.versions.latest("number"), content=draft, at=at, **given)


def rehearse(world: World, draft: dict[str, Any], **more: Any) -> Rehearsal:
    begun = begin(world, draft, **more)
    drain(services.rehearse_next_batch, at=AT)
    begun.refresh_from_db()
    return begun


def changed(rehearsal: Rehearsal, promise: str = "response") -> dict[str, str]:
    """What changes for a promise, by ticket."""
    return dict(rehearsal.findings.filter(promise=promise).values_list("ticket__number", "change"))


def sums(rehearsal: Rehearsal, promise: str = "response") -> dict[str, int]:
    row = RehearsalCount.objects.filter(rehearsal=rehearsal, promise=promise).values().get()
    return {name: value for name, value in row.items() if value and isinstance(value, int) and not name.endswith("id")}


def rows() -> dict[str, list[dict[str, Any]]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in LIVE}


def test_a_tighter_target_misses_exactly_what_came_later(world: World, tickets: dict[str, Ticket]) -> None:
    done = rehearse(world, content("30min"))
    assert (done.state, done.total, done.done, done.differing, done.ended_at) == ("finished", 5, 5, 2, AT)
    assert changed(done) == {tickets["slow"].number: "newly_missed", tickets["open"].number: "newly_missed"}
    assert sums(done) == {
        "kept_before": 2, "missed_before": 1, "running_before": 2,
        "kept_after": 1, "missed_after": 3, "running_after": 1, "newly_missed": 2,
    }  # fmt: skip
    assert set(done.findings.values_list("promise", flat=True)) == {"response"}, "what the draft leaves alone stands as it stood"
    slow = done.findings.get(ticket=tickets["slow"])
    assert (slow.due_before, slow.due_after) == (NOON - timedelta(days=3, hours=-1), NOON - timedelta(days=3, minutes=-30))


def test_a_longer_target_keeps_what_was_missed(world: World, tickets: dict[str, Ticket]) -> None:
    done = rehearse(world, content("2h"))
    assert changed(done) == {tickets["late"].number: "newly_kept"}
    assert sums(done) == {"kept_before": 2, "missed_before": 1, "running_before": 2, "kept_after": 3, "running_after": 2, "newly_kept": 1}


def test_the_text_that_holds_changes_nothing(world: World, tickets: dict[str, Ticket]) -> None:
    services.escalate_due(AT)
    done = rehearse(world, content("1h"))
    assert (done.done, done.differing, done.findings.count()) == (5, 0, 0)
    for row in RehearsalCount.objects.values():
        assert all(row[f"{name}_before"] == row[f"{name}_after"] for name in ("kept", "missed", "running"))


def test_nothing_of_the_record_changes(world: World, tickets: dict[str, Ticket]) -> None:
    before = rows()
    rehearse(world, content("30min"))
    assert rows() == before


def test_what_happens_after_it_was_asked_for_does_not_count(world: World, tickets: dict[str, Ticket]) -> None:
    begun = begin(world, content("30min"))
    for name in ("open", "fresh"):
        services.contact(tickets[name], actor=world.engineer, at=AT + timedelta(minutes=2), text="已联系")
    make_ticket(world, at=AT + timedelta(minutes=3))
    services.escalate_due(AT + timedelta(hours=4))
    drain(services.rehearse_next_batch, at=AT + timedelta(hours=4))
    assert changed(begun) == {tickets["slow"].number: "newly_missed", tickets["open"].number: "newly_missed"}
    assert sums(begun)["running_before"] == 2
    assert sums(begun, "diagnosis")["running_before"] == sums(begun, "diagnosis")["running_after"] == 2


SATURDAY = """
code: office-cn
name: {zh-hans: 办公时间, en: Office hours}
timezone: Asia/Shanghai
weekly:
""" + "".join(f'  - [{day}, "09:00", "12:00"]\n  - [{day}, "13:30", "18:00"]\n' for day in ("mon", "tue", "wed", "thu", "fri", "sat"))
MINI = """
code: mini
name: {zh-hans: 小方案, en: Mini}
calendar: office-cn
severities:
  1: {name: {zh-hans: 重大, en: Major}, means: {zh-hans: 瘫痪, en: Down}}
  2: {name: {zh-hans: 一般, en: General}, means: {zh-hans: 异常, en: Odd}}
promises:
  - {code: response, measure: response, name: {zh-hans: 响应, en: Response}, from: reported, until: [contacted, resolved], target: 4h}
"""


def load(text: str, at: datetime = NOON - timedelta(days=700)) -> None:
    loading.load_documents([read_document(text, "x.yaml")], actor=None, at=at)


@pytest.fixture
def weekend(world: World) -> Ticket:
    """Reported on a Friday at 17:00 and answered on Monday at 10:00: two hours of office time, unless Saturday counts."""
    load(MINI)
    world.contract.plan = Plan.objects.get(code="mini")
    world.contract.save()
    friday = NOON - timedelta(days=7) + timedelta(hours=5)
    return answered(world, 65 * 60, at=friday)


def test_a_calendar_that_opens_on_saturday_is_tried_as_a_draft_and_as_a_version(client: Client, world: World, weekend: Ticket) -> None:
    client.force_login(world.manager)
    asked = {"text": MINI, "hours": SATURDAY, "first": "2026-11-01", "last": "2026-11-20"}
    assert client.post("/rehearsals/new/?plan=mini", asked).status_code == 302
    draft = Rehearsal.objects.get()
    assert draft.calendars["office-cn"]["number"] is None
    load(SATURDAY, at=NOON)
    assert client.post("/rehearsals/new/?plan=mini", {**asked, "hours": "", "calendar_office-cn": "2"}).status_code == 302
    version = Rehearsal.objects.get(pk__gt=draft.pk)
    assert version.calendars["office-cn"]["number"] == 2
    calendar = Calendar.objects.get(code="office-cn")
    CalendarDraft.objects.create(calendar=calendar, data=calendar.versions.latest("number").data, begun_at=NOON, changed_at=NOON)
    assert client.post("/rehearsals/new/?plan=mini", {**asked, "hours": "", "calendar_office-cn": "draft"}).status_code == 302
    written = Rehearsal.objects.first()
    assert written is not None
    same = client.post("/rehearsals/new/?plan=mini", {**asked, "hours": ""})
    drain(services.rehearse_next_batch, at=AT)
    assert changed(draft) == changed(version) == changed(written) == {weekend.number: "newly_missed"}
    assert changed(Rehearsal.objects.get(pk=int(same.headers["Location"].split("/")[-2]))) == {}, "it keeps the hours it was promised"
    for made in (draft, version):
        page = client.get(f"/rehearsals/{made.pk}/").content.decode()
        assert ("草稿" if made == draft else "第 2 版") in page


def test_a_ticket_that_was_moved_to_other_hours_keeps_them_unless_those_are_tried(world: World, weekend: Ticket) -> None:
    waiting = make_ticket(world, at=NOON)
    calendar = Calendar.objects.get(code="office-cn")
    before = calendar.versions.get()
    draft = hours.set_days(calendar, first=NOON.date(), last=NOON.date(), what="closed", actor=world.manager, at=NOON)
    hours.publish(calendar, revision=draft.revision, way="again", actor=world.manager, at=NOON + timedelta(minutes=5))
    drain(move_next_batch, at=NOON + timedelta(minutes=5))
    plan = PlanVersion.objects.get(plan__code="mini").data
    late = NOON + timedelta(days=3)
    services.escalate_due(late)
    assert changed(rehearse(world, plan, at=late)) == {}
    done = rehearse(world, plan, at=late, calendars={"office-cn": {"number": 1, "data": before.data}})
    assert changed(done) == {waiting.number: "newly_missed"}


def test_promises_of_one_side_are_counted_as_such(world: World, tickets: dict[str, Ticket]) -> None:
    draft = content("1h")
    [response] = [row for row in draft["promises"] if row["code"] == "response"]
    draft["promises"] = [row for row in draft["promises"] if row["code"] != "diagnosis"] + [
        {**response, "code": "hello", "target": "30min"}
    ]
    done = rehearse(world, draft)
    assert sums(done, "hello") == {"kept_after": 1, "missed_after": 3, "running_after": 1, "added": 5}
    assert sums(done, "diagnosis")["dropped"] == 5
    assert "kept_after" not in sums(done, "diagnosis")
    assert set(changed(done, "hello")) == {tickets[name].number for name in ("slow", "late", "open")}, "of the added, what would be missed"
    assert set(changed(done, "diagnosis").values()) == {"dropped"}


class Killed(BaseException):
    """What no code of ours expects."""


def killed_at(last: int) -> Callable[..., Any]:
    """Stop the work at a statement; what the database does to take it back goes through."""
    done = 0

    def step(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal done
        done += 1
        if done == last and not given[0].startswith("RELEASE"):  # it stands for the commit, which is whole or not at all
            raise Killed
        return execute(*given)

    return step


def test_killed_anywhere_it_goes_on_where_it_was(world: World, tickets: dict[str, Ticket]) -> None:
    whole = rehearse(world, content("30min"))
    begun = begin(world, content("30min"))
    assert services.rehearse_next_batch(AT, limit=2) == 2
    before = RehearsalCount.objects.filter(rehearsal=begun).values_list().order_by("pk")
    stood, places = (list(before), begun.findings.count()), 0
    for place in range(2, 60):
        try:
            with connection.execute_wrapper(killed_at(place)):
                services.rehearse_next_batch(AT, limit=2)
        except Killed:
            begun.refresh_from_db()
            assert (begun.state, begun.done, (list(before), begun.findings.count())) == ("running", 2, stood)
            places += 1
            continue
        break
    assert places > 6, "it was killed at every statement of the way"
    drain(services.rehearse_next_batch, at=AT, limit=2)
    begun.refresh_from_db()
    assert (begun.state, begun.done, begun.differing) == ("finished", 5, 2)
    assert changed(begun) == changed(whole)
    for promise in ("response", "diagnosis"):
        assert sums(begun, promise) == sums(whole, promise)
    assert services.rehearse_next_batch(AT) == 0


def test_tickets_of_one_second_are_each_settled_once(world: World) -> None:
    for _each in range(5):
        answered(world, 45)
    begun = begin(world, content("30min"))
    drain(services.rehearse_next_batch, at=AT, limit=2)
    assert begun.findings.count() == sums(begun)["newly_missed"] == 5


def test_one_that_is_cancelled_keeps_what_it_found_and_the_next_one_comes(world: World, tickets: dict[str, Ticket]) -> None:
    first, second = begin(world, content("30min")), begin(world, content("2h"))
    services.rehearse_next_batch(AT, limit=2)
    services.cancel_rehearsal(first, actor=world.manager, at=AT)
    with pytest.raises(NotNow):
        services.cancel_rehearsal(first, actor=world.manager, at=AT)
    drain(services.rehearse_next_batch, at=AT)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.done, first.ended_by) == ("cancelled", 2, world.manager)
    assert (second.state, second.done) == ("finished", 5)


def test_hours_that_never_open_end_it_with_a_sentence(world: World, weekend: Ticket) -> None:
    [version] = CalendarVersion.objects.filter(calendar__code="office-cn")
    closed = {**version.data, "weekly": []}
    plan = PlanVersion.objects.get(plan__code="mini").data
    done = rehearse(world, plan, calendars={"office-cn": {"number": None, "data": closed}})
    assert done.state == "failed"
    assert done.trouble


def test_one_that_cannot_go_on_does_not_hold_up_the_next(world: World, tickets: dict[str, Ticket]) -> None:
    broken, next_one = begin(world, {"code": "p0"}), begin(world, content("2h"))
    drain(services.rehearse_next_batch, at=AT)
    broken.refresh_from_db()
    next_one.refresh_from_db()
    assert broken.state == "failed"
    assert broken.trouble
    assert (next_one.state, next_one.done) == ("finished", 5)


def test_days_without_tickets_and_too_many_days_are_refused(world: World, tickets: dict[str, Ticket]) -> None:
    for days, at in ((1, NOON - timedelta(days=300)), (731, AT), (-1, AT)):
        with pytest.raises(Invalid):
            begin(world, content(), at=at, days=days)
    assert not Rehearsal.objects.exists()


def test_the_sweep_finds_what_a_lost_nudge_left() -> None:
    assert SCHEDULE["rehearse"]["task"] == rehearsing.waker.task
    assert SCHEDULE["rehearse"]["options"]["queue"] == rehearsing.waker.queue


# --- pages


def test_from_the_list_to_the_result(client: Client, world: World, tickets: dict[str, Ticket]) -> None:
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    assert "No rehearsal yet" in client.get("/rehearsals/").content.decode()
    assert "/rehearsals/new/?plan=p0&amp;version=1" in client.get("/plans/p0/").content.decode()
    page = client.get("/rehearsals/new/?plan=p0&version=1").content.decode()
    assert "code: p0" in page
    text = content_of(Plan.objects.get(code="p0")).replace("target: 1h", "target: 30min", 1)
    answer = client.post("/rehearsals/new/?plan=p0", {"text": text, "first": "2026-11-10", "last": "2026-11-20"}, follow=True)
    rehearsal = Rehearsal.objects.get()
    live = answer.content.decode()
    assert answer.redirect_chain == [(f"/rehearsals/{rehearsal.pk}/", 302)]
    assert "<progress" in live
    assert "every 2s" in live
    assert "1 hour" in live, "what the draft changes stands beside it"
    assert "30 minutes" in live
    part = client.get(f"/rehearsals/{rehearsal.pk}/progress/")
    assert "HX-Refresh" not in part.headers
    drain(services.rehearse_next_batch, at=AT)
    assert client.get(f"/rehearsals/{rehearsal.pk}/progress/").headers["HX-Refresh"] == "true"
    done = client.get(f"/rehearsals/{rehearsal.pk}/").content.decode()
    assert "every 2s" not in done
    assert tickets["slow"].number in done
    assert tickets["quick"].number not in done
    assert "江城一院" in done
    assert rehearsal.plan.name_en in client.get("/rehearsals/").content.decode()


def test_a_wrong_text_is_refused_with_its_line_and_stays(client: Client, world: World, tickets: dict[str, Ticket]) -> None:
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    text = content_of(Plan.objects.get(code="p0"))
    line = text[: text.index("target: 1h")].count("\n") + 1
    given = {"first": "2026-11-10", "last": "2026-11-20"}
    wrong = [
        ({"text": text.replace("target: 1h", "target: soon", 1)}, f"p0.yaml, line {line}: promises.0.target"),
        ({"text": text.replace("code: p0", "code: p1", 1)}, "the code stays"),
        ({"text": SATURDAY}, "this is a calendar, not a plan"),
        ({"text": text, "hours": MINI}, "this is a plan, not a calendar"),
        ({"text": text, "hours": SATURDAY.replace("code: office-cn", "code: elsewhere")}, "the plan counts in no calendar of this code"),
        ({"text": text, "hours": SATURDAY.replace("09:00", "25:00", 1)}, "calendar.yaml, line 6"),
        ({"text": text, "first": "2024-01-01"}, "731 days at most"),
        ({"text": text, "first": "2026-11-19", "last": "2026-11-20", "calendar_always": "7"}, "7"),
    ]
    for fields, sentence in wrong:
        answer = client.post("/rehearsals/new/?plan=p0", {**given, **fields})
        assert answer.status_code == 422, sentence
        assert sentence in answer.content.decode().replace("&#x27;", "'"), sentence
    assert "target: soon" in client.post("/rehearsals/new/?plan=p0", {**given, **wrong[0][0]}).content.decode()
    assert not Rehearsal.objects.exists()
    for address in ("", "?plan=nothing", "?plan=p0&version=9", "?plan=p0&calendar=nothing"):
        assert client.get(f"/rehearsals/new/{address}").status_code == 404


def test_the_list_is_filtered_and_sent(client: Client, world: World, tickets: dict[str, Ticket]) -> None:
    done = rehearse(world, content("30min"))
    client.force_login(world.manager)
    one = f"/rehearsals/{done.pk}/"
    whose = f"?customer={world.organization.pk}"
    for query, count in {"": 2, "?change=newly_missed": 2, "?change=newly_kept": 0, whose: 2, "?promise=diagnosis": 0}.items():
        assert client.get(one + query).content.decode().count('class="ticket-link"') == count, query
    assert client.get(one + "?cursor=zzz").status_code == 200
    lines = b"".join(client.get(one + "tickets.csv?change=newly_missed").streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3
    assert tickets["slow"].number in lines[1]
    book = read_xlsx(client.get(one + "tickets.xlsx"))
    assert [len(sheet) for sheet in book.values()] == [1 + len({row.promise for row in done.counts.all()}), 2, 3]
    assert client.get(one + "tickets.pdf").status_code == 404


def test_stopping_is_a_button(client: Client, world: World, tickets: dict[str, Ticket]) -> None:
    begun = begin(world, content())
    client.force_login(world.manager)
    assert client.get(f"/rehearsals/{begun.pk}/tickets.csv").status_code == 404, "not before it has ended"
    for state in ("已停止", "已经结束"):
        assert state in client.post(f"/rehearsals/{begun.pk}/cancel/", follow=True).content.decode()


def test_pages_cost_the_same_whatever_their_length(client: Client, world: World, tickets: dict[str, Ticket]) -> None:
    client.force_login(world.manager)
    counts = []
    for more in (0, 3):
        for _each in range(more):
            organization = make_organization()
            site = make_site(organization, region=world.region)
            make_contract(organization, plan=world.contract.plan)
            thing = make_equipment(site)
            answered(world, 45, site=site, equipment=thing, actor=make_customer(organization, sites=[site]))
        done = rehearse(world, content("30min"))
        for address in ("/rehearsals/", f"/rehearsals/{done.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert RehearsalFinding.objects.filter(rehearsal=done).count() == 5
