"""Pictures of an inspection: shown where they stand, taken away while it is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import login_required, provider_required
from core.time import now
from inspections import selectors, services
from inspections.views.shared import visit_to_work_on

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@login_required
def photo(request: PersonRequest, pk: int) -> FileResponse:
    """Show a picture of a visit the person may see."""
    row = get_object_or_404(selectors.photos_for(request.user), pk=pk)
    try:
        content = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(row.pk) from error
    answer = FileResponse(content, content_type=row.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@provider_required
def drop(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a picture away again."""
    row = get_object_or_404(selectors.photos_for(request.user).select_related("result__inspection"), pk=pk)
    shown = visit_to_work_on(request, row.result.inspection_id)
    services.drop_photo(row, actor=request.user, at=now())
    if request.headers.get("HX-Request") != "true":
        return redirect("inspections:fill", shown.pk)
    shown = visit_to_work_on(request, shown.pk)
    result = next(each for each in shown.results.all() if each.pk == row.result_id)
    given = {"visit": shown, "result": result, "progress": selectors.progress(shown.results.all(), shown.carried.all())}
    return render(request, "inspections/_photos_saved.html", given)
