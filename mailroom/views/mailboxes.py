"""Mailboxes: which are read, how that goes, and whether they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import manager_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from mailroom import selectors, services
from mailroom.errors import Unreachable
from mailroom.forms import MailboxForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from mailroom.models import Mailbox


def _find(request: PersonRequest, pk: int) -> Mailbox:
    return get_object_or_404(selectors.mailboxes_for(request.user), pk=pk)


@require_safe
@manager_required
def overview(request: PersonRequest) -> HttpResponse:
    """List the mailboxes, the newest first."""
    found = page(selectors.mailboxes_for(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "mailroom/mailboxes.html", {"page": found, "counts": selectors.counts(request.user)})


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@manager_required
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    """Make a mailbox."""
    form = MailboxForm(request.POST if request.method == "POST" else None)
    made: list[Mailbox] = []

    def act(**given: Any) -> None:
        made.append(services.create_mailbox(**given, actor=request.user, at=now()))

    if carried_out(form, act):
        messages.success(request, _("Saved. Try now whether it answers."))
        return redirect(made[0])
    return render(request, "mailroom/mailbox_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@manager_required
def mailbox(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a mailbox with what came by it."""
    found = _find(request, pk)
    rows = selectors.listed(request.user).filter(mailbox=found)
    given = {"mailbox": found, "page": page(rows, descending=True, cursor=request.GET.get("cursor", ""), size=25)}
    return render(request, "mailroom/mailbox.html", given)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@manager_required
@never_cache
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a mailbox."""
    found = _find(request, pk)
    form = MailboxForm(request.POST if request.method == "POST" else None, instance=_find(request, pk))

    def act(**given: Any) -> None:
        services.change_mailbox(found, **given, actor=request.user, at=now())

    if carried_out(form, act):
        messages.success(request, _("Saved."))
        return redirect(found)
    return render(request, "mailroom/mailbox_form.html", {"form": form, "mailbox": found}, status=422 if form.errors else 200)


@require_POST
@manager_required
def try_out(request: PersonRequest, pk: int) -> HttpResponse:
    """Log in and say how it went; nothing is taken."""
    found = _find(request, pk)
    try:
        count = services.try_out(found, actor=request.user, at=now())
    except Unreachable as trouble:
        messages.error(request, _("It does not answer: %(reason)s") % {"reason": trouble})
    else:
        said = ngettext("It answers: %(count)s unread mail.", "It answers: %(count)s unread mails.", count)
        messages.success(request, said % {"count": count})
    return redirect(found)


@require_POST
@manager_required
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    """Stop reading it."""
    return _switch(request, pk, on=False, said=_("Paused. What comes meanwhile is fetched afterwards."))


@require_POST
@manager_required
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    """Go on."""
    return _switch(request, pk, on=True, said=_("It is read again."))


def _switch(request: PersonRequest, pk: int, *, on: bool, said: str) -> HttpResponse:
    found = _find(request, pk)
    try:
        services.switch(found, on=on, actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(found)
