"""One request for a quotation: asked, quoted, answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import DISPATCHER_ONLY, login_required
from core.errors import DomainError
from core.forms import carried_out
from core.time import now
from customers import engine
from customers.services import today as local_day
from documents import selectors as documents
from entitlements import selectors, services
from entitlements.forms import AcceptForm, AskForm, DeclineForm, QuoteForm
from entitlements.forms.quotations import for_portal
from entitlements.views.shared import WRONG, Doable

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from entitlements.models import QuotationRequest

FORMS: dict[str, tuple[Any, Any, str]] = {
    "quote": (QuoteForm, gettext_lazy("Quote"), "receipt"),
    "accept": (AcceptForm, pgettext_lazy("quotation", "Accept"), "check"),
    "decline": (DeclineForm, gettext_lazy("Decline"), "x"),
}
VALID = timedelta(days=30)


@require_POST
@login_required
def ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for a quotation with one press."""
    term, form = selectors.terms_page(request.user, pk), AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say it in fewer words."))
        return redirect(term)
    try:
        made = services.ask(term, actor=request.user, at=now(), wish=form.cleaned_data["wish"])
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(term)
    messages.success(request, _("Asked for; you are told as soon as the quotation is ready."))
    return redirect(made)


def _find(request: PersonRequest, pk: int) -> QuotationRequest:
    rows = selectors.quotations_named(selectors.quotations_for(request.user)).prefetch_related("lines")
    return get_object_or_404(rows, pk=pk)


@require_safe
@login_required
def quotation(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a quotation and what may be done with it."""
    return _page(request, _find(request, pk))


def _page(request: PersonRequest, found: QuotationRequest, bound: Any = None, step: str = "") -> HttpResponse:
    day = local_day(now())
    given = {
        "quotation": found,
        "is_expired": found.status == "quoted" and not found.is_valid(day),
        "papers": documents.documents_about(f"quotation/{found.pk}") if request.user.is_provider or found.document_id else (),
        "steps": [_doable(request, found, name, bound if name == step else None) for name in _steps(request, found)],
    }
    return render(request, "entitlements/quotation.html", given, status=WRONG if bound else 200)


def _steps(request: PersonRequest, found: QuotationRequest) -> list[str]:
    if not found.is_open or not selectors.may_answer(request.user, found):
        return []
    valid = found.is_valid(local_day(now()))
    return [*(["accept"] if valid else []), *(["quote"] if request.user.dispatches else []), "decline"]


def _doable(request: PersonRequest, found: QuotationRequest, name: str, bound: Any) -> Doable:
    kind, label, sign = FORMS[name]
    form = bound or kind(initial=_initial(found) if name == "quote" else None)
    if request.user.is_customer:
        form = for_portal(form)
    main = name == "accept" or (name == "quote" and found.status == "asked")
    return Doable(name, label, sign, form, is_open=bound is not None, is_main=main)


def _initial(found: QuotationRequest) -> dict[str, Any]:
    """Answer what was offered, else what usually is."""
    if found.amount is not None:
        facts = {name: getattr(found, name) for name in ("kind", "scope", "starts_on", "ends_on", "valid_until")}
        return facts | {"lines": "\n".join(f"{line.text}, {line.amount}" for line in found.lines.all())}
    day = local_day(now())
    kind, starts, ends = services.usual(found.term, day)
    return {"kind": kind, "scope": engine.USUAL_SCOPE[kind], "starts_on": starts, "ends_on": ends, "valid_until": day + VALID}


@require_POST
@login_required
def act(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Quote, accept or decline."""
    found = _find(request, pk)
    if step not in FORMS:
        raise Http404(step)
    if step == "quote" and not request.user.dispatches:
        raise PermissionDenied(DISPATCHER_ONLY)
    form = FORMS[step][0](request.POST)
    if request.user.is_customer:
        form = for_portal(form)
    who: dict[str, Any] = {"actor": request.user, "at": now()}

    def take(**given: Any) -> None:
        if step == "quote":
            services.quote(found, form.offer(), **who)
        else:
            (services.accept if step == "accept" else services.decline)(found, **given, **who)

    if carried_out(form, take):
        messages.success(request, _("Recorded."))
        return redirect(found)
    return _page(request, _find(request, pk), form, step)
