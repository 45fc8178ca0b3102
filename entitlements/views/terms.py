"""One term; terms entered, changed, withdrawn, imported; what an equipment is entitled to on a day."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, login_required, manager_required
from core.errors import DomainError
from core.forms import carried_out, refuse
from core.time import now
from customers import selectors as customers
from customers import services as customer_services
from entitlements import selectors, services
from entitlements.forms import AskForm, ChangeTermForm, DayForm, ImportForm, TermForm, WithdrawForm
from entitlements.views.shared import WRONG, today

if TYPE_CHECKING:
    from datetime import date

    from django.forms import Form
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from customers.models import Term

SAID = ("starts_on", "ends_on", "scope", "source", "paper", "price")


@require_safe
@login_required
def term(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a term: what it says, its reminders, what was quoted, what was changed."""
    return _page(request, selectors.terms_page(request.user, pk))


def _page(request: PersonRequest, found: Term, withdraw_form: Form | None = None) -> HttpResponse:
    quotations = selectors.quotations_for(request.user).filter(term=found).order_by("-pk")
    under_way = any(row.is_open for row in quotations)
    renewed = customers.terms_for(request.user).filter(renews=found, withdrawn_at=None).first()
    given = {
        "term": found,
        "day": today(),
        "renewed": renewed,
        "reminders": selectors.reminders_of(found),
        "quotations": quotations,
        "ask_form": None if under_way or renewed or found.is_withdrawn else AskForm(),
        "withdraw_form": withdraw_form or WithdrawForm(),
        "withdraw_open": withdraw_form is not None,
        "may_change": request.user.dispatches and not found.follows and not found.is_withdrawn,
        "history": found.history.select_related("history_user")[:20] if request.user.is_provider else (),
        "now": now(),
    }
    return render(request, "entitlements/term.html", given, status=WRONG if withdraw_form else 200)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def new(request: PersonRequest) -> HttpResponse:
    """Enter a term."""
    initial = {"contract": request.GET.get("contract"), "equipment": request.GET.get("equipment", "")}
    form = TermForm(request.POST or None, user=request.user, initial=initial)
    made: list[Term] = []
    if carried_out(form, lambda **_given: made.append(customer_services.enter_term(form.stated(), actor=request.user, at=now()))):
        messages.success(request, _("Entered. Both sides are reminded before it ends."))
        return redirect(made[0])
    return render(request, "entitlements/term_form.html", {"form": form}, status=WRONG if form.errors else 200)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Put right what a term says."""
    found = selectors.terms_page(request.user, pk)
    form = ChangeTermForm(request.POST or None, initial={name: getattr(found, name) for name in SAID})
    if carried_out(form, lambda **given: customer_services.change_term(found, **given, actor=request.user, at=now())):
        messages.success(request, _("Changed."))
        return redirect(found)
    return render(request, "entitlements/term_form.html", {"form": form, "term": found}, status=WRONG if form.errors else 200)


@require_POST
@manager_required
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a term back."""
    found, form = selectors.terms_page(request.user, pk), WithdrawForm(request.POST)
    if carried_out(form, lambda reason: services.withdraw(found, actor=request.user, at=now(), reason=reason)):
        messages.success(request, _("Withdrawn; it does not count any more."))
        return redirect(found)
    return _page(request, selectors.terms_page(request.user, pk), form)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def take_over(request: PersonRequest) -> HttpResponse:
    """Take terms over from a table: looked at first, entered with a second press."""
    form = ImportForm(request.POST or None, request.FILES or None)
    given: dict[str, Any] = {"form": form}
    try:
        if form.is_valid():
            given |= {"lines": services.preview(form.table()), "table": form.table()}
            if "enter" in request.POST:
                made = services.import_terms(form.table(), actor=request.user, at=now())
                messages.success(request, ngettext("%(n)s term was entered.", "%(n)s terms were entered.", len(made)) % {"n": len(made)})
                return redirect("entitlements:list")
    except DomainError as refusal:
        refuse(form, refusal)
    given["wrong"] = sum(1 for line in given.get("lines", ()) if line.wrong)
    return render(request, "entitlements/import.html", given, status=WRONG if form.errors else 200)


@require_safe
@login_required
def cover(request: PersonRequest, pk: int) -> HttpResponse:
    """Explain what an equipment is entitled to on a day, and show what covered it when."""
    found = get_object_or_404(customers.equipment_for(request.user).select_related("site__organization", "site__region__office"), pk=pk)
    form = DayForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    day = wanted.get("day") or today()
    given = {
        "equipment": found,
        "form": form,
        "day": day,
        "rulings": selectors.explained(found, noon(day), wanted.get("component", "")),
        "timeline": selectors.timeline(found, today()),
        "sentences": customers.entitlement(found, noon(day)).sentences,
    }
    return render(request, "entitlements/cover.html", given)


def noon(day: date) -> datetime:
    """Answer an instant of a local day."""
    return datetime.combine(day, time(12), tzinfo=timezone.get_default_timezone())
