"""Files of an archive: asked for, watched while they are made, fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import login_required
from archive import selectors, services
from archive.forms import ExportForm
from archive.selectors.timeline import YEARS
from archive.views.shared import scope_or_404
from core import languages
from core.forms import carried_out
from core.pages import page
from core.time import now

if TYPE_CHECKING:
    from typing import Any

    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from archive.models import ArchiveExport

TYPES = {"zip": "application/zip", "pdf": "application/pdf"}


def _find(request: PersonRequest, pk: int) -> ArchiveExport:
    return get_object_or_404(selectors.exports_for(request.user), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new_export(request: PersonRequest, of: str, pk: int) -> HttpResponse:
    """Ask for a file of some days."""
    at, scope = now(), scope_or_404(request.user, of, pk)
    today = timezone.localdate(at)
    initial = {"first": request.GET.get("first") or today - YEARS, "last": request.GET.get("last") or today, "language": languages.active()}
    form = ExportForm(request.POST if request.method == "POST" else None, initial=initial)
    asked: list[ArchiveExport] = []

    def act(**given: Any) -> None:
        asked.append(services.ask(scope, **given, actor=request.user, at=at))

    if carried_out(form, act):
        return redirect(asked[0])
    return render(request, "archive/new_export.html", {"scope": scope, "form": form}, status=422 if form.errors else 200)


@require_safe
@login_required
@never_cache
def exports(request: PersonRequest) -> HttpResponse:
    """List a person's own exports, the newest first."""
    found = page(selectors.exports_for(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "archive/exports.html", {"page": found, "now": now()})


def _shown(template: str, request: PersonRequest, pk: int) -> HttpResponse:
    row, at = _find(request, pk), now()
    return render(request, template, {"export": row, "is_there": row.is_there(at), "scope": selectors.scope_for(request.user, row)})


@require_safe
@login_required
@never_cache
def export(request: PersonRequest, pk: int) -> HttpResponse:
    """Show how an export stands."""
    return _shown("archive/export.html", request, pk)


@require_safe
@login_required
@never_cache
def progress(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the part of its page that changes."""
    return _shown("archive/_progress.html", request, pk)


@require_safe
@login_required
@never_cache
def file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Send the file."""
    row = services.fetched(_find(request, pk), actor=request.user, at=now())
    name = f"archive-{row.scope_key[0]}-{row.scope_key[1]}-{row.first}-{row.last}.{row.form}"
    return FileResponse(row.file.open("rb"), as_attachment=True, filename=name, content_type=TYPES[row.form])
