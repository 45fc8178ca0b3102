"""Lives of tickets: each story is a generator that acts at an instant and yields how long it waits before its next act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Team, User
from loops import services as loops
from loops.models import Loop
from servicedesk.demo import stock, words
from tickets import services
from visits import services as visits
from visits.selectors import plan_of_work

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime
    from random import Random

    from customers.models import Equipment
    from servicedesk.demo.world import Customer, World
    from sla.models import Escalation
    from tickets.models import Ticket
    from visits.models import Visit


@dataclass(slots=True)
class Scene:
    """Who meets whom, and how fast our side is this time."""

    world: World
    customer: Customer
    equipment: Equipment
    engineer: User
    dispatcher: User
    pace: float
    rng: Random

    def soon(self, minutes: float) -> timedelta:
        """Answer a wait around so many minutes, at this scene's pace."""
        return timedelta(seconds=int(self.rng.triangular(0.3, 2.0, 0.9) * self.pace * minutes * 60))

    def reporter(self) -> User:
        """Answer who reports: people with an account, at their own site or the supervisor."""
        own = self.equipment.site_id == self.customer.sites[0].pk
        return self.customer.person if own and self.rng.random() < 0.7 else self.customer.supervisor  # noqa: PLR2004


def scene(world: World, rng: Random, *, at_home: bool = False) -> Scene:
    """Cast a story; ``at_home``: at the first site of the first customer, whose people the README lets in."""
    customer = world.customers[0] if at_home else rng.choices(world.customers, weights=[5, 4, 3, 3, 2])[0]
    equipment = rng.choice([row for row in customer.equipment if row.site_id == customer.sites[0].pk] if at_home else customer.equipment)
    office = equipment.site.region.office_id
    able = [person for person in world.engineers[office] if equipment.skill in person.skills.all()] or world.engineers[office]
    pace = rng.choices([0.4, 0.8, 1.6, 3.5], weights=[5, 4, 1.5, 0.6])[0]
    engineer = able[0] if at_home else rng.choice(able)
    return Scene(world, customer, equipment, engineer, world.dispatchers[office], pace, rng)


def scene_of(world: World, ticket: Ticket, rng: Random) -> Scene:
    """Cast the story of a ticket that came up by itself."""
    customer = next(row for row in world.customers if row.organization.pk == ticket.organization_id)
    office = ticket.site.region.office_id
    equipment = ticket.equipment or customer.equipment[0]
    return Scene(world, customer, equipment, rng.choice(world.engineers[office]), world.dispatchers[office], 0.8, rng)


def fault(cast: Scene) -> Generator[timedelta, datetime, None]:
    """A fault, from the report to the close; remote when it can be, on site when it must."""
    rng, engineer = cast.rng, cast.engineer
    subject, text, cause, solution, prevention = rng.choice(
        words.TROUBLES[cast.equipment.skill.code if cast.equipment.skill else "application"]
    )
    severity = rng.choices([1, 2, 3, 4], weights=[1, 3, 5, 1])[0]
    at = yield timedelta()
    ticket, reporter = _report(cast, "fault", severity, (subject, text), at)
    at = yield cast.soon(6)
    ticket = services.register(ticket, actor=cast.dispatcher, at=at)
    ticket = services.assign(ticket, actor=cast.dispatcher, at=at, assignee=engineer)
    at = yield cast.soon(10)
    ticket = services.accept(ticket, actor=engineer, at=at)
    at = yield cast.soon(12)
    ticket = services.contact(
        ticket, actor=engineer, at=at, via=rng.choice(["call", "message"]), text=f"您好，我是{engineer.name}，已收到报修，正在排查。"
    )
    if rng.random() < 0.3:  # noqa: PLR2004
        at = yield cast.soon(20)
        ticket = services.reply(ticket, actor=reporter, at=at, text=rng.choice(words.REPLIES))
    if rng.random() < 0.25:  # noqa: PLR2004
        at = yield cast.soon(15)
        owner, why = rng.choice(words.WAITS)
        ticket = services.hold(ticket, actor=engineer, at=at, owner=owner, cause=why)
        at = yield cast.soon(180)
        ticket = services.resume(ticket, actor=engineer, at=at)
    at = yield cast.soon(55)
    ticket = services.diagnose(
        ticket, actor=engineer, at=at, cause=cause, plan=solution, risk=rng.choice(["", "操作期间业务短暂中断", "无"])
    )
    if rng.random() < 0.24:  # noqa: PLR2004
        yield from _visit(cast, ticket, reporter, solution)
    at = yield cast.soon(60)
    ticket = services.resolve(ticket, actor=engineer, at=at, cause=cause, solution=solution, prevention=prevention)
    yield from _end(cast, ticket, reporter)


