"""The board, and giving a visit to somebody: by dragging, by keys, or on a plain page."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from accounts.access import dispatcher_required, provider_required
from core.errors import DomainError
from core.forms import refuse
from core.pages import BadCursor
from core.time import now
from tickets import selectors as tickets
from visits import selectors, services
from visits.dispatch import fitting, waiting, wording
from visits.dispatch.board import board as drawn
from visits.dispatch.forms import BoardForm, SlotForm
from visits.errors import Disputed, MovedMeanwhile

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.access import PersonRequest
    from visits.dispatch.board import Board
    from visits.dispatch.fitting import Job
    from visits.models import Visit

UNCHANGED, REFUSED = 204, 422
PART = "board"


@require_safe
@provider_required
@never_cache
def board(request: PersonRequest) -> HttpResponse:
    """Show who goes where; asked by the page itself, answer the board only, or nothing when it has not changed."""
    at = now().replace(second=0)  # what is drawn is the same for a minute
    form = BoardForm(request.GET, user=request.user, at=at)
    found = _board(form, at)
    is_part = request.headers.get("HX-Target") == PART
    given = {"form": form, "board": found, "can_move": request.user.dispatches, "steps": _steps(request, found)}
    response = render(request, "visits/board/_board.html" if is_part else "visits/board/board.html", given)
    digest = hashlib.sha256(response.content).hexdigest()[:16]
    if is_part and request.headers.get("X-Board") == digest:
        return HttpResponse(status=UNCHANGED)
    response["X-Board"] = digest
    return response


def _board(form: BoardForm, at: datetime) -> Board:
    try:
        return drawn(form.asked, at)
    except BadCursor:
        return drawn(form.first_page, at)


def _steps(request: PersonRequest, found: Board) -> dict[str, str]:
    """Answer the addresses of the day or week before and after, of today, and of the other view."""
    query = request.GET.copy()
    query.pop("cursor", None)

    def to(**changes: str) -> str:
        there = query.copy()
        for name, value in changes.items():
            there[name] = value
        return f"?{there.urlencode()}"

    asked = found.asked
    return {
        "before": to(day=asked.moved(-1).isoformat()),
        "today": to(day=timezone.localdate(found.at).isoformat()),
        "after": to(day=asked.moved(1).isoformat()),
        "day": to(span="day"),
        "week": to(span="week"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@dispatcher_required
@never_cache
def arrange(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a visit to somebody at a time."""
    related = selectors.visits_for(request.user).select_related(
        "ticket__commitment", "organization", "site__region", "skill", "lead", "office"
    )
    return _plan(request, fitting.Job(get_object_or_404(related, pk=pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@dispatcher_required
@never_cache
def send(request: PersonRequest, number: str) -> HttpResponse:
    """Send somebody to a ticket that has no visit yet."""
    related = tickets.tickets_for(request.user).select_related("commitment", "organization", "site__region", "equipment__skill", "office")
    ticket = get_object_or_404(related, number=number)
    planned = selectors.still_open(ticket.visits.all()).first()
    if planned is not None and request.method != "POST":
        return redirect("visits:arrange", planned.pk)
    return _plan(request, fitting.Job(ticket))


def _plan(request: PersonRequest, job: Job) -> HttpResponse:
    at = now()
    objections: tuple[tuple[str, str], ...] = ()
    form = SlotForm(request.POST, job=job) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            return _done(request, _carry_out(form, job, request, at))
        except Disputed as dispute:
            objections = dispute.objections
        except MovedMeanwhile as refusal:
            return _moved(request, refusal)
        except DomainError as refusal:
            refuse(form, refusal)
    choices = fitting.suggestions(job, at)
    given: dict[str, Any] = {
        "form": form or SlotForm(job=job, given=request.GET, choices=choices),
        "job": job,
        "objections": objections,
        "codes": ",".join(dict.fromkeys(code for code, _words in objections)),
        "choices": [(choice, wording.why(choice, job.skill), wording.agreed(choice)) for choice in choices],
        "due": waiting.due_on_site(job.ticket),
    }
    template = "visits/board/_schedule.html" if request.htmx else "visits/board/schedule.html"  # type: ignore[attr-defined]
    return render(request, template, given, status=REFUSED if form is not None else 200)


def _carry_out(form: SlotForm, job: Job, request: PersonRequest, at: datetime) -> Visit:
    facts: dict[str, Any] = {"actor": request.user, "at": at, "agreed": form.codes, "reason": form.cleaned_data["reason"]}
    if job.visit is not None:
        return services.arrange(job.visit, form.slot, seen=form.cleaned_data["seen"], **facts)
    return services.send(job.ticket, form.slot, **facts)  # type: ignore[arg-type]


def _done(request: PersonRequest, visit: Visit) -> HttpResponse:
    words = _said(visit)
    if request.htmx:  # type: ignore[attr-defined]
        return _told(words, "success")
    messages.success(request, words)
    day = timezone.localdate(visit.starts_at) if visit.starts_at else None
    return redirect(reverse("visits:board") + (f"?day={day}" if day else ""))


def _said(visit: Visit) -> str:
    if visit.lead is None or visit.starts_at is None or visit.ends_at is None:
        return _("%(number)s waits to be planned.") % {"number": visit.number}
    when = wording.when(visit.starts_at, visit.ends_at)
    return _("%(number)s: %(name)s, %(when)s.") % {"number": visit.number, "name": visit.lead, "when": when}


def _moved(request: PersonRequest, refusal: MovedMeanwhile) -> HttpResponse:
    """Somebody else was first: say so and show how it stands now."""
    if request.htmx:  # type: ignore[attr-defined]
        return _told(str(refusal), "warning")
    messages.warning(request, str(refusal))
    return redirect(request.path)


def _told(words: str, level: str) -> HttpResponse:
    response = HttpResponse(status=UNCHANGED)
    trigger_client_event(response, "board-changed", {})
    return trigger_client_event(response, "notify", {"text": words, "level": level})
