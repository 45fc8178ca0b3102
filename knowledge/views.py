"""Pages of the knowledge base, and what is offered while a report is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required, provider_required
from core.errors import Invalid
from core.forms import carried_out
from core.pages import Page, page
from core.time import now
from customers import selectors as customers
from knowledge import selectors, services
from knowledge.errors import Changed
from knowledge.forms import ArticleForm, AskedForm, FindForm, PublishForm, VoteForm
from knowledge.models import Article, ArticleUse, Audience, State
from tickets import selectors as tickets

if TYPE_CHECKING:
    from accounts.access import PersonRequest
    from tickets.models import Ticket


@require_safe
@login_required
def articles(request: PersonRequest) -> HttpResponse:
    """List articles, the latest changed first; with words, those that fit best."""
    form = FindForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = selectors.articles_for(request.user)
    if request.user.is_provider:
        rows = rows.filter(**{name: wanted[name] for name in ("state", "audience") if wanted.get(name)})
    words = wanted.get("q", "").strip()
    if words:
        found: Page[Article] = Page(selectors.search(request.user, words, rows=rows))
    else:
        found = page(selectors.listed(rows), by="updated_at", descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "knowledge/list.html", {"page": found, "form": form, "words": words})


@require_safe
@login_required
def article(request: PersonRequest, pk: int) -> HttpResponse:
    """Show an article: how it shows, why, and what helps."""
    row = get_object_or_404(selectors.listed(selectors.articles_for(request.user)), pk=pk)
    given: dict[str, Any] = {"article": row, "vote": selectors.vote_of(row, request.user)}
    given["may_change"] = request.user.is_provider and (request.user.dispatches or not _is_public(row))
    if request.user.is_provider:
        given["uses"] = selectors.solved_on(row, request.user)[:20]
        given["votes"] = row.votes.filter(helped=False).exclude(words="").select_related("person")[:20]
        given["publish_form"] = PublishForm({"audience": row.audience})
    return render(request, "knowledge/article.html", given)


def _is_public(row: Article) -> bool:
    return row.state == State.PUBLISHED and row.audience == Audience.PUBLIC


@require_http_methods(["GET", "POST"])
@provider_required
def new(request: PersonRequest) -> HttpResponse:
    """Write an article, perhaps from what a ticket already says."""
    ticket = _ticket(request, request.GET.get("ticket", "")) if request.GET.get("ticket") else None
    form = ArticleForm(request.POST if request.method == "POST" else None, initial=selectors.draft_from(ticket) if ticket else {})
    return _written(request, form, None, ticket, _("New article"))


@require_http_methods(["GET", "POST"])
@provider_required
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change an article."""
    row = get_object_or_404(selectors.articles_for(request.user), pk=pk)
    form = ArticleForm(
        request.POST if request.method == "POST" else None, initial={name: getattr(row, name) for name in ArticleForm.Meta.fields}
    )
    return _written(request, form, row, None, str(row))


def _written(request: PersonRequest, form: ArticleForm, row: Article | None, ticket: Ticket | None, title: str) -> HttpResponse:
    made: list[Article] = []
    seen = request.POST.get("seen", row.seen if row else "")
    theirs: list[tuple[str, str]] = []

    def save(**facts: Any) -> None:
        nonlocal seen
        try:
            made.append(services.save_article(row, actor=request.user, at=now(), from_ticket=ticket, seen=seen, **facts))
        except Changed:
            current = Article.objects.get(pk=row.pk) if row else Article()
            theirs.extend(_differing(form, current))
            seen = current.seen  # whoever has read it may save again
            raise

    if carried_out(form, save):
        messages.success(request, _("The article is saved."))
        return redirect(made[0])
    back = row.get_absolute_url() if row else reverse("knowledge:list")
    given = {"form": form, "title": title, "back": back, "ticket": ticket, "article": row, "seen": seen, "theirs": theirs}
    return render(request, "knowledge/edit.html", given, status=422 if form.errors else 200)


def _differing(form: ArticleForm, current: Article) -> list[tuple[str, str]]:
    """Answer what stands in an article now where it is not what was typed: the label and the text of each field."""
    typed = form.cleaned_data
    differing = [name for name in typed if typed[name].split() != getattr(current, name).split()]
    return [(str(form.fields[name].label), getattr(current, name)) for name in differing]


def _ticket(request: PersonRequest, number: str) -> Ticket:
    return get_object_or_404(tickets.tickets_for(request.user).select_related("equipment", "organization", "site"), number=number)


@require_POST
@provider_required
def publish(request: PersonRequest, pk: int) -> HttpResponse:
    """Publish an article."""
    row = get_object_or_404(selectors.articles_for(request.user), pk=pk)
    try:
        services.publish(row, actor=request.user, at=now(), audience=request.POST.get("audience", ""))
        messages.success(request, _("The article is published."))
    except Invalid as refusal:
        messages.error(request, str(refusal))
    return redirect(row)


@require_POST
@provider_required
def retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Say that an article is out of date."""
    row = get_object_or_404(selectors.articles_for(request.user), pk=pk)
    try:
        services.retire(row, actor=request.user, at=now())
    except Invalid as refusal:  # pressed twice, or by two people
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The article is not offered any more."))
    return redirect(row)


@require_POST
@login_required
def vote(request: PersonRequest, pk: int) -> HttpResponse:
    """Say whether an article helped."""
    row = get_object_or_404(selectors.articles_for(request.user), pk=pk)
    form = VoteForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        services.vote(row, actor=request.user, at=now(), helped=said["helped"] == "yes", words=said["words"])
        messages.success(request, _("Thank you, that helps to make it better."))
    else:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    return redirect(row)


@require_POST
@provider_required
def use(request: PersonRequest, pk: int, number: str) -> HttpResponse:
    """Say that an article helped with a ticket."""
    row, ticket = get_object_or_404(selectors.articles_for(request.user), pk=pk), _ticket(request, number)
    try:
        services.use(row, ticket, actor=request.user, at=now())
    except Invalid as refusal:  # withdrawn meanwhile
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The article is linked with the ticket."))
    return redirect(f"{ticket.get_absolute_url()}#knowledge")


@require_POST
@provider_required
def drop_use(request: PersonRequest, pk: int, number: str) -> HttpResponse:
    """Take back that an article helped."""
    ticket = _ticket(request, number)
    services.drop_use(get_object_or_404(ArticleUse, article=pk, ticket=ticket), actor=request.user, at=now())
    messages.success(request, _("The link is taken back."))
    return redirect(f"{ticket.get_absolute_url()}#knowledge")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def suggest(request: PersonRequest) -> HttpResponse:
    """Answer a piece of a page: what may help with what is being written.

    Pages post it: a long report fits into no address, and what a customer writes is not for the server's logs.
    """
    form = AskedForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return HttpResponse()
    said = form.cleaned_data
    about = customers.equipment_for(request.user).filter(pk=said["equipment"]).first() if said["equipment"] else None
    model: dict[str, Any] = {"maker": about.maker, "model": about.model} if about else {}
    found = selectors.suggestions(request.user, said["subject"], said["description"], **model)
    return render(request, "knowledge/_suggested.html", {"articles": found})
