"""Imports: uploaded, mapped, tried, brought in; every manager sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import manager_required
from core import exports as tables
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from transfer import selectors, services, words
from transfer.forms import MappingForm, UploadForm, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from transfer.models import DataImport

SIZE = 25


def _find(request: PersonRequest, pk: int) -> DataImport:
    return get_object_or_404(selectors.imports_for(request.user), pk=pk)


@require_safe
@manager_required
@never_cache
def imports(request: PersonRequest) -> HttpResponse:
    """List the imports, the newest first."""
    found = page(selectors.imports_for(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "transfer/imports.html", {"page": found})


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    """Upload a file."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    made: list[DataImport] = []

    def act(**given: Any) -> None:
        made.append(services.upload(given.pop("file"), **given, actor=request.user, at=now()))

    if request.method == "POST" and carried_out(form, act):
        return redirect(made[0])
    return render(request, "transfer/new.html", {"form": form}, status=422 if form.errors else 200)


def _facts(row: DataImport) -> dict[str, Any]:
    counts = [(words.kind(kind), said) for kind, said in services.counted(row.counts)]
    return {"import": row, "counts": counts, "tables": row.mapping.get("tables", [])}


@require_safe
@manager_required
@never_cache
def one(request: PersonRequest, pk: int) -> HttpResponse:
    """Show an import: where it stands, its first rows, what is wrong with others."""
    row = _find(request, pk)
    problems = page(selectors.problems_of(row), cursor=request.GET.get("cursor", ""), size=SIZE)
    told = [(problem, words.kind(problem.kind), words.field(problem.field), words.sentence(problem)) for problem in problems]
    sample = [
        (
            words.kind(said["kind"]),
            said["key"],
            [(words.field(name), words.shown(said["kind"], name, value)) for name, value in said["said"].items()],
            said["refused"],
        )
        for said in row.sample
    ]
    return render(request, "transfer/import.html", {**_facts(row), "page": problems, "problems": told, "sample": sample})


@require_safe
@manager_required
@never_cache
def progress(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the part of its page that changes."""
    row = _find(request, pk)
    answer = render(request, "transfer/_progress.html", _facts(row))
    if not row.is_live:
        answer["HX-Refresh"] = "true"  # what was found is on the page around
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
@never_cache
def mapping(request: PersonRequest, pk: int) -> HttpResponse:
    """Change the mapping."""
    row = _find(request, pk)
    form = MappingForm(request.POST if request.method == "POST" else None, initial={"mapping": written(row.mapping)})

    def act(**given: Any) -> None:
        services.change_mapping(row, **given, actor=request.user, at=now())

    if carried_out(form, act):
        messages.success(request, _("Saved. Try it again before it is brought in."))
        return redirect(row)
    return render(request, "transfer/mapping.html", {"import": row, "form": form}, status=422 if form.errors else 200)


def _done(request: PersonRequest, pk: int, act: Callable[..., object]) -> HttpResponseBase:
    row = _find(request, pk)
    try:
        act(row, actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(row)


@require_POST
@manager_required
def check(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Try it."""
    return _done(request, pk, services.check)


@require_POST
@manager_required
def run(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Bring it in."""
    return _done(request, pk, services.run)


@require_POST
@manager_required
def cancel(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Stop it."""
    return _done(request, pk, services.cancel)


@require_safe
@manager_required
@never_cache
def refused(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Send the refused rows as a table."""
    row = _find(request, pk)
    rows = (words.cells(problem) for problem in selectors.problems_of(row).iterator(500))
    return tables.as_csv(f"import-{row.pk}-refused", words.heads(), rows)
