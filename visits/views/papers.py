"""The papers of a visit and its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required, provider_required
from core.errors import DomainError
from core.forms import carried_out
from core.time import now
from visits import selectors, services
from visits.forms import CorrectForm
from visits.services.papers import WHEN
from visits.views.shared import answer, visit_or_404

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


@require_http_methods(["GET", "POST"])
@provider_required
def correct(request: PersonRequest, pk: int) -> HttpResponse:
    """Correct a service confirmation and open the pad for the new version."""
    shown = visit_or_404(request, pk)
    if not selectors.may_work_on(request.user, shown):
        raise PermissionDenied(_("This visit is made by other people. Ask a dispatcher."))
    form, made = CorrectForm(request.POST or None, initial={"work": shown.work}), []

    def act(**given: Any) -> None:
        made.append(services.correct_confirmation(shown, actor=request.user, at=now(), **given))

    if carried_out(form, act):
        return redirect(f"{reverse('documents:sign', args=[made[0].pk])}?next={reverse('visits:visit', args=[pk])}")
    return answer(request, "visits/correct.html", form, visit=shown)


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
