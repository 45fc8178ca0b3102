"""The promises of the shipped plans as a program sees them: told over REST, to the second."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from core.queue import drain
from tests.tickets.rest import Program, report
from tests.worlds import NOON, World, make_promising_world
from tickets import services
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

H = 3600
CONTACT = ("engineer", "contact", {"text": "已联系"})
NOTE = ("engineer", "comment", {"text": "内部", "internal": True})
DIAGNOSE = ("engineer", "diagnose", {"cause": "磁盘满", "plan": "清理", "risk": "无"})
RESOLVE = ("engineer", "resolve", {"cause": "磁盘满", "solution": "已清理", "prevention": "巡检"})
HOLD = ("engineer", "hold", {"cause": "等停机窗口", "owner": "customer", "note": "电话确认"})
VENDOR = ("engineer", "hold", {"cause": "等备件", "owner": "vendor", "note": "运单 1"})
RESUME = ("engineer", "resume", {})
ONSITE = ("customer", "request-onsite", {})
CHECK_IN = ("engineer", "check-in", {})
"""Made by a visit, by no address of the ticket's own."""
REJECT = ("customer", "reject", {})
CONFIRM = ("customer", "confirm", {})
REOPEN = ("customer", "reopen", {})
CANCEL = ("customer", "cancel", {})


def severity(number: int) -> tuple[str, str, dict[str, Any]]:
    return ("engineer", "set-severity", {"severity": number, "reason": "影响变化"})


@dataclass(frozen=True)
class Case:
    """A report at noon under a plan, what happens (seconds after it), when somebody looks, and what a clock says then."""

    why: str
    promise: str
    look: int
    state: str
    due: int | str | None
    remaining: int | None
    steps: tuple[tuple[int, tuple[str, str, dict[str, Any]]], ...] = ()
    plan: str = "p0"
    facts: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    """Other facts of the clock; times in seconds after the report."""


def p3(why: str, level: int, *args: Any, **given: Any) -> Case:
    return Case(why, *args, plan="p3", facts={"severity": level}, **given)


def p1(why: str, level: int, *args: Any, by: str = "portal", **given: Any) -> Case:
    return Case(why, *args, plan="p1", facts={"severity": level, "channel": by}, **given)


def p2(why: str, facts: dict[str, Any], *args: Any, **given: Any) -> Case:
    return Case(why, *args, plan="p2", facts={"severity": 2, **facts}, **given)


