"""What the pages of visits share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render

from visits import selectors

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from visits.models import Visit

KEPT_FOR = "X-Kept-For"
"""Tells the service worker whose page it is that it may keep for reading without network; no other page carries it."""


def visit_or_404(request: PersonRequest, pk: int) -> Visit:
    """Answer a visit the person may see, with all that its pages show."""
    return get_object_or_404(selectors.with_record(selectors.visits_for(request.user)), pk=pk)


def answer(request: PersonRequest, template: str, form: BaseForm, **given: Any) -> HttpResponse:
    """Show a page with a form; one that was refused says so in its status as well."""
    return render(request, template, {"form": form, **given}, status=422 if form.errors else 200)


def kept(request: PersonRequest, page: HttpResponse) -> HttpResponse:
    """Let an engineer's phone keep the page, for this person and nobody else."""
    page[KEPT_FOR] = str(request.user.pk)
    page["Cache-Control"] = "private, no-store"
    return page
