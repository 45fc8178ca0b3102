"""A session: planning it, its page, its steps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, login_required, provider_required
from core.forms import carried_out
from core.time import now
from documents import selectors as documents
from training import ical, selectors, services, workflow
from training.forms import AttendeeForm, ChangeForm, CustomerForm, MoveForm, ReasonForm, ScoresForm, SessionForm
from training.models import Presence
from training.views.shared import form_page, session_or_404

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.access import PersonRequest
    from customers.models import Organization
    from training.models import Session

STEPS: dict[str, tuple[Callable[..., Any], type[forms.Form]]] = {
    "announce": (services.announce, forms.Form),
    "move": (services.move, MoveForm),
    "cancel": (services.cancel, ReasonForm),
}


@require_http_methods(["GET", "POST"])
@dispatcher_required
def new(request: PersonRequest) -> HttpResponse:
    """Plan a session: for whom first, then everything else."""
    if not request.GET.get("organization"):
        words = {"back": reverse("training:list"), "back_label": _("Training"), "button": _("Continue")}
        return form_page(request, CustomerForm(), _("Plan a training"), **words, method="get")
    chosen = CustomerForm(request.GET)
    if not chosen.is_valid():
        raise Http404(request.GET["organization"])
    organization = chosen.cleaned_data["organization"]
    form = SessionForm(request.POST or None, organization=organization, initial=_initial(request))
    made: list[Session] = []
    if carried_out(form, lambda **given: made.append(services.plan(_draft(organization, given), actor=request.user, at=now()))):
        messages.success(request, _("The training is planned. Announce it when everything is settled."))
        return redirect(made[0])
    return _planned(request, form, organization, title=_("Plan a training"), back=reverse("training:list"), back_label=_("Training"))


def _initial(request: PersonRequest) -> dict[str, Any]:
    given = {name: request.GET[name] for name in ("contract", "course", "site") if request.GET.get(name, "").isdecimal()}
    return {**given, "trainers": [request.user.pk] if request.GET.get("mine") else []}


def _draft(organization: Organization, given: dict[str, Any]) -> services.Draft:
    return services.Draft(organization=organization, **given)


def _planned(
    request: PersonRequest, form: forms.Form, organization: Organization, *, title: str, back: str, back_label: str
) -> HttpResponse:
    owed = selectors.with_state(selectors.obligations_for(request.user).filter(organization=organization, status="owed"), now())
    given = {"organization": organization, "owed": owed.order_by("due_at", "pk")[:20]}
    return form_page(request, form, title, back=back, back_label=back_label, button=_("Save"), **given)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Correct a session; its time is moved on its page, with a reason."""
    row = session_or_404(request, pk)
    initial = {name: getattr(row, name) for name in ("course", "contract", "site", "room", "online_link", "capacity", "note")}
    initial["trainers"] = [person.pk for person in row.trainers.all()]
    form = ChangeForm(request.POST or None, organization=row.organization, initial=initial)

    def act(**given: Any) -> None:
        draft = services.Draft(organization=row.organization, starts_at=row.starts_at, ends_at=row.ends_at, **given)
        services.change(row, draft, actor=request.user, at=now())

    if carried_out(form, act):
        messages.success(request, _("The training is saved."))
        return redirect(row)
    return _planned(request, form, row.organization, title=str(row.course), back=row.get_absolute_url(), back_label=row.number)


@require_safe
@login_required
def session(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a session: staff with what can be done, customers with who comes and the material."""
    return session_page(request, session_or_404(request, pk))


def session_page(request: PersonRequest, row: Session, step: str = "", bound: forms.BaseForm | None = None) -> HttpResponse:
    """Show a session; ``bound`` is the form of a step that was refused."""
    user, at = request.user, now()
    people = list(row.attendees.select_related("user", "certificate").order_by("pk"))
    given = {
        "session": row,
        "people": people,
        "now": at,
        "may_teach": selectors.may_teach(user, row),
        "may_sign_up": selectors.may_sign_up(user, row, at),
        "materials": selectors.newest_material(selectors.materials_for(user).filter(course=row.course)),
        "moves": row.moves.select_related("by"),
        "papers": documents.documents_about(row.about).filter(pk__in=documents.documents_for(user).values("pk")),
        "fulfils": _fulfils(row) if user.is_provider else None,
        "evaluation": selectors.evaluation_of(row) if user.is_provider and row.status in workflow.TAUGHT else None,
        "forms": _forms(request, row, people, step, bound),
        "step": step,
        "seats_left": max(row.capacity - len(people), 0),
    }
    return render(request, "training/session.html", given, status=422 if bound is not None and bound.errors else 200)


def _fulfils(row: Session) -> Any:
    return row.obligation or selectors.fulfilled_by(row.contract, row.course.kind, timezone.localdate(row.starts_at))


def _forms(request: PersonRequest, row: Session, people: list[Any], step: str, bound: forms.BaseForm | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if request.user.dispatches:
        times = {"starts_at": row.starts_at, "ends_at": row.ends_at}
        found = {name: kind(initial=times, prefix=name) for name, (_act, kind) in STEPS.items() if workflow.may(name, row.status)}
    if workflow.may("invite", row.status):
        found["invite"] = AttendeeForm(session=row)
    if workflow.may("score", row.status) and row.course.pass_mark is not None:
        found["scores"] = ScoresForm(people=[who for who in people if who.presence == Presence.PRESENT])
    return {**found, step: bound} if bound is not None else found


@require_POST
@dispatcher_required
def step(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Announce it, move it or call it off."""
    row = session_or_404(request, pk)
    if step not in STEPS:
        raise Http404(step)
    act, kind = STEPS[step]
    form = kind(request.POST, prefix=step)
    if carried_out(form, partial(act, row, actor=request.user, at=now())):
        messages.success(request, _("Training %(number)s is up to date.") % {"number": row.number})
        return redirect(row)
    return session_page(request, row, step, form)


@require_POST
@provider_required
def hold(request: PersonRequest, pk: int) -> HttpResponse:
    """Say that it was held, and open the pad for the attendance sheet."""
    row = session_or_404(request, pk)
    form, made = forms.Form(request.POST), []
    if carried_out(form, lambda: made.append(services.hold(row, actor=request.user, at=now()))):
        return redirect(f"{reverse('documents:sign', args=[made[0].pk])}?next={row.get_absolute_url()}")
    return session_page(request, row, "hold", form)


@require_POST
@provider_required
def close(request: PersonRequest, pk: int) -> HttpResponse:
    """Close it: certificates go out, what is owed is met."""
    row = session_or_404(request, pk)
    form = forms.Form(request.POST)
    if carried_out(form, lambda: services.close(row, actor=request.user, at=now())):
        messages.success(request, _("The training is closed; certificates are on their way."))
        return redirect(row)
    return session_page(request, row, "close", form)


@require_safe
@login_required
def calendar(request: PersonRequest, pk: int) -> HttpResponse:
    """Give the session as an iCalendar file."""
    row = session_or_404(request, pk)
    site = request.build_absolute_uri("/").rstrip("/")
    written = ical.write(row, host=request.get_host().split(":")[0], site=site, at=now())
    headers = {"Content-Disposition": f'attachment; filename="{row.number}.ics"', "Cache-Control": "private, no-store"}
    return HttpResponse(written, content_type="text/calendar; charset=utf-8", headers=headers)
