"""The inbox of everybody, and for managers what could not be delivered."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors as people
from accounts.access import login_required, manager_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page as page_of
from core.time import now
from notifications import offers, selectors, services
from notifications.forms import QuietHoursForm
from notifications.models import Message, State
from notifications.quiet import quiet_end

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from core.pages import Page

PAGE, CHATS_SHOWN = 25, 20
STOP_POLLING = 286
"""With this status htmx stops asking."""


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _page(request: HttpRequest, rows: QuerySet[Message]) -> Page[Message]:
    return page_of(rows, descending=True, cursor=request.GET.get("cursor", ""), size=PAGE)


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what a person was told, newest first."""
    page = _page(request, selectors.inbox(_user(request)))
    return render(request, "notifications/inbox.html", {"page": page, "offers": offers.in_inbox(page.rows)})


@require_safe
@never_cache
def bell(request: HttpRequest) -> HttpResponse:
    """Answer the bell when its number has changed, and nothing (204) when it has not."""
    if not request.user.is_authenticated:
        # Logged out meanwhile: asking again is of no use, and a login page does not fit into a bell.
        return HttpResponse(status=STOP_POLLING, headers={"HX-Reswap": "none"})
    count = selectors.unread_count(_user(request))
    if request.GET.get("shown") == str(count):
        return HttpResponse(status=204)
    return render(request, "notifications/_bell.html", {"unread_count": count})


@require_POST
@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one of a person's own messages as read."""
    message = services.mark_read(_own(request, pk), at=now())
    if request.headers.get("HX-Request"):
        row = render(request, "notifications/_row.html", {"message": message, "offers": offers.in_inbox([message])})
        row["HX-Trigger"] = "inbox-read"  # the bell counts again
        return row
    return redirect("notifications:inbox")


@require_POST
@login_required
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one of a person's own messages as read and go to what it is about."""
    message = services.mark_read(_own(request, pk), at=now())
    return redirect(message.link or "notifications:inbox")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything in a person's inbox as read."""
    services.mark_all_read(_user(request), at=now())
    return redirect("notifications:inbox")


def _own(request: HttpRequest, pk: int) -> Message:
    return get_object_or_404(selectors.inbox(_user(request)), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def quiet_hours(request: HttpRequest) -> HttpResponse:
    """Show and change when mail to a person waits."""
    user, at = people.fresh(_user(request)), now()  # what is refused must not stay on the person of the request
    form = QuietHoursForm(request.POST if request.method == "POST" else None, user=user)
    if carried_out(form, partial(services.choose_quiet_hours, user, actor=user, at=at)):
        messages.success(request, _("Your quiet hours were saved."))
        return redirect("notifications:quiet_hours")
    given = {"form": form, "ends_at": quiet_end(_user(request), at)}
    return render(request, "notifications/quiet_hours.html", given, status=422 if form.errors else 200)


@require_safe
@manager_required
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what was given up, or what still waits, and why."""
    state = State.PENDING if request.GET.get("state") == State.PENDING else State.FAILED
    page = _page(request, selectors.undelivered(state))
    given = {"page": page, "state": state, "states": (State.FAILED, State.PENDING)}
    chats = selectors.chats_given_up(CHATS_SHOWN) if state == State.FAILED else []
    return render(request, "notifications/outbox.html", {**given, "chats": chats})


@require_POST
@manager_required
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one message again."""
    try:
        message = services.resend(get_object_or_404(Message, pk=pk), actor=_user(request), at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        to = _("somebody who is not named") if message.is_discreet else message.to
        messages.success(request, _("The message to %(to)s is sent again.") % {"to": to})
    return redirect("notifications:outbox")


@require_POST
@manager_required
def resend_all(request: HttpRequest) -> HttpResponse:
    """Try everything again that was given up."""
    count = services.resend_all(actor=_user(request))
    said = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
    messages.success(request, said % {"count": count})
    return redirect("notifications:outbox")
