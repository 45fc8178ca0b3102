"""What the pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render

from training import selectors

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from training.models import Session


def session_or_404(request: PersonRequest, pk: int) -> Session:
    """Answer a session the person may see, with what its page shows."""
    return get_object_or_404(selectors.with_places(selectors.sessions_for(request.user)), pk=pk)


def form_page(request: PersonRequest, form: BaseForm, title: str, *, back: str, back_label: str, button: str, **given: Any) -> HttpResponse:
    """Show a page with one form; one that was refused says so in its status as well."""
    shown = {"form": form, "title": title, "back": back, "back_label": back_label, "button": button, **given}
    return render(request, "training/form.html", shown, status=422 if form.errors else 200)


def as_file(stored: Any, name: str, content_type: str) -> FileResponse:
    """Hand out a stored file as a download that no browser runs or keeps for others."""
    try:
        content = stored.open("rb")
    except FileNotFoundError as error:
        raise Http404(name) from error
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
