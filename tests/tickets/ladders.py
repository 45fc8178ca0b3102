"""Worlds whose contract is under a plan with ladders of the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.models import Role, Team
from sla import loading
from sla.models import Plan
from sla.reading import read_document, written
from tests.plans import LONG_AGO
from tests.worlds import World, make_promising_world, make_user

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = {"zh-hans": "词", "en": "word"}
NAMES = {1: ("重大", "Critical"), 2: ("紧急", "Urgent"), 3: ("一般", "General")}
SEVERITIES = {number: {"name": {"zh-hans": name, "en": english}, "means": WORDS} for number, (name, english) in NAMES.items()}
RESPONSE = {
    "code": "response",
    "measure": "response",
    "name": {"zh-hans": "响应", "en": "Response"},
    "from": "reported",
    "until": ["contacted", "resolved"],
    "target": "1h",
}


def rung(code: str, at: str, *tell: str, **more: Any) -> dict[str, Any]:
    """A level of a plan; told is the assignee unless somebody else is named."""
    return {"code": code, "at": at, "tell": list(tell or ("assignee",)), **more}


def make_climbing_world(levels: Sequence[dict[str, Any]], *others: dict[str, Any], **terms: Any) -> World:
    """One office with a team, leads on every step, and a plan that promises a response within an hour, with these levels."""
    world = make_promising_world()
    rows = [{**RESPONSE, "levels": list(levels), **terms}, *others]
    text = written({"code": "climb", "name": WORDS, "severities": SEVERITIES, "promises": rows})
    loading.load_documents([read_document(text, "climb.yaml")], actor=None, at=LONG_AGO)
    world.contract.plan = Plan.objects.get(code="climb")
    world.contract.save()
    lead = make_user(office=world.office, name="组长")
    team = Team.objects.create(code="db", name="数据库组", office=world.office, lead=lead)
    world.engineer.teams.add(team)
    world.office.lead = make_user(role=Role.MANAGER, office=world.office, name="办事处主任")
    world.office.save()
    head = world.office.parent
    assert head is not None
    head.lead = make_user(role=Role.MANAGER, office=head, name="总监")
    head.save()
    return world
