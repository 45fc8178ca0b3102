"""One call: on a phone, with one thumb. Who has taken it sees the script; what is typed is kept while it is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import login_required, provider_required
from care import selectors, services
from care.forms import AgainForm, AttemptForm, HandOverForm, OutcomeForm, ReasonForm, StepForm, VisitForm
from care.models import Kind, Status
from core.errors import DomainError
from core.forms import refuse
from core.time import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from django.utils.functional import Promise

    from accounts.access import PersonRequest
    from care.models import Call

LEFT_OUT = frozenset({"csrfmiddlewaretoken"})


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done with a call: its form, the service, and what is said when it was done."""

    form: type[StepForm]
    service: Callable[..., Any]
    done: Promise
    asks: bool = False
    """Whether the form has to know the call."""

    def blank(self, call: Call, data: Any = None) -> StepForm:
        """Answer the form, filled with what was sent if anything was."""
        return self.form(data, call=call) if self.asks else self.form(data)  # type: ignore[call-arg]


STEPS: dict[str, Step] = {
    "claim": Step(StepForm, services.claim, gettext_lazy("The call is yours; nobody else calls this customer meanwhile.")),
    "release": Step(StepForm, services.release, gettext_lazy("The call is back on the list.")),
    "attempt": Step(AttemptForm, services.attempt, gettext_lazy("The try is noted.")),
    "conclude": Step(OutcomeForm, services.conclude, gettext_lazy("The call is recorded. Thank you."), asks=True),
    "hand-over": Step(HandOverForm, services.hand_over, gettext_lazy("The call is handed over."), asks=True),
    "drop": Step(ReasonForm, services.drop, gettext_lazy("The call is called off.")),
    "by-visit": Step(VisitForm, services.by_visit, gettext_lazy("The customer is asked on a visit."), asks=True),
    "again": Step(AgainForm, services.send_again, gettext_lazy("The customer is called again."), asks=True),
    "write-off": Step(ReasonForm, services.write_off, gettext_lazy("The customer is not called any more.")),
}


def call_or_404(request: PersonRequest, pk: int) -> Call:
    """Answer a call the person may see, with all that its page shows."""
    return get_object_or_404(selectors.with_everything(selectors.calls_for(request.user)), pk=pk)


@require_safe
@login_required
def call(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a call."""
    return _page(request, call_or_404(request, pk))


@require_POST
@provider_required
def act(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Take a step; what is refused is said on the call's page, and nothing typed is lost."""
    shown = call_or_404(request, pk)
    if step not in STEPS:
        raise Http404
    form = STEPS[step].blank(shown, request.POST)
    if form.is_valid() and _taken(request, shown, step, form):
        messages.success(request, str(STEPS[step].done))
        return redirect("care:call", pk)
    return _page(request, call_or_404(request, pk), step, form)


def _taken(request: PersonRequest, shown: Call, step: str, form: StepForm) -> bool:
    given: dict[str, Any] = {"said": form.conclusion()} if isinstance(form, OutcomeForm) else form.cleaned_data
    try:
        STEPS[step].service(shown, actor=request.user, at=now(), **given)
    except DomainError as refusal:
        refuse(form, refusal)
        return False
    return True


@require_POST
@provider_required
def draft(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep what is typed; answered in JSON, since only a script sends it."""
    shown = get_object_or_404(selectors.calls_for(request.user), pk=pk)
    typed = {name: value for name, value in request.POST.items() if name not in LEFT_OUT}
    try:
        services.keep_draft(shown, actor=request.user, at=now(), typed=typed)
    except DomainError as refusal:
        return JsonResponse({"kept": False, "refused": str(refusal)}, status=refusal.status)
    return JsonResponse({"kept": True})


def _page(request: PersonRequest, shown: Call, step: str = "", bound: StepForm | None = None) -> HttpResponse:
    if request.user.is_customer:
        return render(request, "care/told.html", {"call": shown})
    user, at = request.user, now()
    open_ = shown.status == Status.WAITING
    names = [name for name in _steps(shown, user) if open_ or name in ("again", "write-off")]
    given = {
        "call": shown,
        "at": at,
        "mine": open_ and shown.claimed_by_id == user.pk,
        "busy": selectors.busy_with(shown, user, at) if open_ else None,
        "why_not": selectors.why_not(user, shown) if open_ else "",
        "steps": {name.replace("-", "_"): bound if name == step and bound else STEPS[name].blank(shown) for name in names},
        "failed": bound if bound is not None and bound.errors else None,
        "failed_step": step,
    }
    return render(request, "care/call.html", given, status=422 if given["failed"] else 200)


def _steps(shown: Call, user: Any) -> list[str]:
    names = ["conclude", "attempt", "hand-over"]
    if shown.kind != Kind.CALLBACK and user.dispatches:
        names.append("by-visit")
    if user.dispatches and (user.manages or not shown.owed_key):
        names.append("drop")
    return [*names, "again", "write-off"] if shown.status == Status.NOT_REACHED and user.manages else names