STOPGAP = ("engineer", "stopgap", {"measure": "切换到备用系统"})
AGREE = ("customer", "agree-remote", {})
CONSULTATION = {"kind": "consultation", "channel": "phone"}
SEVERE = {"severity": 1}
FROM_REPORT = {"started_at": 0}
CALLED = ("engineer", "contact", {"text": "通话", "via": "call"})
CASES = [
    # P0: an hour to respond
    Case("starts with the report", "response", 0, "running", H, H, more={"started_at": 0, "target_seconds": H, "met_at": None}),
    Case("runs to its due second", "response", H, "running", H, 0),
    Case("is missed one second later, before any sweep", "response", H + 1, "missed", H, -1, more={"missed_at": H, "met_at": None}),
    Case("is kept at the due second", "response", 5 * H, "met", H, 0, ((H, CONTACT),), more={"met_at": H, "missed_at": None}),
    Case(
        "is answered one second late", "response", 5 * H, "missed", H, -1, ((H + 1, CONTACT),),
        more={"missed_at": H, "met_at": None, "stopped_at": H + 1},
    ),
    Case("is kept by a logged call", "response", 2 * H, "met", H, H - 60, ((60, CALLED),)),
    Case("is kept by a public comment of ours", "response", 60, "met", H, H - 60, ((60, ("engineer", "comment", {"text": "在看"})),)),
    Case("is not kept by accepting", "response", 60, "running", H, H - 60, ((1, ("engineer", "accept", {})),)),
    Case("is not kept by an internal note", "response", 60, "running", H, H - 60, ((1, NOTE),)),
    Case("is not kept by the customer's own words", "response", 60, "running", H, H - 60, ((1, ("customer", "comment", {"text": "急"})),)),
    Case("is not paused before somebody answered", "response", 1200, "running", H, H - 1200, ((600, HOLD),)),
    Case("is kept by a diagnosis report", "response", 60, "met", H, H - 60, ((60, DIAGNOSE),)),
    Case(
        "is two hours for a severe fault in warranty, recorded beside the stricter one", "response-warranty", 0, "running", 2 * H, 2 * H,
        facts=SEVERE, more={"is_strictest": False, "target_seconds": 2 * H},
    ),
    Case("the stricter of both is shown", "response", 0, "running", H, H, facts=SEVERE, more={"is_strictest": True}),
    # P0: three hours to diagnose
    Case("is due after three hours", "diagnosis", 0, "running", 3 * H, 3 * H),
    Case("is kept at the due second", "diagnosis", 9 * H, "met", 3 * H, 0, ((3 * H, DIAGNOSE),), more={"met_at": 3 * H}),
    Case("is one second late", "diagnosis", 9 * H, "missed", 3 * H, -1, ((3 * H + 1, DIAGNOSE),), more={"stopped_at": 3 * H + 1}),
    Case("paused: no due time, the rest stands still", "diagnosis", 99 * H, "paused", None, 2 * H, ((H, HOLD),), more={"paused_at": H}),
    Case("goes on with the rest", "diagnosis", 6 * H, "running", 7 * H, H, ((H, HOLD), (5 * H, RESUME))),
    Case("may be paused twice", "diagnosis", 9 * H, "paused", None, H, ((H, HOLD), (2 * H, RESUME), (3 * H, VENDOR))),
    Case("a pause after due changes nothing", "diagnosis", 5 * H, "missed", 3 * H, -2 * H, ((3 * H + 1, HOLD),), more={"missed_at": 3 * H}),
    Case("nor does one that begins at the due second", "diagnosis", 5 * H, "missed", 3 * H, -2 * H, ((3 * H, HOLD),)),
    Case("a pause in the last second is in time", "diagnosis", 5 * H, "paused", None, 1, ((3 * H - 1, HOLD),)),
    Case("delivered while paused is met", "diagnosis", 9 * H, "met", None, 2 * H, ((H, HOLD), (5 * H, RESOLVE)), more={"met_at": 5 * H}),
    Case("a rejected report arms it again", "diagnosis", 3 * H, "running", 4 * H, H, ((H, DIAGNOSE), (2 * H, REJECT))),
    Case(
        "and the next report is held to what was left", "diagnosis", 9 * H, "missed", 4 * H, -1,
        ((H, DIAGNOSE), (2 * H, REJECT), (4 * H + 1, DIAGNOSE)),
    ),
    # P0: eight hours to be on site, from the customer's notice
    Case("waits for the notice", "onsite", 99, "pending", None, None, more={"started_at": None, "target_seconds": 8 * H}),
    Case("starts with the notice", "onsite", 3 * H, "running", 10 * H, 7 * H, ((2 * H, ONSITE),), more={"started_at": 2 * H}),
    Case("is kept at the due second", "onsite", 20 * H, "met", 10 * H, 0, ((2 * H, ONSITE), (10 * H, CHECK_IN))),
    Case("is one second late", "onsite", 20 * H, "missed", 10 * H, -1, ((2 * H, ONSITE), (10 * H + 1, CHECK_IN))),
    Case("stops while the customer is waited for", "onsite", 9 * H, "paused", None, 7 * H, ((2 * H, ONSITE), (3 * H, HOLD))),
    Case("runs on while the maker is waited for", "onsite", 9 * H, "running", 10 * H, H, ((2 * H, ONSITE), (3 * H, VENDOR))),
    Case("is void when it was solved from afar", "onsite", 9 * H, "void", None, None, ((2 * H, ONSITE), (3 * H, RESOLVE))),
    # P0, a question
    Case("is proposed a solution within three hours", "solution", 0, "running", 3 * H, 3 * H, facts=CONSULTATION),
    Case("is answered within a day", "answer", 0, "running", 24 * H, 24 * H, facts=CONSULTATION, more={"is_strictest": False}),
    Case(
        "a rejected answer goes on, the time it counted as solved left out", "answer", 6 * H, "running", 27 * H, 21 * H,
        ((2 * H, RESOLVE), (5 * H, REJECT)), facts=CONSULTATION,
    ),
    # ends
    Case("is void once cancelled", "diagnosis", 9 * H, "void", None, None, ((2 * H, CANCEL),)),
    Case("stays missed once cancelled too late", "diagnosis", 9 * H, "missed", 3 * H, -1, ((3 * H + 1, CANCEL),)),
    Case(
        "opened again after the close, a new cycle begins", "diagnosis", 8 * H, "running", 10 * H, 2 * H,
        ((H, RESOLVE), (2 * H, CONFIRM), (7 * H, REOPEN)), more={"cycle": 2, "started_at": 7 * H},
    ),
    # P3: registration, response, on site, restore by severity
    p3("is registered within a quarter of an hour", 1, "registration", 900, "met", 900, 0, steps=((900, ("engineer", "accept", {})),)),
    p3("is registered one second late", 1, "registration", 901, "missed", 900, -1, steps=((901, ("engineer", "register", {})),)),
    p3("critical: response in an hour", 1, "response", 0, "running", H, H),
    p3("urgent: response in an hour", 2, "response", 0, "running", H, H),
    p3("general: response in two hours", 3, "response", 0, "running", 2 * H, 2 * H),
    p3("critical: on site in two hours", 1, "onsite", 0, "running", 2 * H, 2 * H),
    p3("urgent: on site in four hours", 2, "onsite", 0, "running", 4 * H, 4 * H),
    p3("general: on site in eight hours", 3, "onsite", 0, "running", 8 * H, 8 * H),
    p3("critical: restored in a day", 1, "restore", 0, "running", 24 * H, 24 * H),
    p3("urgent: restored in two days", 2, "restore", 0, "running", 48 * H, 48 * H),
    # noon is lunch: the first day begins at half past one, the third working day is Wednesday
    p3("general: solved in three working days", 3, "restore", 0, "running", "2026-11-25T05:30:00Z", 22 * H + 1800),
    p3("urgent: departure within two hours of the request", 2, "departure", 2 * H, "running", 3 * H, H, steps=((H, ONSITE),)),
    p3("critical: no promise of departure, somebody comes at once anyway", 1, "departure", 0, "none", None, None),
    p3("is followed up within a day of the solution", 1, "followup", H, "running", 25 * H, 24 * H, steps=((H, RESOLVE),)),
    p3(
        "is followed up in time", 1, "followup", 30 * H, "met", 25 * H, 0,
        steps=((H, RESOLVE), (25 * H, ("dispatcher", "follow-up", {"outcome": "fine"}))),
    ),
    # P3: severity changes
    # the hour of lunch did not count towards the working days, and stays not counted
    p3("worse: start and elapsed are kept", 3, "restore", 2 * H, "running", 25 * H, 23 * H, steps=((H, severity(1)),), more=FROM_REPORT),
    p3("worse: already past the new target", 3, "response", 5400, "missed", H, -1800, steps=((5400, severity(1)),), more={"missed_at": H}),
    p3("better: the new target from the old start", 1, "response", 1800, "running", 2 * H, 5400, steps=((1800, severity(3)),)),
    p3(
        "a pause is kept over the change", 2, "restore", 9 * H, "running", 26 * H, 17 * H,
        steps=((H, HOLD), (3 * H, RESUME), (4 * H, severity(1))),
    ),
    # P3: solved and opened again
    p3("resolve stops restore", 1, "restore", 99 * H, "met", 24 * H, 14 * H, steps=((10 * H, RESOLVE),), more={"met_at": 10 * H}),
    p3("rejected: elapsed is kept", 1, "restore", 21 * H, "running", 34 * H, 13 * H, steps=((10 * H, RESOLVE), (20 * H, REJECT))),
    p3("reopened before the close: the same", 1, "restore", 21 * H, "running", 34 * H, 13 * H, steps=((10 * H, RESOLVE), (20 * H, REOPEN))),
    p3(
        "reopened after the close: a new cycle", 1, "restore", 21 * H, "running", 44 * H, 23 * H,
        steps=((10 * H, RESOLVE), (12 * H, CONFIRM), (20 * H, REOPEN)), more={"cycle": 2, "started_at": 20 * H},
    ),
    p3("the close does not move the solution", 1, "restore", 99 * H, "met", 24 * H, 14 * H, steps=((10 * H, RESOLVE), (40 * H, CONFIRM))),
    p3("all pausable promises stop for the customer", 2, "onsite", 9 * H, "paused", None, 3 * H, steps=((H, HOLD),)),
    p3("only some stop for the maker: on site runs", 2, "onsite", 2 * H, "running", 4 * H, 2 * H, steps=((H, VENDOR),)),
    p3("only some stop for the maker: restore waits", 2, "restore", 9 * H, "paused", None, 47 * H, steps=((H, VENDOR),)),
    # P1: called back in ten minutes, by phone and not in writing
    p1("a message is no call", 4, "callback", 300, "running", 600, 300, steps=((60, CONTACT),), by="phone"),
    p1("a call is one", 4, "callback", H, "met", 600, 0, steps=((600, CALLED),), by="phone"),
    p1("one second late", 4, "callback", H, "missed", 600, -1, steps=((601, CALLED),), by="phone"),
    p1("an emergency team is due at once", 1, "team", 60, "missed", 0, -60, more={"target_seconds": 0, "missed_at": 0}),
    p1("and kept in the same second", 1, "team", H, "met", 0, 0, steps=((0, ("engineer", "form-team", {"members": "李工、王工"})),)),
    p1("a major problem", 2, "major-resolution", 25 * H, "missed", 24 * H, -H, more={"missed_at": 24 * H, "is_strictest": True}),
    p1("and a last limit beside it", 2, "major-resolution-limit", 25 * H, "running", 72 * H, 47 * H, more={"is_strictest": True}),
    p1("nothing on site is promised before it is asked for", 4, "repair", 60, "none", None, None),
    p1("asked for, it counts from the report", 4, "repair", 2 * H, "running", 72 * H, 70 * H, steps=((H, ONSITE),), more=FROM_REPORT),
    p1("a stop-gap is enough", 4, "repair", 9 * H, "met", 72 * H, 64 * H, steps=((H, ONSITE), (8 * H, STOPGAP))),
    p1("which is no solution", 4, "resolution", 9 * H, "missed", H, -8 * H, steps=((H // 2, STOPGAP),)),
    p1("noon is no office hour", 4, "onsite-off-hours", 0, "running", 6 * H, 6 * H),
    # P2: by phone once it is confirmed, from afar once the customer agrees
    p2("waits until the request is confirmed", {}, "phone", 60, "pending", None, None, more={"target_seconds": 1800}),
    p2("runs from then on", {}, "phone", 120, "running", 1860, 1740, steps=((60, ("engineer", "accept", {})),)),
    p2("waits for the customer's word", {}, "remote", 60, "pending", None, None),
    p2("which they give", {}, "remote", 120, "running", 1860, 1740, steps=((60, AGREE),)),
    p2("and is kept by the log-in", {}, "remote", H, "met", 1860, 0, steps=((60, AGREE), (1860, ("engineer", "start-remote", {})))),
]  # fmt: skip


@pytest.fixture
def move_time(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set what time it is where the interface reads it."""

    def to(seconds: int) -> None:
        monkeypatch.setattr("tickets.api.views.now", lambda: NOON + timedelta(seconds=seconds))

    return to


def moment(after: int | str | None) -> str | None:
    return after if after is None or isinstance(after, str) else (NOON + timedelta(seconds=after)).strftime("%Y-%m-%dT%H:%M:%SZ")


def play(world: World, case: Case, move_time: Any) -> tuple[Program, str]:
    """Report and make the moves over HTTP, each at its time."""
    programs = {role: Program(world, role) for role in ("customer", "engineer", "dispatcher")}
    move_time(0)
    number = programs["customer"].post("tickets/", report(world, **case.facts)).json()["number"]
    for after, (role, move, words) in case.steps:
        move_time(after)
        if move == "check-in":
            services.check_in(Ticket.objects.get(number=number), actor=world.engineer, at=NOON + timedelta(seconds=after), visit="VIS-1")
            continue
        answer = programs[role].post(f"tickets/{number}/{move}/", words)
        assert answer.status_code in (200, 201), (move, answer.content)
    move_time(case.look)
    return programs["customer"], number


def clock_of(ticket: dict[str, Any], promise: str) -> dict[str, Any] | None:
    return next((clock for clock in ticket["clocks"] if clock["promise"] == promise), None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.plan} {case.promise} {case.why}")
def test_a_promise_is_told_to_the_second(case: Case, move_time: Any) -> None:
    world = make_promising_world(case.plan)
    program, number = play(world, case, move_time)
    ticket = program.get(f"tickets/{number}/").json()
    clock = clock_of(ticket, case.promise)
    if case.state == "none":
        assert clock is None
        return
    assert clock is not None
    assert (clock["state"], clock["remaining_seconds"]) == (case.state, case.remaining), clock
    if not (case.state == "met" and case.due is None):
        assert clock["due_at"] == moment(case.due), clock
    for name, value in case.more.items():
        assert clock[name] == (moment(value) if name.endswith("_at") else value), (name, clock)
    assert program.get("tickets/").json()["results"][0] == ticket, "a list tells the same"
    drain(services.escalate_next_batch, at=NOON + timedelta(seconds=case.look))
    assert clock_of(program.get(f"tickets/{number}/").json(), case.promise) == clock, "the sweep changes nothing of it"


def test_every_answer_shows_the_clocks_as_they_stand(move_time: Any) -> None:
    world = make_promising_world()
    program, number = play(world, Case("", "", 0, "", None, None), move_time)
    made = program.get(f"tickets/{number}/").json()
    move_time(1800)
    answer = Program(world, "engineer").post(f"tickets/{number}/accept/").json()
    assert [clock["remaining_seconds"] for clock in made["clocks"]] == [H, 3 * H, None]
    assert [clock["remaining_seconds"] for clock in answer["clocks"]] == [H - 1800, 3 * H - 1800, None]


def test_without_a_contract_nothing_is_promised_and_all_is_answered(move_time: Any) -> None:
    world = make_promising_world()
    world.contract.delete()
    program, number = play(world, Case("", "", 0, "", None, None), move_time)
    assert program.get(f"tickets/{number}/").json()["clocks"] == []
    assert [row["clocks"] for row in program.get("tickets/").json()["results"]] == [[]]
    assert Program(world, "engineer").post(f"tickets/{number}/hold/", {"cause": "等"}).status_code == 200


def test_the_stored_clocks_are_what_settling_says(move_time: Any) -> None:
    world = make_promising_world("p3")
    case = p3(
        "", 2, "", 30 * H, "", None, None, steps=((H, HOLD), (2 * H, RESUME), (3 * H, RESOLVE), (4 * H, REJECT), (5 * H, severity(1)))
    )
    play(world, case, move_time)
    assert list(services.audit(NOON + timedelta(hours=30))) == []
    assert Ticket.objects.get().queue_at == NOON + timedelta(hours=26), "a day, and the two hours that it waited or was solved"
