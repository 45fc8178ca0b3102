"""What is agreed beside the plan: tighter targets of a contract, periods of heightened service and their roster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required, manager_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from customers import selectors, services
from customers.forms import AgreedForm, DutyForm, PeriodForm
from customers.models import AgreedTarget, Duty
from sla.engine.plan import Target
from sla.words import MEASURES, target_words

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from customers.models import HeightenedPeriod


@require_http_methods(["GET", "POST"])
@manager_required
def agree(request: PersonRequest, pk: int) -> HttpResponse:
    """Put down that a contract promises more than its plan."""
    contract, at = selectors.contract_page(request.user, pk), now()
    form = AgreedForm(request.POST or None, contract=contract, at=at)

    def act(**given: Any) -> None:
        services.agree_target(contract, **given, actor=request.user, at=at)

    if carried_out(form, act):
        messages.success(request, _("Agreed. It holds for what is reported from now on."))
        return redirect("customers:contract", contract.pk)
    return render(request, "customers/agree.html", {"contract": contract, "form": form}, status=422 if form.errors else 200)


@require_POST
@manager_required
def drop(request: PersonRequest, pk: int, row: int) -> HttpResponse:
    """Take a contract's tighter target back."""
    contract = selectors.contract_page(request.user, pk)
    services.drop_target(get_object_or_404(AgreedTarget, pk=row, contract=contract), actor=request.user, at=now())
    messages.success(request, _("Removed. Tickets already reported keep it."))
    return redirect("customers:contract", contract.pk)


@require_safe
@login_required
def periods(request: PersonRequest) -> HttpResponse:
    """List the periods a person may see, the newest first."""
    rows = selectors.periods_for(request.user).prefetch_related("organizations", "agreed")
    found = page(rows, by="starts_at", descending=True, cursor=request.GET.get("cursor", ""))
    at = now()
    return render(request, "customers/periods.html", {"page": found, "rows": [(row, row.state(at), times(row)) for row in found]})


def times(period: HeightenedPeriod) -> list[tuple[str, str]]:
    """Answer what a period promises, each measure in words with its time."""
    return [said(row) for row in period.agreed.all()]


def said(row: AgreedTarget) -> tuple[str, str]:
    """Answer what is measured and its time, in words."""
    return capfirst(str(MEASURES[row.measure])), target_words(Target.read(row.target, ()))


@require_safe
@login_required
def period(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a period: its times, its customers, who is on duty."""
    found, at = selectors.period_page(request.user, pk), now()
    given = {"period": found, "state": found.state(at), "times": times(found), "now_on_duty": selectors.on_duty(found, at)}
    return render(request, "customers/period.html", given)


@require_http_methods(["GET", "POST"])
@manager_required
def new_period(request: PersonRequest) -> HttpResponse:
    """Write a new period."""
    return _written(request, None)


@require_http_methods(["GET", "POST"])
@manager_required
def edit_period(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a period."""
    return _written(request, selectors.period_page(request.user, pk))


def _written(request: PersonRequest, known: HeightenedPeriod | None) -> HttpResponse:
    form = PeriodForm(request.POST or None, period=known)
    made: list[HeightenedPeriod] = []

    def act(**given: Any) -> None:
        made.append(services.save_period(known, **given, actor=request.user, at=now()))

    if carried_out(form, act):
        return redirect(made[0])
    return render(request, "customers/period_form.html", {"period": known, "form": form}, status=422 if form.errors else 200)


@require_POST
@manager_required
def announce(request: PersonRequest, pk: int) -> HttpResponse:
    """Have a period hold, and tell both sides."""
    found = selectors.period_page(request.user, pk)
    try:
        services.announce_period(found, actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Announced: the customers' people, who is on duty, managers and dispatchers are told."))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@manager_required
def duty(request: PersonRequest, pk: int) -> HttpResponse:
    """Put somebody on the roster."""
    found = selectors.period_page(request.user, pk)
    form = DutyForm(request.POST or None, initial={"starts_at": found.starts_at, "ends_at": found.ends_at})

    def act(**given: Any) -> None:
        services.put_on_duty(found, **given, actor=request.user, at=now())

    if carried_out(form, act):
        return redirect(found)
    return render(request, "customers/duty_form.html", {"period": found, "form": form}, status=422 if form.errors else 200)


@require_POST
@manager_required
def relieve(request: PersonRequest, pk: int, row: int) -> HttpResponse:
    """Take somebody off the roster."""
    found = selectors.period_page(request.user, pk)
    services.relieve(get_object_or_404(Duty, pk=row, period=found), actor=request.user, at=now())
    return redirect(found)
