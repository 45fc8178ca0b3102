"""Complaints for tests, taken round through the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from accounts.models import Team, User
from loops import services
from tests.worlds import NOON, World, make_promising_world, make_user

if TYPE_CHECKING:
    from loops.models import Loop

STAGES = ("said", "asked", "answered", "told", "agreed", "carried_out", "verifying")
"""In the order in which they are reached."""


@dataclass(frozen=True)
class Case:
    """A world with two departments, a verifier who handles nothing, and one complaint."""

    world: World
    loop: Loop
    works: Team
    sales: Team
    worker: User
    seller: User
    verifier: User


def said(world: World, key: str = "survey:answer:1", **facts: Any) -> services.Said:
    """What the customer says unless said otherwise."""
    given = {"source": "complaint", "key": key, "site": world.site, "level": 3}
    given |= {"subject": "工程师迟到", "words": "约好九点，十一点才来。"}
    return services.Said(**{**given, **facts})


def make_case(plan: str = "p2", at: datetime = NOON, **facts: Any) -> Case:
    """A complaint of the world's customer, nothing done about it yet."""
    world = make_promising_world(plan)
    works = Team.objects.create(code="works", name="工程部", name_en="Engineering", office=world.office)
    sales = Team.objects.create(code="sales", name="销售部", name_en="Sales", office=world.office)
    worker, seller, verifier = (make_user(name=name, office=world.office) for name in ("王工", "孙销售", "何回访"))
    worker.teams.add(works)
    seller.teams.add(sales)
    loop = services.open_loop(said(world, **facts), actor=world.customer, at=at)
    return Case(world, loop, works, sales, worker, seller, verifier)


def take_to(case: Case, stage: str, at: datetime = NOON) -> Loop:
    """Take the complaint on to a stage of its round, a minute a step."""
    loop, world = case.loop, case.world
    for number, name in enumerate(STAGES[STAGES.index(loop.stage) + 1 : STAGES.index(stage) + 1], 1):
        when = at + timedelta(minutes=number)
        _step(case, loop, world, name, when)
        loop.refresh_from_db()
    loop.ticket.refresh_from_db()
    return loop


def _step(case: Case, loop: Loop, world: World, stage: str, at: datetime) -> None:
    if stage == "asked":
        services.ask(loop, actor=world.dispatcher, at=at, departments=[case.works], question="请核实。")
    elif stage == "answered":
        opinion = loop.all_rounds.get(number=loop.rounds).opinions.get(department=case.works)
        services.answer(opinion, actor=case.worker, at=at, text="更换工程师，周末返工。")
    elif stage == "told":
        services.tell(loop, actor=world.dispatcher, at=at, plan="我们将更换工程师，周末返工。")
    elif stage == "agreed":
        services.agree(loop, actor=world.customer, at=at)
    elif stage == "carried_out":
        facts = {"cause": "排班冲突", "result": "已返工", "measure": "排班前核对路程", "measure_kind": "preventive", "treatment": "约谈"}
        services.carry_out(loop, actor=world.dispatcher, at=at, **facts)
    elif stage == "verifying":
        services.request_close(loop, actor=world.dispatcher, at=at)