def _visit(cast: Scene, ticket: Ticket, reporter: User, solution: str) -> Generator[timedelta, datetime, None]:
    """Somebody goes there: planned, approved, carried out; now and then nobody is there and it is done another time."""
    engineer = cast.engineer
    at = yield cast.soon(10)
    visit = _planned(cast, ticket, at, "远程无法处理，需要到场。")
    at = yield cast.soon(30)
    _approved(cast, visit, reporter, at, solution)
    at = yield cast.soon(20)
    visits.depart(visit, actor=engineer, at=at)
    at = yield cast.soon(150)
    if cast.rng.random() < 0.08:  # noqa: PLR2004
        visits.fail(visit, actor=engineer, at=at, failure="nobody_there", text="机房锁闭，联系不上值班人员。")
        at = yield cast.soon(200)
        visit = _planned(cast, ticket, at, "上次到场未能进入机房。")
        _approved(cast, visit, reporter, at, solution)
    visits.check_in(visit, actor=engineer, at=at)
    at = yield cast.soon(60)
    visits.note_work(visit, actor=engineer, at=at, text=solution)
    at = yield cast.soon(30)
    stock.replace_part(ticket, engineer, at)
    visits.check_out(visit, actor=engineer, at=at, work="现场处理完毕，系统运行正常。", result="solved")


def _planned(cast: Scene, ticket: Ticket, at: datetime, reason: str) -> Visit:
    begins = at + timedelta(hours=2)
    draft = visits.VisitDraft(ticket=ticket, reason=reason, lead=cast.engineer, starts_at=begins, ends_at=begins + timedelta(hours=2))
    return visits.plan(draft, actor=cast.dispatcher, at=at)


def _approved(cast: Scene, visit: Visit, reporter: User, at: datetime, solution: str) -> None:
    visits.propose_plan(visit, actor=cast.engineer, at=at, text=solution, risk="操作期间业务短暂中断", minutes=60)
    proposed, _answer = plan_of_work(visit)
    if proposed is not None:
        visits.approve_plan(visit, actor=reporter, at=at, proposal=proposed.seq)


def question(cast: Scene) -> Generator[timedelta, datetime, None]:
    """A consultation: asked, answered, confirmed."""
    subject, text, answer = cast.rng.choice(words.QUESTIONS)
    yield from _simple(cast, "consultation", subject, text, answer=answer, wait=40)


def wish(cast: Scene) -> Generator[timedelta, datetime, None]:
    """A service request."""
    subject, text, answer = cast.rng.choice(words.REQUESTS)
    yield from _simple(cast, "request", subject, text, answer=answer, wait=300)


def complaint(cast: Scene) -> Generator[timedelta, datetime, None]:
    """A complaint, handled by the dispatcher."""
    subject, text, answer = cast.rng.choice(words.COMPLAINTS)
    yield from _simple(cast, "complaint", subject, text, answer=answer, wait=600)


def _simple(cast: Scene, kind: str, subject: str, text: str, *, answer: str, wait: float) -> Generator[timedelta, datetime, None]:
    at = yield timedelta()
    ticket, reporter = _report(cast, kind, 3, (subject, text), at)
    at = yield cast.soon(15)
    if kind == "request" and cast.rng.random() < 0.1:  # noqa: PLR2004
        services.cancel(ticket, actor=reporter, at=at, reason="计划有变，不再需要。")
        return
    yield from _handle(cast, ticket, reporter, at, answer=answer, wait=wait)


def taken_care_of(cast: Scene, ticket: Ticket) -> Generator[timedelta, datetime, None]:
    """What an inspection found, or what somebody was not content with."""
    at = yield timedelta()
    answer = "已按巡检建议处理，复查正常。" if ticket.kind == "fault" else "已致电说明并致歉，改进措施已落实到人。"
    yield from _handle(cast, ticket, cast.customer.supervisor, at, answer=answer, wait=90)


