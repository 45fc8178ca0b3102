"""Closed tickets and their surveys for tests, made through the services."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from notifications.models import Channel, Message
from surveys import selectors, services
from surveys.models import SurveyInvitation
from tests.worlds import NOON, make_ticket
from tickets import services as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from surveys.models import SurveyAnswer, SurveyTemplate, SurveyVersion
    from tests.worlds import World
    from tickets.models import Ticket

_numbers = count(1)
CONTENT = services.Scores(speed=5, quality=4, manner=5, words="处理及时")
CROSS = services.Scores(speed=2, quality=4, manner=4, words="等了两天才有人联系")


def close(ticket: Ticket, world: World, at: datetime = NOON, engineer: User | None = None) -> Ticket:
    """A ticket of any kind, solved and confirmed."""
    person = engineer or world.engineer
    ticket = tickets.accept(ticket, actor=person, at=at)
    ticket = tickets.resolve(ticket, actor=person, at=at, cause="磁盘写满", solution="清理并扩容")
    return tickets.confirm(ticket, actor=world.supervisor, at=at)


def make_closed_ticket(world: World, at: datetime = NOON, engineer: User | None = None, **facts: Any) -> Ticket:
    """A fault that was reported by the customer, solved by the engineer and confirmed."""
    facts.setdefault("actor", world.customer)
    return close(make_ticket(world, at=at, **facts), world, at, engineer)


def make_survey(world: World, at: datetime = NOON, **facts: Any) -> SurveyInvitation:
    """The survey about a ticket that was just closed."""
    ticket = make_closed_ticket(world, at, **facts)
    while services.invite_next_batch(at):
        pass
    return SurveyInvitation.objects.get(ticket=ticket)


def link_of(invitation: SurveyInvitation) -> str:
    """The one-time link, as it stands in the mail."""
    message = Message.objects.filter(kind="survey_invited", channel=Channel.EMAIL).order_by("id")
    found = [row.link for row in message if row.dedupe_key.startswith(f"survey_invited/survey:{invitation.pk}/")]
    return urlsplit(found[0]).path


def marks(said: SurveyAnswer) -> dict[str, int | str]:
    """What was said, by the codes of the questions."""
    rows = said.values.select_related("question").order_by("question__position", "value")
    return {row.question.code: row.words if row.value is None else row.value for row in rows}


def make_version(world: World, code: str, *questions: dict[str, Any], at: datetime = NOON, **facts: Any) -> SurveyVersion:
    """A template of these questions, published."""
    template = services.make_template(actor=world.manager, at=at, code=code, name=code, **facts)
    draft = selectors.draft_of(template)
    assert draft is not None
    for question in questions or ({"kind": "score", "label": "总体", "code": "overall", "low_at": 2},):
        services.add_question(draft, services.Question(**question), actor=world.manager)
    return services.publish(draft, actor=world.manager, at=at)


def make_template(world: World, code: str = "own", at: datetime = NOON) -> SurveyTemplate:
    """A template with a draft of one question."""
    template = services.make_template(actor=world.manager, at=at, code=code, name=code)
    draft = selectors.draft_of(template)
    assert draft is not None
    services.add_question(draft, services.Question(kind="score", label="总体", code="overall", low_at=2), actor=world.manager)
    return template


def asked(world: World, version: SurveyVersion, key: str = "", at: datetime = NOON, **facts: Any) -> SurveyInvitation:
    """Somebody asked with a template, as another part of the product asks."""
    given = {"organization": world.organization, "recipient": world.customer, "about": "培训", "contract": world.contract, **facts}
    survey = services.ask(version.template.code, key=key or f"test:{next(_numbers)}", at=at, **given)
    assert survey is not None
    return survey
