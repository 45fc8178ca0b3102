"""Received mail: the tray of what waits for a person, the log of all, and each as it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, provider_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from mailroom import previews, selectors, services
from mailroom.forms import AcceptForm, AttachForm, BlockForm, LogForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from mailroom.models import IncomingMail

SIZE = 25


def _find(request: PersonRequest, pk: int) -> IncomingMail:
    rows = selectors.mails_for(request.user).select_related("mailbox", "ticket", "account", "decided_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
@dispatcher_required
def tray(request: PersonRequest) -> HttpResponse:
    """List what waits for a decision, the newest first."""
    found = page(selectors.tray(request.user), descending=True, cursor=request.GET.get("cursor", ""), size=SIZE)
    return render(request, "mailroom/tray.html", {"page": found, "counts": selectors.counts(request.user)})


@require_safe
@dispatcher_required
def log(request: PersonRequest) -> HttpResponse:
    """List all that came, with what became of each."""
    chosen = LogForm(request.GET)
    found = page(selectors.listed(request.user, chosen.text()), descending=True, cursor=request.GET.get("cursor", ""), size=SIZE)
    return render(request, "mailroom/log.html", {"page": found, "filter": chosen, "counts": selectors.counts(request.user)})


@require_safe
@provider_required
@never_cache
def mail(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a mail: what it says, safe to look at, and what can be done with it."""
    return _page(request, _find(request, pk))


def _page(
    request: PersonRequest, shown: IncomingMail, *, accept_form: AcceptForm | None = None, attach_form: AttachForm | None = None
) -> HttpResponse:
    preview = previews.of(shown)
    given = {
        "mail": shown,
        "preview": preview,
        "markup": SafeString(preview.markup),
        "accept_form": accept_form or AcceptForm(mail=shown),
        "attach_form": attach_form or AttachForm(user=request.user, mail=shown),
        "decides": request.user.dispatches,
    }
    wrong = any(form is not None and form.errors for form in (accept_form, attach_form))
    return render(request, "mailroom/mail.html", given, status=422 if wrong else 200)


@require_safe
@provider_required
@never_cache
def raw(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Hand out a mail as it came, to be saved: no browser shows it."""
    found = _find(request, pk)
    try:
        file = found.raw.open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise Http404 from error
    answer = FileResponse(file, as_attachment=True, filename=f"mail-{found.pk}.eml", content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@dispatcher_required
def accept(request: PersonRequest, pk: int) -> HttpResponse:
    """Open a ticket for it."""
    found = _find(request, pk)
    form = AcceptForm(request.POST, mail=found)
    made: list[Any] = []

    def act(**given: Any) -> None:
        made.append(services.accept(found, **given, actor=request.user, at=now()))

    if not carried_out(form, act):
        return _page(request, found, accept_form=form)
    messages.success(request, _("Ticket %(number)s was opened.") % {"number": made[0].number})
    return redirect(made[0])


@require_POST
@dispatcher_required
def attach(request: PersonRequest, pk: int) -> HttpResponse:
    """Put it to a ticket."""
    found = _find(request, pk)
    form = AttachForm(request.POST, user=request.user, mail=found)
    made: list[Any] = []

    def act(**given: Any) -> None:
        made.append(services.attach(found, **given, actor=request.user, at=now()))

    if not carried_out(form, act):
        return _page(request, found, attach_form=form)
    messages.success(request, _("The mail stands in ticket %(number)s now.") % {"number": made[0].number})
    return redirect(made[0])


def _done(request: PersonRequest, act: Callable[..., object], *given: Any, said: str, to: Any) -> HttpResponse:
    try:
        act(*given, actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(to)


@require_POST
@dispatcher_required
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Leave it at that."""
    return _done(request, services.discard, _find(request, pk), said=_("Discarded. It stays in the log."), to="mailroom:tray")


@require_POST
@dispatcher_required
def bring_back(request: PersonRequest, pk: int) -> HttpResponse:
    """Put it into the tray again."""
    found = _find(request, pk)
    return _done(request, services.bring_back, found, said=_("It is in the review tray again."), to=found)


@require_POST
@dispatcher_required
def block(request: PersonRequest, pk: int) -> HttpResponse:
    """Set aside all that comes from its sender from now on."""
    found = _find(request, pk)
    said = _("Mail from %(sender)s is set aside from now on.") % {"sender": found.sender}
    return _done(request, services.block, found.sender, said=said, to="mailroom:tray")


@require_http_methods(["GET", "POST"])
@dispatcher_required
def blocked(request: PersonRequest) -> HttpResponse:
    """List whose mail is set aside, and add to it."""
    form = BlockForm(request.POST if request.method == "POST" else None)

    def act(address: str) -> None:
        services.block(address, actor=request.user, at=now())

    if carried_out(form, act):
        messages.success(request, _("Blocked."))
        return redirect("mailroom:blocked")
    found = page(selectors.blocked_for(request.user), descending=True, cursor=request.GET.get("cursor", ""), size=SIZE)
    given = {"page": found, "form": form, "counts": selectors.counts(request.user)}
    return render(request, "mailroom/blocked.html", given, status=422 if form.errors else 200)


@require_POST
@dispatcher_required
def unblock(request: PersonRequest, pk: int) -> HttpResponse:
    """Take mail from there as any other."""
    found = get_object_or_404(selectors.blocked_for(request.user), pk=pk)
    return _done(request, services.unblock, found, said=_("Its mail is taken as any other again."), to="mailroom:blocked")
