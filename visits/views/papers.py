"""The papers of a visit and its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import login_required, provider_required
from core.errors import DomainError
from core.time import now
from visits import selectors, services
from visits.services.papers import WHEN
from visits.views.shared import visit_or_404

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_POST
@provider_required
def issue(request: PersonRequest, pk: int, kind: str) -> HttpResponse:
    """Issue a paper and open the pad for the customer's signature."""
    shown = visit_or_404(request, pk)
    if kind not in WHEN:
        raise Http404
    back = reverse("visits:visit", args=[pk])
    try:
        paper = services.issue_paper(shown, kind, actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    if not paper.awaits_signature:
        return redirect(paper)
    return redirect(f"{reverse('documents:sign', args=[paper.pk])}?next={back}")


@require_safe
@login_required
def photo(request: PersonRequest, pk: int, photo: int) -> FileResponse:
    """Hand out a picture of a visit."""
    row = get_object_or_404(selectors.photos_for(request.user), pk=photo, visit=pk)
    try:
        content = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(row.file.name) from error
    answer = FileResponse(content, filename=f"{pk}-{photo}", content_type=row.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
