"""The provider's view of its customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import provider_required
from core.pages import page
from core.time import now
from customers import selectors
from customers.forms import SearchForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@provider_required
def organizations(request: PersonRequest) -> HttpResponse:
    """List customers by name, or those that a search finds."""
    form = SearchForm(request.GET)
    rows = selectors.searched_organizations(request.user, form.text())
    found = page(rows, by="name", cursor=request.GET.get("cursor", ""))
    return render(request, "customers/organizations.html", {"page": found, "form": form})


@require_safe
@provider_required
def organization(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one customer: contracts, sites, equipment, people."""
    found = get_object_or_404(selectors.organizations_for(request.user), pk=pk)
    form = SearchForm(request.GET)
    equipment = selectors.searched_equipment(request.user, found, form.text())
    given = {
        "organization": found,
        "form": form,
        "today": timezone.localdate(now()),
        "contracts": selectors.searched_contracts(request.user).filter(organization=found).order_by("-accepted_on", "-pk"),
        "sites": page(selectors.sites_of(found), by="name", cursor=request.GET.get("sites", "")),
        "equipment": page(equipment, by="name", cursor=request.GET.get("cursor", "")),
        "people": selectors.people_of(found),
    }
    return render(request, "customers/organization.html", given)
