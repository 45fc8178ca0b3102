"""Who is on the list, who came, and their signatures: on a phone on the day."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required, provider_required
from core.errors import DomainError
from core.forms import carried_out
from core.time import now
from training import selectors, services, workflow
from training.forms import AttendeeForm, ScoresForm, SignForm
from training.models import Presence
from training.views.session import session_page
from training.views.shared import session_or_404

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from training.models import Attendee, Session


@require_POST
@login_required
def invite(request: PersonRequest, pk: int) -> HttpResponse:
    """Put somebody on the list."""
    row = session_or_404(request, pk)
    form = AttendeeForm(request.POST, session=row)
    if carried_out(form, partial(services.invite, row, actor=request.user, at=now())):
        messages.success(request, _("The name is on the list."))
        return redirect("training:day", pk) if "day" in request.POST else redirect(row)
    return _day_page(request, row, form) if "day" in request.POST else session_page(request, row, "invite", form)


def _attendee_or_404(request: PersonRequest, pk: int) -> Attendee:
    rows = selectors.attendees_for(request.user).select_related("session__course", "session__organization", "session__site", "user")
    return get_object_or_404(rows, pk=pk)


@require_POST
@login_required
def answer(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Confirm that somebody comes, or take them off the list."""
    who = _attendee_or_404(request, pk)
    acts = {"confirm": services.confirm, "remove": services.uninvite}
    if step not in acts:
        raise Http404(step)
    try:
        acts[step](who, actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The list is up to date."))
    return redirect("training:session", who.session_id)


@require_safe
@provider_required
@never_cache
def day(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the trainer's page on the day: who is there, one press each."""
    return _day_page(request, session_or_404(request, pk), None)


def _day_page(request: PersonRequest, row: Session, form: AttendeeForm | None) -> HttpResponse:
    if not selectors.may_teach(request.user, row):
        raise PermissionDenied(_("This is done by the trainers of the session, or by a dispatcher."))
    people = list(row.attendees.order_by("pk"))
    given = {
        "session": row,
        "people": people,
        "form": form or AttendeeForm(session=row),
        "present": sum(1 for who in people if who.presence == Presence.PRESENT),
        "open": workflow.may("mark", row.status),
        "begun": row.has_begun(now()),
        "seats_left": max(row.capacity - len(people), 0),
    }
    return render(request, "training/day.html", given, status=422 if form is not None and form.errors else 200)


@require_POST
@provider_required
def mark(request: PersonRequest, pk: int, presence: str) -> HttpResponse:
    """Note that somebody is there, or is not."""
    who = _attendee_or_404(request, pk)
    if presence not in {Presence.PRESENT, Presence.ABSENT}:
        raise Http404(presence)
    form = forms.Form(request.POST)
    if not carried_out(form, partial(services.mark, who, actor=request.user, at=now(), present=presence == Presence.PRESENT)):
        messages.error(request, str(next(iter(form.non_field_errors()), "")))
    return redirect(f"{reverse('training:day', args=[who.session_id])}#attendee-{pk}")


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def sign(request: PersonRequest, pk: int) -> HttpResponse:
    """Sign the attendance: on the trainer's device, or on one's own."""
    who = _attendee_or_404(request, pk)
    if not (selectors.may_teach(request.user, who.session) or who.user_id == request.user.pk):
        raise PermissionDenied(_("Everybody signs for themselves, or on the trainer's device."))
    form = SignForm(request.POST if request.method == "POST" else None)
    back = reverse("training:day", args=[who.session_id]) if request.user.is_provider else who.session.get_absolute_url()
    if carried_out(form, partial(services.sign, who, actor=request.user, at=now())):
        messages.success(request, _("Signed. Thank you."))
        return redirect(back)
    return render(request, "training/sign.html", {"who": who, "form": form, "back": back}, status=422 if form.errors else 200)


@require_POST
@provider_required
def scores(request: PersonRequest, pk: int) -> HttpResponse:
    """Enter the points of the test."""
    row = session_or_404(request, pk)
    people = [who for who in row.attendees.order_by("pk") if who.presence == Presence.PRESENT]
    form = ScoresForm(request.POST, people=people)
    if carried_out(form, lambda **_given: services.score(row, form.points, actor=request.user, at=now())):
        messages.success(request, _("The points are entered."))
        return redirect(row)
    return session_page(request, row, "scores", form)
