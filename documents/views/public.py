"""The page that a QR code on paper leads to: whether this is the document on record. No customer data, no login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.discreet import discreet
from documents import selectors

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

NOT_FOUND = 404


@require_safe
@discreet("document")
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Say what is on record under this address: number, hashes, who signed and when, and whether it was corrected."""
    found = selectors.by_token(token)
    return render(request, "documents/proof.html", {"document": found}, status=200 if found else NOT_FOUND)
