"""What was signed, for the customer to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import customer_required, login_required
from core.pages import page
from core.time import now
from customers import selectors
from customers.views.agreed import said

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@customer_required
def contracts(request: PersonRequest) -> HttpResponse:
    """List the customer's contracts, newest first."""
    rows = selectors.searched_contracts(request.user)
    found = page(rows, by="accepted_on", descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "customers/contracts.html", {"page": found, "today": timezone.localdate(now())})


@require_safe
@login_required
def contract(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one contract: its terms and what it covers."""
    found = selectors.contract_page(request.user, pk)
    equipment = selectors.covered_equipment(request.user, found)
    agreed = [(row, *said(row)) for row in selectors.agreed_in(found.pk)]
    given = {"contract": found, "today": timezone.localdate(now()), "equipment": equipment, "agreed": agreed}
    return render(request, "customers/contract.html", given)
