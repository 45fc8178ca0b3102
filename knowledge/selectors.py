"""Who reads which articles, and which fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from knowledge import engine
from knowledge.models import Article, ArticleUse, ArticleVote, ArticleWord, Audience, State
from tickets import selectors as tickets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import User
    from tickets.models import Ticket

FOUND = 50
"""Articles a search answers at most: whoever has not found it among these asks in other words."""
SUGGESTED = 4


def articles_for(user: User) -> QuerySet[Article]:
    """Answer the articles a person may read: our own people all, customers what is published for them."""
    rows = Article.objects.all()
    return rows if user.is_provider else rows.filter(state=State.PUBLISHED, audience=Audience.PUBLIC)


def listed(rows: QuerySet[Article]) -> QuerySet[Article]:
    """Add what a line of a list shows."""
    counts = {
        "use_count": Count("uses", distinct=True),
        "helped_count": Count("votes", filter=Q(votes__helped=True), distinct=True),
        "failed_count": Count("votes", filter=Q(votes__helped=False), distinct=True),
    }
    return rows.select_related("author").annotate(**counts)


def search(user: User, *texts: str, rows: QuerySet[Article] | None = None, limit: int = FOUND) -> list[Article]:
    """Answer the articles that fit these words best, among those the person may read."""
    among = articles_for(user) if rows is None else rows
    best = [pk for pk, _score in _ranked(among, texts)][:limit]
    found = listed(Article.objects.filter(pk__in=best)).in_bulk() if best else {}
    return [found[pk] for pk in best if pk in found]


def _ranked(among: QuerySet[Article], texts: Iterable[str]) -> list[tuple[int, float]]:
    words = engine.asked(*texts)
    if not words:
        return []
    kept = ArticleWord.objects.filter(article__in=among.order_by().values("pk"))
    rows = kept.filter(word__in=words[:500]).values("word").annotate(n=Count("pk")).values_list("word", "n")
    known = dict(rows)
    counts = {word: known[word] for word in engine.rarest(known)}
    hits = [engine.Hit(*row) for row in kept.filter(word__in=counts).values_list("article_id", "word", "weight")]
    return engine.rank(hits, counts, max(among.count(), 1), unknown=len(words) - len(known))


def suggestions(user: User, *texts: str, maker: str = "", model: str = "", limit: int = SUGGESTED) -> list[Article]:
    """Answer the few published articles to offer while something is written; those about another model are left out."""
    rows = articles_for(user).filter(state=State.PUBLISHED)
    fits = Q(model="") | Q(model__iexact=model) if model else Q()
    fits &= Q(maker="") | Q(maker__iexact=maker) if maker else Q()
    return search(user, *texts, rows=rows.filter(fits), limit=limit)


def for_ticket(ticket: Ticket, user: User) -> dict[str, Any]:
    """Answer what belongs to a ticket: the articles that helped, and for our own people others that may."""
    readable = articles_for(user)
    used = list(ArticleUse.objects.filter(ticket=ticket, article__in=readable).select_related("article").order_by("pk"))
    if not user.is_provider:
        return {"used": used, "offered": []}
    about = {"maker": ticket.equipment.maker, "model": ticket.equipment.model} if ticket.equipment else {}
    known = {use.article_id for use in used}
    found = suggestions(user, ticket.subject, ticket.description, **about, limit=SUGGESTED + len(known))
    return {"used": used, "offered": [article for article in found if article.pk not in known][:SUGGESTED]}


def draft_from(ticket: Ticket) -> dict[str, str]:
    """Answer what a solved ticket already says, to begin an article with."""
    equipment = ticket.equipment
    facts = {event.type: event.facts for event in ticket.events.filter(type__in=("diagnosis_delivered", "resolved")).order_by("seq")}
    cause = facts.get("resolved", {}).get("cause") or facts.get("diagnosis_delivered", {}).get("cause") or ""
    return {
        "title": ticket.subject[:160],
        "problem": ticket.description,
        "cause": str(cause),
        "solution": ticket.resolution,
        "maker": equipment.maker if equipment else "",
        "model": equipment.model if equipment else "",
    }


def solved_on(article: Article, user: User) -> QuerySet[ArticleUse]:
    """Answer the tickets an article helped with that the person may see, the newest first."""
    return ArticleUse.objects.filter(article=article, ticket__in=tickets.tickets_for(user)).select_related("ticket", "used_by")


def vote_of(article: Article, user: User) -> ArticleVote | None:
    """Answer what a reader said of it."""
    return ArticleVote.objects.filter(article=article, person=user).first()
