"""The page on which addresses of calendars are made and ended, and what is read there without login."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import provider_required
from core.discreet import discreet
from core.pages import page
from core.time import epoch, now
from visits import services
from visits.feeds import reading
from visits.feeds.forms import FeedForm
from visits.feeds.ical import write_ical

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from accounts.access import PersonRequest
    from visits.models import CalendarFeed

USED_EVERY = timedelta(hours=1)
"""How exactly the last use is noted."""
SIZE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@provider_required
@never_cache
@sensitive_variables("secret", "address")
def feeds(request: PersonRequest) -> HttpResponse:
    """Show the addresses somebody may end; make one and show it, this once."""
    form = FeedForm(request.POST if request.method == "POST" else None, user=request.user)
    address = ""
    if form.is_valid():
        _feed, secret = services.make_feed(actor=request.user, at=now(), office=form.cleaned_data["office"])
        address = request.build_absolute_uri(reverse("visits:feed", args=[secret]))
        form = FeedForm(user=request.user)
    found = page(reading.feeds_for(request.user), descending=True, cursor=request.GET.get("cursor", ""), size=SIZE)
    given = {"form": form, "page": found, "address": address}
    return render(request, "visits/feeds/feeds.html", given, status=422 if form.errors else 200)


@provider_required
@require_POST
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """Make an address useless."""
    feed = get_object_or_404(reading.feeds_for(request.user), pk=pk)
    services.revoke_feed(feed, actor=request.user, at=now())
    messages.success(request, _("This address no longer shows anything."))
    return redirect("visits:feeds")


@require_safe
@discreet("visit-feed", kept=True)
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the visits to a program that subscribes to them: who has the address needs no account."""
    found, at = reading.living(secret), now()
    if found is None:
        raise Http404
    services.note_use(found, at, every=USED_EVERY)
    state, changed = reading.state_of(found, at)
    etag = quote_etag(f"{found.pk}-{state}-{epoch(changed)}-{at.date().isoformat()}")
    fresh = _answer(etag, changed)
    known = get_conditional_response(request, etag=etag, last_modified=epoch(changed), response=fresh)
    if known is not None and known is not fresh:
        return known
    fresh.content = _written(request, found, at)
    return fresh


def _answer(etag: str, changed: datetime) -> HttpResponse:
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(epoch(changed)),
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="visits.ics"',
    }
    return HttpResponse(content_type="text/calendar; charset=utf-8", headers=headers)


def _written(request: HttpRequest, found: CalendarFeed, at: datetime) -> bytes:
    with translation.override(found.created_by.language):
        name = _("Visits: %(whose)s") % {"whose": found.owner or found.office}
        site = request.build_absolute_uri("/").rstrip("/")
        return write_ical(reading.visits_of(found, at), name=name, host=request.get_host().split(":")[0], site=site)
