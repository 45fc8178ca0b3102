"""Choosing whose archive to open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import login_required
from archive import selectors
from archive.forms import FindForm
from core.pages import page
from customers import selectors as customers
from customers.selectors.places import find_places

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@login_required
def find(request: PersonRequest) -> HttpResponse:
    """List the customers whose archive a person may open, and the sites and equipment that contain every word."""
    form = FindForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = customers.searched_organizations(request.user, words)
    theirs = found.filter(pk__in=selectors.organizations_for(request.user).values("pk"))
    given = {
        "form": form,
        "words": words,
        "page": page(theirs, by="name", cursor=request.GET.get("cursor", "")),
        "places": find_places(request.user, words),
    }
    return render(request, "archive/find.html", given)
