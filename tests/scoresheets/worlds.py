"""Contracts that are scored, and a quarter in which things went wrong."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from accounts.models import Role
from scoresheets import services
from scoresheets.models import Score
from tests.obligations.worlds import local, make_owing_world
from tests.reports.worlds import neglected, served
from tests.worlds import make_user

if TYPE_CHECKING:
    from decimal import Decimal

    from scoresheets.models import Agreement, Line, Sheet
    from tests.worlds import World

FILLED = local(1, 5, year=2027)
"""When the last quarter of 2026 is filled."""
ITEM = {
    "code": "late", "name": {"zh-hans": "响应超时", "en": "Late response"}, "rule": "missed_promise", "with": {"measure": "response"},
    "points": 2, "most": 5,
}  # fmt: skip
SHEET: dict[str, Any] = {"code": "own", "name": {"zh-hans": "评分表", "en": "Sheet"}, "every": "quarter", "total": 100, "items": [ITEM]}


def text_of(*items: dict[str, Any], **facts: Any) -> str:
    """A sheet as people write it; JSON is YAML."""
    return json.dumps(SHEET | ({"items": [ITEM | item for item in items]} if items else {}) | facts, ensure_ascii=False)


def make_sheet(*items: dict[str, Any], **facts: Any) -> Sheet:
    """A sheet that is saved."""
    return services.save_sheet(text_of(*items, **facts), actor=None, at=local(9, 1)).sheet


def make_agreement(world: World, sheet: Sheet | None = None, starts_on: date = date(2026, 10, 1)) -> Agreement:
    """The known contract, scored by a sheet from October on."""
    return services.agree(world.contract, sheet or make_sheet(), starts_on, actor=None, at=local(10, 1))


def filled_until(moment: Any = FILLED) -> int:
    """What the sweep does then."""
    made = 0
    while found := services.fill_next_batch(moment):
        made += found
    return made


def make_bad_quarter() -> World:
    """One response late by a day; one fault solved in time."""
    world = make_owing_world()
    neglected(world, local(11, 3))
    served(world, local(11, 5))
    return world


def make_score(*items: dict[str, Any]) -> tuple[World, Score]:
    """The score of a bad quarter."""
    world = make_bad_quarter()
    make_agreement(world, make_sheet(*items))
    filled_until()
    return world, Score.objects.get()


def line_of(score: Score, code: str = "late") -> Line:
    """A line by its code."""
    return score.lines.get(code=code)


def decided(world: World, line: Line, points: Decimal) -> Score:
    """A line disputed by the customer, decided by a manager."""
    said = services.dispute(line, actor=world.supervisor, at=FILLED, reason="当日停电")
    services.answer(said, actor=world.manager, at=FILLED, points=points, text="情况属实")
    return Score.objects.get(pk=line.score_id)


def other_manager(world: World) -> Any:
    """A second manager."""
    return make_user(role=Role.MANAGER, office=world.office)
