"""What the pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render

from parts import selectors

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpResponse
    from django.utils.functional import Promise

    from accounts.access import PersonRequest
    from parts.models import PartType


def part_or_404(request: PersonRequest, pk: int) -> PartType:
    """Answer a part the person may see."""
    return get_object_or_404(selectors.parts_for(request.user), pk=pk)


def form_page(
    request: PersonRequest, form: BaseForm, title: str | Promise, *, back: str, back_label: str, button: str | Promise, **given: Any
) -> HttpResponse:
    """Show a page with one form; one that was refused says so in its status as well."""
    shown = {"form": form, "title": title, "back": back, "back_label": back_label, "button": button, **given}
    return render(request, "parts/form.html", shown, status=422 if form.errors else 200)


def part_form(request: PersonRequest, form: BaseForm, title: str, part: PartType) -> HttpResponse:
    """Show a form about a part, its stock beside it."""
    back, levels = part.get_absolute_url(), selectors.levels_of(part)
    return form_page(request, form, title, back=back, back_label=part.code, button=title, subtitle=part.label, levels=levels)
