"""What readers do with an article: it solved a ticket, it helped or it did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import Invalid, NotAllowed
from knowledge import selectors
from knowledge.models import Article, ArticleUse, ArticleVote, State
from tickets import services as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket

LONGEST = 500


@transaction.atomic
def use(article: Article, ticket: Ticket, *, actor: User, at: datetime) -> ArticleUse:
    """Say that an article helped with a ticket; its record tells so. Said twice, it is said once."""
    if not actor.is_provider:
        raise NotAllowed(_("What solved a ticket is said by the service provider's staff."))
    row = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if row.state != State.PUBLISHED:
        raise Invalid(_("Publish the article first, so that others find it as well."))
    said, is_new = ArticleUse.objects.get_or_create(article=row, ticket=ticket, defaults={"used_by": actor, "used_at": at})
    if is_new:
        with override(settings.LANGUAGE_CODE):
            text = _("Article used: %(title)s") % {"title": row}
        tickets.note(ticket, actor=actor, at=at, text=text)
    return said


@transaction.atomic
def drop_use(said: ArticleUse, *, actor: User, at: datetime) -> None:
    """Take back that an article helped; the record keeps both."""
    if not actor.is_provider:
        raise NotAllowed(_("What solved a ticket is said by the service provider's staff."))
    with override(settings.LANGUAGE_CODE):
        text = _("Article did not help after all: %(title)s") % {"title": said.article}
    tickets.note(said.ticket, actor=actor, at=at, text=text)
    said.delete()


@transaction.atomic
def vote(article: Article, *, actor: User, at: datetime, helped: bool, words: str = "") -> ArticleVote:
    """Say whether it helped; the same reader's later word takes the place of the first."""
    if not selectors.articles_for(actor).filter(pk=article.pk, state=State.PUBLISHED).exists():
        raise NotAllowed(_("Only what is published is voted on."))
    facts = {"helped": helped, "words": words.strip()[:LONGEST], "voted_at": at}
    return ArticleVote.objects.update_or_create(article=article, person=actor, defaults=facts)[0]