def noticed(level: Escalation, rng: Random) -> Generator[timedelta, datetime, None]:
    """A level that was reached: the first who was told puts their name to it."""
    at = yield timedelta(minutes=rng.randint(2, 25))
    services.acknowledge(level, actor=User.objects.get(pk=level.told[0]), at=at)


def _handle(cast: Scene, ticket: Ticket, reporter: User, at: datetime, *, answer: str, wait: float) -> Generator[timedelta, datetime, None]:
    if ticket.kind == "complaint":
        yield from go_round(cast, ticket, reporter, at, answer=answer)
        return
    handler = cast.engineer
    ticket = services.assign(ticket, actor=cast.dispatcher, at=at, assignee=handler)
    at = yield cast.soon(12)
    ticket = services.contact(ticket, actor=handler, at=at, text="您好，已收到，稍后给您答复。")
    at = yield cast.soon(wait)
    ticket = services.resolve(ticket, actor=handler, at=at, cause=ticket.description or ticket.subject, solution=answer)
    yield from _end(cast, ticket, reporter)


def go_round(cast: Scene, ticket: Ticket, reporter: User, at: datetime, *, answer: str) -> Generator[timedelta, datetime, None]:
    """A complaint goes round once: a department is asked, the customer agrees, is asked again at the end, and is satisfied."""
    loop, us = Loop.objects.get(ticket=ticket), cast.dispatcher
    department = Team.objects.filter(office=ticket.office_id).order_by("code")[0]
    loop = loops.ask(loop, actor=us, at=at, departments=[department], question="请核实经过并给出处理意见。")
    at = yield cast.soon(40)
    opinion = loop.all_rounds.get(number=loop.rounds).opinions.get()
    loops.answer(opinion, actor=us, at=at, text=f"情况属实。{answer}")
    at = yield cast.soon(20)
    loop = loops.tell(loop, actor=us, at=at, plan=f"您反映的情况属实，向您致歉。{answer}")
    at = yield cast.soon(90)
    loop = loops.agree(loop, actor=reporter, at=at)
    at = yield cast.soon(600)
    done = {
        "cause": ticket.description or ticket.subject,
        "result": answer,
        "measure": "列入月度服务质量复盘",
        "measure_kind": "preventive",
    }
    loop = loops.carry_out(loop, actor=us, at=at, **done)
    loop = loops.request_close(loop, actor=us, at=at)
    at = yield cast.soon(240)
    loops.satisfied(loop, actor=reporter, at=at, words=cast.rng.choice(words.PRAISE))


def _report(cast: Scene, kind: str, severity: int, said: tuple[str, str], at: datetime) -> tuple[Ticket, User]:
    reporter = cast.reporter()
    channel = cast.rng.choices(["portal", "phone", "email", "api", "fax"], weights=[6, 3, 1.5, 1, 0.3])[0]
    actor = cast.dispatcher if channel in ("phone", "fax") else reporter
    draft = services.Report(
        kind=kind, severity=severity, subject=said[0], description=said[1], site=cast.equipment.site, equipment=cast.equipment,
        channel=channel, contact_name=reporter.name, contact_phone="13800001111", contact_email=reporter.email,
    )  # fmt: skip
    return services.report(draft, actor=actor, at=at), reporter


def _end(cast: Scene, ticket: Ticket, reporter: User) -> Generator[timedelta, datetime, None]:
    """The customer confirms, or says no and it goes on, or stays silent until it closes by itself."""
    rng = cast.rng
    if rng.random() < 0.06:  # noqa: PLR2004
        at = yield cast.soon(120)
        ticket = services.reject(ticket, actor=reporter, at=at, reason="问题仍然存在，请继续处理。")
        at = yield cast.soon(120)
        ticket = services.resolve(
            ticket, actor=cast.engineer, at=at, cause="首次处理不彻底", solution="重新处理并观察一小时", prevention="增加验证步骤"
        )
    at = yield cast.soon(90)
    if rng.random() < 0.5:  # noqa: PLR2004
        services.follow_up(ticket, actor=cast.dispatcher, at=at, outcome="fine", text="客户表示未再出现。")
    if rng.random() < 0.85:  # noqa: PLR2004
        at = yield cast.soon(240)
        services.confirm(ticket, actor=reporter, at=at)


KINDS = (fault, question, wish, complaint)
WEIGHTS = (70, 15, 10, 5)
