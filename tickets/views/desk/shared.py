"""The addresses of a ticket that staff and customers share: its page, its moves, its files.

Staff get the workspace, customers the portal's page ``tickets.views.portal.ticket_page(request, ticket, bound=None)``.
``bound`` is the form of a move that was refused (``bound.name`` is the move): the page shows it again, with what was
typed and what is wrong with it. Forms are made by ``MOVE_FORMS[name].blank(ticket, user)`` and sent to ``tickets:move``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import login_required
from core.errors import DomainError
from core.time import now
from tickets import selectors, workflow
from tickets.forms.kept import KeepsFiles
from tickets.forms.moves import MOVE_FORMS
from tickets.services.files import INLINE
from tickets.views import portal
from tickets.views.desk import workspace
from tickets.views.desk.back import way_back
from tickets.views.desk.news import news_since

if TYPE_CHECKING:
    from accounts.models import User
    from tickets.forms.facts import MoveForm
    from tickets.models import Ticket


def visible(request: HttpRequest, number: str) -> Ticket:
    """Answer the ticket with all its page shows; a stranger's is not found."""
    return get_object_or_404(selectors.detailed(selectors.tickets_for(_user(request))), number=number)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_safe
@login_required
@never_cache
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """Show a ticket as the person who asks may see it."""
    return _page(request, visible(request, number))


def _page(request: HttpRequest, ticket: Ticket, bound: MoveForm | None = None) -> HttpResponse:
    if _user(request).is_provider:
        return workspace.ticket_page(request, ticket, bound=bound)
    return portal.ticket_page(request, ticket, bound=bound)


@require_POST
@login_required
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Make a move; what is refused comes back with what was typed and a sentence at the field it is about."""
    ticket, user = visible(request, number), _user(request)
    step = MOVE_FORMS.get(name)
    if step is None:
        raise Http404(name)
    if (workflow.CUSTOMER if user.is_customer else workflow.PROVIDER) not in step.by:
        raise PermissionDenied(_("This step is up to the other side of the ticket."))
    form = step.filled(ticket, user, request.POST, request.FILES)
    if not form.is_valid():
        return _refused(request, form, 422)
    if news := _news(form):
        form.look_again(news)
        return _refused(request, form, 409)
    try:
        step.make(form, actor=user, at=now())
    except DomainError as refusal:
        form.refuse(refusal)
        return _refused(request, form, refusal.status)
    if isinstance(form, KeepsFiles):
        form.forget()
    messages.success(request, _("Done: %(step)s.") % {"step": step.label})
    return redirect(way_back(request, reverse("tickets:ticket", args=[ticket.number])))


def _refused(request: HttpRequest, form: MoveForm, status: int) -> HttpResponse:
    if isinstance(form, KeepsFiles):
        form.set_aside()
    page = _page(request, form.ticket, bound=form)
    page.status_code = status
    return page


def _news(form: MoveForm) -> str:
    """Answer, in a sentence, what others did since the page was made, if that is worth a look before the move."""
    seen = form.cleaned_data.get("seen")
    if not form.heedful or seen is None or seen >= form.ticket.event_count:
        return ""
    news = news_since(form.ticket, form.user, seen, weighty=True)
    return _("Meanwhile: %(news)s. Look at the record; if it still holds, send it again.") % {"news": news} if news else ""


@require_safe
@login_required
def attachment(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """Hand out a file of the record as a download; a harmless image may be shown where it stands with ``?inline=1``."""
    row = get_object_or_404(selectors.attachments_for(_user(request)), pk=pk, ticket__number=number)
    shown = request.GET.get("inline") == "1" and row.content_type in INLINE
    try:
        content = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(row.name) from error
    answer = FileResponse(content, as_attachment=not shown, filename=row.name, content_type=row.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
