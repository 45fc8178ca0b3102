"""The demo's part about knowledge: an article is linked with tickets about its own trouble."""

from __future__ import annotations

from typing import Any

import pytest

from core.time import now
from knowledge.models import Article, ArticleUse
from servicedesk.demo import ACCOUNTS
from servicedesk.demo import knowledge as demo
from servicedesk.demo.words import TROUBLES
from tests.surveys.worlds import make_closed_ticket
from tests.worlds import make_customer, make_promising_world, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_articles_are_linked_with_tickets_they_fit():
    world, made = make_promising_world(), Any
    for role, address, name in ACCOUNTS:
        if role in {"customer", "supervisor"}:
            make_customer(world.organization, role=role, email=address, name=name)
        else:
            make_user(address, role=role, name=name, office=world.office)
    for subject in ("挂号系统打不开", *(facts[0] for troubles in TROUBLES.values() for facts in troubles)):
        make_closed_ticket(world, now(), subject=subject)
    demo.fill(made, now())
    used = {use.article.title: use.ticket.subject for use in ArticleUse.objects.select_related("article", "ticket")}
    assert used == {facts["title"]: facts["solves"] for facts in demo.ARTICLES[:-1]}
    assert all(row.from_ticket.subject == facts["solves"] for row, facts in zip(Article.objects.order_by("pk"), demo.ARTICLES, strict=True))
    assert {row.state for row in Article.objects.all()} == {"published", "draft"}
