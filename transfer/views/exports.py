"""Exports of everything of an organization: asked for, watched while they are made, fetched; each person has their own."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import login_required
from core import languages
from core.forms import carried_out
from core.pages import page
from core.time import now
from transfer import selectors, services
from transfer.forms import ExportForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from transfer.models import DataExport

    View = Callable[..., HttpResponseBase]


def _askers_only(view: View) -> View:
    """Let in who may ask for exports: managers, and customers' supervisors."""

    @wraps(view)
    @login_required
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not selectors.may_export(request.user):
            raise PermissionDenied(_("Everything of an organization is given to managers, and to its own supervisors."))
        return view(request, *args, **kwargs)

    return guarded


def _find(request: PersonRequest, pk: int) -> DataExport:
    return get_object_or_404(selectors.exports_for(request.user), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@_askers_only
@never_cache
def exports(request: PersonRequest) -> HttpResponse:
    """List a person's own exports, the newest first; ask for another one."""
    form = ExportForm(request.POST if request.method == "POST" else None, user=request.user, initial={"language": languages.active()})
    asked: list[DataExport] = []

    def act(**given: Any) -> None:
        asked.append(services.ask(**given, actor=request.user, at=now()))

    if carried_out(form, act):
        return redirect(asked[0])
    found = page(selectors.exports_for(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "transfer/exports.html", {"page": found, "form": form}, status=422 if form.errors else 200)


def _shown(template: str, request: PersonRequest, pk: int) -> HttpResponse:
    row = _find(request, pk)
    return render(request, template, {"export": row, "is_there": row.is_there(now())})


@require_safe
@_askers_only
@never_cache
def export(request: PersonRequest, pk: int) -> HttpResponse:
    """Show how an export stands."""
    return _shown("transfer/export.html", request, pk)


@require_safe
@_askers_only
@never_cache
def export_progress(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the part of its page that changes."""
    return _shown("transfer/_export_progress.html", request, pk)


@require_safe
@_askers_only
@never_cache
def export_file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Send the file."""
    row = services.fetched(_find(request, pk), actor=request.user, at=now())
    name = f"{row.organization.code}-{row.asked_at:%Y-%m-%d}.zip"
    return FileResponse(row.file.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
