"""What the pages of one visit share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from inspections import selectors

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from inspections.models import Inspection, InspectionResult


def visit_or_404(request: PersonRequest, pk: int) -> Inspection:
    """Answer a visit the person may see, with all that its pages show."""
    return get_object_or_404(selectors.with_results(selectors.inspections_for(request.user)), pk=pk)


def visit_to_work_on(request: PersonRequest, pk: int) -> Inspection:
    """Answer a visit the person may carry out."""
    visit = visit_or_404(request, pk)
    if not selectors.may_work_on(request.user, visit):
        raise PermissionDenied(_("This inspection is carried out by other people. Ask a dispatcher to assign it to you."))
    return visit


def sections(shown: Inspection) -> list[tuple[str, list[InspectionResult]]]:
    """Answer the results under the names of their parts, in the order of the checklist."""
    parts: dict[str, list[InspectionResult]] = {}
    for row in shown.results.all():
        parts.setdefault(row.place, []).append(row)
    return list(parts.items())


def answer(request: PersonRequest, template: str, form: BaseForm, **given: Any) -> HttpResponse:
    """Show a page with a form; one that was refused says so in its status as well."""
    return render(request, template, {"form": form, **given}, status=422 if form.errors else 200)
