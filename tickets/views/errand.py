"""The link of a mail: a small page with one big button. Opening it does nothing, pressing the button puts a name to what runs late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from core.discreet import discreet, language_for
from core.errors import DomainError
from core.time import now
from tickets import errands, services
from tickets.views.desk.escalated import reached

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User
    from tickets.errands import Errand


@require_http_methods(["GET", "HEAD", "POST"])
@discreet("errand")
def errand(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link is about and who takes care of it; take care of it when the button is pressed."""
    at = now()
    try:
        meant = errands.read(token)
        person = services.sent_on(meant, at=at)
        if request.method == "POST":
            services.run_errand(meant, at=at)
            return redirect("tickets:errand", token=token)
    except DomainError as refusal:
        return render(request, "tickets/errand_refused.html", {"sentence": refusal, "status": refusal.status}, status=refusal.status)
    return _page(request, meant, person)


def _page(request: HttpRequest, meant: Errand, person: User) -> HttpResponse:
    language = language_for(request, person.language)
    with translation.override(language):
        rows = reached(services.meant(meant))
        waiting = [each for each in rows if each.row.acknowledged_at is None]
        given = {"person": person, "rows": rows, "waiting": waiting, "is_mine": _all_by(person, rows)}
        response = render(request, "tickets/errand.html", given)
    response["Content-Language"] = language
    return response


def _all_by(person: User, rows: list) -> bool:
    return all(each.row.acknowledged_by_id == person.pk for each in rows)
