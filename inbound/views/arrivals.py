"""Messages of a source: what came, what became of it, and what would become of one."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import manager_required
from core.errors import DomainError
from core.time import now
from inbound import services
from inbound.forms import RehearseForm, words_for
from inbound.models import Arrival
from inbound.views.sources import find

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from inbound.models import Source

SHOWN = 20_000
"""Characters of a message that its page shows."""


def _readable(text: str) -> str:
    """Write JSON so that a person can read it; anything else, and what is too long to read, as it is."""
    if len(text) <= SHOWN:
        with suppress(ValueError, RecursionError):
            found = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
            found.encode()  # half a pair of UTF-16 can be in JSON and in no page
            return found
    return text


def _find(source: Source, row: int) -> Arrival:
    found: Arrival = get_object_or_404(source.arrivals.all(), pk=row)
    return found


@require_safe
@manager_required
def arrival(request: PersonRequest, pk: int, row: int) -> HttpResponse:
    """Show a message as it came, and what became of it."""
    source = find(request, pk)
    found = _find(source, row)
    given = {"source": source, "arrival": found, "lines": words_for(found.outcomes), "text": _readable(found.text)[:SHOWN]}
    return render(request, "inbound/arrival.html", given)


@require_POST
@manager_required
def again(request: PersonRequest, pk: int, row: int) -> HttpResponse:
    """Work once more on what was not taken."""
    found = _find(find(request, pk), row)
    try:
        tried = services.try_again(found, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        if tried.state == Arrival.State.TAKEN:
            messages.success(request, _("Taken."))
        else:
            messages.error(request, _("It failed again on our side; it stays here."))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@manager_required
def rehearse(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what would become of a message that is pasted, or of one that came; nothing is done."""
    source = find(request, pk)
    chosen = request.GET.get("message", "")
    before = source.arrivals.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 19 else None  # noqa: PLR2004 - a key
    form = RehearseForm(request.POST if request.method == "POST" else None, initial={"payload": _readable(before.text) if before else ""})
    given = {"source": source, "form": form, "tried": None, "lines": []}
    if form.is_valid():
        payload = form.cleaned_data["payload"]
        tried = services.rehearse(source, payload.encode(), form="xml" if payload.lstrip().startswith("<") else "json", at=now())
        given |= {"tried": tried, "lines": words_for(tried.lines)}
    return render(request, "inbound/rehearse.html", given, status=422 if form.errors else 200)
