"""Articles are written by our own people, and read by customers once somebody who answers for it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import check, save_by
from knowledge import engine
from knowledge.errors import Changed
from knowledge.models import Article, ArticleWord, Audience, State

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket

TEXTS = ("title", "problem", "cause", "solution")
BOTH = ("title", "solution")
"""What customers read in either language."""


@transaction.atomic
def save_article(
    article: Article | None, *, actor: User, at: datetime, from_ticket: Ticket | None = None, seen: str = "", **facts: Any
) -> Article:
    """Write an article, or change it. What customers read is changed by whoever may publish it to them.

    ``seen`` is the version that was on the form; Changed is raised where somebody has changed the article since.
    """
    _must_write(actor)
    row = Article.objects.select_for_update(of=("self",)).get(pk=article.pk) if article else Article(author=actor, created_at=at)
    if row.state == State.PUBLISHED and row.audience == Audience.PUBLIC:
        _must_publish(actor)
    if article is not None and seen not in ("", row.seen):
        last = row.history.select_related("history_user").first()
        name = last.history_user if last and last.history_user else _("Somebody")
        sentence = _("%(name)s has changed this article since you opened it. Their text stands here: take over what is missing in yours.")
        raise Changed(sentence % {"name": name})
    if from_ticket is not None:
        row.from_ticket = from_ticket
    for name, value in facts.items():
        setattr(row, name, value.strip())
    if not (row.title or row.title_en):
        raise Invalid(_("An article needs a title, in Chinese or in English."), field="title")
    if row.state == State.PUBLISHED:
        _must_be_fit(row, row.audience)
    row.updated_at = at
    check(row)
    save_by(row, actor, at=at)
    _index(row)
    return row


@transaction.atomic
def publish(article: Article, *, actor: User, at: datetime, audience: str) -> Article:
    """Let our own people find it, or customers too."""
    _must_write(actor)
    row = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if Audience.PUBLIC in {audience, row.audience if row.state == State.PUBLISHED else ""}:
        _must_publish(actor)
    if audience not in Audience.values:
        raise Invalid(_("Say who may read it: our own people, or customers too."), field="audience")
    _must_be_fit(row, audience)
    row.state, row.audience, row.published_at, row.updated_at = State.PUBLISHED, audience, at, at
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def retire(article: Article, *, actor: User, at: datetime) -> Article:
    """Say that it is out of date: nobody is offered it any more, and what it once solved still leads to it."""
    _must_write(actor)
    row = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if row.state != State.PUBLISHED:
        raise Invalid(_("Only what was published can be out of date."))
    if row.audience == Audience.PUBLIC:
        _must_publish(actor)
    row.state, row.updated_at = State.RETIRED, at
    save_by(row, actor, at=at)
    return row


def _must_write(actor: User) -> None:
    if not actor.is_provider:
        raise NotAllowed(_("Articles are written by the service provider's staff."))


def _must_publish(actor: User) -> None:
    if not actor.dispatches:
        raise NotAllowed(_("What customers read is published and changed by a dispatcher or a manager."))


def _must_be_fit(row: Article, audience: str) -> None:
    """Refuse what cannot be used: without a solution, or for customers in one language only or naming one of them."""
    if not (row.solution or row.solution_en):
        raise Invalid(_("Say what helps before it is published."), field="solution")
    if audience != Audience.PUBLIC:
        return
    for name in BOTH:
        for field in (name, f"{name}_en"):
            if not getattr(row, field):
                raise Invalid(_("Customers read it in Chinese and in English: title and solution are needed in both."), field=field)
    texts = [(field, getattr(row, field)) for name in TEXTS for field in (name, f"{name}_en")]
    for told in _names(row):
        field = next((field for field, text in texts if told.casefold() in text.casefold()), "")
        if field:
            raise Invalid(_("Other customers will read this: take out “%(name)s”.") % {"name": told}, field=field)


def _names(row: Article) -> set[str]:
    """Answer the names of the customer whose ticket it was written from, and how its people are reached."""
    ticket = row.from_ticket
    if ticket is None:
        return set()
    told = {ticket.organization.name, ticket.organization.short_name, ticket.site.name}
    told |= {ticket.contact_name, ticket.contact_phone, ticket.contact_email}
    if ticket.reporter:
        told |= {ticket.reporter.name, ticket.reporter.phone, ticket.reporter.email}
    return {name for name in told if len(name) > 1}


def _index(row: Article) -> None:
    problem = [row.problem, row.problem_en, row.maker, row.model]
    rest = [row.cause, row.cause_en, row.solution, row.solution_en]
    weights = engine.weigh(title=[row.title, row.title_en], problem=problem, rest=rest)
    ArticleWord.objects.filter(article=row).delete()
    ArticleWord.objects.bulk_create([ArticleWord(article=row, word=word, weight=weight) for word, weight in weights.items()])
