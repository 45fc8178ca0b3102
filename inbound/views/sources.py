"""Sources: what managers see of them and do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import manager_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from inbound import selectors, services
from inbound.forms import FORMS, LogForm, RotateForm, words_for
from inbound.models import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from accounts.access import PersonRequest

LOG_SIZE = 25


def find(request: PersonRequest, pk: int) -> Source:
    """Answer a source that the person looks after."""
    found: Source = get_object_or_404(selectors.sources_for(request.user), pk=pk)
    return found


@require_safe
@manager_required
def overview(request: PersonRequest) -> HttpResponse:
    """List the sources, the newest first."""
    found = page(selectors.listed(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    waiting = selectors.tray(request.user).count()
    return render(request, "inbound/list.html", {"page": found, "kinds": Source.Kind.choices, "waiting": waiting})


@require_http_methods(["GET", "POST"])
@manager_required
@never_cache
@sensitive_variables("secret", "made")
def new(request: PersonRequest, kind: str) -> HttpResponse:
    """Make a source and show its secret, this once."""
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST if request.method == "POST" else None, user=request.user, kind=kind)
    made: list[tuple[Source, str]] = []

    def act(account: Any, **given: Any) -> None:
        made.append(services.create_source(kind=kind, account=account, **form.facts(), actor=request.user, at=now()))

    if carried_out(form, act):
        row, secret = made[0]
        return show(request, find(request, row.pk), secret=secret)
    given = {"form": form, "kind": Source.Kind(kind).label}
    return render(request, "inbound/form.html", given, status=422 if form.errors else 200)


@require_safe
@manager_required
def source(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a source with its log."""
    return show(request, find(request, pk))


def show(request: PersonRequest, shown: Source, *, secret: str = "", rotate_form: RotateForm | None = None) -> HttpResponse:
    """Answer the page of a source."""
    chosen = LogForm(request.GET)
    log = page(selectors.arrivals(shown, chosen.text()), descending=True, cursor=request.GET.get("cursor", ""), size=LOG_SIZE)
    rows = [(row, words_for(row.outcomes[:3]), max(0, len(row.outcomes) - 3)) for row in log]
    given = {
        "source": shown,
        "page": log,
        "rows": rows,
        "filter": chosen,
        "secret": secret,
        "both_hold": shown.both_hold(now()),
        "rotate_form": rotate_form or RotateForm(),
    }
    return render(request, "inbound/source.html", given, status=422 if rotate_form and rotate_form.errors else 200)


@require_http_methods(["GET", "POST"])
@manager_required
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change what becomes of what a source sends."""
    found = find(request, pk)
    form = FORMS[found.kind](request.POST if request.method == "POST" else None, user=request.user, kind=found.kind, shown=found)

    def act(**given: Any) -> None:
        services.change_source(found, **form.facts(), actor=request.user, at=now())

    if carried_out(form, act):
        messages.success(request, _("Saved."))
        return redirect(found)
    return render(request, "inbound/form.html", {"form": form, "source": found}, status=422 if form.errors else 200)


def done(request: PersonRequest, act: Callable[[], object], said: str, back: Any) -> HttpResponse:
    """Do something and say so, or say why not."""
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(back)


@require_POST
@manager_required
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    """Take nothing for a while."""
    found = find(request, pk)
    said = _("Paused: its sender is asked to come again later.")
    return done(request, lambda: services.pause(found, actor=request.user, at=now()), said, found)


@require_POST
@manager_required
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    """Take what it sends again."""
    found = find(request, pk)
    return done(request, lambda: services.resume(found, actor=request.user, at=now()), _("It is taken again."), found)


@require_POST
@manager_required
@never_cache
@sensitive_variables("secret", "made")
def rotate(request: PersonRequest, pk: int) -> HttpResponse:
    """Make a new secret and show it, this once."""
    found, form = find(request, pk), RotateForm(request.POST)
    made: list[tuple[Source, str]] = []

    def act(overlap_hours: int) -> None:
        made.append(services.rotate(found, overlap_hours=overlap_hours, actor=request.user, at=now()))

    if carried_out(form, act):
        row, secret = made[0]
        return show(request, row, secret=secret)
    return show(request, found, rotate_form=form)
